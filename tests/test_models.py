"""utils.models: the recipes are what they say, and a stored model is never worse than training anew."""

import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from utils import models, recipes

ROOT = Path(__file__).resolve().parents[1]


class Digits(NamedTuple):
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str = "digits"


def make_digits(n: int) -> Digits:
    """Ten blurry patterns with noise, in the digits' shapes: easy, so that few steps suffice."""
    rng = np.random.default_rng(0)
    patterns = np.kron(rng.random((10, 7, 7)) > 0.5, np.ones((4, 4)))
    labels = np.arange(n + 200) % 10
    images = np.clip(0.7 * patterns[labels] + 0.3 * rng.random((n + 200, 28, 28)), 0, 1).astype("float32")
    return Digits(images[:n], labels[:n], images[n:], labels[n:])


@pytest.fixture
def digits():
    return make_digits(256)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path))
    return tmp_path / "models"


@pytest.fixture
def trainings(monkeypatch):
    """The names of the recipes trained so far."""
    names = []
    train = models.train

    def counted(name, *arguments, **options):
        names.append(name)
        return train(name, *arguments, **options)

    monkeypatch.setattr(models, "train", counted)
    return names


def _mlp_with_more_dropout():
    import keras

    model = recipes.mlp().get_config()
    model["layers"][3]["config"]["rate"] = 0.2  # weights of the same shapes
    return keras.Sequential.from_config(model)


