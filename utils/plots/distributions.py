"""How numbers are spread."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from utils.plots.style import BLUE, as_numbers, new_axes, new_figure, styled


@styled
def histograms(
    values: Mapping[str, object],
    *,
    xlabel: str,
    bins: int = 30,
    limits: tuple[float, float] | None = None,
    columns: int = 5,
    description: str,
) -> Figure:
    """Histograms side by side, all over the same range: which share of the numbers lies where.

    Args:
        values: title → numbers, of any shape.
        xlabel: what the numbers are, with their unit.
        bins: how many bars a histogram has.
        limits: the range; from the smallest to the largest number where it is not given. What lies outside is
            counted in the outermost bars.
        columns: panels in a row.
        description: what the figure shows, in words.

    Raises:
        ValueError: there are no values, they are not finite, or the limits are not in order.
    """
    if not values:
        raise ValueError("values: got none, expected at least one")
    numbers = {name: as_numbers(f"values[{name!r}]", array).ravel() for name, array in values.items()}
    low, high = limits or (min(n.min() for n in numbers.values()), max(n.max() for n in numbers.values()))
    if not low < high:
        raise ValueError(f"limits: got {(low, high)}, expected the smaller number first")
    columns = min(columns, len(numbers))
    rows = -(-len(numbers) // columns)
    figure = new_figure(max(4.5, 2.4 * columns + 0.6), 2.6 * rows + 0.4)
    panels = new_axes(figure, rows, columns, sharex=True, sharey=True)
    for axes in panels.ravel()[len(numbers) :]:
        axes.set_visible(False)
    for axes, (name, array) in zip(panels.ravel(), numbers.items(), strict=False):
        shares = [1 / len(array)] * len(array)
        axes.hist(array.clip(low, high), bins=bins, range=(low, high), weights=shares, color=BLUE)
        axes.set_title(name)
    for axes in panels[:, 0]:
        axes.set_ylabel("share")
    figure.supxlabel(xlabel, fontsize=12)
    figure.description = description
    return figure
