"""The checks of lesson 00."""

from itertools import pairwise

import numpy as np

from utils.exercises import Exercise, Mistake

place = Exercise(
    solution=lambda position: (position // 28, position % 28),
    cases=[(5,), (28,), (294,), (783,)],
    mistakes=[
        Mistake(
            lambda position: (position % 28, position // 28),
            "row and column are swapped; the rows are written one after another",
        ),
        Mistake(
            lambda position: (position // 27, position % 27),
            "divide by 28: a row has 28 pixels, and the last of them has number 27",
        ),
        Mistake(
            lambda position: ((position - 1) // 28, (position - 1) % 28),
            "positions are counted from 0 already; do not subtract 1",
        ),
        Mistake(
            lambda position: (position // 28 + 1, position % 28 + 1),
            "counting starts at 0, for rows and for columns",
        ),
        Mistake(
            lambda position: (position / 28, position % 28),
            "the row must be a whole number: // divides without the rest",
        ),
    ],
)


def _parameters(layers):
    return sum((inputs + 1) * units for inputs, units in pairwise(layers))


parameters = Exercise(
    solution=_parameters,
    cases=[([784, 128, 10],), ([3, 1],), ([4, 5, 6, 7],)],
    mistakes=[
        Mistake(
            lambda layers: sum(inputs * units for inputs, units in pairwise(layers)),
            "the biases are missing, one for each neuron",
        ),
        Mistake(
            lambda layers: sum(inputs * units + 1 for inputs, units in pairwise(layers)),
            "each neuron has a bias of its own; you counted one for each layer",
        ),
        Mistake(
            lambda layers: _parameters(layers) + layers[0],
            "the inputs are not neurons, so they have no biases",
        ),
        Mistake(
            lambda layers: sum(inputs * units + inputs for inputs, units in pairwise(layers)),
            "biases belong to the neurons of a layer, not to its inputs",
        ),
        Mistake(
            lambda layers: _parameters(layers[:2]),
            "you counted the first layer only; go on through the list",
        ),
        Mistake(
            lambda layers: sum(layers[1:]),
            "this is the number of neurons; count the weights and the bias of each",
        ),
        Mistake(
            lambda layers: _parameters(layers[-2:]),
            "you counted the last layer only; begin with 0 before the loop, and add with += in it",
        ),
        Mistake(
            lambda layers: _parameters(layers[:-1]),
            "the last layer is missing: let i run through range(len(layers) - 1)",
        ),
        Mistake(
            lambda layers: sum(inputs * units for inputs, units in pairwise(layers)) + sum(layers[1:-1]),
            "the neurons of the last layer have biases, too",
        ),
        Mistake(
            lambda layers: _parameters([layers[-1], *layers]),
            "for i = 0, layers[i - 1] is the last number of the list: begin with i = 1",
        ),
    ],
)


def _best(amounts, labels, answer):
    """The smallest of the amounts at which answer(limit) agrees with most labels."""
    candidates = np.sort(amounts)
    return candidates[np.argmax([np.sum(answer(limit) == labels) for limit in candidates])]


best_limit = Exercise(
    solution=lambda amounts, labels: _best(amounts, labels, lambda limit: amounts >= limit),
    cases=[
        (np.array([0.1, 0.6, 0.3, 0.8, 0.5]), np.array([False, True, False, True, True])),
        (np.array([0.2, 0.9, 0.4, 0.7, 0.1, 0.5]), np.array([True, True, False, True, False, False])),
        (np.array([0.5, 0.4, 0.7, 0.2, 0.3, 0.6]), np.array([False, True, False, True, False, True])),  # three are best
        (np.array([0.9, 0.7, 0.6, 0.5, 0.2]), np.array([True, False, True, True, False])),  # not the best precision
        (np.array([0.5, 0.4, 0.3, 0.2, 0.1]), np.array([False, False, False, True, False])),
    ],
    mistakes=[
        Mistake(
            lambda amounts, labels: _best(amounts, labels, lambda limit: amounts > limit),
            "the answer is True at the limit itself: write >= where you have >",
        ),
        Mistake(
            lambda amounts, labels: _best(amounts, labels, lambda limit: amounts <= limit),
            "your rule is the wrong way round: True means at least limit",
        ),
        Mistake(
            lambda amounts, labels: max(np.sum((amounts >= limit) == labels) for limit in amounts),
            "you returned how many answers are correct; return the limit at which they are",
        ),
        Mistake(
            lambda amounts, labels: np.sort(amounts)[
                np.argmax([np.mean(labels[amounts >= limit]) for limit in np.sort(amounts)])
            ],
            "this is the limit of the highest precision; count all correct answers, False as well as True",
        ),
        Mistake(
            lambda amounts, labels: max(np.mean((amounts >= limit) == labels) for limit in amounts),
            "you returned the fraction of correct answers; return the limit at which it is largest",
        ),
        Mistake(
            lambda amounts, labels: np.argmax([np.sum((amounts >= limit) == labels) for limit in amounts]),
            "you returned the position of the best amount; return the amount at that position",
        ),
        Mistake(
            lambda amounts, labels: amounts[labels].min(),
            "this limit finds every True (recall 1), but a correct answer False counts as well",
        ),
        Mistake(
            lambda amounts, labels: amounts[np.argmax([np.sum((amounts >= limit) == labels) for limit in amounts])],
            "several limits are equally good; return the smallest of them",
        ),
        Mistake(
            lambda amounts, labels: amounts.mean(),
            "the mean ignores the labels; try each amount as the limit and count the correct answers",
        ),
        Mistake(
            lambda amounts, labels: -_best(-amounts, labels, lambda limit: amounts >= -limit),
            "several limits are equally good; return the smallest of them",
        ),
        Mistake(
            lambda amounts, labels: amounts.min(),
            "this is always the smallest amount: you count only the correct answers True, or return stands inside "
            "the loop",
        ),
        Mistake(
            lambda amounts, labels: _best(amounts, labels, lambda limit: np.sort(amounts) >= limit),
            "you sorted the amounts, but not the labels: they do not belong together any more",
        ),
        Mistake(
            lambda amounts, labels: np.argmax([np.sum((amounts >= limit) == labels) for limit in np.sort(amounts)]),
            "you returned the position of the best amount; return the amount at that position",
        ),
    ],
)


def _distances(images, known):
    return np.sqrt(((images[:, np.newaxis] - known) ** 2).sum(axis=(2, 3)))


def _examples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four images, five known ones and their labels, on which every mistake shows."""
    rng = np.random.default_rng(0)
    known = rng.uniform(0, 0.3, (5, 28, 28))
    known[0], known[1], known[4] = 0.0, np.flip(known[3]), 0.3  # two of the same sum
    images = known[[3, 1, 2, 1]] + rng.normal(0, 0.02, (4, 28, 28))
    images[2] = np.where(np.arange(784).reshape(28, 28) < 250, 1.0, 0.0)  # nearest to another one by |differences|
    return images, known, np.array([7, 2, 9, 4, 5])


def _labels_that_repeat() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random images, on which one mean for each label and other distances give other answers."""
    rng = np.random.default_rng(2064)
    return rng.random((6, 28, 28)), rng.random((8, 28, 28)), np.array([3, 1, 3, 8, 1, 3, 8, 8])


def _nearest_mean(images, known, known_labels):
    labels = np.unique(known_labels)
    means = np.array([known[known_labels == label].mean(axis=0) for label in labels])
    return labels[_distances(images, means).argmin(axis=1)]


_IMAGES, _KNOWN, _LABELS = _examples()

nearest_label = Exercise(
    solution=lambda images, known, known_labels: known_labels[_distances(images, known).argmin(axis=1)],
    cases=[(_IMAGES, _KNOWN, _LABELS), _labels_that_repeat()],
    mistakes=[
        Mistake(
            lambda images, known, known_labels: _distances(images, known).argmin(axis=1),
            "you returned the position of the nearest known image; return its label",
        ),
        Mistake(
            lambda images, known, known_labels: known_labels[_distances(images, known).argmax(axis=1)],
            "this is the label of the image that is farthest away",
        ),
        Mistake(
            lambda images, known, known_labels: _distances(images, known).min(axis=1),
            "you returned the smallest distance; return the label of the image at that distance",
        ),
        Mistake(
            lambda images, known, known_labels: known_labels[
                (images[:, np.newaxis] - known).sum(axis=(2, 3)).argmin(axis=1)
            ],
            "positive and negative differences cancel in your sum, so square them first",
        ),
        Mistake(
            lambda images, known, known_labels: known_labels[
                np.abs((images[:, np.newaxis] - known).sum(axis=(2, 3))).argmin(axis=1)
            ],
            "positive and negative differences cancel in your sum; square them first",
        ),
        Mistake(
            lambda images, known, known_labels: known_labels[
                np.abs(images[:, np.newaxis] - known).sum(axis=(2, 3)).argmin(axis=1)
            ],
            "you added the sizes of the differences; square the differences before you add them",
        ),
        Mistake(
            lambda images, known, known_labels: known_labels[_distances(images, known).argmin(axis=0)],
            "this looks for the nearest image to each known one; take the smallest along the other axis",
        ),
        Mistake(
            _nearest_mean,
            "this is the program of part 3, with one mean for each label; compare with every known image",
        ),
        Mistake(
            lambda images, known, known_labels: np.full(len(images), known_labels[-1]),
            "this is always the label of the last known image; keep the smallest distance so far, and compare with it",
        ),
        Mistake(
            lambda images, known, known_labels: known_labels[
                np.linalg.norm(images[:, np.newaxis] - known, 2, axis=(2, 3)).argmin(axis=1)
            ],
            "np.linalg.norm(…, 2) is something else for a matrix; leave out the 2, or use distance",
        ),
    ],
)


def _recall_and_precision(predicted, actual):
    return np.mean(predicted[actual]), np.mean(actual[predicted])


def _three_classes() -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of three classes and labels, with answers on both sides of the limits of the cases."""
    probabilities = np.array(
        [[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.4, 0.35, 0.25], [0.1, 0.8, 0.1], [0.3, 0.5, 0.2]]
    )
    return probabilities, np.array([0, 0, 1, 0, 1, 0])


_PROBABILITIES, _CLASSES = _three_classes()


def _mistake(recall_and_precision, explanation):
    """A mistake made with what the rule calls the digit and what is that digit."""
    return Mistake(
        lambda probabilities, labels, digit, limit: recall_and_precision(
            probabilities[:, digit] >= limit, labels == digit
        ),
        explanation,
    )


recall_and_precision = Exercise(
    solution=lambda probabilities, labels, digit, limit: _recall_and_precision(
        probabilities[:, digit] >= limit, labels == digit
    ),
    cases=[
        (_PROBABILITIES, _CLASSES, 0, 0.5),
        (_PROBABILITIES, _CLASSES, 0, 0.3),
        (_PROBABILITIES, _CLASSES, 1, 0.3),
    ],
    mistakes=[
        _mistake(
            lambda predicted, actual: _recall_and_precision(actual, predicted),
            "the two are swapped: recall is a fraction of the true ones, precision a fraction of the answers",
        ),
        _mistake(
            lambda predicted, actual: (np.mean(predicted & actual), np.mean(predicted & actual)),
            "you divided by the number of all images; recall divides by the number of true ones, precision by that of "
            "the answers",
        ),
        _mistake(
            lambda predicted, actual: (np.mean(predicted == actual), np.mean(predicted == actual)),
            "this is the accuracy; it also counts other digits that the rule rightly leaves out",
        ),
        _mistake(
            lambda predicted, actual: (np.sum(predicted & actual), np.sum(predicted & actual)),
            "you counted; a fraction is one count divided by another",
        ),
        Mistake(
            lambda probabilities, labels, digit, limit: _recall_and_precision(
                probabilities.argmax(axis=1) == digit, labels == digit
            ),
            "you took the largest probability and did not use limit; compare the probability of digit with it",
        ),
        Mistake(
            lambda probabilities, labels, digit, limit: _recall_and_precision(
                (probabilities.argmax(axis=1) == digit) & (probabilities.max(axis=1) >= limit), labels == digit
            ),
            "you also asked that digit has the largest probability; compare only the probability of digit with limit",
        ),
        Mistake(
            lambda probabilities, labels, digit, limit: _recall_and_precision(
                probabilities.max(axis=1) >= limit, labels == digit
            ),
            "you compared the largest probability with limit; compare the probability of digit with it",
        ),
        Mistake(
            lambda probabilities, labels, digit, limit: _recall_and_precision(
                probabilities[:, digit] > limit, labels == digit
            ),
            "the rule says at least limit: write >= where you have >",
        ),
    ],
)
