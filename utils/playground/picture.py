"""The playground as a still picture: what a page without a kernel can show."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from utils.playground.datasets import FEATURES
from utils.playground.engine import REACH, Engine
from utils.playground.state import State
from utils.plots.style import (
    BLACK,
    BLUE,
    FRAME,
    GREEN,
    ORANGE,
    CourseFigure,
    Size,
    finished,
    hide_ticks,
    new_figure,
    styled,
)

SHADES = LinearSegmentedColormap.from_list("playground", [ORANGE, "#F4F4F4", BLUE])
NODE = 0.8  # the side of a neuron's heat map; rows are 1 apart
STEPS = 60  # the loss curve is measured so often


def playground_picture(
    state: State | dict | str | None = None,
    epochs: int = 0,
    *,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """The playground after so many epochs: the network with its heat maps, the output with the points, the losses.

    >>> playground_picture("dataset=spiral&hidden=8,8,8&activation=relu", epochs=200)

    Args:
        state: the experiment, as for `playground`.
        epochs: how long it is trained first, 0 or more.
        title, size: of the figure; size in inches.
        description: what the figure shows, in words; made from the state and the losses where not given.

    Raises:
        ValueError: the state cannot be, or epochs is less than 0.
    """
    if epochs < 0:
        raise ValueError(f"epochs: got {epochs}, expected at least 0")
    engine = Engine(state)
    for first, last in pairwise(np.linspace(0, epochs, min(epochs, STEPS) + 1).astype(int)):
        engine.train(int(last - first))
        engine.measure()
    return picture_of(engine, title=title, size=size, description=description)


@styled
def picture_of(
    engine: Engine, *, title: str | None = None, size: Size | None = None, description: str | None = None
) -> CourseFigure:
    """An engine as it is now, as `playground_picture` draws it."""
    figure = new_figure(12, 5)
    left, right = figure.subfigures(1, 2, width_ratios=[1.75, 1])
    _draw_network(left.subplots(), engine)
    curve = engine.curve
    if len(curve) > 1:
        output, losses = right.subplots(2, 1, height_ratios=[2.4, 1])
        epochs = [measures.epoch for measures in curve]
        losses.plot(epochs, [measures.train_loss for measures in curve], color=GREEN, ls="-", label="training")
        losses.plot(epochs, [measures.test_loss for measures in curve], color=BLACK, ls="--", label="test")
        losses.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
        losses.legend(loc="upper right", ncols=2)
    else:
        output = right.subplots()
    _draw_output(output, engine)
    return finished(figure, description or _in_words(engine), title=title, size=size)


def _draw_network(axes: Axes, engine: Engine) -> None:
    used = list(engine.state.features)
    maps = [
        [engine.feature_maps()[list(FEATURES).index(name)] for name in used],
        *_by_layer(engine.heat_maps(), engine.layer_sizes[1:]),
    ]
    gap = 2.6 if len(maps) < 6 else 1.9
    centres = [
        [(gap * column, (len(layer) - 1) / 2 - row) for row in range(len(layer))] for column, layer in enumerate(maps)
    ]
    kernels = engine.model.get_weights()[::2]
    for before, after, kernel in zip(centres, centres[1:], kernels, strict=False):
        for start, row in zip(before, kernel, strict=True):
            for end, weight in zip(after, row, strict=True):
                _draw_weight(axes, start, end, float(weight))
    for layer, places in zip(maps, centres, strict=True):
        for shades, (x, y) in zip(layer, places, strict=True):
            half = NODE / 2
            axes.imshow(
                shades, cmap=SHADES, vmin=0, vmax=255, extent=(x - half, x + half, y - half, y + half), zorder=3
            )
            axes.plot(
                [x - half, x + half, x + half, x - half, x - half],
                [y - half, y - half, y + half, y + half, y - half],
                color=FRAME, lw=1, ls="-", zorder=4,
            )  # fmt: skip
    for name, (x, y) in zip(used, centres[0], strict=True):
        axes.text(x - NODE / 2 - 0.12, y, FEATURES[name][1], ha="right", va="center", fontsize=13)
    top = max(len(layer) for layer in maps) / 2
    names = ["features", *(f"hidden {layer}" for layer in range(1, len(maps) - 1)), "output"]
    for column, name in enumerate(names):
        axes.text(gap * column, top + 0.15, name, ha="center", va="bottom", fontsize=12)
    axes.set(xlim=(-1.6, gap * (len(maps) - 1) + 0.7), ylim=(-top - 0.1, top + 0.7), aspect="equal")
    hide_ticks(axes)


def _draw_weight(axes: Axes, start: tuple, end: tuple, weight: float) -> None:
    """A curve as wide as the weight is large; orange where it is negative, blue where positive."""
    size = min(abs(weight), 5) if np.isfinite(weight) else 0
    (x0, y0), (x1, y1) = (start[0] + NODE / 2, start[1]), (end[0] - NODE / 2, end[1])
    bend = (x1 - x0) / 2
    path = Path([(x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1)], [Path.MOVETO, *[Path.CURVE4] * 3])
    colour = BLUE if weight > 0 else ORANGE
    axes.add_patch(
        PathPatch(path, fc="none", ec=colour, lw=0.6 + 1.2 * size, alpha=0.35 + 0.6 * min(size, 1), zorder=2)
    )


def _draw_output(axes: Axes, engine: Engine) -> None:
    state, train = engine.state, engine.train_size
    output = engine.heat_maps()[-1].astype(float)
    if state.discretize:
        output = np.where(output > 127.5, 255, 0)
    smooth = "nearest" if state.discretize else "bilinear"
    reach = (-REACH, REACH)
    axes.imshow(output, cmap=SHADES, vmin=0, vmax=255, extent=(*reach, *reach), interpolation=smooth)
    shown = [(slice(None, train), "white")] + ([(slice(train, None), BLACK)] if state.show_test else [])
    for part, edge in shown:
        axes.scatter(
            *engine.points[part].T, c=engine.targets[part], cmap=SHADES, vmin=-1, vmax=1, s=22, edgecolors=edge,
            linewidths=0.8,
        )  # fmt: skip
    axes.set(xlim=reach, ylim=reach, xlabel="$x_1$", ylabel="$x_2$", xticks=(-6, 0, 6), yticks=(-6, 0, 6))
    now = engine.curve[-1]
    axes.set_title(f"epoch {now.epoch}: training loss {now.train_loss:.3f}, test loss {now.test_loss:.3f}", fontsize=12)


def _by_layer(maps: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    return np.split(maps, np.cumsum(sizes)[:-1])


def _in_words(engine: Engine) -> str:
    state, now = engine.state, engine.curve[-1]
    hidden = " and ".join(map(str, state.hidden)) or "no"
    accuracy = ""
    if now.test_accuracy is not None:
        accuracy = f", {now.test_accuracy:.0%} of the test points on the right side"
    return (
        f"The playground: the data set {state.dataset}, {len(state.features)} features, {hidden} hidden neurons, "
        f"a heat map of each neuron's answer over the plane; after {now.epoch} epochs the training loss is "
        f"{now.train_loss:.3f}, the test loss {now.test_loss:.3f}{accuracy}."
    )
