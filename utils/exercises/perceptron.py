"""The checks of lesson 01."""

import numpy as np

from utils.exercises import Exercise, Mistake

_CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]

nand = Exercise(
    solution=lambda x1, x2: int(-2 * x1 - 2 * x2 + 3 > 0),
    cases=_CORNERS,
    mistakes=[
        Mistake(lambda x1, x2: int(x1 + x2 - 1.5 > 0), "this is AND; NAND fires exactly where AND does not"),
        Mistake(
            lambda x1, x2: int(-x1 - x2 + 0.5 > 0),
            "this is NOR: the bias is too small, one input silences it",
        ),
        Mistake(
            lambda x1, x2: int(x1 + x2 - 0.5 > 0),
            "this is OR; to fire less when inputs are on, weights are negative",
        ),
        Mistake(
            lambda x1, x2: int(-x1 - x2 + 2 >= 0),
            "at (1, 1) your z is exactly 0 and counts as firing; move the line between the points, not onto one",
        ),
    ],
)


def _signed_step(w, b, x, target):
    prediction = 1 if x @ w + b > 0 else -1
    if prediction != target:
        return w + target * x, b + target
    return w, b


def _signed_step_twice_as_long(w, b, x, target):
    error = target - (1 if x @ w + b > 0 else -1)
    return w + error * x, b + error


def _signed_step_without_bias(w, b, x, target):
    return _signed_step(w, b, x, target)[0], b


def _signed_step_always(w, b, x, target):
    return w + target * x, b + target


def _signed_step_backwards(w, b, x, target):
    new_w, new_b = _signed_step(w, b, x, target)
    return 2 * w - new_w, 2 * b - new_b


def _zero_one_step(w, b, x, target):
    error = target - (1 if x @ w + b > 0 else 0)
    return w + error * x, b + error


signed_step = Exercise(
    solution=_signed_step,
    cases=[
        (np.array([1.0, -1.0]), 0.5, np.array([2.0, 1.0]), 1),
        (np.array([1.0, -1.0]), 0.5, np.array([2.0, 1.0]), -1),
        (np.array([0.0, 2.0]), -1.0, np.array([3.0, 0.0]), 1),
        (np.array([0.0, 2.0]), -1.0, np.array([3.0, 0.0]), -1),
    ],
    mistakes=[
        Mistake(_signed_step_always, "you update after right answers too; the rule changes only what was wrong"),
        Mistake(_signed_step_without_bias, "the bias stays where it was; it learns like a weight whose input is 1"),
        Mistake(
            _signed_step_twice_as_long,
            "target − prediction is ±2 with these labels, so the step is twice as long; add target times x",
        ),
        Mistake(_zero_one_step, "a silent neuron answers −1 here, not 0, so target − prediction is another number"),
        Mistake(_signed_step_backwards, "the step goes the wrong way: w must turn towards x when the target is +1"),
    ],
)

_POINTS = [(np.array([-3.0, -0.5, 0.0, 0.5, 2.0]),), (np.array([1.0]),)]

tanh_derivative = Exercise(
    solution=lambda z: 1 - np.tanh(z) ** 2,
    cases=_POINTS,
    mistakes=[
        Mistake(lambda z: 1 - z**2, "your derivative takes z where the formula takes a = tanh(z)"),
        Mistake(lambda z: 1 - np.tanh(z), "the tanh must be squared: 1 − a²"),
        Mistake(lambda z: np.tanh(z) * (1 - np.tanh(z)), "a(1 − a) belongs to the sigmoid; tanh has 1 − a²"),
        Mistake(lambda z: np.tanh(z), "this is the function itself, not its slope"),
    ],
)

softplus = Exercise(
    solution=lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))),
    cases=[(np.array([-2.0, 0.0, 3.0]),), (np.array([1000.0, -1000.0]),)],
    mistakes=[
        Mistake(
            lambda z: np.log(1 + np.exp(np.minimum(z, 700))),
            "large z is cut off instead of being handled; for large z the softplus is z itself",
        ),
        Mistake(lambda z: np.maximum(z, 0), "this is ReLU; the softplus rounds its corner, it is log 2 at z = 0"),
        Mistake(
            lambda z: np.log1p(np.exp(-np.abs(z))),
            "max(z, 0) is missing: for z > 0 you took e^z out of the bracket, and its logarithm, z, must be added",
        ),
    ],
)


def _evidence(x, W, guess, truth):
    return x * (W[:, guess] - W[:, truth])


evidence = Exercise(
    solution=_evidence,
    cases=[
        (np.array([0.0, 0.5, 1.0]), np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]]), 0, 1),
        (np.array([1.0, 1.0, 0.0]), np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]]), 1, 0),
    ],
    mistakes=[
        Mistake(
            lambda x, W, guess, truth: x * W[:, guess],
            "you counted what spoke for the guess; what spoke for the truth must be taken off",
        ),
        Mistake(
            lambda x, W, guess, truth: -_evidence(x, W, guess, truth),
            "the sign is turned: positive must mean that a pixel argued for the guess",
        ),
        Mistake(
            lambda x, W, guess, truth: W[:, guess] - W[:, truth],
            "the pixels are missing: where there is no ink, a weight has no say",
        ),
        Mistake(
            lambda x, W, guess, truth: _evidence(x, W, guess, truth).sum(),
            "this is the sum over all pixels; leave one number for each pixel",
        ),
    ],
)
