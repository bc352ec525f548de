"""The drawing pad: draw a digit, and the course's networks say at once what they read."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from utils.photos import as_mnist, ink_of_drawing
from utils.playground.base import CourseWidget
from utils.playground.pad_picture import pad_picture
from utils.playground.readers import Readers, Reading, solved
from utils.plots.style import CourseFigure

if TYPE_CHECKING:
    import keras

HERE = Path(__file__).parent
LARGEST_SIDE = 1000  # pixels of a drawing that the front end may send

# What the picture shows where nobody can draw.
EXAMPLE = """
..########...
.........##..
........##...
.......##....
....#######..
......##.....
.....##......
.....##......
....##.......
"""


def drawing_pad(
    models: "Mapping[str, keras.Model]", image: ArrayLike | None = None, *, picture: bool = True
) -> "DrawingPad":
    """A pad to draw digits on with the mouse, a finger or the keyboard; every network answers after each stroke.

    >>> pad = drawing_pad({"softmax": softmax, "MLP": mlp, "CNN": cnn, "LSTM": lstm})

    Args:
        models: name → a built Keras model, images (n, 28, 28) in [0, 1] to the probabilities of ten digits (n, 10).
            The feature maps shown are those of the first one with convolutions; the challenge between an MLP and a
            CNN needs networks of these names.
        image: what the still picture shows where no widget can be, shape (28, 28), from 0 for paper to 1 for ink; a
            seven where not given.
        picture: whether a page without a kernel shows that picture beside the words.

    Raises:
        ValueError: there are no models, one has other inputs or outputs, or the image is none.
    """
    return DrawingPad(Readers(models), image, with_picture=picture)


class DrawingPad(CourseWidget):
    """The pad's Python side: the front end sends what is drawn, and gets what the networks read.

    It asks {"type": "read", "side": s, "digit": d} with s × s bytes of ink, d the digit that was meant or None. The
    reply is of the type "reading": the best digit and its probability for each network, the keys of the challenges
    that this solves, and arrays: `image`, `probabilities`, and for each convolution `maps0`, `maps1`. Where nothing
    is drawn it is of the type "empty", with a message.
    """

    _esm = (HERE / "pad.js").read_text(encoding="utf-8")
    _css = (HERE / "pad.css").read_text(encoding="utf-8")

    networks = traitlets.List().tag(sync=True)  # their names
    challenges = traitlets.List().tag(sync=True)  # {"key", "task"} for each
    layers = traitlets.List().tag(sync=True)  # {"title", "shape"} for each convolution whose maps are shown

    def __init__(self, readers: Readers, image: ArrayLike | None = None, *, with_picture: bool = True) -> None:
        self._readers, self._with_picture = readers, with_picture
        self._example = readers.read(as_mnist(ink_of_drawing(EXAMPLE)) if image is None else image)
        self.words = (
            f"A drawing pad: {_listed(readers.names)} read what is drawn. Run this cell in JupyterLab, Notebook, "
            "VS Code or Colab to draw."
        )
        super().__init__(
            networks=readers.names,
            challenges=[challenge._asdict() for challenge in readers.challenges],
            layers=[
                {"title": of_layer.title, "shape": list(np.moveaxis(of_layer.maps, -1, 0).shape)}
                for of_layer in self._example.feature_maps
            ],
        )

    def answer(self, message: dict, buffers: list[bytes]) -> tuple[dict, Mapping[str, np.ndarray]]:
        """Read a drawing, see the class."""
        if message.get("type") != "read":
            raise ValueError(f"type: got {message.get('type')!r}, expected 'read'")
        reading = self._readers.read_ink(_ink(message.get("side"), buffers))
        if reading is None:
            return {"type": "empty", "message": "Nothing is drawn yet."}, {}
        digit = message.get("digit")
        answers = [
            {"name": name, "digit": int(answer.argmax()), "probability": float(answer.max())}
            for name, answer in reading.probabilities.items()
        ]
        keys = [] if digit is None else solved(reading, digit)
        return {"type": "reading", "answers": answers, "digit": digit, "solved": keys}, _arrays(reading)

    def picture(self) -> CourseFigure | None:
        """The networks' answers to the example."""
        return pad_picture(self._readers, self._example.image) if self._with_picture else None


def _ink(side: int | None, buffers: list[bytes]) -> np.ndarray:
    """The drawing that came, shape (side, side), from 0 for paper to 1 for ink."""
    if side not in range(1, LARGEST_SIDE + 1):
        raise ValueError(f"side: got {side!r}, expected a whole number from 1 to {LARGEST_SIDE}")
    sizes = [len(buffer) for buffer in buffers]
    if sizes != [side * side]:
        raise ValueError(f"buffers: got {sizes} bytes, expected one of {side * side}")
    return np.frombuffer(buffers[0], np.uint8).reshape(side, side) / np.float32(255)


def _arrays(reading: Reading) -> dict[str, np.ndarray]:
    """What the front end draws; each convolution's maps (channels, rows, columns) up to 255 for the strongest."""
    arrays = {
        "image": _as_bytes(reading.image),
        "probabilities": np.stack(list(reading.probabilities.values())).astype(np.float32),
    }
    for place, of_layer in enumerate(reading.feature_maps):
        strongest = max(of_layer.maps.max(), 1e-9)
        arrays[f"maps{place}"] = _as_bytes(np.moveaxis(of_layer.maps, -1, 0) / strongest)
    return arrays


def _as_bytes(numbers: np.ndarray) -> np.ndarray:
    """Numbers from 0 to 1 as 0 to 255; what is negative becomes 0."""
    return np.round(255 * np.clip(numbers, 0, 1)).astype(np.uint8)


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
