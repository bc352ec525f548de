"""What a neuron or a network with two inputs decides: points in the plane, and the border between the answers."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from utils.plots.checks import as_images, as_numbers, same_length
from utils.plots.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    CourseFigure,
    Size,
    finished,
    first_panels,
    panel_grid,
    styled,
)

_SIDES = LinearSegmentedColormap.from_list("sides", ["#DCEBF5", "#FFFFFF", "#FBE3D6"])


@styled
def decision_boundaries(
    X: ArrayLike,
    y: ArrayLike,
    neurons: Sequence[tuple[ArrayLike, float]] = (),
    *,
    titles: Sequence[str] | None = None,
    images: ArrayLike | None = None,
    class_names: tuple[str, str] = ("0", "1"),
    side_names: tuple[str, str] = ("silent", "fires"),
    xlabel: str = "$x_1$",
    ylabel: str = "$x_2$",
    highlight: Sequence[int | None] | None = None,
    activation: Callable | None = None,
    columns: int = 2,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Points of two classes and, a panel for each neuron, the line at which it changes its mind.

    The side on which the neuron fires is tinted orange, the other blue; wrongly placed points are circled; the arrow
    is w, which stands at a right angle to the line and points to the side that fires.

    >>> figure = plots.decision_boundaries([[0, 0], [0, 1], [1, 1]], [0, 0, 1], [([1, 1], -1.5)], titles=["AND"])

    Args:
        X: points, shape (n, 2).
        y: their classes, 0 or 1, shape (n,); or, for panels with classes of their own, (panels, n).
        neurons: pairs (w, b) with w of shape (2,); none draws the points alone.
        titles: one for each neuron.
        images: grey ones, shape (n, rows, columns), as for digit_gallery: draw these in place of markers.
        class_names: what the classes 0 and 1 are called.
        side_names: what the sides with the outputs 0 and 1 are called.
        xlabel, ylabel: the axes' names, with units.
        highlight: for each neuron the index of a point to mark with a square, or None.
        activation: g of ŷ = g(z); tints by its output instead of by its side.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the numbers of mistakes where not given.

    Raises:
        ValueError: shapes or lengths that do not fit, classes other than 0 and 1, or numbers that are not finite.
    """
    X = _points("X", X)
    pictures = None if images is None else as_images("images", images)
    if pictures is not None and pictures.in_colour:
        raise ValueError("images: got images with channels of colour, expected grey ones, which are tinted by class")
    same_length(X=X, images=None if pictures is None else pictures.pixels)
    neurons = [_neuron(w, b) for w, b in neurons]
    same_length(neurons=neurons or None, titles=titles, highlight=highlight)
    classes = _classes_of_panels(y, max(1, len(neurons)), len(X))
    shown, note = first_panels(range(max(1, len(neurons))))

    columns = min(columns, len(shown))
    width, height = (7.5, 5.2) if columns == 1 else (5.2, 4.6)
    figure, panels = panel_grid(len(shown), columns, width, height, extra=(0, 0.4), sharex=True, sharey=True)
    limits = _limits(X)
    for position, axes in zip(shown, panels, strict=True):
        axes.set(xlim=limits[0], ylim=limits[1], xlabel=xlabel, ylabel=ylabel)
        axes.set_title(titles[position] if titles else "")
        if neurons:
            _draw_neuron(axes, *neurons[position], activation)
            _circle_mistakes(axes, X, classes[position], *neurons[position])
        _draw_points(axes, X, classes[position], None if pictures is None else pictures.scaled)
        if highlight and highlight[position] is not None:
            axes.plot(*X[highlight[position]], "s", ms=30, mfc="none", mec=BLACK, mew=2.5, zorder=5)
        axes.set_aspect("equal")  # or w would not stand at a right angle to its line
    wrong = [_wrong(X, y, w, b) for y, (w, b) in zip(classes, neurons, strict=False)]
    handles = _legend(
        class_names, side_names if neurons else (), bool(np.any(wrong)), bool(highlight), pictures is not None
    )
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=len(handles) if columns > 1 or len(handles) <= 6 else 4,
        handlelength=1.6,
        handletextpad=0.5,  # near what it labels
        columnspacing=1.4,
    )
    words = description or _boundaries_in_words(classes[0], wrong, titles, class_names)
    return finished(figure, words, title=title, size=size, note=note and f"{note} panels")


