"""Drawings without data: a neuron, a network, sets within sets, a line of years."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from utils.plots.style import (
    BLUE,
    FRAME,
    GREY,
    LIGHT,
    ORANGE,
    VERMILLION,
    CourseFigure,
    Size,
    finished,
    hide_ticks,
    new_axes,
    new_figure,
    styled,
)

MOST_UNITS = 30  # of a layer: more connections than 30 × 30 are a grey blot
MOST_LAYERS = 12
MOST_EVENTS = 60


@styled
def neuron_diagram(
    inputs: Sequence[str],
    weights: Sequence[str],
    *,
    bias: str = "b",
    activation: str = "g",
    output: str = r"\hat{y}",
    parts: Sequence[str] = (),
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """One neuron: inputs, their weights, the weighted sum z, the activation function, the output.

    >>> figure = plots.neuron_diagram(["x_1", "x_2"], ["w_1", "w_2"])

    Args:
        inputs, weights: their symbols, in LaTeX without dollar signs, one weight for each input.
        bias, activation, output: the other symbols.
        parts: five words written below the inputs, weights, sum, activation function and output.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words.

    Raises:
        ValueError: no inputs, another number of weights, or another number of parts.
    """
    if parts and len(parts) != 5:
        raise ValueError(f"parts: got {len(parts)}, expected 5 or none")
    if not inputs or len(inputs) != len(weights):
        raise ValueError(f"inputs, weights: got {len(inputs)} and {len(weights)}, expected equal numbers, at least 1")
    figure, axes = _canvas(9, 3.6)
    places = [*inputs, "1"]
    heights = [1.6 - 3.2 * i / (len(places) - 1) for i in range(len(places))]
    for name, weight, height in zip(places, [*weights, bias], heights, strict=True):
        _arrow(axes, (-4.0, height), (-0.75, 0.25 * height))
        axes.text(-2.5, 0.72 * height + 0.1, f"${weight}$", ha="center", va="bottom", fontsize=16, color=BLUE)
        _node(axes, (-4.4, height), f"${name}$", LIGHT)
    _arrow(axes, (0.75, 0), (2.25, 0))
    _arrow(axes, (3.55, 0), (5.0, 0))
    _node(axes, (0, 0), r"$\Sigma$", "#CFE3F1", radius=0.72, size=24)
    axes.text(1.5, 0.15, "$z$", ha="center", va="bottom", fontsize=17)
    _node(axes, (2.9, 0), f"${activation}$", "#FBDCC8", radius=0.62, size=20)
    axes.text(5.15, 0, f"${output} = {activation}(z)$", ha="left", va="center", fontsize=17)
    terms = " + ".join(f"{weight} {name}" for name, weight in zip(inputs, weights, strict=True))
    axes.text(0.4, -1.45, f"$z = {terms} + {bias}$", ha="left", va="center", fontsize=16)
    for x, part in zip((-4.4, -2.5, 0, 2.9, 6.0), parts, strict=False):
        axes.text(x, -2.45, part, ha="center", va="center", fontsize=12.5, color=VERMILLION)
    axes.set(xlim=(-5.3, 7.5), ylim=(-2.8 if parts else -2.2, 2.2))
    words = description or (
        f"A neuron: {len(inputs)} inputs, each times its weight, and a bias are summed to z; "
        "an activation function turns z into the output."
    )
    return finished(figure, words, title=title, size=size)


@styled
def network_diagram(
    layers: Sequence[int],
    labels: Sequence[str],
    *,
    weights: Sequence | None = None,
    biases: Sequence | None = None,
    most: int = 10,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Layers of neurons from left to right, every unit of one connected to every unit of the next.

    >>> figure = plots.network_diagram([784, 128, 10], ["pixels", "hidden", "digits"])

    Args:
        layers: units in each layer; of a layer larger than `most` only that many are drawn, with dots between.
        labels: what is written below each layer.
        weights: for each layer but the first a matrix (inputs, units), written at the connections; for a few units.
        biases: for each layer but the first a vector (units,), written in the units.
        most: units drawn of a layer, at most 30.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the layers where not given.

    Raises:
        ValueError: fewer than two layers or more than twelve, a layer without units, another number of labels, or
            weights and biases of other shapes.
    """
    if not 2 <= len(layers) <= MOST_LAYERS or len(layers) != len(labels):
        raise ValueError(
            f"layers, labels: got {len(layers)} and {len(labels)}, expected equal numbers, 2 to {MOST_LAYERS}"
        )
    if min(layers) < 1:
        raise ValueError(f"layers: got a layer of {min(layers)} units, expected at least 1")
    if not 1 <= most <= MOST_UNITS:
        raise ValueError(f"most: got {most}, expected 1 to {MOST_UNITS}")
    _check_shapes("weights", weights, list(pairwise(layers)))
    _check_shapes("biases", biases, [(units,) for units in layers[1:]])
    figure, axes = _canvas(9, 4.2)
    columns = [_unit_heights(units, most) for units in layers]
    radius = 0.17 if biases is None else 0.34
    for x, (here, there) in enumerate(pairwise(columns)):
        for start in here:
            for end in there:
                axes.plot([3 * x, 3 * x + 3], [start, end], color=FRAME, lw=0.7, ls="-", zorder=1)
    for x, (heights, units, label) in enumerate(zip(columns, layers, labels, strict=True)):
        for height in heights:
            axes.add_patch(Circle((3 * x, height), radius, fc="#CFE3F1", ec=BLUE, lw=1.4, zorder=2))
        if units > most:
            axes.text(3 * x, 0, "⋮", ha="center", va="center", fontsize=20, zorder=3)
        axes.text(3 * x, -2.55, f"{label}\n{units}", ha="center", va="top", fontsize=13)
    for x, matrix in enumerate([] if weights is None else weights):
        for start, row in zip(columns[x], matrix, strict=True):
            for end, weight in zip(columns[x + 1], row, strict=True):
                place = (3 * x + 0.75, start + 0.25 * (end - start))  # a quarter of the way, before lines cross
                axes.text(
                    *place, _signed(weight), ha="center", va="center", fontsize=12.5, zorder=3, backgroundcolor="w"
                )
    for x, vector in enumerate([] if biases is None else biases, start=1):
        for height, bias in zip(columns[x], vector, strict=True):
            axes.text(3 * x, height, _signed(bias), ha="center", va="center", fontsize=12.5, zorder=3)
    axes.set(xlim=(-1, 3 * len(layers) - 2), ylim=(-3.5, 2.05 + radius))
    sizes = ", ".join(f"{units} ({label})" for units, label in zip(layers, labels, strict=True)).replace("$", "")
    words = description or f"A network of fully connected layers with {sizes} units."
    return finished(figure, words, title=title, size=size)


