"""Pictures of digits and of weights."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.plots.style import (
    DIVERGING,
    VERMILLION,
    as_images,
    hide_ticks,
    new_axes,
    new_figure,
    same_length,
    styled,
)


@styled
def digit_gallery(
    images,
    captions: Sequence[str] | None = None,
    *,
    columns: int = 10,
    title: str | None = None,
    boxes: Sequence[tuple[slice, slice]] = (),
    description: str | None = None,
) -> Figure:
    """Images in rows, ink dark on white, each with its caption.

    Args:
        images: shape (n, rows, columns), or one image of shape (rows, columns); 0 is paper, 1 is ink.
        captions: one for each image.
        columns: images in a row.
        boxes: regions (rows, columns) to frame in every image.
        description: what the figure shows, in words; made from the captions where it is not given.

    Raises:
        ValueError: images of another shape, NaN, another number of captions, or less than one column.
    """
    images = as_images("images", images)
    same_length(images=images, captions=captions)
    if columns < 1:
        raise ValueError(f"columns: got {columns}, expected at least 1")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    size = min(2.6, 10 / columns)
    figure = new_figure(size * columns, (size + (0.32 if captions is not None else 0)) * rows + (0.4 if title else 0))
    panels = new_axes(figure, rows, columns).ravel()
    for position, axes in enumerate(panels):
        hide_ticks(axes)
        if position >= len(images):
            axes.set_visible(False)
            continue
        axes.imshow(images[position], cmap="gray_r", vmin=0, vmax=max(1, images.max()))
        _frame(axes)
        for region in boxes:
            axes.add_patch(_box(region, width=2 if columns <= 5 else 1.2))
        if captions is not None:
            axes.set_title(captions[position], fontsize=12 if columns <= 8 else 11)
    if title:
        figure.suptitle(title, fontsize=13)
    said = "" if captions is None else ": " + ", ".join(str(caption).replace("\n", " ") for caption in captions)
    figure.description = description or f"{len(images)} images of digits{said}."
    return figure


@styled
def grid_to_vector(image, *, row: int, column: int, size: int = 9, description: str | None = None) -> Figure:
    """One image three ways: as a picture, as a grid of numbers (a window of it), and as the start of a long list.

    Args:
        image: shape (28, 28), values 0 to 1; the numbers written are those values times 255, as the file stores them.
        row, column: the upper left corner of the window whose numbers are written.
        size: rows and columns of the window.

    Raises:
        ValueError: not one image, or a window that leaves it.
    """
    image = as_images("image", image)
    if len(image) != 1:
        raise ValueError(f"image: got {len(image)} images, expected one")
    image = image[0]
    if not (0 <= row <= len(image) - size and 0 <= column <= image.shape[1] - size):
        raise ValueError(f"row, column: got a window at ({row}, {column}) that leaves an image of {image.shape}")
    figure = new_figure(10, 4.6)
    picture, numbers, strip = figure.subplots(1, 3, width_ratios=[1, 1, 0.34])
    window = image[row : row + size, column : column + size]
    picture.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    picture.add_patch(_box((slice(row, row + size), slice(column, column + size))))
    picture.set_title(f"picture, {len(image)} × {image.shape[1]}")
    numbers.imshow(window, cmap="gray_r", vmin=0, vmax=1)
    numbers.set_title("the framed numbers")
    _write_numbers(numbers, window)
    flat = image.reshape(-1)
    first = int(np.flatnonzero(flat)[0]) - 3 if flat.any() else 0
    shown = flat[max(0, first) : max(0, first) + size]
    strip.imshow(shown[:, np.newaxis], cmap="gray_r", vmin=0, vmax=1)
    strip.set_title(f"vector, {len(flat)}\n(entries {max(0, first)} to {max(0, first) + size - 1})", fontsize=11)
    _write_numbers(strip, shown[:, np.newaxis])
    for axes in (picture, numbers, strip):
        hide_ticks(axes)
        _frame(axes)
    figure.description = description or (
        "One digit three ways: as a picture, as the numbers of a window of it, and as a piece of a long column."
    )
    return figure


@styled
def weight_images(
    weights,
    captions: Sequence[str] | None = None,
    *,
    columns: int = 5,
    title: str | None = None,
    color_label: str = "weight",
    description: str | None = None,
) -> Figure:
    """Weights drawn as images on one scale: orange positive, purple negative, white zero.

    The largest and the smallest weight of each image carry a + and a −, so that colour is not needed to tell them.

    Args:
        weights: shape (n, rows, columns), or (rows, columns) for one neuron.

    Raises:
        ValueError: weights of another shape, NaN, or another number of captions.
    """
    weights = as_images("weights", weights)
    same_length(weights=weights, captions=captions)
    columns = min(columns, len(weights))
    rows = -(-len(weights) // columns)
    size = min(3.2, 9 / columns)
    # A few extreme weights would leave all others pale: one in a hundred may lie beyond the scale's ends.
    limit = np.quantile(np.abs(weights), 0.99) or np.abs(weights).max() or 1
    figure = new_figure(size * columns + 1, (size + 0.3) * rows + (0.3 if title else 0))
    panels = new_axes(figure, rows, columns)
    for position, axes in enumerate(panels.ravel()):
        hide_ticks(axes)
        if position >= len(weights):
            axes.set_visible(False)
            continue
        drawn = axes.imshow(weights[position], cmap=DIVERGING, vmin=-limit, vmax=limit)
        _frame(axes)
        _mark_extremes(axes, weights[position], limit)
        if captions is not None:
            axes.set_title(captions[position])
    figure.colorbar(drawn, ax=panels, label=color_label, fraction=0.04, pad=0.02, extend="both")
    if title:
        figure.suptitle(title, fontsize=13)
    figure.description = description or f"{len(weights)} sets of weights drawn as images, positive and negative apart."
    return figure


def _frame(axes) -> None:
    axes.spines[:].set(visible=True, color="#BBBBBB", linewidth=0.8)


def _box(region: tuple[slice, slice], width: float = 2) -> Rectangle:
    rows, columns = region
    corner, size = (columns.start - 0.5, rows.start - 0.5), (columns.stop - columns.start, rows.stop - rows.start)
    return Rectangle(corner, *size, fill=False, ec=VERMILLION, lw=width)


def _write_numbers(axes, values: np.ndarray) -> None:
    for (row, column), value in np.ndenumerate(values):
        color = "white" if value > 0.5 else "black"
        axes.text(column, row, f"{255 * value:.0f}", ha="center", va="center", fontsize=11, color=color)


def _mark_extremes(axes, values: np.ndarray, limit: float) -> None:
    for sign, position in (("+", values.argmax()), ("−", values.argmin())):
        row, column = np.unravel_index(position, values.shape)
        color = "white" if abs(values[row, column]) > 0.7 * limit else "black"  # on a dark pixel
        if (values[row, column] > 0) == (sign == "+") and values[row, column] != 0:
            axes.text(column, row, sign, ha="center", va="center", fontsize=13, fontweight="bold", color=color)
