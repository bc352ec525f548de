"""The checks of lesson 10."""

import numpy as np

from utils.exercises import Exercise, Mistake


def _step(x, M, places, eta, width, winner=np.argmin, towards=lambda x, M, winner: x - M, spread=None, h=None):
    """One step of the rule, its parts replaceable by wrong ones."""
    c = winner(((x - M) ** 2).sum(axis=1))
    squares = ((places - places[c]) ** 2).sum(axis=1) if spread is None else spread(M, places, c)
    pull = np.exp(-squares / (2 * width**2)) if h is None else h(squares, width)
    return M + eta * pull[:, None] * towards(x, M, c)


def _only_the_winner(squares, width):
    return (squares == 0).astype(float)


def _not_added(x, M, places, eta, width):
    c = ((x - M) ** 2).sum(axis=1).argmin()
    return M + eta * np.exp(-((places - places[c]) ** 2) / (2 * width**2)) * (x - M)


_PLACES = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]])
_M = np.array([[0.0, 1.0], [2.0, 0.5], [1.0, 3.0], [-1.0, 0.2], [0.4, -2.0], [3.0, 2.0]])
_STEPS = [
    (np.array([2.5, 0.0]), _M, _PLACES, 0.5, 1.0),
    (np.array([-0.5, 2.0]), _M, _PLACES, 0.2, 2.0),
    (np.array([0.3, -1.0]), _M[::-1].copy(), _PLACES, 1.0, 0.7),
]
# The nearest unit by squares is not the nearest by absolute values.
_FAR_BY_SQUARES = (
    np.array([0.0, 0.0]),
    np.array([[0.0, 3.0], [2.0, 2.0], [5.0, 3.0], [-4.0, 2.2], [4.4, -2.0], [3.0, 4.0]]),
    _PLACES,
    0.3,
    1.4,
)

som_step = Exercise(
    solution=lambda x, M, places, eta, width: _step(x, M, places, eta, width),
    cases=[*_STEPS, _FAR_BY_SQUARES],
    mistakes=[
        Mistake(
            lambda x, M, places, eta, width: _step(x, M, places, eta, width, h=_only_the_winner),
            "only the winner moved; its neighbours on the grid move too",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: squares * 0 + 1.0
            ),
            "all units moved by the same share: the pull becomes weaker with the distance from the winner on the grid",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, spread=lambda M, places, c: ((M - M[c]) ** 2).sum(axis=1)
            ),
            "the neighbourhood is measured on the grid, by places, and not between the weights",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(x, M, places, eta, width, winner=np.argmax),
            "the winner is the nearest unit, not the farthest",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(x, M, places, eta, width, towards=lambda x, M, c: M - x),
            "the units moved away from the input: the pull is x − M",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(x, M, places, eta, width, towards=lambda x, M, c: x - M[c]),
            "each unit moves towards the input from where it is itself: x − M, not x − the winner's weights",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: np.exp(-np.sqrt(squares) / (2 * width**2))
            ),
            "the distance on the grid is squared in h",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: np.exp(-squares / (2 * width))
            ),
            "the width is squared in h: 2 · width²",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: np.exp(-squares / width**2)
            ),
            "the 2 is missing in h: the denominator is 2 · width²",
        ),
        Mistake(lambda x, M, places, eta, width: _step(x, M, places, 1.0, width), "the learning rate eta is missing"),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, spread=lambda M, places, c: ((M - x) ** 2).sum(axis=1)
            ),
            "h takes the distances to the input; it needs the distances from the winner on the grid, by places",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(x, M, places, eta, width) - M,
            "that is only the change of the weights: add M",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, winner=lambda _: np.abs(x - M).sum(axis=1).argmin()
            ),
            "the nearest unit has the smallest sum of squares; yours adds absolute values",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: np.exp(-squares / 2 * width**2)
            ),
            "/ 2 * width**2 divides by 2 alone and multiplies by width²: put brackets round 2 * width**2",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: np.exp(-squares / (2 * width) ** 2)
            ),
            "only the width is squared in 2 · width², not the 2",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, spread=lambda M, places, c: (np.arange(len(M)) - c) ** 2
            ),
            "the numbers of the units are not their places: take places - places[winner]",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, spread=lambda M, places, c: ((places - c) ** 2).sum(axis=1)
            ),
            "the winner's number is not its place: take places[winner]",
        ),
        Mistake(
            _not_added,
            "add up the squares over the two directions of the grid, with sum(axis=1): h is one number for each unit",
        ),
        Mistake(
            lambda x, M, places, eta, width: _step(
                x, M, places, eta, width, h=lambda squares, width: np.exp(squares / (2 * width**2))
            ),
            "the minus in h is missing: h is at most 1, and smaller far from the winner",
        ),
    ],
)


