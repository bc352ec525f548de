"""The checks of lesson 08."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _tied(X, W, encoder=1.0, decoder=1.0, scale=None):
    """The gradient of the tied autoencoder's loss; `encoder` and `decoder` weigh the two places of W."""
    scale = 2 / X.size if scale is None else scale
    dX_hat = scale * (X @ W @ W.T - X)
    return encoder * X.T @ (dX_hat @ W) + decoder * dX_hat.T @ (X @ W)


_rng = np.random.default_rng(8)
_X = _rng.normal(size=(4, 3)).round(1)
_W = _rng.normal(size=(3, 2)).round(1)

tied_gradient = Exercise(
    solution=lambda X, W: _tied(X, W),
    cases=[
        (np.array([[1.0, 2.0]]), np.array([[0.5], [1.0]])),
        (_X, _W),
        (_X[:, :2], _W[:2, :1]),
    ],
    mistakes=[
        Mistake(
            lambda X, W: _tied(X, W, decoder=0),
            "that is the encoder's part alone; W is used a second time, in the decoder, and the two parts add up",
        ),
        Mistake(
            lambda X, W: _tied(X, W, encoder=0),
            "that is the decoder's part alone; W is used a first time, in the encoder, and the two parts add up",
        ),
        Mistake(
            lambda X, W: 2 * _tied(X, W, decoder=0),
            "the encoder's part is taken twice; the decoder's part, dX_hat.T @ H, is another matrix",
        ),
        Mistake(
            lambda X, W: 2 * _tied(X, W, encoder=0),
            "the decoder's part is taken twice; the encoder's part, X.T @ (dX_hat @ W), is another matrix",
        ),
        Mistake(
            lambda X, W: _tied(X, W, scale=2 / len(X)),
            "the loss is a mean over pixels too: divide by X.size, not by the number of images",
        ),
        Mistake(lambda X, W: _tied(X, W, scale=2.0), "the loss is a mean: divide by X.size"),
        Mistake(
            lambda X, W: _tied(X, W, scale=1 / X.size),
            "half of it: the derivative of a square has a factor of 2, and the two parts add up, they are not averaged",
        ),
        Mistake(
            lambda X, W: (X @ W).T @ (2 / X.size * (X @ W @ W.T - X)),
            "the decoder's formula of part 2 is for D = W.T: transpose it, and add the encoder's part",
        ),
        Mistake(lambda X, W: -_tied(X, W), "the sign is turned round: dX_hat is X_hat − X, not X − X_hat"),
        Mistake(
            lambda X, W: (_tied(X, W, decoder=0), _tied(X, W, encoder=0).T),
            "those are the gradients of E and of D; W is both, so transpose that of D and add the two",
        ),
    ],
)


def _pca(X, k, centre=True, back=True, directions=None):
    """The reconstruction from k principal components, each step replaceable by a wrong one."""
    mean = X.mean(axis=0)
    centred = X - mean if centre else X
    U, s, Vt = np.linalg.svd(centred, full_matrices=False)
    C = Vt[:k].T if directions is None else directions(U, s, Vt, k)
    return centred @ C @ C.T + (mean if centre and back else 0)


def _pca_of_one_mean(X, k):
    C = np.linalg.svd(X - X.mean(), full_matrices=False)[2][:k].T
    return X.mean() + (X - X.mean()) @ C @ C.T


def _pca_half_centred(X, k, for_svd=True, projected=True, back=True):
    """The reconstruction with the mean row subtracted in one place and not in the other."""
    mean = X.mean(axis=0)
    C = np.linalg.svd(X - for_svd * mean, full_matrices=False)[2][:k].T
    return (X - projected * mean) @ C @ C.T + back * mean


_points = np.array([[2.0, 0, 1], [4, 1, 3], [6, 5, 2], [8, 4, 6], [1, 3, 2]])

pca = Exercise(
    solution=lambda X, k: _pca(X, k),
    cases=[(_points, 1), (_points, 2), (_points[:, ::-1] ** 2, 1)],
    mistakes=[
        Mistake(lambda X, k: _pca(X, k, centre=False), "subtract the mean row first, and add it again at the end"),
        Mistake(lambda X, k: _pca(X, k, back=False), "the mean row is missing: add it again at the end"),
        Mistake(
            lambda X, k: _pca(X, k, directions=lambda U, s, Vt, k: Vt[-k:].T),
            "these are the directions of the smallest variance; svd gives the largest first",
        ),
        Mistake(
            lambda X, k: _pca(X, k, directions=lambda U, s, Vt, k: Vt[:, :k]),
            "the directions are the rows of Vt: the first k rows, transposed, not the first k columns",
        ),
        Mistake(
            lambda X, k: _pca(X, k + 1),
            "one direction too many: the first k are the rows 0 to k − 1",
        ),
        Mistake(
            lambda X, k: (X - X.mean(axis=0)) @ np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][:k].T,
            "that is the code, k numbers for each row: go back with the same directions, and add the mean row",
        ),
        Mistake(
            lambda X, k: _pca_of_one_mean(X, k),
            "the mean of all numbers was taken; each column has a mean of its own: axis=0",
        ),
        Mistake(
            lambda X, k: np.broadcast_to(X.mean(axis=0), X.shape),
            "every row became the mean row: add what the projection leaves of the differences",
        ),
        Mistake(
            lambda X, k: _pca_half_centred(X, k, for_svd=False),
            "svd got X itself; the rows of Vt are the principal components only if svd gets X minus the mean row",
        ),
        Mistake(
            lambda X, k: _pca_half_centred(X, k, projected=False),
            "the mean row was added, but not subtracted from X before the projection",
        ),
        Mistake(
            lambda X, k: _pca_half_centred(X, k, projected=False, back=False),
            "svd got X minus the mean row: project X minus the mean row too, and add the mean row at the end",
        ),
        Mistake(
            lambda X, k: _pca(X, k, directions=lambda U, s, Vt, k: (Vt[:k] / np.sqrt(s[:k, None])).T),
            "s is missing: the code is U[:, :k] * s[:k], not U[:, :k] alone",
        ),
    ],
)


