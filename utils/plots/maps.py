"""Maps of the data: points of many classes in the plane, and grids of units."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers
from utils.plots.style import (
    BLUE,
    FRAME,
    GREY,
    TEN_COLOURS,
    VERMILLION,
    CourseFigure,
    Size,
    add_frame,
    finished,
    first_panels,
    hide_ticks,
    listed,
    panel_grid,
    styled,
)


@styled
def class_maps(
    maps: Mapping[str, ArrayLike],
    labels: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    columns: int = 2,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Points in the plane, a panel for each map, each drawn as its class: a digit or a letter in the class's colour.

    >>> figure = plots.class_maps({"PCA": rng.normal(size=(60, 2))}, rng.integers(0, 10, 60))

    Args:
        maps: title → points, each of shape (n, 2), the same n points in each map.
        labels: the class of each point, whole numbers from 0 to 9, shape (n,).
        class_names: one sign for each class, drawn in the points' place; the class's number where not given.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the titles where not given.

    Raises:
        ValueError: there is no map, points are not (n, 2) or not finite, labels are not n whole numbers from 0 to 9, or
            there are fewer names than classes.
    """
    if not maps:
        raise ValueError("maps: got none, expected at least one")
    classes = as_numbers("labels", labels, 1)
    if (classes != np.round(classes)).any() or classes.min() < 0 or classes.max() >= len(TEN_COLOURS):
        raise ValueError(
            f"labels: got numbers from {classes.min():g} to {classes.max():g}, expected whole ones from 0 to 9"
        )
    signs = [str(c) for c in range(len(TEN_COLOURS))] if class_names is None else [str(name) for name in class_names]
    if classes.max() >= len(signs):
        raise ValueError(f"class_names: got {len(signs)}, expected one for each class from 0 to {classes.max():g}")
    titles, note = first_panels(maps)
    figure, panels = panel_grid(len(titles), columns, 5.6, 5.4)
    for axes, name in zip(panels, titles, strict=True):
        points = as_numbers(f"maps[{name!r}]", maps[name], 2)
        if points.shape != (len(classes), 2):
            raise ValueError(f"maps[{name!r}]: got shape {points.shape}, expected ({len(classes)}, 2), a row a label")
        for c in np.unique(classes).astype(int):
            x, y = points[classes == c].T
            axes.scatter(x, y, marker=f"${signs[c]}$", s=46, color=TEN_COLOURS[c], linewidths=0.3)
        hide_ticks(axes)
        add_frame(axes)
        axes.set_title(name)
    count = len(np.unique(classes))
    words = description or f"{len(classes):,} points of {count} classes in the plane: {listed(titles)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} maps")


@styled
def grid_nets(
    nets: Mapping[str, ArrayLike],
    points: ArrayLike | None = None,
    *,
    xlabel: str = "$x_1$",
    ylabel: str = "$x_2$",
    columns: int = 4,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """A grid of units in the plane of their weights, a panel for each net: neighbours on the grid are joined by a line.

    >>> corners = np.stack(np.meshgrid(range(4), range(3)), axis=-1)
    >>> figure = plots.grid_nets({"a flat net": corners}, points=rng.uniform(0, 3, size=(50, 2)))

    Args:
        nets: title → the two weights of each unit, shape (rows, columns, 2); a chain has one row.
        points: data, drawn below each net, as dots or, up to 50, as squares, shape (n, 2).
        xlabel, ylabel: names of the two weights.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the titles where not given.

    Raises:
        ValueError: there is no net, a net is not (rows, columns, 2) or not finite, or points are not (n, 2).
    """
    if not nets:
        raise ValueError("nets: got none, expected at least one")
    data = None if points is None else as_numbers("points", points, 2)
    if data is not None and data.shape[1] != 2:
        raise ValueError(f"points: got shape {data.shape}, expected (n, 2)")
    titles, note = first_panels(nets)
    figure, panels = panel_grid(len(titles), columns, 3.4, 3.6, sharex=True, sharey=True)
    for axes, name in zip(panels, titles, strict=True):
        net = as_numbers(f"nets[{name!r}]", nets[name], 3)
        if net.shape[2] != 2:
            raise ValueError(f"nets[{name!r}]: got shape {net.shape}, expected (rows, columns, 2)")
        if data is not None:
            few = len(data) <= 50
            axes.scatter(*data.T, s=60 if few else 6, marker="s" if few else "o", color=GREY if few else FRAME, lw=0)
        axes.plot(net[..., 0], net[..., 1], "-", color=BLUE, linewidth=1)  # a line down each column
        axes.plot(net[..., 0].T, net[..., 1].T, "-", color=BLUE, linewidth=1)  # and along each row
        axes.scatter(net[..., 0], net[..., 1], s=14, color=VERMILLION, zorder=3)
        axes.set(title=name, xlabel=xlabel, ylabel=ylabel)
        axes.label_outer()
    words = description or f"Nets of units over two weights, neighbours joined by lines: {listed(titles)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} nets")


