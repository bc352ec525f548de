"""The recipes the course settled on: build, train, or load one that was trained before.

`python -m utils.models reference` measures every recipe and writes data/reference_results.json.
"""

import argparse
import hashlib
import os
import platform
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from utils import scoreboard

if TYPE_CHECKING:
    import keras

    from utils.data import Digits


@dataclass(frozen=True)
class Recipe:
    """Layers of keras.layers by name with their options, and how they are trained."""

    lesson: str
    layers: tuple[tuple[str, dict[str, Any]], ...]
    batch_size: int
    epochs: int
    peak: float  # the largest learning rate
    optimizer: str = "adam"  # Adam with the one-cycle schedule, or "sgd", plain and with a constant rate


READ_OUT = ("Dense", {"units": 10, "activation": "softmax"})

RECIPES = {
    "softmax": Recipe(
        "02_gradient_descent", (("Flatten", {}), READ_OUT), batch_size=100, epochs=5, peak=0.5, optimizer="sgd"
    ),
    "mlp": Recipe(
        "03_mlp",
        (
            ("Flatten", {}),
            ("Dense", {"units": 160, "activation": "relu"}),
            ("Dropout", {"rate": 0.1}),
            READ_OUT,
        ),
        batch_size=256,
        epochs=5,
        peak=6e-3,
    ),
    "cnn": Recipe(
        "05_cnn",
        (
            ("Reshape", {"target_shape": (28, 28, 1)}),
            ("Conv2D", {"filters": 16, "kernel_size": 5, "activation": "relu"}),
            ("MaxPooling2D", {}),
            ("Conv2D", {"filters": 32, "kernel_size": 5, "activation": "relu"}),
            ("MaxPooling2D", {}),
            ("Flatten", {}),
            ("Dropout", {"rate": 0.25}),
            ("Dense", {"units": 128, "activation": "relu"}),
            READ_OUT,
        ),
        batch_size=128,
        epochs=4,
        peak=4e-3,
    ),
    "simple_rnn": Recipe("06_rnn", (("SimpleRNN", {"units": 64}), READ_OUT), batch_size=128, epochs=4, peak=5e-3),
    "gru": Recipe("06_rnn", (("GRU", {"units": 64}), READ_OUT), batch_size=128, epochs=2, peak=1e-2),
    "lstm": Recipe("06_rnn", (("LSTM", {"units": 64}), READ_OUT), batch_size=128, epochs=4, peak=1e-2),
}


def one_cycle(peak: float, steps: float) -> "keras.optimizers.schedules.CosineDecay":
    """The one-cycle schedule: up from peak / 10 in the first quarter of the steps, then by a cosine to 0.

    Source: Smith and Topin, Super-convergence (2018), https://arxiv.org/abs/1708.07120, in a shorter form.
    """
    import keras

    return keras.optimizers.schedules.CosineDecay(
        peak / 10, 0.75 * steps, warmup_target=peak, warmup_steps=0.25 * steps
    )


def build(name: str) -> "keras.Model":
    """The untrained, uncompiled model of a recipe: images (n, 28, 28) to probabilities (n, 10).

    Raises ValueError if there is no recipe of that name.
    """
    import keras

    layers = [getattr(keras.layers, kind)(**options) for kind, options in _recipe(name).layers]
    return keras.Sequential([keras.Input((28, 28)), *layers], name=name)


