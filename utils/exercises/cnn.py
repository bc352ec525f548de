"""The checks of lesson 05."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _feature_map(x, w, b, stride, padding, start=None, product=None):
    """One filter's map; `start` gives the first row or column of a window, `product` what becomes of a window."""
    start = start or (lambda r: stride * r)
    product = product or (lambda window: np.sum(w * window) + b)
    x, k = np.pad(x, ((padding, padding), (padding, padding), (0, 0))), len(w)
    rows, columns = [(side - k) // stride + 1 for side in x.shape[:2]]
    return np.array(
        [[product(x[start(r) : start(r) + k, start(c) : start(c) + k]) for c in range(columns)] for r in range(rows)]
    )


def _square(z):
    """What is left of a map if its number of columns is taken from its rows."""
    return z[:, : len(z)]


_x = np.arange(1.0, 61.0).reshape(5, 6, 2) % 7
_w = np.array([[[1.0, -1], [0, 2]], [[3, 0], [-2, 1]]])
_w3 = np.arange(-4.0, 5.0).reshape(3, 3, 1)

feature_map = Exercise(
    solution=lambda x, w, b, stride, padding: _feature_map(x, w, b, stride, padding),
    cases=[
        (_x[..., :1], _w3, 0.0, 1, 0),
        (_x, _w, 0.0, 1, 0),
        (_x, _w, 0.5, 1, 0),
        (_x, _w, 0.5, 2, 0),
        (_x, _w, -1.0, 1, 1),
        (_x[:4], np.concatenate([_w3, -_w3[::-1]], axis=2), 2.0, 2, 1),
    ],
    mistakes=[
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x, w, b, stride, padding, start=lambda r: r),
            "the size is right, but the windows begin at (r, c); with a stride they begin at (stride * r, stride * c)",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x, w, b, 1, padding),
            "the stride is not used: the filter stops at every place",
        ),
        Mistake(lambda x, w, b, stride, padding: _feature_map(x, w, b, stride, 0), "the padding is not used"),
        Mistake(lambda x, w, b, stride, padding: _feature_map(x, w, 0.0, stride, padding), "the bias is missing"),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(
                x, w, b, stride, padding, product=lambda window: np.sum(w * window + b)
            ),
            "the bias is added once to each sum, not once to each product: outside np.sum",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(
                x, w, b, stride, padding, product=lambda window: np.sum(w * window, axis=(0, 1)) + b
            ),
            "the sum goes over the channels too: one filter makes one map, however many channels there are",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x[..., :1], w[..., :1], b, stride, padding),
            "only the first channel is used; the window and the filter have all of them",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x, w, b, stride, padding).astype(int),
            "your map holds whole numbers only: leave dtype=int out",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x, w[::-1, ::-1], b, stride, padding),
            "the filter is turned by 180°: that is the convolution of mathematics, deep learning leaves it as it is",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(
                np.pad(x, ((padding, 0), (padding, 0), (0, 0))), w, b, stride, 0
            ),
            "the padding stands on both sides: above and below, left and right",
        ),
        Mistake(
            lambda x, w, b, stride, padding: np.maximum(_feature_map(x, w, b, stride, padding), 0),
            "that is the map after ReLU; the exercise asks for the sums before it",
        ),
        Mistake(
            lambda x, w, b, stride, padding: np.zeros_like(_feature_map(x, w, b, stride, padding)),
            "the map has its right size and is still empty: add up the products of each window with the filter",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _square(_feature_map(x, w, b, stride, padding)),
            "the map is as wide as it is high; images need not be square, so take the columns from x.shape[1]",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x, w, b, stride, padding)[:-1, :-1],
            "the place where the filter begins counts as well: add 1 to the rows and to the columns",
        ),
        Mistake(
            lambda x, w, b, stride, padding: _feature_map(x, w, b * x.shape[2], stride, padding),
            "the bias is added once to each sum, not once for each channel",
        ),
    ],
)


