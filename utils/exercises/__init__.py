"""How exercises are checked: cases with expected values, and mistakes that are recognised and explained.

A lesson's exercises stand in a module of their own, `utils.exercises.perceptron` for lesson 01 and so on:

    tanh_derivative = Exercise(
        solution=lambda z: 1 - np.tanh(z) ** 2,
        cases=[(0.0,), (1.0,), (-2.0,)],
        mistakes=[Mistake(lambda z: 1 - z**2, "your derivative takes z where the formula takes a = tanh(z)")],
    )

and the lesson calls `check.tanh_derivative(tanh_derivative)`, which prints one line and never raises.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from utils.words import say, told_apart

LARGEST_SHOWN = 8  # entries of an array that is written out in a message


@dataclass(frozen=True)
class Mistake:
    """A function that a student with a known misunderstanding would write, and what to tell that student."""

    function: Callable
    explanation: str


@dataclass(frozen=True)
class Exercise:
    """A function to be written, known by what it returns.

    Args:
        solution: a right function; its argument names are the ones used in messages.
        cases: the argument tuples it is tried on. They must tell every mistake from the solution.
        mistakes: the recognised ones; a student's function that agrees with one in every case gets its explanation.
        tolerance: how far a number may be off, absolutely and relatively.
    """

    solution: Callable
    cases: Sequence[tuple]
    mistakes: Sequence[Mistake] = ()
    tolerance: float = 1e-6

    def __call__(self, answer: Callable) -> None:
        """Print whether the answer is right and, if not, where it differs and the likely cause. Never raises."""
        say(self.verdict(answer))

    def verdict(self, answer: Callable) -> str:
        """One line: `✓ …` for a right answer, `✗ …` with the first case that differs for a wrong one."""
        if not callable(answer):
            return f"✗ The check wants the function itself, without brackets and arguments; it got {_shown(answer)}."
        name = getattr(answer, "__name__", "your function")
        for case in self.cases:
            call = f"{name}({self._arguments(case)})"
            arguments = _copied(case)
            try:
                with _no_warnings():  # one of NumPy's would stand above the verdict
                    value = answer(*arguments)
            except Exception as error:  # whatever a student's code raises is a verdict, not a crash
                return f"✗ {call} raised {type(error).__name__}: {error}"
            if value is Ellipsis or (isinstance(value, tuple) and any(part is ... for part in value)):
                return f"✗ {name} is not finished yet: {call} returned the three dots that stood there."
            if value is None:
                return f"✗ {call} returned nothing: print shows a value, return hands it back."
            if changed := self._changed(arguments, case):
                return (
                    f"✗ {name} changes its argument {changed} in place. Work on {changed}.copy(), or make a new one: "
                    f"{changed} = {changed} + …"
                )
            expected = self.solution(*_copied(case))
            if not _agree(value, expected, self.tolerance):
                return f"✗ {call} gave {_difference(value, expected, self.tolerance)}.{self._likely_cause(answer)}"
        return f"✓ {name} is right in all {len(self.cases)} cases."

    def _changed(self, arguments: tuple, case: tuple) -> str | None:
        """The name of the first array or list that an answer has changed, if any."""
        names = inspect.signature(self.solution).parameters
        for name, argument, original in zip(names, arguments, case, strict=True):
            if isinstance(original, np.ndarray | list) and not _equal(argument, original):
                return name
        return None

    def _likely_cause(self, answer: Callable) -> str:
        for mistake in self.mistakes:
            if all(_same_result(answer, mistake.function, case, self.tolerance) for case in self.cases):
                return f" Likely cause: {mistake.explanation}."
        return ""

    def _arguments(self, case: tuple) -> str:
        names = inspect.signature(self.solution).parameters
        return ", ".join(f"{name}={_shown(value)}" for name, value in zip(names, case, strict=True))


@contextmanager
def _no_warnings() -> Iterator[None]:
    """NumPy's own about numbers (0 / 0), and Python's RuntimeWarning (the mean of an empty array)."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _copied(case: tuple) -> tuple:
    return tuple(value.copy() if isinstance(value, np.ndarray | list) else value for value in case)


def _equal(value: np.ndarray | list, other: np.ndarray | list) -> bool:
    """Whether two arrays or lists are the same, number by number; NaN is like NaN."""
    try:
        return np.array_equal(value, other, equal_nan=True)
    except TypeError:  # what is no number cannot be asked whether it is one
        return np.array_equal(value, other)


def _same_result(answer: Callable, other: Callable, case: tuple, tolerance: float) -> bool:
    value, wrong = _result_or_error(answer, case), _result_or_error(other, case)
    if isinstance(wrong, Exception):  # a mistake that a later case does not even allow
        return type(value) is type(wrong)
    return _agree(value, wrong, tolerance)  # an error agrees with no result


