"""The loss as a landscape over one or two weights, and the paths that learning takes in it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from utils.plots.style import (
    BLACK,
    BLUE,
    GREY,
    LINE_STYLES,
    PALETTE,
    VERMILLION,
    as_numbers,
    new_axes,
    new_figure,
    styled,
)

MARKERS = "os^Dv*"
_HEIGHTS = LinearSegmentedColormap.from_list("heights", ["#FFFFFF", "#C3CAD3"])


@styled
def loss_slope(
    loss: Callable,
    path: Sequence[float],
    *,
    limits: tuple[float, float],
    xlabel: str = "w",
    ylabel: str = "loss",
    title: str | None = None,
    description: str | None = None,
) -> Figure:
    """The loss over one weight, with the steps of a descent as dots joined by arrows.

    Args:
        loss: takes an array of weights and returns their losses.
        path: the weight before the first step and after each one.
        limits: the smallest and the largest weight to draw.
        description: what the figure shows, in words; made from the path where it is not given.

    Raises:
        ValueError: the path is empty or not finite, or the limits are not in order.
    """
    path = as_numbers("path", path, 1)
    low, high = limits
    if not low < high:
        raise ValueError(f"limits: got {limits}, expected the smaller number first")
    figure = new_figure(7.5, 4)
    axes = new_axes(figure, 1, 1)[0, 0]
    weights = np.linspace(low, high, 300)
    axes.plot(weights, loss(weights), color=BLUE, linestyle="-")
    heights = np.asarray(loss(path), dtype=float)
    axes.plot(path, heights, "o", color=VERMILLION, ms=8, zorder=3)
    for start in range(len(path) - 1):
        ends = (path[start + 1], heights[start + 1]), (path[start], heights[start])
        axes.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": VERMILLION, "lw": 1.6}, zorder=2)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=limits)
    direction = "falls" if heights[-1] < heights[0] else "does not fall"
    figure.description = description or f"A loss over one weight; in {len(path) - 1} steps it {direction}."
    return figure


@styled
def loss_contours(
    loss: Callable,
    paths: Mapping[str, Sequence[Sequence[float]]],
    *,
    limits: tuple[tuple[float, float], tuple[float, float]],
    xlabel: str = "w",
    ylabel: str = "b",
    title: str | None = None,
    description: str | None = None,
) -> Figure:
    """The loss over two weights as contour lines, the higher the darker, a path drawn for each descent.

    Args:
        loss: takes two arrays of the same shape and returns the losses in that shape.
        paths: name → weights before the first step and after each one, shape (steps + 1, 2).
        limits: ((left, right), (bottom, top)).
        description: what the figure shows, in words; made from the paths where it is not given.

    Raises:
        ValueError: there are no paths, or one is not of shape (n, 2) or not finite.
    """
    if not 1 <= len(paths) <= len(PALETTE):
        raise ValueError(f"paths: got {len(paths)}, expected 1 to {len(PALETTE)}")
    figure = new_figure(7.5, 5)
    axes = new_axes(figure, 1, 1)[0, 0]
    first, second = np.meshgrid(np.linspace(*limits[0], 120), np.linspace(*limits[1], 120))
    heights = np.asarray(loss(first, second), dtype=float)
    # Levels that lie closer together near the bottom, where the paths end.
    levels = heights.min() + (heights.max() - heights.min()) * np.linspace(0, 1, 14) ** 2
    axes.contourf(first, second, heights, levels=levels, cmap=_HEIGHTS)
    axes.contour(first, second, heights, levels=levels[1:], colors=GREY, linewidths=0.7)
    for (name, path), color, style, marker in zip(paths.items(), PALETTE, LINE_STYLES, MARKERS, strict=False):
        path = as_numbers(f"paths[{name!r}]", path, 2)
        if path.shape[1] != 2:
            raise ValueError(f"paths[{name!r}]: got shape {path.shape}, expected (n, 2)")
        axes.plot(
            *path.T,
            color=color,
            linestyle=style,
            marker=marker,
            ms=8 if len(path) == 1 else 4 if len(path) < 60 else 2,
            lw=1.2,
            label=name,
        )
    row, column = np.unravel_index(heights.argmin(), heights.shape)
    axes.plot(first[row, column], second[row, column], "*", ms=14, color=BLACK, mec="white", label="lowest loss")
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=limits[0], ylim=limits[1])
    axes.set_aspect("equal")  # or steepest descent would not cross the contour lines at right angles
    handles = [*axes.get_legend_handles_labels()[0], Patch(fc=_HEIGHTS(1.0), ec=GREY, lw=0.5, label="high loss")]
    axes.legend(handles=handles, frameon=True, framealpha=1)
    figure.description = description or f"Contour lines of a loss over two weights, with paths: {', '.join(paths)}."
    return figure
