"""A digit of one's own, typed with signs or photographed, made to look like MNIST's: for a network that reads those."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageOps
from scipy import ndimage

PAPER = " ."  # signs of a drawing that leave no ink; every other one does
LONGER_SIDE = 20  # pixels of a digit in MNIST, in the middle of an image of 28 × 28
PHOTO_SIDE = 100  # pixels of a photo at most: enough for a digit, and most of the camera's noise averages out
WIDEST_STROKE = 25  # of those pixels; within so many there must be paper, to compare the ink with
LEAST_CONTRAST = 0.2  # how much darker than the paper around it ink must be at its darkest
FAINTEST_INK = 0.3  # below this, a pixel does not count when the digit's edges are looked for


def ink_of_drawing(drawing: str) -> np.ndarray:
    """The ink of a digit drawn with signs, one line of text for each row of pixels.

    >>> ink_of_drawing("##\\n #")
    array([[1., 1.],
           [0., 1.]])

    Args:
        drawing: blanks and dots are paper, every other sign is ink. Lines may differ in length, and empty ones may
            stand anywhere.

    Returns:
        Shape (lines, longest line), 1 for ink and 0 for paper.

    Raises:
        ValueError: there is no ink.
    """
    lines = drawing.expandtabs().splitlines()
    longest = max(map(len, lines), default=0)
    ink = np.array([[float(sign not in PAPER) for sign in line.ljust(longest)] for line in lines])
    if not ink.any():
        raise ValueError("drawing: got no ink, expected at least one sign that is neither a blank nor a dot")
    return ink


def ink_of_photo(photo: str | os.PathLike | Image.Image) -> np.ndarray:
    """The ink of a digit on a photo: dark on light paper, under light that may be uneven.

    Each pixel is compared with the paper around it, the lightest there is within a stroke's width. What is hardly
    darker becomes 0, what is nearly as dark as the darkest ink becomes 1.

    Args:
        photo: a file (PNG, JPEG and so on) or a Pillow image; turned as its camera says, what is transparent is white.

    Returns:
        Shape (rows, columns), at most 100 each, from 0 for paper to 1 for ink.

    Raises:
        ValueError: no ink was found. FileNotFoundError, or Pillow's UnidentifiedImageError: the file is none.
    """
    image = photo if isinstance(photo, Image.Image) else Image.open(Path(photo))
    image = ImageOps.exif_transpose(image).convert("RGBA")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("L")
    image.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    light = np.asarray(image, dtype=float)
    paper = ndimage.gaussian_filter(ndimage.maximum_filter(light, size=WIDEST_STROKE), WIDEST_STROKE / 3)
    darkness = 1 - light / np.maximum(paper, 1)
    if darkness.max() < LEAST_CONTRAST:
        raise ValueError(
            f"photo: the darkest place is {max(darkness.max(), 0):.0%} darker than the paper around it, expected at "
            f"least {LEAST_CONTRAST:.0%}: is there a digit in dark ink on light paper?"
        )
    return np.clip(2 * darkness / darkness.max() - 0.5, 0, 1)


def as_mnist(ink: ArrayLike) -> np.ndarray:
    """Ink of any size as MNIST would have it: the longer side 20 pixels, the centre of mass in the middle.

    >>> as_mnist(np.ones((50, 10))).shape
    (28, 28)

    Args:
        ink: shape (rows, columns), from 0 for paper to 1 for ink.

    Returns:
        float32, shape (28, 28), from 0 to 1.

    Raises:
        ValueError: another shape, numbers outside 0 to 1, or no ink.
    """
    ink = np.asarray(ink, dtype=np.float32)
    if ink.ndim != 2:
        raise ValueError(f"ink: got shape {ink.shape}, expected (rows, columns)")
    if not (ink.min(initial=0) >= 0 and ink.max(initial=0) <= 1):  # NaN too
        raise ValueError(f"ink: got numbers from {ink.min():g} to {ink.max():g}, expected 0 (paper) to 1 (ink)")
    rows, columns = np.nonzero(ink > FAINTEST_INK)
    if not len(rows):
        raise ValueError(f"ink: got no pixel above {FAINTEST_INK}, expected a digit")
    digit = Image.fromarray(ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])
    scale = LONGER_SIDE / max(digit.size)
    digit = np.asarray(digit.resize([max(1, round(scale * side)) for side in digit.size], Image.Resampling.BILINEAR))
    page = np.zeros((28, 28), dtype=np.float32)
    digit = digit / digit.max()  # thin strokes grow pale when they are made smaller
    page[4 : 4 + digit.shape[0], 4 : 4 + digit.shape[1]] = digit
    row, column = ndimage.center_of_mass(page)
    return np.clip(ndimage.shift(page, (14 - row, 14 - column), order=1, mode="grid-constant"), 0, 1)


def photo_of(ink: ArrayLike, pixels: int = 15, seed: int = 0) -> Image.Image:
    """A photo as a camera might take it of ink, to try the other functions on: grey paper, a shadow, noise.

    Args:
        ink: shape (rows, columns), from 0 to 1.
        pixels: how many pixels of the photo, across and down, each number becomes.
        seed: of the noise.
    """
    ink = np.pad(np.kron(np.asarray(ink, dtype=float), np.ones((pixels, pixels))), 4 * pixels)
    shadow = np.linspace(200, 120, ink.shape[1])  # on the right, paper is as dark as ink is on the left
    noise = np.random.default_rng(seed).normal(0, 4, size=ink.shape)
    return Image.fromarray(np.clip(shadow * (1 - 0.4 * ink) + noise, 0, 255).astype(np.uint8))
