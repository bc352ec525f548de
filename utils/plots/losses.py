"""How a training run went: every metric over the epochs, training beside validation, one run or several."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullFormatter, StrMethodFormatter

from utils.plots.checks import as_numbers
from utils.plots.style import (
    BLACK,
    GREY,
    LINE_STYLES,
    MARKERS,
    PALETTE,
    CourseFigure,
    Size,
    finished,
    first_panels,
    panel_grid,
    styled,
)

MOST_METRICS = 12
VALIDATION = "val_"


class Series(NamedTuple):
    """One curve: the epochs, counted from 1, at which it was measured, and its values, NaN and infinity among them."""

    epochs: np.ndarray
    values: np.ndarray
    name: str


@styled
def loss_curves(
    history: Any,
    *,
    metrics: Sequence[str] | None = None,
    log_y: bool | Sequence[str] = False,
    validation_freq: int | Sequence[int] | None = None,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """The loss and every other metric over the epochs, a panel for each, training and validation in one.

    NaN and infinity, as of a run that diverged, are a gap with a cross at the upper edge, and are said in words.

    >>> history = {"loss": [1.0, 0.5, 0.3], "val_loss": [1.1, 0.6, 0.7], "accuracy": [0.5, 0.7, 0.8]}
    >>> figure = plots.loss_curves(history)
    >>> figure = plots.loss_curves({"ReLU": history, "sigmoid": history}, metrics=["loss"], log_y=True)
    >>> figure.savefig(folder / "loss.png")

    Args:
        history: what `model.fit` returned, or a dict such as {"loss": […], "val_loss": […], "auc": […]} with a number
            for each epoch. For several runs a dict of these, name → history, at most six.
        metrics: which ones to draw, named without val_; all where not given.
        log_y: whether the losses are drawn on a logarithmic axis; or the names of the metrics that are.
        validation_freq: as given to `fit`, where validation was not measured in every epoch. Where it is not given, it
            is the largest spacing that fits the number of values.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the numbers where not given.

    Raises:
        ValueError: there is nothing to draw, a metric is unknown or not one number an epoch, training series differ in
            length, validation is longer than training, or a logarithmic axis would have to show 0 or less.
    """
    runs = _runs_of(history)
    found = _metrics_of(runs)
    if metrics is not None:
        if unknown := [metric for metric in metrics if metric not in found]:
            raise ValueError(f"metrics: got {', '.join(map(repr, unknown))}, expected some of {', '.join(found)}")
        found = list(metrics)
    shown, note = first_panels(found, MOST_METRICS)
    series = {metric: _series_of(metric, runs, validation_freq) for metric in shown}
    logarithmic = _logarithmic(log_y, shown)

    figure, panels = panel_grid(len(shown), 2, 5.5, 3.8, extra=(0, 0.4 if len(runs) > 1 else 0))
    for axes, metric in zip(panels, shown, strict=True):
        _draw_metric(axes, metric, series[metric], metric in logarithmic)
    if len(runs) > 1:
        figure.legend(handles=_legend(list(runs), series), loc="outside lower center", ncols=4)
    words = _in_words(series, list(runs)) if description is None else description
    return finished(figure, words, title=title, size=size, note=note and f"{note} metrics")


def _runs_of(history: Any) -> dict[str, tuple[dict, np.ndarray | None]]:
    """Name of a run → its series by key, and its epochs where Keras's History tells them; "" names a single run."""
    whole = getattr(history, "history", history)
    if not isinstance(whole, Mapping):
        raise ValueError(f"history: got {type(history).__name__}, expected what model.fit returned, or a dict")
    if not whole:
        raise ValueError("history: got nothing, expected at least one metric; was the model trained?")
    nested = [hasattr(value, "history") or isinstance(value, Mapping) for value in whole.values()]
    if not any(nested):
        return {"": _one_run(history)}
    if not all(nested):
        raise ValueError(f"history: got runs and series mixed under {', '.join(map(str, whole))}, expected one kind")
    if len(whole) > len(PALETTE):
        raise ValueError(f"history: got {len(whole)} runs, expected 1 to {len(PALETTE)}")
    return {str(name): _one_run(run) for name, run in whole.items()}


