"""What a teacher's own notebook hands the plot helpers is drawn right or refused by name, never drawn wrong."""

import numpy as np
import pytest

from utils import plots
from utils.plots.style import MOST_PANELS

RNG = np.random.default_rng(0)
FLOATS = RNG.random((3, 28, 28))
FLOATS[0, 0, :2] = 0, 1  # the whole range
WHOLE = np.round(255 * FLOATS).astype("uint8")


def shown(figure) -> list[np.ndarray]:
    """The pictures of a figure as they look: 0 white to 1 black, or their colours."""
    pictures = []
    for axes in figure.axes:
        for image in axes.images:
            low, high = image.get_clim()
            array = np.asarray(image.get_array(), dtype=float)
            pictures.append(array if array.ndim == 3 else (array - low) / (high - low))
    return pictures


# --- images


IMAGES = {
    "floats from 0 to 1": FLOATS,
    "with an axis of channels": FLOATS[..., np.newaxis],
    "whole numbers from 0 to 255": WHOLE,
    "the same with an axis of channels": WHOLE[..., np.newaxis],
    "floats from 0 to 255": WHOLE.astype("float32"),
    "floats from -1 to 1": 2 * FLOATS - 1,
    "a list of arrays": list(FLOATS),
}


@pytest.mark.parametrize("form", IMAGES)
def test_images_look_the_same_in_every_form(form):
    for picture, expected in zip(shown(plots.digit_gallery(IMAGES[form])), FLOATS, strict=True):
        np.testing.assert_allclose(picture, expected, atol=0.003)


@pytest.mark.parametrize("form", ["floats from 0 to 1", "with an axis of channels", "floats from -1 to 1"])
def test_one_image_is_one_image(form):
    (picture,) = shown(plots.digit_gallery(IMAGES[form][0]))
    np.testing.assert_allclose(picture, FLOATS[0], atol=0.003)


@pytest.mark.parametrize("photographs", [RNG.random((2, 9, 12, 3)), RNG.random((2, 9, 12, 4))], ids=["RGB", "RGBA"])
@pytest.mark.parametrize("scale", [1, 255])
def test_colour_images_keep_their_colours(photographs, scale):
    several = plots.digit_gallery(scale * photographs)
    one = plots.digit_gallery(scale * photographs[0])
    for picture, expected in zip([*shown(several), *shown(one)], [*photographs, photographs[0]], strict=True):
        np.testing.assert_allclose(picture, expected, atol=1e-9 if scale == 1 else 0.01)


def test_a_black_and_white_image_of_whole_numbers_is_not_blank():
    (picture,) = shown(plots.digit_gallery(np.eye(9, dtype="uint8")))
    np.testing.assert_array_equal(picture, np.eye(9))


def test_a_little_overshoot_leaves_paper_and_ink_where_they_are():
    image = np.clip(FLOATS[0], 0.01, 1) + 0.02
    (picture,) = shown(plots.digit_gallery(image))
    np.testing.assert_allclose(picture, image / image.max())


def test_a_constant_image_is_drawn():
    assert len(shown(plots.digit_gallery(np.zeros((2, 9, 9))))) == 2


def test_windows_of_three_columns_are_not_taken_for_colours():
    assert len(shown(plots.digit_gallery(RNG.random((16, 3, 3))))) == 16


def test_the_numbers_beside_a_picture_are_those_of_the_file_in_every_form():
    for image in (FLOATS[0], WHOLE[0], 2 * FLOATS[0] - 1, FLOATS[0][..., np.newaxis]):
        texts = [text.get_text() for text in plots.grid_to_vector(image, row=5, column=9).axes[1].texts]
        assert texts == [str(number) for number in WHOLE[0][5:14, 9:18].ravel()]


def test_digits_in_a_plane_and_beside_their_readings_may_come_from_0_to_255():
    figure = plots.over_rows(WHOLE[:1], [RNG.random((28, 4))])
    np.testing.assert_allclose(shown(figure)[0], FLOATS[0], atol=0.003)
    figure = plots.decision_boundaries([[0, 0], [1, 1], [2, 2]], [0, 1, 1], images=WHOLE)
    (first, *_) = figure.axes[0].artists
    np.testing.assert_allclose(first.offsetbox.get_data()[..., 3], FLOATS[0], atol=0.003)


# --- weights


def test_keras_kernels_are_drawn_one_for_each_filter():
    kernels = RNG.normal(size=(5, 5, 1, 16))
    pictures = plots.weight_images(kernels, columns=8).axes[:16]
    for axes, filter_number in zip(pictures, range(16), strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), kernels[:, :, 0, filter_number])


