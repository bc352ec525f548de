"""The checks of lesson 11."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _squares(X, C):
    return ((X[:, None] - C) ** 2).sum(axis=2)


def _answers(X, C, s, squares=_squares, value=lambda squares, s: np.exp(-squares / (2 * s**2))):
    return value(squares(X, C), s)


# As many inputs as units, so that a width taken along the wrong axis runs and can be told by its numbers.
_X = np.array([[0.0, 1.0], [2.0, 0.5], [1.0, -1.0]])
_C = np.array([[0.5, 0.5], [-1.0, 0.0], [1.5, 2.0]])
_s = np.array([1.0, 0.6, 2.0])
# Four inputs, so that a mean of squares is not half of their sum.
_X4 = np.array([[0.0, 1.0, 0.4, 0.2], [2.0, 0.5, -0.3, 1.0], [1.0, -1.0, 0.8, 0.0]])
_C4 = np.array([[0.5, 0.5, 0.0, 0.3], [-1.0, 0.0, 1.0, 0.5], [1.5, 2.0, 0.2, -0.4]])

answers_of = Exercise(
    solution=lambda X, C, s: _answers(X, C, s),
    cases=[(_X, _C, _s), (_X[:1], _C, _s), (_X, _C[:, :1] * [[1.0, -0.4]], _s[::-1].copy()), (_X4, _C4, _s)],
    mistakes=[
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: np.exp(-np.sqrt(q) / (2 * s**2))),
            "the distance is squared: leave the root out",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: np.exp(-q / (2 * s))),
            "the width is squared in the denominator: 2 · s²",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: np.exp(-q / s**2)),
            "the 2 is missing in the denominator: 2 · s²",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: np.exp(q / (2 * s**2))),
            "the sign is wrong: an answer is at most 1, and smaller far away",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: q / (2 * s**2)),
            "the exponential is missing",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, squares=lambda X, C: (X[:, None] - C).sum(axis=2) ** 2),
            "square each difference before you add them up",
        ),
        Mistake(
            lambda X, C, s: np.exp(-_squares(X, C) / (2 * s[:, None] ** 2)),
            "each unit has its width, and the units are the columns: s belongs to axis 1",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: np.exp(-q / 2 * s**2)),
            "/ 2 * s**2 divides by 2 alone and multiplies by s²: put brackets round 2 * s**2",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s, value=lambda q, s: np.exp(-q / (2 * s) ** 2)),
            "only s is squared in 2 · s², not the 2",
        ),
        Mistake(
            lambda X, C, s: _answers(X, C, s).T, "a row for each input and a column for each unit; yours is transposed"
        ),
        Mistake(
            lambda X, C, s: np.exp(-_squares(X, C) / (2 * s**2)) / (s * np.sqrt(2 * np.pi)),
            "that is a probability density; a bump has the value 1 at its centre",
        ),
        Mistake(
            lambda X, C, s: np.exp(-((X[:, None] - C) ** 2).mean(axis=2) / (2 * s**2)),
            "the squared distance is the sum of the squares, not their mean",
        ),
        Mistake(
            lambda X, C, s: np.exp(-_squares(C, X) / (2 * s**2)),
            "a row for each input: X[:, np.newaxis] - C, not C[:, np.newaxis] - X",
        ),
    ],
)


def _weighted(Phi, y, r, penalty, left=None, right=None, identity=None):
    R = np.diag(r)
    A = Phi.T @ (R if left is None else left(R)) @ Phi
    return np.linalg.solve(
        A + penalty * (np.eye(Phi.shape[1]) if identity is None else identity(Phi)),
        Phi.T @ (R if right is None else right(R)) @ y,
    )


_Phi = np.array([[1.0, 0.3], [0.5, 0.9], [0.1, 0.8], [0.7, 0.2]])
_y = np.array([1.0, -0.5, 2.0, 0.3])
_r = np.array([1.0, 3.0, 0.5, 2.0])

weighted_solve = Exercise(
    solution=lambda Phi, y, r, penalty: _weighted(Phi, y, r, penalty),
    cases=[(_Phi, _y, _r, 0.1), (_Phi, _y, 2 * _r[::-1], 1.0), (_Phi[:3], _y[:3], _r[:3], 0.0)],
    mistakes=[
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, np.ones(len(y)), penalty),
            "the weights r of the examples are missing",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, penalty, left=lambda R: np.eye(len(R))),
            "r is missing on the left side: Phi.T R Phi",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, penalty, right=lambda R: np.eye(len(R))),
            "r is missing on the right side: Phi.T R y",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r**2, penalty),
            "r stands once in the loss, beside the square; with r · Phi and r · y it counts twice",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, penalty, left=lambda R: R @ R),
            "r stands once in the loss; with r · Phi for every Phi it counts twice in Phi.T R Phi",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, np.sqrt(r), penalty),
            "√r belongs to both factors, Phi and Phi: together they bring r, as in the loss",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, penalty / 2),
            "the penalty is halved: both parts of the gradient have the factor 2, which cancels",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, 2 * penalty),
            "the penalty is doubled: both parts of the gradient have the factor 2, which cancels",
        ),
        Mistake(lambda Phi, y, r, penalty: _weighted(Phi, y, r, 0.0), "the penalty is missing: add λ to the diagonal"),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, penalty, identity=lambda Phi: 1.0),
            "the penalty belongs on the diagonal alone: λ · np.eye(units)",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r / r.sum(), penalty),
            "the loss is a sum with the weights as they are; do not divide by their sum",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, np.sqrt(1 / r) * y, r, penalty),
            "√r belongs to y as well as to Phi: together they bring r on the right side too",
        ),
        Mistake(
            lambda Phi, y, r, penalty: _weighted(Phi, y, r, -penalty),
            "the sign of the penalty is wrong: add λ to the diagonal",
        ),
    ],
)


def _moved(x, y, c, s, v, sign=1.0, error=None, factor=None, weigh=True):
    phi = np.exp(-((x - c) ** 2) / (2 * s**2))
    miss = v @ phi - y if error is None else error(v, phi, y)
    inner = (x - c) / s**2 if factor is None else factor(x, c, s)
    return sign * miss * (v if weigh else 1.0) * phi * inner


centre_gradient = Exercise(
    solution=lambda x, y, c, s, v: _moved(x, y, c, s, v),
    cases=[
        (0.5, 1.0, np.array([0.0, 1.0, 3.0]), 0.8, np.array([1.0, -0.5, 2.0])),
        (2.0, 0.2, np.array([0.0, 1.0, 3.0]), 1.5, np.array([0.3, 0.7, 1.0])),
        (-1.0, -2.0, np.array([-1.5, 0.4]), 0.6, np.array([2.0, 1.0])),
    ],
    mistakes=[
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, sign=-1.0),
            "the sign is reversed: the derivative of −(x − c)² for c is +2(x − c), and the error is ŷ − y",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, error=lambda v, phi, y: 1.0),
            "that is the derivative of ŷ; the loss brings the factor ŷ − y",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, error=lambda v, phi, y: 2 * (v @ phi - y)),
            "a factor 2 is too much: the ½ of the loss cancels one 2, and the 2 of 2s² cancels the other",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, error=lambda v, phi, y: v * phi - y),
            "the error is one number: the output of the whole network minus y",
        ),
        Mistake(lambda x, y, c, s, v: _moved(x, y, c, s, v, weigh=False), "the weight v of each unit is missing"),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, factor=lambda x, c, s: x - c),
            "the 1/s² is missing: the exponent is divided by 2s²",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, factor=lambda x, c, s: (x - c) / s),
            "the width is squared: 1/s²",
        ),
        Mistake(
            lambda x, y, c, s, v: (v @ np.exp(-((x - c) ** 2) / (2 * s**2)) - y) * v * (x - c) / s**2,
            "the bump itself is missing: the derivative of exp(u) is exp(u) · u′",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, factor=lambda x, c, s: (x - c) / (2 * s**2)),
            "a factor ½ is too much: each ½, that of the loss and that of 2s², cancels a 2 of a square",
        ),
        Mistake(
            lambda x, y, c, s, v: (v @ np.exp(-((x - c) ** 2) / (2 * s**2)) - y) * np.exp(-((x - c) ** 2) / (2 * s**2)),
            "that is the gradient for the weights v; asked for is that of the centres",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, error=lambda v, phi, y: (v @ phi - y) ** 2 / 2),
            "the derivative of ½ (ŷ − y)² is ŷ − y, not the loss itself",
        ),
        Mistake(
            lambda x, y, c, s, v: _moved(x, y, c, s, v, error=lambda v, phi, y: phi.sum() - y),
            "the output needs the weights: ŷ = v @ φ",
        ),
        Mistake(
            lambda x, y, c, s, v: c - _moved(x, y, c, s, v),
            "those are moved centres; asked for are the derivatives alone",
        ),
    ],
)


def _widths(C, p, first=1, reduce=np.mean, size=np.sqrt):
    return reduce(np.sort(size(_squares(C, C)), axis=1)[:, first : p + first], axis=1)


_CENTRES = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [4.0, 4.0], [1.0, 3.0]])

widths_of = Exercise(
    solution=lambda C, p: _widths(C, p),
    cases=[(_CENTRES, 1), (_CENTRES, 2), (_CENTRES[:, ::-1] ** 2, 3)],
    mistakes=[
        Mistake(
            lambda C, p: _widths(C, p, first=0),
            "each centre was counted as its own neighbour, at the distance 0: take p others",
        ),
        Mistake(
            lambda C, p: np.sort(np.sqrt(_squares(C, C)), axis=1)[:, : p + 1].mean(axis=1),
            "the distance 0 to itself is in the mean: leave the first column out",
        ),
        Mistake(
            lambda C, p: np.sort(np.sqrt(_squares(C, C)), axis=1)[:, 1:p].mean(axis=1),
            "one neighbour is missing: 1:p stops before column p",
        ),
        Mistake(
            lambda C, p: np.sqrt(_squares(C, C))[:, 1 : p + 1].mean(axis=1),
            "sort the distances of each centre first",
        ),
        Mistake(lambda C, p: _widths(C, p, size=lambda q: q), "these are squared distances: take the root"),
        Mistake(
            lambda C, p: np.full(len(C), _widths(C, p).mean()),
            "each unit has a width of its own: do not take the mean over all units",
        ),
        Mistake(lambda C, p: _widths(C, p).mean(), "a width for each unit is asked for, shape (units,)"),
        Mistake(lambda C, p: _widths(C, p, reduce=np.sum), "these are sums; take the mean over the p neighbours"),
        Mistake(
            lambda C, p: np.sqrt(_squares(C, C)).sum(axis=1) / (len(C) - 1),
            "only the p nearest count, not all: sort the distances first",
        ),
        Mistake(
            lambda C, p: np.sort(np.sqrt(_squares(C, C)), axis=1)[:, p],
            "that is the distance to the p-th neighbour alone; take the mean over the p nearest",
        ),
        Mistake(
            lambda C, p: np.sqrt(_widths(C, p, size=lambda q: q)),
            "take the root of each squared distance first, and then the mean",
        ),
        Mistake(
            lambda C, p: np.argsort(np.sqrt(_squares(C, C)), axis=1)[:, 1 : p + 1].mean(axis=1),
            "np.argsort gives the numbers of the centres; np.sort gives the distances",
        ),
    ],
)
