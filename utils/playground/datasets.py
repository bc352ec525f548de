"""The data sets of the TensorFlow Playground, drawn anew in NumPy: points in the plane and what to learn of them.

Every function takes a generator, a number of points and the noise from 0 to 0.5, and returns points (n, 2), about −6
to 6, and targets (n,): −1 or 1, or a number between. The noise moves a point after its target was decided (gauss,
spiral), or decides the target at another place (the others). Each stands for itself, so that the code that the
playground shows can hold it as it is.
After playground/src/dataset.ts of https://github.com/tensorflow/playground (Apache 2.0).
"""

from collections.abc import Callable

import numpy as np


def circle(rng, n, noise):
    """A disc inside a ring."""
    inside = np.arange(n) < n // 2
    radius = np.where(inside, rng.uniform(0, 2.5, n), rng.uniform(3.5, 5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    moved = points + rng.uniform(-5, 5, (n, 2)) * noise
    return points, np.where(np.hypot(moved[:, 0], moved[:, 1]) < 2.5, 1.0, -1.0)


def xor(rng, n, noise):
    """Opposite corners have the same class."""
    points = rng.uniform(-5, 5, (n, 2))
    points += np.where(points > 0, 0.3, -0.3)
    moved = points + rng.uniform(-5, 5, (n, 2)) * noise
    return points, np.where(moved[:, 0] * moved[:, 1] >= 0, 1.0, -1.0)


def gauss(rng, n, noise):
    """Two clouds."""
    y = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    variance = 0.5 + 7 * noise
    return 2 * y[:, None] + rng.normal(0, np.sqrt(variance), (n, 2)), y


def spiral(rng, n, noise):
    """Two arms wound around each other."""
    y = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    along = np.where(y > 0, np.arange(n) / (n // 2), (np.arange(n) - n // 2) / (n - n // 2))
    angle = 1.75 * along * 2 * np.pi + np.where(y > 0, 0, np.pi)
    points = 5 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + rng.uniform(-1, 1, (n, 2)) * noise, y


def plane(rng, n, noise):
    """A slope from corner to corner."""
    points = rng.uniform(-6, 6, (n, 2))
    moved = points + rng.uniform(-6, 6, (n, 2)) * noise
    return points, moved.sum(axis=1) / 10


def multi_gauss(rng, n, noise):
    """Hills and hollows in turn."""
    hills = np.array([[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]])
    points = rng.uniform(-6, 6, (n, 2))
    moved = points + rng.uniform(-6, 6, (n, 2)) * noise
    distance = np.hypot(moved[:, 0, None] - hills[:, 0], moved[:, 1, None] - hills[:, 1])
    nearest = distance.argmin(axis=1)
    return points, hills[nearest, 2] * np.clip(1 - distance.min(axis=1) / 2, 0, 1)


Maker = Callable[[np.random.Generator, int, float], tuple[np.ndarray, np.ndarray]]

CLASSIFICATION: dict[str, Maker] = {"circle": circle, "xor": xor, "gauss": gauss, "spiral": spiral}
REGRESSION: dict[str, Maker] = {"plane": plane, "multi-gauss": multi_gauss}
DATASETS = CLASSIFICATION | REGRESSION
POINTS = {"classification": 500, "regression": 1200}  # training and test together

# The features: how each is written in Python, of points (n, 2), and how it is called.
FEATURES = {
    "x1": ("x[:, 0]", "x₁"),
    "x2": ("x[:, 1]", "x₂"),
    "x1^2": ("x[:, 0] ** 2", "x₁²"),
    "x2^2": ("x[:, 1] ** 2", "x₂²"),
    "x1*x2": ("x[:, 0] * x[:, 1]", "x₁·x₂"),
    "sin(x1)": ("np.sin(x[:, 0])", "sin x₁"),
    "sin(x2)": ("np.sin(x[:, 1])", "sin x₂"),
}


def make(dataset: str, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """All points of a data set, training and test, in random order.

    Args:
        dataset: one of DATASETS.
        noise: 0 to 0.5.
        seed: of the private generator; the same seed gives the same points.

    Returns:
        Points (n, 2) and targets (n,), float32, n = 500 (classification) or 1200 (regression).
    """
    rng = np.random.default_rng(seed)
    n = POINTS["classification" if dataset in CLASSIFICATION else "regression"]
    points, targets = DATASETS[dataset](rng, n, noise)
    order = rng.permutation(n)
    return points[order].astype("float32"), targets[order].astype("float32")


def features_of(points: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """What the network reads: the named features of points (n, 2), float32, shape (n, features)."""
    x = np.asarray(points, "float32")
    return np.stack([_FORMULAS[name](x) for name in names], axis=1)


# Compiled from the text that the shown code holds: the two cannot differ. The texts are the constants above.
_FORMULAS = {name: eval(f"lambda x: {code}", {"np": np}) for name, (code, _) in FEATURES.items()}
