"""Speed and memory, measured side by side. Run by hand, with nothing else running; no test is timed.

    python -m tests.benchmark                  everything, about an hour
    python -m tests.benchmark recipes          the course's recipes against public ones, on the same 60,000 images
    python -m tests.benchmark imports lessons convolution playground
    python -m tests.benchmark browser          the playground in the real JupyterLab, where Chromium is
    python -m tests.benchmark lessons 03       one lesson

Prints tables in Markdown, the README's among them. What lessons cost is kept in data/lesson_costs.json, from which
`python -m utils.notebooks readme` writes the README's table of lessons.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from utils.authoring import anatomy, execute, measure, overview
from utils.settings import ROOT

if TYPE_CHECKING:
    import keras

# The most that a recipe may take of the public one's seconds, at equal or better accuracy.
TARGETS = {"mlp": 1 / 4, "cnn": 1 / 9, "lstm": 1 / 4}
# The playground's networks (250 points, batches of 10), and how many epochs a second each is to train at least.
PLAYGROUND = {"4 and 2 neurons": ("", 800), "six layers of 8": ("hidden=8,8,8,8,8,8", 400)}
# In the browser: frames a second at least, seconds at most until it stands still, seconds for which it plays.
FRAMES, PAUSE, PLAYED = 20, 0.2, 5
# A frame is a change of the epoch counter. The first second is not counted.
PLAY_AND_PAUSE = """
const [played, done] = arguments, either = ".dlp button[aria-label^='Play'], .dlp button[aria-label^='Pause']";
const button = () => document.querySelector(either);
let frames = 0, last = 0;
new MutationObserver(() => { frames += 1; last = performance.now(); })
  .observe(document.querySelector(".dlp-epoch .dlp-digits"), {childList: true, characterData: true, subtree: true});
button().click();
setTimeout(() => { frames = 0; }, 1000);
setTimeout(() => {
  const counted = frames, paused = performance.now();
  button().click();
  setTimeout(() => done([counted / played, Math.max(0, last - paused) / 1000]), 2000);
}, 1000 * (played + 1));
"""
REPEATS = 3  # an import is timed so often (the fastest counts), a recipe (the median), a convolution ten times as often


class Public(NamedTuple):
    """A recipe that others publish: its source, its model without softmax at the end, optimizer, batch size, epochs."""

    source: str
    build: "Callable[[], keras.Sequential]"
    optimizer: str
    batch_size: int
    epochs: int


def quickstart() -> "keras.Sequential":
    """https://www.tensorflow.org/tutorials/quickstart/beginner"""
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(10),
        ]
    )


def convnet() -> "keras.Sequential":
    """https://keras.io/examples/vision/mnist_convnet/"""
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10),
        ]
    )


def rnn_guide() -> "keras.Sequential":
    """https://keras.io/guides/working_with_rnns/"""
    import keras

    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.LSTM(64),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(10),
        ]
    )


# By the name of the course's recipe for the same kind of network.
PUBLIC = {
    "mlp": Public("TensorFlow quickstart", quickstart, "adam", 32, 5),
    "cnn": Public("keras.io, simple MNIST convnet (without its validation split)", convnet, "adam", 128, 15),
    "lstm": Public(
        "Keras guide to RNNs, LSTM and batch normalisation, 10 epochs (with Adam; its SGD reaches less)",
        rnn_guide, "adam", 64, 10,
    ),
}  # fmt: skip