@pytest.mark.parametrize("shape", [(16, 5, 5, 1), (16, 5, 5)])
def test_weights_may_have_an_axis_of_channels(shape):
    weights = RNG.normal(size=shape)
    figure = plots.weight_images(weights)
    np.testing.assert_array_equal(figure.axes[3].images[0].get_array(), weights[3].reshape(5, 5))


def test_the_scale_points_beyond_its_ends_only_where_weights_do():
    bar = plots.weight_images(np.array([[[1.0, -1.0], [1.0, -1.0]]])).axes[-1]
    assert bar.get_ylim() == (-1, 1)


# --- tables


@pytest.mark.parametrize(
    ("counts", "texts", "words"),
    [
        ([[0.91, 0.09], [0.4, 0.6]], ["0.91", "0.09", "0.40", "0.60"], "a share of 0.40"),
        ([[0.999, 0.001], [0, 1.0]], ["1.00", "<.01", "0.00", "1.00"], "a share of <.01"),
        ([[5, 1], [0, 4]], ["5", "1", "0", "4"], "once"),
        ([[1, 0], [0, 1]], ["1", "0", "0", "1"], "there are no mistakes"),
        ([[2.5, 10.25], [1, 1]], ["2.5", "10.2", "1", "1"], "10.2 times"),
    ],
    ids=["shares", "small shares", "counts", "no mistake", "weighted counts"],
)
def test_a_confusion_matrix_writes_counts_as_counts_and_shares_as_shares(counts, texts, words):
    figure = plots.confusion_matrix(counts)
    assert [text.get_text() for text in figure.axes[0].texts] == texts
    assert words in figure.description


def test_a_confusion_matrix_of_many_classes_is_tints_alone():
    figure = plots.confusion_matrix(RNG.integers(0, 9, (200, 200)))
    assert len(figure.axes[0].texts) == 0
    assert figure.axes[0].images[0].get_array().shape == (200, 200)


def test_learnt_numbers_have_three_digits_and_room():
    from tests.test_plots import texts_that_overlap

    grids = {"learnt": RNG.normal(size=(5, 5)), "tiny": 1e-5 * RNG.normal(size=(5, 5)), "large": [[123456, -7]]}
    figure = plots.number_grids(grids)
    assert texts_that_overlap(figure) == []
    assert figure.axes[0].texts[0].get_text() == f"{grids['learnt'][0, 0]:.3g}".replace("-", "−")
    assert [text.get_text() for text in figure.axes[2].texts] == ["123456", "−7"]


def test_a_number_that_rounds_to_nothing_has_no_minus():
    assert plots.number_grids({"a": [[-0.0, 1.5]]}).axes[0].texts[0].get_text() == "0"


# --- limits from the data, constant data, series that went wrong


@pytest.mark.parametrize("constant", [0.0, 3.0, -2.0])
def test_constant_numbers_have_a_histogram(constant):
    axes = plots.histograms({"bias": np.full(10, constant)}).axes[0]
    assert max(patch.get_height() for patch in axes.patches) == 1
    assert axes.get_xlim()[0] < constant < axes.get_xlim()[1]


def test_no_function_is_cropped_unless_it_is_asked_for():
    exponential = {"exp": (np.exp, np.exp)}
    assert plots.activation_functions(exponential, limit=2).axes[0].get_ylim()[1] > np.exp(2)
    assert plots.activation_functions(exponential, ylim=(-1, 2)).axes[0].get_ylim() == (-1, 2)


def test_a_steep_function_is_not_taken_for_a_jump():
    steep = {"steep": (lambda z: np.tanh(20 * z), lambda z: 20 / np.cosh(20 * z) ** 2)}
    assert not np.isnan(plots.activation_functions(steep).axes[0].lines[0].get_ydata()).any()


def test_a_path_decides_how_much_of_the_loss_is_drawn():
    low, high = plots.loss_slope(np.square, [-30.0, -20.0]).axes[0].get_xlim()
    assert low < -30 and high > -20
    axes = plots.loss_contours(lambda w, b: w**2 + b**2, {"a": [[50, 60], [40, 30]]}).axes[0]
    assert axes.get_xlim()[0] < 40 and axes.get_xlim()[1] > 50 and axes.get_ylim()[0] < 30 and axes.get_ylim()[1] > 60


def test_the_lowest_place_is_marked_where_there_is_one_and_not_along_a_valley():
    def names(loss):
        return [
            text.get_text() for text in plots.loss_contours(loss, {"a": [[1, 2], [0, 0]]}).axes[0].get_legend().texts
        ]

    assert "lowest loss" in names(lambda w, b: w**2 + b**2)
    assert "lowest loss" in names(lambda w, b: w**2 + 0.01 * b**2)
    assert "lowest loss" not in names(lambda w, b: (3 * w + b - 2) ** 2)


