"""The course's models: build one, train it, or take one that was trained before.

The recipes themselves, layers and settings, are in utils/recipes.py.
"""

import hashlib
import json
import math
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from utils import scoreboard, storage
from utils.recipes import RECIPES, Recipe, one_cycle

if TYPE_CHECKING:
    import keras

    from utils.data import Digits

__all__ = ["RECIPES", "build", "one_cycle", "train", "trained"]

LOSS = "sparse_categorical_crossentropy"
SECONDS_BETWEEN_LINES = 0.5  # of progress; often enough to look alive


def build(name: str) -> "keras.Sequential":
    """The untrained, uncompiled model of a recipe: images (n, 28, 28) to probabilities (n, 10).

    Raises ValueError if there is no recipe of that name.
    """
    return _recipe(name).build()


def train(
    name: str,
    digits: "Digits",
    seed: int = 0,
    verbose: int = 2,
    callbacks: "list[keras.callbacks.Callback] | None" = None,
) -> tuple["keras.Sequential", "keras.callbacks.History", float]:
    """Train a recipe on the training images alone: the compiled model, its history, the seconds of fitting.

    Seeds Python, NumPy and TensorFlow with seed. verbose and callbacks are those of Keras's fit.
    Raises ValueError if there is no such recipe, images and labels are not (n, 28, 28) and (n,), or pixels not in
    [0, 1].
    """
    import keras

    recipe = _recipe(name)
    images, labels = digits.x_train, digits.y_train
    if images.ndim != 3 or images.shape[1:] != (28, 28) or not len(images):
        raise ValueError(f"digits.x_train: got shape {images.shape}, expected (n, 28, 28), n at least 1")
    if labels.shape != images.shape[:1]:
        raise ValueError(f"digits.y_train: got shape {labels.shape}, expected {images.shape[:1]}")
    if images.min() < 0 or images.max() > 1:
        raise ValueError(
            f"digits.x_train: got pixels from {images.min():g} to {images.max():g}, expected 0 to 1; the rates of the "
            "recipes are for those, and a network that learns from 0 to 255 learns badly without saying so"
        )
    keras.utils.set_random_seed(seed)
    model = recipe.build()
    model.compile(
        recipe.optimizer(_steps(recipe, digits)),
        LOSS,
        metrics=["accuracy"],
        steps_per_execution=recipe.steps_per_execution,
    )
    start = time.perf_counter()
    history = model.fit(
        images, labels, batch_size=recipe.batch_size, epochs=recipe.epochs, verbose=verbose, callbacks=callbacks
    )
    return model, history, time.perf_counter() - start


def trained(name: str, digits: "Digits", seed: int = 0) -> "keras.Sequential":
    """A trained model of a recipe: loaded where the results folder has it, otherwise trained now and kept.

    Prints one line, which is the same either way; while the model trains, the line shows how far it is. Any number of
    lessons may ask for the same model at once: each gets one, and a whole file stays.

    A stored model counts only for the same layers, settings, seed and training images. One that cannot be read is
    reported, set aside as *.damaged and trained anew; where nothing can be written a line says so. Random numbers
    drawn afterwards are the same whether the model was loaded or trained. Raises as train does.
    """
    import keras

    seed_of_what_follows = int(np.random.randint(2**31))
    path = stored_path(name, digits, seed)
    model, back = _load(path, name), ""
    if model is None:
        back = "\r"  # to the beginning of the line, over the progress, which is shorter
        model, _, _ = train(name, digits, seed, verbose=0, callbacks=[_progress(name)])
        _save(model, name, path)
    # What is written over is neither stored with a notebook nor compared by nbval: whichever way the model came, the
    # lesson reads the same.
    print(f"{back}The course's {name} is here, trained on {len(digits.x_train):,} images.")
    keras.utils.set_random_seed(seed_of_what_follows)
    return model


def stored_path(name: str, digits: "Digits", seed: int) -> Path:
    """Where trained() keeps a model; the digest tells layers, settings and training images apart."""
    recipe = _recipe(name)
    settings = {
        "layers": _layers(recipe.build()),
        "optimizer": _options(recipe.optimizer(_steps(recipe, digits))),
        "batch_size": recipe.batch_size,
        "epochs": recipe.epochs,
        "loss": LOSS,
    }
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=float).encode())
    digest.update(np.ascontiguousarray(digits.x_train))
    digest.update(np.ascontiguousarray(digits.y_train))
    file_name = f"{name}-{digits.source}-seed{seed}-{digest.hexdigest()[:10]}.keras"
    return scoreboard.results_folder() / "models" / file_name


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise ValueError(f"name: got {name!r}, expected one of {', '.join(RECIPES)}")
    return RECIPES[name]


def _steps(recipe: Recipe, digits: "Digits") -> int:
    """How many batches are trained on in all; the last one of an epoch may be smaller."""
    return recipe.epochs * math.ceil(len(digits.x_train) / recipe.batch_size)


def _layers(model: "keras.Sequential") -> list:
    """What a model reads, and the options of each of its layers."""
    return [list(model.input_shape), *map(_options, model.layers)]


def _options(thing: "keras.layers.Layer | keras.optimizers.Optimizer") -> list:
    """The kind and the options of a layer or an optimizer, without its name: Keras counts names up."""
    return [type(thing).__name__, {**thing.get_config(), "name": None}]


def _progress(name: str) -> "keras.callbacks.Callback":
    """A callback that writes one line over itself: which model learns, and how much of it is done."""
    import keras

    class Progress(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.done, self.shown = 0, -math.inf

        def on_train_batch_begin(self, batch, logs=None):
            if time.monotonic() - self.shown > SECONDS_BETWEEN_LINES:
                share = self.done / (self.params["epochs"] * self.params["steps"])
                print(f"\rThe course's {name} learns, {share:4.0%}", end="", flush=True)
                self.shown = time.monotonic()
            self.done += 1

    return Progress()


def _load(path: Path, name: str) -> "keras.Sequential | None":
    """The model stored there; None where there is none, or none that can be used (which is then said)."""
    import keras

    if not os.path.isfile(path):  # unlike Path.is_file this never raises
        return None
    try:
        model = keras.models.load_model(path)
        if _layers(model) != _layers(build(name)):
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


def _save(model: "keras.Sequential", name: str, path: Path) -> None:
    try:
        with storage.replacing(path) as temporary:
            model.save(temporary)
    except OSError as error:
        print(f"\rTrained {name} not stored, it will be trained again next time: {error}")
