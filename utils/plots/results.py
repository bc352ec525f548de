"""The scoreboard as a picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from utils.plots.style import (
    GREY,
    MARKERS,
    TEN_COLOURS,
    CourseFigure,
    Size,
    finished,
    first_panels,
    new_axes,
    new_figure,
    styled,
)

MOST_MODELS = 24  # names that still fit below; 40 pairs of marker and colour differ
FEWEST_MISTAKES = 0.05  # in 1,000: half a mistake in 10,000 images stands for none, which has no logarithm
LEAST = {"parameters": 1, "training_seconds": 0.01}


@styled
def scoreboard(
    reference: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]] = (),
    *,
    title: str | None = None,
    size: Size | None = None,
    description: str | None = None,
) -> CourseFigure:
    """Mistakes against parameters and against seconds of training, on logarithmic axes, a marker for each run.

    >>> run = {"model": "mlp", "parameters": 127210, "training_seconds": 2.5, "test_accuracy": 0.98}
    >>> figure = plots.scoreboard([run], own=[{**run, "training_seconds": 4.0}])

    Args:
        reference: results as `utils.scoreboard` gives them, of one source; the runs of a model share a marker.
        own: the student's results, drawn hollow and larger, whether the reference has their models or not.
        title, size: of the whole figure; size in inches.
        description: what the figure shows, in words; made from the best model where not given.

    A run without a mistake, without parameters or faster than 0.01 s stands at the edge of its axis. Of more than 24
    models the first 24 are drawn, and the figure says so.

    Raises:
        ValueError: there are no results, or a run lacks one of the four keys or has an accuracy outside 0 to 1.
    """
    results = [*reference, *own]
    if not results:
        raise ValueError("reference: got no results, expected at least one")
    for entry in results:
        if missing := {"model", "test_accuracy", *LEAST} - set(entry):
            raise ValueError(f"reference, own: got a result without {', '.join(sorted(missing))}, expected it there")
        if not 0 <= entry["test_accuracy"] <= 1:
            raise ValueError(f"test_accuracy: got {entry['test_accuracy']} for {entry['model']}, expected 0 to 1")
    # The student's own models come last and are the last to be left out.
    named = dict.fromkeys([entry["model"] for entry in own] if len(_models(results)) > MOST_MODELS else [])
    models, note = first_panels({**named, **_models(results)}, MOST_MODELS)
    looks = {
        model: {"marker": MARKERS[n % len(MARKERS)], "color": TEN_COLOURS[n % len(TEN_COLOURS)]}
        for n, model in enumerate(models)
    }
    # Room for two rows of names in any case: with or without a student's own runs the figure has one size.
    figure = new_figure(11, 4.6 + 0.25 * max(0, len(models) // 7 - 1))
    panels = new_axes(figure, 1, 2, sharey=True)[0]
    for axes, key in zip(panels, LEAST, strict=True):
        for model, look in looks.items():
            axes.plot(*_points(reference, model, key), ls="", ms=8, alpha=0.8, **look)
            axes.plot(*_points(own, model, key), ls="", ms=15, mfc="none", mew=2, **look)
        _scale(axes)
    panels[0].set(xlabel="parameters", ylabel="mistakes in 1,000 test digits")
    panels[1].set(xlabel="seconds of training")
    handles = [Line2D([], [], ls="", ms=8, label=model, **look) for model, look in looks.items()]
    if own:
        handles.append(Line2D([], [], ls="", marker="o", mfc="none", mec=GREY, mew=2, ms=13, label="your run"))
    figure.legend(handles=handles, loc="outside lower center", ncols=7)
    best = max(results, key=lambda entry: entry["test_accuracy"])
    words = description or (
        f"Mistakes of {len(models)} models against their parameters and seconds; {best['model']} makes the fewest."
    )
    return finished(figure, words, title=title, size=size, note=note and f"{note} models")


def _models(results: Sequence[Mapping[str, Any]]) -> dict[str, None]:
    """The models' names, each once, in the order in which they come."""
    return dict.fromkeys(entry["model"] for entry in results)


def _points(results: Sequence[Mapping[str, Any]], model: str, key: str) -> tuple[list[float], list[float]]:
    """The runs of one model: positions, and mistakes in a thousand."""
    runs = [entry for entry in results if entry["model"] == model]
    mistakes = [max(1000 * (1 - entry["test_accuracy"]), FEWEST_MISTAKES) for entry in runs]
    return [max(entry[key], LEAST[key]) for entry in runs], mistakes


def _scale(axes: Axes) -> None:
    axes.set(xscale="log", yscale="log")
    axis: Axis
    for axis in (axes.xaxis, axes.yaxis):
        low, high = axis.get_data_interval()
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,)))
        axis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axis.set_minor_formatter(NullFormatter())
