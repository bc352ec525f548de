"""One worker of a training that several machines share, and the loop that each of them runs.

The same command on every machine, in the course's folder, at about the same time:

    python -m utils.worker FOLDER --steps 32 --limit 60

What differs is the environment variable TF_CONFIG. It lists the addresses of all workers, which must be able to reach
each other there, and says which of them this one is:

    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:12345", "10.0.0.2:12345"]}, "task": {"type": "worker", "index": 0}}'

Without it, one worker trains alone. FOLDER holds data.npz (`x`, shape (n, 28, 28), and `y`, shape (n,)) and receives
checkpoints (checkpoint-mlp.npz) and, from each worker, its results (worker-0.npz). Machines without a common folder
need a copy of data.npz each, and of the checkpoint in order to resume. Workers that would start from different things
say so and stop.
"""

import argparse
import contextlib
import faulthandler
import json
import os
import signal
import sys
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from utils import storage

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# How a worker ends; a launcher, or the shell, sees it as the exit status.
FINISHED, GAVE_UP, LOST, FAILED = 0, 1, 3, 4  # faulthandler, which ends a process that waits too long, uses 1
NETWORKS = ("mlp", "cnn")
PIXELS, CLASSES = (28, 28), 10

Arrays = dict[str, np.ndarray]


def build(network: str = "mlp") -> "keras.Sequential":
    """An untrained network: images (n, 28, 28) to logits (n, 10).

    Without dropout, whose random numbers would not be those of one process, and without batch normalisation, whose
    statistics would not. Raises ValueError if there is no network of that name.
    """
    if network not in NETWORKS:
        raise ValueError(f"network: got {network!r}, expected {' or '.join(NETWORKS)}")
    from keras import Input, Sequential, layers

    if network == "mlp":
        hidden = [layers.Flatten(), layers.Dense(160, activation="relu")]
    else:
        first = [layers.Reshape((*PIXELS, 1)), layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D()]
        second = [layers.Conv2D(32, 5, activation="relu"), layers.MaxPooling2D(), layers.Flatten()]
        hidden = [*first, *second, layers.Dense(128, activation="relu")]
    return Sequential([Input(PIXELS), *hidden, layers.Dense(CLASSES)])


def train(
    strategy: "tf.distribute.Strategy",
    images: np.ndarray,
    labels: np.ndarray,
    *,
    network: str = "mlp",
    batch_size: int = 256,
    steps: int = 32,
    seed: int = 0,
    checkpoint: Path | None = None,
    every: int = 0,
    resume: bool = False,
    before_step: Callable[[int], None] = lambda step: None,
) -> Arrays:
    """Train a network by SGD with momentum; the workers or devices of the strategy share each batch.

    Args:
        strategy: of one device (`tf.distribute.get_strategy()`), of several, or of several workers.
        images, labels: shapes (n, 28, 28) and (n,), the same on all workers.
        network: as for `build`.
        batch_size: images in a step, of all workers together.
        steps: the number of the last step, the first being 1.
        seed: of the first weights and of the order of the images.
        checkpoint: where the state is kept; the first worker alone writes there, after each `every` steps (0: never).
        resume: go on from the checkpoint, where there is one.
        before_step: called with the number of steps done so far.

    Returns:
        `weights` and `gradient` (of the first step that was taken, for the whole batch), both flat; `loss` and
        `seconds` of each step, shape (steps taken,); `first_step`, how many steps were already done; `own_images`, how
        many images of the first batch each device of this worker got.

    Raises:
        ValueError: there is no such network, a batch cannot be divided among the workers, or the workers differ in what
            they start from.
        tf.errors.OpError: another worker is gone.
    """
    if batch_size % strategy.num_replicas_in_sync:
        raise ValueError(f"batch_size: got {batch_size}, expected a multiple of {strategy.num_replicas_in_sync}")
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    with strategy.scope():
        model = build(network)
        weights = model.trainable_variables
        optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
        optimizer.build(weights)
        cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
    state = [*weights, *optimizer.variables]
    done = _restore(state, checkpoint) if resume and checkpoint else 0
    _check_equal(
        strategy,
        {
            "seed": seed,
            "batch size": batch_size,
            "number of steps": steps,
            "steps already done (is the checkpoint the same everywhere?)": done,
            "weights": zlib.crc32(_flat(state)),
            "images": zlib.crc32(np.ascontiguousarray(images)),
            "labels": zlib.crc32(np.ascontiguousarray(labels)),
        },
    )

    def gradient_of_own_part(own_images, own_labels):
        with tf.GradientTape() as tape:  # the sum over the own part, divided by the size of the whole batch
            loss = tf.reduce_sum(cross_entropy(own_labels, model(own_images))) / batch_size
        return loss, tape.gradient(loss, weights)

    def own_step(own_images, own_labels):
        loss, gradients = gradient_of_own_part(own_images, own_labels)
        optimizer.apply(gradients, weights)  # here Keras adds up the gradients of all workers
        return loss

    @tf.function
    def step(batch):
        return strategy.reduce("SUM", strategy.run(own_step, args=batch), axis=None)

    @tf.function
    def whole_gradient(batch):
        _, gradients = strategy.run(gradient_of_own_part, args=batch)
        return [strategy.reduce("SUM", gradient, axis=None) for gradient in gradients]

    batches = _shared_batches(strategy, images, labels, batch_size, seed, skip=done)
    first_step, gradient, losses, seconds, own_images = done, np.zeros(0, "float32"), [], [], []
    while done < steps:
        before_step(done)
        batch = next(batches)
        if not losses:
            gradient = _flat(whole_gradient(batch))
            own_images = [len(part) for part in strategy.experimental_local_results(batch[0])]
        started = time.perf_counter()
        losses.append(float(step(batch)))
        seconds.append(time.perf_counter() - started)
        done += 1
        if checkpoint and every and done % every == 0 and is_first_worker():
            _keep(state, done, checkpoint)
    return {
        "weights": _flat(weights),
        "gradient": gradient,
        "loss": np.array(losses),
        "seconds": np.array(seconds),
        "first_step": np.array(first_step),
        "own_images": np.array(own_images),
    }


