"""Lines and bars: one number against another, points and the curves through them, a number for each name."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers, same_length
from utils.plots.style import (
    BLUE,
    LINE_STYLES,
    PALETTE,
    CourseFigure,
    Size,
    finished,
    first_panels,
    listed,
    new_axes,
    new_figure,
    panel_grid,
    styled,
)

MOST_MARKERS = 12  # points of a line that are marked one by one
WIDEST_LEGEND = 78  # characters that fit under a figure of 8 inches, the line beside each name taken for 7


@styled
def curves(
    x: ArrayLike,
    lines: Mapping[str, ArrayLike],
    *,
    xlabel: str = "x",
    ylabel: str = "y",
    log_x: bool = False,
    log_y: bool = False,
    legend_below: bool = False,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Several numbers against one: each line named, in its own colour and line style.

    >>> figure = plots.curves([1, 2, 3], {"ReLU": [0.9, 0.5, 0.3], "tanh": [0.9, 0.7, 0.6]}, xlabel="epoch")

    Args:
        x: positions, shape (n,).
        lines: name → heights, each of shape (n,); at most six lines.
        xlabel, ylabel: the axes' names, with units.
        log_x, log_y: whether that axis is logarithmic; its numbers must then be above 0.
        legend_below: put the names of the lines below the picture, where lines would run through them inside it.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from names and ends of the lines where not given.

    Raises:
        ValueError: no line, more lines than styles, lengths that differ, numbers that are not finite (losses of a
            diverged run are drawn by loss_curves), or numbers that a logarithmic axis cannot show.
    """
    x = as_numbers("x", x, 1)
    if log_x and x.min() <= 0:
        raise ValueError(f"x: got {x.min():g}, expected numbers above 0 on a logarithmic axis")
    if not 1 <= len(lines) <= len(PALETTE):
        raise ValueError(f"lines: got {len(lines)}, expected 1 to {len(PALETTE)}")
    heights = {name: as_numbers(f"lines[{name!r}]", values, 1) for name, values in lines.items()}
    figure = new_figure(8, 4)
    axes = new_axes(figure, 1, 1)[0, 0]
    for name, values in heights.items():
        if len(values) != len(x):
            raise ValueError(f"x and lines[{name!r}]: x has {len(x)}, {name} has {len(values)}, expected equal lengths")
        if log_y and values.min() <= 0:
            raise ValueError(f"lines[{name!r}]: got {values.min():g}, expected numbers above 0 on a logarithmic axis")
        axes.plot(x, values, label=name, marker="o" if len(x) <= MOST_MARKERS else None)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if log_x:
        axes.set_xscale("log")
        _name_ticks(axes.xaxis, x.min(), x.max())
    elif (x == np.round(x)).all():
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))  # no epoch 1.5
    if log_y:
        axes.set_yscale("log")
        _name_ticks(axes.yaxis, min(map(np.min, heights.values())), max(map(np.max, heights.values())))
    if legend_below:
        figure.legend(loc="outside lower center", ncols=_legend_columns(lines))
    elif len(lines) > 1:
        axes.legend()
    ends = (f"{name} from {values[0]:.3g} to {values[-1]:.3g}" for name, values in heights.items())
    words = description or f"{_upper(ylabel)} over {xlabel}: {listed(ends)}."
    return finished(figure, words, title=title, size=size)


@styled
def curve_panels(
    x: ArrayLike,
    panels: Mapping[str, Mapping[str, ArrayLike]],
    *,
    xlabel: str = "x",
    ylabel: str = "",
    columns: int = 4,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """The same lines in several panels, over the same axes: how curves change from step to step.

    >>> figure = plots.curve_panels([0, 1, 2], {"before": {"y": [0, 0, 0]}, "after": {"y": [0, 1, 4]}})

    Args:
        x: positions, shape (n,), the same in all panels.
        panels: title → {name: heights of shape (n,)}. A name has the same colour in every panel; at most six names.
        xlabel, ylabel: the axes' names, with units.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the titles and names where not given.

    Raises:
        ValueError: no panel or line, more names than styles, lengths that differ, or numbers that are not finite.
    """
    x = as_numbers("x", x, 1)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    if not 1 <= len(names) <= len(PALETTE):
        raise ValueError(f"panels: got {len(names)} different lines, expected 1 to {len(PALETTE)}")
    shown, note = first_panels(panels)
    figure, places = panel_grid(len(shown), columns, 2.7, 2.5, extra=(0.4, 0.7), sharex=True, sharey=True)
    for axes, panel in zip(places, shown, strict=True):
        for name, values in panels[panel].items():
            heights = as_numbers(f"panels[{panel!r}][{name!r}]", values, 1)
            if len(heights) != len(x):
                where = f"x and panels[{panel!r}][{name!r}]"
                raise ValueError(f"{where}: x has {len(x)}, {name} has {len(heights)}, expected equal lengths")
            style = names.index(name)
            axes.plot(x, heights, color=PALETTE[style], linestyle=LINE_STYLES[style], label=name)
        axes.set_title(panel)
    for axes in places[:: min(columns, len(places))]:
        axes.set_ylabel(ylabel)
    for axes in places[-min(columns, len(places)) :]:
        axes.set_xlabel(xlabel)
    lines = {line.get_label(): line for axes in places for line in axes.lines}
    if len(names) > 1:
        figure.legend(lines.values(), lines, loc="outside lower center", ncols=len(lines))
    words = description or f"{listed(names)} over {xlabel}, in panels: {listed(panels)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} panels")


