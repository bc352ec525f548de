"""The checks of lesson 05."""

import numpy as np

from utils.exercises import Exercise, Mistake

output_size = Exercise(
    solution=lambda n, k, padding, stride: (n + 2 * padding - k) // stride + 1,
    cases=[(28, 3, 0, 1), (28, 5, 2, 1), (28, 3, 1, 2), (11, 2, 0, 2), (10, 4, 1, 3), (9, 3, 0, 2)],
    mistakes=[
        Mistake(
            lambda n, k, padding, stride: n + 2 * padding - k + 1,
            "that is right for stride 1; with a longer stride the mask stops in fewer places",
        ),
        Mistake(
            lambda n, k, padding, stride: (n + padding - k) // stride + 1,
            "the padding stands on both sides and counts twice",
        ),
        Mistake(
            lambda n, k, padding, stride: (n + 2 * padding - k) // stride,
            "the place where the mask begins counts as well: add 1",
        ),
        Mistake(
            lambda n, k, padding, stride: (n + 2 * padding - k) / stride + 1,
            "a place in which the mask does not fit whole is left out: divide with // and not with /",
        ),
        Mistake(
            lambda n, k, padding, stride: -(-(n + 2 * padding - k) // stride) + 1,
            "a place in which the mask does not fit whole is left out: round down, not up",
        ),
        Mistake(
            lambda n, k, padding, stride: n + 2 * padding - k / stride + 1,
            "the whole difference is divided by the stride: brackets around it",
        ),
        Mistake(lambda n, k, padding, stride: n - k + 1, "padding and stride are missing"),
        Mistake(lambda n, k, padding, stride: (n - k) // stride + 1, "the padding is missing"),
        Mistake(lambda n, k, padding, stride: n, "a mask that must fit into the image cannot stop at every pixel"),
        Mistake(
            lambda n, k, padding, stride: (n + 2 * padding - k + 1) // stride,
            "add the 1 after the division: it stands for the first place, not for another pixel",
        ),
    ],
)

conv_parameters = Exercise(
    solution=lambda k, channels, filters: (k * k * channels + 1) * filters,
    cases=[(3, 1, 16), (3, 16, 32), (5, 3, 8), (1, 10, 4)],
    mistakes=[
        Mistake(lambda k, channels, filters: k * k * channels * filters, "the biases are missing, one for each mask"),
        Mistake(
            lambda k, channels, filters: (k * k + 1) * filters,
            "a mask has weights for every channel of its input: k × k × channels",
        ),
        Mistake(lambda k, channels, filters: (k * channels + 1) * filters, "the mask is square: k × k pixels, not k"),
        Mistake(
            lambda k, channels, filters: (k * k + 1) * channels * filters,
            "one bias for each mask, not one for each mask and channel",
        ),
        Mistake(
            lambda k, channels, filters: k * k * channels * filters + channels,
            "one bias for each mask, not for each channel",
        ),
        Mistake(
            lambda k, channels, filters: k * k * channels + filters,
            "there are `filters` masks, each with all its weights",
        ),
        Mistake(
            lambda k, channels, filters: k * k * channels * filters + 1,
            "each mask has a bias of its own; there are as many as masks",
        ),
    ],
)


def _receptive_field(layers):
    field, step = 1, 1
    for k, stride in layers:
        field, step = field + (k - 1) * step, step * stride
    return field


receptive_field = Exercise(
    solution=_receptive_field,
    cases=[
        ([(3, 1)],),
        ([(3, 1), (3, 1)],),
        ([(3, 1), (2, 2), (3, 1), (2, 2)],),
        ([(5, 2), (3, 2), (3, 1)],),
        ([(7, 2), (3, 2), (3, 1), (3, 2), (3, 1)],),
    ],
    mistakes=[
        Mistake(
            lambda layers: 1 + sum(k - 1 for k, _ in layers),
            "behind a stride, neighbours lie further apart: (k − 1) counts times the strides of the layers before",
        ),
        Mistake(
            lambda layers: sum(k for k, _ in layers), "windows overlap: each layer adds k − 1, and the start is 1 pixel"
        ),
        Mistake(
            lambda layers: int(np.prod([k for k, _ in layers])),
            "windows overlap, so their sizes are not multiplied: each layer adds (k − 1) steps",
        ),
        Mistake(
            lambda layers: (
                1 + sum((k - 1) * int(np.prod([s for _, s in layers[: i + 1]])) for i, (k, _) in enumerate(layers))
            ),
            "a layer's own stride moves the layers behind it, not its own window",
        ),
        Mistake(
            lambda layers: 1 + sum((k - 1) * (layers[i - 1][1] if i else 1) for i, (k, _) in enumerate(layers)),
            "the strides of all layers before are multiplied, not only the last one taken",
        ),
        Mistake(
            lambda layers: 1 + sum((k - 1) * (1 + sum(s for _, s in layers[:i])) for i, (k, _) in enumerate(layers)),
            "strides are multiplied, not added",
        ),
        Mistake(
            lambda layers: 1 + sum(k * int(np.prod([s for _, s in layers[:i]])) for i, (k, _) in enumerate(layers)),
            "a window of k pixels adds k − 1 steps",
        ),
        Mistake(lambda layers: _receptive_field(layers) - 1, "begin with a field of one pixel: a pixel sees itself"),
        Mistake(lambda layers: layers[-1][0], "that is what the last layer sees of the layer before, not of the image"),
    ],
)


def _mean_pool_backward(dP):
    return np.repeat(np.repeat(dP, 2, axis=1), 2, axis=2) / 4


_dP = np.arange(1.0, 9.0).reshape(1, 2, 2, 2)

mean_pool_backward = Exercise(
    solution=_mean_pool_backward,
    cases=[(np.full((1, 1, 1, 1), 4.0),), (_dP,), (-_dP[:, :1],), (np.ones((2, 2, 3, 1)),)],
    mistakes=[
        Mistake(
            lambda dP: 4 * _mean_pool_backward(dP),
            "each of the four counts for a quarter of the mean: divide the slope by 4",
        ),
        Mistake(
            lambda dP: _mean_pool_backward(dP) * 2,
            "the mean is over four numbers, two in each direction: divide by 4, not by 2",
        ),
        Mistake(
            lambda dP: np.repeat(np.repeat(dP, 2, axis=0), 2, axis=1) / 4,
            "axis 0 is the batch; rows and columns are the axes 1 and 2",
        ),
        Mistake(
            lambda dP: np.repeat(np.repeat(dP, 2, axis=2), 2, axis=3) / 4,
            "axis 3 holds the channels; rows and columns are the axes 1 and 2",
        ),
        Mistake(lambda dP: np.repeat(dP, 2, axis=1) / 2, "only the rows were repeated; the columns need it too"),
        Mistake(lambda dP: dP / 4, "the result has twice as many rows and columns: every number gets a slope"),
        Mistake(lambda dP: dP, "the result has twice as many rows and columns, and each number a quarter of the slope"),
        Mistake(
            lambda dP: np.tile(dP, (1, 2, 2, 1)) / 4,
            "np.tile repeats the whole map; each number is to be repeated where it stands, as np.repeat does",
        ),
        Mistake(
            lambda dP: np.kron(dP[0, :, :, 0], np.ones((2, 2)))[None, :, :, None] / 4,
            "only the first image and channel came back",
        ),
    ],
)


def _moving_mask(right, down):
    w = np.zeros((3, 3))
    w[1 - down, 1 - right] = 1
    return w


moving_mask = Exercise(
    solution=_moving_mask,
    cases=[(1, 0), (0, 1), (-1, 0), (1, -1), (0, 0)],
    mistakes=[
        Mistake(
            lambda right, down: _moving_mask(-right, -down),
            "the wrong way round: what moves to the right takes its pixel from the left",
        ),
        Mistake(lambda right, down: _moving_mask(down, right), "the first index of w is the row: it goes with down"),
        Mistake(
            lambda right, down: _moving_mask(-down, -right),
            "rows and columns are exchanged, and what moves to the right takes its pixel from the left",
        ),
        Mistake(lambda right, down: _moving_mask(right, -down), "down is the wrong way round"),
        Mistake(lambda right, down: _moving_mask(-right, down), "right is the wrong way round"),
        Mistake(
            lambda right, down: np.roll(_moving_mask(right, down), (-1, -1), axis=(0, 1)),
            "the middle of the mask is w[1, 1]",
        ),
        Mistake(lambda right, down: np.zeros((3, 3)), "with all weights 0 the map is blank: one of the nine must be 1"),
        Mistake(
            lambda right, down: _moving_mask(0, 0), "that leaves the image where it is: right and down are not used"
        ),
    ],
)