def _cost(n, channels, layers, side=None, weights=None, biases=None, places=None):
    """(side, parameters, products) of a stack of convolutions, each part of the rule replaceable by a wrong one."""
    side = side or (lambda n, k, stride, padding: (n + 2 * padding - k) // stride + 1)
    weights = weights or (lambda k, channels, filters: k * k * channels * filters)
    biases = biases or (lambda channels, filters: filters)
    places = places or (lambda before, after: after**2)
    parameters = products = 0
    for filters, k, stride, padding in layers:
        before, n = n, side(n, k, stride, padding)
        parameters += weights(k, channels, filters) + biases(channels, filters)
        products += places(before, n) * weights(k, channels, filters)
        channels = filters
    return n, parameters, products


def _cost_with_the_same_channels(n, channels, layers):
    parts = []
    for layer in layers:
        n, *rest = _cost(n, channels, [layer])
        parts.append(rest)
    return (n, *np.sum(parts, axis=0))


def _cost_of_the_last(n, channels, layers):
    for layer in layers[:-1]:
        n, channels = _cost(n, channels, [layer])[0], layer[0]
    return _cost(n, channels, layers[-1:])


def _cost_with_products_of_biases(n, channels, layers):
    side, parameters, products = _cost(n, channels, layers)
    for number, (filters, *_) in enumerate(layers, start=1):
        products += _cost(n, channels, layers[:number])[0] ** 2 * filters
    return side, parameters, products


def _cost_with_the_same_side(n, channels, layers):
    parts = []
    for layer in layers:
        side, *rest = _cost(n, channels, [layer])
        parts.append(rest)
        channels = layer[0]
    return (side, *np.sum(parts, axis=0))


def _cost_with_the_last_places(n, channels, layers):
    side, parameters, _ = _cost(n, channels, layers)
    return side, parameters, side**2 * (parameters - sum(filters for filters, *_ in layers))


cost = Exercise(
    solution=lambda n, channels, layers: _cost(n, channels, layers),
    cases=[
        (28, 1, [(16, 5, 1, 0)]),
        (32, 3, [(8, 3, 1, 1)]),
        (28, 1, [(16, 3, 2, 0)]),
        (28, 1, [(16, 5, 1, 0), (32, 5, 2, 0)]),
        (224, 3, [(64, 7, 2, 3), (64, 3, 2, 1), (128, 3, 1, 1)]),
    ],
    mistakes=[
        Mistake(
            lambda n, channels, layers: _cost(n, channels, layers, biases=lambda channels, filters: 0),
            "the biases are missing among the parameters, one for each filter",
        ),
        Mistake(
            lambda n, channels, layers: _cost(n, channels, layers, biases=lambda channels, filters: 1),
            "each filter has a bias of its own; there are as many as filters",
        ),
        Mistake(
            lambda n, channels, layers: _cost(n, channels, layers, biases=lambda channels, filters: channels * filters),
            "one bias for each filter, not one for each filter and channel",
        ),
        Mistake(
            lambda n, channels, layers: _cost(
                n, channels, layers, weights=lambda k, channels, filters: k * k * filters
            ),
            "a filter has weights for every channel of its input: k × k × channels",
        ),
        Mistake(
            _cost_with_the_same_channels,
            "the input of a later layer has as many channels as the layer before has filters",
        ),
        Mistake(
            lambda n, channels, layers: _cost(n, channels, layers, places=lambda before, after: before**2),
            "count the places of the new map, not those of the map before",
        ),
        Mistake(
            lambda n, channels, layers: _cost(n, channels, layers, places=lambda before, after: after),
            "a map with n places along one side has n × n places",
        ),
        Mistake(
            lambda n, channels, layers: _cost(n, channels, layers, places=lambda before, after: 1),
            "the third number equals the weights: each weight is used once at every place of the map",
        ),
        Mistake(
            lambda n, channels, layers: _cost(
                n, channels, layers, side=lambda n, k, stride, padding: (n + padding - k) // stride + 1
            ),
            "the padding stands on both sides and counts twice",
        ),
        Mistake(
            lambda n, channels, layers: _cost(
                n, channels, layers, side=lambda n, k, stride, padding: (n + 2 * padding - k) // stride
            ),
            "the place where the filter begins counts as well: add 1",
        ),
        Mistake(
            lambda n, channels, layers: _cost(
                n, channels, layers, side=lambda n, k, stride, padding: -(-(n + 2 * padding - k) // stride) + 1
            ),
            "a place in which the filter does not fit whole is left out: round down, not up",
        ),
        Mistake(
            lambda n, channels, layers: _cost(
                n, channels, layers, side=lambda n, k, stride, padding: (n + 2 * padding - k) / stride + 1
            ),
            "a place in which the filter does not fit whole is left out: divide with // and not with /",
        ),
        Mistake(
            lambda n, channels, layers: _cost(
                n, channels, layers, side=lambda n, k, stride, padding: n + 2 * padding - k + 1
            ),
            "the stride is missing in the size of the maps",
        ),
        Mistake(
            lambda n, channels, layers: (n, 0, 0), "nothing is counted yet: go through the layers, one after the other"
        ),
        Mistake(lambda n, channels, layers: _cost(n, channels, layers[:1]), "only the first layer is counted"),
        Mistake(
            lambda n, channels, layers: _cost_of_the_last(n, channels, layers),
            "only the last layer is counted: add up with +=",
        ),
        Mistake(
            lambda n, channels, layers: _cost_with_products_of_biases(n, channels, layers),
            "a bias is added, not multiplied: leave the biases out of the products",
        ),
        Mistake(
            _cost_with_the_same_side,
            "the maps of a layer are the input of the next one: carry their size on from layer to layer",
        ),
        Mistake(
            _cost_with_the_last_places,
            "each layer's weights count at the places of its own map: add up the products layer by layer",
        ),
    ],
)


def _conv_backward(dz, x, w, stride, window=None, place=None, turned=False, overwrite=False):
    window, place = window or (lambda r: stride * r), place or (lambda r: stride * r)
    k = len(w)
    dw, dx = np.zeros((k, k)), np.zeros(x.shape)
    for r, c in np.ndindex(dz.shape):
        dw = dw + dz[r, c] * x[window(r) : window(r) + k, window(c) : window(c) + k]
        share = dz[r, c] * (w[::-1, ::-1] if turned else w)
        part = np.s_[place(r) : place(r) + k, place(c) : place(c) + k]
        dx[part] = share if overwrite else dx[part] + share
    return dw, dx


def _same(r):
    return r


def _last_window(dz, x, w, stride):
    """What is left in dw if each place of the map overwrites what the places before it gave."""
    r, c = stride * (dz.shape[0] - 1), stride * (dz.shape[1] - 1)
    return dz[-1, -1] * x[r : r + len(w), c : c + len(w)]


_dz = np.array([[1.0, -2, 0], [3, 0, 0.5]])

conv_backward = Exercise(
    solution=lambda dz, x, w, stride: _conv_backward(dz, x, w, stride),
    cases=[
        (np.array([[2.0]]), np.array([[1.0, 2], [3, 4]]), np.array([[5.0, 6], [7, 8]]), 1),
        (_dz[:, :2], np.arange(9.0).reshape(3, 3), np.array([[1.0, -1], [0, 2]]), 1),
        (_dz, np.arange(35.0).reshape(5, 7) % 8, np.arange(-4.0, 5.0).reshape(3, 3), 2),
        (_dz, np.arange(48.0).reshape(6, 8) % 11, np.arange(-4.0, 5.0).reshape(3, 3), 2),
        (_dz, np.arange(40.0).reshape(5, 8) % 9, np.array([[1.0, -1], [0, 2]]), 3),
    ],
    mistakes=[
        Mistake(
            lambda dz, x, w, stride: _conv_backward(dz, x, w, stride, window=_same),
            "dx is right; in dw the windows begin at (r, c), and with a stride at (stride * r, stride * c)",
        ),
        Mistake(
            lambda dz, x, w, stride: _conv_backward(dz, x, w, stride, place=_same),
            "dw is right; in dx the filter lay at (stride * r, stride * c), so its weights go back there",
        ),
        Mistake(
            lambda dz, x, w, stride: _conv_backward(dz, x, w, stride, window=_same, place=_same),
            "the stride is not used: the window of dz[r, c] begins at (stride * r, stride * c)",
        ),
        Mistake(
            lambda dz, x, w, stride: _conv_backward(dz, x, w, stride, overwrite=True),
            "where windows overlap, dx gets a part from each: add with +=, do not overwrite with =",
        ),
        Mistake(
            lambda dz, x, w, stride: (
                _last_window(dz, x, w, stride),
                _conv_backward(dz, x, w, stride, overwrite=True)[1],
            ),
            "every place of the map gives a part to dw and to dx: add with += in both, do not overwrite with =",
        ),
        Mistake(
            lambda dz, x, w, stride: (_conv_backward(dz, x, w, stride)[0], np.zeros(x.shape)),
            "dw is right; dx is still 0: each dz[r, c] passes the filter back to the window it came from",
        ),
        Mistake(
            lambda dz, x, w, stride: _conv_backward(dz, x, w, stride, turned=True),
            "the filter goes back into dx as it lay in the forward pass; do not turn it when you add window by window",
        ),
        Mistake(
            lambda dz, x, w, stride: (
                _conv_backward(dz, x, w, stride)[0] / dz.size,
                _conv_backward(dz, x, w, stride)[1],
            ),
            "the parts of dw are added up, they are not averaged over the places",
        ),
        Mistake(
            lambda dz, x, w, stride: _conv_backward(np.ones_like(dz), x, w, stride),
            "each window counts times the gradient dz[r, c] that came back to its place",
        ),
        Mistake(lambda dz, x, w, stride: _conv_backward(dz, x, w, stride)[::-1], "return dw first, then dx"),
        Mistake(
            lambda dz, x, w, stride: (
                dz[-1, -1] * x[stride * (len(dz) - 1) :, stride * (dz.shape[1] - 1) :][: len(w), : len(w)],
                _conv_backward(dz, x, w, stride)[1],
            ),
            "dw holds only the last window: add with += over all places",
        ),
        Mistake(
            lambda dz, x, w, stride: (np.zeros(w.shape), np.zeros(x.shape)),
            "the shapes are right; now go through all places (r, c) of dz and add what each of them contributes",
        ),
    ],
)


def _shifting_filter(right, down):
    w = np.zeros((3, 3))
    w[1 - down, 1 - right] = 1
    return w


def _two_ones(right, down, none=0):
    """What conditions one after the other make: a weight for each direction, in place of one for both."""
    w = np.zeros((3, 3))
    if right:
        w[1, 1 - right] = 1
    if down:
        w[1 - down, 1] = 1
    if not (right or down):
        w[1, 1] = none
    return w


shifting_filter = Exercise(
    solution=_shifting_filter,
    cases=[(1, 0), (0, 1), (-1, 0), (1, -1), (0, 0)],
    mistakes=[
        Mistake(
            lambda right, down: _shifting_filter(-right, -down),
            "the wrong way round: what is shifted to the right takes its pixel from the left",
        ),
        Mistake(
            lambda right, down: _shifting_filter(down, right), "the first index of w is the row: it goes with down"
        ),
        Mistake(
            lambda right, down: _shifting_filter(-down, -right),
            "rows and columns are exchanged, and what is shifted to the right takes its pixel from the left",
        ),
        Mistake(
            lambda right, down: np.roll(_shifting_filter(-right, -down), (-1, -1), axis=(0, 1)),
            "the middle of the filter is w[1, 1], and what is shifted to the right takes its pixel from the left",
        ),
        Mistake(lambda right, down: _shifting_filter(right, -down), "down is the wrong way round"),
        Mistake(lambda right, down: _shifting_filter(-right, down), "right is the wrong way round"),
        Mistake(
            lambda right, down: np.roll(_shifting_filter(right, down), (-1, -1), axis=(0, 1)),
            "the middle of the filter is w[1, 1]",
        ),
        Mistake(lambda right, down: np.zeros((3, 3)), "with all weights 0 the map is blank: one of the nine must be 1"),
        Mistake(
            lambda right, down: _shifting_filter(0, 0), "that leaves the image where it is: right and down are not used"
        ),
        *(
            Mistake(
                lambda right, down, none=none: _two_ones(right, down, none),
                "one weight does both, w[row, column]: the row goes with down, the column with right",
            )
            for none in (0, 1)
        ),
    ],
)
