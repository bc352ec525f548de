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


def _softplus(z):
    return np.log(1 + np.exp(z))


def _free_of_hidden(H, W, b, c, hidden=1.0, inner=_softplus, total=None):
    """The free energy of hidden states, its parts replaceable by wrong ones."""
    terms = inner(b + H @ W.T)
    return -hidden * H @ c - (terms.sum(axis=1) if total is None else total(terms))


# As many visible units as hidden ones, so that the formula of images runs here and can be told by its numbers.
_square = np.array([[0.5, -1.0, 0.4], [2.0, 0.3, -0.6], [-0.7, 1.1, 0.9]])
_H = np.array([[1.0, 0, 1], [0, 1, 1], [0, 0, 0], [1, 1, 0]])

free_energy_of_hidden = Exercise(
    solution=lambda H, W, b, c: _free_of_hidden(H, W, b, c),
    cases=[
        (_H[:1], _square, _b, np.array([-0.3, 0.6, 0.1])),
        (_H, _square, _b, np.array([-0.3, 0.6, 0.1])),
        (_H, -2 * _square.T, -_b, np.array([1.0, 0.0, -1.0])),
    ],
    mistakes=[
        Mistake(
            lambda H, W, b, c: -H @ b - _softplus(c + H @ W).sum(axis=1),
            "that is the formula of an image, with H in its place: b and c, and W and W.T, exchange their parts",
        ),
        Mistake(
            lambda H, W, b, c: -H @ b - _softplus(c + H @ W.T).sum(axis=1),
            "b and c exchange their parts too, not W and W.T alone",
        ),
        Mistake(
            lambda H, W, b, c: -H @ c - _softplus(b + H @ W).sum(axis=1),
            "column j of W belongs to hidden unit j: from the hidden units to the visible ones it is H @ W.T",
        ),
        Mistake(
            lambda H, W, b, c: -_free_of_hidden(H, W, b, c),
            "the sign is reversed: low free energy means high probability",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, hidden=-1.0),
            "the sign of the first part is wrong: the energy has minus h·c",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, total=lambda terms: -terms.sum(axis=1)),
            "the sign of the sum is wrong: the logarithm is subtracted",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, hidden=0.0), "the biases c of the hidden units are missing"
        ),
        Mistake(lambda H, W, b, c: _free_of_hidden(H, W, 0 * b, c), "the biases b belong inside, to H @ W.T"),
        Mistake(lambda H, W, b, c: _free_of_hidden(H, W, b, c, inner=np.exp), "the logarithm of 1 + exp(z) is missing"),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, inner=lambda z: z),
            "log(1 + exp(z)) is missing; that is the energy with all visible units at 1",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, inner=_sigmoid),
            "that adds up the probabilities of the visible units; the formula has log(1 + exp(z))",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, total=lambda terms: terms.mean(axis=1)),
            "add up over the visible units; do not divide by their number",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c, total=lambda terms: terms.sum()),
            "the sum goes over the visible units only, axis=1: each hidden state has a free energy of its own",
        ),
        Mistake(
            lambda H, W, b, c: _free_of_hidden(H, W, b, c).sum(),
            "one free energy for each hidden state, shape (n,): sum over the visible units with axis=1",
        ),
        Mistake(
            lambda H, W, b, c: -H @ c - _softplus(c + H @ W.T).sum(axis=1),
            "the sum goes over the visible units: b stands inside, not c",
        ),
        Mistake(
            lambda H, W, b, c: -H @ b - _softplus(b + H @ W.T).sum(axis=1),
            "the first part has the biases of the hidden units: H @ c, not H @ b",
        ),
        Mistake(
            lambda H, W, b, c: np.exp(-_free_of_hidden(H, W, b, c)),
            "that is the sum of exp(−E); the free energy is minus its logarithm",
        ),
        Mistake(
            lambda H, W, b, c: -H @ c - _softplus((b + H @ W.T).sum(axis=1)),
            "each visible unit has a logarithm of its own: first log(1 + exp(z)), then the sum",
        ),
        Mistake(
            lambda H, W, b, c: -H @ c - np.log((1 + np.exp(b + H @ W.T)).sum(axis=1)),
            "inside the logarithm stands a product, not a sum: add up the logarithms",
        ),
    ],
)


