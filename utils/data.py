"""The digits of the course: MNIST where it can be had, otherwise a stand-in of real handwriting.

data/README.md tells where they are looked for, and how to use them without a network.
"""

import io
import os
import textwrap
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils import settings, standin
from utils.storage import (
    Arrays,
    BadFileError,
    DownloadError,
    digest,
    download,
    read_arrays,
    write_arrays,
    write_bytes,
)
from utils.words import say

FOLDER = Path(__file__).resolve().parents[1] / "data"
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
STALL_LIMIT = 5.0  # seconds without a byte, the first one included
DEADLINE = 60.0  # seconds for the whole download of 11 MB

VALIDATION_SIZE = 10_000  # the last images of MNIST's x_train
MNIST_SHA256 = {  # of the arrays' bytes in C order: zip files of the same arrays differ
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}


class Digits(NamedTuple):
    """Images (n, 28, 28) float32 in [0, 1], labels (n,) int64, and the source: "mnist" or "digits"."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str


class DataError(RuntimeError):
    """The digits that were asked for cannot be had; the message says why, and what helps."""


class Failure(NamedTuple):
    """A place where MNIST was looked for, and why it was not had from there."""

    place: str
    why: str


def load_mnist() -> Digits:
    """Load 50,000 training, 10,000 validation and 10,000 test digits; one printed line says from where.

    Looks for MNIST in the file that the environment variable MNIST_NPZ names, in data/mnist.npz, in Keras's cache,
    and at Keras's address (at most STALL_LIMIT seconds without a byte, DEADLINE in all), and takes the stand-in
    (utils/standin.py) if it is nowhere. What was downloaded or built is kept in data/. COURSE_DATA=mnist refuses the
    stand-in; COURSE_DATA=digits always takes it.

    Raises DataError if MNIST_NPZ names no good file or COURSE_DATA=mnist cannot be served, ValueError if
    COURSE_DATA is anything else.
    """
    wanted = settings.text("COURSE_DATA")
    if wanted not in ("", "mnist", "digits"):
        raise ValueError(f"COURSE_DATA is {wanted!r}, wanted 'mnist' or 'digits', or not set at all")
    if wanted == "digits":
        return _announced(_load_standin(), "digits", "stand-in, 1,797 scans warped, COURSE_DATA=digits")

    arrays, where, failures = _find_mnist()
    if arrays is not None:
        return _announced(_with_validation(arrays), "mnist", f"MNIST from {where}")
    if wanted == "mnist":
        tried = "\n".join(f"  {place}: {why}" for place, why in failures)
        raise DataError(
            f"COURSE_DATA is 'mnist', but MNIST was not found. Tried:\n{tried}\nWhat helps: a network; or "
            f"mnist.npz copied to {FOLDER} or named by MNIST_NPZ; or COURSE_DATA not set, for the stand-in."
        )
    why = textwrap.shorten(failures[-1].why.split(",")[0], 40, placeholder="...")
    return _announced(_load_standin(), "digits", f"stand-in, 1,797 scans warped, no MNIST: {why}; see data/README.md")


def check_mnist(arrays: Arrays) -> Arrays:
    """Return MNIST's four arrays, or raise BadFileError if one is missing, of another shape, or changed."""
    for name, wanted in MNIST_SHA256.items():
        if name not in arrays:
            raise BadFileError(f"it has no array {name}")
        array = arrays[name]
        if array.dtype != np.uint8:
            raise BadFileError(f"{name} is {array.dtype}, wanted uint8")
        if array.shape[1:] != ((28, 28) if name.startswith("x") else ()):
            shape = "(n, 28, 28)" if name.startswith("x") else "(n,)"
            raise BadFileError(f"{name} has shape {array.shape}, wanted {shape}")
        if digest(array) != wanted:
            raise BadFileError(f"{name} is not MNIST's")
    return {name: arrays[name] for name in MNIST_SHA256}


