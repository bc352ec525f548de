"""The checks of lesson 03."""

from itertools import pairwise

import numpy as np

from utils.exercises import Exercise, Mistake


def _parameters(layers):
    return sum(inputs * units + units for inputs, units in pairwise(layers))


parameters = Exercise(
    solution=_parameters,
    cases=[([784, 10],), ([784, 128, 10],), ([2, 2, 1],), ([5, 4, 3, 2],)],
    mistakes=[
        Mistake(
            lambda layers: _parameters(layers) - sum(layers[1:]),
            "the biases are missing, one for each unit",
        ),
        Mistake(
            lambda layers: _parameters(layers) + layers[0],
            "inputs have no biases: they are given, not computed",
        ),
        Mistake(
            lambda layers: _parameters(layers) - sum(layers[1:]) + len(layers) - 1,
            "you counted one bias for each layer; each unit has its own",
        ),
        Mistake(
            lambda layers: sum(inputs * units + inputs for inputs, units in pairwise(layers)),
            "the biases belong to the units of the layer that is computed, not to its inputs",
        ),
        Mistake(
            lambda layers: int(np.prod(layers)), "add the products of neighbouring layers, and a bias for each unit"
        ),
        Mistake(
            lambda layers: layers[0] * layers[1] + layers[1],
            "that is the first layer only; go on through the list (is your return inside the loop?)",
        ),
        Mistake(
            lambda layers: layers[-2] * layers[-1] + layers[-1],
            "that is the last layer only; add up over the layers (total += …)",
        ),
        Mistake(sum, "you added up the units; each layer has inputs times units weights, and a bias for each unit"),
        Mistake(
            lambda layers: int(np.prod(layers)) + sum(layers[1:]),
            "only neighbouring layers are connected: add the products of neighbours, do not multiply all sizes",
        ),
        Mistake(
            lambda layers: _parameters(layers[:-1]),
            "the last layer is left out: a list of n sizes has n − 1 pairs of neighbours",
        ),
        Mistake(
            lambda layers: _parameters(layers[1:]),
            "the first pair of neighbours is left out: a list of n sizes has n − 1 pairs",
        ),
    ],
)

larger_of_two = Exercise(
    solution=lambda p, q: q + max(p - q, 0.0),
    cases=[(3.0, 1.0), (1.0, 3.0), (-2.0, -5.0), (-5.0, -2.0), (4.0, 4.0), (2.0, -3.0), (-3.0, 2.0)],
    mistakes=[
        Mistake(lambda p, q: max(p, 0.0), "that keeps p or 0, and never looks at q"),
        Mistake(
            lambda p, q: max(p, 0.0) + max(q - p, 0.0),
            "right for positive p only: p itself must not go through the ReLU",
        ),
        Mistake(
            lambda p, q: max(q, 0.0) + max(p - q, 0.0),
            "right for positive q only: q itself must not go through the ReLU",
        ),
        Mistake(lambda p, q: max(p + q, 0.0), "this adds the two inputs; use the difference p − q"),
        Mistake(
            lambda p, q: max(p - q, 0.0) + max(q - p, 0.0),
            "that is the distance between p and q; one ReLU is enough, added to p or q",
        ),
        Mistake(lambda p, q: p - max(p - q, 0.0), "that is the smaller of the two"),
        Mistake(lambda p, q: max(q - p, 0.0), "that is by how much q exceeds p; add it to p"),
        Mistake(lambda p, q: max(p - q, 0.0), "that is the amount by which p exceeds q; add it to q"),
        Mistake(lambda p, q: p + max(p - q, 0.0), "p exceeds q by relu(p - q): add that to q, not to p"),
        Mistake(lambda p, q: q + p - q, "without the ReLU the q cancels, and p is left"),
        Mistake(lambda p, q: q + max(q - p, 0.0), "the difference is the wrong way round"),
        Mistake(
            lambda p, q: max(p, 0.0) + max(q, 0.0), "this adds the inputs that are positive; use the difference p − q"
        ),
        Mistake(
            lambda p, q: max(p, q, 0.0),
            "wrong where both are negative: only the difference goes through the ReLU, not the sum",
        ),
        Mistake(lambda p, q: q + max(p, 0.0), "what q lacks is not p but the difference p − q, where that is positive"),
        Mistake(lambda p, q: p + max(q, 0.0), "what p lacks is not q but the difference q − p, where that is positive"),
    ],
)