def weights_of(model) -> np.ndarray:
    return np.concatenate([weights.ravel() for weights in model.get_weights()])


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("softmax", 784 * 10 + 10),
        ("mlp", 784 * 160 + 160 + 160 * 10 + 10),
        ("cnn", 25 * 16 + 16 + 25 * 16 * 32 + 32 + 4 * 4 * 32 * 128 + 128 + 128 * 10 + 10),
        ("simple_rnn", 64 * (28 + 64 + 1) + 64 * 10 + 10),
        ("gru", 3 * 64 * (28 + 64 + 2) + 64 * 10 + 10),  # two biases, as cuDNN wants them
        ("lstm", 4 * 64 * (28 + 64 + 1) + 64 * 10 + 10),
    ],
)
def test_a_recipe_reads_images_with_the_parameters_its_architecture_has(name, parameters):
    model = models.build(name)
    assert model.count_params() == parameters
    assert not model.compiled
    probabilities = model.predict(np.random.default_rng(0).random((3, 28, 28), dtype="float32"), verbose=0)
    assert probabilities.shape == (3, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(("name", "hidden"), [("mlp", 1), ("cnn", 3)])
def test_every_hidden_layer_bends(name, hidden):
    layers = [layer for layer in models.build(name).layers[:-1] if layer.weights]
    assert [layer.activation.__name__ for layer in layers] == ["relu"] * hidden


@pytest.mark.parametrize("name", models.RECIPES)
def test_every_recipe_learns_what_a_few_steps_can_teach(name):
    digits = make_digits(2000)
    model, history, seconds = models.train(name, digits, verbose=0)
    assert model.evaluate(digits.x_test, digits.y_test, verbose=0)[1] > 0.9
    assert len(history.history["loss"]) == models.RECIPES[name].epochs and seconds > 0


def test_the_one_cycle_rises_for_a_quarter_and_ends_at_zero():
    rates = [float(models.one_cycle(0.01, 100)(step)) for step in (0, 12.5, 25, 62.5, 100)]
    np.testing.assert_allclose(rates, [0.001, 0.0055, 0.01, 0.005, 0], atol=1e-7)


def test_the_schedule_counts_every_batch_of_every_epoch(digits):
    images_129 = digits._replace(x_train=digits.x_train[:129], y_train=digits.y_train[:129])
    model, _, _ = models.train("cnn", images_129, verbose=0)
    schedule = model.optimizer.get_config()["learning_rate"]["config"]
    steps = 2 * models.RECIPES["cnn"].epochs  # one batch of 128 and one of 1 in each epoch
    assert int(model.optimizer.iterations) == steps
    assert schedule["decay_steps"] + schedule["warmup_steps"] == steps
    assert float(model.optimizer.learning_rate) == 0


def test_the_seed_decides_the_weights(digits):
    first, again, other = (weights_of(models.train("mlp", digits, seed, verbose=0)[0]) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_a_trained_model_is_stored_and_loaded_the_next_time(folder, digits, trainings, capsys):
    fresh = models.trained("mlp", digits)
    capsys.readouterr()
    loaded = models.trained("mlp", digits)
    assert trainings == ["mlp"]
    assert capsys.readouterr().out == "The course's mlp is here, trained on 256 images.\n"
    np.testing.assert_array_equal(fresh.predict(digits.x_test, verbose=0), loaded.predict(digits.x_test, verbose=0))
    loss = fresh.evaluate(digits.x_test, digits.y_test, verbose=0)[0]
    assert loaded.evaluate(digits.x_test, digits.y_test, verbose=0)[0] == pytest.approx(loss)
    (file,) = folder.iterdir()
    assert file.name.startswith("mlp-digits-seed0-") and file.suffix == ".keras"


@pytest.mark.parametrize("name", models.RECIPES)
def test_every_recipe_survives_its_file(folder, digits, trainings, name):
    fresh, loaded = models.trained(name, digits), models.trained(name, digits)
    assert trainings == [name]
    np.testing.assert_array_equal(weights_of(fresh), weights_of(loaded))


def test_what_follows_draws_the_same_numbers_whether_the_model_was_loaded_or_trained(folder, digits):
    def draw(seed: int) -> list:
        import keras

        keras.utils.set_random_seed(seed)
        models.trained("softmax", digits)
        # Python's own numbers are those from which Keras's layers take their seeds.
        return [np.random.rand(), random.random()]

    trained, loaded, other = draw(3), draw(3), draw(4)
    assert trained == loaded
    assert trained != other, "the lesson's own seed no longer matters"


def test_one_sees_a_model_learn_in_a_line_that_its_last_state_covers(folder, digits, monkeypatch, capsys):
    monkeypatch.setattr(models, "SECONDS_BETWEEN_LINES", 0)
    models.trained("softmax", digits)
    *learning, there = capsys.readouterr().out.split("\r")[1:]
    shares = [int(re.fullmatch(r"The course's softmax learns, +(\d+)%", line)[1]) for line in learning]
    assert len(shares) == 5 * 3 and shares == sorted(shares) and shares[0] == 0 and shares[-1] == 93
    assert there == "The course's softmax is here, trained on 256 images.\n"
    assert len(there) > max(map(len, learning))


@pytest.mark.parametrize(
    "change",
    ["seed", "source", "images", "labels", "layers", "learning rate", "batch size", "epochs"],
)
def test_a_stored_model_counts_only_for_what_it_was_trained_on(digits, monkeypatch, change):
    before, seed = models.stored_path("mlp", digits, 0), 0
    if change == "seed":
        seed = 1
    elif change == "source":
        digits = digits._replace(source="mnist")
    elif change == "images":
        digits = digits._replace(x_train=digits.x_train[:100])
    elif change == "labels":
        digits = digits._replace(y_train=digits.y_train[::-1])
    else:
        changed = {
            "layers": {"build": _mlp_with_more_dropout},
            "learning rate": {"optimizer": recipes.adam(7e-3)},
            "batch size": {"batch_size": 255},  # as many steps as with 256
            "epochs": {"epochs": 6},
        }[change]
        monkeypatch.setitem(models.RECIPES, "mlp", replace(models.RECIPES["mlp"], **changed))
    assert models.stored_path("mlp", digits, seed) != before


@pytest.mark.parametrize("damage", ["truncated", "text", "empty", "another model"])
def test_a_damaged_model_is_reported_kept_and_trained_anew(folder, digits, trainings, capsys, damage):
    fresh = models.trained("softmax", digits)
    (file,) = folder.iterdir()
    if damage == "another model":
        models.build("mlp").save(file)
    else:
        content = file.read_bytes()
        file.write_bytes({"truncated": content[: len(content) // 2], "text": b"<html>", "empty": b""}[damage])
    broken = file.read_bytes()
    capsys.readouterr()
    again = models.trained("softmax", digits)
    assert capsys.readouterr().out.startswith(f"Stored model {file.name} is damaged (")
    assert trainings == ["softmax", "softmax"]
    np.testing.assert_array_equal(weights_of(again), weights_of(fresh))
    assert file.with_suffix(".damaged").read_bytes() == broken
    assert models.trained("softmax", digits) is not None and len(trainings) == 2


def test_a_failure_while_storing_leaves_nothing_and_gives_the_model(folder, digits, monkeypatch, capsys):
    def full_disk(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    assert models.trained("softmax", digits).count_params() == 7850
    assert "Trained softmax not stored" in capsys.readouterr().out
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_gives_the_model_from_memory(tmp_path, digits, monkeypatch, capsys):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path / "file"))
    assert models.trained("softmax", digits).count_params() == 7850
    assert "Trained softmax not stored" in capsys.readouterr().out


def test_an_unknown_recipe_and_wrong_shapes_are_refused_by_name(digits):
    for call in [
        models.build,
        lambda name: models.train(name, digits),
        lambda name: models.trained(name, digits),
    ]:
        with pytest.raises(ValueError, match=f"name: got 'resnet', expected one of {', '.join(models.RECIPES)}"):
            call("resnet")
    with pytest.raises(ValueError, match=r"x_train: got shape \(256, 784\)"):
        models.train("mlp", digits._replace(x_train=digits.x_train.reshape(-1, 784)))
    for wrong in (255 * digits.x_train, 2 * digits.x_train - 1):
        with pytest.raises(ValueError, match=r"x_train: got pixels from .*expected 0 to 1"):
            models.train("mlp", digits._replace(x_train=wrong))
    with pytest.raises(ValueError, match=r"y_train: got shape \(10,\)"):
        models.train("mlp", digits._replace(y_train=digits.y_train[:10]))


def test_importing_prints_nothing_and_leaves_tensorflow_alone():
    code = "import sys, utils.models; assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
