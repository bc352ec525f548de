"""Points of many classes in the plane, as a map of what a network or a projection makes of the data."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from utils.plots.checks import as_numbers
from utils.plots.style import (
    TEN_COLOURS,
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
