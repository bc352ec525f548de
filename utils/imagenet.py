"""EfficientNet-Lite0, trained on ImageNet: the network, its weights, its 1,000 class names, and a cat to show it.

The files lie in data/imagenet/, whose README.md has their sources and licences. Nothing is downloaded.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageOps

from utils.storage import Arrays, BadFileError, digest, read_arrays

if TYPE_CHECKING:
    import keras

LONGEST_SIDE = 1024  # pixels of one's own photograph: more than the network can use
FOLDER = Path(__file__).resolve().parents[1] / "data" / "imagenet"
SHA256 = "c2060928dccfcb32f2660fb3d6250654f9fcd72eac43157c5e57fd221c163dc0"  # of all arrays: digest_of
# Repeats, kernel, stride, expansion, filters (Tan and Le 2019, table 1).
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


def build_network() -> "keras.Model":
    """EfficientNet-Lite0 with random weights: pictures (n, rows, columns, 3) from 0 to 255 → 1,000 probabilities.

    The pictures may have any size; it was trained on 224 × 224. Layers are named as in Keras's EfficientNet:
    `block5c_add`, `block6a_expand_activation`, `top_activation`, `logits`, `predictions`.
    """
    import keras
    from keras import layers

    def normalised(x, name, activation=True):
        x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x)
        return layers.ReLU(6.0, name=f"{name}_activation")(x) if activation else x

    def block(x, name, kernel, stride, expansion, filters):
        """An inverted residual block: widen, filter each channel by itself, narrow; add the input where it fits."""
        before = x
        if expansion > 1:
            x = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False, name=f"{name}_expand_conv")(x)
            x = normalised(x, f"{name}_expand")
        x = layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{name}_dwconv")(x)
        x = normalised(x, name)
        x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv")(x)
        x = normalised(x, f"{name}_project", activation=False)
        fits = stride == 1 and before.shape[-1] == filters
        return layers.Add(name=f"{name}_add")([x, before]) if fits else x

    pictures = keras.Input((None, None, 3), name="pictures")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescaling")(pictures)
    x = layers.Conv2D(32, 3, 2, "same", use_bias=False, name="stem_conv")(x)
    x = normalised(x, "stem")
    for stage, (repeats, kernel, stride, expansion, filters) in enumerate(STAGES, start=1):
        for repeat in range(repeats):
            name = f"block{stage}{'abcd'[repeat]}"
            x = block(x, name, kernel, stride if repeat == 0 else 1, expansion, filters)
    x = layers.Conv2D(1280, 1, use_bias=False, name="top_conv")(x)
    x = normalised(x, "top")
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dense(1000, name="predictions")(layers.Dropout(0.2, name="dropout")(x))
    return keras.Model(pictures, layers.Softmax(name="probabilities")(x), name="efficientnet_lite0")


def load_network() -> "keras.Model":
    """EfficientNet-Lite0 with the weights that ImageNet gave it.

    Raises BadFileError if data/imagenet/efficientnet_lite0.npz is missing, damaged or another one.
    """
    arrays = read_weights(FOLDER / "efficientnet_lite0.npz")
    network = build_network()
    for layer in network.layers:
        names = {"bn": ["gamma", "beta", "mean", "variance"], "predictions": ["kernel", "bias"]}
        wanted = names.get(layer.name.split("_")[-1], ["kernel"])
        if layer.weights:
            layer.set_weights([arrays[f"{layer.name}/{part}"].astype("float32") for part in wanted])
    return network


def read_weights(path: Path) -> Arrays:
    """The 247 arrays of the file, float16, checked by their digest. Raises BadFileError."""
    help_ = "It is a part of the course: take it from there again (`git checkout data/imagenet`, or the archive)."
    try:
        arrays = read_arrays(path)
    except OSError as error:
        raise BadFileError(f"data/imagenet/{path.name} cannot be read: {error.strerror or error}. {help_}") from error
    except BadFileError as error:
        raise BadFileError(f"data/imagenet/{path.name} is {error}. {help_}") from error
    if digest_of(arrays) != SHA256:
        raise BadFileError(f"data/imagenet/{path.name} holds other numbers than the course's. {help_}")
    return arrays


def digest_of(arrays: Arrays) -> str:
    """One SHA-256 for several arrays; zip files of the same arrays differ, their digest does not."""
    lines = "".join(f"{name} {digest(arrays[name])}\n" for name in sorted(arrays))
    return hashlib.sha256(lines.encode()).hexdigest()


def class_names() -> list[str]:
    """The names of the 1,000 classes, in the order of the network's outputs; two of them occur twice."""
    return json.loads((FOLDER / "class_names.json").read_text(encoding="utf-8"))


def cat_photograph() -> np.ndarray:
    """Chelsea the cat, shape (300, 451, 3), uint8 (by Stefan van der Walt, CC0; from scikit-image)."""
    with Image.open(FOLDER / "chelsea.jpg") as photograph:
        return np.asarray(photograph.convert("RGB"))


def photograph(path: str | os.PathLike) -> np.ndarray:
    """A photograph of one's own, shape (rows, columns, 3), uint8: turned as the camera says, at most 1,024 a side.

    Raises FileNotFoundError, or Pillow's UnidentifiedImageError if the file is no picture that Pillow knows.
    """
    with Image.open(path) as opened:
        turned = ImageOps.exif_transpose(opened).convert("RGB")
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return np.asarray(turned)


def resized(photograph: ArrayLike, shorter: int = 224) -> np.ndarray:
    """The photograph with a shorter side of so many pixels, shape (rows, columns, 3), float32 from 0 to 255.

    Args:
        photograph: shape (rows, columns, 3), from 0 to 255.

    Raises:
        ValueError: another shape.
    """
    photograph = np.asarray(photograph)
    if photograph.ndim != 3 or photograph.shape[2] != 3:
        raise ValueError(f"photograph: got shape {photograph.shape}, expected (rows, columns, 3)")
    rows, columns = (max(1, round(side * shorter / min(photograph.shape[:2]))) for side in photograph.shape[:2])
    picture = Image.fromarray(np.clip(np.rint(photograph), 0, 255).astype("uint8"))
    return np.asarray(picture.resize((columns, rows), Image.Resampling.BICUBIC), dtype="float32")


def middle_square(photograph: ArrayLike, side: int = 224) -> np.ndarray:
    """What the network looks at: the middle square, shape (side, side, 3), float32 from 0 to 255.

    Raises ValueError for another shape than (rows, columns, 3).
    """
    photograph = np.asarray(photograph)
    most = min(photograph.shape[:2])
    top, left = ((size - most) // 2 for size in photograph.shape[:2])
    return resized(photograph[top : top + most, left : left + most], side)
