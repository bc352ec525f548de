"""The drawing pad without a browser: what is drawn, what the networks answer to it, which challenge it solves."""

import json
import re

import keras
import numpy as np
import pytest

from utils import models
from utils.photos import as_mnist, ink_of_drawing
from utils.playground import pad as module
from utils.playground.base import unpacked
from utils.playground.pad import EXAMPLE, drawing_pad
from utils.playground.pad_picture import mosaic, pad_picture
from utils.playground.readers import Readers, Reading, percent, solved

NAMES = {"softmax": "softmax", "MLP": "mlp", "CNN": "cnn", "LSTM": "lstm"}
SIDE = 140


@pytest.fixture(scope="module")
def networks():
    keras.utils.set_random_seed(0)
    return {name: models.build(recipe) for name, recipe in NAMES.items()}


@pytest.fixture(scope="module")
def readers(networks):
    return Readers(networks)


@pytest.fixture
def pad(networks, monkeypatch):
    """A pad that keeps what it sends to the front end."""
    made = drawing_pad(networks)
    made.sent = []
    monkeypatch.setattr(made, "send", lambda content, buffers: made.sent.append((content, buffers)))
    return made


def drawn(pixels: int = 8) -> np.ndarray:
    """A seven on a sheet, as bytes of ink, not in the middle."""
    ink = np.kron(ink_of_drawing(EXAMPLE), np.ones((pixels, pixels)))
    sheet = np.zeros((SIDE, SIDE))
    sheet[20 : 20 + ink.shape[0], 5 : 5 + ink.shape[1]] = ink
    return (255 * sheet).astype(np.uint8)


def ask(pad, ink: np.ndarray, digit: int | None = None) -> tuple[dict, dict]:
    """Send a drawing as the front end does; the reply and its arrays."""
    message = {"type": "read", "id": "view-1", "side": len(ink), "digit": digit}
    pad._handle_custom_msg(message, [memoryview(ink.tobytes())])
    content, (data,) = pad.sent.pop()
    return json.loads(json.dumps(content)), unpacked(content["layout"], data)


# What the networks get, and what they answer


def test_what_is_drawn_is_centred_as_a_photo_is(readers):
    ink = drawn() / 255
    np.testing.assert_allclose(readers.read_ink(ink).image, as_mnist(ink), atol=1e-6)


def test_an_answer_is_the_one_that_predict_gives(networks, readers):
    image = as_mnist(drawn() / 255)
    reading = readers.read(image)
    assert list(reading.probabilities) == list(networks)
    for name, network in networks.items():
        np.testing.assert_allclose(reading.probabilities[name], network.predict(image[None], verbose=0)[0], atol=1e-6)


def test_dropout_is_off_while_the_networks_read(readers):
    image = as_mnist(drawn() / 255)
    once, twice = readers.read(image), readers.read(image)
    np.testing.assert_array_equal(once.probabilities["MLP"], twice.probabilities["MLP"])


def test_a_network_that_learns_on_is_read_as_it_is_now(networks):
    readers, image = Readers(networks), as_mnist(drawn() / 255)
    before = readers.read(image).probabilities["softmax"]
    *_, dense = networks["softmax"].layers
    weights = dense.get_weights()
    dense.set_weights([2 * weights[0], weights[1]])
    try:
        assert np.abs(readers.read(image).probabilities["softmax"] - before).max() > 1e-3
    finally:
        dense.set_weights(weights)


def test_the_maps_are_those_of_the_first_two_convolutions(networks, readers):
    image = as_mnist(drawn() / 255)
    first, second = readers.read(image).feature_maps
    assert first.title == "CNN, first convolution: 16 maps of 24 × 24"
    assert second.title == "CNN, second convolution: 32 maps of 8 × 8"
    convolution = next(layer for layer in networks["CNN"].layers if isinstance(layer, keras.layers.Conv2D))
    np.testing.assert_allclose(first.maps, convolution(image[None, :, :, None])[0], atol=1e-5)
    assert second.maps.shape == (8, 8, 32)