def test_a_level_plain_is_drawn_without_contours():
    axes = plots.loss_contours(lambda w, b: 0 * w, {"still": [[1, 1]]}).axes[0]
    assert len(axes.collections) == 0
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[1, 1]])


@pytest.mark.parametrize("points", [[[1, 1], [1, 1]], [[0, 5], [9, 5]]], ids=["one place", "a row"])
def test_points_in_one_place_or_in_a_row_have_room_around_them(points):
    axes = plots.decision_boundaries(points, [0, 1], [([1, 1], -3)]).axes[0]
    assert (
        axes.get_xlim()[0] < min(x for x, _ in points) and axes.get_ylim()[0] < 1.0 * points[0][1] < axes.get_ylim()[1]
    )


def test_a_gradient_of_nothing_or_beyond_all_numbers_is_a_cross_at_the_edge():
    axes = plots.gradient_flow({"a": {"b": [0.0, 0.1, np.inf]}}).axes[0]
    crosses = {float(x): float(y) for line in axes.lines if line.get_marker() == "x" for x, y in line.get_xydata()}
    assert crosses == {1: 0.03, 3: 0.97}
    np.testing.assert_array_equal(np.isnan(axes.lines[0].get_ydata()), [True, False, True])


def test_a_line_may_have_any_name():
    figure = plots.curves([1, 2], {"x": [1, 2], 3: [2, 1]})
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["x", "3"]


def test_what_a_mask_hides_is_a_gap():
    losses = np.ma.masked_greater([3.0, 99.0, 1.0], 50)
    assert np.isnan(plots.loss_curves({"loss": losses}).axes[0].lines[0].get_ydata()[1])


def test_tensors_are_numbers():
    import keras

    figure = plots.curves(keras.ops.arange(3), {"a": [keras.ops.convert_to_tensor(float(n)) for n in range(3)]})
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_xydata(), [[0, 0], [1, 1], [2, 2]])


# --- the scoreboard refuses and drops nobody


def run(model: str, accuracy: float = 0.9, seconds: float = 1.0) -> dict:
    return {"model": model, "parameters": 10, "training_seconds": seconds, "test_accuracy": accuracy}


def test_a_perfect_run_and_one_that_took_no_time_are_drawn_at_the_edge():
    parameters, seconds = plots.scoreboard([run("a", accuracy=1.0, seconds=0.0)]).axes
    assert parameters.lines[0].get_ydata()[0] > 0 and seconds.lines[0].get_xdata()[0] > 0
    assert parameters.lines[0].get_ydata()[0] < 0.1, "better than one mistake in ten thousand"


def test_the_seven_networks_of_the_course_have_seven_colours():
    parameters, _ = plots.scoreboard([run(f"model {n}") for n in range(7)]).axes
    assert len({line.get_color() for line in parameters.lines if len(line.get_xdata())}) == 7


def test_a_students_own_model_is_drawn_beside_the_references():
    figure = plots.scoreboard([run("a")], [run("mine", accuracy=0.95)])
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {"a", "mine", "your run"}


@pytest.mark.parametrize("models", [9, 24])
def test_models_differ_in_marker_or_colour_however_many(models):
    figure = plots.scoreboard([run(f"model {n}") for n in range(models)])
    looks = [(line.get_marker(), line.get_color()) for line in figure.axes[0].lines if len(line.get_xdata())]
    assert len(set(looks)) == models


def test_a_students_own_runs_do_not_change_the_figures_size():
    reference = [run(f"model {n}") for n in range(6)]
    sizes = {tuple(plots.scoreboard(reference, own).get_size_inches()) for own in ([], [run("mine")], [run("model 1")])}
    assert len(sizes) == 1


def test_of_too_many_models_the_students_own_stay_and_the_rest_is_said():
    figure = plots.scoreboard([run(f"model {n}") for n in range(30)], [run("mine")])
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "mine" in texts and len(texts) == 24 + 1
    assert "the first 24 of 31 models" in figure.get_suptitle()


# --- caps


MANY = MOST_PANELS + 20
CAPPED = {
    "digit_gallery": lambda: plots.digit_gallery(np.zeros((MANY, 9, 9)), [""] * MANY),
    "weight_images": lambda: plots.weight_images(np.ones((MANY, 2, 2)), columns=20),
    "histograms": lambda: plots.histograms({str(n): [n] for n in range(MANY)}, columns=20),
    "number_grids": lambda: plots.number_grids({str(n): [[n]] for n in range(MANY)}, columns=20),
    "bars": lambda: plots.bars({str(n): n for n in range(MANY)}),
}


