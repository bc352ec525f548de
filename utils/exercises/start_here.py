"""The checks of lesson 00."""

import numpy as np

from utils.exercises import Exercise, Mistake

position = Exercise(
    solution=lambda row, column: 28 * row + column,
    cases=[(0, 5), (1, 0), (10, 14), (27, 27)],
    mistakes=[
        Mistake(
            lambda row, column: 28 * column + row,
            "row and column are swapped; the rows are written one behind the other",
        ),
        Mistake(lambda row, column: 27 * row + column, "a row has 28 pixels, although the last one has number 27"),
        Mistake(lambda row, column: 28 * row + column + 1, "counting starts at 0, so the first pixel is entry 0"),
        Mistake(lambda row, column: row + column, "each complete row before this one takes up 28 places"),
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

accuracy = Exercise(
    solution=lambda y, y_hat: np.mean(y == y_hat),
    cases=[
        (np.array([7, 2, 1, 0]), np.array([7, 2, 1, 1])),
        (np.array([3, 8, 8, 3, 5]), np.array([8, 3, 8, 3, 6])),
        (np.array([1, 2]), np.array([1, 2])),
    ],
    mistakes=[
        Mistake(lambda y, y_hat: np.sum(y == y_hat), "you count the right answers; divide by how many there are"),
        Mistake(lambda y, y_hat: np.mean(y != y_hat), "this is the share of wrong answers"),
        Mistake(lambda y, y_hat: 100 * np.mean(y == y_hat), "a share lies between 0 and 1; you give percent"),
        Mistake(
            lambda y, y_hat: 1 - np.mean(np.abs(y - y_hat)),
            "labels are names, not amounts: reading a 3 as an 8 is one mistake, not five",
        ),
    ],
)


def _distances(images, means):
    return np.sqrt(((images[:, np.newaxis] - means) ** 2).sum(axis=(2, 3)))


# Two by two pixels and three classes are enough to tell the mistakes apart.
_MEANS = np.array([[[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]], [[0.4, 0.4], [0.4, 0.4]]])
_IMAGES = np.array(
    [[[0.1, 0.0], [0.0, 0.1]], [[0.9, 0.8], [0.1, 0.0]], [[0.0, 0.0], [1.0, 1.0]], [[0.4, 0.3], [0.5, 0.4]]]
)

nearest = Exercise(
    solution=lambda images, means: _distances(images, means).argmin(axis=1),
    cases=[(_IMAGES, _MEANS), (_IMAGES[:2], _MEANS)],
    mistakes=[
        Mistake(
            lambda images, means: _distances(images, means).argmax(axis=1),
            "this is the mean that is farthest away",
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
            lambda images, means: _distances(images, means).argmin(axis=0),
            "this gives for each mean the nearest image; take the smallest along the other axis",
        ),
    ],
)
