"""The checks of lesson 06."""

import math

import numpy as np

from utils.exercises import Exercise, Mistake


def _states_of(x, w, u, step=lambda w, value, u, h: math.tanh(w * value + u * h), first=0.0):
    h, states = first, []
    for value in x:
        h = step(w, value, u, h)
        states.append(h)
    return np.array(states)


def _sums_of(x, w, u):
    """The states without their tanh in the loop: it is applied only to what is handed out."""
    return np.array([math.tanh(z) for z in _states_of(x, w, u, step=lambda w, value, u, h: w * value + u * h)])


states_of = Exercise(
    solution=lambda x, w, u: _states_of(x, w, u),
    cases=[([1.0, 0.0, 0.0], 1.0, 0.5), ([0.5, -1.0, 2.0], 0.8, -1.0), ([1.0, 1.0], 0.3, 2.0)],
    mistakes=[
        Mistake(
            lambda x, w, u: np.array([math.tanh(w * value) for value in x]),
            "the loop is missing: add u times the state before",
        ),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: w * value + u * h),
            "the tanh is missing",
        ),
        Mistake(_sums_of, "the state that goes back into the loop is the one after the tanh"),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: math.tanh(w * value) + u * h),
            "the state goes into the tanh together with the input: tanh(w·x + u·h)",
        ),
        Mistake(
            lambda x, w, u: np.tanh(w * np.array(x) + u * np.array([0.0, *x[:-1]])),
            "u multiplies the state of the step before, not its input",
        ),
        Mistake(
            lambda x, w, u: np.append(0.0, _states_of(x, w, u))[:-1],
            "you kept each state before it was computed: update h first, then append it",
        ),
        Mistake(lambda x, w, u: _states_of(x, w, u)[-1], "all states were asked for, not the last one alone"),
        Mistake(lambda x, w, u: _states_of(x, u, w), "w belongs to the input and u to the state"),
        Mistake(
            lambda x, w, u: np.append(0.0, _states_of(x, w, u)), "begin the list with the state after the first input"
        ),
        Mistake(lambda x, w, u: _states_of(x, w, u, first=1.0), "the state before the first input is 0"),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: h + math.tanh(w * value + u * h)),
            "the new state takes the place of the old one; it is not added to it",
        ),
        Mistake(
            lambda x, w, u: _states_of(x, w, u)[::-1],
            "the states are in the wrong order: that after the first input comes first",
        ),
        Mistake(lambda x, w, u: _states_of(x[:1], w, u), "only the first state came back: return is inside the loop"),
        Mistake(
            lambda x, w, u: _states_of(x, w, u, step=lambda w, value, u, h: math.tanh(w * value + h)),
            "u is missing: it multiplies the state before",
        ),
        Mistake(
            lambda x, w, u: _states_of(x, w, u)[-1:], "the list is begun anew in every step: make it before the loop"
        ),
    ],
)


def _step_back(dh, x, h_before, h, W, U):
    dz = dh * (1 - h**2)
    return x.T @ dz, h_before.T @ dz, dz.sum(axis=0), dz @ U.T


def _step_back_from(dz):
    """A step back whose dz is computed in another way; the rest is right."""

    def wrong(dh, x, h_before, h, W, U):
        gradient = dz(dh, x, h_before, h, W, U)
        return x.T @ gradient, h_before.T @ gradient, gradient.sum(axis=0), gradient @ U.T

    return wrong


def _with(place, part):
    """The right step back with one of its four results replaced."""

    def wrong(dh, x, h_before, h, W, U):
        dz = dh * (1 - h**2)
        results = list(_step_back(dh, x, h_before, h, W, U))
        results[place] = part(dz, dh, x, h_before, h, W, U)
        return tuple(results)

    return wrong


