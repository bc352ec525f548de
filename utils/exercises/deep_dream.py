"""The checks of lesson 13."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _adversarial(x, y, W, b, epsilon, change=np.sign, sign=1.0, target=None, clip=True, back=None):
    """The fast gradient sign method for softmax regression, its parts replaceable by wrong ones."""
    p = _softmax(x @ W + b)
    error = p - (np.eye(len(b))[y] if target is None else target(p, y))
    gradient = error @ W.T if back is None else back(error, W)
    moved = x + sign * epsilon * change(gradient)
    return np.clip(moved, 0, 1) if clip else moved


_x = np.array([[0.0, 0.4, 1.0], [0.95, 0.2, 0.5], [0.6, 0.6, 0.1]])
_W = np.array([[1.0, -0.5, 0.3], [0.2, 0.8, -1.0], [-0.7, 0.1, 0.9]])
_b = np.array([0.1, -0.2, 0.0])

adversarial = Exercise(
    solution=lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon),
    cases=[
        (_x[:1], np.array([2]), _W, _b, 0.1),
        (_x, np.array([2, 0, 1]), _W, _b, 0.2),
        (_x, np.array([0, 1, 1]), -_W, 2 * _b, 0.05),
    ],
    mistakes=[
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, sign=-1.0),
            "that makes the loss smaller: go uphill, x + ε · sign",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, change=lambda g: g),
            "the sign of the gradient is missing: each pixel changes by ε",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(
                x, y, W, b, epsilon, change=lambda g: g / np.linalg.norm(g, axis=1, keepdims=True)
            ),
            "the gradient is divided by its norm; asked for is its sign in each pixel",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, clip=False),
            "pixels must stay between 0 and 1: np.clip",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, target=lambda p, y: 0 * p),
            "the gradient for z is p − y with y as one-hot rows; the labels are not used",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, back=lambda error, W: error @ W),
            "back to the input the gradient goes through the transposed matrix: @ W.T",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon) - x,
            "that is the change alone: add the images",
        ),
        Mistake(lambda x, y, W, b, epsilon: _adversarial(x, y, W, 0 * b, epsilon), "the biases b are missing in z"),
    ],
)


def _sizes(rows, columns, octaves, scale, power=None, order=-1):
    power = power or (lambda octave: scale**octave)
    return np.array([(round(rows / power(o)), round(columns / power(o))) for o in range(octaves)][::order])


octave_sizes = Exercise(
    solution=lambda rows, columns, octaves, scale: _sizes(rows, columns, octaves, scale),
    cases=[(200, 300, 3, 2.0), (256, 384, 4, 1.4), (100, 90, 1, 1.4)],
    mistakes=[
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(rows, columns, octaves, scale, order=1),
            "the smallest size comes first",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(
                rows, columns, octaves, scale, power=lambda octave: scale ** (octave + 1)
            ),
            "the last size is the size of the photograph itself: divide it by scale ** 0",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(
                rows, columns, octaves, scale, power=lambda octave: scale ** (-octave)
            ),
            "octaves are smaller than the photograph, not larger: divide",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(
                rows, columns, octaves, scale, power=lambda octave: 1 + octave * (scale - 1)
            ),
            "each size is the next one divided by scale: powers, not multiples",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: np.array(
                [(int(rows / scale**o), int(columns / scale**o)) for o in range(octaves)][::-1]
            ),
            "round to the nearest whole number; int cuts off",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: np.array(
                [(rows / scale**o, columns / scale**o) for o in range(octaves)][::-1]
            ),
            "a picture has a whole number of rows and columns: round",
        ),
    ],
)


def _jittered(x, W, down, right, eta, there=1, back=-1, divide=True, sign=1.0):
    gradient = np.roll(W, (back * down, back * right), axis=(0, 1))
    gradient = gradient / gradient.std() if divide else gradient
    return x + sign * eta * gradient


_image = np.linspace(0, 1, 12).reshape(3, 4)
_weights = np.array([[1.0, 0.0, -2.0, 0.5], [0.3, 0.0, 0.0, 1.5], [-1.0, 2.0, 0.7, 0.0]])

jittered_step = Exercise(
    solution=lambda x, W, down, right, eta: _jittered(x, W, down, right, eta),
    cases=[(_image, _weights, 1, 0, 0.1), (_image, _weights, 1, -1, 0.5), (_image, -_weights[::-1], -1, 2, 1.0)],
    mistakes=[
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, 0, 0, eta),
            "the unit sees the image moved: its gradient has to be moved back",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, down, right, eta, back=1),
            "the gradient has to be moved back, in the opposite direction",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, down, right, eta, divide=False),
            "divide the gradient by its standard deviation",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, down, right, eta, sign=-1.0),
            "uphill: add eta times the gradient",
        ),
        Mistake(
            lambda x, W, down, right, eta: np.roll(_jittered(x, W, down, right, eta), (down, right), axis=(0, 1)),
            "that is the moved image after the step: move it back",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, right, down, eta),
            "down belongs to axis 0, right to axis 1",
        ),
    ],
)
