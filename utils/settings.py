"""Settings that come from the environment, read in one way: COURSE_DATA, COURSE_SEED, COURSE_RESULTS, MNIST_NPZ.

Blanks around a value (`set COURSE_DATA=digits ` on Windows keeps one) and one pair of quotes are taken off; a variable
that is empty counts as not set.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATHS = ("MNIST_NPZ", "COURSE_RESULTS", "COURSE_HOME", "KERAS_HOME")


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
    named = Path(value).expanduser()
    here = Path.cwd() / named
    return here if named.is_absolute() or here.exists() else ROOT / named


def make_paths_absolute() -> None:
    """Replace relative paths in this process's environment, so that kernels in other folders find the same files."""
    for name in PATHS:
        if found := path(name):
            os.environ[name] = str(found)
