"""What the helpers are given, made into arrays; what they cannot draw is refused by name."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

SMALLEST_SIDE = 4  # of an image whose last axis is taken for its channels
SMALLEST_FLATTENED = 7  # the side of a picture that a row of numbers may be
MNIST_PIXELS = 784
LARGEST_OVERSHOOT = 2.0  # up to here numbers above 1 count as overshoot of 0 to 1, beyond it as 0 to 255


class Images(NamedTuple):
    """Images (n, rows, columns) or, in colour, (n, rows, columns, 3 or 4), and their range.

    `low` is paper and `high` is ink, or, in colour, black and full colour.
    """

    pixels: np.ndarray
    low: float
    high: float

    @property
    def in_colour(self) -> bool:
        return self.pixels.ndim == 4

    @property
    def scaled(self) -> np.ndarray:
        """The pixels from 0 to 1."""
        return np.clip((self.pixels - self.low) / (self.high - self.low), 0, 1)

    def show(self, axes, position: int, **kwargs) -> None:
        """Draw one of them: ink dark on white, or in its colours."""
        if self.in_colour:
            axes.imshow(self.scaled[position], **kwargs)
        else:
            axes.imshow(self.pixels[position], cmap="gray_r", vmin=self.low, vmax=self.high, **kwargs)


def as_numbers(name: str, values: ArrayLike, dimensions: int | None = None, *, finite: bool = True) -> np.ndarray:
    """The values as an array of float64.

    Args:
        name: the argument's name, for messages.
        values: numbers, an array or a tensor of them.
        dimensions: how many it must have.
        finite: whether NaN and infinity are refused.

    Raises:
        ValueError: it is empty, not of real numbers, not finite, or has another number of dimensions; the message
            names the argument, what came and what was expected.
    """
    try:
        if np.ma.isMaskedArray(values):  # what is masked is not there, and must not be drawn
            values = values.astype(float).filled(np.nan)
        array = np.asarray(values)
        if array.dtype.kind not in "buif":
            # Lists of tensors and the like come as objects; texts would pass for the numbers written in them.
            if array.dtype.kind != "O":
                raise TypeError
            array = np.asarray(array.tolist(), dtype=float)
        array = array.astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: got {_kind(values)}, expected numbers in rows of equal length") from None
    if dimensions is not None and array.ndim != dimensions:
        raise ValueError(f"{name}: got shape {array.shape}, expected {dimensions} dimension(s)")
    if array.size == 0:
        raise ValueError(f"{name}: got nothing, expected at least one number")
    if finite and not np.isfinite(array).all():
        raise ValueError(f"{name}: got NaN or infinity among its numbers, expected finite numbers")
    return array


def as_images(name: str, values: ArrayLike) -> Images:
    """One image or several, with or without an axis of channels, from 0 to 1, from 0 to 255 or from −1 to 1.

    Shapes: (rows, columns), (n, rows, columns), (rows, columns, c), (n, rows, columns, c) with c = 1, 3 or 4 channels.
    A three-dimensional array whose last axis has 1, 3 or 4 entries is one image with channels if its other two axes
    have more than four each.

    Raises:
        ValueError: another shape, flat images (n, 784), or numbers outside all three ranges.
    """
    pixels = _without_channel_axis(name, as_numbers(name, values))
    low, high = float(pixels.min()), float(pixels.max())
    if low < 0:
        if low < -1 or high > 1:
            raise ValueError(
                f"{name}: got numbers from {low:.3g} to {high:.3g}, expected 0 to 1, 0 to 255 or −1 to 1 "
                "(weights are drawn by weight_images)"
            )
        # A little below 0 is what interpolation and linear decoders do; far below is a range of −1 to 1.
        return Images(pixels, -1.0, 1.0) if low < -0.5 else Images(pixels, low, 1.0)
    if high <= 1:
        return Images(pixels, 0.0, 1.0)
    whole = np.asarray(values).dtype.kind in "iu"
    if high <= LARGEST_OVERSHOOT and not whole:
        return Images(pixels, 0.0, high)
    if high <= 255:
        return Images(pixels, 0.0, 255.0)
    raise ValueError(f"{name}: got numbers up to {high:.5g}, expected 0 to 1, 0 to 255 or −1 to 1")


def as_one_image(name: str, values: ArrayLike) -> Images:
    """Exactly one grey image, in any of the shapes of `as_images`."""
    images = as_images(name, values)
    if len(images.pixels) != 1:
        raise ValueError(f"{name}: got {len(images.pixels)} images, expected one")
    if images.in_colour:
        raise ValueError(f"{name}: got an image with {images.pixels.shape[-1]} channels, expected a grey one")
    return images


def as_weights(name: str, values: ArrayLike) -> np.ndarray:
    """Weights as pictures (n, rows, columns), from (rows, columns), (n, rows, columns) or Keras's convolution kernels.

    Kernels have the shape (rows, columns, 1, filters); with more than one input channel one of them must be chosen.

    Raises:
        ValueError: another shape, or a matrix in which each row or column looks like a flattened picture.
    """
    array = as_numbers(name, values)
    if array.ndim == 4:
        if array.shape[2] == 1:
            return np.moveaxis(array[:, :, 0], -1, 0)
        if array.shape[3] == 1:
            return array[..., 0]
        raise ValueError(
            f"{name}: got shape {array.shape}, kernels with {array.shape[2]} input channels; "
            "expected one of them, such as kernels[:, :, 0, :]"
        )
    if array.ndim == 3 and array.shape[2] == 1:
        return array.reshape(1, *array.shape[:2])
    if array.ndim == 3 and array.shape[2] == 3 and array.shape[0] == array.shape[1] > SMALLEST_SIDE:
        raise ValueError(f"{name}: got shape {array.shape}, one kernel with 3 channels; expected one channel of it")
    if array.ndim == 3:
        return array
    return _one_picture(name, array)


def same_length(**arguments) -> None:
    """Raise ValueError, naming each, unless all arguments that are not None have the same length."""
    lengths = {name: len(value) for name, value in arguments.items() if value is not None}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ValueError(f"{' and '.join(lengths)}: {found}, expected equal lengths")


def in_order(name: str, limits: tuple[float, float]) -> tuple[float, float]:
    """Two finite numbers, the smaller first."""
    low, high = as_numbers(name, limits, 1) if len(limits) == 2 else (1, 0)
    if not low < high:
        raise ValueError(f"{name}: got {tuple(limits)}, expected two numbers, the smaller first")
    return float(low), float(high)


def range_of(*arrays: np.ndarray, margin: float = 0.0) -> tuple[float, float]:
    """The smallest and the largest number, with a margin (a share of their distance); never the same number twice."""
    low, high = min(float(array.min()) for array in arrays), max(float(array.max()) for array in arrays)
    if low == high:
        half = 0.5 if low == 0 else 0.5 * abs(low)
        return low - half, high + half
    room = margin * (high - low)
    return low - room, high + room


def _without_channel_axis(name: str, array: np.ndarray) -> np.ndarray:
    """(n, rows, columns), or (n, rows, columns, channels) in colour."""
    if array.ndim == 3 and array.shape[2] in (1, 3, 4) and min(array.shape[:2]) > SMALLEST_SIDE:
        array = array[np.newaxis]
    if array.ndim == 4 and array.shape[3] == 1:
        array = _one_picture(name, array[0, ..., 0]) if len(array) == 1 else array[..., 0]
    if array.ndim == 2:
        return _one_picture(name, array)
    if array.ndim == 3 or (array.ndim == 4 and array.shape[3] in (3, 4)):
        return array
    raise ValueError(
        f"{name}: got shape {array.shape}, expected (rows, columns) or (n, rows, columns), "
        "with an axis of 1, 3 or 4 channels at the end or without"
    )


def _one_picture(name: str, array: np.ndarray) -> np.ndarray:
    """One picture as (1, rows, columns); refused where its rows or columns seem to be flattened pictures themselves.

    They seem so where a side is a square number, such as 784 = 28 × 28, and the picture would be more than twice as
    long as wide: photographs are not.
    """
    if array.ndim != 2:
        raise ValueError(f"{name}: got shape {array.shape}, expected (rows, columns) or (n, rows, columns)")
    rows, columns = array.shape
    for flat, pictures in ((columns, rows), (rows, columns)):
        side = math.isqrt(flat)
        long = max(rows, columns) > 2 * min(rows, columns) or (flat == MNIST_PIXELS and pictures != flat)
        if side * side == flat and side >= SMALLEST_FLATTENED and long:
            raise ValueError(
                f"{name}: got shape {array.shape}, which may be {pictures} flattened pictures; expected them as "
                f"({pictures}, {side}, {side}), or one picture as (1, {rows}, {columns})"
            )
    return array[np.newaxis]


def _kind(values) -> str:
    kind = type(values).__name__
    return f"{kind} without numbers in it" if isinstance(values, str) else f"a {kind} that is no array of numbers"