def _one_run(run: Any) -> tuple[dict, np.ndarray | None]:
    epochs = getattr(run, "epoch", None)
    return dict(getattr(run, "history", run)), None if not epochs else np.asarray(epochs) + 1


def _metrics_of(runs: Mapping[str, tuple[dict, np.ndarray | None]]) -> list[str]:
    """The metrics of all runs, val_ taken off: the loss first, the others in the order in which they came."""
    keys = [str(key).removeprefix(VALIDATION) for series, _ in runs.values() for key in series]
    if not keys:
        raise ValueError("history: got nothing, expected at least one metric; was the model trained?")
    return sorted(dict.fromkeys(keys), key=lambda metric: metric != "loss")


def _series_of(metric: str, runs: Mapping, validation_freq) -> list[tuple[Series | None, Series | None]]:
    """Training and validation of one metric for each run; None where a run lacks it."""
    found = []
    for name, (series, epochs) in runs.items():
        of_run = f"history[{name!r}]" if name else "history"
        lengths = {key: len(as_numbers(f"{of_run}[{key!r}]", values, finite=False)) for key, values in series.items()
                   if not str(key).startswith(VALIDATION) and np.ndim(values)}  # fmt: skip
        if len(set(lengths.values())) > 1:
            described = ", ".join(f"{key} has {length}" for key, length in lengths.items())
            raise ValueError(f"{of_run}: {described}, expected equal lengths")
        length = next(iter(lengths.values()), None)
        pair: list[Series | None] = []
        for key, kind in ((metric, "training"), (VALIDATION + metric, "validation")):
            if key not in series:
                pair.append(None)
                continue
            values = as_numbers(f"{of_run}[{key!r}]", series[key], finite=False)
            if values.ndim != 1:
                raise ValueError(
                    f"{of_run}[{key!r}]: got shape {values.shape}, expected one number an epoch; "
                    "choose other metrics with metrics="
                )
            if kind == "training" or length is None or len(values) == length:
                pair.append(Series(_numbered(epochs, len(values)), values, kind))
            else:
                places, every = _validated(len(values), length, validation_freq, f"{of_run}[{key!r}]")
                pair.append(Series(_numbered(epochs, length)[places], values, f"validation ({every})"))
        found.append((pair[0], pair[1]))
    return found


def _numbered(epochs: np.ndarray | None, length: int) -> np.ndarray:
    return epochs if epochs is not None and len(epochs) == length else np.arange(1, length + 1)