# As many inputs as units, so that products of the wrong arrays have the right shape and can be told by their numbers.
_x = np.array([[1.0, -0.5], [0.2, 0.8], [-1.0, 0.3]])
_h_before = np.array([[0.4, -0.2], [0.1, 0.7], [-0.6, 0.5]])
_h = np.array([[0.5, -0.8], [0.3, 0.2], [-0.4, 0.9]])
_dh = np.array([[1.0, -2.0], [0.5, 0.3], [-1.5, 0.7]])
_W = np.array([[0.6, -0.3], [0.9, 0.2]])
_U = np.array([[0.5, -1.0], [0.3, 0.8]])

step_back = Exercise(
    solution=_step_back,
    cases=[(_dh, _x, _h_before, _h, _W, _U), (_dh[:1], _x[:1], _h_before[:1], _h[:1], _U, _W)],
    mistakes=[
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: dh),
            "the gradient must first pass the tanh: multiply dh by its derivative, 1 − h²",
        ),
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: dh * (1 - h_before**2)),
            "the derivative of tanh needs the state after the step, h, not h_before",
        ),
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: dh * (1 - np.tanh(h) ** 2)),
            "h has been through the tanh already: the derivative is 1 − h²",
        ),
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: dh * (1 - h)),
            "the square is missing: the derivative of tanh is 1 − h²",
        ),
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: dh * h * (1 - h)),
            "h (1 − h) is the derivative of the sigmoid; that of tanh is 1 − h²",
        ),
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: dh * (1 - np.tanh(x @ W + h_before @ U) ** 2)),
            "z has the bias b in it too, which you do not have; but h is tanh(z) already: take 1 − h²",
        ),
        Mistake(
            lambda *arguments: tuple(_step_back(*arguments)[place] for place in (1, 0, 2, 3)),
            "dW and dU are exchanged: W has the input x before it, and U the state before the step",
        ),
        Mistake(
            _with(3, lambda dz, dh, x, h_before, h, W, U: dz @ U),
            "the gradient goes back through the transposed matrix: dz @ U.T",
        ),
        Mistake(
            _with(3, lambda dz, dh, x, h_before, h, W, U: dz @ W.T),
            "dz @ W.T is the gradient of the input x; the way back to the state before goes through U",
        ),
        Mistake(
            _with(3, lambda dz, dh, x, h_before, h, W, U: dh @ U.T),
            "in dh_before you used dh; the gradient passes the tanh before it passes U, so take dz",
        ),
        Mistake(
            _with(1, lambda dz, dh, x, h_before, h, W, U: h.T @ dz),
            "in this step U multiplied the state before, so dU is h_before.T @ dz",
        ),
        Mistake(
            _with(2, lambda dz, dh, x, h_before, h, W, U: dz.mean(axis=0)),
            "db is a sum over the examples, not a mean: the loss has its 1/B already, in dh",
        ),
        Mistake(
            _with(2, lambda dz, dh, x, h_before, h, W, U: dz),
            "b is added to every row, so db adds up the rows of dz (axis=0)",
        ),
        Mistake(
            _with(0, lambda dz, dh, x, h_before, h, W, U: dz.T @ x),
            "your dW is transposed: row i belongs to input i, column j to unit j",
        ),
        Mistake(
            _with(0, lambda dz, dh, x, h_before, h, W, U: x.T @ dh),
            "in dW you used dh; the gradient passes the tanh before it reaches the weights, so take dz",
        ),
        Mistake(
            _with(1, lambda dz, dh, x, h_before, h, W, U: h_before.T @ dh),
            "in dU you used dh; the gradient passes the tanh before it reaches the weights, so take dz",
        ),
        Mistake(
            _with(2, lambda dz, dh, x, h_before, h, W, U: dz.sum(axis=0, keepdims=True)),
            "db has the shape of b, (units,): leave keepdims out",
        ),
        Mistake(
            _with(2, lambda dz, dh, x, h_before, h, W, U: dz.sum()),
            "db has one entry for each unit: sum over the examples only (axis=0)",
        ),
        Mistake(
            lambda dh, x, h_before, h, W, U: (
                *(part / len(x) for part in _step_back(dh, x, h_before, h, W, U)[:3]),
                _step_back(dh, x, h_before, h, W, U)[3],
            ),
            "no mean is needed here: the loss has its 1/B already, in dh",
        ),
        Mistake(
            _step_back_from(lambda dh, x, h_before, h, W, U: 1 - h**2),
            "dh is missing: the derivative 1 − h² is multiplied by dh",
        ),
        Mistake(
            _with(2, lambda dz, dh, x, h_before, h, W, U: dz.sum(axis=1)),
            "axis=1 sums over the units; db sums over the examples (axis=0)",
        ),
        Mistake(
            _with(2, lambda dz, dh, x, h_before, h, W, U: dh.sum(axis=0)),
            "in db you used dh; the gradient passes the tanh before it reaches the bias, so take dz",
        ),
        Mistake(
            lambda dh, x, h_before, h, W, U: (
                x.T @ dh,
                h_before.T @ dh,
                dh.sum(axis=0),
                _step_back(dh, x, h_before, h, W, U)[3],
            ),
            "in dW, dU and db you used dh; the gradient passes the tanh before it reaches the weights, so take dz",
        ),
        Mistake(
            _with(1, lambda dz, dh, x, h_before, h, W, U: dz.T @ h_before),
            "your dU is transposed: it is h_before.T @ dz",
        ),
        Mistake(
            lambda dh, x, h_before, h, W, U: tuple(
                part.T if place < 2 else part for place, part in enumerate(_step_back(dh, x, h_before, h, W, U))
            ),
            "your dW and dU are transposed: x.T and h_before.T stand on the left of dz",
        ),
        Mistake(
            _with(3, lambda dz, dh, x, h_before, h, W, U: (dz @ U.T) * (1 - h_before**2)),
            "dh_before is the gradient of the state itself; the tanh of the step before belongs to the next step back",
        ),
    ],
)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _gru_step(x, h, W, U, b, candidate=np.tanh, acts=lambda u, r: r, keep=lambda u, r: u, inside=False):
    """A GRU step; the keywords say how a wrong one differs."""
    u_x, r_x, n_x = np.split(x @ W + b[0], 3, axis=1)
    u_h, r_h, n_h = np.split(h @ U + b[1], 3, axis=1)
    u, r = _sigmoid(u_x + u_h), _sigmoid(r_x + r_h)
    units = h.shape[1]
    old = (r * h) @ U[:, 2 * units :] + b[1, 2 * units :] if inside else acts(u, r) * n_h
    return keep(u, r) * h + (1 - keep(u, r)) * candidate(n_x + old)