def train(
    name: str, digits: "Digits", seed: int = 0, verbose: int = 2
) -> tuple["keras.Model", "keras.callbacks.History", float]:
    """Train a recipe on the training images alone: the compiled model, its history, the seconds of fitting.

    Seeds Python, NumPy and TensorFlow with seed. verbose is that of Keras's fit.
    Raises ValueError if there is no such recipe, or images and labels are not (n, 28, 28) and (n,).
    """
    import keras

    recipe = _recipe(name)
    images, labels = digits.x_train, digits.y_train
    if images.ndim != 3 or images.shape[1:] != (28, 28) or not len(images):
        raise ValueError(f"digits.x_train: got shape {images.shape}, expected (n, 28, 28), n at least 1")
    if labels.shape != images.shape[:1]:
        raise ValueError(f"digits.y_train: got shape {labels.shape}, expected {images.shape[:1]}")
    keras.utils.set_random_seed(seed)
    model = build(name)
    model.compile(
        optimizer=_optimizer(recipe, len(images)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    start = time.perf_counter()
    history = model.fit(images, labels, batch_size=recipe.batch_size, epochs=recipe.epochs, verbose=verbose)
    return model, history, time.perf_counter() - start


def _optimizer(recipe: Recipe, examples: int) -> "keras.optimizers.Optimizer":
    import keras

    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(recipe.peak)
    steps = recipe.epochs * -(-examples // recipe.batch_size)  # the last batch of an epoch may be smaller
    return keras.optimizers.Adam(one_cycle(recipe.peak, steps))


def trained(name: str, digits: "Digits", seed: int = 0) -> "keras.Model":
    """A trained model of a recipe: loaded where the results folder has it, otherwise trained now and kept.

    A stored model counts only for the same recipe, seed and training images. One that cannot be read is
    reported, set aside as *.damaged and trained anew; where nothing can be written a line says so. Random
    numbers drawn afterwards are the same whether the model was loaded or trained. Raises as train does.
    """
    import keras

    seed_of_what_follows = int(np.random.randint(2**31))
    path = stored_path(name, digits, seed)
    model = _load(path, name)
    if model is None:
        print(f"Training the course's {name} once, on {len(digits.x_train):,} images:")
        model, _, _ = train(name, digits, seed)
        _save(model, path)
    keras.utils.set_random_seed(seed_of_what_follows)
    return model


def stored_path(name: str, digits: "Digits", seed: int) -> Path:
    """Where trained() keeps a model; the digest tells recipes and training images apart."""
    recipe = _recipe(name)
    digest = hashlib.sha256(
        repr((recipe.layers, recipe.batch_size, recipe.epochs, recipe.peak, recipe.optimizer)).encode()
    )
    digest.update(np.ascontiguousarray(digits.x_train))
    digest.update(np.ascontiguousarray(digits.y_train))
    file_name = f"{name}-{digits.source}-seed{seed}-{digest.hexdigest()[:10]}.keras"
    return scoreboard.results_folder() / "models" / file_name


def measure(digits: "Digits", names: Iterable[str], seeds: Iterable[int], path: Path) -> None:
    """Train recipes over seeds and merge each result into a file of results as soon as it is there."""
    import keras

    for name in names:
        for seed in seeds:
            model, _, seconds = train(name, digits, seed, verbose=0)
            accuracy = model.evaluate(digits.x_test, digits.y_test, verbose=0)[1]
            entry = {
                "model": name,
                "lesson": _recipe(name).lesson,
                "parameters": model.count_params(),
                "training_seconds": seconds,
                "test_accuracy": accuracy,
                "source": digits.source,
                "seed": seed,
                "machine": machine(),
            }
            scoreboard.store(entry, path)
            print(f"{name} on {digits.source}, seed {seed}: {accuracy:.4f} in {seconds:.1f} s", flush=True)
            keras.backend.clear_session()


def machine() -> str:
    """The kind of machine this is, such as "2-core x86_64 CPU"."""
    import tensorflow as tf

    kind = f"{os.cpu_count()}-core {platform.machine()} CPU"
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return kind
    return f"{kind}, {tf.config.experimental.get_device_details(gpus[0]).get('device_name', 'GPU')}"


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m utils.models", description="Measure the course's recipes.")
    commands = parser.add_subparsers(required=True)
    reference = commands.add_parser(
        "reference",
        help="train every recipe with seeds 0, 1, 2 on both sources; write reference_results.json",
    )
    reference.add_argument("--only", choices=RECIPES, help="one recipe; the others' results stay")
    reference.add_argument("--source", choices=scoreboard.SOURCES, help="one source; the other's results stay")
    options = parser.parse_args(arguments)

    from utils.data import load_mnist

    for source in [options.source] if options.source else scoreboard.SOURCES:
        os.environ["COURSE_DATA"] = source
        measure(load_mnist(), [options.only] if options.only else RECIPES, range(3), scoreboard.REFERENCE)


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise ValueError(f"name: got {name!r}, expected one of {', '.join(RECIPES)}")
    return RECIPES[name]


def _load(path: Path, name: str) -> "keras.Model | None":
    """The model stored there; None where there is none, or none that can be used (which is then said)."""
    import keras

    if not os.path.isfile(path):  # unlike Path.is_file this never raises
        return None
    try:
        model = keras.models.load_model(path)
        shapes = [weights.shape for weights in model.weights]
        if shapes != [weights.shape for weights in build(name).weights]:
            raise ValueError(f"it holds another network than {name}")
        return model
    except Exception as error:  # what a broken file makes zipfile, h5py and Keras raise has no common kind
        aside = path.with_suffix(".damaged")
        try:
            os.replace(path, aside)
        except OSError:
            aside = path
        reason = (str(error) or type(error).__name__).splitlines()[0]
        print(f"Stored model {path.name} is damaged ({reason}), kept as {aside}")
        return None


def _save(model: "keras.Model", path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scoreboard.replacing(path) as temporary:
            model.save(temporary)
    except OSError as error:
        print(f"Trained {model.name} not stored, it will be trained again next time: {error}")


if __name__ == "__main__":
    main()
