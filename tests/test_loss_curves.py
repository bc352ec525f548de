"""plots.loss_curves: any run of training is drawn as it was, and said in words that are so."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from utils import plots

NAN, INFINITY = float("nan"), float("inf")
HISTORY = {
    "loss": [1.0, 0.5, 0.3],
    "val_loss": [1.1, 0.6, 0.7],
    "accuracy": [0.5, 0.7, 0.8],
    "val_accuracy": [0.5, 0.6, 0.6],
}


class History:
    """What model.fit returns, as far as it is read."""

    def __init__(self, history: dict, epoch: list[int]):
        self.history, self.epoch = history, epoch


def lines_of(figure: Figure, panel: int = 0) -> dict[str, np.ndarray]:
    """Name → points of the named lines of a panel."""
    lines = figure.axes[panel].lines
    return {line.get_label(): line.get_xydata() for line in lines if not line.get_label().startswith("_")}


def test_the_history_is_drawn():
    figure = plots.loss_curves(HISTORY)
    loss, accuracy = figure.axes
    np.testing.assert_array_equal(lines_of(figure)["training"], [[1, 1.0], [2, 0.5], [3, 0.3]])
    np.testing.assert_array_equal(lines_of(figure)["validation"], [[1, 1.1], [2, 0.6], [3, 0.7]])
    np.testing.assert_array_equal(lines_of(figure, 1)["validation"][:, 1], HISTORY["val_accuracy"])
    assert (loss.get_xlabel(), loss.get_ylabel(), accuracy.get_ylabel()) == ("epoch", "loss", "accuracy")


def test_what_fit_returns_is_taken_with_its_own_count_of_epochs():
    figure = plots.loss_curves(History(HISTORY, [5, 6, 7]))  # fit(..., initial_epoch=5)
    np.testing.assert_array_equal(lines_of(figure)["training"][:, 0], [6, 7, 8])


def test_a_real_fit_is_drawn():
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.zeros((8, 2)), np.zeros(8)
    history = model.fit(x, y, epochs=4, validation_data=(x, y), validation_freq=2, verbose=0)
    figure = plots.loss_curves(history)
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "mae"]
    np.testing.assert_array_equal(lines_of(figure, 1)["validation (every 2)"][:, 0], [2, 4])


@pytest.mark.parametrize("name", ["sparse_categorical_accuracy", "auc", "learning_rate", "digit_output_loss"])
def test_any_metric_gets_a_panel_with_its_twin(name):
    figure = plots.loss_curves({"loss": [3, 2], name: [0.5, 0.9], f"val_{name}": [0.4, 0.8]})
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", name.replace("_", " ")]
    assert list(lines_of(figure, 1)) == ["training", "validation"]


def test_a_metric_that_was_only_validated_is_drawn():
    assert list(lines_of(plots.loss_curves({"val_auc": [0.5, 0.9]}))) == ["validation"]


def test_the_loss_comes_first_and_metrics_can_be_chosen():
    history = {"mae": [1, 2], "auc": [1, 2], "loss": [1, 2]}
    assert [axes.get_ylabel() for axes in plots.loss_curves(history).axes] == ["loss", "mae", "auc"]
    assert [axes.get_ylabel() for axes in plots.loss_curves(history, metrics=["auc"]).axes] == ["auc"]


def test_a_metric_of_several_numbers_an_epoch_is_refused_unless_others_are_chosen():
    history = {"loss": [1, 2], "f1_score": np.zeros((2, 10))}
    with pytest.raises(ValueError, match=r"history\['f1_score'\]: got shape \(2, 10\).*metrics="):
        plots.loss_curves(history)
    assert len(plots.loss_curves(history, metrics=["loss"]).axes) == 1


def test_of_many_metrics_the_first_twelve_are_drawn_and_it_is_said():
    figure = plots.loss_curves({f"metric_{n}": [1, 2] for n in range(20)})
    assert len(figure.axes) == 12
    assert "the first 12 of 20 metrics" in figure.get_suptitle()
    assert "The first 12 of 20 metrics are drawn." in figure.description


# --- runs that went wrong


@pytest.mark.parametrize(("lost", "word"), [(NAN, "NaN"), (INFINITY, "infinity"), (-INFINITY, "minus infinity")])
def test_a_run_that_diverged_is_a_gap_with_a_mark_and_a_word(lost, word):
    figure = plots.loss_curves({"loss": [2.3, 9.0, lost, lost]})
    (axes,) = figure.axes
    np.testing.assert_array_equal(lines_of(figure)["training"][:2], [[1, 2.3], [2, 9.0]])
    assert np.isnan(lines_of(figure)["training"][2:, 1]).all()
    crosses = next(line for line in axes.lines if line.get_marker() == "x")
    np.testing.assert_array_equal(crosses.get_xdata(), [3, 4])
    assert [text.get_text() for text in axes.texts] == [word]
    assert figure.description == f"The training loss rises and is {word} at epoch 3."


def test_a_gap_in_the_middle_breaks_the_line():
    figure = plots.loss_curves({"loss": [3.0, NAN, 1.0]})
    assert np.isnan(lines_of(figure)["training"][1, 1])
    assert "is NaN at epoch 2" in figure.description


def test_a_run_without_any_finite_number_is_drawn_as_marks():
    figure = plots.loss_curves({"loss": [NAN, NAN], "val_loss": [NAN, NAN]})
    assert figure.description == "The training loss is NaN at epoch 1; the validation loss is NaN at epoch 1."
    FigureCanvasAgg(figure).draw()


def test_a_diverged_run_can_be_drawn_on_a_logarithmic_axis():
    figure = plots.loss_curves({"loss": [2.3, 9e9, INFINITY]}, log_y=True)
    assert figure.axes[0].get_yscale() == "log"
    FigureCanvasAgg(figure).draw()


# --- validation that is measured less often


@pytest.mark.parametrize(
    ("epochs", "values", "places", "name"),
    [
        (4, 2, [2, 4], "every 2"),
        (5, 2, [2, 4], "every 2"),
        (5, 4, [1, 2, 3, 4], "taken as every epoch"),  # an interrupt before the last validation
        (8, 2, [4, 8], "taken as every 4"),  # every 3 would give two values too
        (10, 1, [10], "taken as every 10"),
    ],
)
def test_shorter_validation_is_drawn_where_it_was_measured(epochs, values, places, name):
    figure = plots.loss_curves({"loss": list(range(epochs, 0, -1)), "val_loss": [1.0] * values})
    np.testing.assert_array_equal(lines_of(figure)[f"validation ({name})"][:, 0], places)


@pytest.mark.parametrize(("freq", "places"), [(3, [3, 6]), ([1, 5], [1, 5])])
def test_where_it_was_measured_can_be_told(freq, places):
    figure = plots.loss_curves({"loss": list(range(8)), "val_loss": [1.0, 2.0]}, validation_freq=freq)
    (points,) = (points for name, points in lines_of(figure).items() if name.startswith("validation"))
    np.testing.assert_array_equal(points[:, 0], places)


# --- several runs


def test_several_runs_share_the_panels_and_differ_in_colour_and_marker():
    figure = plots.loss_curves({"ReLU": HISTORY, "sigmoid": History(HISTORY, [0, 1, 2])})
    loss = figure.axes[0].lines
    assert len(figure.axes) == 2 and len(loss) == 4
    assert len({(line.get_color(), line.get_marker()) for line in loss}) == 2
    assert [line.get_linestyle() for line in loss] == ["-", "--", "-", "--"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "ReLU", "sigmoid", "training", "validation",
    ]  # fmt: skip
    assert "the training accuracy of sigmoid rises in every epoch" in figure.description


def test_runs_may_differ_in_length_and_metrics():
    figure = plots.loss_curves({"short": {"loss": [1, 2]}, "long": {"loss": [3, 2, 1], "mae": [1, 1, 1]}})
    assert [len(line.get_xdata()) for line in figure.axes[0].lines] == [2, 3]
    assert len(figure.axes[1].lines) == 1


# --- words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1.0, 0.6, 0.5], "falls in every epoch"),
        ([1.1, 0.6, 0.7], "is lowest at epoch 2, then rises"),
        ([1.0, 0.60, 0.61, 0.605], "is lowest at epoch 2 and ends higher"),
        ([1.0, 1.2, 0.9], "ends lower than it began"),
        ([1.0, 0.9, 1.2, 0.8, 1.3], "is lowest at epoch 4, then rises"),
        ([0.1, 0.3, 0.2], "ends higher than it began"),
        ([0.5, 0.5], "ends where it began"),
        ([0.5], "was measured once"),
    ],
)
def test_the_words_say_what_the_curve_does(values, words):
    assert plots.loss_curves({"loss": [1.0] * len(values), "val_loss": values}).description.endswith(
        f"the validation loss {words}."
    )


def test_log_y_is_for_the_losses_or_for_the_metrics_that_are_named():
    scales = [axes.get_yscale() for axes in plots.loss_curves(HISTORY, log_y=True).axes]
    assert scales == ["log", "linear"]
    scales = [axes.get_yscale() for axes in plots.loss_curves(HISTORY, log_y=["accuracy"]).axes]
    assert scales == ["linear", "log"]


REFUSED = {
    "nothing": ({}, {}, "history: got nothing"),
    "an untrained run": (History({}, []), {}, "history: got nothing"),
    "a list": ([1, 2], {}, "history: got list"),
    "an empty loss": ({"loss": []}, {}, "history.*got nothing"),
    "words": ({"loss": ["low"]}, {}, "history.*expected numbers"),
    "lengths": ({"loss": [1.0, 2.0], "accuracy": [1.0]}, {}, "loss has 2, accuracy has 1"),
    "more validation than training": ({"loss": [1.0], "val_loss": [1.0, 2.0]}, {}, "has 2, training has 1"),
    "a wrong frequency": ({"loss": [1, 2], "val_loss": [1]}, {"validation_freq": 3}, "validation_freq: got 3"),
    "an unknown metric": (HISTORY, {"metrics": ["auc"]}, "metrics: got 'auc', expected some of loss, accuracy"),
    "an unknown logarithm": (HISTORY, {"log_y": ["auc"]}, "log_y: got 'auc'"),
    "a logarithm of 0": ({"loss": [1.0, 0.0]}, {"log_y": True}, "log_y: loss holds 0"),
    "runs and series": ({"a": HISTORY, "loss": [1]}, {}, "mixed"),
    "seven runs": ({str(n): HISTORY for n in range(7)}, {}, "got 7 runs, expected 1 to 6"),
    "a run with a fault": ({"a": {"loss": [[1]]}}, {}, r"history\['a'\]\['loss'\]: got shape \(1, 1\)"),
}


@pytest.mark.parametrize(("history", "options", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_by_name(history, options, message):
    with pytest.raises(ValueError, match=message):
        plots.loss_curves(history, **options)
