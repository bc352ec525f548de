"""Pictures of digits and of weights."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike

from utils.plots.checks import as_images, as_one_image, as_weights, same_length
from utils.plots.style import (
    DIVERGING,
    VERMILLION,
    CourseFigure,
    Size,
    add_frame,
    finished,
    first_panels,
    hide_ticks,
    listed,
    new_figure,
    panel_grid,
    styled,
)

LARGEST_WINDOW = 12  # rows and columns whose numbers can still be read


@styled
def digit_gallery(
    images: ArrayLike,
    titles: Sequence[str] | None = None,
    *,
    columns: int = 10,
    boxes: Sequence[tuple[slice, slice]] = (),
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Images in rows, each with its title; grey ones with ink dark on white, all on one scale.

    >>> figure = plots.digit_gallery(images, ["a five", "a zero", "a four"], columns=3)

    Args:
        images: one or several, with or without an axis of 1, 3 or 4 channels: (rows, columns), (n, rows, columns),
            (n, rows, columns, channels). Their numbers go from 0 (paper) to 1 (ink), from 0 to 255, or from −1 to 1.
            Of more than a hundred the first hundred are drawn.
        titles: one for each image.
        columns: images in a row.
        boxes: regions (rows, columns) to frame in every image.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the titles where not given.

    Raises:
        ValueError: another shape (flat images, for one), NaN, numbers outside the three ranges, another number of
            titles, or less than one column.
    """
    images = as_images("images", images)
    same_length(images=images.pixels, titles=titles)
    shown, note = first_panels(range(len(images.pixels)))
    width = min(2.6, 10 / min(max(columns, 1), len(shown)))
    extra = (0, 0.4 if title or note else 0)
    room = 0 if titles is None else 0.16 + 0.18 * (1 + max(str(text).count("\n") for text in titles))
    height = width * images.pixels.shape[1] / images.pixels.shape[2]
    figure, panels = panel_grid(len(shown), columns, width, min(height, 3 * width) + room, extra=extra)
    for axes, position in zip(panels, shown, strict=True):
        hide_ticks(axes)
        images.show(axes, position)
        add_frame(axes)
        for region in boxes:
            axes.add_patch(_box(region, width=2 if columns <= 5 else 1.2))
        if titles is not None:
            axes.set_title(str(titles[position]), fontsize=12 if columns <= 8 else 11)
    said = ", drawn in rows." if titles is None else f": {listed(titles, most=30)}."
    count = "1 image" if len(images.pixels) == 1 else f"{len(images.pixels)} images"
    return finished(figure, description or f"{count}{said}", title=title, size=size, note=note and f"{note} images")


