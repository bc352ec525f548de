"""What each model reached: the course's reference results, and a student's own."""

import contextlib
import json
import math
import numbers
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "data"
REFERENCE = DATA / "reference_results.json"
SOURCES = ("mnist", "digits")
KEYS = ("model", "lesson", "parameters", "training_seconds", "test_accuracy", "source", "seed")
LOCK_SECONDS = 10  # a write takes milliseconds: whoever holds the lock this long will not release it


class DamagedFileError(ValueError):
    """A file of results that cannot be read. It is left as it is."""


def results_folder() -> Path:
    """The folder of the student's own results and models: COURSE_RESULTS where set, otherwise data/."""
    return Path(os.environ.get("COURSE_RESULTS") or DATA)


def record(
    model: str,
    *,
    lesson: str,
    parameters: int,
    training_seconds: float,
    test_accuracy: float,
    source: str,
    seed: int,
) -> None:
    """Put one result on the student's scoreboard, in place of an earlier one of this model, source and seed.

    Where the file cannot be written or is damaged, one printed line says so and the lesson goes on.

    Args:
        model: its name, such as "mlp".
        lesson: the notebook's name without its ending, such as "03_mlp".
        parameters: how many numbers were learnt.
        training_seconds: the time of fitting alone.
        test_accuracy: share of the test images read rightly, 0 to 1.
        source: "mnist" or "digits" (the stand-in).
        seed: of the run.

    Raises:
        ValueError: a value is of another kind or out of its range.
    """
    entry = checked(
        {
            "model": model,
            "lesson": lesson,
            "parameters": parameters,
            "training_seconds": training_seconds,
            "test_accuracy": test_accuracy,
            "source": source,
            "seed": seed,
        }
    )
    try:
        store(entry, results_folder() / "scoreboard.json")
    except (OSError, NotImplementedError, DamagedFileError) as error:  # NotImplementedError: no locks there
        print(f"Result of {model} not stored: {error}")


def read() -> list[dict[str, Any]]:
    """The student's own results, one dictionary a run; [] where there are none yet.

    Where the file cannot be read, one printed line says why, and the lesson goes on with [].
    """
    try:
        return load(results_folder() / "scoreboard.json")
    except (OSError, DamagedFileError) as error:
        print(f"Scoreboard not read: {error}")
        return []


def read_reference() -> list[dict[str, Any]]:
    """The results the course was written with; each also has `machine`, the kind it was measured on.

    Raises DamagedFileError if the file cannot be understood.
    """
    return load(REFERENCE)


def merge(results: Iterable[dict[str, Any]], newer: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay newer results over others: the same model, source and seed is replaced. Sorted by lesson."""
    merged = {_key(entry): entry for results_of in (results, newer) for entry in results_of}
    return sorted(merged.values(), key=lambda entry: (entry["lesson"], *_key(entry)))


def store(entry: dict[str, Any], path: Path) -> None:
    """Merge one result into a file of results, safely beside other processes that do the same.

    Raises OSError if the file cannot be written, DamagedFileError if what is there cannot be read (it is
    kept), ValueError if the result is not valid. In each case the file is as it was.
    """
    import filelock

    entry = checked(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(path.with_name(path.name + ".lock"), timeout=LOCK_SECONDS):
        lines = (json.dumps(one, ensure_ascii=False) for one in merge(load(path), [entry]))
        with replacing(path) as temporary:
            temporary.write_text("[\n  " + ",\n  ".join(lines) + "\n]\n", encoding="utf-8")


def load(path: Path) -> list[dict[str, Any]]:
    """Read a file of results; [] where there is no file. Raises OSError, or DamagedFileError naming it."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise ValueError(f"got {type(entries).__name__}, expected a list")
        return [checked(entry) for entry in entries]
    except FileNotFoundError:
        return []
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are such
        raise DamagedFileError(f"{path} is damaged ({error}); repair it or move it away") from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to; path becomes that file if all went well, else stays as it was."""
    # The ending stays, since Keras chooses the format by it; the process's number keeps two writers apart.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def checked(entry: Any) -> dict[str, Any]:
    """The result with plain Python values in a fixed order; ValueError names the first value that is wrong.

    Further keys, such as the reference's `machine`, are kept as they are.
    """
    if not isinstance(entry, dict):
        raise ValueError(f"result: got {type(entry).__name__}, expected an object")
    missing = [key for key in KEYS if key not in entry]
    if missing:
        raise ValueError(f"result: got keys {sorted(map(str, entry))}, expected also {', '.join(missing)}")
    if entry["source"] not in SOURCES:
        raise ValueError(f"source: got {entry['source']!r}, expected 'mnist' or 'digits'")
    return {
        "model": _text("model", entry["model"]),
        "lesson": _text("lesson", entry["lesson"]),
        "parameters": _count("parameters", entry["parameters"]),
        "training_seconds": round(_number("training_seconds", entry["training_seconds"], math.inf), 2),
        "test_accuracy": round(_number("test_accuracy", entry["test_accuracy"], 1), 6),
        "source": str(entry["source"]),
        "seed": _count("seed", entry["seed"]),
        **{key: value for key, value in entry.items() if key not in KEYS},
    }


def _key(entry: dict[str, Any]) -> tuple:
    return entry["model"], entry["source"], entry["seed"]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name}: got {value!r}, expected a text that is not empty")
    return value


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 0:
        raise ValueError(f"{name}: got {value!r}, expected a whole number, 0 or more")
    return int(value)


def _number(name: str, value: Any, largest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 <= value <= largest:
        raise ValueError(f"{name}: got {value!r}, expected a number from 0 to {largest}")
    if math.isinf(value):
        raise ValueError(f"{name}: got {value!r}, expected a finite number")
    return float(value)