def _step(V, known, W, b, c, u_h, u_v, hidden=None, visible=None, from_hidden=None, keep=np.where):
    h = (hidden or (lambda p: (u_h < p).astype(float)))(_sigmoid(c + V @ W))
    p = _sigmoid((from_hidden or (lambda h: b + h @ W.T))(h))
    return keep(known, V, (visible or (lambda p: (u_v < p).astype(float)))(p))


_rng = np.random.default_rng(9)
_many = np.tile(_V, (16, 1))  # with 3 an answer without the sigmoid of the hidden units passed
_STEPS = [
    (V, _rng.random(V.shape) < share, W, b, c, _rng.random((len(V), W.shape[1])), _rng.random(V.shape))
    for V, share, (_, W, b, c) in zip((_V[:1], _V, _many), (0.0, 0.4, 0.4), _RBMS, strict=True)
]

gibbs_step = Exercise(
    solution=lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v),
    cases=_STEPS,
    mistakes=[
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v, keep=lambda known, V, v: v),
            "the known pixels were drawn too: give them back their values",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, ~known, W, b, c, u_h, u_v),
            "the other way round: where known is True the pixel keeps its value",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v, visible=lambda p: p),
            "these are the probabilities of the pixels; draw zeros and ones from them with u_v",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(
                V, known, W, b, c, u_h, u_v, hidden=lambda p: p, visible=lambda p: p
            ),
            "nothing was drawn: compare u_h and u_v with the probabilities",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v, hidden=lambda p: p),
            "the hidden units were not drawn: u_h decides which of them are 1 and which are 0",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(
                V, known, W, b, c, u_h, u_v, hidden=lambda p: (u_h > p) + 0.0, visible=lambda p: (u_v > p) + 0.0
            ),
            "a unit is 1 if its random number is BELOW its probability",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v, hidden=lambda p: (u_h > p) + 0.0),
            "a hidden unit is 1 if its random number is BELOW its probability",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v, visible=lambda p: (u_v > p) + 0.0),
            "a pixel is 1 if its random number is BELOW its probability",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(
                V, known, W, b, c, u_h, u_v, hidden=lambda p: (p > 0.5) + 0.0, visible=lambda p: (p > 0.5) + 0.0
            ),
            "units are drawn with the random numbers u_h and u_v, not rounded at one half",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, c, u_h, u_v, from_hidden=lambda h: h @ W.T),
            "the biases b of the visible units are missing",
        ),
        Mistake(lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, b, 0 * c, u_h, u_v), "the biases c are missing"),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: _step(V, known, W, 0 * b, 0 * c, u_h, u_v),
            "the biases are missing, c and b",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: np.where(known, V, u_v < b + (u_h < c + V @ W) @ W.T),
            "the sigmoid is missing, twice: a random number is compared with a probability",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: np.where(known, V, u_v < _sigmoid(b + (u_h < c + V @ W) @ W.T)),
            "the sigmoid of the hidden units is missing: u_h is compared with their probabilities",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: np.where(known, V, u_v < b + (u_h < _sigmoid(c + V @ W)) @ W.T),
            "the sigmoid of the pixels is missing: u_v is compared with their probabilities",
        ),
        Mistake(
            lambda V, known, W, b, c, u_h, u_v: np.where(known, V, _step(V * known, known, W, b, c, u_h, u_v)),
            "the hidden units see all pixels of V, not the known ones alone",
        ),
    ],
)


def _free(v, W, b, c):
    return -v @ b - _softplus(c + v @ W).sum()


def _pixel(v, i, W, b, c, odds=lambda F_0, F_1: F_0 - F_1, free=_free, link=_sigmoid):
    """The probability of a pixel, given all others, from the free energies of two images."""
    off, on = np.array(v, dtype=float), np.array(v, dtype=float)
    off[i], on[i] = 0, 1
    return link(odds(free(off, W, b, c), free(on, W, b, c)))


