"""Tables of numbers as pictures."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.plots.style import DIVERGING, GREY, as_numbers, hide_ticks, new_axes, new_figure, styled

_TINTS = LinearSegmentedColormap.from_list("tints", ["#FFF0DF", "#F5B26B", "#E0762E"])
_MOST_CELLS = 12  # rows or columns of a grid whose numbers can still be read


@styled
def confusion_matrix(
    counts, names: Sequence[str] | None = None, *, title: str | None = None, description: str | None = None
) -> Figure:
    """How often each class was given each answer: a row for each class, a column for each answer.

    Mistakes are tinted by their number; the diagonal, where answer and class agree, is framed and left white, since
    beside it no mistake would show.

    Args:
        counts: shape (classes, classes), as `sklearn.metrics.confusion_matrix` returns it.
        names: what the classes are called; their numbers where it is not given.
        description: what the figure shows, in words; made from the most frequent mistake where it is not given.

    Raises:
        ValueError: not a square table of numbers that are not negative, or another number of names.
    """
    counts = as_numbers("counts", counts, 2)
    classes = len(counts)
    if counts.shape != (classes, classes):
        raise ValueError(f"counts: got shape {counts.shape}, expected as many columns as rows")
    if counts.min() < 0:
        raise ValueError(f"counts: got {counts.min():g} among them, expected numbers from 0 up")
    names = [str(number) for number in range(classes)] if names is None else list(names)
    if len(names) != classes:
        raise ValueError(f"names: got {len(names)}, expected {classes}")
    mistakes = counts * (1 - np.eye(classes))
    figure = new_figure(0.62 * classes + 1.4, 0.5 * classes + 1.2)
    axes = new_axes(figure, 1, 1)[0, 0]
    # The root of the numbers: a few frequent mistakes must not make all others look alike.
    tinted = np.ma.masked_array(np.sqrt(mistakes), mask=np.eye(classes, dtype=bool))
    axes.imshow(tinted, cmap=_TINTS, vmin=0, vmax=max(1.0, tinted.max()), aspect="auto")
    for row in range(classes):
        axes.add_patch(_frame(row))
        for column in range(classes):
            axes.text(
                column, row, f"{counts[row, column]:.0f}", ha="center", va="center",
                color=GREY if row == column else "black", fontsize=11.5,
            )  # fmt: skip
    axes.set_xticks(range(classes), names)
    axes.set_yticks(range(classes), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="answer", ylabel="right class", title=title)
    row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
    figure.description = description or (
        f"A table of right classes against answers; the most frequent mistake takes a {names[row]} for a "
        f"{names[column]}, {mistakes[row, column]:.0f} times."
    )
    return figure


def _frame(position: int) -> Rectangle:
    return Rectangle((position - 0.5, position - 0.5), 1, 1, fill=False, ec=GREY, lw=1)


@styled
def number_grids(arrays: Mapping[str, object], *, columns: int = 3, description: str | None = None) -> Figure:
    """Small arrays side by side, each number written in its cell: positive ones orange, negative ones purple.

    Args:
        arrays: title → numbers, shape (rows, columns), each at most 12 × 12; all on one scale of colours.
        columns: panels in a row.
        description: what the figure shows, in words; made from titles and sizes where it is not given.

    Raises:
        ValueError: there are no arrays, or one is of another shape or not finite.
    """
    if not arrays:
        raise ValueError("arrays: got none, expected at least one")
    grids = {title: as_numbers(f"arrays[{title!r}]", array, 2) for title, array in arrays.items()}
    for title, grid in grids.items():
        if max(grid.shape) > _MOST_CELLS:
            raise ValueError(f"arrays[{title!r}]: got shape {grid.shape}, expected at most {_MOST_CELLS} a side")
    limit = max(np.abs(grid).max() for grid in grids.values()) or 1
    columns = min(columns, len(grids))
    rows = -(-len(grids) // columns)
    cells = max(max(grid.shape) for grid in grids.values())
    figure = new_figure((0.45 * cells + 0.9) * columns, (0.45 * cells + 0.6) * rows)
    panels = new_axes(figure, rows, columns).ravel()
    for axes in panels[len(grids) :]:
        axes.set_visible(False)
    for axes, (title, grid) in zip(panels, grids.items(), strict=False):
        axes.imshow(grid, cmap=DIVERGING, vmin=-1.6 * limit, vmax=1.6 * limit)  # pale, so that numbers can be read
        for (row, column), number in np.ndenumerate(grid):
            axes.text(column, row, f"{number:g}".replace("-", "−"), ha="center", va="center", fontsize=12)
        axes.set_xticks(np.arange(grid.shape[1] + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(grid.shape[0] + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linestyle="-", linewidth=1.5)
        hide_ticks(axes)
        axes.tick_params(which="minor", length=0)
        axes.set_title(title)
    sizes = ", ".join(f"{title.replace('$', '')} ({len(grid)} × {grid.shape[1]})" for title, grid in grids.items())
    figure.description = description or f"Grids of numbers: {sizes}."
    return figure