@styled
def decision_regions(
    X: ArrayLike,
    y: ArrayLike,
    models: Mapping[str, Callable],
    *,
    class_names: tuple[str, str] = ("0", "1"),
    xlabel: str = "$x_1$",
    ylabel: str = "$x_2$",
    columns: int = 3,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Points of two classes and, a panel for each model, the plane tinted by its answer.

    Orange is where a model answers 1, blue where it answers 0; the black line is where it answers one half.

    >>> figure = plots.decision_regions([[0, 0], [0, 1], [1, 1]], [0, 1, 1], {"x2": lambda X: X[:, 1]})

    Args:
        X: points, shape (n, 2).
        y: their classes, 0 or 1, shape (n,).
        models: title → a function from points (m, 2) to the probability of class 1, shape (m,) or (m, 1); of more than
            a hundred the first hundred are drawn.
        class_names: what the classes 0 and 1 are called.
        xlabel, ylabel: the axes' names, with units.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the share of right answers where not given.

    Raises:
        ValueError: no models, shapes or lengths that do not fit, classes other than 0 and 1, or a model that answers
            in another shape or with NaN.
    """
    X = _points("X", X)
    if not models:
        raise ValueError("models: got none, expected at least one")
    y = _classes_of_panels(y, 1, len(X))[0]
    titles, note = first_panels(models)
    columns = min(columns, len(titles))
    width, height = (6.2, 5.2) if columns == 1 else (4.2, 4.2)
    figure, panels = panel_grid(len(titles), columns, width, height, extra=(0, 0.6), sharex=True, sharey=True)
    figure.get_layout_engine().set(h_pad=0.1)  # between the axes' names and the legend
    (left, right), (bottom, top) = _limits(X)
    x1, x2 = np.meshgrid(np.linspace(left, right, 150), np.linspace(bottom, top, 150))
    grid = np.stack([x1.ravel(), x2.ravel()], axis=1)
    marker_size = 11 if len(X) <= 10 else 8 if len(X) <= 60 else 5
    shares = []
    for name, axes in zip(titles, panels, strict=True):
        answer = _probabilities(name, models[name], grid).reshape(x1.shape)
        extent = (left, right, bottom, top)
        axes.imshow(answer, extent=extent, origin="lower", cmap=_SIDES, vmin=0, vmax=1, aspect="auto", zorder=0)
        if answer.min() < 0.5 < answer.max():
            axes.contour(x1, x2, answer, levels=[0.5], colors=BLACK, linewidths=2, zorder=2)
        for value, marker, color in ((0, "o", BLUE), (1, "^", VERMILLION)):
            axes.plot(*X[y == value].T, marker, ms=marker_size, color=color, mec="white", mew=0.6, zorder=4)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel=xlabel, ylabel=ylabel, title=name)
        axes.set_aspect("equal")
        shares.append(np.mean((_probabilities(name, models[name], X) > 0.5) == y))
    handles = [
        Line2D([], [], ls="", marker=marker, color=color, ms=9, label=name)
        for marker, color, name in zip("o^", (BLUE, VERMILLION), class_names, strict=True)
    ]
    handles.append(Line2D([], [], color=BLACK, lw=2, label="probability ½"))
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    words = description or (
        f"{len(X)} points in the plane; right answers: "
        + ", ".join(f"{name} {share:.0%}" for name, share in zip(titles, shares, strict=True)).replace("\n", " ")
        + "."
    )
    return finished(figure, words, title=title, size=size, note=note and f"{note} models")


def _points(name: str, X: ArrayLike) -> np.ndarray:
    X = as_numbers(name, X, 2)
    if X.shape[1] != 2:
        raise ValueError(f"{name}: got shape {X.shape}, expected (n, 2)")
    return X


def _neuron(w: ArrayLike, b: float) -> tuple[np.ndarray, float]:
    """Weights of shape (2,) and a bias; a column (2, 1), as Keras keeps them, is taken too."""
    w, b = as_numbers("w", w).reshape(-1), as_numbers("b", b).reshape(-1)
    if len(w) != 2 or len(b) != 1:
        raise ValueError(f"neurons: got w with {len(w)} and b with {len(b)} numbers, expected 2 and 1")
    return w, float(b[0])


def _probabilities(name: str, model: Callable, points: np.ndarray) -> np.ndarray:
    answer = as_numbers(f"models[{name!r}]", model(points))
    if answer.shape not in ((len(points),), (len(points), 1)):
        raise ValueError(f"models[{name!r}]: answers in shape {answer.shape}, expected ({len(points)},) or (…, 1)")
    return answer.reshape(-1)


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
    room = 0.12 * ((high - low).max() or 1.0)
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
        offset = np.where(w < 0, -5, 5)  # beyond the tip, whatever way the arrow points
        where = {"ha": "right" if w[0] < 0 else "left", "va": "top" if w[1] < 0 else "baseline"}
        axes.annotate("w", tip, xytext=offset, textcoords="offset points", fontweight="bold", zorder=6, **where)


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
    axes.plot(*X[_wrong(X, y, w, b)].T, "o", ms=21, mfc="none", mec=BLACK, mew=1.6, zorder=3)


def _legend(names: tuple[str, str], sides: tuple[str, ...], mistakes: bool, marked: bool, pictures: bool) -> list:
    handles = [
        Line2D([], [], ls="", marker="s" if pictures else marker, color=color, ms=10, label=name)
        for marker, color, name in zip(("o", "^"), (BLUE, VERMILLION), names, strict=True)
    ]
    if sides:
        colors = dict(zip(sides, (_SIDES(0.0), _SIDES(1.0)), strict=True))
        handles += [Patch(fc=color, ec=GREY, lw=0.5, label=name) for name, color in colors.items()]
        handles.append(Line2D([], [], color=BLACK, lw=2, label="z = 0"))
    if mistakes:
        handles.append(Line2D([], [], ls="", marker="o", mfc="none", mec=BLACK, mew=1.6, ms=13, label="mistake"))
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