def _two_gradients(x, y, w1, w2, derivative=lambda z, a: 1 - a**2, factor=2.0):
    z = w1 * x
    a = np.tanh(z)
    dL_dyhat = factor * (w2 * a - y)
    return dL_dyhat * w2 * derivative(z, a) * x, dL_dyhat * a


def _with_sigmoid(x, y, w1, w2, derivative):
    a = 1 / (1 + np.exp(-w1 * x))
    dL_dyhat = 2 * (w2 * a - y)
    return dL_dyhat * w2 * derivative(a) * x, dL_dyhat * a


def _without_forward_pass(x, y, w1, w2):
    """The notebook still has the a and the y_hat of part 6: sigmoid(1), and 3 times that."""
    a = 1 / (1 + np.exp(-1.0))
    dL_dyhat = 2 * (3 * a - y)
    return dL_dyhat * w2 * (1 - a**2) * x, dL_dyhat * a


two_gradients = Exercise(
    solution=lambda x, y, w1, w2: _two_gradients(x, y, w1, w2),
    cases=[(2.0, 1.0, 0.5, 3.0), (-1.5, 0.5, 0.4, -2.0), (0.8, -1.0, -0.7, 1.5)],
    mistakes=[
        Mistake(
            lambda x, y, w1, w2: (_two_gradients(x, y, w1, w2)[0] / x * w1, _two_gradients(x, y, w1, w2)[1]),
            "the derivative of z = w1·x with respect to w1 is x, not w1",
        ),
        Mistake(
            lambda x, y, w1, w2: _with_sigmoid(x, y, w1, w2, lambda a: 1 - a**2),
            "your forward pass still has part 6's sigmoid; here a = tanh(z)",
        ),
        Mistake(
            lambda x, y, w1, w2: _with_sigmoid(x, y, w1, w2, lambda a: a * (1 - a)),
            "this is part 6's network with the sigmoid; here a = tanh(z), with the derivative 1 − a²",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: 1 - np.tanh(a) ** 2),
            "a is tanh(z) already; the derivative is 1 − a²",
        ),
        Mistake(
            lambda x, y, w1, w2: (_two_gradients(x, y, w1, w2)[0], 2 * (w2 * np.tanh(w1 * x) - y) * w2),
            "the derivative of w2·a with respect to w2 is a",
        ),
        Mistake(
            lambda x, y, w1, w2: (_two_gradients(x, y, w1, w2)[0], 2 * (w2 * np.tanh(w1 * x) - y)),
            "the last factor on the path to w2, dy_hat/dw2 = a, is missing",
        ),
        Mistake(
            _without_forward_pass,
            "your function does not compute a and y_hat, and Python took those of part 6; the forward pass comes first",
        ),
        Mistake(
            lambda x, y, w1, w2: (
                _two_gradients(x, y, w1, w2)[0] * np.tanh(w1 * x),
                _two_gradients(x, y, w1, w2)[1],
            ),
            "you went on from dL_dw2, which has the factor a; the path to w1 goes on from dL_da = dL_dyhat · w2",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: 1 - z**2),
            "your derivative takes z where the formula takes a = tanh(z)",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: a * (1 - a)),
            "a(1 − a) is the derivative of the sigmoid; the derivative of tanh is 1 − a²",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: 1 - a),
            "the square is missing: the derivative of tanh is 1 − a²",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: 1.0),
            "the path to w1 goes through tanh: its derivative, 1 − a², is missing as a factor",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: a),
            "the chain rule needs the derivative of tanh, 1 − a², not its value",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: (1 - a**2) / w2),
            "the path to w1 goes through w2: the factor w2 is missing",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, lambda z, a: (1 - a**2) / x),
            "the last factor on the path to w1, dz/dw1 = x, is missing",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, factor=1.0),
            "the derivative of (y_hat − y)² is 2 (y_hat − y); the 2 is missing",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2, factor=-2.0),
            "both signs are wrong: the derivative of (y_hat − y)² with respect to y_hat is 2 (y_hat − y)",
        ),
        Mistake(
            lambda x, y, w1, w2: _two_gradients(x, y, w1, w2)[::-1],
            "the two gradients are in the wrong order: return the one for w1 first",
        ),
    ],
)


def _dense_backward(dZ, A, W):
    return A.T @ dZ, dZ.sum(axis=0), dZ @ W.T