def _gru_with(**difference):
    return lambda x, h, W, U, b: _gru_step(x, h, W, U, b, **difference)


def _gru_shares(old, new):
    """A GRU step whose last line has two factors of its own; the rest is right."""

    def wrong(x, h, W, U, b):
        u_x, r_x, n_x = np.split(x @ W + b[0], 3, axis=1)
        u_h, r_h, n_h = np.split(h @ U + b[1], 3, axis=1)
        u, r = _sigmoid(u_x + u_h), _sigmoid(r_x + r_h)
        return old(u, r) * h + new(u, r) * np.tanh(n_x + r * n_h)

    return wrong


_random = np.random.default_rng(0)
_gru_cases = [tuple(_random.normal(size=shape) for shape in [(2, 3), (2, 2), (3, 6), (2, 6), (2, 6)]) for _ in range(2)]
# The three faults of the starter, to be combined.
_SIGMOID = {"candidate": _sigmoid}
_EXCHANGED = {"acts": lambda u, r: u, "keep": lambda u, r: r}
_TURNED = {"keep": lambda u, r: 1 - u}
_EXCHANGED_AND_TURNED = {"acts": lambda u, r: u, "keep": lambda u, r: 1 - r}

repaired_gru_step = Exercise(
    solution=lambda x, h, W, U, b: _gru_step(x, h, W, U, b),
    cases=_gru_cases,
    mistakes=[
        Mistake(
            _gru_with(**_SIGMOID, **_EXCHANGED_AND_TURNED), "all three faults are still there: compare with part 7"
        ),
        Mistake(
            _gru_with(**_EXCHANGED_AND_TURNED),
            "the candidate's tanh is right now; two faults are left: which gate acts where, and what u keeps",
        ),
        Mistake(
            _gru_with(**_SIGMOID, **_TURNED),
            "the gates are in their places now; two faults are left: the candidate's activation, and what u keeps",
        ),
        Mistake(
            _gru_with(**_SIGMOID, **_EXCHANGED),
            "old and new are in their places now; two faults are left: the candidate's activation, and which gate acts "
            "where",
        ),
        Mistake(_gru_with(**_SIGMOID), "the candidate is no gate: its activation function is tanh, not the sigmoid"),
        Mistake(_gru_with(**_EXCHANGED), "the gates are exchanged: r acts inside the candidate, u in the last line"),
        Mistake(_gru_with(**_TURNED), "u is the share of the old state that is kept: u * h + (1 - u) * n"),
        Mistake(
            _gru_with(acts=lambda u, r: u), "inside the candidate the reset gate r acts, and not the update gate u"
        ),
        Mistake(
            _gru_with(keep=lambda u, r: 1 - r),
            "the candidate is right now; in the last line u is the share of the old state: u * h + (1 - u) * n",
        ),
        Mistake(_gru_with(keep=lambda u, r: r), "in the last line the update gate u acts, and not the reset gate r"),
        Mistake(
            _gru_with(**_SIGMOID, keep=lambda u, r: 1 - r),
            "r inside the candidate is right now; its activation and the last line are still wrong",
        ),
        Mistake(
            _gru_with(**_SIGMOID, keep=lambda u, r: r),
            "r inside the candidate is right now; its activation is still wrong, and u belongs in the last line",
        ),
        Mistake(
            _gru_with(**_SIGMOID, acts=lambda u, r: u),
            "the last line is right now; in the candidate the gate and the activation are still wrong",
        ),
        Mistake(
            _gru_with(**_SIGMOID, acts=lambda u, r: u, **_TURNED),
            "both gates of the candidate and its activation: r acts there, with tanh; and u is the share of the old "
            "state",
        ),
        Mistake(
            _gru_with(acts=lambda u, r: u, **_TURNED),
            "the tanh is right now; r acts inside the candidate, and u is the share of the old state: u * h + (1 - u) "
            "* n",
        ),
        Mistake(_gru_with(acts=lambda u, r: 1.0), "the reset gate is missing: it multiplies n_h inside the candidate"),
        Mistake(
            _gru_with(inside=True),
            "that is the first paper's form; here r multiplies the whole product with its bias, r * n_h",
        ),
        Mistake(_gru_with(candidate=lambda z: z), "the candidate has lost its activation function, tanh"),
        *(
            Mistake(_gru_shares(old, new), "in the last line the two shares are u and 1 - u, which add up to 1")
            for old, new in [
                (lambda u, r: u, lambda u, r: r),
                (lambda u, r: 1 - u, lambda u, r: r),
                (lambda u, r: u, lambda u, r: 1 - r),
                (lambda u, r: 1 - r, lambda u, r: u),
            ]
        ),
    ],
)


