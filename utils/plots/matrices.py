"""Tables of numbers as pictures."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers
from utils.plots.style import (
    DIVERGING,
    GREY,
    CourseFigure,
    Size,
    finished,
    first_panels,
    hide_ticks,
    listed,
    new_axes,
    new_figure,
    panel_grid,
    styled,
)

_TINTS = LinearSegmentedColormap.from_list("tints", ["#FFF0DF", "#F5B26B", "#E0762E"])
MOST_CELLS = 12  # rows or columns of a grid whose numbers can still be read
MOST_NUMBERED_CLASSES = 30  # classes of a confusion matrix whose numbers can still be read
MOST_CLASSES = 1000


@styled
def confusion_matrix(
    counts: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """How often each class was given each answer: a row for each class, a column for each answer.

    Mistakes are tinted by their number; the diagonal, where answer and class agree, is framed and left white, since
    beside it no mistake would show.

    >>> figure = plots.confusion_matrix([[50, 1], [3, 46]], ["cat", "dog"])

    Args:
        counts: shape (classes, classes), as `sklearn.metrics.confusion_matrix` returns it, normalised or not: whole
            numbers are written as counts, numbers up to 1 as shares. Above 30 classes only the tints are drawn.
        class_names: what the classes are called; their numbers where not given.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the most frequent mistake where not given.

    Raises:
        ValueError: not a square table of numbers from 0 up, more than 1,000 classes, or another number of names.
    """
    counts = as_numbers("counts", counts, 2)
    classes = len(counts)
    if counts.shape != (classes, classes):
        raise ValueError(f"counts: got shape {counts.shape}, expected as many columns as rows")
    if counts.min() < 0:
        raise ValueError(f"counts: got {counts.min():g} among them, expected numbers from 0 up")
    if classes > MOST_CLASSES:
        raise ValueError(f"counts: got {classes} classes, expected at most {MOST_CLASSES}")
    names = [str(number) for number in range(classes)] if class_names is None else [str(name) for name in class_names]
    if len(names) != classes:
        raise ValueError(f"class_names: got {len(names)}, expected {classes}")
    numbered = classes <= MOST_NUMBERED_CLASSES
    texts = [[_written(number, counts) for number in row] for row in counts] if numbered else []
    longest = max((len(text) for row in texts for text in row), default=0)
    width = max(0.62, 0.16 + 0.115 * longest)
    figure = new_figure(*((width * classes + 1.4, 0.5 * classes + 1.2) if numbered else (9, 8)))
    axes = new_axes(figure, 1, 1)[0, 0]
    mistakes = counts * (1 - np.eye(classes))
    # The root of the numbers: a few frequent mistakes must not make all others look alike.
    tinted = np.ma.masked_array(np.sqrt(mistakes), mask=np.eye(classes, dtype=bool))
    axes.imshow(tinted, cmap=_TINTS, vmin=0, vmax=np.sqrt(mistakes.max()) or 1.0, aspect="auto")
    for row, column in np.ndindex(counts.shape if numbered else (0, 0)):
        axes.text(
            column, row, texts[row][column], ha="center", va="center",
            color=GREY if row == column else "black", fontsize=11.5,
        )  # fmt: skip
    if numbered:
        for row in range(classes):
            axes.add_patch(_frame(row))
        axes.set_xticks(range(classes), names, rotation=90 if max(map(len, names)) > 6 else 0)
        axes.set_yticks(range(classes), names)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="answer", ylabel="right class")
    return finished(figure, description or _worst_in_words(mistakes, counts, names), title=title, size=size)


def _written(number: float, counts: np.ndarray) -> str:
    """A count as a whole number, a share with two digits behind the point, anything between with three digits."""
    if (counts == np.round(counts)).all():
        return f"{number:.0f}"
    if counts.max() <= 1:
        return f"{number:.2f}" if number == 0 or number >= 0.005 else "<.01"
    return f"{number:.3g}"


def _worst_in_words(mistakes: np.ndarray, counts: np.ndarray, names: list[str]) -> str:
    words = "A table of right classes against answers"
    if not mistakes.any():
        return f"{words}; there are no mistakes."
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    number = _written(mistakes[row, column], counts)
    often = "once" if number == "1" else f"{number} times"
    if counts.max() <= 1 and not (counts == np.round(counts)).all():
        often = f"a share of {number}"
    return f"{words}; the most frequent mistake answers {names[column]} where {names[row]} is right, {often}."


def _frame(position: int) -> Rectangle:
    return Rectangle((position - 0.5, position - 0.5), 1, 1, fill=False, ec=GREY, lw=1, clip_on=False)


@styled
def number_grids(
    arrays: Mapping[str, ArrayLike],
    *,
    columns: int = 3,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Small arrays side by side, each number written in its cell: positive ones orange, negative ones purple.

    >>> figure = plots.number_grids({"image": [[0, 1], [1, 0]], "kernel": [[-0.25, 0.5], [0.5, 0.25]]})

    Args:
        arrays: title → numbers, shape (rows, columns), each at most 12 × 12; all on one scale of colours. Whole
            numbers are written as such, others with three significant digits.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from titles and sizes where not given.

    Raises:
        ValueError: there are no arrays, or one is of another shape or not finite.
    """
    if not arrays:
        raise ValueError("arrays: got none, expected at least one")
    titles, note = first_panels(arrays)
    grids = {name: as_numbers(f"arrays[{name!r}]", arrays[name], 2) for name in titles}
    for name, grid in grids.items():
        if max(grid.shape) > MOST_CELLS:
            raise ValueError(f"arrays[{name!r}]: got shape {grid.shape}, expected at most {MOST_CELLS} a side")
    limit = max(np.abs(grid).max() for grid in grids.values()) or 1
    longest = max(len(_short(number)) for grid in grids.values() for number in grid.flat)
    cell = max(0.45, 0.14 + 0.115 * longest)
    rows, across = (max(grid.shape[axis] for grid in grids.values()) for axis in (0, 1))
    figure, panels = panel_grid(len(grids), columns, cell * across + 0.9, 0.45 * rows + 0.6)
    for axes, (name, grid) in zip(panels, grids.items(), strict=True):
        # Pale colours, so that numbers can be read; cells as wide as the longest number needs.
        axes.imshow(grid, cmap=DIVERGING, vmin=-1.6 * limit, vmax=1.6 * limit, aspect=0.45 / cell)
        for (row, column), number in np.ndenumerate(grid):
            axes.text(column, row, _short(number), ha="center", va="center", fontsize=12)
        axes.set_xticks(np.arange(grid.shape[1] + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(grid.shape[0] + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linestyle="-", linewidth=1.5)
        hide_ticks(axes)
        axes.tick_params(which="minor", length=0)
        axes.set_title(name)
    sizes = (f"{name} ({len(grid)} × {grid.shape[1]})" for name, grid in grids.items())
    words = description or f"Grids of numbers: {listed(sizes)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} grids")


def _short(number: float) -> str:
    """Whole numbers as such, others with three significant digits; a true minus sign."""
    text = f"{number:.0f}" if number == round(number) and abs(number) < 1e6 else f"{number:.3g}"
    return (text.removeprefix("-") if float(text) == 0 else text).replace("-", "−")
