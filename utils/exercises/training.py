"""The checks of lesson 04."""

import math

import numpy as np

from utils.exercises import Exercise, Mistake


def _momentum_step(w, g, m, eta, mu):
    m = mu * m - eta * g
    return w + m, m


momentum_step = Exercise(
    solution=_momentum_step,
    cases=[(1.0, 2.0, -0.5, 0.1, 0.9), (1.0, 2.0, 0.0, 0.1, 0.9), (-2.0, -1.0, 0.3, 0.05, 0.5)],
    mistakes=[
        Mistake(
            lambda w, g, m, eta, mu: (w - eta * (mu * m + g), mu * m + g),
            "another common form: there m gathers slopes, and eta stands before m; here m gathers steps",
        ),
        Mistake(
            lambda w, g, m, eta, mu: (mu * m - eta * g, w + mu * m - eta * g),
            "the two results are in the wrong order: first the weight",
        ),
        Mistake(lambda w, g, m, eta, mu: (w - eta * g, m), "this is plain gradient descent; m is not used"),
        Mistake(
            lambda w, g, m, eta, mu: (w + m, mu * m - eta * g), "the weight moves by the new m, not by the old one"
        ),
        Mistake(
            lambda w, g, m, eta, mu: (w - (mu * m + eta * g), mu * m + eta * g),
            "here m points downhill already: m = mu·m − eta·g, and w moves by + m",
        ),
        Mistake(
            lambda w, g, m, eta, mu: (w + mu * m - (1 - mu) * eta * g, mu * m - (1 - mu) * eta * g),
            "the factor 1 − mu belongs to Adam's average; momentum adds the whole −eta·g",
        ),
        Mistake(
            lambda w, g, m, eta, mu: (w + m - eta * g, m - eta * g), "mu is missing: the old m fades by that factor"
        ),
        Mistake(lambda w, g, m, eta, mu: (w + mu * m + eta * g, mu * m + eta * g), "the gradient's sign is turned"),
    ],
)


def _one_cycle_rate(step, steps, peak):
    quarter = 0.25 * steps
    if step < quarter:
        return peak / 10 + (peak - peak / 10) * step / quarter
    return peak * (1 + math.cos(math.pi * (step - quarter) / (steps - quarter))) / 2


one_cycle_rate = Exercise(
    solution=_one_cycle_rate,
    cases=[(0, 100, 0.1), (10, 100, 0.1), (25, 100, 0.1), (40, 100, 0.1), (70, 200, 1.0), (100, 100, 0.1)],
    mistakes=[
        Mistake(lambda step, steps, peak: peak, "this rate is constant; let it rise, then fall"),
        Mistake(
            lambda step, steps, peak: (
                _one_cycle_rate(step, steps, peak)
                if step < 0.25 * steps
                else peak * (1 + math.cos(math.pi * (step - 0.25 * steps) / steps)) / 2
            ),
            "u reaches 1 at the last step: divide by the steps of the fall, three quarters of all",
        ),
        Mistake(
            lambda step, steps, peak: (
                peak * step / (0.25 * steps) if step < 0.25 * steps else _one_cycle_rate(step, steps, peak)
            ),
            "the rise begins at a tenth of the peak, not at 0",
        ),
        Mistake(
            lambda step, steps, peak: (
                _one_cycle_rate(step, steps, peak)
                if step < 0.25 * steps
                else peak * (1 + math.cos(math.pi * step / steps)) / 2
            ),
            "the cosine begins where the rise has ended: count its steps from there",
        ),
        Mistake(
            lambda step, steps, peak: (
                _one_cycle_rate(step, steps, peak)
                if step < 0.25 * steps
                else peak * (1 - (step - 0.25 * steps) / (0.75 * steps))
            ),
            "this falls along a line; the fall is half a cosine",
        ),
        Mistake(
            lambda step, steps, peak: (
                _one_cycle_rate(step, steps, peak)
                if step < 0.25 * steps
                else peak * math.cos(math.pi / 2 * (step - 0.25 * steps) / (0.75 * steps))
            ),
            "this is a quarter of a cosine; (1 + cos)/2 from 0 to π is flat at both ends",
        ),
    ],
)


