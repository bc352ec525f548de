"""Sequences: a network unrolled over time, and what it holds after each row of an image."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from utils.plots.style import BLUE, GREY, VERMILLION, as_images, as_numbers, hide_ticks, new_axes, new_figure, styled


@styled
def unrolled_diagram(inputs: Sequence[str], output: str, *, description: str | None = None) -> Figure:
    """A recurrent network twice: with its loop, and unrolled over a sequence, one copy of the cell for each input.

    Args:
        inputs: what is read, step by step; two to six of them.
        output: what is read out at the end.
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
    figure.description = description or (
        f"A recurrent cell with its loop, and the same cell unrolled into {steps} copies that share their weights."
    )
    return figure


@styled
def over_rows(
    images,
    values: Sequence,
    titles: Sequence[str] | None = None,
    *,
    xlabel: str,
    color_label: str,
    limits: tuple[float, float] | None = None,
    description: str,
) -> Figure:
    """Images, and beside each what a network holds after each of its rows: a line of numbers for each row.

    Args:
        images: shape (n, rows, columns); 0 is paper, 1 is ink.
        values: for each image an array (rows, k): the k numbers after each row.
        titles: one for each image.
        xlabel: what the k columns are.
        color_label: what the numbers are.
        limits: the ends of the scale of colours, from the smallest to the largest number where not given. Where they
            lie symmetrically about 0, negative numbers are drawn purple and positive ones orange.
        description: what the figure shows, in words.

    Raises:
        ValueError: images of another shape, or other numbers of values, rows or titles than there are images and rows.
    """
    images = as_images("images", images)
    panels = [as_numbers(f"values[{n}]", value, 2) for n, value in enumerate(values)]
    if len(panels) != len(images) or any(len(panel) != images.shape[1] for panel in panels):
        found = [panel.shape for panel in panels]
        raise ValueError(f"values: got shapes {found}, expected {len(images)} of {images.shape[1]} rows")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"titles: got {len(titles)}, expected {len(images)}")
    low, high = limits or (min(panel.min() for panel in panels), max(panel.max() for panel in panels))
    figure = new_figure(6.2 * len(images), 3.9)
    widths = [1, 1.25] * len(images)
    grid = new_axes(figure, 1, 2 * len(images), width_ratios=widths)[0]
    for n, (image, panel) in enumerate(zip(images, panels, strict=True)):
        picture, field = grid[2 * n], grid[2 * n + 1]
        rows, k = panel.shape
        picture.imshow(image, cmap="gray_r", vmin=0, vmax=1, aspect="auto", extent=(0, image.shape[1], rows + 0.5, 0.5))
        picture.set(xticks=[], yticks=[1, *range(5, rows + 1, 5)], ylabel="row")
        picture.spines[:].set(visible=True, color="#BBBBBB")
        drawn = field.imshow(
            panel,
            cmap="PuOr_r" if low == -high else "Blues",
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
    figure.description = description
    return figure


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
