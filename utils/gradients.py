"""Finite differences: the slow, dependable gradient that hand-written ones are checked against."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class GradientCheck(NamedTuple):
    """The largest relative error of a gradient, and the index of the entry where it was found."""

    relative_error: float
    index: tuple[int, ...]


def numerical_gradient(f: Callable[[np.ndarray], Any], x: Any, step: float = 1e-5) -> np.ndarray:
    """Estimate the gradient of f at x by central differences, (f(x + h) - f(x - h)) / 2h for each entry.

    The truncation error is of order h², the rounding error of order 1e-16 · |f| / h: h = 1e-5 keeps both
    near 1e-10 where f is near 1. Within h of a kink (ReLU at 0) the result mixes the slopes of its two sides.
    Source: Baydin et al., Automatic differentiation in machine learning: a survey, JMLR 18 (2018), 2.1.

    Args:
        f: maps an array of x's shape to a scalar, in float64 throughout. It is called twice an entry, each
            time with a float64 copy of its own, so x is never modified. An f that reads something else than
            its argument has gradient 0 here.
        x: where; real numbers of any shape. Integers are differentiated as real numbers.
        step: h.

    Returns:
        float64, of x's shape.

    Raises:
        ValueError: f's value is not one finite real number, or is in less than float64; x is empty, complex
            or not finite; step is not positive, or too small to change an entry of x.
    """
    point = _as_float64("x", x)
    if not (np.isfinite(step) and step > 0):
        raise ValueError(f"step: got {step!r}, expected a positive number")
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[index] += step
        below[index] -= step
        width = above[index] - below[index]  # what is left of 2h after rounding
        if width == 0:
            raise ValueError(f"step: got {step}, too small to change x{list(index)} = {point[index]}")
        gradient[index] = (_scalar(f(above), index) - _scalar(f(below), index)) / width
    return gradient


def gradient_check(f: Callable[[np.ndarray], Any], x: Any, gradient: Any, step: float = 1e-5) -> GradientCheck:
    """Compare a gradient with central differences: the largest relative error, and where it is.

    With a an entry of gradient and n the numerical one, the error is |a - n| / max(|a|, |n|, floor), where
    floor = 1e-3 · max(1, |f(x)|): two entries near 0 differ by rounding alone, which without the floor would
    count as a large error. In float64 a right gradient stays below 1e-6, a wrong one is mostly above 1e-2.
    Source: CS231n, Neural networks part 3, "Gradient checks" (the quotient; the floor is this course's).

    Args:
        f, x, step: as for numerical_gradient.
        gradient: the gradient in question, of x's shape.

    Raises:
        ValueError: as numerical_gradient; or gradient has another shape than x, or is not finite.
    """
    point = _as_float64("x", x)
    analytic = _as_float64("gradient", gradient)
    if analytic.shape != point.shape:
        raise ValueError(f"gradient: got shape {analytic.shape}, expected that of x, {point.shape}")
    numerical = numerical_gradient(f, point, step)
    floor = 1e-3 * max(1.0, abs(_scalar(f(point), ())))
    scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numerical)), floor)
    errors = np.abs(analytic - numerical) / scale
    worst = np.unravel_index(np.argmax(errors), errors.shape)
    return GradientCheck(float(errors[worst]), tuple(int(i) for i in worst))


def _as_float64(name: str, values: Any) -> np.ndarray:
    """A float64 copy of values, which must be real, finite and at least one."""
    array = np.asarray(values)
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name}: got dtype {array.dtype}, expected real numbers")
    if array.size == 0:
        raise ValueError(f"{name}: got shape {array.shape}, expected at least one entry")
    array = array.astype(np.float64)
    bad = int((~np.isfinite(array)).sum())
    if bad:
        raise ValueError(f"{name}: got {bad} of {array.size} entries nan or infinite, expected finite numbers")
    return array


def _scalar(value: Any, index: tuple[int, ...]) -> float:
    """The value of f, near x[index], as a Python float; it must be one finite number in float64."""
    array = np.asarray(value)
    if array.ndim:
        raise ValueError(f"f: got a value of shape {array.shape}, expected a scalar")
    if array.dtype.kind not in "uif":
        raise ValueError(f"f: got a value of type {type(value).__name__}, expected a real number")
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        raise ValueError(
            f"f: got a value in {array.dtype}, expected float64 (coarser rounding drowns the differences); "
            "convert weights and data with astype('float64')"
        )
    if not np.isfinite(array):
        raise ValueError(f"f: got {float(array)} near x{list(index)}, expected a finite number")
    return float(array)