def _area(normal, anomalous, ties=0.5):
    difference = np.asarray(anomalous)[:, None] - np.asarray(normal)[None, :]
    return np.mean((difference > 0) + ties * (difference == 0))


def _area_of_zip(normal, anomalous, ties):
    return np.mean([(a > n) + ties * (a == n) for n, a in zip(normal, anomalous, strict=False)])


roc_area = Exercise(
    solution=lambda normal, anomalous: _area(normal, anomalous),
    cases=[
        (np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.5])),
        (np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.25, 0.9])),
        (np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.5])),
        (np.array([1.0, 1.0, 3.0]), np.array([1.0])),
    ],
    mistakes=[
        Mistake(
            lambda normal, anomalous: 1 - _area(normal, anomalous),
            "that is the share of pairs in which the normal image has the higher score",
        ),
        Mistake(
            lambda normal, anomalous: _area(normal, anomalous, ties=0.0),
            "a pair with equal scores counts as one half",
        ),
        Mistake(
            lambda normal, anomalous: _area(normal, anomalous, ties=1.0),
            "a pair with equal scores counts as one half, not as one",
        ),
        Mistake(
            lambda normal, anomalous: _area(normal, anomalous) * len(normal) * len(anomalous),
            "that is the number of pairs; divide by how many pairs there are",
        ),
        Mistake(
            lambda normal, anomalous: np.mean(anomalous > np.mean(normal)),
            "compare each anomalous score with each normal one, not with one number (a mean, a maximum)",
        ),
        Mistake(
            lambda normal, anomalous: 1 - _area(normal, anomalous, ties=1.0),
            "the other way round: the anomalous score must be the higher one; and equal scores count as one half",
        ),
        Mistake(
            lambda normal, anomalous: _area_of_zip(normal, anomalous, ties=0.5),
            "zip pairs the first with the first, and so on; wanted are all pairs: one loop inside the other",
        ),
        Mistake(
            lambda normal, anomalous: _area_of_zip(normal, anomalous, ties=0.0),
            "zip pairs the first with the first, and so on; wanted are all pairs, and equal scores count as one half",
        ),
    ],
)


def _nearest(images, centres, choose=np.argmin, axis=0, power=2):
    distances = (np.abs(images[:, None, :] - centres[None, :, :]) ** power).sum(axis=2)  # (images, centres)
    return choose(distances, axis=axis)


def _nearest_of_its_own(images, centres):
    """For each centre the nearest of those images that have no nearer centre; −1 if there are none."""
    of_image = _nearest(images, centres, axis=1)
    own = [np.flatnonzero(of_image == k) for k in range(len(centres))]
    return [
        rows[_nearest(images[rows], centre[None])[0]] if len(rows) else -1
        for rows, centre in zip(own, centres, strict=True)
    ]


_images = np.array([[0.0, 0], [5, 5], [9, 1], [4, 4], [1, 0], [3, 3.5], [8, 2], [6, -7]])
_centres = np.array([[0.7, 0.2], [4.2, 4.4], [8.8, 1.1]])

nearest_images = Exercise(
    solution=lambda images, centres: _nearest(images, centres),
    cases=[
        (_images, _centres),
        (_images, np.array([[0.0, 3.0], [6.0, 1.0], [1.2, 0.1]])),  # image 0: nearest to the first, nearer to the last
        (_images[::-1] * [1, 2], _centres[:2]),
    ],
    mistakes=[
        Mistake(
            lambda images, centres: _nearest(images, centres, axis=1),
            "that is the nearest centre of each image; wanted is the nearest image of each centre, the other axis",
        ),
        Mistake(
            lambda images, centres: _nearest(images, centres, choose=np.argmax),
            "these are the images farthest from the centres: argmin, not argmax",
        ),
        Mistake(
            lambda images, centres: _nearest(images, centres, choose=np.min),
            "these are the distances themselves; wanted is the position of the smallest one",
        ),
        Mistake(
            lambda images, centres: images[_nearest(images, centres)],
            "these are the images themselves; wanted are their positions, whole numbers",
        ),
        Mistake(
            lambda images, centres: (images[:, None] - centres).sum(axis=2).argmin(axis=0),
            "square the differences before you add them, or those below 0 cancel the others",
        ),
        Mistake(
            lambda images, centres: _nearest(images, centres, power=1),
            "the distance adds up squares, not absolute values",
        ),
        Mistake(
            lambda images, centres: np.argmax(images @ centres.T, axis=0),
            "a large dot product is not a small distance: long images win it",
        ),
        Mistake(
            lambda images, centres: _nearest(images, centres, axis=None),
            "argmin without axis looks through all distances at once; axis=0 gives a position for each centre",
        ),
        Mistake(
            lambda images, centres: ((images[:, None] - centres) ** 2).sum(axis=1).argmin(axis=0),
            "axis 1 is that of the centres; add up the squares over the pixels, axis=2",
        ),
        Mistake(
            lambda images, centres: ((images[:, None] - centres) ** 2).argmin(axis=0),
            "that takes each pixel alone; first add up the squares over the pixels, axis=2",
        ),
        Mistake(_nearest_of_its_own, "all images count, also one that is nearer to another centre"),
    ],
)