def _find_mnist() -> tuple[Arrays | None, str, list[Failure]]:
    """Look everywhere for MNIST: its arrays (or None), where they are from, and what failed before."""
    if named := settings.path("MNIST_NPZ"):
        try:
            return check_mnist(read_arrays(named)), "the file that MNIST_NPZ names", []
        except (OSError, BadFileError) as error:
            raise DataError(
                f"MNIST_NPZ names {named}, which is not usable: {_why(error)}. "
                "Wanted: MNIST as keras.datasets has it, or MNIST_NPZ not set."
            ) from error

    keras_home = settings.path("KERAS_HOME") or Path(os.path.expanduser("~")) / ".keras"
    failures = [Failure("MNIST_NPZ", "not set")]
    places = {FOLDER / "mnist.npz": "data/mnist.npz", keras_home / "datasets" / "mnist.npz": "Keras's cache"}
    for path, name in places.items():
        try:
            return check_mnist(read_arrays(path)), name, failures
        except (FileNotFoundError, NotADirectoryError):
            failures.append(Failure(str(path), "not there"))
        except (OSError, BadFileError) as error:
            failures.append(Failure(str(path), _why(error)))
            say(f"Not used, and left as it is: {name} ({_why(error)})")

    try:
        content = download(URL, stall_limit=STALL_LIMIT, deadline=DEADLINE, title="Downloading MNIST")
        arrays = check_mnist(read_arrays(io.BytesIO(content)))
    except DownloadError as error:
        return None, "", [*failures, Failure(URL, f"download: {error}")]
    except BadFileError as error:
        return None, "", [*failures, Failure(URL, f"download: wrong content, {error}")]
    path = FOLDER / "mnist.npz"
    # What lies there unusable may be somebody's only copy of something: it is not overwritten.
    problem = "a file is in the way" if os.path.lexists(path) else write_bytes(path, content)
    _tell_if_not_kept(path, problem)
    return arrays, "a download", failures


def _load_standin() -> Arrays:
    """Read the stand-in from its cache, data/digits.npz, or build it and keep it there.

    The cache holds nothing that is not built again in seconds, so a damaged or older one is replaced.
    """
    path = FOLDER / "digits.npz"
    try:
        arrays = read_arrays(path)
        if not np.array_equal(arrays.pop("version", -1), standin.VERSION):
            raise BadFileError("of another version")
        if str(arrays.pop("sha256", "")) != _digest_of_all(arrays):
            raise BadFileError("content and digest differ")
        return arrays
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, BadFileError) as error:
        say(f"Built anew: data/{path.name} ({_why(error)})")
    arrays = standin.build()
    marks = {"version": np.array(standin.VERSION), "sha256": np.array(_digest_of_all(arrays))}
    _tell_if_not_kept(path, write_arrays(path, {**arrays, **marks}))
    return arrays


def _digest_of_all(arrays: Arrays) -> str:
    """Return one digest of several arrays' names, shapes and contents."""
    lines = [f"{name} {arrays[name].shape} {digest(arrays[name])}" for name in sorted(arrays)]
    return digest(np.frombuffer("\n".join(lines).encode(), np.uint8))


def _with_validation(arrays: Arrays) -> Arrays:
    """Split MNIST's last training images off as validation data."""
    cut = len(arrays["x_train"]) - VALIDATION_SIZE
    train = {f"{kind}_train": arrays[f"{kind}_train"][:cut] for kind in "xy"}
    validation = {f"{kind}_validation": arrays[f"{kind}_train"][cut:] for kind in "xy"}
    return {**arrays, **train, **validation}


def _announced(arrays: Arrays, source: str, where: str) -> Digits:
    """Scale the images, name the types, and print the one line that says where the digits are from."""
    parts = []
    for split in ("train", "validation", "test"):
        images = arrays[f"x_{split}"].astype(np.float32)
        images /= 255
        parts += [images, arrays[f"y_{split}"].astype(np.int64)]
    digits = Digits(*parts, source)
    counts = (len(digits.y_train), len(digits.y_validation), len(digits.y_test))
    say("Digits: {} ({:,} training, {:,} validation, {:,} test)".format(where, *counts))
    return digits


def _tell_if_not_kept(path: Path, problem: str | None) -> None:
    if problem:
        say(f"Not kept in data/{path.name} ({problem}): used from memory, to be had again next time")


def _why(error: Exception) -> str:
    """Say what is wrong with a file, without its path, which stands beside it."""
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
