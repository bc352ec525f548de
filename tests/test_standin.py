"""The stand-in is real handwriting that looks like MNIST, with no original in two splits."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeClassifier

from utils import standin

SPLITS = ("train", "validation", "test")
SMALL = {"train": 600, "validation": 200, "test": 200}


@pytest.fixture(scope="module")
def arrays():
    return standin.build({"train": 12_000, "validation": 3_000, "test": 3_000})


@pytest.fixture
def unwarped(monkeypatch):
    for name in ("ROTATION", "LOG_SCALE", "SHEAR", "SHIFT", "ELASTIC_STRENGTH"):
        monkeypatch.setattr(standin, name, 0.0)


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / 255


def test_the_course_gets_as_many_digits_as_mnist_has():
    assert standin.SIZES == {"train": 50_000, "validation": 10_000, "test": 10_000}


@pytest.mark.parametrize("split", SPLITS)
def test_pictures_and_labels_have_mnists_types_and_shapes(arrays, split):
    count = {"train": 12_000, "validation": 3_000, "test": 3_000}[split]
    assert arrays[f"x_{split}"].shape == (count, 28, 28)
    assert arrays[f"x_{split}"].dtype == np.uint8
    assert arrays[f"y_{split}"].shape == (count,)
    assert set(arrays[f"y_{split}"]) == set(range(10))


def test_no_original_is_in_two_splits(arrays):
    origins = [set(arrays[f"origin_{split}"].tolist()) for split in SPLITS]
    assert sum(map(len, origins)) == len(set().union(*origins)) == 1797


def test_the_originals_are_split_64_16_20_in_every_class():
    labels = load_digits().target
    splits = standin.split_originals(labels, np.random.default_rng(0))
    for split, share in zip(SPLITS, (0.64, 0.16, 0.20), strict=True):
        shares = np.bincount(labels[splits[split]]) / np.bincount(labels)
        np.testing.assert_allclose(shares, share, atol=0.006)


@pytest.mark.parametrize("split", SPLITS)
def test_labels_are_those_of_the_originals(arrays, split):
    np.testing.assert_array_equal(arrays[f"y_{split}"], load_digits().target[arrays[f"origin_{split}"]])


def test_pictures_resemble_the_originals_they_name(arrays, unwarped):
    """Most pictures are nearer to their own original than to 99.5 % of the others: the origins are true."""
    grey = standin.enlarge(load_digits().images / 16)
    look = standin.warp(standin.centres_of_mass(standin.ink(grey)), np.random.default_rng(0))
    canvases = flat(255 * standin.ink(standin.sample(grey, np.arange(len(grey)), look)))
    pictures, own = flat(arrays["x_test"][:500]), arrays["origin_test"][:500].astype(int)
    cosines = pictures @ canvases.T / np.linalg.norm(canvases, axis=1)
    better = (cosines > cosines[np.arange(500), own][:, None]).mean(axis=1)
    assert np.median(better) < 0.005


def test_each_original_is_used_about_equally_often(arrays):
    uses = np.bincount(arrays["origin_train"])
    uses = uses[uses > 0]
    assert uses.max() - uses.min() <= 1


@pytest.mark.parametrize("split", SPLITS)
def test_classes_are_as_balanced_as_mnists(arrays, split):
    shares = np.bincount(arrays[f"y_{split}"]) / len(arrays[f"y_{split}"])
    assert shares.min() > 0.09  # MNIST: 0.0904 to 0.1124
    assert shares.max() < 0.1124


def test_strokes_have_mnists_ink(arrays):
    """MNIST's training images: mean .1307, half inked or more .132, full ink .074, in between .087."""
    images = arrays["x_train"] / 255
    assert images.mean() == pytest.approx(0.1307, abs=0.006)
    assert (images > 0.5).mean() == pytest.approx(0.132, abs=0.006)
    assert (images > 0.98).mean() == pytest.approx(0.074, abs=0.01)
    assert ((images > 0.1) & (images < 0.9)).mean() == pytest.approx(0.087, abs=0.015)


def test_digits_are_centred_by_mass_in_a_box_as_high_as_mnists(arrays):
    images = arrays["x_train"]
    centres = standin.centres_of_mass(images / 255)
    np.testing.assert_allclose(centres.mean(axis=0), 14, atol=0.1)
    assert centres.std(axis=0).max() < 0.8
    heights = (images > 0).any(axis=2).sum(axis=1)
    assert heights.mean() == pytest.approx(20, abs=1)


def test_the_centre_of_mass_of_one_pixel_is_that_pixel():
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 5, 20] = 0.7
    np.testing.assert_allclose(standin.centres_of_mass(image), [[5, 20]], rtol=1e-6)


def test_without_a_warp_a_digit_stays_upright_and_is_only_centred(unwarped):
    canvas = np.zeros((1, 28, 28), np.float32)
    canvas[0, 4:19, 7:10] = 1
    look = standin.warp(standin.centres_of_mass(canvas), np.random.default_rng(0))
    result = standin.sample(canvas, np.array([0]), look)
    expected = np.zeros((28, 28))
    expected[7:22, 13:16] = 1
    np.testing.assert_allclose(result[0], expected, atol=1e-3)


def test_sampling_at_the_grid_returns_the_picture():
    canvas = np.random.default_rng(0).random((3, 28, 28), dtype=np.float32)
    look = np.broadcast_to(np.indices((28, 28), dtype=np.float32), (2, 2, 28, 28))
    result = standin.sample(canvas, np.array([2, 0]), look)
    np.testing.assert_allclose(result, canvas[[2, 0]], atol=2e-3)


def test_the_same_seed_gives_the_same_digits_and_another_seed_others():
    first, again, other = (standin.build(SMALL, seed=seed) for seed in (0, 0, 1))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["x_train"], other["x_train"])


def test_building_leaves_numpys_global_random_numbers_alone():
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    standin.build(SMALL)
    assert np.random.rand() == expected


def test_two_pictures_of_one_original_differ(arrays):
    first = arrays["origin_train"][0]
    pictures = arrays["x_train"][arrays["origin_train"] == first].astype(float)
    assert np.abs(pictures[1:] - pictures[0]).mean(axis=(1, 2)).min() > 3  # of 255


def test_a_linear_classifier_reads_unseen_digits_about_as_well_as_mnists(arrays):
    """MNIST gives .845. Noise or shuffled labels give .1, unwarped pictures more than .9."""
    classifier = RidgeClassifier(alpha=10).fit(flat(arrays["x_train"][:10_000]), arrays["y_train"][:10_000])
    assert 0.80 < classifier.score(flat(arrays["x_test"]), arrays["y_test"]) < 0.88


def test_unseen_digits_are_harder_than_new_warps_of_seen_ones(arrays):
    """The nearest training picture tells the digit less often where no warp of the same original was seen."""
    known, labels = flat(arrays["x_train"][:10_000]), arrays["y_train"][:10_000]

    def accuracy(images: np.ndarray, wanted: np.ndarray) -> float:
        distances = (known**2).sum(axis=1) - 2 * flat(images) @ known.T
        return (labels[distances.argmin(axis=1)] == wanted).mean()

    seen = accuracy(arrays["x_train"][10_000:], arrays["y_train"][10_000:])
    unseen = accuracy(arrays["x_test"], arrays["y_test"])
    assert 0.94 < unseen < seen - 0.005
