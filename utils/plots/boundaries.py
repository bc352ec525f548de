"""What a neuron or a network with two inputs decides: points in the plane, and the border between the answers."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import Patch

from utils.plots.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    VERMILLION,
    as_images,
    as_numbers,
    new_axes,
    new_figure,
    same_length,
    styled,
)

_SIDES = LinearSegmentedColormap.from_list("sides", ["#DCEBF5", "#FFFFFF", "#FBE3D6"])


@styled
def decision_boundaries(
    X,
    y,
    neurons: Sequence[tuple[Sequence[float], float]] = (),
    *,
    titles: Sequence[str] | None = None,
    images=None,
    names: tuple[str, str] = ("0", "1"),
    xlabel: str = "$x_1$",
    ylabel: str = "$x_2$",
    highlight: Sequence[int | None] | None = None,
    activation: Callable | None = None,
    columns: int = 2,
    description: str | None = None,
) -> Figure:
    """Points of two classes and, a panel for each neuron, the line at which it changes its mind.

    The side on which the neuron fires is tinted orange, the other blue; wrongly placed points are circled; the arrow
    is w, which stands at a right angle to the line and points to the side that fires.

    Args:
        X: points, shape (n, 2).
        y: their classes, 0 or 1, shape (n,); or, for panels with classes of their own, (panels, n).
        neurons: pairs (w, b) with w of shape (2,); none draws the points alone.
        titles: one for each neuron.
        images: shape (n, rows, columns): draw these as small pictures in place of markers.
        names: what the classes 0 and 1 are called.
        highlight: for each neuron the index of a point to mark with a square, or None.
        activation: g of ŷ = g(z); tints by its output instead of by its side.

    Raises:
        ValueError: shapes or lengths that do not fit, classes other than 0 and 1, or numbers that are not finite.
    """
    X = as_numbers("X", X, 2)
    if X.shape[1] != 2:
        raise ValueError(f"X: got shape {X.shape}, expected (n, 2)")
    images = None if images is None else as_images("images", images)
    same_length(X=X, images=images)
    neurons = [(as_numbers("w", w, 1), float(b)) for w, b in neurons]
    same_length(neurons=neurons or None, titles=titles, highlight=highlight)
    panels = max(1, len(neurons))
    classes = _classes_of_panels(y, panels, len(X))

    columns = min(columns, panels)
    rows = -(-panels // columns)
    figure = new_figure(7.5 if columns == 1 else 5.2 * columns, (5.2 if columns == 1 else 4.6) * rows + 0.4)
    axes_grid = new_axes(figure, rows, columns, sharex=True, sharey=True).ravel()
    limits = _limits(X)
    for position, axes in enumerate(axes_grid):
        if position >= panels:
            axes.set_visible(False)
            continue
        axes.set(xlim=limits[0], ylim=limits[1], xlabel=xlabel, ylabel=ylabel)
        axes.set_title(titles[position] if titles else "")
        if neurons:
            _draw_neuron(axes, *neurons[position], activation)
            _circle_mistakes(axes, X, classes[position], *neurons[position])
        _draw_points(axes, X, classes[position], images)
        if highlight and highlight[position] is not None:
            axes.plot(*X[highlight[position]], "s", ms=30, mfc="none", mec=BLACK, mew=2.5, zorder=5)
        axes.set_aspect("equal")  # or w would not stand at a right angle to its line
    wrong = [_wrong(X, y, w, b) for y, (w, b) in zip(classes, neurons, strict=False)]
    handles = _legend(names, bool(neurons), bool(np.any(wrong)), bool(highlight), images is not None)
    figure.legend(handles=handles, loc="outside lower center", ncols=5 if columns == 1 else 7)
    figure.description = description or _boundaries_in_words(classes[0], wrong, titles, names)
    return figure


@styled
def decision_regions(
    X,
    y,
    models: Mapping[str, Callable],
    *,
    names: tuple[str, str] = ("0", "1"),
    xlabel: str = "$x_1$",
    ylabel: str = "$x_2$",
    columns: int = 3,
    description: str | None = None,
) -> Figure:
    """Points of two classes and, a panel for each model, the plane tinted by its answer.

    Orange is where a model answers 1, blue where it answers 0; the black line is where it answers one half.

    Args:
        X: points, shape (n, 2).
        y: their classes, 0 or 1, shape (n,).
        models: title → a function from points (m, 2) to the probability of class 1, shape (m,) or (m, 1).
        names: what the classes 0 and 1 are called.
        columns: panels in a row.
        description: what the figure shows, in words; made from the share of right answers where it is not given.

    Raises:
        ValueError: no models, shapes or lengths that do not fit, or classes other than 0 and 1.
    """
    X = as_numbers("X", X, 2)
    if X.shape[1] != 2:
        raise ValueError(f"X: got shape {X.shape}, expected (n, 2)")
    if not models:
        raise ValueError("models: got none, expected at least one")
    y = _classes_of_panels(y, 1, len(X))[0]
    columns = min(columns, len(models))
    rows = -(-len(models) // columns)
    figure = new_figure(6.2 if columns == 1 else 4.2 * columns, (5.2 if columns == 1 else 4.2) * rows + 0.6)
    figure.get_layout_engine().set(h_pad=0.1)  # between the axes' names and the legend
    axes_grid = new_axes(figure, rows, columns, sharex=True, sharey=True).ravel()
    (left, right), (bottom, top) = _limits(X)
    x1, x2 = np.meshgrid(np.linspace(left, right, 150), np.linspace(bottom, top, 150))
    grid = np.stack([x1.ravel(), x2.ravel()], axis=1)
    size = 11 if len(X) <= 10 else 8 if len(X) <= 60 else 5
    shares = []
    for position, axes in enumerate(axes_grid):
        if position >= len(models):
            axes.set_visible(False)
            continue
        title, model = list(models.items())[position]
        answer = np.asarray(model(grid), dtype=float).reshape(x1.shape)
        extent = (left, right, bottom, top)
        axes.imshow(answer, extent=extent, origin="lower", cmap=_SIDES, vmin=0, vmax=1, aspect="auto", zorder=0)
        if answer.min() < 0.5 < answer.max():
            axes.contour(x1, x2, answer, levels=[0.5], colors=BLACK, linewidths=2, zorder=2)
        for value, marker, color in ((0, "o", BLUE), (1, "^", VERMILLION)):
            axes.plot(*X[y == value].T, marker, ms=size, color=color, mec="white", mew=0.6, zorder=4)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel=xlabel, ylabel=ylabel, title=title)
        axes.set_aspect("equal")
        shares.append(np.mean((np.asarray(model(X), dtype=float).reshape(-1) > 0.5) == y))
    handles = [
        Line2D([], [], ls="", marker=marker, color=color, ms=9, label=name)
        for marker, color, name in zip("o^", (BLUE, VERMILLION), names, strict=True)
    ]
    handles.append(Line2D([], [], color=BLACK, lw=2, label="one half"))
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    figure.description = description or (
        f"{len(X)} points in the plane; right answers: "
        + ", ".join(f"{title} {share:.0%}" for title, share in zip(models, shares, strict=True)).replace("\n", " ")
        + "."
    )
    return figure


def _classes_of_panels(y, panels: int, points: int) -> np.ndarray:
    """The classes of the points, shape (panels, points)."""
    y = np.atleast_2d(as_numbers("y", y))
    if y.shape not in ((1, points), (panels, points)):
        raise ValueError(f"y: got shape {y.shape}, expected ({points},) or ({panels}, {points})")
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: got classes {sorted(set(y.ravel().tolist()))}, expected 0 and 1")
    return np.broadcast_to(y, (panels, points))


def _wrong(X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    return (X @ w + b > 0) != (y == 1)


def _limits(X: np.ndarray) -> list[tuple[float, float]]:
    """Room around the points, so that pictures at the edge stay inside."""
    low, high = X.min(axis=0), X.max(axis=0)
    room = 0.12 * max((high - low).max(), 1e-9)
    return [(low[i] - room, high[i] + room) for i in (0, 1)]


def _draw_neuron(axes: Axes, w: np.ndarray, b: float, activation: Callable | None) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    x1, x2 = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    z = w[0] * x1 + w[1] * x2 + b
    output = np.asarray(activation(z)) if activation else (z > 0).astype(float)
    extent = (left, right, bottom, top)
    axes.imshow(output, extent=extent, origin="lower", cmap=_SIDES, vmin=0, vmax=1, aspect="auto", zorder=0)
    axes.plot(0, 0, "+", ms=12, mew=2, color=GREY, zorder=2)  # the origin, from which w is measured
    length = np.hypot(*w)
    if length == 0:
        return
    if z.min() < 0 < z.max():
        axes.contour(x1, x2, z, levels=[0], colors=BLACK, linewidths=2, zorder=2)
    # The arrow starts on the line, at the point of it nearest to the middle of the picture.
    middle = np.array([(left + right) / 2, (bottom + top) / 2])
    foot = middle - (w @ middle + b) / length**2 * w
    tip = foot + 0.17 * min(right - left, top - bottom) * w / length
    if left < foot[0] < right and bottom < foot[1] < top:
        axes.annotate("", tip, foot, arrowprops={"arrowstyle": "-|>", "lw": 3, "color": BLACK}, zorder=6)
        axes.annotate("w", tip, xytext=(5, 5), textcoords="offset points", fontweight="bold", zorder=6)


def _draw_points(axes: Axes, X: np.ndarray, y: np.ndarray, images: np.ndarray | None) -> None:
    colors = (BLUE, VERMILLION)
    if images is None:
        for value, marker in ((0, "o"), (1, "^")):
            axes.plot(*X[y == value].T, marker, ms=11, color=colors[value], mec="white", zorder=4)
        return
    for point, label, image in zip(X, y, images, strict=True):
        tinted = np.empty((*image.shape, 4))
        tinted[..., :3] = to_rgb(colors[int(label)])
        tinted[..., 3] = np.clip(image, 0, 1)
        picture = AnnotationBbox(OffsetImage(tinted, zoom=0.85), point, frameon=False, pad=0)
        picture.set_zorder(4)
        axes.add_artist(picture)


def _circle_mistakes(axes: Axes, X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> None:
    axes.plot(*X[_wrong(X, y, w, b)].T, "o", ms=21, mfc="none", mec=ORANGE, mew=2.2, zorder=3)


def _legend(names: tuple[str, str], line: bool, mistakes: bool, marked: bool, pictures: bool) -> list:
    handles = [
        Line2D([], [], ls="", marker="s" if pictures else marker, color=color, ms=10, label=name)
        for marker, color, name in zip(("o", "^"), (BLUE, VERMILLION), names, strict=True)
    ]
    if line:
        sides = {"silent": _SIDES(0.0), "fires": _SIDES(1.0)}
        handles += [Patch(fc=color, ec=GREY, lw=0.5, label=name) for name, color in sides.items()]
        handles.append(Line2D([], [], color=BLACK, lw=2, label="z = 0"))
    if mistakes:
        handles.append(Line2D([], [], ls="", marker="o", mfc="none", mec=ORANGE, mew=2, ms=13, label="mistake"))
    if marked:
        handles.append(Line2D([], [], ls="", marker="s", mfc="none", mec=BLACK, mew=2, ms=13, label="corrected next"))
    return handles


def _boundaries_in_words(y: np.ndarray, wrong: list[np.ndarray], titles, names) -> str:
    words = f"{len(y)} points in the plane"
    if not wrong:
        return f"{words}, {int((y == 0).sum())} of class {names[0]} and {int(y.sum())} of class {names[1]}."
    for position, mistakes in enumerate(wrong):
        title = titles[position].replace("\n", " ") if titles else "the line"
        words += f"; {title}: {int(mistakes.sum())} on the wrong side"
    return words + "."