def measure(
    strategy: "tf.distribute.Strategy", sizes: tuple[int, ...] = (1_000, 100_000, 1_000_000), repeats: int = 20
) -> Arrays:
    """How long the workers take to add up vectors, seconds; all of them must call this.

    Returns `sizes`, how many numbers of four bytes a vector has, and `all_reduce`, the shortest of `repeats` times.
    """
    import tensorflow as tf

    shortest = []
    for size in sizes:
        vector = tf.ones((size,))

        @tf.function
        def add_up(vector=vector):
            return strategy.reduce("SUM", strategy.run(tf.identity, args=(vector,)), axis=None)

        times = []
        for _ in range(repeats + 1):  # the first call builds the graph
            started = time.perf_counter()
            add_up()[0].numpy()
            times.append(time.perf_counter() - started)
        shortest.append(min(times[1:]))
    return {"sizes": np.array(sizes), "all_reduce": np.array(shortest)}


def is_first_worker() -> bool:
    """Whether TF_CONFIG makes this process the first worker, or there is no other one."""
    return _own_index() == 0


@contextlib.contextmanager
def at_most(seconds: float, what: str) -> Iterator[None]:
    """End this process, with status GAVE_UP, if what happens inside takes longer.

    While a worker waits for the others inside TensorFlow, no other Python thread may run and signals are not handled;
    faulthandler's thread is not Python's. It writes to stderr where the worker hung.
    """
    print(f"{what}, at most {seconds:g} s", file=sys.stderr, flush=True)
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def main(arguments: list[str] | None = None) -> int:
    """Run one worker, from the command line; returns its exit status: FINISHED, LOST or FAILED."""
    options = _options(arguments)
    import tensorflow as tf

    if options.threads:
        tf.config.threading.set_intra_op_parallelism_threads(options.threads)
        tf.config.threading.set_inter_op_parallelism_threads(options.threads)
    with at_most(options.limit, "waiting for the other workers"):
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    try:
        with np.load(options.folder / "data.npz", allow_pickle=False) as data:
            images, labels = data["x"], data["y"]
        with contextlib.ExitStack() as limit:

            def before_step(step: int) -> None:
                limit.close()  # the limit counts from step to step
                limit.enter_context(at_most(options.limit, f"step {step + 1}"))
                if step == options.die_after:
                    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

            results = {}
            limit.enter_context(at_most(options.limit, "the first weights"))
            for network in options.network:
                found = train(
                    strategy,
                    images,
                    labels,
                    network=network,
                    batch_size=options.batch_size,
                    steps=options.steps,
                    seed=options.seed,
                    checkpoint=options.folder / f"checkpoint-{network}.npz",
                    every=options.every,
                    resume=options.resume,
                    before_step=before_step,
                )
                results |= {f"{network} {name}": array for name, array in found.items()}
            if options.measure:
                results |= measure(strategy)
        error = storage.write_arrays(options.folder / f"worker-{_own_index()}.npz", results)
        if error:
            raise OSError(f"worker-{_own_index()}.npz: {error}")
    except tf.errors.OpError as error:
        print(f"another worker is gone: {type(error).__name__}", file=sys.stderr, flush=True)
        return LOST
    except Exception:
        traceback.print_exc()
        return FAILED
    return FINISHED


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m utils.worker", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="holds data.npz, receives the checkpoint and the results")
    parser.add_argument("--network", nargs="+", choices=NETWORKS, default=["mlp"], help="one or both")
    parser.add_argument("--batch-size", type=int, default=256, help="images in a step, of all workers together")
    parser.add_argument("--steps", type=int, default=32, help="the number of the last step")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=0, help="steps between two checkpoints; 0: none")
    parser.add_argument(
        "--resume", action="store_true", help="go on from the checkpoint; all workers must find the same, or none"
    )
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a missing worker is an error")
    parser.add_argument("--threads", type=int, default=0, help="of TensorFlow; 0: as many as there are cores")
    parser.add_argument("--measure", action="store_true", help="also time the adding up of vectors")
    parser.add_argument("--die-after", type=int, default=-1, help="for tests: steps after which this worker dies")
    return parser.parse_args(arguments)


