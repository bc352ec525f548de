"""Settings that come from outside, read in one way: the course's variables, and what Keras is told to be.

Blanks around a value (`set COURSE_DATA=digits ` on Windows keeps one) and one pair of quotes are taken off; a variable
that is empty counts as not set.
"""

import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATHS = ("MNIST_NPZ", "COURSE_RESULTS", "COURSE_HOME", "KERAS_HOME")
# Keras's own settings that the lessons rely on; ~/.keras/keras.json changes them for every program.
KERAS_SETTINGS = {
    "backend": "tensorflow",
    "image_data_format": "channels_last",
    "floatx": "float32",
    "epsilon": 1e-7,
}
# Variables that cut Keras's training short without a word.
KERAS_LIMITS = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH")


def text(name: str) -> str:
    """The value of an environment variable, "" where it is not set."""
    value = os.environ.get(name, "").strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].strip()
    return value


def path(name: str) -> Path | None:
    """An environment variable that names a file or a folder, as an absolute path; None where it is not set.

    `~` is expanded. A relative path is taken from the current folder or, where it leads nowhere from there, from the
    course's folder: a kernel starts in notebooks/, while the variable was mostly set one folder above.
    """
    value = text(name)
    if not value:
        return None
    named = Path(os.path.expanduser(value))  # which, other than Path's, leaves ~nobody as it is
    here = Path.cwd() / named
    return here if named.is_absolute() or here.exists() else ROOT / named


def make_paths_absolute() -> None:
    """Replace relative paths in this process's environment, so that kernels in other folders find the same files."""
    for name in PATHS:
        if found := path(name):
            os.environ[name] = str(found)


def check_keras() -> None:
    """Refuse settings of Keras's with which a lesson would fail later, with a message that blames something else.

    Raises:
        ValueError: it names the variable or the file, and says what to do.
    """
    backend = text("KERAS_BACKEND")
    if backend not in ("", "tensorflow"):
        raise ValueError(
            f"KERAS_BACKEND is {backend!r}, and the lessons need Keras on TensorFlow: unset the variable or set it to "
            "tensorflow, and restart the kernel"
        )
    if "KERAS_BACKEND" in os.environ:
        os.environ["KERAS_BACKEND"] = backend  # Keras itself would stumble over a blank or quotes
    for name in KERAS_LIMITS:
        if name in os.environ:
            raise ValueError(f"{name} is set, which ends every training early: unset it and restart the kernel")
    file = (path("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
    for key, value in _differing_settings(file).items():
        if key == "backend" and backend:
            continue  # the variable goes before the file
        raise ValueError(
            f"{file} sets {key!r} to {value!r}, and the lessons need {KERAS_SETTINGS[key]!r}: change it there, or move "
            "the file away, and restart the kernel"
        )


def _differing_settings(file: Path) -> dict:
    """What a keras.json sets otherwise than the lessons need it; Keras takes no notice of a damaged file."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = found if isinstance(found, dict) else {}
    return {key: found[key] for key, needed in KERAS_SETTINGS.items() if found.get(key, needed) != needed}
