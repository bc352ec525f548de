"""Lines and bars: losses over epochs, one number against another, a number for each name."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from utils.plots.style import (
    BLUE,
    GREY,
    LINE_STYLES,
    PALETTE,
    as_numbers,
    new_axes,
    new_figure,
    same_length,
    styled,
)


@styled
def loss_curves(history, *, description: str | None = None) -> Figure:
    """Training and validation loss over the epochs and, where it was measured, the accuracy beside it.

    Args:
        history: what `model.fit` returned, or a dict such as {"loss": […], "val_loss": […], "accuracy": […]} with
            a number for each epoch.
        description: what the figure shows, in words; made from the numbers where it is not given.

    Raises:
        ValueError: there is no "loss", a series is empty or not finite, or lengths differ.
    """
    series = dict(getattr(history, "history", history))
    if "loss" not in series:
        raise ValueError(f"history: got keys {sorted(series)}, expected at least 'loss'")
    keys = [key for key in ("loss", "val_loss", "accuracy", "val_accuracy") if key in series]
    series = {key: as_numbers(f"history[{key!r}]", series[key], 1) for key in keys}
    same_length(**series)

    panels = ["loss", "accuracy"] if "accuracy" in series else ["loss"]
    figure = new_figure(5.5 * len(panels), 3.8)
    for axes, quantity in zip(new_axes(figure, 1, len(panels))[0], panels, strict=True):
        _draw_epochs(axes, quantity, series)
    figure.description = description or _losses_in_words(series)
    return figure


@styled
def curves(
    x: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    log_x: bool = False,
    log_y: bool = False,
    legend_below: bool = False,
    description: str,
) -> Figure:
    """Several numbers against one: each line named, in its own colour and line style.

    Args:
        x: positions, shape (n,).
        lines: name → heights, each of shape (n,).
        xlabel, ylabel: the axes' names, with units.
        log_x, log_y: whether that axis is logarithmic; its numbers must then be above 0.
        legend_below: put the names of the lines below the picture, where lines would run through them inside it.
        description: what the figure shows, in words.

    Raises:
        ValueError: no line, more lines than styles, lengths that differ, numbers that are not finite, or numbers
            that a logarithmic axis cannot show.
    """
    x = as_numbers("x", x, 1)
    if log_x and x.min() <= 0:
        raise ValueError(f"x: got {x.min():g}, expected numbers above 0 on a logarithmic axis")
    if not 1 <= len(lines) <= len(PALETTE):
        raise ValueError(f"lines: got {len(lines)}, expected 1 to {len(PALETTE)}")
    figure = new_figure(8, 4)
    axes = new_axes(figure, 1, 1)[0, 0]
    for name, values in lines.items():
        heights = as_numbers(f"lines[{name!r}]", values, 1)
        same_length(x=x, **{name: heights})
        if log_y and heights.min() <= 0:
            raise ValueError(f"lines[{name!r}]: got {heights.min():g}, expected numbers above 0 on a logarithmic axis")
        axes.plot(x, heights, label=name, marker="o" if len(x) <= 12 else None)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if log_x:
        axes.set_xscale("log")
        _name_ticks(axes.xaxis, x.min(), x.max())
    elif (x == np.round(x)).all():
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))  # no epoch 1.5
    if log_y:
        axes.set_yscale("log")
        drawn = np.concatenate([np.asarray(values, dtype=float) for values in lines.values()])
        _name_ticks(axes.yaxis, drawn.min(), drawn.max())
    if legend_below:
        figure.legend(loc="outside lower center", ncols=len(lines))
    elif len(lines) > 1:
        axes.legend()
    figure.description = description
    return figure


def _name_ticks(axis: Axis, low: float, high: float) -> None:
    """Plain numbers at a logarithmic axis: the powers of ten, and 2 and 5 times them where those are too few."""
    steps = (1.0,) if high / low >= 100 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps))
    if low >= 1e-4 and high < 1e6:
        axis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axis.set_minor_formatter(NullFormatter())


@styled
def gradient_flow(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    xlabel: str = "layer",
    ylabel: str = "size of the gradient",
    description: str,
) -> Figure:
    """How large the gradient is in each layer or time step, on one logarithmic scale, a panel for each kind of network.

    Args:
        panels: title → name → sizes of the gradient, from the first layer or step to the last; all above 0.
        xlabel, ylabel: the axes' names.
        description: what the figure shows, in words.

    Raises:
        ValueError: no panel, none or more than six lines in one, or sizes that are not finite and above 0.
    """
    if not panels:
        raise ValueError("panels: got none, expected at least one")
    shared = len({tuple(lines) for lines in panels.values()}) == 1  # the same names everywhere: one legend for all
    figure = new_figure(3.9 * len(panels), 4.2)
    for axes, (title, lines) in zip(new_axes(figure, 1, len(panels), sharey=True)[0], panels.items(), strict=True):
        if not 1 <= len(lines) <= len(PALETTE):
            raise ValueError(f"panels[{title!r}]: got {len(lines)} lines, expected 1 to {len(PALETTE)}")
        for name, values in lines.items():
            sizes = as_numbers(f"panels[{title!r}][{name!r}]", values, 1)
            if sizes.min() <= 0:
                raise ValueError(f"panels[{title!r}][{name!r}]: got {sizes.min():g}, expected sizes above 0")
            axes.plot(range(1, len(sizes) + 1), sizes, marker="o" if len(sizes) <= 12 else None, ms=5, label=name)
        axes.set(yscale="log", xlabel=xlabel, title=title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        if not shared:
            axes.legend(fontsize=11)
    figure.axes[0].set_ylabel(ylabel)
    if shared:
        figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    figure.description = description
    return figure


@styled
def points_and_curves(
    x: Sequence[float],
    y: Sequence[float],
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]] | None = None,
    *,
    xlabel: str,
    ylabel: str,
    title: str | None = None,
    description: str,
) -> Figure:
    """Measured points and, through them, the curves of models.

    Args:
        x, y: the points, both of shape (n,).
        lines: name → (positions, heights) of a curve.
        xlabel, ylabel: the axes' names, with units.
        description: what the figure shows, in words.

    Raises:
        ValueError: lengths that differ, more curves than styles, or numbers that are not finite.
    """
    x, y = as_numbers("x", x, 1), as_numbers("y", y, 1)
    same_length(x=x, y=y)
    lines = lines or {}
    if len(lines) > len(PALETTE) - 1:
        raise ValueError(f"lines: got {len(lines)}, expected at most {len(PALETTE) - 1}")
    figure = new_figure(8, 4)
    axes = new_axes(figure, 1, 1)[0, 0]
    axes.plot(x, y, "o", color=PALETTE[0], ms=6, alpha=0.6, mec="white")
    for (name, (positions, heights)), color, style in zip(lines.items(), PALETTE[1:], LINE_STYLES, strict=False):
        positions, heights = as_numbers(f"lines[{name!r}]", positions, 1), as_numbers(f"lines[{name!r}]", heights, 1)
        same_length(positions=positions, heights=heights)
        axes.plot(positions, heights, color=color, linestyle=style, label=name)
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if lines:
        axes.legend()
    figure.description = description
    return figure


@styled
def bars(
    values: Mapping[str, float],
    *,
    xlabel: str,
    title: str | None = None,
    number: str = "{:.3g}",
    description: str,
) -> Figure:
    """A horizontal bar for each name, its number written at its end.

    Args:
        values: name → length of its bar, drawn from top to bottom.
        xlabel: what the numbers are, with their unit.
        number: the format in which they are written.
        description: what the figure shows, in words.

    Raises:
        ValueError: there are no values, or one is not finite.
    """
    lengths = as_numbers("values", list(values.values()), 1)
    figure = new_figure(8, 0.9 + 0.42 * len(lengths))
    axes = new_axes(figure, 1, 1)[0, 0]
    drawn = axes.barh(list(values), lengths, color=BLUE, height=0.7)
    axes.bar_label(drawn, [number.format(length) for length in lengths], padding=4)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=xlabel, title=title)
    figure.description = description
    return figure


def _draw_epochs(axes: Axes, quantity: str, series: Mapping[str, np.ndarray]) -> None:
    names = {quantity: "training", f"val_{quantity}": "validation"}
    for (key, name), style, color in zip(names.items(), LINE_STYLES, PALETTE, strict=False):
        if key in series:
            epochs = np.arange(1, len(series[key]) + 1)
            axes.plot(epochs, series[key], label=name, marker="o", markersize=5, linestyle=style, color=color)
    if quantity == "loss" and "val_loss" in series:
        best = int(series["val_loss"].argmin())
        axes.axvline(best + 1, color=GREY, linestyle=":", linewidth=1.2, zorder=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.set(xlabel="epoch", ylabel=quantity)
    axes.legend()


def _losses_in_words(series: Mapping[str, np.ndarray]) -> str:
    loss = series["loss"]
    if len(loss) == 1:
        return "Loss after a single epoch: one point, no curve."
    direction = "falls" if loss[-1] < loss[0] else "does not fall"
    words = f"Over {len(loss)} epochs the training loss {direction}"
    if "val_loss" not in series:
        return words + "."
    best = int(series["val_loss"].argmin()) + 1
    if best == len(loss):
        return words + "; the validation loss is lowest at the last epoch."
    return words + f"; the validation loss is lowest at epoch {best}, then rises."
