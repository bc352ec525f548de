"""The checks of lesson 04."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _nesterov_step(w, v, c, eta, mu):
    v = mu * v - eta * c * (w + mu * v)
    return w + v, v


def _plain_momentum(w, v, c, eta, mu):
    v = mu * v - eta * c * w
    return w + v, v


nesterov_step = Exercise(
    solution=_nesterov_step,
    cases=[(1.0, -0.5, 2.0, 0.1, 0.9), (1.0, 0.3, 2.0, 0.1, 0.5), (-2.0, 0.8, 0.5, 0.05, 0.7)],
    mistakes=[
        Mistake(_plain_momentum, "the derivative is taken at w, as in plain momentum; take it at w + mu·v"),
        Mistake(lambda w, v, c, eta, mu: (w - eta * c * w, v), "this is plain gradient descent; v is not used"),
        Mistake(
            lambda w, v, c, eta, mu: (w + mu * v - eta * c * (w + v), mu * v - eta * c * (w + v)),
            "the velocity carries the weight to w + mu·v, not to w + v: mu is missing inside the derivative",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (
                w + mu * v + _nesterov_step(w, v, c, eta, mu)[1],
                _nesterov_step(w, v, c, eta, mu)[1],
            ),
            "the new weight starts at w, not at w + mu·v; the place ahead is only where the derivative is computed",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w + v, _nesterov_step(w, v, c, eta, mu)[1]),
            "the weight moves by the new velocity, not by the old one",
        ),
        Mistake(
            lambda w, v, c, eta, mu: _nesterov_step(w, v, c, eta, mu)[::-1],
            "the two results are in the wrong order: first the weight",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (_nesterov_step(w, v, c, eta, mu)[0], v),
            "the second result is the new velocity; yours is the old one",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w + mu * v - eta * (w + mu * v), mu * v - eta * (w + mu * v)),
            "the derivative at p is c·p: c is missing",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w + mu * v - eta * c * (w + mu**2 * v), mu * v - eta * c * (w + mu**2 * v)),
            "v was already multiplied by mu when you looked ahead: take the old v there",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w - eta * c * (w + mu * v), v - eta * c * (w + mu * v)),
            "the new velocity is mu·v − eta·dw, and w moves by all of it; mu·v is missing",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w + mu * v + eta * c * (w + mu * v), mu * v + eta * c * (w + mu * v)),
            "the step goes uphill: the velocity takes minus eta times the derivative",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w - eta * c * (w + mu * v), v),
            "the derivative is right, but the velocity is not updated, and it does not move the weight",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (_nesterov_step(w, v, c, eta, mu)[0], mu * v),
            "the weight is right; the new velocity is mu·v − eta·dw, and yours is mu·v alone",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (w + mu * v - eta * (c * w + mu * v), mu * v - eta * (c * w + mu * v)),
            "brackets are missing: c multiplies all of w + mu·v",
        ),
        Mistake(
            lambda w, v, c, eta, mu: (
                w + mu * _plain_momentum(w, v, c, eta, mu)[1] - eta * c * w,
                _plain_momentum(w, v, c, eta, mu)[1],
            ),
            "that is the form in libraries, whose weight is the place ahead; here the derivative is taken at w + mu·v",
        ),
    ],
)


def _keeping_deviation(n_in, alpha):
    return np.sqrt(2 / ((1 + alpha**2) * n_in))


keeping_deviation = Exercise(
    solution=_keeping_deviation,
    cases=[(100, 0.0), (100, 0.2), (64, 0.3), (784, 1.0)],
    mistakes=[
        Mistake(
            lambda n_in, alpha: 0.05, "a constant cannot fit every layer: the more inputs, the smaller the weights"
        ),
        Mistake(
            lambda n_in, alpha: 2 / ((1 + alpha**2) * n_in),
            "this is the variance of the weights; the standard deviation is its root",
        ),
        Mistake(
            lambda n_in, alpha: np.sqrt(2 / n_in),
            "this is He's formula, for alpha = 0; for a negative z, g(z)² is alpha²·z²",
        ),
        Mistake(
            lambda n_in, alpha: np.sqrt((2 - alpha) / n_in),
            "right for alpha = 0 and 1 only; in between, the mean of g(z)² decides: q·(1 + alpha²)/2",
        ),
        Mistake(
            lambda n_in, alpha: np.sqrt(2 / ((1 + alpha) * n_in)),
            "g(z)² for negative z is alpha²·z²: alpha must be squared",
        ),
        Mistake(
            lambda n_in, alpha: np.sqrt(1 / ((1 + alpha**2) * n_in)),
            "each half of the z holds half of the variance: the mean of g(z)² is q·(1 + alpha²)/2",
        ),
        Mistake(
            lambda n_in, alpha: np.sqrt(1 / n_in),
            "this keeps the variance of a linear layer; the activation function is left out",
        ),
        Mistake(
            lambda n_in, alpha: np.sqrt(2 / n_in) / (1 + alpha),
            "the two halves are added as squares: 1 + alpha², not (1 + alpha)²",
        ),
        Mistake(lambda n_in, alpha: np.sqrt(2 / (1 + alpha**2)) / n_in, "n_in belongs under the root"),
        Mistake(
            lambda n_in, alpha: np.sqrt((1 + alpha**2) / (2 * n_in)),
            "the factor is upside down: the smaller the mean of g(z)², the larger the weights must be",
        ),
        Mistake(
            lambda n_in, alpha: 2 / (1 + alpha) / np.sqrt(n_in),
            "the mean of g(z)² decides, not the mean of the derivative",
        ),
    ],
)


def _batch_norm(Z, gamma, beta, epsilon):
    mean, variance = Z.mean(axis=0), Z.var(axis=0)
    return gamma * (Z - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


def _over_the_units(Z, gamma, beta, epsilon):
    mean, variance = Z.mean(axis=1), Z.var(axis=1)
    return gamma * (Z - mean[:, np.newaxis]) / np.sqrt(variance[:, np.newaxis] + epsilon) + beta, mean, variance


def _with_keepdims(axis):
    def batch_norm(Z, gamma, beta, epsilon):
        mean, variance = Z.mean(axis=axis, keepdims=True), Z.var(axis=axis, keepdims=True)
        return gamma * (Z - mean) / np.sqrt(variance + epsilon) + beta, mean, variance

    return batch_norm


def _over_everything(Z, gamma, beta, epsilon):
    return gamma * (Z - Z.mean()) / np.sqrt(Z.var() + epsilon) + beta, Z.mean(), Z.var()


def _with_n_minus_1(Z, gamma, beta, epsilon):
    mean, variance = Z.mean(axis=0), Z.var(axis=0, ddof=1)
    return gamma * (Z - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


def _with_result(result):
    """A mistake in the first of the three results alone."""

    def batch_norm(Z, gamma, beta, epsilon):
        return result(Z - Z.mean(axis=0), Z.var(axis=0), gamma, beta, epsilon), Z.mean(axis=0), Z.var(axis=0)

    return batch_norm


def _over_the_units_as_written(Z, gamma, beta, epsilon):
    mean, variance = Z.mean(axis=1), Z.var(axis=1)
    return gamma * (Z - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


_Z = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 0.0], [-1.0, 4.0, 1.5]])  # square, so that axis=1 does not raise
_GAMMA, _BETA = np.array([1.0, 2.0, 0.5]), np.array([0.0, -1.0, 3.0])

batch_norm = Exercise(
    solution=_batch_norm,
    cases=[
        (_Z, np.ones(3), np.zeros(3), 0.001),
        (_Z, _GAMMA, _BETA, 0.1),
        (10 * _Z[:, 1:2] + 5, _GAMMA[1:2], _BETA[1:2], 0.001),  # not square, so that dividing by the units is wrong
    ],
    mistakes=[
        Mistake(
            lambda Z, gamma, beta, epsilon: (Z, Z.mean(), Z.var()),
            "nothing is normalised yet, and mean() without an axis gives one number; each unit has a mean of its own",
        ),
        Mistake(
            _over_the_units_as_written, "you take the mean over the units of an image; take it over the batch, axis=0"
        ),
        Mistake(_over_the_units, "you take the mean over the units of an image; take it over the batch, axis=0"),
        Mistake(_with_keepdims(1), "you take the mean over the units of an image; take it over the batch, axis=0"),
        Mistake(_with_keepdims(0), "the mean and the variance have the shape (units,): leave out keepdims"),
        Mistake(
            lambda Z, gamma, beta, epsilon: (_batch_norm(Z, gamma, beta, epsilon)[0], Z.mean(), Z.var()),
            "the result is right, but the mean and the variance returned are over all entries; each unit has its own",
        ),
        Mistake(_over_everything, "you take one mean over all entries; each unit has a mean of its own: axis=0"),
        Mistake(_with_n_minus_1, "the variance is divided by the batch size, not by the batch size minus 1"),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: gamma * D / (np.sqrt(variance) + epsilon) + beta),
            "epsilon stands inside the root",
        ),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: gamma * D / (variance + epsilon) + beta),
            "you divide by the variance; divide by its root",
        ),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: D / np.sqrt(variance + epsilon)),
            "gamma and beta are missing",
        ),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: gamma * D / np.sqrt(variance + epsilon)),
            "beta is missing",
        ),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: D / np.sqrt(variance + epsilon) + beta),
            "gamma is missing",
        ),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: gamma * (D / np.sqrt(variance + epsilon) + beta)),
            "gamma multiplies the normalised z alone; beta is added afterwards",
        ),
        Mistake(
            _with_result(lambda D, variance, gamma, beta, epsilon: gamma * D / np.sqrt(variance) + beta),
            "epsilon is missing",
        ),
        Mistake(
            lambda Z, gamma, beta, epsilon: (
                gamma * (Z - Z.mean(axis=0)) / np.sqrt(Z.std(axis=0) + epsilon) + beta,
                Z.mean(axis=0),
                Z.std(axis=0),
            ),
            "Z.std is the standard deviation; the variance is Z.var",
        ),
        Mistake(
            lambda Z, gamma, beta, epsilon: (
                gamma * (Z - Z.mean(axis=0)) / (Z.std(axis=0) + epsilon) + beta,
                Z.mean(axis=0),
                Z.std(axis=0),
            ),
            "Z.std is the standard deviation; the variance is Z.var, and epsilon stands inside the root",
        ),
        Mistake(
            lambda Z, gamma, beta, epsilon: (
                _batch_norm(Z, gamma, beta, epsilon)[0],
                _batch_norm(Z, gamma, beta, epsilon)[0].mean(axis=0),
                _batch_norm(Z, gamma, beta, epsilon)[0].var(axis=0),
            ),
            "the mean and the variance are those of Z, not of the result",
        ),
        Mistake(
            lambda Z, gamma, beta, epsilon: (
                _batch_norm(Z, gamma, beta, epsilon)[0],
                Z.mean(axis=0),
                np.sqrt(Z.var(axis=0)),
            ),
            "the third result is the variance, not the standard deviation",
        ),
    ],
)


def _dropped(A, draws, rate):
    return A * (draws >= rate) / (1 - rate)


_A = np.array([[1.0, 2.0, 3.0, 4.0], [0.5, 0.0, -1.0, 2.0]])
_DRAWS = np.array([[0.31, 0.07, 0.93, 0.55], [0.74, 0.42, 0.18, 0.66]])

dropped = Exercise(
    solution=_dropped,
    cases=[(_A, _DRAWS, 0.5), (_A, _DRAWS, 0.31), (_A, 1 - _DRAWS, 0.1)],  # 0.31 is one of the draws
    mistakes=[
        Mistake(
            lambda A, draws, rate: A * (draws >= rate) / np.mean(draws >= rate),
            "the share that happened to stay varies; divide by the share that stays on average, 1 − rate",
        ),
        Mistake(
            lambda A, draws, rate: A * (draws >= rate),
            "multiply the activations that stay by 1/(1 − rate); without that the mean over many draws is (1 − rate)·A",
        ),
        Mistake(lambda A, draws, rate: A * (draws >= rate) / rate, "the share that stays is 1 − rate; divide by that"),
        Mistake(
            lambda A, draws, rate: A * (draws < rate) / rate,
            "rate is the share that becomes 0; in yours it is the share that stays",
        ),
        Mistake(
            lambda A, draws, rate: A * (draws < 1 - rate) / (1 - rate),
            "the share that stays is right, but an activation stays where its number is at least rate",
        ),
        Mistake(
            lambda A, draws, rate: A * (draws >= rate) * (1 - rate), "divide by the share that stays, do not multiply"
        ),
        Mistake(
            lambda A, draws, rate: A * (draws < rate) / (1 - rate),
            "an activation stays where its number is at least rate; in yours it stays where the number is below rate",
        ),
        Mistake(
            lambda A, draws, rate: A * (draws < rate),
            "your activations stay where the number is below rate, and they are not scaled up",
        ),
        Mistake(
            lambda A, draws, rate: A * draws / (1 - rate),
            "an activation stays or becomes 0; it is not multiplied by its number",
        ),
        Mistake(
            lambda A, draws, rate: A * (draws > rate) / (1 - rate), "a number equal to rate stays, too: draws >= rate"
        ),
        Mistake(lambda A, draws, rate: A / (1 - rate), "no activation becomes 0: draws is not used"),
        Mistake(lambda A, draws, rate: A, "nothing is dropped: compare draws with rate"),
    ],
)


def _stopped(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _stopped_or(losses, patience, at_the_end):
    """Right where training stops; where the losses end before that, what `at_the_end` makes of the two epochs."""
    best, last = _stopped(losses, patience)
    return (best, last) if last - best >= patience else at_the_end(best, last)


def _stopped_by_the_epoch_before(losses, patience):
    waited = 0
    for epoch, loss in enumerate(losses):
        waited = 0 if epoch == 0 or loss < losses[epoch - 1] else waited + 1
        if waited >= patience:
            return int(np.argmin(losses[: epoch + 1])), epoch
    return int(np.argmin(losses)), len(losses) - 1


def _stopped_with_ties(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss <= losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _stopped_without_a_reset(losses, patience):
    best = waited = 0
    for epoch, loss in enumerate(losses):
        if epoch == 0 or loss < losses[best]:
            best = epoch
        else:
            waited += 1
            if waited >= patience:
                return best, epoch
    return best, len(losses) - 1


def _stopped_with_epoch_0_counted(losses, patience):
    best = waited = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return best, epoch
    return best, len(losses) - 1


stopped = Exercise(
    solution=_stopped,
    cases=[
        ([1.0, 0.5, 0.6, 0.7, 0.4, 0.3], 2),
        ([1.0, 0.5, 0.6, 0.7, 0.4, 0.3], 3),
        ([1.0, 0.5, 0.9, 0.8, 0.7, 0.6], 3),
        ([0.5, 0.4, 0.5, 0.6, 0.7, 0.8, 0.1], 3),
        ([3.0, 2.0, 1.0], 1),
        ([1.0, 1.0, 1.0, 0.5], 2),
        ([1.0, 0.9, 1.0, 0.8, 0.9, 0.7, 0.75], 2),  # ends before a stop, and not with its lowest loss
    ],
    mistakes=[
        Mistake(
            _stopped_with_epoch_0_counted,
            "epoch 0 has the lowest loss so far; it is no epoch without a new lowest loss",
        ),
        Mistake(
            lambda losses, patience: (losses[_stopped(losses, patience)[0]], _stopped(losses, patience)[1]),
            "the first result is an epoch, not its loss",
        ),
        Mistake(
            lambda losses, patience: (_stopped(losses, patience)[0], _stopped(losses, patience)[1] + 1),
            "the second result is the last epoch that was trained, counted from 0",
        ),
        Mistake(_stopped_without_a_reset, "each new lowest loss starts the count anew: only epochs in a row count"),
        Mistake(
            lambda losses, patience: tuple(epoch + 1 for epoch in _stopped(losses, patience)),
            "epochs are counted from 0, yours from 1",
        ),
        Mistake(
            lambda losses, patience: _stopped(losses, patience)[::-1],
            "the two results are in the wrong order: first the epoch whose weights are kept",
        ),
        Mistake(_stopped_by_the_epoch_before, "compare with the lowest loss so far, not with the epoch before"),
        Mistake(_stopped_with_ties, "an equal loss is no new lowest loss"),
        Mistake(
            lambda losses, patience: (int(np.argmin(losses)), _stopped(losses, patience)[1]),
            "you looked at losses that come after the stop; at that time they are not known",
        ),
        Mistake(
            lambda losses, patience: (_stopped(losses, patience)[1], _stopped(losses, patience)[1]),
            "the best epoch is the one with the lowest loss, not the one where training stops",
        ),
        Mistake(
            lambda losses, patience: _stopped(losses, patience + 1),
            "you wait one epoch too long: stop when `patience` epochs in a row brought no new lowest loss",
        ),
        Mistake(
            lambda losses, patience: (int(np.argmin(losses)), len(losses) - 1),
            "this never stops before the last epoch: patience is not used",
        ),
        Mistake(
            lambda losses, patience: _stopped_or(losses, patience, lambda best, last: (best, best)),
            "without a stop, the last epoch is that of the last loss, which need not be the lowest",
        ),
        Mistake(
            lambda losses, patience: _stopped_or(losses, patience, lambda best, last: (last, last)),
            "without a stop, too, the weights of the epoch with the lowest loss are kept, not the last ones",
        ),
        Mistake(
            lambda losses, patience: (
                _stopped(losses, patience)[0],
                min(_stopped(losses, patience)[1] + 1, len(losses) - 1),
            ),
            "you stop one epoch too late: test patience at the end of an epoch, not at the beginning of the next",
        ),
    ],
)