def recipes() -> None:
    """Train each recipe and its public counterpart in alternation, three times, on the same 60,000 images; medians."""
    import keras

    from utils import models
    from utils.data import load_mnist

    digits = load_mnist()
    digits = digits._replace(
        x_train=np.concatenate([digits.x_train, digits.x_validation]),
        y_train=np.concatenate([digits.y_train, digits.y_validation]),
    )
    models.train("softmax", digits, verbose=0)  # so that nobody pays for TensorFlow's own start
    print("\n| network | recipe | seconds | test accuracy | share of the public one's seconds |")
    print("| --- | --- | --- | --- | --- |")
    for name, public in PUBLIC.items():
        rounds = []
        for _ in range(REPEATS):
            rounds.append((_train_public(public, digits), _train_ours(name, digits)))
            keras.backend.clear_session()
        theirs, ours = np.median(rounds, axis=0)  # seconds and test accuracy of each
        ratio = ours[0] / theirs[0]
        kept = "met" if ratio <= TARGETS[name] and ours[1] >= theirs[1] else "MISSED"
        print(f"| {name} | {public.source} | {theirs[0]:.1f} | {theirs[1]:.4f} | |")
        target = f"{ratio:.2f} (at most {TARGETS[name]:.2f}: {kept})"
        print(f"| | this course | {ours[0]:.1f} | {ours[1]:.4f} | {target} |", flush=True)


def _train_ours(name: str, digits) -> tuple[float, float]:
    """Seconds of fitting and test accuracy of a recipe of the course."""
    from utils import models

    model, _, seconds = models.train(name, digits, verbose=0)
    return seconds, model.evaluate(digits.x_test, digits.y_test, batch_size=1000, verbose=0)[1]


def _train_public(public: Public, digits) -> tuple[float, float]:
    """Seconds of fitting and test accuracy of a public recipe."""
    import keras

    keras.utils.set_random_seed(0)
    model = public.build()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(public.optimizer, loss, metrics=["accuracy"])
    start = time.perf_counter()
    model.fit(digits.x_train, digits.y_train, batch_size=public.batch_size, epochs=public.epochs, verbose=0)
    seconds = time.perf_counter() - start
    return seconds, model.evaluate(digits.x_test, digits.y_test, batch_size=1000, verbose=0)[1]


def imports() -> None:
    """Time the import of each public module of utils in a fresh interpreter, which itself is not counted."""
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "utils").rglob("*.py")
        if path.name != "__init__.py" and "authoring" not in path.parts
    )
    print("\n| import | seconds |\n| --- | --- |")
    for module in modules:
        code = f"import time; s = time.perf_counter(); import {module}; print(time.perf_counter() - s)"
        took = [
            float(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout)
            for _ in range(REPEATS)
        ]
        print(f"| {module} | {min(took):.2f} |", flush=True)


def lessons(only: str = "") -> None:
    """Run each lesson from top to bottom: seconds with the kernel's start, and the kernel's peak memory.

    Kept as soon as a lesson has run. Raises ExecutionFailed if one fails.
    """
    print("\n| lesson | seconds | peak memory, MB |\n| --- | --- | --- |")
    execute.warm_caches(execute.kernel_environment())
    machine = measure.machine()
    for path in anatomy.lesson_paths(only):
        with tempfile.TemporaryDirectory() as results:
            done = execute.execute(path, execute.kernel_environment(COURSE_RESULTS=results))
        megabytes = done.peak_megabytes and round(done.peak_megabytes)
        overview.write_costs({path.stem: overview.Cost(round(done.seconds), megabytes)}, machine)
        print(f"| {path.stem} | {done.seconds:.0f} | {megabytes or 'unknown'} |", flush=True)


def convolution() -> None:
    """Time lesson 05's im2col, its own cells, against tf.nn.conv2d, on batches of 64 in both layers' shapes."""
    import nbformat
    import tensorflow as tf

    names: dict = {"np": np}
    for cell in nbformat.read(ROOT / "notebooks" / "05_cnn.ipynb", as_version=4).cells:
        if cell.cell_type == "code" and cell.source.startswith("def conv("):
            exec(cell.source, names)
        elif cell.cell_type == "code" and cell.source.startswith("def windows_of("):
            exec(cell.source.partition("\n\n\n")[0], names)
    compiled = tf.function(lambda X, W: tf.nn.conv2d(X, W, strides=1, padding="VALID"))
    print("\n| images | masks | im2col, ms | tf.nn.conv2d, ms | in a graph, ms |\n| --- | --- | --- | --- | --- |")
    for image, mask in (((28, 28, 1), (5, 5, 1, 16)), ((12, 12, 16), (5, 5, 16, 32))):
        X = np.random.default_rng(0).random((64, *image), dtype=np.float32)
        W = np.random.default_rng(1).random(mask, dtype=np.float32)
        times = [
            _fastest(lambda X=X, W=W: names["conv"](X, W, np.float32(0))),
            _fastest(lambda X=X, W=W: tf.nn.conv2d(X, W, strides=1, padding="VALID").numpy()),
            _fastest(lambda X=X, W=W: compiled(X, W).numpy()),
        ]
        shapes = [" × ".join(map(str, shape)) for shape in ((64, *image), mask)]
        print(f"| {shapes[0]} | {shapes[1]} | {' | '.join(f'{1000 * t:.2f}' for t in times)} |", flush=True)