@styled
def unit_maps(
    maps: Mapping[str, ArrayLike],
    labels: ArrayLike | None = None,
    *,
    class_names: Sequence[str] | None = None,
    columns: int = 2,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """A number for each unit of a grid as a shade, the larger the darker; a panel with its own scale for each map.

    >>> figure = plots.unit_maps({"distance": [[1, 2], [3, 4]]}, labels=[[0, 1], [-1, 1]])

    Args:
        maps: title → numbers, shape (rows, columns), the same for all.
        labels: a class for each unit, written into it, whole numbers; below 0 nothing is written.
        class_names: one sign for each class; the class's number where not given.
        columns: panels in a row.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the titles where not given.

    Raises:
        ValueError: there is no map, maps differ in shape or are not finite, labels have another shape, or there are
            fewer names than classes.
    """
    if not maps:
        raise ValueError("maps: got none, expected at least one")
    titles, note = first_panels(maps)
    values = {name: as_numbers(f"maps[{name!r}]", maps[name], 2) for name in titles}
    shape = values[titles[0]].shape
    for name, numbers in values.items():
        if numbers.shape != shape:
            raise ValueError(f"maps[{name!r}]: got shape {numbers.shape}, expected {shape} as the first map")
    signs = _signs(labels, class_names, shape)
    figure, panels = panel_grid(len(titles), columns, 5.6, 5.0)
    for axes, (name, numbers) in zip(panels, values.items(), strict=True):
        drawn = axes.imshow(numbers, cmap="Greys")
        half = (numbers.min() + numbers.max()) / 2
        for (row, column), sign in signs.items():
            color = "white" if numbers[row, column] > half else "black"
            axes.text(column, row, sign, ha="center", va="center", fontsize=10, color=color)
        hide_ticks(axes)
        add_frame(axes)
        axes.set_title(name)
        figure.colorbar(drawn, ax=axes, fraction=0.04, pad=0.02)
    words = description or f"A grid of {shape[0]} by {shape[1]} units, shaded: {listed(titles)}."
    return finished(figure, words, title=title, size=size, note=note and f"{note} maps")


def _signs(labels: ArrayLike | None, class_names: Sequence[str] | None, shape: tuple) -> dict[tuple[int, int], str]:
    """What is written into each unit: (row, column) → sign."""
    if labels is None:
        return {}
    classes = as_numbers("labels", labels, 2)
    if classes.shape != shape:
        raise ValueError(f"labels: got shape {classes.shape}, expected {shape}, one for each unit")
    if class_names is not None and classes.max() >= len(class_names):
        raise ValueError(
            f"class_names: got {len(class_names)}, expected one for each class from 0 to {classes.max():g}"
        )
    places = {(row, column): int(classes[row, column]) for row, column in np.argwhere(classes >= 0)}
    return {place: str(c if class_names is None else class_names[c]) for place, c in places.items()}