@styled
def points_and_curves(
    x: ArrayLike,
    y: ArrayLike,
    lines: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    *,
    xlabel: str = "x",
    ylabel: str = "y",
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Measured points and, through them, the curves of models.

    >>> figure = plots.points_and_curves([1, 2, 3], [2.1, 3.9, 6.2], {"2x": ([1, 3], [2, 6])})

    Args:
        x, y: the points, both of shape (n,).
        lines: name → (positions, heights) of a curve; at most five.
        xlabel, ylabel: the axes' names, with units.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from numbers and names where not given.

    Raises:
        ValueError: lengths that differ, more curves than styles, or numbers that are not finite.
    """
    x, y = as_numbers("x", x, 1), as_numbers("y", y, 1)
    same_length(x=x, y=y)
    lines = lines or {}
    if len(lines) > len(PALETTE) - 1:
        raise ValueError(f"lines: got {len(lines)}, expected at most {len(PALETTE) - 1}")
    figure = new_figure(8, 4)
    axes = new_axes(figure, 1, 1)[0, 0]
    axes.plot(x, y, "o", color=PALETTE[0], ms=6, alpha=0.6, mec="white")
    for (name, (positions, heights)), color, style in zip(lines.items(), PALETTE[1:], LINE_STYLES, strict=False):
        positions, heights = as_numbers(f"lines[{name!r}]", positions, 1), as_numbers(f"lines[{name!r}]", heights, 1)
        same_length(positions=positions, heights=heights)
        axes.plot(positions, heights, color=color, linestyle=style, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if lines:
        axes.legend()
    words = description or f"{len(x)} points, {ylabel} over {xlabel}" + (f", and {listed(lines)}." if lines else ".")
    return finished(figure, words, title=title, size=size)


@styled
def bars(
    values: Mapping[str, float],
    *,
    xlabel: str = "",
    number: str = "{:.3g}",
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """A horizontal bar for each name, its number written at its end.

    >>> figure = plots.bars({"MLP": 0.979, "CNN": 0.993}, xlabel="test accuracy", number="{:.1%}")

    Args:
        values: name → length of its bar, drawn from top to bottom; of more than a hundred the first hundred.
        xlabel: what the numbers are, with their unit.
        number: the format in which they are written.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the longest and the shortest bar where not given.

    Raises:
        ValueError: there are no values, or one is not finite.
    """
    names, note = first_panels(values)
    lengths = as_numbers("values", [values[name] for name in names], 1)
    figure = new_figure(8, 0.9 + 0.42 * len(lengths))
    axes = new_axes(figure, 1, 1)[0, 0]
    drawn = axes.barh(range(len(names)), lengths, color=BLUE, height=0.7)
    axes.set_yticks(range(len(names)), [str(name) for name in names])
    axes.bar_label(drawn, [number.format(length) for length in lengths], padding=4)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=xlabel)
    most, least = names[int(lengths.argmax())], names[int(lengths.argmin())]
    ends = f"{len(names)} bars: the longest is {most}, {number.format(lengths.max())}"
    shortest = "" if len(names) == 1 else f", the shortest {least}, {number.format(lengths.min())}"
    return finished(figure, description or f"{ends}{shortest}.", title=title, size=size, note=note and f"{note} bars")


def _legend_columns(names) -> int:
    """As many columns as fit under a figure; names are written down the columns."""
    lengths = [len(name) + 7 for name in names]
    for columns in range(len(lengths), 1, -1):
        if sum(max(column) for column in np.array_split(lengths, columns)) <= WIDEST_LEGEND:
            return columns
    return 1


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name_ticks(axis: Axis, low: float, high: float) -> None:
    """Plain numbers at a logarithmic axis: the powers of ten, and 2 and 5 times them where those are too few."""
    steps = (1.0,) if high / low >= 100 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps))
    if low >= 1e-4 and high < 1e6:
        axis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axis.set_minor_formatter(NullFormatter())
