"""What the drawing pad shows, as a still picture: for pages without a kernel, and for a slide."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import ArrayLike

from utils.playground.readers import CLASSES, FeatureMaps, Readers, Reading, percent
from utils.plots.style import BLUE, FRAME, CourseFigure, add_frame, finished, hide_ticks, new_figure, styled

if TYPE_CHECKING:
    import keras

MAPS_IN_A_ROW = 16
MAP_SIDE = 48  # pixels at least: or the gaps between small maps would be as wide as their pixels
PALE_BLUE = "#CFDDE8"
STRENGTH = LinearSegmentedColormap.from_list("strength", ["white", BLUE])  # of what a filter answers


@styled
def pad_picture(models: "Mapping[str, keras.Model] | Readers", image: ArrayLike) -> CourseFigure:
    """One image, the probabilities that each network gives to the ten digits, and the CNN's feature maps.

    >>> figure = pad_picture({"MLP": mlp, "CNN": cnn}, digits.x_test[0])

    Args:
        models: as for `drawing_pad`.
        image: shape (28, 28), from 0 for paper to 1 for ink.

    Raises:
        ValueError: the models or the image are none.
    """
    readers = models if isinstance(models, Readers) else Readers(models)
    reading = readers.read(image)
    maps = reading.feature_maps
    figure = new_figure(11, 2.7 + 1.6 * len(maps))
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)
    rows = figure.add_gridspec(1 + len(maps), 1, height_ratios=[2.7, *[1.6] * len(maps)])
    panels = rows[0].subgridspec(1, 1 + len(readers.names)).subplots()
    panels[0].imshow(reading.image, cmap="gray_r", vmin=0, vmax=1)
    panels[0].set_title("what the networks see")
    hide_ticks(panels[0])
    add_frame(panels[0])
    for axes, (name, probabilities) in zip(panels[1:], reading.probabilities.items(), strict=True):
        _draw_answer(axes, name, probabilities)
    panels[1].set_ylabel("probability")
    for row, of_layer in enumerate(maps, start=1):
        _draw_maps(figure.add_subplot(rows[row]), of_layer)
    return finished(figure, in_words(reading))


def in_words(reading: Reading) -> str:
    """A sentence that says what every network reads, and how sure it is."""
    answers = [
        f"{name} reads {answer.argmax()} with probability {percent(answer.max())}"
        for name, answer in reading.probabilities.items()
    ]
    maps = "".join(f" {of_layer.title}." for of_layer in reading.feature_maps)
    return f"One digit and what the networks answer: {'; '.join(answers)}.{maps}"


def _draw_answer(axes: Axes, name: str, probabilities: np.ndarray) -> None:
    digit = int(probabilities.argmax())
    colors = [BLUE if place == digit else PALE_BLUE for place in range(CLASSES)]
    axes.bar(range(CLASSES), probabilities, color=colors)
    axes.set(ylim=(0, 1), xticks=range(CLASSES), yticks=[0, 0.5, 1])
    axes.set_title(f"{name}: {digit} ({percent(probabilities.max())})")
    axes.tick_params(axis="x", length=0)


def _draw_maps(axes: Axes, of_layer: FeatureMaps) -> None:
    enlarged = -(-MAP_SIDE // len(of_layer.maps))
    field = mosaic(of_layer.maps.repeat(enlarged, axis=0).repeat(enlarged, axis=1))
    axes.imshow(field, cmap=STRENGTH, vmin=0, vmax=max(np.nanmax(field), 1e-9), aspect="equal")
    axes.set_title(of_layer.title, loc="left")
    hide_ticks(axes)
    axes.set_facecolor(FRAME)


def mosaic(maps: np.ndarray, columns: int = MAPS_IN_A_ROW) -> np.ndarray:
    """Feature maps (rows, columns, channels) side by side, with gaps of NaN; what is negative becomes 0."""
    rows, width, channels = maps.shape
    columns = min(columns, channels)
    lines = -(-channels // columns)
    field = np.full((lines * (rows + 1) - 1, columns * (width + 1) - 1), np.nan)
    for channel in range(channels):
        line, column = divmod(channel, columns)
        top, left = line * (rows + 1), column * (width + 1)
        field[top : top + rows, left : left + width] = np.maximum(maps[..., channel], 0)
    return field