@pytest.mark.parametrize("helper", CAPPED)
def test_of_very_many_panels_a_hundred_are_drawn_and_it_is_said(helper):
    figure = CAPPED[helper]()
    assert f"the first {MOST_PANELS} of {MANY}" in figure.get_suptitle()
    assert f"The first {MOST_PANELS} of {MANY}" in figure.description


# --- what is refused

REFUSED = {
    "flat images": (lambda: plots.digit_gallery(FLOATS[:2].reshape(2, 784)), r"2 flattened pictures.*\(2, 28, 28\)"),
    "flat images in columns": (lambda: plots.digit_gallery(np.zeros((784, 10))), "10 flattened pictures"),
    "flat images of 8 x 8": (lambda: plots.digit_gallery(np.zeros((1797, 64))), r"\(1797, 8, 8\)"),
    "flat images with a channel": (lambda: plots.digit_gallery(np.zeros((10, 784, 1))), "10 flattened pictures"),
    "one flat image": (lambda: plots.digit_gallery(np.zeros(784)), r"images: got shape \(784,\)"),
    "two channels": (lambda: plots.digit_gallery(np.zeros((2, 9, 9, 2))), r"images: got shape \(2, 9, 9, 2\)"),
    "five axes": (lambda: plots.digit_gallery(np.zeros((1, 2, 9, 9, 1))), "images: got shape"),
    "weights as images": (lambda: plots.digit_gallery(RNG.normal(size=(2, 9, 9))), "images: got numbers from"),
    "16-bit images": (lambda: plots.digit_gallery(np.full((9, 9), 65535)), "images: got numbers up to 65535"),
    "images of several sizes": (lambda: plots.digit_gallery([np.zeros((9, 9)), np.zeros((8, 8))]), "images: got"),
    "complex images": (lambda: plots.digit_gallery(np.zeros((9, 9), complex)), "images: got"),
    "texts": (lambda: plots.curves(["1", "2"], {"a": [1, 2]}), "x: got a list"),
    "masked numbers": (lambda: plots.curves([1, 2], {"a": np.ma.masked_less([1, 2], 2)}), r"lines\['a'\]: got NaN"),
    "dates": (lambda: plots.curves(np.array(["2026-11-25"], "datetime64"), {"a": [1]}), "x: got a ndarray"),
    "a missing number": (lambda: plots.bars({"a": None}), "values: got NaN"),
    "rows of unequal length": (lambda: plots.number_grids({"a": [[1], [1, 2]]}), r"arrays\['a'\]: got a list"),
    "a colour image for one neuron": (
        lambda: plots.grid_to_vector(np.zeros((28, 28, 3)), row=0, column=0),
        "image: got an image with 3 channels",
    ),
    "a large window": (lambda: plots.grid_to_vector(FLOATS[0], row=0, column=0, window=20), "window: got 20"),
    "kernels with several inputs": (
        lambda: plots.weight_images(np.zeros((5, 5, 16, 32))),
        r"kernels with 16 input channels.*kernels\[:, :, 0, :\]",
    ),
    "one kernel in colour": (lambda: plots.weight_images(np.zeros((7, 7, 3))), "one kernel with 3 channels"),
    "a dense layer's weights": (lambda: plots.weight_images(np.zeros((784, 10))), "10 flattened pictures"),
    "colour images in a plane": (
        lambda: plots.decision_boundaries([[0, 0], [1, 1]], [0, 1], images=np.zeros((2, 9, 9, 3))),
        "images: got images with channels",
    ),
    "three weights": (lambda: plots.decision_boundaries([[0, 0]], [0], [([1, 2, 3], 0)]), "neurons: got w with 3"),
    "a model of two outputs": (
        lambda: plots.decision_regions([[0, 0]], [0], {"two": lambda X: np.zeros((len(X), 2))}),
        r"models\['two'\]: answers in shape",
    ),
    "a loss of one number": (lambda: plots.loss_slope(lambda w: 1.0, [0.0]), r"loss: returned shape \(\)"),
    "a loss that is lost": (lambda: plots.loss_slope(lambda w: w * np.nan, [0.0]), "loss: got NaN"),
    "a function of another shape": (
        lambda: plots.activation_functions({"sum": (np.sum, np.sum)}),
        r"functions\['sum'\]: returned shape",
    ),
    "very many classes": (lambda: plots.confusion_matrix(np.zeros((1001, 1001))), "counts: got 1001 classes"),
    "very many units": (lambda: plots.network_diagram([784, 10], ["a", "b"], most=784), "most: got 784"),
    "a size of nothing": (lambda: plots.curves([1], {"a": [1]}, size=(0, 3)), "size: got"),
    "no columns": (lambda: plots.histograms({"a": [1]}, columns=0), "columns: got 0"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