def test_without_a_convolution_there_are_no_maps(networks):
    only = Readers({"softmax": networks["softmax"]})
    assert only.read(np.zeros((28, 28))).feature_maps == []


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros(784), r"image: got shape \(784,\)"),
        (np.full((28, 28), 255), "image: got numbers from 255 to 255"),
        (np.full((28, 28), np.nan), "image: got numbers from nan"),
    ],
)
def test_what_is_no_image_is_refused_by_name(readers, image, message):
    with pytest.raises(ValueError, match=message):
        readers.read(image)


def test_what_does_not_read_digits_is_refused_by_name():
    with pytest.raises(ValueError, match="models: got none"):
        drawing_pad({})
    wrong = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"models\['mine'\]: got a Sequential from \(None, 28, 28\) to \(None, 3\)"):
        drawing_pad({"mine": wrong})
    with pytest.raises(ValueError, match=r"models\['mine'\]: got a str"):
        drawing_pad({"mine": "cnn"})


# Messages


def test_a_drawing_is_answered_with_probabilities_image_and_maps(pad, readers):
    reply, arrays = ask(pad, drawn())
    reading = readers.read_ink(drawn() / 255)
    assert reply["type"] == "reading" and reply["id"] == "view-1"
    assert [answer["name"] for answer in reply["answers"]] == list(NAMES)
    for answer, probabilities, expected in zip(
        reply["answers"], arrays["probabilities"], reading.probabilities.values(), strict=True
    ):
        np.testing.assert_allclose(probabilities, expected, atol=1e-5)
        assert answer["digit"] == expected.argmax()
        assert answer["probability"] == pytest.approx(expected.max(), abs=1e-5)
    assert np.abs(arrays["image"] / 255 - reading.image).max() < 0.003
    assert arrays["maps0"].shape == (16, 24, 24) and arrays["maps1"].shape == (32, 8, 8)
    for name, of_layer in zip(("maps0", "maps1"), reading.feature_maps, strict=True):
        strongest = of_layer.maps.max()
        assert np.abs(arrays[name] / 255 - np.moveaxis(of_layer.maps, -1, 0) / strongest).max() < 0.003


def test_an_empty_sheet_is_answered_by_words_and_not_by_an_error(pad):
    reply, arrays = ask(pad, np.zeros((SIDE, SIDE), np.uint8))
    assert reply["type"] == "empty" and reply["message"] == "Nothing is drawn yet."
    assert arrays == {}


@pytest.mark.parametrize(
    ("message", "buffers", "said"),
    [
        ({"type": "read", "side": 9, "digit": None}, [b"12"], r"buffers: got \[2\] bytes, expected one of 81"),
        ({"type": "read", "side": 9, "digit": None}, [], r"buffers: got \[\] bytes"),
        ({"type": "read", "side": "9", "digit": None}, [b"1" * 81], "side: got '9'"),
        ({"type": "read", "side": 9, "digit": 12}, [b"\xff" * 81], "digit: got 12"),
        ({"type": "play"}, [], "type: got 'play'"),
    ],
)
def test_a_message_that_makes_no_sense_is_told_to_the_front_end(pad, message, buffers, said):
    pad._handle_custom_msg(message, buffers)
    (content, _), *_ = pad.sent
    assert content["type"] == "error"
    assert re.search(said, content["message"])


def test_the_front_end_knows_what_to_draw_before_the_first_answer(pad):
    assert pad.networks == list(NAMES)
    assert [challenge["key"] for challenge in pad.challenges] == ["convolution", "overconfident"]
    assert [layer["shape"] for layer in pad.layers] == [[16, 24, 24], [32, 8, 8]]


# Challenges


