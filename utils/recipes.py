"""The recipes the course settled on, each as its lesson's own cell has it, and how they are trained.

A test holds each to the cell, tagged recipe-…, of its lesson. All read images (n, 28, 28) in [0, 1] and give the
probabilities of the ten digits, (n, 10).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained.

    `build` gives the untrained, uncompiled model; `optimizer` gives, for the number of training steps in all, the
    optimizer with its schedule; `steps_per_execution` is how many steps Keras takes before it returns to Python, which
    changes the time and no weight; `lesson` is the file name, without its ending, of the lesson that is about it.
    """

    lesson: str
    build: "Callable[[], keras.Sequential]"
    batch_size: int
    epochs: int
    optimizer: "Callable[[int], keras.optimizers.Optimizer]"
    steps_per_execution: int = 1


def softmax() -> "keras.Sequential":
    """Ten neurons side by side."""
    import keras

    return keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )


def mlp() -> "keras.Sequential":
    """One hidden layer."""
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(160, activation="relu"),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def cnn() -> "keras.Sequential":
    """Two convolutions with pooling, and a dense layer."""
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(16, 5, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 5, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def simple_rnn() -> "keras.Sequential":
    """A plain recurrent layer that reads the image row by row."""
    import keras

    return keras.Sequential(
        [keras.Input((28, 28)), keras.layers.SimpleRNN(64), keras.layers.Dense(10, activation="softmax")]
    )


def gru() -> "keras.Sequential":
    """The same with gated recurrent units."""
    import keras

    return keras.Sequential([keras.Input((28, 28)), keras.layers.GRU(64), keras.layers.Dense(10, activation="softmax")])


def lstm() -> "keras.Sequential":
    """The same with long short-term memory."""
    import keras

    return keras.Sequential(
        [keras.Input((28, 28)), keras.layers.LSTM(64), keras.layers.Dense(10, activation="softmax")]
    )


def one_cycle(peak: float, steps: float) -> "keras.optimizers.schedules.CosineDecay":
    """The one-cycle schedule: up from peak / 10 in the first quarter of the steps, then by a cosine to 0.

    Source: Smith and Topin, Super-convergence (2018), https://arxiv.org/abs/1708.07120, in a shorter form.
    """
    import keras

    return keras.optimizers.schedules.CosineDecay(
        peak / 10, 0.75 * steps, warmup_target=peak, warmup_steps=0.25 * steps
    )


def adam(peak: float) -> "Callable[[int], keras.optimizers.Adam]":
    """Adam with the one-cycle schedule; `peak` is the largest learning rate."""

    def optimizer(steps: int) -> "keras.optimizers.Adam":
        import keras

        return keras.optimizers.Adam(one_cycle(peak, steps))

    return optimizer


def sgd(learning_rate: float) -> "Callable[[int], keras.optimizers.SGD]":
    """Plain stochastic gradient descent with a constant learning rate."""

    def optimizer(steps: int) -> "keras.optimizers.SGD":
        import keras

        return keras.optimizers.SGD(learning_rate)

    return optimizer


RECIPES = {
    "softmax": Recipe("02_gradient_descent", softmax, batch_size=100, epochs=5, optimizer=sgd(0.5)),
    "mlp": Recipe("03_mlp", mlp, batch_size=512, epochs=5, optimizer=adam(1e-2), steps_per_execution=20),
    "cnn": Recipe("05_cnn", cnn, batch_size=128, epochs=3, optimizer=adam(8e-3), steps_per_execution=20),
    "simple_rnn": Recipe("06_rnn", simple_rnn, batch_size=128, epochs=4, optimizer=adam(5e-3), steps_per_execution=20),
    "gru": Recipe("06_rnn", gru, batch_size=256, epochs=2, optimizer=adam(3e-2), steps_per_execution=20),
    "lstm": Recipe("06_rnn", lstm, batch_size=256, epochs=4, optimizer=adam(2e-2), steps_per_execution=20),
}
