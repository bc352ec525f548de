"""The scoreboard as a picture."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from utils.plots.style import GREY, PALETTE, new_axes, new_figure, styled

MARKERS = "os^Dvphx"


@styled
def scoreboard(
    reference: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]] = (),
    *,
    description: str | None = None,
) -> Figure:
    """Mistakes against parameters and against seconds of training, on logarithmic axes, a marker for each run.

    Args:
        reference: results as `utils.scoreboard` gives them, of one source; the runs of a model share a marker.
        own: the student's results, drawn hollow and larger over them; models that the reference lacks are left out.
        description: what the figure shows, in words; made from the best model where it is not given.

    Raises:
        ValueError: there are no results, more models than markers, or a run without a mistake, which a logarithmic
            axis cannot show.
    """
    models = list(dict.fromkeys(entry["model"] for entry in reference))
    if not 1 <= len(models) <= len(MARKERS):
        raise ValueError(f"reference: got {len(models)} models, expected 1 to {len(MARKERS)}")
    for entry in [*reference, *own]:
        if entry["test_accuracy"] >= 1:
            raise ValueError(f"test_accuracy: got {entry['test_accuracy']} for {entry['model']}, expected below 1")
    figure = new_figure(11, 4.6)
    panels = new_axes(figure, 1, 2, sharey=True)[0]
    colors = [PALETTE[n % len(PALETTE)] for n in range(len(models))]
    for axes, key in zip(panels, ("parameters", "training_seconds"), strict=True):
        for model, marker, color in zip(models, MARKERS, colors, strict=False):
            look = {"ls": "", "marker": marker, "color": color}
            axes.plot(*_points(reference, model, key), ms=8, alpha=0.8, **look)
            axes.plot(*_points(own, model, key), ms=15, mfc="none", mew=2, **look)
        axes.set(xscale="log", yscale="log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_yticks([5, 10, 20, 50, 100])
    panels[0].set(xlabel="parameters", ylabel="mistakes in 1,000 test digits")
    panels[1].set(xlabel="seconds of training")
    handles = [
        Line2D([], [], ls="", marker=marker, color=color, ms=8, label=model)
        for model, marker, color in zip(models, MARKERS, colors, strict=False)
    ]
    if own:
        handles.append(Line2D([], [], ls="", marker="o", mfc="none", mec=GREY, mew=2, ms=13, label="your run"))
    figure.legend(handles=handles, loc="outside lower center", ncols=7)
    best = max(reference, key=lambda entry: entry["test_accuracy"])
    figure.description = description or (
        f"Mistakes of {len(models)} models against their parameters and seconds; {best['model']} makes the fewest."
    )
    return figure


def _points(results: Sequence[Mapping[str, Any]], model: str, key: str) -> tuple[list[float], list[float]]:
    """The runs of one model: positions, and mistakes in a thousand."""
    runs = [entry for entry in results if entry["model"] == model]
    return [entry[key] for entry in runs], [1000 * (1 - entry["test_accuracy"]) for entry in runs]
