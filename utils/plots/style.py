"""The look that all figures share, and the checks of what they are given."""

import functools
from collections.abc import Callable

import numpy as np
from matplotlib import cycler, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito (2008), "Color Universal Design": eight colours told apart with any colour vision.
BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
PALETTE = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
LINE_STYLES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]
GREY, LIGHT = "#555555", "#E8E8E8"
DIVERGING = "PuOr_r"  # negative purple, positive orange: safe for all colour vision

_RC = {
    "figure.dpi": 80,
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.prop_cycle": cycler(color=PALETTE, linestyle=LINE_STYLES),
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.handlelength": 3,  # or a dash-dotted line looks like a dashed one
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "image.interpolation": "nearest",
}


def styled(helper: Callable[..., Figure]) -> Callable[..., Figure]:
    """Run a plot helper under the course's settings, whatever the notebook has set."""

    @functools.wraps(helper)
    def run(*args, **kwargs) -> Figure:
        with rc_context(_RC):
            return helper(*args, **kwargs)

    return run


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of width × height inches that lays itself out, known to nobody but its owner."""
    return Figure(figsize=(width, height), dpi=_RC["figure.dpi"], layout="constrained")


def new_axes(figure: Figure, rows: int, columns: int, **kwargs) -> np.ndarray:
    """Axes in a (rows, columns) array."""
    return figure.subplots(rows, columns, squeeze=False, **kwargs)


def hide_ticks(axes: Axes) -> None:
    """Leave only what is drawn: no ticks, no frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def as_numbers(name: str, values, dimensions: int | None = None) -> np.ndarray:
    """The values as an array of finite numbers.

    Raises:
        ValueError: it is empty, not numeric, not finite, or has another number of dimensions; the message names
            the argument, what came and what was expected.
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: got {type(values).__name__} without numbers in it, expected numbers") from None
    if dimensions is not None and array.ndim != dimensions:
        raise ValueError(f"{name}: got shape {array.shape}, expected {dimensions} dimension(s)")
    if array.size == 0:
        raise ValueError(f"{name}: got nothing, expected at least one number")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: got NaN or infinity among its numbers, expected finite numbers")
    return array


def as_images(name: str, values) -> np.ndarray:
    """One image (rows, columns), or several (n, rows, columns), as an array (n, rows, columns)."""
    array = as_numbers(name, values)
    if array.ndim == 2:
        array = array[np.newaxis]
    if array.ndim != 3:
        raise ValueError(f"{name}: got shape {array.shape}, expected (rows, columns) or (n, rows, columns)")
    return array


def same_length(**arguments) -> None:
    """Raise ValueError, naming each, unless all arguments that are not None have the same length."""
    lengths = {name: len(value) for name, value in arguments.items() if value is not None}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ValueError(f"{' and '.join(lengths)}: {found}, expected equal lengths")
