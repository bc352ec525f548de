"""Activation functions, and what a network's layers answer to one image."""

import re
from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils.plots.style import (
    BLUE,
    GREY,
    LIGHT,
    VERMILLION,
    as_images,
    hide_ticks,
    new_axes,
    new_figure,
    styled,
)


@styled
def activation_functions(
    functions: Mapping[str, tuple[Callable, Callable]], *, limit: float = 5, description: str | None = None
) -> Figure:
    """Each function above its derivative, over z from −limit to limit.

    Args:
        functions: name → (g, its derivative), both taking and returning an array.

    Raises:
        ValueError: there are no functions.
    """
    if not functions:
        raise ValueError("functions: got none, expected at least one")
    z = np.linspace(-limit, limit, 401)
    figure = new_figure(2.9 * len(functions), 5)
    axes = new_axes(figure, 2, len(functions), sharex=True, sharey="row")
    for column, (name, (function, derivative)) in enumerate(functions.items()):
        axes[0, column].plot(z, _broken_at_jumps(function(z)), color=BLUE, linestyle="-")
        axes[1, column].plot(z, _broken_at_jumps(derivative(z)), color=VERMILLION, linestyle="--")
        axes[0, column].set_title(name)
        axes[1, column].set_xlabel("z")
        for panel in axes[:, column]:
            panel.axhline(0, color=GREY, lw=0.8, ls="-", zorder=0)
            panel.axvline(0, color=GREY, lw=0.8, ls="-", zorder=0)
    axes[0, 0].set(ylabel="g(z)", ylim=(-1.2, 2.2))
    axes[1, 0].set(ylabel="g′(z)", ylim=(-0.1, 1.2))
    figure.description = description or f"{', '.join(functions)}: each drawn above its derivative."
    return figure


def _broken_at_jumps(heights) -> np.ndarray:
    """The heights with a gap where a function jumps: a line drawn there would be a slope that it has not."""
    heights = np.array(heights, dtype=float)
    heights[:-1][np.abs(np.diff(heights)) > 0.5] = np.nan
    return heights


@styled
def activations(model, image, *, names: list[str] | None = None, description: str | None = None) -> Figure:
    """One image and what every layer of a network makes of it, from left to right.

    A dense layer is drawn as a field of units, a convolutional layer as a mosaic of feature maps, a layer over time
    as units against steps, and the last layer as bars.

    Args:
        model: a built Keras model that takes images of shape (1, rows, columns) or (1, rows, columns, 1).
        image: shape (rows, columns), values 0 to 1.
        names: what the outputs of the last layer are called; their numbers where it is not given.

    Raises:
        ValueError: not one image, or a model without a layer that computes.
    """
    import keras

    image = as_images("image", image)
    if len(image) != 1:
        raise ValueError(f"image: got {len(image)} images, expected one")
    layers = [layer for layer in model.layers if layer.weights]
    if not layers:
        raise ValueError("model: got no layer with weights, expected a built network")
    inputs = image if len(model.inputs[0].shape) == 3 else image[..., np.newaxis]
    outputs = keras.Model(model.inputs[0], [layer.output for layer in layers])(inputs, training=False)
    outputs = [np.asarray(output)[0] for output in (outputs if isinstance(outputs, list) else [outputs])]

    figure = new_figure(3.2 * (len(layers) + 1), 3.6)
    panels = new_axes(figure, 1, len(layers) + 1)[0]
    panels[0].imshow(image[0], cmap="gray_r", vmin=0, vmax=1)
    panels[0].set_title("input")
    hide_ticks(panels[0])
    for axes, layer, output in zip(panels[1:-1], layers[:-1], outputs[:-1], strict=True):
        drawn = axes.imshow(_as_field(output), cmap="viridis")
        hide_ticks(axes)
        axes.set_title(f"{_title(layer)}: {' × '.join(map(str, output.shape))}")
        figure.colorbar(drawn, ax=axes, fraction=0.045, pad=0.03)
    figure.get_layout_engine().set(w_pad=0.12)  # or the numbers of a scale run into those of the next picture
    _draw_outputs(panels[-1], outputs[-1].ravel(), names)
    panels[-1].set_title(f"{_title(layers[-1])}: {outputs[-1].size}")
    figure.description = description or _activity_in_words(layers[:-1], outputs[:-1], outputs[-1].ravel(), names)
    return figure


def _title(layer) -> str:
    """A layer's name without the number by which Keras tells it from those of earlier models."""
    return re.sub(r"_\d+$", "", layer.name)


def _as_field(output: np.ndarray) -> np.ndarray:
    """One layer's answer as one picture: units in rows, feature maps in a mosaic; unused places stay blank (NaN)."""
    if output.ndim == 2:  # steps × units
        return output
    tiles = output[np.newaxis, np.newaxis] if output.ndim == 1 else np.moveaxis(output, -1, 0)
    if output.ndim == 1:
        tiles = output.reshape(-1, 1, 1)
    columns = int(np.ceil(np.sqrt(len(tiles))))
    rows = -(-len(tiles) // columns)
    gap = 0 if output.ndim == 1 else 1
    height, width = tiles.shape[1] + gap, tiles.shape[2] + gap
    field = np.full((rows * height, columns * width), np.nan)
    for position, tile in enumerate(tiles):
        row, column = divmod(position, columns)
        field[row * height : row * height + tile.shape[0], column * width : column * width + tile.shape[1]] = tile
    return field


def _draw_outputs(axes: Axes, outputs: np.ndarray, names: list[str] | None) -> None:
    names = names or [str(number) for number in range(len(outputs))]
    colors = [LIGHT if value < outputs.max() else BLUE for value in outputs]
    axes.barh(names, outputs, color=colors, edgecolor=GREY)
    axes.invert_yaxis()
    axes.set_xlabel("output")


def _activity_in_words(layers, outputs, last: np.ndarray, names: list[str] | None) -> str:
    shares = [
        f"{_title(layer)} has {np.mean(out > 0):.0%} of its units above zero"
        for layer, out in zip(layers, outputs, strict=True)
    ]
    winner = names[int(last.argmax())] if names else str(int(last.argmax()))
    return "; ".join([*shares, f"the largest output is that of {winner}"]).capitalize() + "."
