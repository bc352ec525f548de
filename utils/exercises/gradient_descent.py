"""The checks of lesson 02."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _one_step(w, b, x, y, eta):
    error = w * x + b - y
    return w - eta * 2 * error * x, b - eta * 2 * error


def _step_with(slopes):
    """A step with other slopes of w and b, given as a function of error and x."""

    def step(w, b, x, y, eta):
        dw, db = slopes(w * x + b - y, x)
        return w - eta * dw, b - eta * db

    return step


one_step = Exercise(
    solution=_one_step,
    cases=[(3.0, 0.0, 3.0, 13.0, 0.01), (1.0, 2.0, 2.0, -1.0, 0.1), (0.0, -1.0, 5.0, 1.0, 0.02)],
    mistakes=[
        Mistake(_step_with(lambda e, x: (-2 * e * x, -2 * e)), "you go with the slope; the loss falls against it"),
        Mistake(_step_with(lambda e, x: (e * x, e)), "the 2 is missing: the slope of a square is twice the inside"),
        Mistake(_step_with(lambda e, x: (2 * e, 2 * e)), "with respect to w the prediction w·x + b has slope x, not 1"),
        Mistake(_step_with(lambda e, x: (2 * e * x, 2 * e * x)), "with respect to b the prediction has slope 1, not x"),
        Mistake(_step_with(lambda e, x: (2 * e * x, 0)), "the bias stays where it was; it has a slope too"),
        Mistake(
            lambda w, b, x, y, eta: (w - 2 * (w * x + b - y) * x, b - 2 * (w * x + b - y)),
            "the learning rate eta is missing",
        ),
        Mistake(
            lambda w, b, x, y, eta: (
                _one_step(w, b, x, y, eta)[0],
                b - eta * 2 * (_one_step(w, b, x, y, eta)[0] * x + b - y),
            ),
            "you used the new weight for the bias's step; both slopes are taken at the old place",
        ),
    ],
)


def _mae_gradient(w, b, x, y):
    sign = np.sign(w * x + b - y)
    return np.mean(sign * x), np.mean(sign)


mae_gradient = Exercise(
    solution=_mae_gradient,
    cases=[
        (1.0, 0.0, np.array([1.0, 2.0, -1.0]), np.array([0.0, 5.0, -3.0])),
        (0.5, 2.0, np.array([4.0, -2.0]), np.array([1.0, 6.0])),
    ],
    mistakes=[
        Mistake(
            lambda w, b, x, y: (2 * np.mean((w * x + b - y) * x), 2 * np.mean(w * x + b - y)),
            "these are the slopes of the squared error; the slope of |e| is the sign of e",
        ),
        Mistake(
            lambda w, b, x, y: (np.mean(np.abs(w * x + b - y) * x), np.mean(np.abs(w * x + b - y))),
            "the slope of |e| is its sign, −1 or +1, not |e|",
        ),
        Mistake(
            lambda w, b, x, y: (np.sum(np.sign(w * x + b - y) * x), np.sum(np.sign(w * x + b - y))),
            "the mean is missing: divide by the number of examples",
        ),
        Mistake(
            lambda w, b, x, y: tuple(-slope for slope in _mae_gradient(w, b, x, y)),
            "both signs are turned: the error is prediction minus target",
        ),
        Mistake(
            lambda w, b, x, y: (np.sign(w * x + b - y) * x, np.sign(w * x + b - y)),
            "these are the slopes of each example; return the two means",
        ),
        Mistake(
            lambda w, b, x, y: (np.mean(np.sign(w * x + b - y)),) * 2,
            "the slope with respect to w has a factor x in it",
        ),
    ],
)


def _sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


signed_slope = Exercise(
    solution=lambda z, s: -s * _sigmoid(-s * z),
    cases=[(2.0, 1), (2.0, -1), (-0.5, 1), (1000.0, -1), (-1000.0, 1), (1000.0, 1)],
    mistakes=[
        Mistake(lambda z, s: _sigmoid(-s * z), "the inner slope is missing: −s·z has slope −s"),
        Mistake(lambda z, s: s * _sigmoid(-s * z), "the sign is turned: the inner slope is −s"),
        Mistake(lambda z, s: _sigmoid(z) - s, "ŷ − y is for labels 1 and 0; here the label is +1 or −1"),
        Mistake(lambda z, s: -s * _sigmoid(s * z), "the sigmoid stands at −s·z, the same place as the exponential"),
        Mistake(
            lambda z, s: -s * np.exp(-s * z) / (1 + np.exp(-s * z)),
            "the formula is right, but it overflows for large −s·z; the safe sigmoid is the same fraction",
        ),
    ],
)


def _softmax(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum()


softmax_at = Exercise(
    solution=lambda z, T: _softmax(z / T),
    cases=[
        (np.array([1.0, 2.0, 3.0]), 1.0),
        (np.array([1.0, 2.0, 3.0]), 0.5),
        (np.array([0.0, -1.0]), 10.0),
        (np.array([2000.0, 1998.0]), 2.0),
    ],
    mistakes=[
        Mistake(lambda z, T: np.exp(z / T), "the division by the sum is missing; probabilities add up to 1"),
        Mistake(
            lambda z, T: np.exp(z / T) / np.exp(z / T).sum(), "large logits overflow; subtract the largest one first"
        ),
        Mistake(lambda z, T: _softmax(z * T), "the logits are divided by T, not multiplied"),
        Mistake(lambda z, T: _softmax(z) / T, "the temperature belongs inside the exponential"),
    ],
)
