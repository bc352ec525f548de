"""The checks of lesson 14."""

import itertools

import numpy as np

from utils.exercises import Exercise, Mistake


def _operations(batch, sizes, per_product=2, backward=2, first=True, biases=0):
    """Operations of a training step of dense layers, its parts replaceable by wrong ones."""
    products = [batch * inputs * units for inputs, units in itertools.pairwise(sizes)]
    of_first = products[0] if first and backward == 2 else 0
    return per_product * ((1 + backward) * sum(products) - of_first + biases * batch * sum(sizes[1:]))


training_operations = Exercise(
    solution=lambda batch, sizes: _operations(batch, sizes),
    cases=[(1, [3, 2]), (10, [784, 160, 10]), (64, [784, 128, 64, 10])],
    mistakes=[
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, first=False),
            "nobody needs the gradient for the images: the first layer has no product for dX",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, backward=0, first=False),
            "that is the forward pass alone; the backward pass has a product for dW in each layer, and one for dX in "
            "each but the first",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes) - _operations(batch, sizes, backward=0),
            "one product of each layer is missing: each has one for the forward pass and one for dW, and each but the "
            "first has one for dX",
        ),
        Mistake(
            lambda batch, sizes: 2 * _operations(batch, sizes) - _operations(batch, sizes, first=False),
            "the first layer has no product for dX, but it has one for dW",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, backward=1, first=False),
            "each layer but the first has two products in the backward pass, for dW and for dX; one is missing",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, per_product=1),
            "a multiplication and an addition are two operations",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, biases=3), "count the products only: leave the biases out"
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, biases=3) - 2 * batch * sizes[1],
            "count the products only: leave the biases out",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, first=False) - batch * sizes[0] * sizes[1],
            "the product that is left out has a multiplication and an addition too: subtract it twice",
        ),
        Mistake(
            lambda batch, sizes: _operations(batch, sizes, first=False) - 2 * sizes[0] * sizes[1],
            "the product that is left out has all images of the batch too",
        ),
        Mistake(
            lambda batch, sizes: _operations(1, sizes),
            "that is one image; the batch has more",
        ),
    ],
)


def _combined(gradients, counts):
    return np.sum(gradients * counts[:, np.newaxis], axis=0) / np.sum(counts)


_g = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.5]])
_four = np.array([[0.2, 1.0], [0.4, -1.0], [-0.6, 0.3], [2.0, 0.1]])

combined_gradient = Exercise(
    solution=_combined,
    cases=[
        (_g, np.array([128, 64])),
        (_four, np.array([100, 100, 50, 6])),
        (_four, np.array([1, 2, 3, 4])),
    ],
    mistakes=[
        Mistake(
            lambda gradients, counts: np.mean(gradients, axis=0),
            "the plain mean counts an image of a worker with few images more than others: weight each worker by its "
            "number of images",
        ),
        Mistake(
            lambda gradients, counts: np.sum(gradients, axis=0),
            "the sum of means is too long: it is about as many times too large as there are workers",
        ),
        Mistake(
            lambda gradients, counts: np.sum(gradients, axis=0) / np.sum(counts),
            "multiply each worker's gradient by its number of images before you add them up",
        ),
        Mistake(
            lambda gradients, counts: np.sum(gradients * counts[:, np.newaxis], axis=0),
            "divide by the number of all images",
        ),
        Mistake(
            lambda gradients, counts: np.sum(gradients / counts[:, np.newaxis], axis=0),
            "each worker has already divided by its own number of images: multiply by it, and divide by that of all",
        ),
        Mistake(
            lambda gradients, counts: np.mean(gradients * counts[:, np.newaxis], axis=0),
            "you divide by the number of workers; divide by the number of all images",
        ),
        Mistake(
            lambda gradients, counts: _combined(gradients, counts) / len(counts),
            "you divide by the number of workers too; divide by the number of all images alone",
        ),
    ],
)


def _scaled(w, scaled_gradient, scale, eta):
    if not np.all(np.isfinite(scaled_gradient)):
        return w, scale / 2
    return w - eta * scaled_gradient / scale, scale


def _without_test(w, scaled_gradient, scale, eta):
    return w - eta * scaled_gradient / scale, scale