def playground() -> None:
    """Train the playground's networks without a browser: epochs a second, milliseconds of a frame and of a set-up."""
    from utils.playground.engine import Engine

    Engine().train()  # so that nobody pays for TensorFlow's own start
    print("\n| network | epochs a second, one a call (at least) | ten a call | a frame, ms | set-up, ms |")
    print("| --- | --- | --- | --- | --- |")
    for name, (text, target) in PLAYGROUND.items():
        start = time.perf_counter()
        engine = Engine(text)
        engine.train()
        engine.heat_maps()
        set_up = time.perf_counter() - start
        one = 20 / _fastest(lambda engine=engine: [engine.train() for _ in range(20)])
        ten = 20 / _fastest(lambda engine=engine: [engine.train(10) for _ in range(2)])
        frame = _fastest(lambda engine=engine: (engine.measure(), engine.heat_maps(), engine.weights()))
        kept = "met" if one >= target else "MISSED"
        print(f"| {name} | {one:.0f} ({target}: {kept}) | {ten:.0f} | {1000 * frame:.1f} | {1000 * set_up:.0f} |")


def browser() -> None:
    """Play in the real JupyterLab: frames a second, and how long after a click on pause the last frame comes."""
    from tests.browser.needs import missing

    if what := missing():
        print(f"\nno browser measured: {what}")
        return
    from tests.browser.lab import Browser, Lab
    from tests.browser.notebooks import CELLS, open_cells

    print("\n| network in the browser | frames a second (at least) | pause, s (at most) |")
    print("| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder) / "jupyterlab")
        try:
            lab.wait()
            window = Browser(Path(folder) / "chromium")
            try:
                for name, (text, _) in PLAYGROUND.items():
                    cells = [CELLS[0], CELLS[1].replace("playground()", f"playground({text!r})")]
                    open_cells(lab, window, f"{name.replace(' ', '_')}.ipynb", cells)
                    window.find(".dlp button[aria-label^='Play']", seconds=60)
                    frames, pause = window.driver.execute_async_script(PLAY_AND_PAUSE, PLAYED)
                    kept = ["met" if met else "MISSED" for met in (frames >= FRAMES, pause <= PAUSE)]
                    print(f"| {name} | {frames:.0f} ({FRAMES}: {kept[0]}) | {pause:.2f} ({PAUSE}: {kept[1]}) |")
            finally:
                window.quit()
        finally:
            lab.stop()


def _fastest(call: Callable) -> float:
    """The shortest of many runs, in seconds, after one that is not counted."""
    call()
    took = []
    for _ in range(10 * REPEATS):
        start = time.perf_counter()
        call()
        took.append(time.perf_counter() - start)
    return min(took)


PARTS = {
    "recipes": recipes,
    "imports": imports,
    "lessons": lessons,
    "convolution": convolution,
    "playground": playground,
    "browser": browser,
}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="Measure speed and memory.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all where none is named")
    chosen = parser.parse_args().parts or list(PARTS)
    if chosen[0] == "lessons" and len(chosen) == 2 and anatomy.lesson_paths(chosen[1]):
        lessons(chosen[1])
        return
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for part in chosen:
        PARTS[part]()


if __name__ == "__main__":
    main()