def _shared_batches(
    strategy: "tf.distribute.Strategy", images: np.ndarray, labels: np.ndarray, batch_size: int, seed: int, skip: int
) -> "Iterator":
    """Batches without an end, in an order that depends on the seed alone; each worker gets a part of each batch."""
    import tensorflow as tf

    order = np.random.default_rng(seed).permutation(len(images))
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    batches = tf.data.Dataset.from_tensor_slices((images[order], labels[order])).repeat().batch(batch_size).skip(skip)
    return iter(strategy.experimental_distribute_dataset(batches.with_options(options)))


def _check_equal(strategy: "tf.distribute.Strategy", own: dict[str, int]) -> None:
    """Raise ValueError, naming what differs, unless all workers have the same whole numbers (at most 32 bits each)."""
    import tensorflow as tf

    numbers = np.array(list(own.values()), "int64")

    @tf.function
    def sums():
        return strategy.reduce("SUM", strategy.run(lambda: tf.constant(numbers)), axis=None)

    equal = sums().numpy() == numbers * strategy.num_replicas_in_sync
    different = [name for name, same in zip(own, equal, strict=True) if not same]
    if different:
        raise ValueError("the workers differ in: " + ", ".join(different))


def _keep(state: list, done: int, path: Path) -> None:
    """Write weights and the optimizer's variables, so that the file is the old state or the new one, never half."""
    arrays = {f"{number}": np.asarray(variable) for number, variable in enumerate(state)}
    if error := storage.write_arrays(path, {**arrays, "done": np.array(done)}):
        raise OSError(f"{path.name}: {error}")


def _restore(state: list, path: Path) -> int:
    """Take weights and the optimizer's variables from a checkpoint; returns how many steps were done, 0 without one.

    Raises storage.BadFileError if the file is damaged, ValueError if it holds other variables.
    """
    if not path.exists():
        return 0
    arrays = storage.read_arrays(path)
    shapes = [arrays[f"{number}"].shape for number in range(len(arrays) - 1)]
    if shapes != [tuple(variable.shape) for variable in state]:
        raise ValueError(f"{path.name}: got variables of the shapes {shapes}, expected those of this network")
    for number, variable in enumerate(state):
        variable.assign(arrays[f"{number}"])
    return int(arrays["done"])


def _own_index() -> int:
    return int(json.loads(os.environ.get("TF_CONFIG") or "{}").get("task", {}).get("index", 0))


def _flat(arrays: list) -> np.ndarray:
    return np.concatenate([np.asarray(array).ravel() for array in arrays])


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # TensorFlow's own way out waits for workers that may be gone
