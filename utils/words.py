"""Numbers as messages show them, and printing on consoles that do not know every sign."""

import codecs
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

MOST_DIGITS = 17  # with so many, two different numbers never look alike
PLAIN = {"≈": "~", "✓": "[right]", "✗": "[wrong]", "×": "x", "−": "-", "–": "-", "…": "...", "≥": ">=", "≤": "<="}


def number(value: Any, what: str) -> float:
    """Turn one number of any make into a float: Python's, NumPy's, a tensor, an array with a single entry.

    Args:
        value: what came.
        what: its name in the message, such as "claim: value".

    Raises:
        ValueError: it is not one number, with the name of what came instead. NaN and infinity are numbers.
    """
    try:
        array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
        items = [] if np.ma.is_masked(value) or array.dtype.kind in "Mm" else array.reshape(-1).tolist()
        if len(items) == 1 and not isinstance(items[0], str | bytes | bool | complex | type(None)):
            return float(items[0])
    except Exception:  # what cannot be made an array of numbers raises whatever its maker chose
        pass
    raise ValueError(f"{what}: got {_kind(value)}, expected one number")


def rounded(value: float, digits: int = 4) -> str:
    """A number with so many significant digits, never fewer than its whole ones below ten million."""
    if math.isfinite(value) and 1000 <= abs(value) < 1e7:
        return f"{value:.{digits - 4}f}"
    return f"{value:.{digits}g}"


def told_apart(value: float, other: float, write: Callable[[float, int], str] = rounded) -> tuple[str, str]:
    """Two numbers with so many digits that they compare as texts as they do as numbers.

    Args:
        value, other: the numbers. NaN and infinity have no more digits to show.
        write: turns a number and a count of digits into text.
    """
    for digits in range(4, MOST_DIGITS + 1):
        texts = write(value, digits), write(other, digits)
        if not math.isfinite(value - other) or same_side(float(texts[0]), float(texts[1]), value, other):
            break
    return texts


def same_side(value: float, other: float, exact_value: float, exact_other: float) -> bool:
    """Whether two rounded numbers stand to each other (less, equal, greater) as the exact ones do."""
    return (value > other) == (exact_value > exact_other) and (value < other) == (exact_value < exact_other)


def say(text: str) -> None:
    """Print a line; signs that the console cannot show are written plainly, such as ~ for ≈."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, plain_signs()).decode(encoding))


def plain_signs() -> str:
    """The name of the way, for codecs and `reconfigure`, in which signs that an encoding lacks are written plainly."""
    codecs.register_error("plain-signs", _replace)
    return "plain-signs"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


def _kind(value: Any) -> str:
    """What came in place of a number, in a few words."""
    if value is None or isinstance(value, bool | np.bool_ | str | complex):
        return f"{value!r}" if not isinstance(value, np.generic) else f"{value.item()!r}"
    shape = getattr(value, "shape", None)
    if shape is not None:
        kind = "array" if isinstance(value, np.ndarray) else type(value).__name__
        return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind} of shape {tuple(shape)}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)} values"
    return f"something of type {type(value).__name__}"