def _validated(count: int, epochs: int, freq, name: str) -> tuple[np.ndarray, str]:
    """The places of the epochs after which validation was measured, and that in words."""
    if count > epochs:
        raise ValueError(f"{name} has {count}, training has {epochs}, expected no more than there were epochs")
    if freq is None:
        fitting = [every for every in range(1, epochs + 1) if epochs // every == count]
        spacing = max(fitting, default=epochs // count)
        places, words = spacing * np.arange(1, count + 1) - 1, "every epoch" if spacing == 1 else f"every {spacing}"
        words = words if len(fitting) == 1 else f"taken as {words}"  # another spacing, or an interrupt, is possible
    elif isinstance(freq, int):
        places, words = np.arange(freq - 1, epochs, freq), f"every {freq}"
    else:
        places, words = np.array([epoch - 1 for epoch in freq if epoch <= epochs]), "at some epochs"
    if len(places) != count:
        raise ValueError(f"validation_freq: got {freq}, which gives {len(places)} values, but {name} has {count}")
    return places, words


def _logarithmic(log_y: bool | Sequence[str], metrics: Sequence[str]) -> set[str]:
    if isinstance(log_y, bool):
        return {metric for metric in metrics if log_y and (metric == "loss" or metric.endswith("_loss"))}
    names = {log_y} if isinstance(log_y, str) else set(log_y)
    if unknown := names - set(metrics):
        raise ValueError(f"log_y: got {', '.join(map(repr, sorted(unknown)))}, expected some of {', '.join(metrics)}")
    return names


def _draw_metric(axes: Axes, metric: str, pairs: list[tuple[Series | None, Series | None]], logarithmic: bool) -> None:
    several = len(pairs) > 1
    for run, pair in enumerate(pairs):
        for kind, series in enumerate(pair):
            if series is None:
                continue
            finite = np.where(np.isfinite(series.values), series.values, np.nan)
            if logarithmic and np.nanmin(finite, initial=np.inf) <= 0:
                raise ValueError(f"log_y: {metric} holds {np.nanmin(finite):g}, expected numbers above 0")
            look = run if several else kind
            style = {"color": PALETTE[look], "linestyle": LINE_STYLES[kind], "marker": MARKERS[look]}
            axes.plot(series.epochs, finite, label=series.name, ms=5 if len(finite) <= 40 else 0, **style)
            _mark_gaps(axes, series, PALETTE[look])
    if metric == "loss" and not several and pairs[0][1] is not None and np.isfinite(pairs[0][1].values).any():
        best = pairs[0][1].epochs[np.nanargmin(np.where(np.isfinite(pairs[0][1].values), pairs[0][1].values, np.nan))]
        axes.axvline(best, color=GREY, linestyle=":", linewidth=1.2, zorder=0)
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    if not several:
        axes.legend()


def _mark_gaps(axes: Axes, series: Series, color: str) -> None:
    """A cross at the upper edge for each epoch without a finite number, the first one named."""
    lost = ~np.isfinite(series.values)
    if not lost.any():
        return
    edge = axes.get_xaxis_transform()
    axes.plot(series.epochs[lost], np.full(lost.sum(), 0.97), "x", color=color, ms=9, mew=2.5, transform=edge)
    first = int(lost.argmax())
    axes.text(
        series.epochs[first], 0.9, _spoken(series.values[first]), color=BLACK, ha="center", va="top", transform=edge
    )  # fmt: skip


def _legend(names: list[str], series: Mapping[str, list]) -> list[Line2D]:
    """The runs by colour and marker and, where there is validation, training and validation by line."""
    handles = [
        Line2D([], [], color=PALETTE[run], marker=MARKERS[run], ls="-", label=name) for run, name in enumerate(names)
    ]
    kinds = {one.name.split(" ")[0] for pairs in series.values() for pair in pairs for one in pair if one}
    if kinds == {"training", "validation"}:
        handles += [
            Line2D([], [], color=GREY, ls=LINE_STYLES[n], label=kind)
            for n, kind in enumerate(["training", "validation"])
        ]
    return handles


def _in_words(series: Mapping[str, list[tuple[Series | None, Series | None]]], names: list[str]) -> str:
    """What the curves do, for each metric and run: only what is so."""
    parts = []
    for metric, pairs in series.items():
        for name, pair in zip(names, pairs, strict=True):
            of_run = f" of {name}" if len(names) > 1 else ""
            for one in filter(None, pair):
                parts.append(f"the {one.name.split(' ')[0]} {metric.replace('_', ' ')}{of_run} {_course(one)}")
    said = "; ".join(parts[:8]) + (f"; {len(parts) - 8} more curves" if len(parts) > 8 else "")
    return said[0].upper() + said[1:] + "."


def _course(series: Series) -> str:
    """How one series goes over the epochs."""
    values, finite = series.values, np.isfinite(series.values)
    lost = ""
    if not finite.all():
        first = int((~finite).argmax())
        lost = f"is {_spoken(values[first])} at epoch {series.epochs[first]}"
    kept, epochs = values[finite], series.epochs[finite]
    if len(kept) < 2:
        return lost or "was measured once"
    steps = np.diff(kept)
    low = int(kept.argmin())
    if (steps < 0).all():
        way = "falls in every epoch" if not lost else "falls"
    elif (steps > 0).all():
        way = "rises in every epoch" if not lost else "rises"
    elif 0 < low < len(kept) - 1 and (steps[low:] > 0).all():
        way = f"is lowest at epoch {epochs[low]}, then rises"
    elif 0 < low < len(kept) - 1:
        way = f"is lowest at epoch {epochs[low]} and ends higher"
    elif kept[-1] == kept[0]:
        way = "ends where it began"
    else:
        way = f"ends {'lower' if kept[-1] < kept[0] else 'higher'} than it began"
    return f"{way} and {lost}" if lost else way


def _spoken(value: float) -> str:
    return "NaN" if np.isnan(value) else "infinity" if value > 0 else "minus infinity"
