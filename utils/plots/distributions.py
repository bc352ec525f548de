"""How numbers are spread: over their range, and over the layers of a network."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers, in_order, range_of
from utils.plots.style import (
    BLUE,
    LINE_STYLES,
    PALETTE,
    CourseFigure,
    Size,
    finished,
    first_panels,
    listed,
    panel_grid,
    styled,
)


@styled
def histograms(
    values: Mapping[str, ArrayLike],
    *,
    xlabel: str = "",
    bins: int = 30,
    limits: tuple[float, float] | None = None,
    columns: int = 5,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Histograms side by side, all over the same range: which share of the numbers lies where.

    >>> figure = plots.histograms({"weights": rng.normal(size=500), "biases": np.zeros(10)}, xlabel="value")

    Args:
        values: title → numbers, of any shape.
        xlabel: what the numbers are, with their unit.
        bins: how many bars a histogram has.
        limits: the range; from the smallest to the largest number where not given. What lies outside is counted in
            the outermost bars.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from means and ranges where not given.

    Raises:
        ValueError: there are no values, they are not finite, or the limits are not in order.
    """
    if not values:
        raise ValueError("values: got none, expected at least one")
    names, note = first_panels(values)
    numbers = {name: as_numbers(f"values[{name!r}]", values[name]).ravel() for name in names}
    low, high = in_order("limits", limits) if limits is not None else range_of(*numbers.values())
    figure, panels = panel_grid(len(numbers), columns, 2.4, 2.6, extra=(0.6, 0.4), sharex=True, sharey=True)
    if len(panels) == 1:
        figure.set_size_inches(4.5, 3)
    for axes, (name, array) in zip(panels, numbers.items(), strict=True):
        counts, edges = np.histogram(array.clip(low, high), bins=bins, range=(low, high))
        axes.bar(edges[:-1], counts / len(array), width=np.diff(edges), align="edge", color=BLUE)
        axes.set_title(name)
    for axes in panels[:: min(columns, len(panels))]:
        axes.set_ylabel("share")
    figure.supxlabel(xlabel, fontsize=12)
    spread = (f"{name} from {array.min():.3g} to {array.max():.3g}" for name, array in numbers.items())
    words = description or f"Histograms: {listed(spread)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} histograms")


@styled
def gradient_flow(
    panels: Mapping[str, Mapping[str, ArrayLike]],
    *,
    xlabel: str = "layer",
    ylabel: str = "size of the gradient",
    columns: int = 4,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """How large the gradient is in each layer or time step, on one logarithmic scale, a panel for each kind of network.

    A gradient of exactly 0, which has no place on that scale, is a cross at the lower edge; NaN and infinity are one
    at the upper edge.

    >>> figure = plots.gradient_flow({"sigmoid": {"Glorot": [1e-6, 1e-4, 1e-2]}, "ReLU": {"He": [0.5, 0.6, 0.7]}})

    Args:
        panels: title → name → sizes of the gradient, from the first layer or step to the last; none below 0.
        xlabel, ylabel: the axes' names.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the first and the last size where not given.

    Raises:
        ValueError: no panel, none or more than six lines in one, or a size below 0.
    """
    if not panels:
        raise ValueError("panels: got none, expected at least one")
    titles, note = first_panels(panels)
    shared = len({tuple(panels[name]) for name in titles}) == 1  # the same names everywhere: one legend for all
    figure, grid = panel_grid(len(titles), columns, 3.9, 4.2, sharey=True)
    said = []
    for axes, name in zip(grid, titles, strict=True):
        if not 1 <= len(panels[name]) <= len(PALETTE):
            raise ValueError(f"panels[{name!r}]: got {len(panels[name])} lines, expected 1 to {len(PALETTE)}")
        for number, (line, values) in enumerate(panels[name].items()):
            sizes = as_numbers(f"panels[{name!r}][{line!r}]", values, 1, finite=False)
            if (sizes < 0).any():
                raise ValueError(f"panels[{name!r}][{line!r}]: got {np.nanmin(sizes):g}, expected sizes from 0 up")
            _draw_sizes(axes, sizes, line, PALETTE[number], LINE_STYLES[number])
            said.append(f"{name}, {line}: {sizes[0]:.1g} to {sizes[-1]:.1g}")
        axes.set(yscale="log", xlabel=xlabel, title=name)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        if not shared:
            axes.legend(fontsize=11)
    for axes in grid[:: min(columns, len(grid))]:
        axes.set_ylabel(ylabel)
    if shared:
        figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    words = description or f"{ylabel[:1].upper()}{ylabel[1:]} from the first {xlabel} to the last: {listed(said)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} panels")


def _draw_sizes(axes: Axes, sizes: np.ndarray, name: str, color: str, style) -> None:
    steps = np.arange(1, len(sizes) + 1)
    drawable = np.isfinite(sizes) & (sizes > 0)
    marker = "o" if len(sizes) <= 12 else None
    axes.plot(steps, np.where(drawable, sizes, np.nan), color=color, ls=style, marker=marker, ms=5, label=name)
    for places, height in ((sizes == 0, 0.03), (~np.isfinite(sizes), 0.97)):
        edge = np.full(places.sum(), height)
        axes.plot(steps[places], edge, "x", color=color, ms=9, mew=2.5, transform=axes.get_xaxis_transform())
