"""The playground as a widget: answers what widget.js asks, and keeps an engine; what is drawn is drawn there."""

import time
from pathlib import Path

import numpy as np
import traitlets

from utils.playground import datasets
from utils.playground.base import CourseWidget, finite, packed
from utils.playground.challenges import CHALLENGES, Attempt
from utils.playground.engine import Engine, Measures
from utils.playground.picture import picture_of
from utils.playground.source import source
from utils.playground.state import (
    ACTIVATIONS,
    LEARNING_RATES,
    MOST_LAYERS,
    MOST_NEURONS,
    REGULARIZATION_RATES,
    REGULARIZATIONS,
    State,
)
from utils.plots.style import CourseFigure

HERE = Path(__file__).parent
LONGEST_TURN = 0.06  # seconds of training in one answer: with two questions under way, pause takes twice as long
SLICE = 10  # epochs after which the clock is looked at
DOTS = 120  # of a data set's small picture


class Playground(CourseWidget):
    """The neural network playground.

    Attributes:
        engine: the network, its data and its training, which Python may use too.
    """

    _esm = (HERE / "widget.js").read_text(encoding="utf-8")
    _css = (HERE / "widget.css").read_text(encoding="utf-8")
    words = "The neural network playground: run this cell in JupyterLab, Notebook, VS Code or Colab to play."

    choices = traitlets.Dict().tag(sync=True)
    # The first picture as traits: in Run All, messages are answered only when the last cell is done.
    first = traitlets.Dict().tag(sync=True)
    first_data = traitlets.Bytes().tag(sync=True)

    def __init__(self, state: State | dict | str | None = None, *, with_picture: bool = True) -> None:
        """Raises ValueError where the state cannot be (see `State`)."""
        self.engine = Engine(state)
        self._with_picture = with_picture
        self._attempts: dict[str, Attempt] = {}
        scene, arrays = self._scene()
        layout, data = packed(arrays)
        super().__init__(choices=_choices(), first={**scene, "layout": layout}, first_data=data)

    @property
    def state(self) -> dict:
        """The present experiment as a dictionary; `playground(state)` starts from it."""
        return self.engine.state.as_dict()

    @property
    def text(self) -> str:
        """The present experiment as a short string; `playground(text)` starts from it."""
        return self.engine.state.as_text()

    def source(self) -> str:
        """The tf.keras code of the present network, with as many epochs as it was trained, ready to run."""
        return source(self.engine.state, max(1, self.engine.epoch))

    def picture(self) -> CourseFigure | None:
        """The playground as it is now, as a figure."""
        return picture_of(self.engine) if self._with_picture else None

    def answer(self, message: dict, buffers: list[bytes]) -> tuple[dict, dict[str, np.ndarray]]:
        """See CourseWidget.answer. The types are next, set, reset, weight, scene and source.

        Raises:
            ValueError: an unknown type, or a value that cannot be.
        """
        kind = message.get("type")
        challenge = message.get("challenge")
        if kind == "next":
            self._train(int(message["epochs"]))
            return self._frame(challenge)
        if kind == "set":
            again = self.engine.change(message["state"])
            return self._scene(challenge) if again else ({"type": "kept", **self._names()}, {})
        if kind == "reset":
            self.engine.reset()
            return self._scene(challenge)
        if kind == "weight":
            self.engine.set_weight(message["layer"], message["source"], message["neuron"], float(message["value"]))
            self.engine.measure()
            return self._frame(challenge)
        if kind == "scene":
            return self._scene(challenge)
        if kind == "source":
            return {"type": "source", "source": self.source()}, {}
        raise ValueError(f"type: got {kind!r}, expected next, set, reset, weight, scene or source")

    def _train(self, epochs: int) -> None:
        """Train for so many epochs, or for fewer where they take too long: a frame must not keep pause waiting."""
        end = time.perf_counter() + LONGEST_TURN
        while epochs > 0:
            self.engine.train(min(epochs, SLICE))
            epochs -= SLICE
            if time.perf_counter() > end:
                break
        self.engine.measure()

    def _frame(self, challenge: str | None = None) -> tuple[dict, dict[str, np.ndarray]]:
        """What changes while it trains."""
        reply = {"type": "frame", "measures": _for_json(self.engine.curve[-1])}
        if challenge is not None:
            attempt = self._attempts.setdefault(challenge, Attempt(self.engine))
            verdict = CHALLENGES[challenge].check(attempt)
            reply["verdict"] = {"challenge": challenge, "done": verdict.done, "text": verdict.text}
        return reply, {"weights": self.engine.weights(), "maps": self.engine.heat_maps()}

    def _scene(self, challenge: str | None = None) -> tuple[dict, dict[str, np.ndarray]]:
        """Everything that is drawn."""
        engine = self.engine
        frame, arrays = self._frame(challenge)
        scene = {**frame, "type": "scene", **self._names(), "sizes": engine.layer_sizes, "train": engine.train_size}
        curve = np.array([[m.epoch, m.train_loss, m.test_loss] for m in engine.curve], "float32")
        features = engine.feature_maps()
        data = {"points": engine.points, "targets": engine.targets, "features": features, "curve": curve}
        return scene, arrays | data | {"thumbnails": _thumbnails()}

    def _names(self) -> dict:
        return {"state": self.state, "text": self.text, "problem": self.engine.state.problem}


def _for_json(measures: Measures) -> dict:
    numbers = {name: None if value is None else finite(value) for name, value in measures._asdict().items()}
    return {**numbers, "epoch": measures.epoch, "diverged": measures.diverged}


def _thumbnails() -> np.ndarray:
    """A few points of each data set with their targets, float32, shape (data sets, points, 3)."""
    sets = [datasets.make(name, 0, 0) for name in datasets.DATASETS]
    return np.stack([np.column_stack([points, targets])[:DOTS] for points, targets in sets])


def _choices() -> dict:
    """What can be chosen, and the words for it."""
    return {
        "datasets": {"classification": list(datasets.CLASSIFICATION), "regression": list(datasets.REGRESSION)},
        "features": [[name, label] for name, (_, label) in datasets.FEATURES.items()],
        "activations": ACTIVATIONS,
        "regularizations": REGULARIZATIONS,
        "learning_rates": LEARNING_RATES,
        "regularization_rates": REGULARIZATION_RATES,
        "most_layers": MOST_LAYERS,
        "most_neurons": MOST_NEURONS,
        "challenges": {
            name: {"title": challenge.title, "task": challenge.task, "start": State.of(challenge.start).as_dict()}
            for name, challenge in CHALLENGES.items()
        },
    }
