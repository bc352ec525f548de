"""What every lesson uses: start(), approx() and claim()."""

import contextlib
import math
import os
import platform
from collections.abc import Iterator


class ClaimError(AssertionError):
    """A sentence of the lesson that this run does not bear out."""


def start(seed: int = 0) -> int:
    """Get this kernel ready for a lesson, and print one line saying on what it runs.

    Imports TensorFlow without its start-up messages, lets a GPU's memory grow instead of taking all of it
    (several open notebooks can then share one), seeds Python, NumPy and Keras, and switches on inline figures.
    Call it before anything else imports TensorFlow.

    Args:
        seed: the seed of all random numbers. The environment variable COURSE_SEED, where set, replaces it.

    Returns:
        The seed that was used.

    Raises:
        ValueError: COURSE_SEED is not a whole number.
    """
    seed = _seed_from_environment(seed)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _silent_stderr():
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        # Fails only where a GPU is already in use: start() was called late, and nothing can be done then.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)

    import keras

    keras.utils.set_random_seed(seed)
    _show_figures_inline()
    print(
        f"Ready: Python {platform.python_version()}, TensorFlow {tf.__version__}, "
        f"Keras {keras.__version__}, {_device_name(tf, gpus)}, seed {seed}"
    )
    return seed


def approx(value: float) -> str:
    """Write a measured number with four significant digits behind the sign ≈, as in ≈0.9733.

    The sign tells a reader, and the regression test, that the digits vary from run to run.
    """
    value = float(value)
    if not math.isfinite(value):
        return f"≈{value}"
    if 1000 <= abs(value) < 1e7:
        return f"≈{value:.0f}"
    return f"≈{value:.4g}"


def claim(
    sentence: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """State a conclusion and hold it against a measured number.

    Args:
        sentence: the conclusion in words.
        value: the number that decides; NaN never holds.
        at_least, at_most, above, below: the bound or bounds (≥, ≤, >, <).

    Raises:
        ClaimError: a bound does not hold. The message gives the number and the bound.
        ValueError: no bound was given.
    """
    value = float(value)
    bounds = [
        ("at least", at_least, lambda bound: value >= bound),
        ("at most", at_most, lambda bound: value <= bound),
        ("above", above, lambda bound: value > bound),
        ("below", below, lambda bound: value < bound),
    ]
    bounds = [(words, bound, holds) for words, bound, holds in bounds if bound is not None]
    if not bounds:
        raise ValueError("claim: no bound given; expected at_least, at_most, above or below")
    wanted = " and ".join(f"{words} {bound:g}" for words, bound, _ in bounds)
    if not all(holds(bound) for _, bound, holds in bounds):
        raise ClaimError(f"{sentence}: measured {approx(value)}, expected {wanted}")
    print(f"✓ {sentence} ({approx(value)}, {wanted})")


def _seed_from_environment(seed: int) -> int:
    text = os.environ.get("COURSE_SEED", "").strip()
    if not text:
        return seed
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"COURSE_SEED: got {text!r}, expected a whole number such as 7") from None


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send the process's stderr (file descriptor 2) to nowhere: C++ code prints past sys.stderr."""
    try:
        saved = os.dup(2)
    except OSError:  # no stderr at all, as in a windowed Python
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(nowhere)
        os.close(saved)


def _device_name(tf, gpus: list) -> str:
    if not gpus:
        return f"CPU ({os.cpu_count()} cores)"
    details = tf.config.experimental.get_device_details(gpus[0])
    name = details.get("device_name", "GPU")
    return name if len(gpus) == 1 else f"{len(gpus)} × {name}"


def _show_figures_inline() -> None:
    """Show a Figure that ends a cell as a sharp PNG, with its description as alternative text."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    from matplotlib.figure import Figure

    shell.run_line_magic("matplotlib", "inline")
    shell.display_formatter.formatters["image/png"].for_type(Figure, figure_png)


def figure_png(figure) -> tuple[bytes, dict]:
    """Draw a figure as PNG at twice its resolution, for sharp text on any screen, in 256 colours to keep files small.

    Returns:
        The PNG's bytes, and its metadata: width and height in which to show it (pixels), and `alt`, the figure's
        description in words, where a plot helper or the lesson gave it one (`figure.description`).
    """
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    FigureCanvasAgg(figure).print_figure(
        drawn, format="png", dpi=2 * figure.dpi, bbox_inches="tight", facecolor="white"
    )
    picture = Image.open(drawn).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(small, format="png", optimize=True)
    png = small.getvalue()
    metadata = {"width": picture.width // 2, "height": picture.height // 2}
    description = getattr(figure, "description", None)
    if description:
        metadata["alt"] = description
    return png, metadata
