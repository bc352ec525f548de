"""The checks of lesson 12."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _sigmoid(s):
    return 1 / (1 + np.exp(-s))


_p = np.array([0.1, 0.5, 0.9, 0.02])
_q = np.array([0.4, 0.5, 0.3, 0.6])

best_discriminator = Exercise(
    solution=lambda p_data, p_g, share: share * p_data / (share * p_data + (1 - share) * p_g),
    cases=[(_p, _q, 0.5), (_p, _q, 0.8), (_q, _p[::-1].copy(), 0.1)],
    mistakes=[
        Mistake(
            lambda p_data, p_g, share: p_data / (p_data + p_g),
            "that is the best one for as many real as generated numbers; here `share` of them are real",
        ),
        Mistake(
            lambda p_data, p_g, share: (1 - share) * p_data / ((1 - share) * p_data + share * p_g),
            "`share` is the share of the real ones: it goes with p_data",
        ),
        Mistake(
            lambda p_data, p_g, share: (1 - share) * p_g / (share * p_data + (1 - share) * p_g),
            "that is the probability of generated; D is that of real",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data / ((1 - share) * p_g),
            "that is how many times as probable real is as generated; a probability is at most 1",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data / (p_data + p_g),
            "the shares belong in the denominator too, each with its density",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data,
            "that is not yet a probability: divide by the sum of both parts",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data / share * p_data + (1 - share) * p_g,
            "put the whole denominator in brackets: a / b + c divides by b alone",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data / (share * p_data + p_g),
            "the generated numbers have a share too: 1 − share, beside p_g",
        ),
        Mistake(
            lambda p_data, p_g, share: p_data / (p_data + (1 - share) * p_g),
            "the real numbers have a share too: `share` beside each p_data",
        ),
        Mistake(
            lambda p_data, p_g, share: p_data / (share * p_data + (1 - share) * p_g),
            "`share` is missing above the line, beside p_data",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data / (share * p_data - (1 - share) * p_g),
            "a sign is wrong: the derivative is −share p_data / D + (1 − share) p_g / (1 − D)",
        ),
        Mistake(
            lambda p_data, p_g, share: share * p_data / (share * p_data + 1 - share * p_g),
            "put 1 - share in brackets: 1 - share * p_g multiplies first",
        ),
    ],
)


def _d_step(w, b, real, fake, eta, sign=-1.0, reduce=np.mean, parts=("real", "fake"), for_real=None, for_fake=None):
    """One step of D(x) = sigmoid(w x + b), its parts replaceable by wrong ones."""
    on_real = -(1 - _sigmoid(w * real + b)) if for_real is None else for_real(w * real + b)
    on_fake = _sigmoid(w * fake + b) if for_fake is None else for_fake(w * fake + b)
    on_real, on_fake = on_real * ("real" in parts), on_fake * ("fake" in parts)
    dw = reduce(on_real * real) + reduce(on_fake * fake)
    db = reduce(on_real) + reduce(on_fake)
    return w + sign * eta * dw, b + sign * eta * db


def _d_gradients(w, b, real, fake, eta):
    new_w, new_b = _d_step(w, b, real, fake, 1.0)
    return w - new_w, b - new_b


def _d_step_in_turn(w, b, real, fake, eta):
    new_w, _ = _d_step(w, b, real, fake, eta)
    return new_w, _d_step(new_w, b, real, fake, eta)[1]


_real, _fake = np.array([2.0, 1.5, 3.0, 0.5]), np.array([-1.0, 0.0, 0.7, -0.3])

discriminator_step = Exercise(
    solution=lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta),
    cases=[(0.5, -0.2, _real, _fake, 0.1), (-1.0, 0.4, _fake, _real, 1.0), (0.3, 0.0, _real[:2], _fake[:3], 0.5)],
    mistakes=[
        Mistake(
            lambda w, b, real, fake, eta: (
                _d_step(w, 0.0, real, fake, eta)[0],
                b + _d_step(w, 0.0, real, fake, eta)[1],
            ),
            "the logit is w x + b: b is missing",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(
                w, b, real, fake, eta, for_real=lambda s: s - 1, for_fake=lambda s: s
            ),
            "D is the sigmoid of the logit w x + b; here the logit itself stands in its place",
        ),
        Mistake(
            lambda w, b, real, fake, eta: (
                w
                - eta * np.mean(_sigmoid(w * real + b) - 1) * np.mean(real)
                - eta * np.mean(_sigmoid(w * fake + b)) * np.mean(fake),
                _d_step(w, b, real, fake, eta)[1],
            ),
            "multiply by x for each number first, and take the mean of the products",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, sign=1.0),
            "that is a step up: subtract eta times the gradient",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, fake, real, eta),
            "real and generated are exchanged: D of the real ones should become larger",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, reduce=np.sum),
            "these are sums; the loss has a mean over each of the two kinds",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta / 2),
            "that is half of the gradient: J_D adds the two means and does not divide by 2",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, parts=("real",)),
            "the part of the generated numbers is missing",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, parts=("fake",)),
            "the part of the real numbers is missing",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(
                w, b, real, fake, eta, for_real=lambda s: -1 / _sigmoid(s), for_fake=lambda s: 1 / (1 - _sigmoid(s))
            ),
            "that is the derivative for D; the chain rule multiplies it by D (1 − D), the slope of the sigmoid",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(
                w, b, real, fake, eta, for_real=lambda s: -_sigmoid(s), for_fake=lambda s: 1 - _sigmoid(s)
            ),
            "D and 1 − D are exchanged: the derivative of −log D for the logit is −(1 − D)",
        ),
        Mistake(_d_gradients, "these are the gradients; return the new w and b"),
        Mistake(
            lambda w, b, real, fake, eta: (_d_step(w, b, real, fake, eta)[0], b), "b has a gradient and a step as well"
        ),
        Mistake(
            _d_step_in_turn, "b was changed with the new w: compute both gradients first, and then change both numbers"
        ),
        Mistake(
            lambda w, b, real, fake, eta: tuple(
                one - eta * np.sum(ds * factor) / (len(real) + len(fake))
                for ds in [np.concatenate([-(1 - _sigmoid(w * real + b)), _sigmoid(w * fake + b)])]
                for one, factor in [(w, np.concatenate([real, fake])), (b, 1.0)]
            ),
            "each kind has its own mean: not one mean over all numbers together",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, for_real=lambda s: 1 - _sigmoid(s)),
            "the sign of the real part is wrong: the derivative of −log D for the logit is −(1 − D)",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, for_fake=lambda s: -_sigmoid(s)),
            "the sign of the generated part is wrong: the derivative of −log(1 − D) for the logit is +D",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, for_fake=lambda s: -(1 - _sigmoid(s))),
            "the generated numbers have the label 0: their part of the loss is −log(1 − D), with the derivative +D",
        ),
        Mistake(
            lambda w, b, real, fake, eta: (
                w + _d_step(w, b, real, fake, eta)[1] - b,
                _d_step(w, b, real, fake, eta)[1],
            ),
            "the factor x is missing in the gradient for w",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(
                w,
                b,
                real,
                fake,
                eta,
                for_real=lambda s: -((1 - _sigmoid(s)) ** 2) * _sigmoid(s),
                for_fake=lambda s: _sigmoid(s) ** 2 * (1 - _sigmoid(s)),
            ),
            "the slope D (1 − D) of the sigmoid is in it once too often: with the cross-entropy it cancels",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, 1.0),
            "the rate eta is missing",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(
                w,
                b,
                real,
                fake,
                eta,
                for_real=lambda s: -_sigmoid(s) * (1 - _sigmoid(s)),
                for_fake=lambda s: _sigmoid(s) * (1 - _sigmoid(s)),
            ),
            "D (1 − D) is the derivative of D; the loss has −log D and −log(1 − D), with the derivatives −(1 − D) and "
            "+D for the logit",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(w, b, real, fake, eta, reduce=lambda one: np.sum(one) / len(real)),
            "the generated numbers have a mean of their own: divide their sum by len(fake)",
        ),
        Mistake(
            lambda w, b, real, fake, eta: _d_step(
                *_d_step(w, b, real, fake, eta, parts=("real",)), real, fake, eta, parts=("fake",)
            ),
            "one step, not two: compute both parts with the old w and b",
        ),
        Mistake(
            lambda w, b, real, fake, eta: (
                _d_step(w, b, real, fake, eta)[0],
                b + _d_step(w, b, real, fake, eta)[0] - w,
            ),
            "the gradient for b has no factor x",
        ),
    ],
)


def _g_step(a, c, z, w, b, eta, sign=-1.0, reduce=np.mean, slope=None, through=None, inner=None):
    """One step of G(z) = a z + c against D(x) = sigmoid(w x + b), its parts replaceable by wrong ones."""
    s = w * (a * z + c) + b
    ds = -(1 - _sigmoid(s)) if slope is None else slope(s)
    dx = ds * (w if through is None else through)
    da, dc = reduce(dx * (z if inner is None else inner(z))), reduce(dx)
    return a + sign * eta * da, c + sign * eta * dc


def _g_gradients(a, c, z, w, b, eta):
    new_a, new_c = _g_step(a, c, z, w, b, 1.0)
    return a - new_a, c - new_c


def _g_step_in_turn(a, c, z, w, b, eta):
    new_a, _ = _g_step(a, c, z, w, b, eta)
    return new_a, _g_step(new_a, c, z, w, b, eta)[1]


_z = np.array([0.3, -1.2, 2.0, 0.8])

generator_step = Exercise(
    solution=lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta),
    cases=[(1.0, 0.0, _z, 0.7, -0.5, 0.1), (0.5, -1.0, _z[:2], -1.5, 0.2, 1.0), (2.0, 0.3, -_z, 0.4, 1.0, 0.5)],
    mistakes=[
        Mistake(lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, 1.0), "the rate eta is missing"),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, reduce=lambda one: one),
            "these are arrays, a number for each z; the loss is a mean over z, so its gradient is a mean too",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: (
                a + eta * np.mean((1 - _sigmoid(w * (a * z + c) + b)) * w) * np.mean(z),
                _g_step(a, c, z, w, b, eta)[1],
            ),
            "multiply by z for each number first, and take the mean of the products",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, sign=1.0),
            "that is a step up: the derivative of −log D for s is −(1 − D), and eta times the gradient is subtracted",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=lambda s: -_sigmoid(s)),
            "that is the loss of the game, log(1 − D); asked for is the non-saturating one, −log D",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=_sigmoid),
            "that makes D of the generated numbers smaller, as the discriminator wants it",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=lambda s: -1 / _sigmoid(s)),
            "that is the derivative for D; the chain rule multiplies it by D (1 − D), the slope of the sigmoid",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, through=1.0),
            "the gradient comes back through the discriminator: the factor w is missing",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, inner=lambda z: 1.0),
            "a is multiplied by z, so its derivative has the factor z",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, inner=lambda z: a * z + c),
            "the factor of a is z, not the generated number",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, reduce=np.sum),
            "these are sums; the loss is a mean over z",
        ),
        Mistake(_g_gradients, "these are the gradients; return the new a and c"),
        Mistake(lambda a, c, z, w, b, eta: (_g_step(a, c, z, w, b, eta)[0], c), "c has a gradient and a step as well"),
        Mistake(
            _g_step_in_turn, "c was changed with the new a: compute both gradients first, and then change both numbers"
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(
                a, c, z, w, b, eta, slope=lambda s: -((1 - _sigmoid(s)) ** 2) * _sigmoid(s)
            ),
            "the slope D (1 − D) of the sigmoid is in it once too often: with −log D it cancels",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=lambda s: -(1 - _sigmoid(w * z + b))),
            "the discriminator sees G(z) = a z + c, not z",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=lambda s: -(1 - _sigmoid(s - b))),
            "the logit of the discriminator is w x + b: b is missing",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, through=1.0, inner=lambda z: a * z + c),
            "these are the gradients for w and b, as in exercise 2; asked for are those for a and c",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: (
                _g_step(a, c, z, w, b, eta)[0],
                _g_step(a, c, z, w, b, eta, through=1.0)[1],
            ),
            "the gradient for c comes back through the discriminator as well: the factor w is missing there",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=lambda s: -_sigmoid(s) * (1 - _sigmoid(s))),
            "D (1 − D) is the derivative of D; the loss is −log D, with the derivative −(1 − D) for the logit",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: _g_step(a, c, z, w, b, eta, slope=lambda s: -(1 - _sigmoid((s - b) / w))),
            "D is the sigmoid of w G(z) + b, not of G(z)",
        ),
        Mistake(
            lambda a, c, z, w, b, eta: (
                _g_step(a, c, z, w, b, eta)[0],
                c + _g_step(a, c, z, w, b, eta)[0] - a,
            ),
            "the gradient for c has no factor z",
        ),
    ],
)