def _check_shapes(name: str, arrays: Sequence | None, expected: list[tuple]) -> None:
    if arrays is None:
        return
    found = [np.shape(array) for array in arrays]
    if found != expected:
        raise ValueError(f"{name}: got shapes {found}, expected {expected}")


def _signed(number: float) -> str:
    return f"{number:+g}".replace("-", "−") if number else "0"


@styled
def nested_sets(
    sets: Mapping[str, str],
    *,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Boxes within boxes, the largest first.

    >>> figure = plots.nested_sets({"machine learning": "learns from data", "deep learning": "in many layers"})

    Args:
        sets: name → what it is, in a few words; at most eight.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the names where not given.

    Raises:
        ValueError: there are no sets, or more than fit into each other.
    """
    if not 1 <= len(sets) <= 8:
        raise ValueError(f"sets: got {len(sets) or 'none'}, expected 1 to 8")
    figure, axes = _canvas(9, 1.2 * len(sets) + 0.6)
    colors = ["#EAF2F8", "#CFE3F1", "#FBDCC8", "#F6BE9A"]
    count = len(sets)
    for depth, (name, words) in enumerate(sets.items()):
        x, top, bottom = 0.35 * depth, count - depth, 0.14 * (depth - count + 1)
        color = colors[depth % len(colors)]
        style = "round,pad=0,rounding_size=0.15"
        box = FancyBboxPatch((x, bottom), 10 - 2 * x, top - bottom, boxstyle=style, fc=color, ec=GREY, lw=1.2)
        axes.add_patch(box)
        axes.text(x + 0.25, top - 0.2, name, fontsize=15, fontweight="bold", va="top")
        axes.text(x + 0.25, top - 0.55, words, fontsize=12.5, va="top")
    axes.set(xlim=(-0.1, 10.1), ylim=(-0.14 * count, count + 0.1), aspect="auto")
    return finished(figure, description or " contains ".join(sets) + ".", title=title, size=size)


@styled
def timeline(
    events: Mapping[int, str],
    *,
    marked: Sequence[int] = (),
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Years from top to bottom, equally spaced, each with what happened; the marked ones stand out.

    >>> figure = plots.timeline({1958: "the perceptron", 1986: "backpropagation"}, marked=[1986])

    Args:
        events: year → event, in order; at most sixty.
        marked: years drawn with a square instead of a dot.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the events where not given.

    Raises:
        ValueError: there are no events, more than fit, or they are not in order.
    """
    years = list(events)
    if not 1 <= len(years) <= MOST_EVENTS or years != sorted(years):
        raise ValueError(f"events: got years {years[:MOST_EVENTS]}, expected 1 to {MOST_EVENTS} in rising order")
    figure, axes = _canvas(9, 0.44 * len(years) + 0.3)
    axes.plot([0, 0], [0, 1 - len(years)], color=GREY, lw=2, ls="-", zorder=1)
    for position, (year, event) in enumerate(events.items()):
        special = year in marked
        marker, color = ("s", VERMILLION) if special else ("o", BLUE)
        axes.plot(0, -position, marker, ms=12, color=color, mec="white", zorder=2)
        weight = "bold" if special else "normal"
        axes.text(-0.3, -position, str(year), ha="right", va="center", fontsize=13, fontweight=weight)
        axes.text(0.3, -position, event, ha="left", va="center", fontsize=13, fontweight=weight)
    axes.set(xlim=(-1.4, 9.5), ylim=(0.6 - len(years), 0.6), aspect="auto")
    words = description or "; ".join(f"{year}: {event}" for year, event in events.items()) + "."
    return finished(figure, words, title=title, size=size)


def _canvas(width: float, height: float) -> tuple[CourseFigure, Axes]:
    figure = new_figure(width, height)
    axes = new_axes(figure, 1, 1)[0, 0]
    hide_ticks(axes)
    axes.set_aspect("equal")
    return figure, axes


def _node(axes: Axes, centre, text: str, color: str, radius: float = 0.42, size: int = 16) -> None:
    axes.add_patch(Circle(centre, radius, fc=color, ec=GREY, lw=1.4, zorder=3))
    axes.text(*centre, text, ha="center", va="center", fontsize=size, zorder=4)


def _arrow(axes: Axes, start, end) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "lw": 1.8, "color": ORANGE}, zorder=2)


def _unit_heights(units: int, most: int) -> list[float]:
    """Where a layer's units stand, from 2 down to −2; a gap in the middle where some are left out."""
    if units == 1:
        return [0.0]
    shown = min(units, most)
    places = shown if units <= most else shown + 2
    heights = [2 - 4 * i / (places - 1) for i in range(places)]
    if units > most:
        del heights[shown // 2 : shown // 2 + 2]
    return heights