# As many inputs as units, so that products of the wrong arrays have the right shape and can be told by their numbers.
_dZ = np.array([[0.2, -1.0], [0.0, 0.5], [-0.4, 0.3]])
_A = np.array([[1.0, 2.0], [0.5, 0.0], [3.0, -1.0]])
_W = np.array([[1.0, 2.0], [-1.0, 0.5]])

dense_backward = Exercise(
    solution=_dense_backward,
    cases=[(_dZ, _A, _W), (_dZ[:1], _A[:1], -_W), (2 * _dZ[::-1], _A, _W.T)],
    mistakes=[
        Mistake(
            lambda dZ, A, W: (A.T @ dZ / len(dZ), dZ.sum(axis=0), dZ @ W.T),
            "dW is divided by the number of examples; the factor 1/B is in dZ already, so do not divide again",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ / len(dZ), dZ.sum(axis=0) / len(dZ), dZ @ W.T / len(dZ)),
            "all three are divided by the number of examples; the factor 1/B is in dZ already",
        ),
        Mistake(
            lambda dZ, A, W: (A @ dZ.T, dZ.sum(axis=0), dZ @ W.T),
            "the product A @ dZ.T adds over the wrong axis; dW has the shape (inputs, units)",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.sum(axis=0, keepdims=True), dZ @ W.T),
            "db has one axis, shape (units,); leave keepdims out",
        ),
        Mistake(
            lambda dZ, A, W: (dZ @ W.T, A.T @ dZ, dZ.sum(axis=0)),
            "the gradients are in the order dA, dW, db; return dW, db, dA",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ @ W.T, dZ.sum(axis=0)),
            "the gradients are in the order dW, dA, db; return dW, db, dA",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ / len(dZ), dZ.sum(axis=0) / len(dZ), dZ @ W.T),
            "the factor 1/B is in dZ already; do not divide again",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.mean(axis=0), dZ @ W.T),
            "db is a sum over the examples, not a mean: the factor 1/B is in dZ already",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ, dZ @ W.T),
            "b is added to every row, so db adds up the rows of dZ",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.sum(axis=1), dZ @ W.T),
            "db adds over the examples, axis 0, and has one entry for each unit",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.sum(), dZ @ W.T),
            "db adds over the examples only (axis=0), and has one entry for each unit",
        ),
        Mistake(
            lambda dZ, A, W: (dZ.T @ A, dZ.sum(axis=0), dZ @ W.T),
            "your dW is transposed: row i belongs to input i, column j to unit j",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.sum(axis=0), dZ @ W),
            "dA needs the transpose of W: the product of dZ and W adds over the wrong axis of W",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.sum(axis=0), W @ dZ.T),
            "the examples are rows: your dA is transposed",
        ),
        Mistake(
            lambda dZ, A, W: (A.T @ dZ, dZ.sum(axis=0), (dZ @ W.T) * (A > 0)),
            "the ReLU belongs to the previous layer; this layer is linear in A",
        ),
        Mistake(
            lambda dZ, A, W: (dZ @ W.T, dZ.sum(axis=0), A.T @ dZ),
            "the gradients are in the wrong order: dW, db, dA",
        ),
    ],
)

division_derivatives = Exercise(
    solution=lambda u, v: (1 / v, -u / v**2),
    cases=[(3.0, 2.0), (-1.0, 4.0), (2.0, -0.5)],
    mistakes=[
        Mistake(lambda u, v: (1 / v, -u / v), "the derivative of 1/v is −1/v²: the square is missing"),
        Mistake(
            lambda u, v: (1 / v, u / v**2),
            "the derivative with respect to v has a minus: for positive u the quotient falls when v grows",
        ),
        Mistake(lambda u, v: (1 / v, -1 / v**2), "with respect to v: u/v is u·(1/v), and the factor u stays"),
        Mistake(lambda u, v: (v, u), "these are the local derivatives of the product"),
        Mistake(lambda u, v: (1 / v, u), "u is the derivative with respect to 1/v; times that of 1/v, which is −1/v²"),
        Mistake(lambda u, v: (v, -u), "those are the numerators of the quotient rule; divide both by v²"),
        Mistake(
            lambda u, v: (1 / v, 1 / u), "with respect to v the quotient is u times 1/v, whose derivative is −1/v²"
        ),
        Mistake(lambda u, v: (-u / v**2, 1 / v), "the two are in the wrong order: the one for u comes first"),
    ],
)