def _result_or_error(function: Callable, case: tuple) -> object:
    try:
        with _no_warnings():
            return function(*_copied(case))
    except Exception as error:
        return error


def _agree(value: object, expected: object, tolerance: float) -> bool:
    """Whether two results are equal, part by part; a right number of the wrong shape is not right."""
    if isinstance(expected, tuple):
        if not isinstance(value, tuple | list) or len(value) != len(expected):
            return False
        return all(_agree(part, wanted, tolerance) for part, wanted in zip(value, expected, strict=True))
    value, expected = _numbers(value), _numbers(expected)
    if value is None or expected is None or value.shape != expected.shape:
        return False
    # Expected values are never NaN, but what a recognised mistake returns may be.
    return bool(np.allclose(value, expected, rtol=tolerance, atol=tolerance, equal_nan=True))


def _numbers(value: object) -> np.ndarray | None:
    """An answer as an array of floats; None where it is none, as a text that would pass for the number in it."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "SUMmc" or any(isinstance(one, str | bytes | complex) for one in _objects(array)):
            return None
        return array.astype(float)
    except Exception:  # ragged lists, other libraries' objects: their makers chose what they raise
        return None


def _objects(array: np.ndarray) -> list:
    return array.reshape(-1).tolist() if array.dtype.kind == "O" else []


def _difference(value: object, expected: object, tolerance: float) -> str:
    """What came and what was expected, so that the two do not look alike: the first part or entry that differs."""
    if isinstance(expected, tuple) and isinstance(value, tuple | list):
        return _difference_of_tuples(tuple(value), expected, tolerance)
    shown, wanted = _shown(value), _shown(expected)
    if isinstance(expected, tuple):
        return f"{shown}, expected a tuple of {len(expected)} values, {wanted}"
    value, expected = _numbers(value), _numbers(expected)
    if value is None or expected is None:
        return f"{shown}, expected {wanted}"
    if value.shape != expected.shape:
        return f"{_with_shape(shown, value)}, expected {_with_shape(wanted, expected)}"
    if value.ndim == 0:
        return "{}, expected {}".format(*told_apart(float(value), float(expected), _short))
    if shown != wanted:
        return f"{shown}, expected {wanted}"
    differs = ~np.isclose(value, expected, rtol=tolerance, atol=tolerance)
    place = tuple(int(i) for i in np.argwhere(differs)[0])
    came, right = told_apart(float(value[place]), float(expected[place]), _short)
    return f"{shown} with {came} at {list(place)}, expected {right} there"


def _difference_of_tuples(value: tuple, expected: tuple, tolerance: float) -> str:
    shown, wanted = _shown(value), _shown(expected)
    if len(value) != len(expected):
        return f"{shown} (of length {len(value)}), expected {wanted} (of length {len(expected)})"
    place, part, right = next(
        (place, part, right)
        for place, (part, right) in enumerate(zip(value, expected, strict=True), start=1)
        if not _agree(part, right, tolerance)
    )
    if _shown(part) != _shown(right):
        if len(shown) + len(wanted) <= 120:  # otherwise nobody finds the part that differs
            return f"{shown}, expected {wanted}"
        return f"{_shown(part)} as value {place} of {len(value)}, expected {_shown(right)}"
    return f"{shown}, whose value {place} of {len(value)} is {_difference(part, right, tolerance)}"


def _with_shape(shown: str, array: np.ndarray) -> str:
    if shown.startswith("an array of shape"):
        return shown
    return f"{shown} (shape {array.shape})" if array.ndim else f"{shown} (one number)"


def _shown(value: object) -> str:
    """A value in a message: short, and the same under every version of NumPy."""
    if isinstance(value, tuple):
        return "(" + ", ".join(_shown(part) for part in value) + (",)" if len(value) == 1 else ")")
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, bool | np.bool_):
        return str(value)
    if isinstance(value, np.ndarray) and value.dtype == bool and value.ndim and value.size <= LARGEST_SHOWN:
        return "[" + ", ".join(_shown(part) for part in value) + "]"
    array = _numbers(value)
    if array is None:
        return f"something of type {type(value).__name__}"
    if array.size > LARGEST_SHOWN:
        return f"an array of shape {array.shape}"
    if array.ndim == 0:
        return _short(float(array), 4)
    return "[" + ", ".join(_shown(part) for part in array) + "]"


def _short(number: float, digits: int) -> str:
    """A whole number as such, any other with so many significant digits, and no minus before a zero."""
    number += 0.0
    return f"{number:.0f}" if abs(number) < 1e12 and number == round(number) else f"{number:.{digits}g}"