def reading(**digits: tuple[int, float]) -> Reading:
    """A reading in which each network gives a digit a probability, and the rest to all others."""
    probabilities = {}
    for name, (digit, share) in digits.items():
        probabilities[name] = np.full(10, (1 - share) / 9)
        probabilities[name][digit] = share
    return Reading(np.zeros((28, 28)), probabilities, [])


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        ({"MLP": (3, 0.6), "CNN": (8, 0.5), "LSTM": (8, 0.9)}, ["convolution"]),
        ({"MLP": (8, 0.6), "CNN": (3, 0.5), "LSTM": (8, 0.9)}, []),
        ({"MLP": (8, 0.6), "CNN": (8, 0.5), "LSTM": (8, 0.9)}, []),
        ({"MLP": (3, 0.9), "CNN": (0, 0.95), "LSTM": (3, 1.0)}, ["overconfident"]),
        ({"MLP": (3, 0.9), "CNN": (0, 0.89), "LSTM": (3, 1.0)}, []),
        ({"MLP": (3, 0.9), "CNN": (8, 0.95), "LSTM": (3, 1.0)}, ["convolution"]),
        ({"softmax": (3, 0.99)}, ["overconfident"]),
        ({"softmax": (8, 0.99)}, []),
    ],
)
def test_a_challenge_is_solved_by_what_its_words_say(answers, keys):
    assert solved(reading(**answers), 8) == keys


def test_the_reply_names_the_challenges_that_are_solved(pad, monkeypatch):
    wrong = reading(MLP=(3, 0.95), CNN=(3, 0.95))
    monkeypatch.setattr(module.Readers, "read_ink", lambda self, ink: wrong)
    assert ask(pad, drawn(), digit=7)[0]["solved"] == ["overconfident"]
    assert ask(pad, drawn(), digit=3)[0]["solved"] == []
    assert ask(pad, drawn(), digit=None)[0]["solved"] == []


def test_only_challenges_that_the_networks_allow_are_set(networks):
    def tasks(*names):
        return dict(Readers({name: networks[name] for name in names}).challenges)

    assert "all four networks are sure (at least 90 %)" in tasks(*NAMES)["overconfident"]
    assert "both networks are" in tasks("MLP", "CNN")["overconfident"]
    assert list(tasks("softmax", "CNN")) == ["overconfident"]
    assert "the softmax is sure" in tasks("softmax")["overconfident"]


# Where no widget can be


def test_the_stored_output_is_text_and_a_picture_of_what_the_pad_shows(pad):
    data, metadata = pad._repr_mimebundle_()
    assert data["text/plain"] == repr(pad)
    assert "softmax, MLP, CNN and LSTM" in repr(pad) and "0x" not in repr(pad)
    assert data["image/png"]
    assert "CNN reads" in metadata["image/png"]["alt"]


def test_the_picture_draws_the_image_the_probabilities_and_the_maps(networks, readers):
    image = as_mnist(drawn() / 255)
    figure = pad_picture(networks, image)
    reading = readers.read(image)
    seen, *panels = figure.axes
    np.testing.assert_array_equal(seen.images[0].get_array(), image)
    for axes, (name, probabilities) in zip(panels[:4], reading.probabilities.items(), strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in axes.patches], probabilities, atol=1e-6)
        assert axes.get_title().startswith(f"{name}: {probabilities.argmax()} (")
    assert [axes.get_title(loc="left") for axes in panels[4:]] == [maps.title for maps in reading.feature_maps]
    assert f"CNN reads {reading.probabilities['CNN'].argmax()} with probability" in figure.description


def test_a_picture_of_ones_own_can_be_shown(networks):
    image = as_mnist(np.ones((50, 10)))
    np.testing.assert_array_equal(drawing_pad(networks, image).picture().axes[0].images[0].get_array(), image)


def test_no_probability_is_said_to_be_certain():
    assert [percent(share) for share in (1.0, 0.995, 0.994, 0.5, 0.0)] == ["> 99 %", "> 99 %", "99 %", "50 %", "0 %"]


def test_maps_stand_in_rows_with_gaps_between_them():
    maps = np.stack([np.full((2, 3), channel) for channel in (1, -2, 3)], axis=-1)
    gap = np.nan
    expected = [[1, 1, 1, gap, 0, 0, 0], [1, 1, 1, gap, 0, 0, 0], [gap] * 7, [3, 3, 3, *[gap] * 4]]
    field = mosaic(maps, columns=2)
    np.testing.assert_array_equal(field, [*expected, [3, 3, 3, *[gap] * 4]])


def test_nothing_in_the_front_end_leaves_the_machine():
    for name in ("pad.js", "pad.css"):
        text = (module.HERE / name).read_text(encoding="utf-8")
        assert not any(word in text for word in ("http:", "https:", "fetch(", "import ", "import(", "url("))
