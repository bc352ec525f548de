"""What every lesson uses: start(), approx() and claim()."""

import contextlib
import json
import logging
import operator
import os
import platform
import sys
from collections.abc import Iterator

from utils import settings
from utils.pictures import show_figures_inline
from utils.words import MOST_DIGITS, number, plain_signs, rounded, same_side, say

LARGEST_SEED = 10**9  # NumPy and Keras take four times as much, but lessons add to their seed


class ClaimError(AssertionError):
    """A sentence of the lesson that this run does not bear out."""


def start(seed: int = 0) -> int:
    """Get this kernel ready for a lesson, and print one line saying on what it runs.

    Imports TensorFlow without its start-up messages, lets a GPU's memory grow instead of taking all of it
    (several open notebooks can then share one), seeds Python, NumPy and Keras, and switches on inline figures.
    Call it before anything else imports TensorFlow.

    Args:
        seed: the seed of all random numbers, 0 to 2³² − 1. The environment variable COURSE_SEED, where set, replaces
            it.

    Returns:
        The seed that was used.

    Raises:
        ValueError: the seed is not such a number; or Keras is set (by a variable or by its file keras.json) to
            something with which lessons fail later. The message names it and says what to do.
    """
    settings.make_paths_absolute()
    seed = _chosen_seed(seed)
    settings.check_keras()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _silent_stderr():
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
    logging.getLogger("tensorflow").addFilter(_is_no_news_of_retracing)
    for gpu in gpus:
        # Fails only where a GPU is already in use: start() was called late, and nothing can be done then.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)

    import keras

    keras.utils.set_random_seed(seed)
    show_figures_inline()
    if hasattr(sys.stdout, "reconfigure"):  # a console; a notebook's cells know every sign
        sys.stdout.reconfigure(errors=plain_signs())
    say(
        f"Ready: Python {platform.python_version()}, TensorFlow {tf.__version__}, "
        f"Keras {keras.__version__}, {_device_name(tf, gpus)}, seed {seed}"
    )
    return seed


def approx(value: float) -> str:
    """Write a measured number with four significant digits after the sign ≈, as in ≈0.9733.

    The sign tells a reader, and the regression test, that the digits vary from run to run. An array or tensor with a
    single entry is a number too; anything else raises ValueError.
    """
    return f"≈{rounded(number(value, 'approx: value'))}"


def claim(
    sentence: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """State a conclusion and hold it against a measured number.

    The number is shown with four significant digits, or with as many as tell it from the bounds.

    Args:
        sentence: the conclusion in words.
        value: the number that decides; NaN never holds. An array or tensor with a single entry is a number too.
        at_least, at_most, above, below: the bound or bounds (≥, ≤, >, <), finite numbers.

    Raises:
        ClaimError: a bound does not hold. The message gives the number and the bound.
        ValueError: no bound was given, or something is not a number.
    """
    value = number(value, "claim: value")
    bounds = [
        ("at least", "at_least", at_least, operator.ge),
        ("at most", "at_most", at_most, operator.le),
        ("above", "above", above, operator.gt),
        ("below", "below", below, operator.lt),
    ]
    bounds = [(words, _bound(name, bound), holds) for words, name, bound, holds in bounds if bound is not None]
    if not bounds:
        raise ValueError("claim: no bound given; expected at_least, at_most, above or below")
    _note_for_the_seeds(sentence, value, {words: bound for words, bound, _ in bounds})
    measured = f"≈{_told_from(value, [bound for _, bound, _ in bounds])}"
    wanted = " and ".join(f"{words} {_exact(bound)}" for words, bound, _ in bounds)
    if not all(holds(value, bound) for _, bound, holds in bounds):
        raise ClaimError(f"{sentence}: measured {measured}, expected {wanted}")
    say(f"✓ {sentence} ({measured}, {wanted})")


def _note_for_the_seeds(sentence: str, value: float, bounds: dict[str, float]) -> None:
    """Append a claim's number and bounds, a line of JSON, to the file that COURSE_CLAIMS names, where it names one.

    That is how `make test-seeds` learns how far from its bound each claim was: what is printed has four digits, and a
    claim that fails is to be weighed too. In a lesson that students run the variable is not set.
    """
    if path := settings.path("COURSE_CLAIMS"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"sentence": sentence, "value": value, "bounds": bounds}) + "\n")


def _bound(name: str, bound: float) -> float:
    bound = number(bound, f"claim: {name}")
    if not abs(bound) < float("inf"):  # NaN too
        raise ValueError(f"claim: {name}: got {bound}, expected a finite number")
    return bound


def _exact(bound: float) -> str:
    """A bound as short as it can be written without becoming another number."""
    return f"{bound:g}" if float(f"{bound:g}") == bound else repr(bound).removesuffix(".0")


def _told_from(value: float, bounds: list[float]) -> str:
    """A number with so many digits that it is less than, equal to or greater than each bound as it reads, too."""
    for digits in range(4, MOST_DIGITS + 1):
        text = rounded(value, digits)
        if all(same_side(float(text), bound, value, bound) for bound in bounds):
            break
    return text


def _chosen_seed(seed: int) -> int:
    text = settings.text("COURSE_SEED")
    try:
        chosen = int(text) if text else operator.index(seed)
    except (TypeError, ValueError):
        chosen = -1
    if not 0 <= chosen <= LARGEST_SEED:
        name, came = ("COURSE_SEED", text) if text else ("start: seed", seed)
        raise ValueError(f"{name}: got {came!r}, expected a whole number from 0 to {LARGEST_SEED}, such as 7")
    return chosen


def _is_no_news_of_retracing(record: logging.LogRecord) -> bool:
    """Whether to show a message: TensorFlow warns of tracing where a lesson trains several small models, as it must."""
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send the process's stderr (file descriptor 2) to nowhere: C++ code prints past sys.stderr."""
    try:
        saved = os.dup(2)
    except OSError:  # no stderr at all, as in a windowed Python
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(nowhere)
        os.close(saved)


def _device_name(tf, gpus: list) -> str:
    if not gpus:
        return f"CPU ({os.cpu_count()} cores)"
    details = tf.config.experimental.get_device_details(gpus[0])
    name = details.get("device_name", "GPU")
    return name if len(gpus) == 1 else f"{len(gpus)} × {name}"