def _entry_by_entry(w, scaled_gradient, scale, eta):
    finite = np.isfinite(scaled_gradient)
    step = np.where(finite, scaled_gradient, 0.0) / scale
    return w - eta * step, scale if finite.all() else scale / 2


def _still_scaled(w, scaled_gradient, scale, eta):
    new, scale_after = _scaled(w, scaled_gradient, scale, eta)
    return (new, scale_after) if scale_after != scale else (w - eta * scaled_gradient, scale)


def _halved_and_taken(w, scaled_gradient, scale, eta):
    scale = scale if np.all(np.isfinite(scaled_gradient)) else scale / 2
    return w - eta * scaled_gradient / scale, scale


def _half_and_old_step(w, scaled_gradient, scale, eta):
    return w - eta * scaled_gradient / scale, _scaled(w, scaled_gradient, scale, eta)[1]


def _multiplied(w, scaled_gradient, scale, eta):
    new, scale_after = _scaled(w, scaled_gradient, scale, eta)
    return (new, scale_after) if scale_after != scale else (w - eta * scaled_gradient * scale, scale)


def _with_test(finite):
    """The step with another test of whether the gradient is finite."""
    return lambda w, scaled_gradient, scale, eta: (
        (w - eta * scaled_gradient / scale, scale) if finite(scaled_gradient) else (w, scale / 2)
    )


def _same_scale(w, scaled_gradient, scale, eta):
    return _scaled(w, scaled_gradient, scale, eta)[0], scale


def _up(w, scaled_gradient, scale, eta):
    new, scale_after = _scaled(w, scaled_gradient, scale, eta)
    return 2 * w - new, scale_after


def _always_half(w, scaled_gradient, scale, eta):
    return _scaled(w, scaled_gradient, scale, eta)[0], scale / 2


def _larger_scale(w, scaled_gradient, scale, eta):
    new, scale_after = _scaled(w, scaled_gradient, scale, eta)
    return new, scale if scale_after == scale else 2 * scale


def _half_at_once(w, scaled_gradient, scale, eta):
    if np.all(np.isfinite(scaled_gradient)):
        return w - eta * scaled_gradient / scale, scale
    finite = np.where(np.isfinite(scaled_gradient), scaled_gradient, 0.0)
    return w - eta * finite / (scale / 2), scale / 2


_w = np.array([0.5, -1.0, 2.0])

scaled_step = Exercise(
    solution=_scaled,
    cases=[
        (_w, np.array([1024.0, -512.0, 2048.0]), 1024.0, 0.1),
        (_w, np.array([np.inf, -512.0, 2048.0]), 1024.0, 0.1),
        (_w, np.array([100.0, -np.inf, 30.0]), 32768.0, 0.5),
        (_w, np.array([3.0, 0.0, -60000.0]), 32768.0, 0.5),
        (_w, np.array([np.nan, 1.0, 2.0]), 1024.0, 0.1),
    ],
    mistakes=[
        Mistake(
            _with_test(lambda g: not np.isinf(g).any()),
            "NaN is not finite either; np.isfinite is False for NaN and for infinity",
        ),
        Mistake(
            _with_test(lambda g: not np.isnan(g).any()),
            "infinity is not finite either; np.isfinite is False for NaN and for infinity",
        ),
        *[
            Mistake(_with_test(finite), "test every entry, also for minus infinity: np.isfinite(scaled_gradient).all()")
            for finite in (lambda g: np.isfinite(g.max()), lambda g: g.max() != np.inf, lambda g: np.inf not in g)
        ],
        Mistake(
            _without_test,
            "one entry that is not finite is enough to leave w as it is: np.isfinite(scaled_gradient).all()",
        ),
        Mistake(
            _entry_by_entry,
            "if one entry is not finite, no weight is changed: a part of the gradient has another direction",
        ),
        Mistake(_still_scaled, "divide the gradient by the scale before the step"),
        Mistake(
            _halved_and_taken,
            "if the gradient is not finite, return w as it was: you halve the scale and take the step all the same",
        ),
        Mistake(
            _half_and_old_step,
            "if the gradient is not finite, return w as it was: you halve the scale and take the step all the same",
        ),
        Mistake(_multiplied, "the gradient is the scaled one divided by the scale, not multiplied by it"),
        Mistake(_same_scale, "after a gradient that is not finite the scale is halved, otherwise it happens again"),
        Mistake(_up, "that is a step up: subtract eta times the gradient"),
        Mistake(_always_half, "the scale is halved only after a gradient that is not finite"),
        Mistake(_larger_scale, "an infinite entry means that the scale was too large: halve it"),
        Mistake(_half_at_once, "that step is skipped; the gradient is not known, also with half of the scale"),
    ],
)