def _clipped(gradient, limit):
    norm = np.linalg.norm(gradient)
    return gradient if norm <= limit else gradient * limit / norm


clipped = Exercise(
    solution=_clipped,
    cases=[
        (np.array([3.0, -4.0]), 2.0),
        (np.array([0.3, 0.4]), 1.0),
        (np.array([6.0, 8.0, 0.0]), 5.0),
        (np.array([0.0, 2.0]), 2.0),
        (np.array([0.9, 1.2]), 2.0),  # norm 1.5: short, though its squares and its entries add up to more than 2
        (np.array([3.0, 4.0]), 4.5),  # norm 5: long, though no entry is above 4.5
    ],
    mistakes=[
        Mistake(
            lambda gradient, limit: np.clip(gradient, -limit, limit),
            "that limits each entry by itself and changes the direction; shorten the whole vector",
        ),
        Mistake(
            lambda gradient, limit: gradient * limit / np.linalg.norm(gradient),
            "a gradient that is short enough stays as it is",
        ),
        Mistake(
            lambda gradient, limit: (
                gradient if np.linalg.norm(gradient) <= limit else gradient / np.linalg.norm(gradient)
            ),
            "that shortens to the norm 1; the norm asked for is limit",
        ),
        Mistake(lambda gradient, limit: gradient / limit, "divide by the vector's own norm, and multiply by the limit"),
        Mistake(
            lambda gradient, limit: gradient if np.linalg.norm(gradient) <= limit else 0 * gradient,
            "the direction of a long gradient is still useful; shorten it, do not drop it",
        ),
        Mistake(
            lambda gradient, limit: (
                gradient if np.sum(gradient**2) <= limit else gradient * limit / np.sum(gradient**2)
            ),
            "the norm is the square root of the sum of squares",
        ),
        Mistake(
            lambda gradient, limit: (
                gradient if np.abs(gradient).max() <= limit else gradient * limit / np.abs(gradient).max()
            ),
            "the norm belongs to the whole vector, not to its largest entry",
        ),
        *(
            Mistake(
                lambda gradient, limit, size=size: (
                    gradient if size(gradient) <= limit else gradient * limit / np.linalg.norm(gradient)
                ),
                "compare the norm itself with the limit: the square root of the sum of squares",
            )
            for size in (lambda g: np.sum(g**2), lambda g: np.abs(g).max(), lambda g: np.abs(g).sum())
        ),
        Mistake(
            lambda gradient, limit: (
                gradient if np.linalg.norm(gradient) <= limit else gradient * np.linalg.norm(gradient) / limit
            ),
            "the fraction is upside down: multiply by the limit and divide by the norm",
        ),
        Mistake(
            lambda gradient, limit: gradient if np.linalg.norm(gradient) <= limit else gradient / limit,
            "the new norm is then norm / limit; divide by the norm and multiply by the limit",
        ),
        Mistake(
            lambda gradient, limit: gradient / np.linalg.norm(gradient),
            "that gives every gradient the norm 1; shorten long ones only, to the norm limit",
        ),
        Mistake(
            lambda gradient, limit: (
                gradient if np.linalg.norm(gradient) >= limit else gradient * limit / np.linalg.norm(gradient)
            ),
            "the comparison is the wrong way round: the long gradients are shortened",
        ),
        Mistake(
            lambda gradient, limit: (
                gradient if np.abs(gradient).sum() <= limit else gradient * limit / np.abs(gradient).sum()
            ),
            "the norm is the square root of the sum of squares, not the sum of the sizes",
        ),
    ],
)


