"""The network with ImageNet weights that ships with the course."""

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

from utils import imagenet
from utils.storage import BadFileError, read_arrays

LOGITS = [8.1659, 8.8272, 8.8973, 6.4362, -0.7579, 1.8460]  # of classes 281, 282, 285, 287, 0, 999 for the cat


@pytest.fixture(scope="module")
def network():
    return imagenet.load_network()


def square(photograph, side=224):
    """The middle square of a photograph as a batch of one."""
    return imagenet.middle_square(photograph, side)[np.newaxis]


def best_names(network, photograph, count):
    probabilities = network.predict(square(photograph), verbose=0)[0]
    return [imagenet.class_names()[place] for place in np.argsort(-probabilities)[:count]]


def test_it_has_the_layers_and_parameters_of_efficientnet_lite0(network):
    assert network.count_params() == 4_694_024
    assert network.get_layer("block5c_add").output.shape[-1] == 112
    assert network.get_layer("block6a_expand_activation").output.shape[-1] == 672
    assert network.get_layer("features").output.shape[-1] == 1280


def test_its_probabilities_add_up_to_one(network):
    assert network.predict(square(imagenet.cat_photograph()), verbose=0).sum() == pytest.approx(1, abs=1e-4)


def test_it_sees_cats_in_the_cat_and_buildings_in_the_palace(network):
    assert set(best_names(network, imagenet.cat_photograph(), 3)) == {"Egyptian Mau", "tiger cat", "tabby cat"}
    china, flower = load_sample_images().images
    assert best_names(network, china, 2) == ["palace", "bell tower"]
    assert best_names(network, flower, 1) == ["daisy"]


def test_its_logits_are_those_that_were_stored(network):
    """A change of a layer, of the padding, or of the scale of pixels shows here, where the names above may not tell."""
    import keras

    logits = keras.Model(network.inputs, network.get_layer("predictions").output)
    found = logits.predict(square(imagenet.cat_photograph()), verbose=0)[0, [281, 282, 285, 287, 0, 999]]
    np.testing.assert_allclose(found, LOGITS, atol=2e-3)


def test_pictures_of_any_size_can_be_read(network):
    assert network.predict(np.zeros((2, 96, 130, 3), "float32"), verbose=0).shape == (2, 1000)


def test_a_network_with_random_weights_has_no_opinion():
    probabilities = imagenet.build_network().predict(square(imagenet.cat_photograph()), verbose=0)
    assert probabilities.max() < 0.05


def test_there_are_a_thousand_names():
    names = imagenet.class_names()
    assert len(names) == 1000
    assert names[285] == "Egyptian Mau"


def test_the_cat_is_a_colour_photograph():
    assert imagenet.cat_photograph().shape == (300, 451, 3)
    assert imagenet.cat_photograph().dtype == np.uint8


def test_missing_weights_say_what_helps(tmp_path):
    with pytest.raises(BadFileError, match=r"weights.npz cannot be read.*git checkout data/imagenet"):
        imagenet.read_weights(tmp_path / "weights.npz")


def test_a_file_that_was_cut_off_is_not_used(tmp_path):
    whole = (imagenet.FOLDER / "efficientnet_lite0.npz").read_bytes()
    (tmp_path / "weights.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFileError, match=r"weights.npz is not a whole .npz file.*It is a part of the course"):
        imagenet.read_weights(tmp_path / "weights.npz")


def test_other_numbers_are_not_used(tmp_path):
    arrays = read_arrays(imagenet.FOLDER / "efficientnet_lite0.npz")
    arrays["predictions/bias"] = arrays["predictions/bias"] + np.float16(1)
    np.savez(tmp_path / "weights.npz", **arrays)
    with pytest.raises(BadFileError, match="holds other numbers"):
        imagenet.read_weights(tmp_path / "weights.npz")


def test_the_same_arrays_in_another_zip_file_are_used(tmp_path):
    arrays = read_arrays(imagenet.FOLDER / "efficientnet_lite0.npz")
    np.savez(tmp_path / "weights.npz", **dict(reversed(arrays.items())))
    assert len(imagenet.read_weights(tmp_path / "weights.npz")) == 247


def test_a_photograph_is_turned_as_the_camera_says_and_not_too_large(tmp_path):
    lying = Image.new("RGB", (1600, 800), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: 90 degrees clockwise shows it upright
    lying.save(tmp_path / "photo.jpg", exif=exif)
    assert imagenet.photograph(tmp_path / "photo.jpg").shape == (1024, 512, 3)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "CMYK"])
def test_a_photograph_of_any_kind_has_three_channels(tmp_path, mode):
    Image.new(mode, (30, 20)).save(tmp_path / "photo.tif")
    picture = imagenet.photograph(tmp_path / "photo.tif")
    assert picture.shape == (20, 30, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(
    ("shape", "resized"), [((300, 450), (224, 336)), ((450, 300), (336, 224)), ((100, 100), (224, 224))]
)
def test_the_shorter_side_decides(shape, resized):
    photograph = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype="uint8")
    picture = imagenet.resized(photograph)
    assert picture.shape == (*resized, 3)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 255


@pytest.mark.parametrize("shape", [(20, 60), (60, 20)])
def test_the_square_is_the_middle_one(shape):
    photograph = np.zeros((*shape, 3))
    photograph[tuple(slice(side // 2 - 10, side // 2 + 10) for side in shape)] = 255
    assert (imagenet.middle_square(photograph, 20) == 255).all()


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (2, 28, 28, 3)])
def test_other_shapes_are_no_photographs(shape):
    with pytest.raises(ValueError, match="photograph: got shape"):
        imagenet.resized(np.zeros(shape))
