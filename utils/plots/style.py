"""The look that all figures share: their settings, their panels, and how a helper finishes one."""

import functools
from collections.abc import Callable, Iterable
from itertools import islice
from typing import ParamSpec

import numpy as np
from matplotlib import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.style import context

# Okabe and Ito (2008), "Color Universal Design": eight colours told apart with any colour vision.
BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
PALETTE = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
LINE_STYLES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]
MARKERS = "os^Dvphx"
GREY, LIGHT, FRAME = "#555555", "#E8E8E8", "#BBBBBB"
TEN_COLOURS = [*PALETTE, BLACK, GREY, "#882255", "#999933"]  # where six are too few; the last two are Paul Tol's
DIVERGING = "PuOr_r"  # negative purple, positive orange: safe for all colour vision

MOST_PANELS = 100  # more take many seconds to draw, and nobody looks at them

_SETTINGS = {
    "figure.dpi": 80,
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=PALETTE, linestyle=LINE_STYLES),
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.handlelength": 3,  # or a dash-dotted line looks like a dashed one
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "image.interpolation": "nearest",
    "savefig.dpi": 200,  # sharp in a slide
    "savefig.facecolor": "white",
    "savefig.bbox": "tight",
}
_LOOK = ["default", _SETTINGS]  # matplotlib's own defaults first, so that nothing of the notebook's style is left

Parameters = ParamSpec("Parameters")
Size = tuple[float, float]  # width and height in inches


class CourseFigure(Figure):
    """A figure that pyplot does not know, with a description in words, drawn in the course's look.

    Matplotlib takes some settings (those of ticks, of the saved picture's background) only when it draws: so drawing,
    too, is done under the course's settings, whatever style the notebook has set. `figure.savefig("name.png")` (or
    .svg, .pdf) writes it for a slide.
    """

    description: str = ""

    def draw(self, renderer) -> None:
        """Draw under the course's settings."""
        with context(_LOOK):
            super().draw(renderer)

    def savefig(self, *args, **kwargs) -> None:
        """Save under the course's settings; the arguments are matplotlib's."""
        with context(_LOOK):
            super().savefig(*args, **kwargs)


def styled(helper: Callable[Parameters, CourseFigure]) -> Callable[Parameters, CourseFigure]:
    """Run a plot helper under the course's settings, whatever the notebook has set."""

    @functools.wraps(helper)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> CourseFigure:
        with context(_LOOK):
            return helper(*args, **kwargs)

    return run


def new_figure(width: float, height: float) -> CourseFigure:
    """An empty figure of width × height inches that lays itself out, known to nobody but its owner."""
    return CourseFigure(figsize=(width, height), dpi=_SETTINGS["figure.dpi"], layout="constrained")


def new_axes(figure: Figure, rows: int, columns: int, **kwargs) -> np.ndarray:
    """Axes in a (rows, columns) array."""
    return figure.subplots(rows, columns, squeeze=False, **kwargs)


def panel_grid(
    panels: int, columns: int, width: float, height: float, *, extra: Size = (0, 0), **kwargs
) -> tuple[CourseFigure, list[Axes]]:
    """A figure of equal panels, row by row; the unused places of the last row stay empty.

    Args:
        panels: how many there are.
        columns: how many stand in a row, at most.
        width, height: of one panel, in inches.
        extra: inches that the whole figure gets on top, for a title, a legend or a scale.
        kwargs: further arguments of `Figure.subplots`.

    Raises:
        ValueError: columns is less than 1.
    """
    if columns < 1:
        raise ValueError(f"columns: got {columns}, expected at least 1")
    columns = min(columns, panels)
    rows = -(-panels // columns)
    figure = new_figure(width * columns + extra[0], height * rows + extra[1])
    axes = new_axes(figure, rows, columns, **kwargs).ravel()
    for place, unused in enumerate(axes[panels:], start=panels):
        unused.remove()
        if kwargs.get("sharex") and place >= columns:
            axes[place - columns].tick_params(labelbottom=True)  # nothing stands below that would carry the numbers
    return figure, list(axes[:panels])


def first_panels(items: Iterable, most: int = MOST_PANELS) -> tuple[list, str]:
    """As many items as are drawn, and the words that say what was left out ("" where nothing was)."""
    items = list(items)
    left_out = "" if len(items) <= most else f"the first {most} of {len(items)}"
    return list(islice(items, most)), left_out


def finished(
    figure: CourseFigure, description: str, *, title: str | None = None, size: Size | None = None, note: str = ""
) -> CourseFigure:
    """What every helper ends with: the figure's title and size, its description, and a note on what was left out.

    Raises:
        ValueError: size is not a width and a height above 0.
    """
    heading = "\n".join(text for text in (title, f"({note})" if note else "") if text)
    if heading:
        figure.suptitle(heading, fontsize=13)
    if size is not None:
        if len(size) != 2 or not all(inches > 0 for inches in size):
            raise ValueError(f"size: got {size!r}, expected width and height in inches")
        figure.set_size_inches(*size)
    figure.description = f"{description} ({note[0].upper()}{note[1:]} are drawn.)" if note else description
    return figure


def hide_ticks(axes: Axes) -> None:
    """Leave only what is drawn: no ticks, no frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def add_frame(axes: Axes) -> None:
    """A thin frame around a picture, whose paper is as white as the page."""
    axes.spines[:].set(visible=True, color=FRAME, linewidth=0.8)


def listed(words: Iterable, most: int = 8) -> str:
    """Words in a row for a description; of many only the first ones."""
    words = [str(word).replace("\n", " ").replace("$", "") for word in words]
    return ", ".join(words) if len(words) <= most else f"{', '.join(words[:most])} and {len(words) - most} more"