def _step_seconds(workers, fixed, per_image, batch, latency, transfer):
    return fixed + per_image * batch / workers + 2 * (workers - 1) * latency + 2 * (workers - 1) / workers * transfer


def _best(seconds):
    """The number of workers, 1 to 64, for which a step takes least time."""
    return lambda *settings: min(range(1, 65), key=lambda workers: seconds(workers, *settings))


best_number = Exercise(
    solution=lambda fixed, per_image, batch, latency, transfer: _best(_step_seconds)(
        fixed, per_image, batch, latency, transfer
    ),
    cases=[
        (1e-3, 6e-5, 512, 1e-4, 2.5e-3),
        (1e-3, 5e-6, 512, 1e-4, 4e-3),
        (5e-4, 6e-5, 2048, 1e-5, 3e-5),
        (5e-2, 2e-3, 128, 1e-4, 5e-4),
    ],
    mistakes=[
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: _best(
                lambda n, *rest: fixed + per_image * batch + 2 * (n - 1) * latency + 2 * (n - 1) / n * transfer
            )(),
            "that is 1 in every case: you did not divide the batch by N, or your all-reduce takes far too long",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: _best(_step_seconds)(
                fixed, per_image, 1, latency, transfer
            ),
            "each worker computes batch / N images, not 1 / N",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: _best(
                lambda n, *rest: fixed + per_image * batch / n + 2 * (n - 1) / n * transfer
            )(),
            "the latency must count 2 (N − 1) times",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: _best(
                lambda n, *rest: fixed + per_image * batch / n + 2 * (n - 1) * latency
            )(),
            "the time for the bytes is missing, or does not depend on N: it is 2 (N − 1) / N times `transfer`",
        ),
        *[
            Mistake(
                lambda fixed, per_image, batch, latency, transfer, turns=turns, parts=parts: _best(_step_seconds)(
                    fixed, per_image, batch, turns * latency, parts * transfer
                ),
                f"{name} is counted for half of the turns: there are 2 (N − 1), N − 1 to add and N − 1 to copy",
            )
            for turns, parts, name in ((0.5, 1, "the latency"), (1, 0.5, "`transfer`"))
        ],
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: _best(
                lambda n, *rest: (fixed + per_image * batch) / n + 2 * (n - 1) * latency + 2 * (n - 1) / n * transfer
            )(),
            "each worker has the whole fixed cost; only the images are shared",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: min(
                _step_seconds(n, fixed, per_image, batch, latency, transfer) for n in range(1, 65)
            ),
            "that is the shortest time; asked for is the number of workers that reaches it",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: (
                _best(_step_seconds)(fixed, per_image, batch, latency, transfer) - 1
            ),
            "that is the place in a list that begins with one worker, counted from 0; return the number of workers",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: min(
                (2**k for k in range(7)),
                key=lambda n: _step_seconds(n, fixed, per_image, batch, latency, transfer),
            ),
            "try every number from 1 to 64, not only powers of two",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: min(
                range(1, 64), key=lambda n: _step_seconds(n, fixed, per_image, batch, latency, transfer)
            ),
            "64 is allowed too: range(1, 64) ends with 63",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: _best(
                lambda n, *rest: fixed + per_image * batch / n + (n - 1) * latency + (n - 1) / n * transfer
            )(),
            "each piece travels around the ring twice: 2 (N − 1) turns",
        ),
        Mistake(
            lambda fixed, per_image, batch, latency, transfer: 64,
            "that is the largest number of workers in every case; look for the shortest step, sending included",
        ),
    ],
)
