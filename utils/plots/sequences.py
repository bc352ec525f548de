"""Sequences: a network unrolled over time, and what it holds after each row of an image."""

from collections.abc import Sequence

from matplotlib.patches import FancyBboxPatch
from numpy.typing import ArrayLike

from utils.plots.checks import as_images, as_numbers, in_order, range_of
from utils.plots.style import (
    BLUE,
    DIVERGING,
    GREY,
    VERMILLION,
    CourseFigure,
    Size,
    add_frame,
    finished,
    first_panels,
    hide_ticks,
    new_axes,
    new_figure,
    styled,
)

MOST_READINGS = 6  # images side by side


@styled
def unrolled_diagram(
    inputs: Sequence[str],
    output: str,
    *,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """A recurrent network twice: with its loop, and unrolled over a sequence, one copy of the cell for each input.

    >>> figure = plots.unrolled_diagram(["ten", "to", "five"], "four")

    Args:
        inputs: what is read, step by step; two to six of them.
        output: what is read out at the end.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the number of steps where it is not given.

    Raises:
        ValueError: fewer than two inputs, or more than fit.
    """
    if not 2 <= len(inputs) <= 6:
        raise ValueError(f"inputs: got {len(inputs)}, expected 2 to 6")
    steps = len(inputs)
    figure = new_figure(2.6 + 1.9 * (steps + 1), 3.6)
    axes = new_axes(figure, 1, 1)[0, 0]
    hide_ticks(axes)

    _cell(axes, 0)
    _arrow(axes, (0, -1.35), (0, -0.45), "$W$")
    axes.text(0, -1.5, "$x_t$", ha="center", va="top", fontsize=15)
    _arrow(axes, (0, 0.45), (0, 1.45), "")
    axes.text(0.1, 1.1, "$V$", ha="left", va="center", fontsize=14, color=GREY)
    axes.text(0, 1.55, r"$\hat y$", ha="center", va="bottom", fontsize=15)
    axes.plot([0.48, 0.85, 0.85, -0.85, -0.85], [0, 0, 0.72, 0.72, 0], color=VERMILLION, lw=2, ls="-")
    _arrow(axes, (-0.86, 0), (-0.48, 0), "", VERMILLION)
    axes.text(0.95, 0.36, "$U$", ha="left", va="center", fontsize=14, color=VERMILLION)
    axes.text(1.6, 0, "=", ha="center", va="center", fontsize=22, color=GREY)

    places = [2.7 + 1.9 * step for step in range(steps)]
    for step, (place, text) in enumerate(zip(places, inputs, strict=True), start=1):
        _cell(axes, place, f"$h_{step}$")
        _arrow(axes, (place, -1.35), (place, -0.45), "$W$")
        axes.text(place, -1.5, f"$x_{step}$\n{text}", ha="center", va="top", fontsize=14)
        if step < steps:
            _arrow(axes, (place + 0.52, 0), (place + 1.38, 0), "$U$", VERMILLION)
    _arrow(axes, (places[-1], 0.45), (places[-1], 1.35), "$V$")
    axes.text(places[-1], 1.45, rf"$\hat y$: {output}", ha="center", va="bottom", fontsize=14)
    axes.set(xlim=(-1.1, places[-1] + 1.3), ylim=(-2.4, 2.05))
    words = description or (
        f"A recurrent cell with its loop, and the same cell unrolled into {steps} copies that share their weights."
    )
    return finished(figure, words, title=title, size=size)


@styled
def over_rows(
    images: ArrayLike,
    values: Sequence[ArrayLike],
    titles: Sequence[str] | None = None,
    *,
    xlabel: str = "",
    color_label: str = "",
    limits: tuple[float, float] | None = None,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Images, and beside each what a network holds after each of its rows: a line of numbers for each row.

    >>> figure = plots.over_rows(images[:2], rng.normal(size=(2, 28, 16)), xlabel="hidden unit", color_label="state")

    Args:
        images: grey ones, shape (n, rows, columns), as for digit_gallery; of more than six the first six are drawn.
        values: for each image an array (rows, k): the k numbers after each row.
        titles: one for each image.
        xlabel: what the k columns are.
        color_label: what the numbers are.
        limits: the ends of the scale of colours, from the smallest to the largest number where not given. Where they
            lie symmetrically about 0, negative numbers are drawn purple and positive ones orange.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from numbers and range where not given.

    Raises:
        ValueError: images of another shape, or other numbers of values, rows or titles than there are images and rows.
    """
    images = as_images("images", images)
    pixels = images.pixels
    panels = [as_numbers(f"values[{n}]", value, 2) for n, value in enumerate(values)]
    if len(panels) != len(pixels) or any(len(panel) != pixels.shape[1] for panel in panels):
        found = [panel.shape for panel in panels]
        raise ValueError(f"values: got shapes {found}, expected {len(pixels)} of {pixels.shape[1]} rows")
    if titles is not None and len(titles) != len(pixels):
        raise ValueError(f"titles: got {len(titles)}, expected {len(pixels)}")
    low, high = range_of(*panels) if limits is None else in_order("limits", limits)
    shown, note = first_panels(panels, MOST_READINGS)
    figure = new_figure(6.2 * len(shown), 3.9)
    grid = new_axes(figure, 1, 2 * len(shown), width_ratios=[1, 1.25] * len(shown))[0]
    for n, panel in enumerate(shown):
        picture, field = grid[2 * n], grid[2 * n + 1]
        rows, k = panel.shape
        images.show(picture, n, aspect="auto", extent=(0, pixels.shape[2], rows + 0.5, 0.5))
        picture.set(xticks=[], yticks=[1, *range(5, rows + 1, 5)], ylabel="row")
        add_frame(picture)
        drawn = field.imshow(
            panel,
            cmap=DIVERGING if low == -high else "Blues",
            vmin=low,
            vmax=high,
            aspect="auto",
            extent=(-0.5, k - 0.5, rows + 0.5, 0.5),
        )
        field.set(xlabel=xlabel, yticks=[])
        if k <= 12:
            field.set_xticks(range(k))
        picture.set_title(titles[n] if titles is not None else "")
    figure.colorbar(drawn, ax=list(grid), label=color_label, fraction=0.03, pad=0.01)
    words = description or (
        f"{len(panels)} images and beside each row the {color_label or 'numbers'} after it, "
        f"from {min(p.min() for p in panels):.3g} to {max(p.max() for p in panels):.3g}."
    )
    return finished(figure, words, title=title, size=size, note=note and f"{note} images")


def _cell(axes, x: float, text: str = "$h$") -> None:
    box = FancyBboxPatch((x - 0.38, -0.32), 0.76, 0.64, boxstyle="round,pad=0.1", fc="#CFE3F1", ec=BLUE, lw=1.6)
    axes.add_patch(box)
    axes.text(x, 0, text, ha="center", va="center", fontsize=15)


def _arrow(axes, start, end, text: str, color: str = GREY) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 0, "shrinkB": 0})
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    across = start[1] == end[1]
    axes.text(
        middle[0] + (0 if across else 0.1), middle[1] + (0.1 if across else 0), text,
        ha="center" if across else "left", va="bottom" if across else "center", fontsize=14, color=color,
    )  # fmt: skip
