"""Vectors added tip to tail: the arrows drawn are the vectors given."""

import numpy as np
import pytest

from utils import plots


def arrows(axes) -> dict[str, tuple]:
    """The arrows of a panel by the name that follows each: where it begins and where it ends."""
    notes = list(axes.texts)
    return {name.get_text(): (arrow.xyann, arrow.xy) for arrow, name in zip(notes[::2], notes[1::2], strict=True)}


def test_each_vector_begins_where_the_one_before_ends_and_the_sum_at_the_origin():
    figure = plots.vector_addition({"a": {"w": [2, 1], "−x": [-1, 3]}}, total="new w")
    drawn = arrows(figure.axes[0])
    np.testing.assert_allclose(drawn["w"], [(0, 0), (2, 1)])
    np.testing.assert_allclose(drawn["−x"], [(2, 1), (1, 4)])
    np.testing.assert_allclose(drawn["new w"], [(0, 0), (1, 4)])


def test_all_sums_are_drawn_on_one_scale_and_described():
    figure = plots.vector_addition({"short": {"v": [1, 0]}, "long": {"v": [0, -5], "g": [1, 1]}})
    assert [axes.get_title() for axes in figure.axes] == ["short", "long"]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in figure.axes}) == 1
    assert np.ptp(figure.axes[0].get_xlim()) == pytest.approx(np.ptp(figure.axes[0].get_ylim()))
    assert figure.description == "Short: v (1, 0) gives sum (1, 0). Long: v (0, -5) plus g (1, 1) gives sum (1, -4)."


def test_a_zero_vector_is_drawn():
    assert plots.vector_addition({"still": {"w": [0, 0]}}).axes


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ({}, "sums: got none"),
        ({"a": {}}, r"sums\['a'\]: got 0 vectors"),
        ({"a": {"w": [1, 2, 3]}}, r"sums\['a'\]\['w'\]: got shape \(3,\), expected \(2,\)"),
        ({"a": {"w": [1, np.nan]}}, r"sums\['a'\]\['w'\]"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(sums, words):
    with pytest.raises(ValueError, match=words):
        plots.vector_addition(sums)
