"""The checks of lesson 09."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


_V = np.array([[1.0, 0, 1], [0, 1, 1], [0, 0, 0], [1, 1, 0]])
_W = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.1]])
_b, _c = np.array([0.2, -0.4, 0.9]), np.array([-0.3, 0.6])
_far = np.array([[0.1, -0.2, 0.4, 1.3], [0.0, 0.9, -1.0, 0.2], [2.0, 1.0, 0.3, -0.8]])
_RBMS = [(_V[:1], _W, _b, _c), (_V, _W, _b, _c), (_V[1:3], _far, -_b, np.array([0.5, 0.0, -1.0, 0.25]))]


def _free(V, W, b, c, visible=1.0, inner=None, total=None):
    """The free energy, its parts replaceable by wrong ones."""
    terms = (inner or (lambda z: np.log(1 + np.exp(z))))(c + V @ W)
    return -visible * V @ b - (terms.sum(axis=1) if total is None else total(terms))


free_energy = Exercise(
    solution=lambda V, W, b, c: _free(V, W, b, c),
    cases=_RBMS,
    mistakes=[
        Mistake(lambda V, W, b, c: -_free(V, W, b, c), "the sign is turned round: low free energy is high probability"),
        Mistake(lambda V, W, b, c: _free(V, W, b, c, visible=0.0), "the biases of the visible units are missing"),
        Mistake(lambda V, W, b, c: _free(V, W, b, 0 * c), "the biases c belong inside, to V @ W"),
        Mistake(lambda V, W, b, c: _free(V, W, b, c, inner=np.exp), "the logarithm of 1 + exp(z) is missing"),
        Mistake(
            lambda V, W, b, c: _free(V, W, b, c, inner=lambda z: z),
            "log(1 + exp(z)) is missing; that is the energy with all hidden units at 1",
        ),
        Mistake(
            lambda V, W, b, c: _free(V, W, b, c, inner=_sigmoid),
            "that adds up the probabilities of the hidden units; the formula has log(1 + exp(z))",
        ),
        Mistake(
            lambda V, W, b, c: _free(V, W, b, c, total=lambda terms: terms.mean(axis=1)),
            "the sum goes over the hidden units; do not divide by how many they are",
        ),
        Mistake(
            lambda V, W, b, c: _free(V, W, b, c).sum(),
            "one free energy for each image, shape (n,): sum over the hidden units with axis=1",
        ),
    ],
)


def _step(V, W, b, c, u_h, u_v, hidden=None, visible=None, from_hidden=None):
    h = (hidden or (lambda p: (u_h < p).astype(float)))(_sigmoid(c + V @ W))
    p = _sigmoid((from_hidden or (lambda h: b + h @ W.T))(h))
    return (visible or (lambda p: (u_v < p).astype(float)))(p)


_rng = np.random.default_rng(9)
_many = np.tile(_V, (3, 1))
_STEPS = [
    (V, W, b, c, _rng.random((len(V), W.shape[1])), _rng.random(V.shape))
    for V, (_, W, b, c) in zip((_V[:1], _V, _many), _RBMS, strict=True)
]

gibbs_step = Exercise(
    solution=lambda V, W, b, c, u_h, u_v: _step(V, W, b, c, u_h, u_v),
    cases=_STEPS,
    mistakes=[
        Mistake(
            lambda V, W, b, c, u_h, u_v: _step(V, W, b, c, u_h, u_v, visible=lambda p: p),
            "these are the probabilities of the pixels; draw from them with u_v",
        ),
        Mistake(
            lambda V, W, b, c, u_h, u_v: _step(V, W, b, c, u_h, u_v, hidden=lambda p: p),
            "the hidden units were not drawn: they are 0 or 1, by u_h",
        ),
        Mistake(
            lambda V, W, b, c, u_h, u_v: _step(
                V, W, b, c, u_h, u_v, hidden=lambda p: (u_h > p) + 0.0, visible=lambda p: (u_v > p) + 0.0
            ),
            "a unit is 1 if its random number is BELOW its probability",
        ),
        Mistake(
            lambda V, W, b, c, u_h, u_v: _step(
                V, W, b, c, u_h, u_v, hidden=lambda p: (p > 0.5) + 0.0, visible=lambda p: (p > 0.5) + 0.0
            ),
            "units are drawn with the random numbers, not rounded at one half",
        ),
        Mistake(
            lambda V, W, b, c, u_h, u_v: _step(V, W, b, c, u_h, u_v, from_hidden=lambda h: h @ W.T),
            "the biases b of the visible units are missing",
        ),
        Mistake(lambda V, W, b, c, u_h, u_v: _step(V, W, b, 0 * c, u_h, u_v), "the biases c are missing"),
    ],
)


def _cd(v_data, v_model, W, b, c, sign=1.0, count=None, hidden=_sigmoid, same=False):
    """The gradients of contrastive divergence; with `same` both means take the hidden units of the data."""
    n = len(v_data) if count is None else count
    h_data = hidden(c + v_data @ W)
    h_model = h_data if same else hidden(c + v_model @ W)
    dW = (v_model.T @ h_model - v_data.T @ h_data) / n
    return sign * dW, sign * (v_model - v_data).sum(axis=0) / n, sign * (h_model - h_data).sum(axis=0) / n


cd_gradients = Exercise(
    solution=lambda v_data, v_model, W, b, c: _cd(v_data, v_model, W, b, c),
    cases=[
        (_V[:2], _V[2:], _W, _b, _c),
        (_V, _V[::-1], _W, _b, _c),
        (_V, np.array([[1.0, 1, 1], [0, 1, 0], [1, 0, 0], [1, 0, 1]]), _W, _b, _c),
    ],
    mistakes=[
        Mistake(
            lambda v_data, v_model, W, b, c: _cd(v_data, v_model, W, b, c, sign=-1.0),
            "that is the direction up the likelihood, data minus model; gradient descent wants model minus data",
        ),
        Mistake(
            lambda v_data, v_model, W, b, c: _cd(v_data, v_model, W, b, c, count=1),
            "these are sums over the images; divide by how many they are",
        ),
        Mistake(
            lambda v_data, v_model, W, b, c: _cd(v_data, v_model, W, b, c, same=True),
            "the hidden units of the model's part come from v_model, not from v_data",
        ),
        Mistake(
            lambda v_data, v_model, W, b, c: _cd(v_data, v_model, W, b, c, hidden=lambda z: z),
            "the hidden units are probabilities: the sigmoid is missing",
        ),
        Mistake(
            lambda v_data, v_model, W, b, c: _cd(v_data, v_model, W, b, 0 * c),
            "the biases c are missing in the probabilities of the hidden units",
        ),
    ],
)
