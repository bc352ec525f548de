"""What a graphics card must show. Run by `make test GPU=1`, and collected by nothing else: it fails without a card."""

import numpy as np
import pytest

from utils import lesson, models, scoreboard
from utils.data import load_mnist

RECIPES = ("softmax", "mlp", "cnn", "lstm")
SLACK = 0.005  # accuracy; a card's arithmetic gives other digits than a CPU's


@pytest.fixture(scope="module")
def gpus():
    """The cards that start() found; it has named the first one."""
    lesson.start()
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    assert found, "TensorFlow finds no GPU: is the driver there (nvidia-smi), and was .venv made with make test GPU=1?"
    return found


def test_start_names_a_card(gpus, capsys):
    lesson.start()
    printed = capsys.readouterr().out
    assert "CPU (" not in printed and printed.startswith("Ready: ")


def test_memory_grows_as_needed(gpus):
    import tensorflow as tf

    assert all(tf.config.experimental.get_memory_growth(gpu) for gpu in gpus)


def test_operations_are_placed_on_the_card(gpus):
    import tensorflow as tf

    assert "GPU" in tf.matmul(tf.ones((64, 64)), tf.ones((64, 64))).device


def test_the_lstm_uses_cudnn_where_its_conditions_hold(gpus):
    assert _cudnn_kernels({})
    assert not _cudnn_kernels({"use_cudnn": False})
    assert not _cudnn_kernels({"recurrent_activation": "tanh"})


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_as_accurate_as_on_a_cpu(name, gpus):
    digits = load_mnist()
    found = [
        entry["test_accuracy"]
        for entry in scoreboard.read_reference()
        if entry["model"] == name and entry["source"] == digits.source
    ]
    model, _, _ = models.train(name, digits, verbose=0)
    accuracy = np.mean(model.predict(digits.x_test, verbose=0).argmax(axis=1) == digits.y_test)
    assert min(found) - SLACK <= accuracy <= max(found) + SLACK


def _cudnn_kernels(options: dict) -> list[str]:
    """The operations of an LSTM's graph that are cuDNN's."""
    import keras
    import tensorflow as tf

    layer = keras.layers.LSTM(8, **options)
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec((4, 28, 28))).graph
    return [operation.type for operation in graph.get_operations() if "Cudnn" in operation.type]
