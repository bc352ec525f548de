"""Measure what the models of the course reach: they become the reference results."""

import contextlib
import os
import platform
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from utils import models, scoreboard
from utils.authoring import execute

if TYPE_CHECKING:
    from utils.data import Digits

SEEDS = range(3)


def measure_recipes(names: Iterable[str], sources: Iterable[str]) -> None:
    """Train recipes with seeds 0, 1, 2 on each source; each result goes into the reference as soon as it is there."""
    for source in sources:
        digits = _digits(source)
        for name in names:
            for seed in SEEDS:
                scoreboard.add_to_reference([_measured(name, digits, seed)])


def measure_lesson(path: Path, sources: Iterable[str]) -> None:
    """Execute a lesson with seeds 0, 1, 2 on each source; what it records goes into the reference.

    Raises ExecutionFailed if a run fails.
    """
    for source in sources:
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as results:
                settings = {"COURSE_DATA": source, "COURSE_SEED": str(seed), "COURSE_RESULTS": results}
                execute.execute(path, execute.kernel_environment(**settings))
                entries = [{**entry, "machine": machine()} for entry in scoreboard.load_folder(Path(results))]
            scoreboard.add_to_reference(entries)
            for entry in entries:
                _tell(entry)


def machine() -> str:
    """The kind of machine this is, such as "2-core x86_64 CPU"."""
    import tensorflow as tf

    kind = f"{os.cpu_count()}-core {platform.machine()} CPU"
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return kind
    return f"{kind}, {tf.config.experimental.get_device_details(gpus[0]).get('device_name', 'GPU')}"


def _measured(name: str, digits: "Digits", seed: int) -> dict:
    import keras

    model, _, seconds = models.train(name, digits, seed, verbose=0)
    entry = {
        "model": name,
        "lesson": models.RECIPES[name].lesson,
        "parameters": model.count_params(),
        "training_seconds": seconds,
        "test_accuracy": model.evaluate(digits.x_test, digits.y_test, verbose=0)[1],
        "source": digits.source,
        "seed": seed,
        "machine": machine(),
    }
    keras.backend.clear_session()
    _tell(entry)
    return entry


def _tell(entry: dict) -> None:
    print("{model} on {source}, seed {seed}: {test_accuracy:.4f} in {training_seconds:.1f} s".format(**entry))


def _digits(source: str) -> "Digits":
    """The digits of one source, whatever this process was told otherwise."""
    from utils import data

    with _environment(COURSE_DATA=source):
        return data.load_mnist()


@contextlib.contextmanager
def _environment(**settings: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
