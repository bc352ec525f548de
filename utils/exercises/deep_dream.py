"""The checks of lesson 13."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _adversarial(x, y, W, b, epsilon, change=np.sign, sign=1.0, target=None, clip=True, back=None, softmax=_softmax):
    """The fast gradient sign method for one dense layer with softmax, its parts replaceable by wrong ones."""
    p = softmax(x @ W + b)
    error = p - (np.eye(len(b))[y] if target is None else target(p, y))
    gradient = error @ W.T if back is None else back(error, W)
    moved = x + sign * epsilon * change(gradient)
    return np.clip(moved, 0, 1) if clip else moved


def _full_jacobian(p, y):
    """The derivative of softmax once more, with all its terms, in the form that `_adversarial` wants."""
    error = p - np.eye(p.shape[1])[y]
    return p - p * (error - np.sum(error * p, axis=1, keepdims=True))


_x = np.array([[0.0, 0.4, 1.0], [0.95, 0.2, 0.5], [0.6, 0.6, 0.1]])
_W = np.array([[1.0, -0.5, 0.3], [0.2, 0.8, -1.0], [-0.7, 0.1, 0.9]])
_b = np.array([0.1, -0.2, 0.0])

adversarial = Exercise(
    solution=lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon),
    cases=[
        (_x[:1], np.array([2]), _W, _b, 0.1),
        (_x, np.array([2, 0, 1]), _W, _b, 0.2),
        (  # W is not square, and pixels would rise above 1; here all mistakes below give a wrong answer, or raise
            np.array([[0.7, 0.0, 0.5, 0.6], [0.0, 0.9, 0.1, 0.5], [0.6, 0.8, 1.0, 0.9]]),
            np.array([2, 0, 0]),
            np.array([[1.3, 1.6, -1.5], [0.0, -1.5, -1.7], [-0.6, 0.8, 0.9], [-1.9, 0.1, 0.5]]),
            np.array([-1.1, 0.3, -0.9]),
            0.2,
        ),
        (  # here all wrong softmaxes, labels and matrices below give different answers
            np.array([[0.2, 0.6, 0.8], [0.3, 0.7, 0.5], [0.9, 0.6, 1.0]]),
            np.array([1, 2, 0]),
            np.array([[2.5, 2.3, -1.7], [-0.4, -0.7, -0.4], [1.2, -0.6, -1.1]]),
            np.array([0.9, 1.7, -0.5]),
            0.05,
        ),
        (  # here a factor p (1 − p) gives a different answer
            np.array([[0.8, 0.3, 0.6], [0.2, 0.8, 0.7], [0.3, 0.8, 0.1]]),
            np.array([1, 0, 2]),
            np.array([[0.6, 0.6, 1.0], [-1.8, -1.0, -0.7], [-1.8, 2.6, -0.7]]),
            np.array([0.3, -0.2, 1.3]),
            0.05,
        ),
    ],
    mistakes=[
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, sign=-1.0),
            "that makes the loss smaller: go uphill, x + ε · sign, with the gradient softmax(z) − y",
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
        *[
            Mistake(
                lambda x, y, W, b, epsilon, size=size: _adversarial(x, y, W, b, epsilon, change=lambda g: g / size(g)),
                "the gradient is divided by its standard deviation; asked for is its sign in each pixel",
            )
            for size in (np.std, lambda g: np.std(g, axis=1, keepdims=True))
        ],
        *[
            Mistake(
                lambda x, y, W, b, epsilon, least=least, most=most: np.clip(
                    _adversarial(x, y, W, b, epsilon, clip=False), least, most
                ),
                "pixels must stay between 0 and 1: np.clip",
            )
            for least, most in ((None, None), (0, None), (None, 1))
        ],
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, target=lambda p, y: 0 * p),
            "the gradient for z is p − y with y as one-hot rows; the labels are not used",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(
                x, y, W, b, epsilon, target=lambda p, y: p + np.eye(p.shape[1])[y]
            ),
            "only the column of W that belongs to the label is used; softmax(z) − y has a number for each class",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(
                x, y, W, b, epsilon, target=lambda p, y: np.isin(np.arange(p.shape[1]), y)
            ),
            "p[:, y] takes these columns in all rows; one number of each row is p[np.arange(len(y)), y]",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: np.clip(
                x + epsilon * np.sign(x.T @ (_softmax(x @ W + b) - np.eye(len(b))[y])), 0, 1
            ),
            "that is the gradient for W; the one for x is (softmax(z) − y) @ W.T",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, back=lambda error, W: error @ W),
            "back to the input the gradient goes through the transposed matrix: @ W.T",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, clip=False) - x,
            "that is the change alone: add the images",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, target=lambda p, y: y),
            "y holds labels: subtract one-hot rows, np.eye(W.shape[1])[y]",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, target=lambda p, y: y[:, np.newaxis]),
            "y holds labels: subtract one-hot rows, np.eye(W.shape[1])[y]",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, back=lambda error, W: error),
            "that is the gradient for z; the gradient for x goes on through W: @ W.T",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, softmax=lambda z: z),
            "softmax is missing: the gradient for z is softmax(z) − y",
        ),
        *[
            Mistake(
                lambda x, y, W, b, epsilon, sums=sums: _adversarial(
                    x, y, W, b, epsilon, softmax=lambda z: np.exp(z) / sums(np.exp(z))
                ),
                "softmax divides each row by its own sum: axis=1, keepdims=True",
            )
            for sums in (np.sum, lambda e: e.sum(axis=0), lambda e: e.sum(axis=1))
        ],
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, softmax=lambda z: 1 / (1 + np.exp(-z))),
            "z goes through softmax here, not through the sigmoid",
        ),
        Mistake(lambda x, y, W, b, epsilon: _adversarial(x, y, W, 0 * b, epsilon), "the biases b are missing in z"),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(
                x, y, W, b, epsilon, target=lambda p, y: p - (p - np.eye(p.shape[1])[y]) * p * (1 - p)
            ),
            "no factor p (1 − p): the gradient for z is softmax(z) − y, the derivative of softmax is already in it",
        ),
        Mistake(
            lambda x, y, W, b, epsilon: _adversarial(x, y, W, b, epsilon, target=_full_jacobian),
            "the gradient for z is softmax(z) − y alone: the derivative of softmax is already in it",
        ),
    ],
)


def _sizes(rows, columns, octaves, scale, power=None, order=-1):
    power = power or (lambda octave: scale**octave)
    return np.array([(round(rows / power(o)), round(columns / power(o))) for o in range(octaves)][::order])


def _rounded_each_time(rows, columns, octaves, scale, whole=round):
    sizes = [(rows, columns)]
    for _ in range(octaves - 1):
        sizes.append(tuple(whole(side / scale) for side in sizes[-1]))
    return np.array(sizes[::-1])


octave_sizes = Exercise(
    solution=lambda rows, columns, octaves, scale: _sizes(rows, columns, octaves, scale),
    cases=[(200, 300, 3, 2.0), (256, 384, 4, 1.4), (100, 90, 1, 1.4)],
    mistakes=[
        *[
            Mistake(
                lambda rows, columns, octaves, scale, whole=whole: np.array(
                    [(whole(rows / scale**o), whole(columns / scale**o)) for o in range(octaves)]
                ),
                "the smallest size comes first",
            )
            for whole in (round, int, float)
        ],
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(
                rows, columns, octaves, scale, power=lambda octave: scale ** (octave + 1)
            ),
            "the last size is the size of the photograph itself: divide it by scale ** 0",
        ),
        *[
            Mistake(
                lambda rows, columns, octaves, scale, order=order: _sizes(
                    rows, columns, octaves, scale, power=lambda octave: scale ** (-octave), order=order
                ),
                "octaves are smaller than the photograph, not larger: divide",
            )
            for order in (-1, 1)
        ],
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(
                rows, columns, octaves, scale, power=lambda octave: 1 + octave * (scale - 1)
            ),
            "divide by the powers of scale: 1, scale, scale ** 2 and so on",
        ),
        Mistake(
            _rounded_each_time,
            "each size was rounded from a rounded one: divide the photograph's size by scale ** octave",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: _rounded_each_time(rows, columns, octaves, scale, whole=int),
            "each size was made from a whole number, and int cuts off: round the photograph's size / scale ** octave",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(rows, columns, octaves, scale).T,
            "one row for each octave, with its rows and its columns: the array is transposed",
        ),
        Mistake(
            lambda rows, columns, octaves, scale: _sizes(columns, rows, octaves, scale),
            "rows come before columns",
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


def _jittered(x, W, down, right, eta, back=-1, divide=True, sign=1.0):
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
        *[
            Mistake(
                lambda x, W, down, right, eta, both=both: _jittered(x, W, both[0] * down, both[1] * right, eta),
                "the gradient is moved back along one axis only: np.roll with (-down, -right) and axis=(0, 1)",
            )
            for both in ((1, 0), (0, 1))
        ],
        Mistake(
            lambda x, W, down, right, eta: x + eta * np.roll(W, (-down, -right)) / W.std(),
            "np.roll without axis treats the array as one long row: axis=(0, 1)",
        ),
        *[
            Mistake(
                lambda x, W, down, right, eta, size=size: (
                    x + eta * np.sum(W * np.roll(x, (down, right), axis=(0, 1))) / size
                ),
                "that sum is the answer itself, one number; its gradient has a number for each pixel",
            )
            for size in (1.0, np.float64(0.0))
        ],
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
        Mistake(
            lambda x, W, down, right, eta: np.roll(
                _jittered(x, W, down, right, eta), (2 * down, 2 * right), axis=(0, 1)
            ),
            "the image is moved twice in the same direction: move it back by (-down, -right)",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, down, right, eta).clip(0, 1),
            "nothing is clipped in this exercise",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, down, right, eta) - x,
            "that is the change alone: add the image",
        ),
        Mistake(
            lambda x, W, down, right, eta: _jittered(x, W, down, right, eta) - eta * W.mean() / W.std(),
            "divide by the standard deviation only; the mean of the gradient is not subtracted",
        ),
        *[
            Mistake(
                lambda x, W, down, right, eta, size=size: x + eta * np.roll(W, (-down, -right), axis=(0, 1)) / size(W),
                "the gradient is divided by something else than its standard deviation, np.std",
            )
            for size in (np.linalg.norm, np.var, lambda g: np.sqrt(np.mean(g**2)), lambda g: np.std(g, ddof=1))
        ],
        *[
            Mistake(
                lambda x, W, down, right, eta, moved=moved, back=back: _jittered(
                    x, W * np.roll(x, (moved * down, moved * right), axis=(0, 1)), back * down, back * right, eta
                ),
                "the answer is the sum of W times the image, so its gradient is W alone",
            )
            for moved, back in ((1, 1), (0, 0), (1, 0))
        ],
    ],
)
