"""The loss as a landscape over one or two weights, and the paths that learning takes in it."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers, in_order, range_of
from utils.plots.style import (
    BLACK,
    BLUE,
    GREY,
    LINE_STYLES,
    MARKERS,
    PALETTE,
    VERMILLION,
    CourseFigure,
    Size,
    finished,
    listed,
    new_axes,
    new_figure,
    styled,
)

_HEIGHTS = LinearSegmentedColormap.from_list("heights", ["#FFFFFF", "#C3CAD3"])


@styled
def loss_slope(
    loss: Callable,
    path: ArrayLike,
    *,
    limits: tuple[float, float] | None = None,
    xlabel: str = "w",
    ylabel: str = "loss",
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """The loss over one weight, with the steps of a descent as dots joined by arrows.

    >>> figure = plots.loss_slope(lambda w: (w - 1) ** 2, [-1.0, 0.2, 0.7, 0.9])

    Args:
        loss: takes an array of weights and returns their losses.
        path: the weight before the first step and after each one.
        limits: the smallest and the largest weight to draw; the whole path with room around it where not given.
        xlabel, ylabel: the axes' names.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the path where not given.

    Raises:
        ValueError: the path is empty or not finite, the limits are not in order, or the loss is not one finite number
            for each weight.
    """
    path = as_numbers("path", path, 1)
    low, high = range_of(path, margin=0.25) if limits is None else in_order("limits", limits)
    figure = new_figure(7.5, 4)
    axes = new_axes(figure, 1, 1)[0, 0]
    weights = np.linspace(low, high, 300)
    axes.plot(weights, _losses(loss, weights), color=BLUE, linestyle="-")
    heights = _losses(loss, path)
    axes.plot(path, heights, "o", color=VERMILLION, ms=8, zorder=3)
    for start in range(len(path) - 1):
        ends = (path[start + 1], heights[start + 1]), (path[start], heights[start])
        axes.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": VERMILLION, "lw": 1.6}, zorder=2)
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(low, high))
    direction = "falls" if heights[-1] < heights[0] else "does not fall"
    words = description or f"A loss over one weight; in {len(path) - 1} steps it {direction}."
    return finished(figure, words, title=title, size=size)


@styled
def loss_contours(
    loss: Callable,
    paths: Mapping[str, ArrayLike],
    *,
    limits: tuple[tuple[float, float], tuple[float, float]] | None = None,
    xlabel: str = "w",
    ylabel: str = "b",
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """The loss over two weights as contour lines, the higher the darker, a path drawn for each descent.

    A star marks the lowest place, where there is one: not along a valley.

    >>> figure = plots.loss_contours(lambda w, b: w**2 + 3 * b**2, {"descent": [[2, 1], [1, 0.3], [0.5, 0.1]]})

    Args:
        loss: takes two arrays of the same shape and returns the losses in that shape.
        paths: name → weights before the first step and after each one, shape (steps + 1, 2).
        limits: ((left, right), (bottom, top)); all paths with room around them where not given.
        xlabel, ylabel: the axes' names.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the paths where not given.

    Raises:
        ValueError: no paths or more than six, one is not of shape (n, 2) or not finite, limits are not in order, or
            the loss is not one finite number for each pair of weights.
    """
    if not 1 <= len(paths) <= len(PALETTE):
        raise ValueError(f"paths: got {len(paths)}, expected 1 to {len(PALETTE)}")
    walked = {name: as_numbers(f"paths[{name!r}]", path, 2) for name, path in paths.items()}
    for name, path in walked.items():
        if path.shape[1] != 2:
            raise ValueError(f"paths[{name!r}]: got shape {path.shape}, expected (n, 2)")
    sides = _sides(walked, limits)
    figure = new_figure(7.5, 5)
    axes = new_axes(figure, 1, 1)[0, 0]
    first, second = np.meshgrid(np.linspace(*sides[0], 120), np.linspace(*sides[1], 120))
    heights = _losses(loss, first, second)
    # Levels that lie closer together near the bottom, where the paths end; of a level plain there are none.
    levels = heights.min() + np.ptp(heights) * np.linspace(0, 1, 14) ** 2
    hilly = (np.diff(levels) > 0).all()
    if hilly:
        axes.contourf(first, second, heights, levels=levels, cmap=_HEIGHTS)
        axes.contour(first, second, heights, levels=levels[1:], colors=GREY, linewidths=0.7)
    for (name, path), color, style, marker in zip(walked.items(), PALETTE, LINE_STYLES, MARKERS, strict=False):
        axes.plot(
            *path.T,
            color=color,
            linestyle=style,
            marker=marker,
            ms=8 if len(path) == 1 else 4 if len(path) < 60 else 2,
            lw=1.2,
            label=name,
        )
    if hilly and _has_one_lowest_place(heights):
        axes.plot(
            *_lowest_place(loss, first, second, heights), "*", ms=14, color=BLACK, mec="white", label="lowest loss"
        )
    axes.set(xlabel=xlabel, ylabel=ylabel, xlim=sides[0], ylim=sides[1])
    axes.set_aspect("equal")  # or steepest descent would not cross the contour lines at right angles
    handles = [*axes.get_legend_handles_labels()[0], Patch(fc=_HEIGHTS(1.0), ec=GREY, lw=0.5, label="high loss")]
    axes.legend(handles=handles, frameon=True, framealpha=1)
    words = description or f"Contour lines of a loss over two weights, with paths: {listed(paths)}."
    return finished(figure, words, title=title, size=size)


def _sides(paths: Mapping[str, np.ndarray], limits) -> list[tuple[float, float]]:
    """From left to right and from bottom to top; around paths where no limits are given, about as wide as high."""
    if limits is not None:
        if len(limits) != 2:
            raise ValueError(f"limits: got {limits}, expected ((left, right), (bottom, top))")
        return [in_order("limits", side) for side in limits]
    steps = np.concatenate(list(paths.values()))
    half = 0.75 * (np.ptp(steps, axis=0).max() or 1.0)
    middle = (steps.min(axis=0) + steps.max(axis=0)) / 2
    return [(float(place - half), float(place + half)) for place in middle]


def _has_one_lowest_place(heights: np.ndarray) -> bool:
    """Whether the lowest heights lie together; along a valley they do not, and a mark would single out one of many."""
    lowest = np.argwhere(heights <= heights.min() + 1e-4 * np.ptp(heights))
    return bool((np.ptp(lowest, axis=0) < np.array(heights.shape) / 2).all())


def _lowest_place(loss: Callable, first: np.ndarray, second: np.ndarray, heights: np.ndarray) -> tuple[float, float]:
    """The lowest point of a grid within one cell of the lowest point of the given one, a hundred times as fine."""
    row, column = np.unravel_index(heights.argmin(), heights.shape)
    steps = np.linspace(-1, 1, 201)
    near = np.meshgrid(
        np.clip(first[row, column] + steps * (first[0, 1] - first[0, 0]), first.min(), first.max()),
        np.clip(second[row, column] + steps * (second[1, 0] - second[0, 0]), second.min(), second.max()),
    )
    lowest = _losses(loss, *near).argmin()
    return near[0].flat[lowest], near[1].flat[lowest]


def _losses(loss: Callable, *weights: np.ndarray) -> np.ndarray:
    heights = as_numbers("loss", loss(*weights))
    if heights.shape != weights[0].shape:
        raise ValueError(f"loss: returned shape {heights.shape}, expected that of the weights, {weights[0].shape}")
    return heights
