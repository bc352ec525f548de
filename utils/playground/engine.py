"""The playground without a widget: one real Keras network on points in the plane, trained an epoch or many a call.

`Model.fit` spends most of its time around the training of a network as small as these. Here a whole epoch is one
compiled TensorFlow function; the weights are those that `fit` gives. No random number is drawn but from private
generators: the lesson's own stay as they were.
"""

import functools
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from utils.playground import datasets
from utils.playground.state import State

if TYPE_CHECKING:
    import keras

SIDE = 60  # pixels of a heat map
LONGEST_CURVE = 2000  # measures that are kept
REACH = 6.0  # a heat map shows −6 to 6 on both axes
# With XLA these networks train three to five times faster. It was not tried on Windows, and is not used there.
WITH_XLA = sys.platform != "win32"
# What a running network takes over without starting again.
WHILE_RUNNING = {"learning_rate", "batch_size", "show_test", "discretize"}


class Measures(NamedTuple):
    """How good the network is now. The losses are mean squared errors, without the penalty of the regularization.

    The accuracies are shares from 0 to 1 of points whose side, below or above 0, is right; None for a regression.
    `epoch` counts from the start.
    """

    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None

    @property
    def diverged(self) -> bool:
        """Whether a loss is no longer a number."""
        return not np.isfinite([self.train_loss, self.test_loss]).all()


