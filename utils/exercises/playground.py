"""The checks of lesson 07."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _heat_map(w1, w2, b, n, down=-1.0, across=1.0, activation=np.tanh, swap=False):
    places = np.linspace(-6, 6, n)
    x1, x2 = np.meshgrid(across * places, down * places)
    if swap:
        x1, x2 = x2, x1
    return activation(w1 * x1 + w2 * x2 + b)


def _within(w1, w2, b, n):
    places = -6 + 12 * (np.arange(n) + 0.5) / n
    x1, x2 = np.meshgrid(places, -places)
    return np.tanh(w1 * x1 + w2 * x2 + b)


def _by_steps(w1, w2, b, n, places=np.arange, step=lambda n: 12 / (n - 1), past=0):
    x1, x2 = np.meshgrid(places(-6, 6 + past, step(n)), places(6, -6 - past, -step(n)))
    return np.tanh(w1 * x1 + w2 * x2 + b)


heat_map = Exercise(
    solution=lambda w1, w2, b, n: _heat_map(w1, w2, b, n),
    cases=[(0.5, 0.1, 0.2, 3), (0.1, -0.4, 0.0, 4), (-0.3, 0.2, 1.0, 6)],  # 12 / 5 is not a whole number
    mistakes=[
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n, down=1.0),
            "the first row is the top, where x2 is 6: in yours x2 grows downwards",
        ),
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n, across=-1.0),
            "the first column is the left, where x1 is −6: in yours x1 falls from left to right",
        ),
        *[
            Mistake(
                lambda w1, w2, b, n, top=top: np.tanh(w1 * np.linspace(-6, 6, n) + w2 * np.linspace(top, -top, n) + b),
                "each x1 meets each x2: make x2 a column, x2[:, np.newaxis], or use two loops",
            )
            for top in (6, -6)
        ],
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n, down=1.0, swap=True),
            "x1 changes along a row, x2 from row to row: you have exchanged them",
        ),
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n, swap=True),
            "x1 changes along a row, x2 from row to row: you have exchanged them",
        ),
        Mistake(lambda w1, w2, b, n: _heat_map(w1, w2, 0.0, n), "the bias b is missing"),
        Mistake(lambda w1, w2, b, n: _heat_map(w1, w2, b, n, activation=lambda z: z), "tanh is missing"),
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n, activation=lambda z: 1 / (1 + np.exp(-z))),
            "that is the sigmoid; asked for is tanh",
        ),
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n, down=1.0, across=-1.0, swap=True),
            "x1 changes along a row, x2 from row to row: you have exchanged them",
        ),
        Mistake(
            lambda w1, w2, b, n: np.tanh(
                w1 * np.linspace(-6, 6, n, endpoint=False) + w2 * np.linspace(6, -6, n, endpoint=False)[:, None] + b
            ),
            "both ends belong to the grid: np.linspace(-6, 6, n)",
        ),
        Mistake(_within, "both ends belong to the grid: np.linspace(-6, 6, n)"),
        Mistake(
            lambda w1, w2, b, n: _heat_map(w1, w2, b, n).ravel(),
            "the rows are in one long array: return the shape (n, n)",
        ),
        Mistake(_by_steps, "both ends belong to the grid, but np.arange leaves out the end: np.linspace(-6, 6, n)"),
        Mistake(
            lambda w1, w2, b, n: _by_steps(w1, w2, b, n, places=range, step=lambda n: 12 // (n - 1), past=1),
            "the step 12 / (n − 1) need not be a whole number, but range has only such steps: np.linspace(-6, 6, n)",
        ),
    ],
)


def _penalised(w, dw, eta, kind, rate, of_l1=np.sign, of_l2=lambda w: 2 * w):
    return w - eta * (dw + rate * (of_l1(w) if kind == "L1" else of_l2(w)))


_w, _dw = np.array([0.5, -2.0, 0.1, -0.3]), np.array([1.0, 0.5, -0.2, 0.0])

penalised_step = Exercise(
    solution=lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, penalty_rate),
    cases=[
        (_w, _dw, 0.1, "L2", 0.5),
        (_w, _dw, 0.1, "L1", 0.5),
        (0.5 - 2 * _w, 4 * _dw, 0.5, "L1", 0.01),  # its signs do not add up to 0
        (_w, -_dw, 1.0, "L2", 0.1),
    ],
    mistakes=[
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(
                w, dw, eta, kind, penalty_rate, of_l1=np.abs, of_l2=lambda w: w**2
            ),
            "add the derivative of the penalty, not the penalty: 2w for w², the sign of w for |w|",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: (
                w - eta * (dw + penalty_rate * np.sum(np.abs(w) if kind == "L1" else w**2))
            ),
            "add the derivative of the penalty by each weight, not the penalty: 2w for w², the sign of w for |w|",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, "L2", penalty_rate),
            "L1 is treated like L2: look at kind",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, "L1", penalty_rate),
            "L2 is treated like L1: look at kind",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, 1.0),
            "the penalty's own rate is missing",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: w - eta * dw, "the penalty is missing: add its derivative to dw"
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, penalty_rate, of_l2=lambda w: w),
            "the derivative of w² is 2w",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, penalty_rate, of_l2=lambda w: w**2),
            "add the derivative of the penalty, not the penalty: 2w for w²",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, penalty_rate, of_l1=np.abs),
            "add the derivative of the penalty, not the penalty: the sign of w for |w|",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, penalty_rate, of_l1=np.ones_like),
            "the derivative of |w| is −1 where w is negative",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, "L2" if kind == "L1" else "L1", penalty_rate),
            "L1 and L2 are exchanged",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: (
                w - eta * dw - penalty_rate * (np.sign(w) if kind == "L1" else 2 * w)
            ),
            "the penalty belongs to the loss: its derivative is multiplied by eta, too",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w - eta * dw, np.zeros_like(dw), eta, kind, penalty_rate),
            "one step, not two: take the derivative of the penalty at the old weights",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, -penalty_rate),
            "the penalty pulls the weights towards 0; yours pushes them away",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, -eta, kind, penalty_rate),
            "downhill: subtract eta times the gradient",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(w, dw, eta, kind, penalty_rate, of_l1=lambda w: w > 0),
            "the derivative of |w| is −1 where w is negative, not 0",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: _penalised(
                w, dw, eta, kind, penalty_rate, of_l1=lambda w: np.sum(np.sign(w)), of_l2=lambda w: 2 * np.sum(w)
            ),
            "each weight has a derivative of its own: only its own term of the sum depends on it",
        ),
        Mistake(
            lambda w, dw, eta, kind, penalty_rate: (
                w - eta * dw - penalty_rate * np.sum(np.abs(w) if kind == "L1" else w**2)
            ),
            "the penalty is added to the loss, not taken from the weights: add its derivative to dw",
        ),
        *[
            Mistake(
                lambda w, dw, eta, kind, penalty_rate, done=done: _penalised(
                    w, dw, eta, kind, penalty_rate * (kind == done)
                ),
                f"with {missing} the penalty is missing",
            )
            for done, missing in (("L1", "L2"), ("L2", "L1"))
        ],
    ],
)


def _largest(X, penalty, factor=2.0, of=lambda values: values.max(), centred=False, numerator=2.0, of_penalty=2.0):
    X = X - X.mean(axis=0) if centred else X
    return numerator / (of(np.linalg.eigvalsh(factor / len(X) * X.T @ X)) + of_penalty * penalty)


_X = np.array([[1.0, 0.5], [-2.0, 1.0], [0.5, -1.5], [3.0, 0.2], [0.1, 0.7]])

largest_stable_rate = Exercise(
    solution=lambda X, penalty: _largest(X, penalty),
    cases=[(np.array([[1.0], [2.0], [3.0]]), 0.0), (_X, 0.1), (np.concatenate([_X, 3 * _X**2]), 1.0)],
    mistakes=[
        Mistake(
            lambda X, penalty: _largest(X, 0.0),
            "the penalty bends the bowl, too: the second derivative of penalty · w² is 2 · penalty",
        ),
        Mistake(
            lambda X, penalty: 2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X + 2 * penalty).max(),
            "a matrix plus a number adds it to every entry: add 2 · penalty to the eigenvalue",
        ),
        Mistake(
            lambda X, penalty: _largest(X, 0.0) + 2 * penalty,
            "the penalty's curvature belongs below the line: 2 / (eigenvalue + 2 · penalty)",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, of_penalty=1.0),
            "the second derivative of penalty · w² is 2 · penalty",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, of_penalty=-2.0),
            "the penalty makes the bowl steeper: add its curvature",
        ),
        Mistake(
            lambda X, penalty: _largest(np.column_stack([X, np.ones(len(X))]), penalty),
            "this neuron has no bias: leave out the column of ones",
        ),
        Mistake(
            lambda X, penalty: _largest(np.column_stack([X, np.ones(len(X))]), 0.0),
            "this is the bowl of part 6, with a bias and without a penalty: leave out the column of ones, and add the "
            "penalty's curvature",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, factor=1.0 * len(X)),
            "the mean squared error has the second derivative 2/n · X.T @ X: the factor 2/n is missing",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, factor=1.0),
            "the mean squared error has the second derivative 2/n · X.T @ X: the factor 2 is missing",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, factor=2.0 * len(X)),
            "the loss is a mean: divide X.T @ X by the number of points",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, numerator=1.0),
            "the distance is multiplied by 1 − eta·λ: it grows above eta = 2/λ, not 1/λ",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, of=lambda values: values.min()),
            "the steepest direction decides: take the largest eigenvalue",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, of=lambda values: values.sum()),
            "take the largest eigenvalue, not their sum",
        ),
        Mistake(lambda X, penalty: _largest(X, penalty, centred=True), "X is taken as it is: do not subtract the mean"),
        Mistake(lambda X, penalty: 1 / _largest(X, penalty), "turn it round: 2 divided by the largest eigenvalue"),
        Mistake(
            lambda X, penalty: 2 / _largest(X, penalty), "that is the curvature itself: the rate is 2 divided by it"
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, factor=1.0, of_penalty=1.0),
            "the factor 2 is missing twice: the second derivatives are 2/n · X.T @ X and 2 · penalty",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty / len(X)),
            "the penalty stands beside the mean, so it is not divided by the number of points",
        ),
        Mistake(
            lambda X, penalty: _largest(X, penalty, of=lambda values: values),
            "that is a rate for each direction; the steepest one decides: take the largest eigenvalue",
        ),
    ],
)
