"""What each model reached: the course's reference results, and a student's own, a file each."""

import hashlib
import json
import math
import numbers
import re
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from utils import settings, storage

DATA = settings.ROOT / "data"
REFERENCE = DATA / "reference_results.json"
SOURCES = ("mnist", "digits")
KEYS = ("model", "lesson", "parameters", "training_seconds", "test_accuracy", "source", "seed")


class DamagedFileError(ValueError):
    """A file of results that cannot be read. It is left as it is."""


def results_folder() -> Path:
    """The folder of the student's own results and models: COURSE_RESULTS where set, otherwise data/."""
    return settings.path("COURSE_RESULTS") or DATA


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

    Where it cannot be written, one printed line says so and the lesson goes on.

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
        storage.write_text(results_folder() / "results" / _file_name(entry), _line(entry) + "\n")
    except OSError as error:
        print(f"Result of {model} not stored: {error}")


def read() -> list[dict[str, Any]]:
    """The student's own results, one dictionary a run, in the order of the lessons; [] where there are none yet.

    For each file that cannot be read one printed line says why; the others are read all the same.
    """
    return load_folder(results_folder())


def read_reference() -> list[dict[str, Any]]:
    """The results the course was written with; each also has `machine`, the kind it was measured on.

    Raises DamagedFileError if the file cannot be understood.
    """
    return load(REFERENCE)


def reference_accuracy(source: str) -> dict[str, float]:
    """Model → the mean test accuracy of its reference results on this source, 0 to 1; to draw beside one's own.

    Raises:
        ValueError: the source is neither "mnist" nor "digits".
    """
    if source not in SOURCES:
        raise ValueError(f"source: got {source!r}, expected one of {SOURCES}")
    found: dict[str, list[float]] = {}
    for entry in read_reference():
        if entry["source"] == source:
            found.setdefault(entry["model"], []).append(entry["test_accuracy"])
    return {model: statistics.fmean(accuracies) for model, accuracies in found.items()}


def merge(results: Iterable[dict[str, Any]], newer: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay newer results over others: the same model, source and seed is replaced. Sorted by lesson."""
    merged = {_key(entry): entry for results_of in (results, newer) for entry in results_of}
    return sorted(merged.values(), key=lambda entry: (entry["lesson"], *_key(entry)))


def load_folder(folder: Path) -> list[dict[str, Any]]:
    """The results recorded in a results folder; damaged files are named, a line each, and passed over."""
    # A first dot marks what another lesson is writing at this moment. Before each result had a file of its own, all
    # stood in scoreboard.json: the work of students who have one still counts.
    files = sorted(path for path in (folder / "results").glob("*.json") if not path.name.startswith("."))
    found: list[dict[str, Any]] = []
    for path in [folder / "scoreboard.json", *files]:
        try:
            found = merge(found, load(path))
        except (OSError, DamagedFileError) as error:
            print(f"Result not read: {error}")
    return found


def add_to_reference(entries: Iterable[dict[str, Any]]) -> None:
    """Lay measured results over the reference results; for authors, one process at a time.

    Raises OSError if the file cannot be written, DamagedFileError if what is there cannot be read, ValueError if a
    result is not valid. In each case the file is as it was.
    """
    lines = map(_line, merge(load(REFERENCE), [checked(entry) for entry in entries]))
    storage.write_text(REFERENCE, "[\n  " + ",\n  ".join(lines) + "\n]\n")


def load(path: Path) -> list[dict[str, Any]]:
    """Read a file of one result or of a list of them; [] where there is no file.

    Raises OSError, or DamagedFileError naming the file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [checked(entry) for entry in (content if isinstance(content, list) else [content])]
    except FileNotFoundError:
        return []
    except (ValueError, RecursionError) as error:  # JSONDecodeError and UnicodeDecodeError are ValueErrors
        raise DamagedFileError(f"{path} is damaged ({error}); repair it or move it away") from error


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


def _file_name(entry: dict[str, Any]) -> str:
    """The file of a result; names that files cannot bear, or that differ in capitals only, get a digest."""
    model = entry["model"]
    if not re.fullmatch(r"[a-z0-9_]{1,40}", model):
        plain = re.sub(r"[^a-z0-9_]+", "_", model.casefold())[:40]
        model = f"{plain}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"
    return f"{model}-{entry['source']}-seed{entry['seed']}.json"


def _line(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False)


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
