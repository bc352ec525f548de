"""A stand-in for MNIST: scikit-learn's real handwritten digits, enlarged and warped into MNIST's shapes.

It is made of few originals (1,797), and the same writers are in training, validation and test; so scores on
it say how a network compares with another one, not how well it would read the handwriting of strangers.
"""

import numpy as np
from scipy import ndimage
from tqdm.auto import tqdm

VERSION = 3  # raise it whenever the images change, so that cached ones are built anew

SIZES = {"train": 50_000, "validation": 10_000, "test": 10_000}
SHARES = {"train": 0.64, "validation": 0.16, "test": 0.20}  # of the originals

SIDE = 28  # pixels of a picture
MASS_CENTRE = 14.0  # pixels: where MNIST puts the centre of mass, half a pixel off the middle
CELL = 2.5  # pixels for one of the original's 8 cells: the digit fills MNIST's box of 20 × 20
INK_FROM, INK_FULL = 0.38, 0.80  # grey becomes ink between these two; chosen to match MNIST's strokes

ROTATION, LOG_SCALE, SHEAR, SHIFT = 0.07, 0.045, 0.09, 0.36  # standard deviations; radians, -, -, pixels
ELASTIC_WIDTH, ELASTIC_STRENGTH = 4.0, 14.0  # pixels of smoothing, factor after it


def build(sizes: dict[str, int] | None = None, *, seed: int = 0, chunk: int = 2_000) -> dict[str, np.ndarray]:
    """Build the stand-in's pictures, labels and origins; the same seed gives the same pictures.

    For each split s of SIZES the result holds `x_s` (n, 28, 28) uint8, `y_s` (n,) uint8, and `origin_s` (n,)
    int16, the index in `sklearn.datasets.load_digits` of the picture it was warped from. `sizes` overrides
    the number of pictures of each split. Memory stays below 300 MB; `chunk` pictures are warped at a time.
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    sizes = SIZES if sizes is None else sizes
    rng = np.random.default_rng(seed)
    canvases = enlarge(digits.images / 16)
    centres = centres_of_mass(ink(canvases))
    splits = split_originals(digits.target, rng)

    arrays = {}
    with tqdm(total=sum(sizes.values()), desc="Building the stand-in digits", unit=" digits") as bar:
        for split, size in sizes.items():
            origins = draw_evenly(splits[split], size, rng)
            images = np.empty((size, SIDE, SIDE), np.uint8)
            for start in range(0, size, chunk):
                part = origins[start : start + chunk]
                warped = ink(sample(canvases, part, warp(centres[part], rng)))
                images[start : start + chunk] = np.rint(255 * warped)
                bar.update(len(part))
            arrays[f"x_{split}"] = images
            arrays[f"y_{split}"] = digits.target[origins].astype(np.uint8)
            arrays[f"origin_{split}"] = origins.astype(np.int16)
    return arrays


def split_originals(labels: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Split the indices of `labels` (n,) by SHARES, class by class; no index is in two of the splits."""
    parts: dict[str, list[np.ndarray]] = {split: [] for split in SHARES}
    for digit in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == digit))
        cuts = np.rint(np.cumsum(list(SHARES.values()))[:-1] * len(members)).astype(int)
        for split, part in zip(SHARES, np.split(members, cuts), strict=True):
            parts[split].append(part)
    return {split: np.concatenate(part) for split, part in parts.items()}


def draw_evenly(originals: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `size` of `originals` in random order, each as often as any other (give or take one).

    The originals' classes have about equal sizes, so the classes of the drawn ones have too, as in MNIST.
    """
    return rng.permutation(np.resize(rng.permutation(originals), size))


def enlarge(small: np.ndarray) -> np.ndarray:
    """Enlarge pictures (n, 8, 8) to smooth grey ones (n, 28, 28) float32 with the digit in the middle.

    Cubic B-splines along both axes, written as one matrix of shape (28, 8).
    """
    margin = 4  # blank cells around, so that the spline runs out to zero
    positions = (np.arange(SIDE) - (SIDE - 1) / 2) / CELL + 3.5 + margin
    cells = np.pad(np.eye(8), ((margin, margin), (0, 0)))
    columns = [ndimage.map_coordinates(cell, [positions], order=3) for cell in cells.T]
    matrix = np.stack(columns, axis=1).astype(np.float32)
    return matrix @ small.astype(np.float32) @ matrix.T


def ink(grey: np.ndarray) -> np.ndarray:
    """Turn smooth grey into strokes of MNIST's contrast: 0 is paper, 1 is ink."""
    return np.clip((grey - INK_FROM) / (INK_FULL - INK_FROM), 0, 1)


def centres_of_mass(images: np.ndarray) -> np.ndarray:
    """Return where the mass of each picture (n, 28, 28) is centred: (n, 2), row and column in pixels."""
    grid = np.arange(SIDE, dtype=np.float32)
    mass = images.sum(axis=(1, 2))
    rows, columns = images.sum(axis=2) @ grid, images.sum(axis=1) @ grid
    return (np.stack([rows, columns], axis=1) / mass[:, None]).astype(np.float32)


def warp(centres: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a warp for each picture: where to look, (n, 2, 28, 28) rows and columns in pixels.

    The point (14, 14) of the result looks at the picture's centre of mass `centres` (n, 2). Around it: rotation,
    scale, shear and shift, and an elastic field, which is smoothed noise (Simard, Steinkraus and Platt 2003).
    """
    count = len(centres)
    angle, log_scale, shear = rng.normal(0, [ROTATION, LOG_SCALE, SHEAR], (count, 3)).T
    shift = rng.normal(0, SHIFT, (count, 2))
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], axis=1), np.stack([sin, cos], axis=1)], axis=1)
    slant = np.tile(np.eye(2), (count, 1, 1))
    slant[:, 1, 0] = shear  # columns slide with the row, as handwriting slants
    matrix = (np.exp(-log_scale)[:, None, None] * turn @ slant).astype(np.float32)

    offsets = np.indices((SIDE, SIDE), dtype=np.float32).reshape(2, -1) - np.float32(MASS_CENTRE)
    look = matrix @ offsets + (centres + shift).astype(np.float32)[:, :, None]
    blur = ndimage.gaussian_filter1d(np.eye(SIDE), ELASTIC_WIDTH, axis=0, mode="constant").astype(np.float32)
    noise = 2 * rng.random((count, 2, SIDE, SIDE), dtype=np.float32) - 1
    return look.reshape(count, 2, SIDE, SIDE) + np.float32(ELASTIC_STRENGTH) * (blur @ noise @ blur.T)


def sample(canvases: np.ndarray, which: np.ndarray, look: np.ndarray) -> np.ndarray:
    """Read canvases[which] at `look` (n, 2, 28, 28), bilinearly; beyond the border its pixels go on."""
    look = np.clip(look, 0, SIDE - 1.001)
    corner = look.astype(np.int32)
    down, right = np.moveaxis(look - corner, 1, 0)
    flat = canvases.reshape(-1)
    at = (which[:, None, None] * SIDE + corner[:, 0]) * SIDE + corner[:, 1]
    top = flat[at] * (1 - right) + flat[at + 1] * right
    bottom = flat[at + SIDE] * (1 - right) + flat[at + SIDE + 1] * right
    return top * (1 - down) + bottom * down
