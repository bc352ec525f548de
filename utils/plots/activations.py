"""Activation functions, and what a network's layers answer to one image."""

import contextlib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from utils.plots.checks import MNIST_PIXELS, as_images, as_numbers, in_order
from utils.plots.style import (
    BLUE,
    GREY,
    LIGHT,
    VERMILLION,
    CourseFigure,
    Size,
    add_frame,
    finished,
    hide_ticks,
    listed,
    new_axes,
    new_figure,
    panel_grid,
    styled,
)

MOST_LAYERS = 12
MOST_BARS = 20  # outputs that are drawn as bars; of more, named ones, the ten largest, otherwise a field
LONGEST_MOSAIC = 2000  # pixels along a side of a picture of feature maps

# Layers that only pass on what they get when a network answers have no picture of their own: these, and
# Dropout in all its forms.
PASSING = ("InputLayer", "Flatten", "Reshape", "Permute", "RepeatVector", "GaussianNoise", "Masking", "Identity")


class Answer(NamedTuple):
    """What one layer answered to the image: its title and its output, without the axis of the batch."""

    title: str
    output: np.ndarray


@styled
def activation_functions(
    functions: Mapping[str, tuple[Callable, Callable]],
    *,
    limit: float = 5,
    ylim: tuple[float, float] | None = None,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Each function above its derivative, over z from −limit to limit.

    >>> figure = plots.activation_functions({"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2)})

    Args:
        functions: name → (g, its derivative), both taking and returning an array.
        limit: the largest z.
        ylim: the heights between which the functions are drawn; all of them where not given.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the names where not given.

    Raises:
        ValueError: there are no functions, one returns another shape than it was given or NaN, or limits are not in
            order.
    """
    if not functions:
        raise ValueError("functions: got none, expected at least one")
    _, limit = in_order("limit", (-limit, limit))
    z = np.linspace(-limit, limit, 401)
    figure = new_figure(2.9 * len(functions), 5)
    axes = new_axes(figure, 2, len(functions), sharex=True, sharey="row")
    for column, (name, pair) in enumerate(functions.items()):
        for row, (function, color, style) in enumerate(zip(pair, (BLUE, VERMILLION), ("-", "--"), strict=True)):
            heights = as_numbers(f"functions[{name!r}]", function(z))
            if heights.shape != z.shape:
                raise ValueError(f"functions[{name!r}]: returned shape {heights.shape}, expected {z.shape} as given")
            axes[row, column].plot(z, _broken_at_jumps(heights), color=color, linestyle=style)
        axes[0, column].set_title(name)
        axes[1, column].set_xlabel("z")
        for panel in axes[:, column]:
            panel.axhline(0, color=GREY, lw=0.8, ls="-", zorder=0)
            panel.axvline(0, color=GREY, lw=0.8, ls="-", zorder=0)
    axes[0, 0].set(ylabel="g(z)", ylim=None if ylim is None else in_order("ylim", ylim))
    axes[1, 0].set(ylabel="g′(z)")
    words = description or f"{listed(functions)}: each drawn above its derivative."
    return finished(figure, words, title=title, size=size)


def _broken_at_jumps(heights: np.ndarray) -> np.ndarray:
    """The heights with a gap where a function jumps: a line drawn there would be a slope that it has not.

    A jump is a step many times as high as the steps beside it.
    """
    heights = heights.copy()
    steps = np.abs(np.diff(heights))
    before, after = np.append(steps[:1], steps[:-1]), np.append(steps[1:], steps[-1:])
    heights[:-1][steps > 10 * np.maximum(before, after) + 1e-3 * np.ptp(heights)] = np.nan
    return heights


@styled
def activations(
    model: Any,
    image: ArrayLike,
    *,
    layers: Sequence[Any] | None = None,
    class_names: Sequence[str] | None = None,
    columns: int = 4,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """One image and what the layers of a network make of it, in their order; the model's output comes last.

    A dense layer is drawn as a field of units, a convolutional layer as a mosaic of feature maps, a layer over time
    as units against steps, and the output as bars (as an image or a field where there are many).

    >>> figure = plots.activations(model, image)
    >>> figure = plots.activations(model, image, layers=["hidden"], class_names=list("0123456789"))

    Args:
        model: a built Sequential or functional Keras model with one input and one output.
        image: one image in the model's units, with or without the axes of batch and channels, or flat: (28, 28),
            (28, 28, 1), (1, 28, 28), (784,) all fit a model whose input has 784 numbers in any of these forms.
        layers: which ones to draw, by name, number or as layers; all that compute something where not given, at most
            12.
        class_names: what the outputs are called; their numbers where not given.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the answers where not given.

    Raises:
        ValueError: the model is subclassed, not built, or has several inputs or outputs; the image is not one or does
            not fit; a layer is unknown; an output is not finite or has more axes than can be drawn.
    """
    inputs = _as_input(model, image)
    chosen, note = _chosen_layers(model, layers)
    answers = _answers(model, inputs, chosen)
    *hidden, last = answers
    if class_names is not None and len(class_names) != last.output.size:
        raise ValueError(f"class_names: got {len(class_names)}, expected {last.output.size}, one for each output")

    figure, panels = panel_grid(len(answers) + 1, columns, 3.2, 3.6)
    figure.get_layout_engine().set(w_pad=0.12)  # or the numbers of a scale run into those of the next picture
    _draw_input(panels[0], inputs[0])
    for axes, answer in zip(panels[1:], answers, strict=True):
        axes.set_title(answer.title)
        if answer is last and last.output.ndim == 1 and (class_names is not None or last.output.size <= MOST_BARS):
            _draw_bars(axes, last.output, class_names)
        else:
            _draw_field(figure, axes, answer.output)
    words = description or _activity_in_words(hidden, last, class_names)
    return finished(figure, words, title=title, size=size, note=note)


def _as_input(model: Any, image: ArrayLike) -> np.ndarray:
    """The image in the shape that the model takes, with an axis for the batch."""
    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    if not getattr(model, "layers", None):
        raise ValueError(f"model: got a {type(model).__name__} without layers, expected a built Keras model")
    if not inputs or not outputs:
        raise ValueError(
            f"model: got a {type(model).__name__} whose input is not known (subclassed, or not built yet); expected a "
            "Sequential that begins with keras.Input, or a functional model"
        )
    if len(inputs) != 1 or len(outputs) != 1:
        raise ValueError(f"model: got {len(inputs)} inputs and {len(outputs)} outputs, expected one of each")
    wanted = tuple(inputs[0].shape[1:])
    array = as_numbers("image", image)
    if len(array) == 1 and array.ndim == len(wanted) + 1:  # a batch of one
        array = array[0]
    if None in wanted:
        shape = (*array.shape, 1) if array.ndim == len(wanted) - 1 and wanted[-1] == 1 else array.shape
        fits = len(shape) == len(wanted) and all(w in (None, s) for s, w in zip(shape, wanted, strict=True))
    else:
        shape = wanted
        ours, theirs = (tuple(side for side in sides if side != 1) for sides in (array.shape, wanted))
        flat = len(ours) <= 1 or len(theirs) <= 1
        fits = array.size == math.prod(wanted) and (ours == theirs or flat)
    if not fits:
        raise ValueError(f"image: got shape {np.shape(image)}, expected one image for a model that takes {wanted}")
    return array.reshape(1, *shape).astype(np.float32)


def _chosen_layers(model: Any, layers: Sequence[Any] | None) -> tuple[list, str]:
    """The layers to draw before the output, in the model's order, and what was left out in words."""
    known = list(model.layers)
    if layers is None:
        drawn = [layer for layer in known if not _passes_on(layer)]
        if not any(layer.weights for layer in drawn):
            raise ValueError("model: got no layer with weights, expected a network that computes something")
        shown = drawn[:MOST_LAYERS]
        return shown, "" if shown == drawn else f"the first {MOST_LAYERS} of {len(drawn)} layers and the output"
    names = [layer.name for layer in known]
    chosen = []
    for layer in layers:
        places = enumerate(known)
        found = [one for n, one in places if layer is one or layer in (one.name, n, n - len(known))]
        if not found:
            raise ValueError(f"layers: got {getattr(layer, 'name', layer)!r}, expected some of {', '.join(names)}")
        chosen += found
    return [layer for layer in known if layer in chosen], ""


def _passes_on(layer: Any) -> bool:
    kind = type(layer).__name__
    return kind in PASSING or "Dropout" in kind


def _answers(model: Any, inputs: np.ndarray, chosen: list) -> list[Answer]:
    """Run the model once and keep what the chosen layers answered, and at the end the model's own output."""
    kept: dict[int, np.ndarray] = {}
    with contextlib.ExitStack() as stack:
        for layer in chosen:
            stack.enter_context(_listening(layer, kept))
        result = np.asarray(model(inputs, training=False))[0]
    last = getattr(model, "operations", model.layers)[
        -1
    ]  # mostly a layer, but keras.ops.softmax(…) and the like are none
    answers = [
        Answer(_titled(layer, kept[id(layer)]), kept[id(layer)])
        for layer in chosen
        if layer is not last and id(layer) in kept
    ]
    answers.append(Answer(_titled(last, result), result))
    for answer in answers:
        as_numbers(f"output of {answer.title}", answer.output)
        if answer.output.ndim > 3:
            raise ValueError(f"model: {answer.title} has {answer.output.ndim} axes, expected at most 3")
    return answers


@contextlib.contextmanager
def _listening(layer: Any, kept: dict[int, np.ndarray]) -> Iterator[None]:
    """Keep what a layer returns while the model runs: this works for nested models and shared layers too."""
    call = layer.call

    def listen(*args, **kwargs):
        output = call(*args, **kwargs)
        first = output[0] if isinstance(output, list | tuple) else output
        kept[id(layer)] = np.asarray(first)[0]
        return output

    layer.call = listen
    try:
        yield
    finally:
        del layer.call  # the method of its class comes back


def _titled(layer: Any, output: np.ndarray) -> str:
    """A layer's name, without the number that Keras appends to names of its own making, and its output's shape."""
    kind, named = type(layer).__name__.lower(), layer.name.replace("_", "")
    name = re.sub(r"_\d+$", "", layer.name) if re.fullmatch(rf"{kind}\d*", named) else layer.name
    return f"{name}: {' × '.join(map(str, output.shape or (1,)))}"


def _draw_input(axes: Axes, given: np.ndarray) -> None:
    """The image as it came; numbers that are no image as a field."""
    axes.set_title("input")
    hide_ticks(axes)
    side = math.isqrt(given.size)
    if given.ndim == 1 and side * side == given.size == MNIST_PIXELS:
        given = given.reshape(side, side)
    try:
        as_images("image", given).show(axes, 0)
        add_frame(axes)
    except ValueError:  # standardised pixels, a series of numbers, an image with many channels
        axes.imshow(_as_field(given), cmap="viridis")


def _draw_field(figure: CourseFigure, axes: Axes, output: np.ndarray) -> None:
    drawn = axes.imshow(_as_field(output), cmap="viridis")
    hide_ticks(axes)
    low, high = drawn.get_clim()
    if low == high:
        drawn.set_clim(low - 0.5, high + 0.5)
    figure.colorbar(drawn, ax=axes, fraction=0.045, pad=0.03)


def _as_field(output: np.ndarray) -> np.ndarray:
    """One layer's answer as one picture: units in rows, feature maps in a mosaic; unused places stay blank (NaN)."""
    if output.ndim == 2:  # steps × units
        return output
    tiles = output.reshape(-1, 1, 1) if output.ndim < 2 else np.moveaxis(output, -1, 0)
    gap = 0 if output.ndim < 2 else 1
    height, width = tiles.shape[1] + gap, tiles.shape[2] + gap
    columns = min(int(np.ceil(np.sqrt(len(tiles)))), max(1, LONGEST_MOSAIC // width))
    rows = -(-len(tiles) // columns)
    field = np.full((rows * height, columns * width), np.nan)
    for position, tile in enumerate(tiles):
        row, column = divmod(position, columns)
        field[row * height : row * height + tile.shape[0], column * width : column * width + tile.shape[1]] = tile
    return field


def _draw_bars(axes: Axes, outputs: np.ndarray, class_names: Sequence[str] | None) -> None:
    names = [str(number) for number in range(len(outputs))] if class_names is None else list(class_names)
    places = np.arange(len(outputs))
    if len(outputs) > MOST_BARS:
        places = outputs.argsort()[::-1][:10]
        axes.set_title(f"{axes.get_title()}, the ten largest")
    colors = [LIGHT if outputs[place] < outputs.max() else BLUE for place in places]
    axes.barh(range(len(places)), outputs[places], color=colors, edgecolor=GREY)
    axes.set_yticks(range(len(places)), [names[place] for place in places])
    axes.invert_yaxis()
    axes.set_xlabel("output")


def _activity_in_words(hidden: Sequence[Answer], last: Answer, class_names: Sequence[str] | None) -> str:
    parts = [
        f"{answer.title.partition(':')[0]} has {np.mean(answer.output > 0):.0%} of its units above zero"
        for answer in hidden
    ]
    if last.output.ndim == 1 and last.output.size > 1:
        winner = int(last.output.argmax())
        parts.append(f"the largest output is that of {class_names[winner] if class_names is not None else winner}")
    else:
        parts.append(f"the output lies between {last.output.min():.3g} and {last.output.max():.3g}")
    said = "; ".join(parts if len(parts) <= 7 else [*parts[:6], f"{len(parts) - 7} more layers", parts[-1]])
    return f"One input and what {len(hidden) + 1} layers answer: {said}."