def _steps(rows, columns):
    """The steps down and to the right from each unit to each other one, shape (units, units, 2)."""
    places = np.array([(n // columns, n % columns) for n in range(rows * columns)])
    return places[:, None] - places


def _torus(rows, columns, closed=(True, True), power=2, last=0, swap=False):
    """Squared distances on a torus; the keywords say how a wrong one differs."""
    steps = np.abs(_steps(rows, columns))
    size = np.array([rows, columns])[:: -1 if swap else 1] - last
    return (np.where(closed, np.minimum(steps, np.abs(size - steps)), steps) ** power).sum(axis=2)


def _flat(rows, columns):
    return _torus(rows, columns, closed=(False, False))


def _signed(rows, columns):
    steps = _steps(rows, columns)
    return (np.minimum(steps, [rows, columns] - steps) ** 2).sum(axis=2)


def _mod(rows, columns):
    return ((_steps(rows, columns) % [rows, columns]) ** 2).sum(axis=2)


def _both_or_none(rows, columns):
    steps = np.abs(_steps(rows, columns))
    return np.minimum((steps**2).sum(axis=2), (([rows, columns] - steps) ** 2).sum(axis=2))


def _by_columns(rows, columns):
    squares = _torus(rows, columns).reshape(rows, columns, rows, columns)
    return squares.transpose(1, 0, 3, 2).reshape(rows * columns, -1)


torus_squares = Exercise(
    solution=lambda rows, columns: _torus(rows, columns),
    cases=[(1, 5), (3, 4), (5, 2)],
    mistakes=[
        Mistake(
            _flat,
            "that is the flat grid: from the last row to the first it is one step on a torus",
        ),
        Mistake(
            lambda rows, columns: _torus(rows, columns, last=1),
            "the way around has rows − steps steps; you count one too few",
        ),
        Mistake(lambda rows, columns: _torus(rows, columns, power=1), "squared distances are asked for"),
        Mistake(
            lambda rows, columns: np.sqrt(_torus(rows, columns)), "the distances are not squared: leave the root out"
        ),
        Mistake(
            lambda rows, columns: np.minimum(_flat(rows, columns), _flat(rows, columns).max() - _flat(rows, columns)),
            "take the shorter way in each direction by itself, before you square and add",
        ),
        Mistake(
            lambda rows, columns: _torus(rows, columns, swap=True),
            "rows and columns are exchanged: the first direction has `rows` steps around",
        ),
        Mistake(
            _signed,
            "a difference of places can be negative: take its absolute value before you look for the shorter way",
        ),
        Mistake(
            lambda rows, columns: _torus(rows, columns, power=1) ** 2,
            "square the steps in each direction first, and then add them",
        ),
        Mistake(
            lambda rows, columns: _torus(rows, columns, closed=(False, True)),
            "only the columns are closed to a ring; the rows are too",
        ),
        Mistake(
            _by_columns,
            "the units are numbered row by row: unit n is in row n // columns and column n % columns",
        ),
        Mistake(
            lambda rows, columns: _torus(rows, columns, closed=(True, False)),
            "only the rows are closed to a ring; the columns are too",
        ),
        Mistake(
            _mod,
            "that is the way in one direction only: compare it with the way in the other, size − steps",
        ),
        Mistake(
            _both_or_none,
            "take the shorter way in each direction by itself, before you square and add",
        ),
    ],
)


def _torn(distances, places, far=lambda steps: steps.max(axis=1) > 1, by="first", share=True):
    """For each unit, the share of the images it wins whose two nearest units are not neighbours."""
    first, second = distances.argsort(axis=1)[:, :2].T
    broken = far(np.abs(places[first] - places[second]))
    unit = first if by == "first" else second
    counts = np.bincount(unit, weights=broken, minlength=len(places))
    return counts / np.maximum(np.bincount(unit, minlength=len(places)), 1) if share else counts


def _signed_steps(distances, places):
    first, second = distances.argsort(axis=1)[:, :2].T
    counts = np.bincount(first, weights=(places[first] - places[second]).max(axis=1) > 1, minlength=len(places))
    return counts / np.maximum(np.bincount(first, minlength=len(places)), 1)


def _each_unit_once(distances, places):
    first, second = distances.argsort(axis=1)[:, :2].T
    counts = np.zeros(len(places))
    counts[first] = np.abs(places[first] - places[second]).max(axis=1) > 1
    return counts


_rng = np.random.default_rng(10)
_GRID = np.array([(row, column) for row in range(4) for column in range(4)])
_DISTANCES = [_rng.random((n, 16)) + 0.3 * np.abs(_GRID - _GRID[5]).sum(axis=1) for n in (12, 12, 20)]

_jump = 1 - np.eye(16)[[0, 0, 5, 3, 9]] - 0.5 * np.eye(16)[[10, 1, 6, 0, 12]]  # also two steps in both directions

where_torn = Exercise(
    solution=lambda distances, places: _torn(distances, places),
    cases=[(_jump, _GRID), *((distances, _GRID) for distances in _DISTANCES)],
    mistakes=[
        Mistake(
            lambda distances, places: 1 - _torn(distances, places),
            "the other way round: an image counts if its two units are NOT neighbours",
        ),
        Mistake(
            lambda distances, places: _torn(distances, places, far=lambda steps: steps.sum(axis=1) > 1),
            "diagonal neighbours are neighbours too: take the larger of the two steps, not their sum",
        ),
        Mistake(
            lambda distances, places: _torn(distances, places, far=lambda steps: steps.min(axis=1) > 1),
            "one direction with more than one step is enough: take the larger of the two steps, not the smaller",
        ),
        Mistake(lambda distances, places: _torn(distances, places, share=False), "divide by the images each unit wins"),
        Mistake(
            lambda distances, places: _torn(distances, places, share=False) / len(distances),
            "divide by the images that the unit wins, not by all images",
        ),
        Mistake(
            lambda distances, places: _torn(distances, places, by="second"),
            "the image belongs to its winner, not to its second-nearest unit",
        ),
        Mistake(
            lambda distances, places: np.where(
                np.bincount(distances.argmin(axis=1), minlength=len(places)) == 0, np.nan, _torn(distances, places)
            ),
            "a unit that wins no image has 0 / 0: return 0 for it",
        ),
        Mistake(lambda distances, places: _torn(-distances, places), "these are the farthest units, not the nearest"),
        Mistake(
            lambda distances, places: _torn(distances, places, far=lambda steps: steps.max(axis=1) <= 1),
            "the other way round: an image counts if its two units are NOT neighbours",
        ),
        Mistake(
            lambda distances, places: _torn(distances, places, far=lambda steps: steps.sum(axis=1) > 2),
            "two steps in one direction are no neighbour: take the larger of the two steps, not their sum",
        ),
        Mistake(
            lambda distances, places: _torn(distances, np.arange(len(places))[:, None]),
            "the numbers of the units are not their places: compare places[first] with places[second]",
        ),
        Mistake(
            lambda distances, places: _torn(distances, places)[: distances.argmin(axis=1).max() + 1],
            "np.bincount stops at the largest number that occurs: give it minlength=len(places)",
        ),
        Mistake(_signed_steps, "a difference of places can be negative: take its absolute value"),
        Mistake(
            _each_unit_once,
            "counts[first] += … counts each unit once, however often it occurs: use np.bincount or np.add.at",
        ),
    ],
)


def _update(sums, wins, H, M, least=1e-12, count=lambda H, wins: H @ wins, mix=lambda H, sums: H @ sums):
    share = count(H, wins)
    means = mix(H, sums) / np.maximum(share, 1e-12)[:, None]
    return np.where((share < least)[:, None], M, means)


_H = np.exp(-((_PLACES[:, None] - _PLACES) ** 2).sum(axis=2) / 2)
_narrow = np.triu(_H * (_H > 0.5))  # not symmetric, so that H and its transpose are told apart
_wins = np.array([3.0, 0.0, 2.0, 5.0, 1.0, 4.0])
_none = np.array([2.0, 0.0, 0.0, 3.0, 1.0, 0.0])
_sums = _M * _wins[:, None] + 0.5

batch_update = Exercise(
    solution=lambda sums, wins, H, M: _update(sums, wins, H, M),
    cases=[
        (_sums, _wins, _H, _M),
        (_M * _none[:, None], _none, np.eye(6), _M + 1),
        (_sums, _wins, _narrow, _M),
    ],
    mistakes=[
        Mistake(
            lambda sums, wins, H, M: _update(sums, wins, H, M, least=-1.0),
            "a unit whose whole neighbourhood wins nothing keeps its old weights",
        ),
        Mistake(
            lambda sums, wins, H, M: _update(sums, wins, H, M, count=lambda H, wins: wins + 0.0),
            "divide by the weighted number of images, H @ wins, not by wins",
        ),
        Mistake(
            lambda sums, wins, H, M: _update(sums, wins, H, M, count=lambda H, wins: H.sum(axis=1)),
            "the weights must count the images: H @ wins, not the sum of H",
        ),
        Mistake(
            lambda sums, wins, H, M: _update(
                sums, wins, H, M, count=lambda H, wins: H.T @ wins, mix=lambda H, sums: H.T @ sums
            ),
            "row j of H holds what counts for unit j: H @ …, not H.T @ …",
        ),
        Mistake(
            lambda sums, wins, H, M: _update(sums, wins, np.eye(len(M)), M),
            "that is k-means: the neighbours' images count too, by H",
        ),
        Mistake(lambda sums, wins, H, M: H @ sums, "these are weighted sums; divide by the weighted number, H @ wins"),
        Mistake(
            lambda sums, wins, H, M: H @ sums / (H @ wins)[:, None],
            "0 / 0 is not a number: a unit whose whole neighbourhood wins nothing keeps its old weights",
        ),
        Mistake(
            lambda sums, wins, H, M: np.where(wins[:, None] < 1e-12, M, _update(sums, wins, H, M)),
            "a unit that wins nothing itself still moves if its neighbours win: test H @ wins, not wins",
        ),
        Mistake(
            lambda sums, wins, H, M: H @ (sums / wins[:, None]),
            "add up the sums of the neighbours first, and divide once by H @ wins, not each sum by its own wins",
        ),
        Mistake(
            lambda sums, wins, H, M: np.where((H @ wins < 1e-12)[:, None], M, H @ sums / wins[:, None]),
            "divide by the weighted number of images, H @ wins, not by wins",
        ),
        Mistake(
            lambda sums, wins, H, M: H @ (sums / np.maximum(wins, 1)[:, None]) / H.sum(axis=1)[:, None],
            "that is a mean of means: add up the sums first, and divide once by H @ wins",
        ),
    ],
)
