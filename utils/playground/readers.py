"""What the drawing pad asks of the course's networks: one image in, every network's answer and the CNN's maps out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from utils.photos import FAINTEST_INK, as_mnist

if TYPE_CHECKING:
    import keras

SIDE, CLASSES = 28, 10
CONVOLUTIONS = 2  # so many of a network's convolutions are shown, the first ones
SURE = 0.9  # from this probability on, a network counts as sure
NEARLY_ONE = 0.995  # what would be rounded to 100 %


class FeatureMaps(NamedTuple):
    """What one convolution answers: which it is, in words, and its maps, shape (rows, columns, channels)."""

    title: str
    maps: np.ndarray


class Reading(NamedTuple):
    """One image as the networks got it, (28, 28) from 0 to 1, each network's ten probabilities, and feature maps."""

    image: np.ndarray
    probabilities: dict[str, np.ndarray]
    feature_maps: list[FeatureMaps]


class Challenge(NamedTuple):
    """A task for the one who draws: its key, and its words."""

    key: str
    task: str


class Readers:
    """Several networks that read the same image in one compiled call.

    >>> readers = Readers({"MLP": mlp, "CNN": cnn})
    >>> readers.read(digits.x_test[0]).probabilities["CNN"].argmax()

    Args:
        models: name → a built Keras model, images (n, 28, 28) to probabilities (n, 10). The feature maps are those of
            the first one that has convolutions.

    Raises:
        ValueError: there are no models, or one has other inputs or outputs.
    """

    def __init__(self, models: "Mapping[str, keras.Model]") -> None:
        import tensorflow as tf

        if not models:
            raise ValueError("models: got none, expected at least one, such as {'MLP': model}")
        for name, model in models.items():
            _require_digit_reader(name, model)
        self.models = dict(models)
        self.names = list(models)
        self._titles, watched = _convolutions(self.models)

        @tf.function(input_signature=[tf.TensorSpec((1, SIDE, SIDE), tf.float32)])
        def answers(images):
            probabilities = [model(images, training=False)[0] for model in self.models.values()]
            maps = [maps[0] for maps in watched(images, training=False)] if watched else []
            return probabilities, maps

        self._answers = answers
        self.read(np.zeros((SIDE, SIDE)))  # compiles, so that the first digit does not wait

    def read(self, image: ArrayLike) -> Reading:
        """What every network answers to an image, shape (28, 28), from 0 for paper to 1 for ink.

        Raises:
            ValueError: another shape, or numbers outside 0 to 1.
        """
        image = np.asarray(image, dtype=np.float32)
        if image.shape != (SIDE, SIDE):
            raise ValueError(f"image: got shape {image.shape}, expected {(SIDE, SIDE)}")
        if not (image.min() >= 0 and image.max() <= 1):  # NaN too
            raise ValueError(f"image: got numbers from {image.min():g} to {image.max():g}, expected 0 to 1")
        probabilities, maps = self._answers(image[np.newaxis])
        return Reading(
            image,
            {name: answer.numpy() for name, answer in zip(self.names, probabilities, strict=True)},
            [FeatureMaps(title, answer.numpy()) for title, answer in zip(self._titles, maps, strict=True)],
        )

    def read_ink(self, ink: ArrayLike) -> Reading | None:
        """The same for a drawing of any size, centred by mass and scaled as MNIST is; None where nothing is drawn.

        Raises:
            ValueError: it is no drawing, see `utils.photos.as_mnist`.
        """
        ink = np.asarray(ink, dtype=np.float32)
        if ink.ndim == 2 and ink.max(initial=0) <= FAINTEST_INK:
            return None
        return self.read(as_mnist(ink))

    @property
    def challenges(self) -> list[Challenge]:
        """The tasks that these networks allow: one needs an MLP and a CNN, by these names."""
        tasks = []
        if {"MLP", "CNN"} <= set(self.names):
            tasks.append(Challenge("convolution", "Draw a digit that the MLP reads wrong and the CNN right."))
        everyone = {1: f"the {self.names[0]} is", 2: "both networks are", 4: "all four networks are"}
        who = everyone.get(len(self.names), f"all {len(self.names)} networks are")
        tasks.append(Challenge("overconfident", f"Draw one on which {who} sure (at least {percent(SURE)}) and wrong."))
        return tasks


def solved(reading: Reading, digit: int) -> list[str]:
    """The keys of the challenges that a reading solves, when this digit was meant.

    Raises:
        ValueError: it is no digit from 0 to 9.
    """
    if digit not in range(CLASSES):
        raise ValueError(f"digit: got {digit!r}, expected a whole number from 0 to 9")
    right = {name: int(answer.argmax()) == digit for name, answer in reading.probabilities.items()}
    keys = []
    if not right.get("MLP", True) and right.get("CNN", False):
        keys.append("convolution")
    if not any(right.values()) and all(answer.max() >= SURE for answer in reading.probabilities.values()):
        keys.append("overconfident")
    return keys


def percent(share: float) -> str:
    """A probability in words, such as 74 %; nothing is said to be certain."""
    return "> 99 %" if share >= NEARLY_ONE else f"{100 * share:.0f} %"


def _require_digit_reader(name: str, model: "keras.Model") -> None:
    shapes = [getattr(model, shape, None) for shape in ("input_shape", "output_shape")]
    if shapes != [(None, SIDE, SIDE), (None, CLASSES)]:
        raise ValueError(
            f"models[{name!r}]: got a {type(model).__name__} from {shapes[0]} to {shapes[1]}, expected a built Keras "
            f"model from (None, {SIDE}, {SIDE}) to (None, {CLASSES})"
        )


def _convolutions(models: "Mapping[str, keras.Model]") -> "tuple[list[str], keras.Model | None]":
    """Titles for the first convolutions of the first network that has any, and a model that answers with their maps."""
    import keras

    for name, model in models.items():
        layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][:CONVOLUTIONS]
        if layers:
            titles = []
            for place, layer in zip(("first", "second"), layers, strict=False):
                rows, columns, channels = layer.output.shape[1:]
                titles.append(f"{name}, {place} convolution: {channels} maps of {rows} × {columns}")
            return titles, keras.Model(model.inputs, [layer.output for layer in layers])
    return [], None
