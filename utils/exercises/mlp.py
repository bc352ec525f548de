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
        Mistake(sum, "these are the units; the weights stand between them, inputs times units for each layer"),
        Mistake(
            lambda layers: int(np.prod(layers)) + sum(layers[1:]),
            "only layers that follow each other are connected: add their products, do not multiply all",
        ),
    ],
)

larger_of_two = Exercise(
    solution=lambda p, q: q + max(p - q, 0.0),
    cases=[(3.0, 1.0), (1.0, 3.0), (-2.0, -5.0), (-5.0, -2.0), (4.0, 4.0)],
    mistakes=[
        Mistake(lambda p, q: max(p, 0.0), "that keeps p or 0; start from q and add by how much p exceeds it"),
        Mistake(
            lambda p, q: max(p, 0.0) + max(q - p, 0.0),
            "right for positive p only: p itself must not go through the ReLU",
        ),
        Mistake(
            lambda p, q: max(q, 0.0) + max(p - q, 0.0),
            "right for positive q only: q itself must not go through the ReLU",
        ),
        Mistake(lambda p, q: max(p - q, 0.0), "that is by how much p exceeds q; add it to q"),
        Mistake(lambda p, q: p + max(p - q, 0.0), "p exceeds q by relu(p - q): add that to q, not to p"),
        Mistake(lambda p, q: q + p - q, "without the ReLU the q cancels, and p is left"),
        Mistake(lambda p, q: q + max(q - p, 0.0), "the difference is the wrong way round"),
        Mistake(
            lambda p, q: max(p, 0.0) + max(q, 0.0), "this adds the positive ones; the difference of p and q decides"
        ),
    ],
)


def _tanh_backward(dA, Z):
    return dA * (1 - np.tanh(Z) ** 2)


_Z = np.array([[0.5, -1.0, 2.0], [0.0, -0.3, 0.8]])
_dA = np.array([[1.0, -2.0, 0.5], [0.3, 0.7, -1.0]])

tanh_backward = Exercise(
    solution=_tanh_backward,
    cases=[(_dA, _Z), (2 * _dA, -_Z), (np.ones((1, 2)), np.array([[3.0, -0.1]]))],
    mistakes=[
        Mistake(lambda dA, Z: dA * (1 - Z**2), "your derivative takes Z where the formula takes A = tanh(Z)"),
        Mistake(lambda dA, Z: 1 - np.tanh(Z) ** 2, "the slope from above, dA, is missing as a factor"),
        Mistake(lambda dA, Z: dA * np.tanh(Z), "the chain rule takes tanh's slope, not its value"),
        Mistake(
            lambda dA, Z: dA * np.tanh(Z) * (1 - np.tanh(Z)), "a(1 − a) is the slope of the sigmoid; tanh's is 1 − a²"
        ),
        Mistake(lambda dA, Z: dA * (1 - np.tanh(Z)), "the square is missing: the slope is 1 − a²"),
        Mistake(lambda dA, Z: dA * (Z > 0), "that is the ReLU's slope"),
        Mistake(lambda dA, Z: dA - np.tanh(Z) ** 2, "multiply dA by the slope, brackets included"),
    ],
)

division_slopes = Exercise(
    solution=lambda u, v: (1 / v, -u / v**2),
    cases=[(3.0, 2.0), (-1.0, 4.0), (2.0, -0.5)],
    mistakes=[
        Mistake(
            lambda u, v: (1 / v, u / v**2),
            "the second slope has a minus: for positive u the quotient falls when v grows",
        ),
        Mistake(lambda u, v: (1 / v, -1 / v**2), "the second slope is that of u·(1/v): the factor u stays"),
        Mistake(lambda u, v: (v, u), "these are the slopes of the product"),
        Mistake(lambda u, v: (1 / v, 1 / u), "with respect to v the quotient is u times 1/v, whose slope is −1/v²"),
        Mistake(lambda u, v: (-u / v**2, 1 / v), "the two slopes are in the wrong order: first that of u"),
    ],
)


def _input_gradient(dZ1, W1):
    return dZ1 @ W1.T


_dZ1 = np.array([[0.2, -1.0], [0.0, 0.5]])
_W1 = np.array([[1.0, 2.0], [-1.0, 0.5], [3.0, -2.0]])

input_gradient = Exercise(
    solution=_input_gradient,
    cases=[(_dZ1, _W1), (_dZ1[:1], _W1), (-_dZ1, _W1[:2])],
    mistakes=[
        Mistake(lambda dZ1, W1: dZ1 @ W1.T / len(dZ1), "1/B is in dZ1 already; do not divide twice"),
        Mistake(lambda dZ1, W1: W1 @ dZ1.T, "the examples are rows: what you return is transposed"),
        Mistake(lambda dZ1, W1: (dZ1 > 0) * dZ1 @ W1.T, "the ReLU's slope is in dZ1 already; do not apply it twice"),
    ],
)
