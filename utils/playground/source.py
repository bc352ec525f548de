"""The tf.keras code that the playground stands for, ready to copy and run without the course."""

import inspect

from utils.playground import datasets
from utils.playground.engine import output_activation, seed_of_layer
from utils.playground.state import State


def source(state: State | dict | str | None = None, epochs: int = 100) -> str:
    """A Python program that makes the same data and the same network and trains it for so many epochs with `fit`.

    Points and first weights are the playground's own; only the order of the batches differs, which `fit` shuffles by
    itself. Needs NumPy and Keras on TensorFlow. It leaves X_train, y_train, X_test, y_test, model and history.

    Raises:
        ValueError: the state cannot be, or epochs is less than 1.
    """
    state = State.of(state)
    if epochs < 1:
        raise ValueError(f"epochs: got {epochs}, expected at least 1")
    maker = datasets.DATASETS[state.dataset]
    n = datasets.POINTS[state.problem]
    columns = ", ".join(datasets.FEATURES[name][0] for name in state.features)
    penalty = ""
    if state.regularization != "none":
        penalty = f"\npenalty = keras.regularizers.{state.regularization}({state.regularization_rate:g})"
    # With a penalty the loss that Keras prints holds it; the playground shows the error alone.
    metrics = ', metrics=["mse"]' if penalty else ""
    layers = "\n".join(
        _layer(state, layer, size, activation, bool(penalty))
        for layer, (size, activation) in enumerate(
            [*((size, state.activation) for size in state.hidden), (1, output_activation(state))]
        )
    )
    return f"""\
import keras
import numpy as np


{inspect.getsource(maker).strip()}


# {n} points x, shape ({n}, 2), with targets y, shape ({n},): {state.train_percent} % of them to train on
rng = np.random.default_rng({state.data_seed})
x, y = {maker.__name__}(rng, n={n}, noise={state.noise / 100:g})
order = rng.permutation({n})
x, y = x[order].astype("float32"), y[order].astype("float32")
X = np.stack([{columns}], axis=1)
train = {n * state.train_percent // 100}
X_train, y_train, X_test, y_test = X[:train], y[:train], X[train:], y[train:]

glorot = keras.initializers.GlorotUniform  # with the seeds of the playground's first weights{penalty}
model = keras.Sequential([
    keras.Input(({len(state.features)},)),
{layers}
])
model.compile(keras.optimizers.SGD(learning_rate={state.learning_rate:g}), loss="mse"{metrics})
history = model.fit(X_train, y_train, batch_size={state.batch_size}, epochs={epochs}, verbose=0)
print("loss on the training data:", model.evaluate(X_train, y_train, verbose=0))
print("loss on the test data:    ", model.evaluate(X_test, y_test, verbose=0))
"""


def _layer(state: State, layer: int, size: int, activation: str, penalised: bool) -> str:
    penalty = ", kernel_regularizer=penalty" if penalised else ""
    seed = seed_of_layer(state, layer)
    return f'    keras.layers.Dense({size}, "{activation}", kernel_initializer=glorot(seed={seed}){penalty}),'