def _at_temperature(p, temperature):
    powers = p ** (1 / temperature)
    return powers / powers.sum()


_P = np.array([0.7, 0.2, 0.1])

at_temperature = Exercise(
    solution=_at_temperature,
    cases=[(_P, 1.0), (_P, 0.5), (_P, 2.0), (np.array([0.25, 0.75]), 0.2)],
    mistakes=[
        Mistake(
            lambda p, temperature: p ** (1 / temperature), "they no longer add up to 1: divide by the sum of the powers"
        ),
        Mistake(
            lambda p, temperature: _at_temperature(p, 1 / temperature),
            "the wrong way round: a low temperature makes likely outcomes likelier, so the power is 1 / temperature",
        ),
        Mistake(
            lambda p, temperature: (p / temperature) / (p / temperature).sum(),
            "a factor cancels when you divide by the sum; the temperature is in the exponent, p ** (1 / temperature)",
        ),
        Mistake(
            lambda p, temperature: np.exp(p / temperature) / np.exp(p / temperature).sum(),
            "the exponential is for logits; these are probabilities already",
        ),
        Mistake(
            lambda p, temperature: p**temperature,
            "the power is 1 / temperature, and then divide by the sum of the powers",
        ),
        Mistake(
            lambda p, temperature: p / temperature,
            "raise p to the power 1 / temperature (in Python p ** (1 / temperature)), then divide by the sum",
        ),
    ],
)