def _penalised_gradient(dW, W, strength):
    return dW + 2 * strength * W


_dW = np.array([[0.5, -1.0], [2.0, 0.0]])
_W = np.array([[1.0, -2.0], [0.5, 3.0]])

penalised_gradient = Exercise(
    solution=_penalised_gradient,
    cases=[(_dW, _W, 0.1), (_dW, -_W, 0.01), (0 * _dW, _W, 1.0)],
    mistakes=[
        Mistake(
            lambda dW, W, strength: dW + strength * np.sum(W**2),
            "that adds the penalty, one number; its slope for each weight is 2·strength times that weight",
        ),
        Mistake(lambda dW, W, strength: dW, "the penalty's slope is missing"),
        Mistake(lambda dW, W, strength: dW + strength * W, "the slope of a square is twice the inside: 2·strength·W"),
        Mistake(lambda dW, W, strength: dW + strength * W**2, "that adds the penalty itself, not its slope"),
        Mistake(
            lambda dW, W, strength: dW - 2 * strength * W, "the penalty is added to the loss, so its slope is added"
        ),
        Mistake(
            lambda dW, W, strength: dW + 2 * strength * np.sign(W),
            "this is near the L1 penalty's; L2 pulls by W itself",
        ),
        Mistake(lambda dW, W, strength: 2 * strength * W, "the gradient of the loss, dW, is missing"),
        Mistake(
            lambda dW, W, strength: dW + 2 * strength * W.sum(),
            "each weight is pulled by itself, not by the sum of all",
        ),
    ],
)


def _dropped(A, keep, rate):
    return A * keep / (1 - rate)


_A = np.array([[1.0, 2.0, 3.0, 4.0], [0.5, 0.0, -1.0, 2.0]])
_KEEP = np.array([[1, 0, 1, 1], [0, 1, 1, 0]])

dropped = Exercise(
    solution=_dropped,
    cases=[(_A, _KEEP, 0.5), (_A, _KEEP, 0.2), (_A, 1 - _KEEP, 0.1)],
    mistakes=[
        Mistake(
            lambda A, keep, rate: A * keep / keep.mean(),
            "the share that happened to stay varies; divide by the share that stays on average, 1 − rate",
        ),
        Mistake(
            lambda A, keep, rate: A * keep, "those that stay must grow by 1/(1 − rate), or the next layer gets less"
        ),
        Mistake(lambda A, keep, rate: A * keep / rate, "the share that stays is 1 − rate; divide by that"),
        Mistake(lambda A, keep, rate: A * keep * (1 - rate), "divide by the share that stays, do not multiply"),
        Mistake(lambda A, keep, rate: A * (1 - keep) / (1 - rate), "keep is 1 for the units that stay"),
        Mistake(lambda A, keep, rate: A / (1 - rate), "nobody is silenced: the mask keep is missing"),
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


stopped = Exercise(
    solution=_stopped,
    cases=[
        ([1.0, 0.5, 0.6, 0.7, 0.4, 0.3], 2),
        ([1.0, 0.5, 0.6, 0.7, 0.4, 0.3], 3),
        ([1.0, 0.5, 0.9, 0.8, 0.7, 0.6], 3),
        ([0.5, 0.4, 0.5, 0.6, 0.7, 0.8, 0.1], 3),
        ([3.0, 2.0, 1.0], 1),
        ([1.0, 1.0, 1.0, 0.5], 2),
    ],
    mistakes=[
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
            "you wait one epoch too long: stop when `patience` epochs in a row were no improvement",
        ),
        Mistake(
            lambda losses, patience: (int(np.argmin(losses)), len(losses) - 1),
            "this never stops; what the patience is for is missing",
        ),
    ],
)
