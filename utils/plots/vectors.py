"""Vectors in the plane, drawn as arrows and added tip to tail."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers
from utils.plots.style import (
    BLACK,
    GREEN,
    GREY,
    PALETTE,
    CourseFigure,
    Size,
    finished,
    first_panels,
    panel_grid,
    styled,
)


@styled
def vector_addition(
    sums: Mapping[str, Mapping[str, ArrayLike]],
    *,
    total: str = "sum",
    xlabel: str = "$x_1$",
    ylabel: str = "$x_2$",
    columns: int = 3,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """A panel for each sum: its vectors as arrows, each beginning at the tip of the one before, and their sum.

    The first vector and the sum begin at the origin. All panels have one scale, on both axes.

    >>> figure = plots.vector_addition({"one step": {"w": [2, 1], "−η∇": [-1, 0.5]}}, total="new w")

    Args:
        sums: title of the panel → name → vector of shape (2,); at most five vectors in a sum.
        total: what the sum is called.
        xlabel, ylabel: the axes' names, with units.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the vectors where not given.

    Raises:
        ValueError: there are no sums, one has no or too many vectors, or a vector is not two finite numbers.
    """
    if not sums:
        raise ValueError("sums: got none, expected at least one")
    shown, note = first_panels(sums)
    corners = {name: _corners(name, sums[name]) for name in shown}
    figure, panels = panel_grid(len(shown), columns, 4.2, 4, sharex=True, sharey=True)
    limits = _limits(np.concatenate(list(corners.values())))
    for axes, name in zip(panels, shown, strict=True):
        axes.axhline(0, color=GREY, lw=0.8, ls="-", zorder=0)
        axes.axvline(0, color=GREY, lw=0.8, ls="-", zorder=0)
        points = corners[name]
        inside = points.mean(axis=0)
        colors = [BLACK, *(color for color in PALETTE if color != GREEN)]
        for label, start, end, color in zip(sums[name], points[:-1], points[1:], colors, strict=False):
            _arrow(axes, start, end, label, color, inside, dashed=color != BLACK)
        _arrow(axes, points[0], points[-1], total, GREEN, inside)
        axes.set(xlim=limits[0], ylim=limits[1], xlabel=xlabel, ylabel=ylabel, title=name)
        axes.set_aspect("equal")
    words = description or " ".join(_in_words(name, sums[name], points, total) for name, points in corners.items())
    return finished(figure, words, title=title, size=size, note=note and f"{note} sums")


def _corners(name: str, vectors: Mapping[str, ArrayLike]) -> np.ndarray:
    """The origin and the tip of each vector, shape (vectors + 1, 2)."""
    if not 1 <= len(vectors) <= len(PALETTE) - 1:
        raise ValueError(f"sums[{name!r}]: got {len(vectors)} vectors, expected 1 to {len(PALETTE) - 1}")
    steps = [as_numbers(f"sums[{name!r}][{label!r}]", vector, 1) for label, vector in vectors.items()]
    for label, step in zip(vectors, steps, strict=True):
        if step.shape != (2,):
            raise ValueError(f"sums[{name!r}][{label!r}]: got shape {step.shape}, expected (2,)")
    return np.cumsum([np.zeros(2), *steps], axis=0)


def _limits(points: np.ndarray) -> np.ndarray:
    """Lower and upper end of both axes, shape (2, 2): a square with room for the names around the arrows."""
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.7 * (high - low).max() or 1.0
    middle = (low + high) / 2
    return np.stack([middle - half, middle + half], axis=1)


def _arrow(axes, start, end, label: str, color: str, inside: np.ndarray, dashed: bool = False) -> None:
    """An arrow with its name beside its middle, on the side that lies away from the point `inside`."""
    style = {"arrowstyle": "-|>", "lw": 2.6, "color": color, "ls": "--" if dashed else "-", "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops={**style, "mutation_scale": 18}, zorder=3)
    middle, (along_x, along_y) = (start + end) / 2, end - start
    aside = np.array([along_y, -along_x]) / (np.hypot(along_x, along_y) or 1.0)
    if aside @ (middle - inside) < 0:
        aside = -aside
    text = axes.annotate(
        label,
        middle,
        xytext=aside * (12 + 4 * len(label) * abs(aside[0]), 12),  # points; wide names need more room sideways
        textcoords="offset points",
        color=color,
        ha="center",
        va="center",
        fontweight="bold",
        zorder=4,
    )
    text.set_bbox({"fc": "white", "ec": "none", "alpha": 0.75, "pad": 1})


def _in_words(name: str, vectors: Mapping[str, ArrayLike], points: np.ndarray, total: str) -> str:
    parts = (
        f"{label} ({step[0]:.3g}, {step[1]:.3g})" for label, step in zip(vectors, np.diff(points, axis=0), strict=True)
    )
    words = f"{name}: {' plus '.join(parts)} gives {total} ({points[-1][0]:.3g}, {points[-1][1]:.3g})."
    return words[0].upper() + words[1:].replace("$", "").replace("\n", " ")
