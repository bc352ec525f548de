"""The neuron whose weights are set by hand, in lesson 01: what the sliders say is what is drawn and counted."""

import re

import numpy as np
import pytest

from utils.playground.line import FIRES, SILENT, line_by_hand

random = np.random.default_rng(0)
X = random.normal(size=(60, 2))
y = (X @ [1.0, 2.0] + random.normal(size=60) > 0).astype(int)
SHOWN = list(range(0, 40, 2))
IMAGES = random.uniform(size=(len(SHOWN), 28, 28))


@pytest.fixture
def line():
    return line_by_hand(X, y, SHOWN, IMAGES, class_names=("3", "8"), xlabel="$x_1$: ink", ylabel="$x_2$: ink & more")


def set_to(line, w1: float, w2: float, b: float) -> str:
    """Move the sliders; returns the picture."""
    for slider, value in zip(line.sliders, (w1, w2, b), strict=True):
        slider.value = value
    return line._picture.value


def rings(picture: str) -> int:
    return len(re.findall(r'<circle [^>]*r="15"', picture))


@pytest.mark.parametrize("neuron", [(1, 2, 0), (-1, -2, 0), (0.5, -1, 1.5), (2, 0, -0.5), (0, 0, 1), (0, 0, 0)])
def test_accuracy_counts_all_points_and_rings_mark_the_mistakes_among_the_drawn_ones(line, neuron):
    picture = set_to(line, *neuron)
    fires = X @ neuron[:2] + neuron[2] > 0
    accuracy = np.mean(fires == y)
    assert line.accuracy == pytest.approx(accuracy)
    assert f'<b style="font-size: 26px">{accuracy:.4f}</b>' in line._score.value
    mistakes = int((fires != y)[SHOWN].sum())
    assert rings(picture) == mistakes
    assert f"{mistakes} of them are on the wrong side" in picture


def test_the_best_score_so_far_is_kept(line):
    set_to(line, 1, 2, 0)
    best = line.best
    set_to(line, -1, -2, 0)
    assert line.best == best > line.accuracy
    assert f"your best {best:.4f}" in line._score.value


@pytest.mark.parametrize("neuron", [(1, 2, 0.5), (-1, 0.4, 0.2), (0.3, -2, -0.1)])
def test_the_tinted_side_is_where_the_neuron_fires_and_the_line_is_where_z_is_0(line, neuron):
    picture = set_to(line, *neuron)
    outline = re.search(r'<polygon points="([^"]*)" fill="([^"]*)"', picture)
    assert outline[2] == FIRES and f'fill="{SILENT}"' in picture
    corners = np.array([[float(n) for n in corner.split(",")] for corner in outline[1].split()])
    plane = line._plane
    points = corners / [plane._scale, -plane._scale] + [plane._low[0], plane._high[1]]
    z = points @ neuron[:2] + neuron[2]
    np.testing.assert_allclose(z[:2], 0, atol=0.01)
    assert (z[2:] > 1).all()
    angle = float(re.search(r"rotate\((-?[\d.]+)\)\"><path", picture)[1])
    assert angle == pytest.approx(-np.degrees(np.arctan2(neuron[1], neuron[0])), abs=0.1)


@pytest.mark.parametrize(("b", "tint"), [(1, FIRES), (0, SILENT), (-1, SILENT)])
def test_without_weights_the_bias_decides_for_the_whole_plane(line, b, tint):
    picture = set_to(line, 0, 0, b)
    assert f'<rect width="100%" height="100%" fill="{tint}"/>' in picture
    assert "<polygon" not in picture and ">w</text>" not in picture


def test_each_digit_stands_at_its_point_and_is_sent_once(line):
    digits = line.children[1].children[-1].value
    corners = np.array(re.findall(r'<image x="(-?[\d.]+)" y="(-?[\d.]+)"', digits), dtype=float)
    plane = line._plane
    np.testing.assert_allclose(corners + 13, plane._place(X[SHOWN]), atol=0.1)
    picture = set_to(line, 1, 1, 1)
    assert "data:image" not in picture
    assert re.search(r'<use href="#([\w-]+)"', picture)[1] == re.search(r'<g id="([\w-]+)"', digits)[1]


def test_the_axes_have_their_names(line):
    picture = set_to(line, 1, 1, 1)
    assert ">x₁: ink</text>" in picture and ">x₂: ink &amp; more</text>" in picture


def test_what_is_stored_is_words_and_nothing_that_differs_from_run_to_run(line):
    assert line._repr_mimebundle_()["text/plain"] == repr(line) == line.words
    assert "0x" not in repr(line)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": X[:, :1]}, r"X: got shape \(60, 1\), expected \(n, 2\)"),
        ({"y": y[:9]}, r"y: got shape \(9,\)"),
        ({"y": y + 1}, r"expected \(60,\) of 0 and 1"),
        ({"images": IMAGES[:3]}, "shown has 20, images has 3"),
        ({"images": np.zeros((20, 28, 28, 3))}, "images: got images with channels of colour"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, message):
    with pytest.raises(ValueError, match=message):
        line_by_hand(**{"X": X, "y": y, "shown": SHOWN, "images": IMAGES} | change)