@styled
def grid_to_vector(
    image: ArrayLike,
    *,
    row: int,
    column: int,
    window: int = 9,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """One image three ways: as a picture, as a grid of numbers (a window of it), and as the start of a long list.

    >>> figure = plots.grid_to_vector(image, row=5, column=9)

    Args:
        image: one grey image, such as (28, 28) or (28, 28, 1), from 0 to 1, from 0 to 255 or from −1 to 1. The numbers
            written are always those from 0 to 255, as MNIST's file stores them.
        row, column: the upper left corner of the window whose numbers are written.
        window: its rows and columns, at most 12.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words.

    Raises:
        ValueError: not one grey image, a window that leaves it, or one too large to be read.
    """
    image = as_one_image("image", image).scaled[0]
    if not 1 <= window <= LARGEST_WINDOW:
        raise ValueError(f"window: got {window}, expected 1 to {LARGEST_WINDOW}")
    if not (0 <= row <= len(image) - window and 0 <= column <= image.shape[1] - window):
        raise ValueError(f"row, column: got a window at ({row}, {column}) that leaves an image of {image.shape}")
    figure = new_figure(10, 4.6)
    picture, numbers, strip = figure.subplots(1, 3, width_ratios=[1, 1, 0.34])
    framed = image[row : row + window, column : column + window]
    picture.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    picture.add_patch(_box((slice(row, row + window), slice(column, column + window))))
    picture.set_title(f"picture, {len(image)} × {image.shape[1]}")
    numbers.imshow(framed, cmap="gray_r", vmin=0, vmax=1)
    numbers.set_title("the framed numbers")
    _write_numbers(numbers, framed)
    flat = image.reshape(-1)
    first = max(0, int(np.flatnonzero(flat)[0]) - 3) if flat.any() else 0
    shown = flat[first : first + window]
    strip.imshow(shown[:, np.newaxis], cmap="gray_r", vmin=0, vmax=1)
    strip.set_title(f"vector, {len(flat)}\n(entries {first} to {first + len(shown) - 1})", fontsize=11)
    _write_numbers(strip, shown[:, np.newaxis])
    for axes in (picture, numbers, strip):
        hide_ticks(axes)
        add_frame(axes)
    words = description or (
        "One digit three ways: as a picture, as the numbers of a window of it, and as a piece of a long column."
    )
    return finished(figure, words, title=title, size=size)


@styled
def weight_images(
    weights: ArrayLike,
    titles: Sequence[str] | None = None,
    *,
    columns: int = 5,
    color_label: str = "weight",
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Weights drawn as images on one scale: orange positive, purple negative, white zero.

    The largest and the smallest weight of each image carry a + and a −, so that colour is not needed to tell them.

    >>> figure = plots.weight_images(rng.normal(size=(10, 28, 28)), [f"unit {n}" for n in range(10)])
    >>> figure = plots.weight_images(rng.normal(size=(5, 5, 1, 16)), columns=8)  # Keras's kernels

    Args:
        weights: shape (n, rows, columns), (rows, columns) for one neuron, or a Keras convolution kernel (rows, columns,
            1, filters). Of more than a hundred the first hundred are drawn.
        titles: one for each image.
        columns: images in a row.
        color_label: what the colours stand for.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from number and range where not given.

    Raises:
        ValueError: weights of another shape (flattened ones, kernels with several input channels), NaN, or another
            number of titles.
    """
    weights = as_weights("weights", weights)
    same_length(weights=weights, titles=titles)
    shown, note = first_panels(weights)
    width = min(3.2, 9 / min(max(columns, 1), len(shown)))
    # A few extreme weights would leave all others pale: one in a hundred may lie beyond the scale's ends.
    limit = np.quantile(np.abs(weights), 0.99) or np.abs(weights).max() or 1
    extra = (1, 0.3 if title or note else 0)
    height = min(width * weights.shape[1] / weights.shape[2], 3 * width)
    figure, panels = panel_grid(len(shown), columns, width, height + 0.3, extra=extra)
    for position, (axes, picture) in enumerate(zip(panels, shown, strict=True)):
        hide_ticks(axes)
        drawn = axes.imshow(picture, cmap=DIVERGING, vmin=-limit, vmax=limit)
        add_frame(axes)
        _mark_extremes(axes, picture)
        if titles is not None:
            axes.set_title(str(titles[position]))
    beyond = "both" if np.abs(weights).max() > limit else "neither"
    figure.colorbar(drawn, ax=figure.axes, label=color_label, fraction=0.04, pad=0.02, extend=beyond)
    count = "One set of weights" if len(weights) == 1 else f"{len(weights)} sets of weights"
    words = description or f"{count} drawn as images, from {weights.min():.3g} to {weights.max():.3g}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} images")


def _box(region: tuple[slice, slice], width: float = 2) -> Rectangle:
    rows, columns = region
    corner, size = (columns.start - 0.5, rows.start - 0.5), (columns.stop - columns.start, rows.stop - rows.start)
    return Rectangle(corner, *size, fill=False, ec=VERMILLION, lw=width)


def _write_numbers(axes: Axes, values: np.ndarray) -> None:
    for (row, column), value in np.ndenumerate(values):
        color = "white" if value > 0.5 else "black"
        axes.text(column, row, f"{255 * value:.0f}", ha="center", va="center", fontsize=11, color=color)


def _mark_extremes(axes: Axes, values: np.ndarray) -> None:
    for sign, position in (("+", values.argmax()), ("−", values.argmin())):
        row, column = np.unravel_index(position, values.shape)
        if (values[row, column] > 0) == (sign == "+") and values[row, column] != 0:
            mark = axes.text(column, row, sign, ha="center", va="center", fontsize=13, fontweight="bold")
            mark.set_path_effects([withStroke(linewidth=2.5, foreground="white")])  # so that it shows on any pixel