def _pixel_beside_v(v, i, W, b, c, off=None, on=None):
    """As `_pixel`, where None leaves the pixel as it is in v."""
    images = np.array([v, v], dtype=float)
    images[:, i] = [v[i] if value is None else value for value in (off, on)]
    return _sigmoid(_free(images[0], W, b, c) - _free(images[1], W, b, c))


def _of_whole_image(v, i, W, b, c):
    on = np.array(v, dtype=float)
    on[i] = 1
    Z = sum(np.exp(-_free(np.array(image), W, b, c)) for image in np.ndindex(*[2] * len(v)))
    return np.exp(-_free(on, W, b, c)) / Z


probability_of_pixel = Exercise(
    solution=lambda v, i, W, b, c: _pixel(v, i, W, b, c),
    cases=[(v, i, W, b, c) for (V, W, b, c), i in zip(_RBMS, (1, 0, 2), strict=True) for v in (V[0], V[-1])],
    mistakes=[
        Mistake(
            lambda v, i, W, b, c: 1 - _pixel(v, i, W, b, c),
            "that is the probability of 0: a lower free energy is likelier",
        ),
        Mistake(
            lambda v, i, W, b, c: _sigmoid(b + W @ _sigmoid(c + v @ W))[i],
            "the hidden probabilities of v have already seen pixel i; compare two free energies",
        ),
        Mistake(
            lambda v, i, W, b, c: _sigmoid(b + W @ _sigmoid(c + np.where(np.arange(len(v)) == i, 0, v) @ W))[i],
            "a hidden unit knows pixel i too, whatever you set it to; compare two free energies",
        ),
        Mistake(
            lambda v, i, W, b, c: _pixel(v, i, W, b, c, link=lambda z: z),
            "that is the logarithm of how many times as probable 1 is as 0; sigmoid turns it into a probability",
        ),
        Mistake(
            lambda v, i, W, b, c: 0.5,
            "one half is what two equal images give: on = v makes no copy of v, v.copy() does",
        ),
        Mistake(
            lambda v, i, W, b, c: _pixel(v, i, W, b, c, link=np.exp),
            "that is how many times as probable 1 is as 0; a probability lies between 0 and 1",
        ),
        Mistake(
            lambda v, i, W, b, c: np.exp(-_pixel(v, i, W, b, c, odds=lambda F_0, F_1: F_1, link=lambda z: z)),
            "exp(−F) is not yet a probability: divide by the sum for both values of the pixel",
        ),
        Mistake(
            lambda v, i, W, b, c: _pixel(v, i, W, b, c, odds=lambda F_0, F_1: F_1 / (F_0 + F_1), link=lambda z: z),
            "free energies are logarithms: take exp(−F) before you divide",
        ),
        Mistake(
            lambda v, i, W, b, c: (
                np.exp(-_free(np.array(v, dtype=float), W, b, c))
                / sum(_pixel(v, i, W, b, c, odds=lambda *F, k=k: np.exp(-F[k]), link=lambda z: z) for k in (0, 1))
            ),
            "set the pixel to 1 yourself: in v it may be 0",
        ),
        Mistake(lambda v, i, W, b, c: _sigmoid(b[i]), "that uses the bias of the pixel alone; the weights matter too"),
        Mistake(
            lambda v, i, W, b, c: _pixel_beside_v(v, i, W, b, c, on=1),
            "in v the pixel may be 1 already: set it to 0 in one image and to 1 in the other",
        ),
        Mistake(
            lambda v, i, W, b, c: _pixel_beside_v(v, i, W, b, c, off=0),
            "in v the pixel may be 0 already: set it to 0 in one image and to 1 in the other",
        ),
        Mistake(
            lambda v, i, W, b, c: _pixel_beside_v(v, i, W, b, c, on=1 - v[i]),
            "that is the probability that the pixel changes; wanted is that it is 1, whatever it is in v",
        ),
        Mistake(
            _of_whole_image,
            "that is the probability of the whole image; divide by the sum for both values of the pixel, not by Z",
        ),
    ],
)