class Engine:
    """A network, its data and its training.

    >>> engine = Engine("dataset=xor&hidden=4")
    >>> engine.train(100)
    >>> engine.measure().test_loss

    Attributes:
        state: the experiment.
        model: the keras.Sequential of it, compiled; `fit` and `predict` work on it as on any other.
        epoch: epochs trained since the start.
        points, targets: of all data, float32, shapes (n, 2) and (n,); the first `train_size` are for training.
        curve: the measures so far, in order, the first at epoch 0.
    """

    def __init__(self, state: State | dict | str | None = None) -> None:
        """Raises ValueError where the state cannot be (see `State`)."""
        self.state = State.of(state)
        self._draw_points()
        self._build()
        self.reset()

    @property
    def train_size(self) -> int:
        """How many points are for training."""
        return len(self.points) * self.state.train_percent // 100

    @property
    def inputs(self) -> np.ndarray:
        """What the network reads of each point, float32, shape (n, features)."""
        return datasets.features_of(self.points, self.state.features)

    def change(self, state: State | dict | str) -> bool:
        """Go on with another experiment; builds and draws anew only what must be.

        Returns:
            Whether training starts again: not where only the learning rate, the batch size or the display differ.

        Raises:
            ValueError: a state that cannot be; the old one stays.
        """
        old, self.state = self.state, State.of(state)
        changed = {name for name, value in self.state.as_dict().items() if value != old.as_dict()[name]}
        self.model.optimizer.learning_rate.assign(self.state.learning_rate)
        if not changed - WHILE_RUNNING:
            return False
        if changed & {"dataset", "noise", "train_percent", "data_seed", "features"}:
            self._draw_points()
        if changed & {"features", "hidden", "activation", "regularization", "regularization_rate"} or (
            old.problem != self.state.problem
        ):
            self._build()
        self.reset()
        return True

    def reset(self) -> None:
        """Back to epoch 0 with the first weights, which the seed gives: the same ones each time."""
        for layer, dense in enumerate(self.model.layers):
            dense.kernel.assign(_initializer(self.state, layer)(dense.kernel.shape))
            dense.bias.assign(np.zeros(dense.bias.shape))
        self.model.optimizer.iterations.assign(0)
        self._order = np.random.default_rng([self.state.weight_seed, 1])
        self.epoch = 0
        self.curve: list[Measures] = []
        self.measure()

    def train(self, epochs: int = 1, shuffle: bool = True) -> None:
        """Train for so many epochs, at least 1; without shuffling the batches are those of `fit(shuffle=False)`."""
        if epochs < 1:
            raise ValueError(f"epochs: got {epochs}, expected at least 1")
        order = np.tile(np.arange(self.train_size, dtype="int32"), (epochs, 1))
        if shuffle:
            order = self._order.permuted(order, axis=1)
        train = self._functions.trainer(self.state.batch_size, self.train_size)
        for order_of_epoch in order:
            train(*self._data, order_of_epoch)
        self.epoch += epochs

    def measure(self) -> Measures:
        """The present losses and accuracies, which also go to the end of the curve."""
        predicted = self._functions.predict(self._data[0]).numpy()
        split = np.arange(len(predicted)) < self.train_size
        with np.errstate(over="ignore", invalid="ignore"):  # a diverged network
            squared = (predicted.astype("float64") - self.targets) ** 2
        right = (predicted >= 0) == (self.targets >= 0)
        accuracies = (None, None)
        if self.state.problem == "classification":
            accuracies = float(right[split].mean()), float(right[~split].mean())
        now = Measures(self.epoch, float(squared[split].mean()), float(squared[~split].mean()), *accuracies)
        if self.curve and self.curve[-1].epoch == self.epoch:  # a weight was set by hand
            self.curve.pop()
        self.curve.append(now)
        if len(self.curve) > LONGEST_CURVE:  # every second one goes, the first and the last stay
            del self.curve[1:-1:2]
        return now

    def heat_maps(self) -> np.ndarray:
        """What each neuron answers over the plane, layer by layer, the output last.

        Returns:
            uint8, shape (neurons, 60, 60); the rows go from x₂ = 6 down to −6, the columns from x₁ = −6 to 6. Answers
            up to −1 are 0, from 1 on 255, and 0 lies between 127 and 128; what is no number is 128.
        """
        return self._functions.maps(self._plane).numpy()

    def feature_maps(self) -> np.ndarray:
        """What each of the seven features is over the plane, also those not in use: as for `heat_maps`."""
        return to_shades(datasets.features_of(plane(), tuple(datasets.FEATURES))).T.reshape(-1, SIDE, SIDE)

    def weights(self) -> np.ndarray:
        """All weights and biases in a row, float32: of each layer the kernel (inputs, neurons), then the biases."""
        return np.concatenate([np.ravel(array) for array in self.model.get_weights()])

    @property
    def layer_sizes(self) -> list[int]:
        """Features, neurons of each hidden layer, 1."""
        return [len(self.state.features), *self.state.hidden, 1]

    def set_weight(self, layer: int, source: int | None, neuron: int, value: float) -> None:
        """Set one weight by hand, or a bias.

        Args:
            layer: 0 for the first hidden layer; the output's is the last.
            source: which of the layer's inputs; None for the bias.
            neuron: which neuron of the layer.
            value: a finite number.

        Raises:
            ValueError: no such weight, or no such number.
        """
        shapes = list(pairwise(self.layer_sizes))
        inputs, neurons = shapes[layer] if 0 <= layer < len(shapes) else (0, 0)
        if not 0 <= neuron < neurons or not (source is None or 0 <= source < inputs):
            raise ValueError(f"layer, source, neuron: got {layer}, {source}, {neuron}: there is no such weight")
        if not np.isfinite(value):
            raise ValueError(f"value: got {value}, expected a finite number")
        dense = self.model.layers[layer]
        variable, place = (dense.bias, neuron) if source is None else (dense.kernel, (source, neuron))
        array = variable.numpy()
        array[place] = value
        variable.assign(array)

    def _draw_points(self) -> None:
        import tensorflow as tf

        state = self.state
        self.points, self.targets = datasets.make(state.dataset, state.noise / 100, state.data_seed)
        # On the CPU also where there is a GPU, for which all this is too small to be worth its while.
        with tf.device("CPU"):
            self._data = tf.constant(self.inputs), tf.constant(self.targets)
            self._plane = tf.constant(datasets.features_of(plane(), state.features))

    def _build(self) -> None:
        import tensorflow as tf

        with tf.device("CPU"):
            self.model = build(self.state)
            self._functions = _compiled(self.model)


