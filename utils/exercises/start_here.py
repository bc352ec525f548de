"""The checks of lesson 00."""

import numpy as np

from utils.exercises import Exercise, Mistake

place = Exercise(
    solution=lambda position: (position // 28, position % 28),
    cases=[(5,), (28,), (294,), (783,)],
    mistakes=[
        Mistake(
            lambda position: (position % 28, position // 28),
            "row and column are swapped; the rows are written one behind the other",
        ),
        Mistake(
            lambda position: (position // 27, position % 27), "a row has 28 pixels, although the last has number 27"
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

dense_parameters = Exercise(
    solution=lambda inputs, units: (inputs + 1) * units,
    cases=[(784, 128), (128, 10), (3, 1)],
    mistakes=[
        Mistake(lambda inputs, units: inputs * units, "the biases are missing, one for each neuron"),
        Mistake(
            lambda inputs, units: inputs * units + 1,
            "each neuron has a bias of its own, not the layer as a whole",
        ),
        Mistake(
            lambda inputs, units: inputs * units + inputs,
            "biases belong to the neurons of the layer, not to its inputs",
        ),
        Mistake(
            lambda inputs, units: inputs + units,
            "every neuron is connected to every input, so weights multiply",
        ),
    ],
)


def _shares(called, truly):
    return np.mean(called[truly]), np.mean(truly[called])


found_and_right = Exercise(
    solution=_shares,
    cases=[
        (np.array([True, True, False, False, False]), np.array([True, False, True, True, False])),
        (np.array([False, True, True, True]), np.array([False, True, True, False])),
    ],
    mistakes=[
        Mistake(
            lambda called, truly: _shares(truly, called),
            "the two shares are swapped: found is a share of the true ones, right a share of the calls",
        ),
        Mistake(
            lambda called, truly: (np.mean(called & truly), np.mean(called & truly)),
            "you divided by all images; found divides by the true ones, right by the calls",
        ),
        Mistake(
            lambda called, truly: (np.mean(called == truly), np.mean(called == truly)),
            "this is the accuracy, which counts the images rightly left alone as well",
        ),
        Mistake(
            lambda called, truly: (np.sum(called & truly), np.sum(called & truly)),
            "you counted; a share is a count divided by another",
        ),
    ],
)


def _distances(images, means):
    return np.sqrt(((images[:, np.newaxis] - means) ** 2).sum(axis=(2, 3)))


def _examples() -> tuple[np.ndarray, np.ndarray]:
    """Six images and ten means on which every mistake shows: one image is nearest to another mean by |differences|."""
    rng = np.random.default_rng(0)
    means = rng.uniform(0, 0.3, (10, 28, 28))
    images = means[[3, 1, 4, 1, 5, 9]] + rng.normal(0, 0.02, (6, 28, 28))
    means[0], means[7] = 0.0, 0.3
    images[2] = np.where(np.arange(784).reshape(28, 28) < 250, 1.0, 0.0)
    return images, means


_IMAGES, _MEANS = _examples()

nearest = Exercise(
    solution=lambda images, means: _distances(images, means).argmin(axis=1),
    cases=[(_IMAGES, _MEANS), (_IMAGES[:2], _MEANS)],
    mistakes=[
        Mistake(
            lambda images, means: _distances(images, means).argmax(axis=1), "this is the mean that is farthest away"
        ),
        Mistake(
            lambda images, means: _distances(images, means).min(axis=1),
            "return which mean is nearest, not how near it is",
        ),
        Mistake(
            lambda images, means: np.abs((images[:, np.newaxis] - means).sum(axis=(2, 3))).argmin(axis=1),
            "positive and negative differences cancel in your sum; square them first",
        ),
        Mistake(
            lambda images, means: np.abs(images[:, np.newaxis] - means).sum(axis=(2, 3)).argmin(axis=1),
            "you added the differences without squaring them, which is another distance",
        ),
        Mistake(
            lambda images, means: _distances(images, means).argmin(axis=0),
            "this gives for each mean the nearest image; take the smallest along the other axis",
        ),
    ],
)
