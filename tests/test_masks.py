"""What the regression test does not look at: the masks of nbval.cfg, and how coarsely pictures are compared."""

import base64
import re

import numpy as np
import pytest
from nbformat.v4 import new_output
from nbval.plugin import get_sanitize_patterns

from tests.figures import differences, figure_differences, look
from tests.regression import SANITIZER
from tests.sample_lesson import png


def masked(text: str) -> str:
    """The text as nbval compares it."""
    for pattern, replacement in get_sanitize_patterns(SANITIZER.read_text(encoding="ascii")):
        text = re.sub(pattern, replacement, text)
    return text


KERAS = "196/196 - 1s - 7ms/step - accuracy: 0.8912 - loss: 0.3801"
SAME = {
    "measured numbers": ("accuracy ≈0.9733 after ≈12345 steps", "accuracy ≈0.41 after ≈9 steps"),
    "signs and exponents": ("≈-3.2 and ≈1.2e-05", "≈7 and ≈8.25e+10"),
    "a number in brackets": ("✓ it reads (≈0.9771, at least 0.965)", "✓ it reads (≈0.9812, at least 0.965)"),
    "an epoch": (KERAS, "196/196 - 0s - 813us/step - accuracy: 0.9012 - loss: 1.2000e-04"),
    "a slow epoch": (KERAS, "196/196 - 75s - 2s/step - accuracy: 0.1000 - loss: 2.3026"),
    "an epoch with everything": (
        f"{KERAS} - val_accuracy: 0.9500 - val_loss: 0.1700 - learning_rate: 1.0000e-03\n",
        "196/196 - 2s - 8ms/step - accuracy: 0.7 - loss: 0.1".replace("0.7", "0.7000").replace("0.1", "0.1000")
        + " - val_accuracy: 0.8500 - val_loss: -0.2700 - learning_rate: 5.0000e-04\n",
    ),
    "the start": (
        "Ready: Python 3.11.7, TensorFlow 2.21.0, Keras 3.15.0, CPU (2 cores), seed 0\n",
        "Ready: Python 3.13.0, TensorFlow 2.20.0, Keras 3.13.2, 2 × Tesla T4, seed 12\n",
    ),
    "the digits": (
        "Digits: MNIST from data/mnist.npz (50,000 training, 10,000 validation, 10,000 test)\n",
        "Digits: stand-in, no network (50,000 training, 10,000 validation, 10,000 test)\n",
    ),
}
DIFFERENT = {
    "a bare number": ("accuracy 0.9733", "accuracy 0.9734"),
    "nan behind the sign": ("loss ≈0.31", "loss ≈nan"),
    "infinity behind the sign": ("loss ≈0.31", "loss ≈inf"),
    "words around a number": ("accuracy ≈0.97", "accuracies ≈0.97"),
    "a claim's bound": ("(≈0.9771, at least 0.965)", "(≈0.9771, at least 0.5)"),
    "nan in an epoch": (KERAS, "196/196 - 1s - 7ms/step - accuracy: 0.8912 - loss: nan"),
    "nan before a number": (KERAS, "196/196 - 1s - 7ms/step - accuracy: nan - loss: 0.3801"),
    "another metric": (KERAS, KERAS.replace("accuracy", "precision")),
    "a missing metric": (KERAS, KERAS.replace(" - loss: 0.3801", "")),
    "another number of steps": (KERAS, KERAS.replace("196", "98")),
    "a number in a line of another kind": ("epoch 1 - loss: 0.3801", "epoch 1 - loss: 0.4801"),
    "a start within a text": ("Ready: Python", "Ready: Go"),
    "an unfinished start": ("Ready: Python 3.11.7, TensorFlow 2.21.0\n", "Ready: Python 3.11.7, TensorFlow 2.20.0\n"),
    "a text after the digits": ("Digits: MNIST\nall read\n", "Digits: MNIST\nnone read\n"),
    "a text before the digits": ("My Digits: MNIST, 1", "My Digits: MNIST, 2"),
}


@pytest.mark.parametrize("case", SAME)
def test_a_mask_hides_what_may_vary(case):
    stored, live = SAME[case]
    assert masked(stored) == masked(live)
    assert masked(stored) != stored


@pytest.mark.parametrize("case", DIFFERENT)
def test_no_mask_hides_what_may_not_vary(case):
    stored, live = DIFFERENT[case]
    assert masked(stored) != masked(live)


def test_nbval_reads_every_line_of_the_configuration():
    text = SANITIZER.read_text(encoding="ascii")
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(rules) == 2 * len(get_sanitize_patterns(text)) == 8


def _page(height=100, width=100):
    return np.ones((height, width, 3))


def _drawing(lines=10, colour=(0.0, 0.4, 0.7), height=100, width=100):
    page = _page(height, width)
    page[10 : 10 + 2 * lines : 2, 10:-10] = colour
    return page


def _compared(stored, live):
    return differences(look(png(stored)), look(png(live)))


def test_pictures_of_the_same_look_are_equal():
    assert _compared(_drawing(10), np.roll(_drawing(12, height=105), 20, axis=0)) == []


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (_page(), "blank"),
        (_drawing(height=120), "height 120 pixels, stored 100"),
        (_drawing(width=80), "width 80 pixels, stored 100"),
        (_drawing(lines=3), "have ink"),
        (_drawing(colour=(0, 0, 0)), "have colour"),
        (np.where(_page().cumsum(axis=0) < 12, 0.2, _page()), "have detail"),
    ],
    ids=["blank", "taller", "narrower", "less ink", "grey", "smooth"],
)
def test_pictures_of_another_look_are_told_apart(live, expected):
    assert any(expected in message for message in _compared(_drawing(), live))


def test_a_black_picture_in_place_of_a_digit_is_told_apart():
    digit = np.zeros((112, 112, 3))
    digit[20:90, 50:60] = 1
    assert any("blank" in message for message in _compared(digit, np.zeros((112, 112, 3))))


def _output(pixels, alt=""):
    metadata = {"image/png": {"alt": alt}} if alt else {}
    data = {"image/png": base64.b64encode(png(pixels)).decode("ascii")}
    return new_output("display_data", data, metadata=metadata)


def test_a_missing_picture_is_counted():
    assert figure_differences([_output(_drawing())] * 2, [_output(_drawing())]) == ["figures: 1 shown, 2 stored"]


def test_two_swapped_pictures_are_noticed():
    one, other = _output(_drawing(4)), _output(_drawing(40))
    assert figure_differences([one, other], [one, other]) == []
    messages = figure_differences([one, other], [other, one])
    assert any("figure 1" in message for message in messages)
    assert any("figure 2" in message for message in messages)


def test_a_lost_description_is_noticed():
    stored, live = _output(_drawing(), alt="Ten blue lines."), _output(_drawing())
    assert figure_differences([stored], [live]) == ["figure 1: its description is missing"]