def build(state: State) -> "keras.Sequential":
    """The compiled network of an experiment, with its first weights."""
    import keras

    penalty = None
    if state.regularization != "none":
        penalty = getattr(keras.regularizers, state.regularization)(state.regularization_rate)
    sizes = [*state.hidden, 1]
    activations = [state.activation] * len(state.hidden) + [output_activation(state)]
    layers = [
        keras.layers.Dense(size, activation, kernel_initializer=_initializer(state, layer), kernel_regularizer=penalty)
        for layer, (size, activation) in enumerate(zip(sizes, activations, strict=True))
    ]
    model = keras.Sequential([keras.Input((len(state.features),)), *layers])
    model.compile(keras.optimizers.SGD(state.learning_rate), "mse")
    return model


def output_activation(state: State) -> str:
    """tanh where the targets are −1 and 1, linear where they are numbers."""
    return "tanh" if state.problem == "classification" else "linear"


def seed_of_layer(state: State, layer: int) -> int:
    """Each layer's weights have a seed of their own."""
    return (state.weight_seed * 10 + layer) % 2**31


def plane() -> np.ndarray:
    """The points of a heat map, row by row from the top left, float32, shape (3600, 2)."""
    middle = (np.arange(SIDE, dtype="float32") + 0.5) / SIDE * 2 * REACH - REACH
    x1, x2 = np.meshgrid(middle, -middle)
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def to_shades(values: np.ndarray) -> np.ndarray:
    """Numbers as uint8: −1 and below 0, 1 and above 255."""
    return np.round((np.clip(values, -1, 1) + 1) * 127.5).astype("uint8")


def _initializer(state: State, layer: int) -> "keras.initializers.Initializer":
    import keras

    return keras.initializers.GlorotUniform(seed=seed_of_layer(state, layer))


class _Functions(NamedTuple):
    trainer: object
    predict: object
    maps: object


def _compiled(model: "keras.Sequential") -> _Functions:
    """The three things that are done with a network, as TensorFlow functions that are traced at their first use."""
    import tensorflow as tf

    floats = tf.TensorSpec((None, model.input_shape[1]), tf.float32)
    targets = tf.TensorSpec((None,), tf.float32)

    def update(x, y):  # one step, on one batch
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True)[:, 0] - y) ** 2) + sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        model.optimizer.apply(gradients, model.trainable_variables)

    @functools.cache
    def trainer(batch_size, size):
        """The function that trains for an epoch with this batch size and so many points, which XLA wants to know."""
        last = size // batch_size * batch_size  # where the batch begins that is smaller

        @tf.function(input_signature=[floats, targets, tf.TensorSpec((size,), tf.int32)], jit_compile=WITH_XLA)
        def train(inputs, targets, order):
            for batch in tf.reshape(order[:last], (-1, batch_size)):
                update(tf.gather(inputs, batch), tf.gather(targets, batch))
            if last < size:
                update(tf.gather(inputs, order[last:]), tf.gather(targets, order[last:]))

        return train

    @tf.function(input_signature=[floats])
    def predict(inputs):
        return model(inputs)[:, 0]

    @tf.function(input_signature=[floats])
    def maps(inputs):
        answers, values = [], inputs
        for layer in model.layers:
            values = layer(values)
            answers.append(values)
        values = tf.transpose(tf.concat(answers, axis=1))
        shades = tf.round((tf.clip_by_value(values, -1.0, 1.0) + 1) * 127.5)
        shades = tf.where(tf.math.is_nan(values), 128.0, shades)
        return tf.reshape(tf.cast(shades, tf.uint8), (-1, SIDE, SIDE))

    return _Functions(trainer, predict, maps)
