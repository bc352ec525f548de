"""utils.plots: what is drawn is the data, what cannot be drawn is refused, and every figure says what it shows."""

import doctest
import inspect
from itertools import combinations

import matplotlib.image
import matplotlib.style
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.text import Text

from utils import plots
from utils.plots.style import PALETTE

RNG = np.random.default_rng(0)
IMAGES = RNG.random((6, 28, 28))
POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
NET = np.stack(np.meshgrid([0.0, 1, 2], [0.0, 2]), axis=-1)  # shape (2, 3, 2)
HISTORY = {
    "loss": [1.0, 0.5, 0.3],
    "val_loss": [1.1, 0.6, 0.7],
    "accuracy": [0.5, 0.7, 0.8],
    "val_accuracy": [0.5, 0.6, 0.6],
}

RESULTS = [
    {"model": model, "parameters": parameters, "training_seconds": seconds, "test_accuracy": accuracy}
    for model, parameters, seconds, accuracy in [
        ("softmax", 7850, 2.0, 0.92), ("softmax", 7850, 2.5, 0.91), ("cnn", 80202, 13.0, 0.992),
    ]
]  # fmt: skip

ONE_OF_EACH = {
    "loss_curves": lambda: plots.loss_curves(HISTORY),
    "curves": lambda: plots.curves(
        [1, 2], {"a": [3, 4], "b": [4, 3]}, xlabel="x", ylabel="y", description="Two lines."
    ),
    "curve_panels": lambda: plots.curve_panels([1, 2], {"one": {"a": [3, 4], "b": [1, 1]}, "two": {"a": [0, 1]}}),
    "points_and_curves": lambda: plots.points_and_curves(
        [1, 2], [3, 4], {"line": ([1, 2], [3, 4])}, xlabel="x", ylabel="y", description="Two points on a line."
    ),
    "loss_slope": lambda: plots.loss_slope(np.square, [-1.0, -0.5], limits=(-2, 2)),
    "loss_contours": lambda: plots.loss_contours(
        lambda w, b: w**2 + b**2, {"path": [[1, 1], [0.5, 0.5]]}, limits=((-2, 2), (-2, 2))
    ),
    "bars": lambda: plots.bars({"a": 1.0, "b": 2.0}, xlabel="x", description="Two bars."),
    "digit_gallery": lambda: plots.digit_gallery(IMAGES, list("abcdef")),
    "grid_to_vector": lambda: plots.grid_to_vector(IMAGES[0], row=5, column=9),
    "weight_images": lambda: plots.weight_images(IMAGES - 0.5),
    "decision_boundaries": lambda: plots.decision_boundaries(POINTS, [0, 0, 0, 1], [([1, 1], -1.5)]),
    "decision_regions": lambda: plots.decision_regions(POINTS, [0, 1, 1, 0], {"plane": lambda X: X[:, 0]}),
    "confusion_matrix": lambda: plots.confusion_matrix([[5, 1, 0], [0, 4, 2], [0, 0, 6]]),
    "class_maps": lambda: plots.class_maps({"a map": POINTS, "another": 2 * POINTS}, [0, 3, 9, 3]),
    "grid_nets": lambda: plots.grid_nets({"a net": NET, "another": 2 * NET}, POINTS),
    "unit_maps": lambda: plots.unit_maps({"a": [[1, 2], [3, 4]], "b": [[0, 0], [1, 5]]}, [[0, 1], [-1, 1]]),
    "number_grids": lambda: plots.number_grids({"a": [[1, -2], [0, 3]], "b": [[5]]}),
    "over_rows": lambda: plots.over_rows(
        IMAGES[:2], [IMAGES[2], IMAGES[3][:, :10]], xlabel="unit", color_label="state", description="Two digits."
    ),
    "unrolled_diagram": lambda: plots.unrolled_diagram(["ten", "to", "five"], "four"),
    "scoreboard": lambda: plots.scoreboard(RESULTS, RESULTS[:1]),
    "gradient_flow": lambda: plots.gradient_flow({"tanh": {"small": [1e-3, 1e-1]}}, description="A rise."),
    "histograms": lambda: plots.histograms({"a": [0, 1, 1], "b": [2]}, xlabel="x", description="Two."),
    "activation_functions": lambda: plots.activation_functions({"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2)}),
    "vector_addition": lambda: plots.vector_addition({"one step": {"w": [2, 1], "−x": [-1, 1]}}, total="new w"),
    "neuron_diagram": lambda: plots.neuron_diagram(["x_1", "x_2"], ["w_1", "w_2"]),
    "network_diagram": lambda: plots.network_diagram([784, 128, 10], ["in", "hidden", "out"]),
    "nested_sets": lambda: plots.nested_sets({"outer": "large", "inner": "small"}),
    "timeline": lambda: plots.timeline({1958: "perceptron", 1986: "backpropagation"}, marked=[1986]),
}


@pytest.mark.parametrize("helper", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_every_helper_returns_a_described_figure_that_pyplot_does_not_know(helper):
    import matplotlib.pyplot as plt

    figure = helper()
    assert isinstance(figure, Figure)
    assert figure.description.endswith(".")
    assert plt.get_fignums() == []


def test_every_public_helper_is_tested_here():
    assert {*ONE_OF_EACH, "activations"} == set(plots.__all__)


def texts_that_overlap(figure) -> list[tuple[str, str]]:
    """Pairs of texts of a figure that lie on one another by more than a pixel."""
    FigureCanvasAgg(figure).draw()
    unseen = set()
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        taken = set()
        for tick in (*axis.majorTicks, *axis.minorTicks):  # among them some beyond the ends, and some out of use
            if tick.get_loc() in taken or not low <= tick.get_loc() <= high:
                unseen |= {tick.label1, tick.label2}
            taken.add(tick.get_loc())
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text() and text not in unseen]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


@pytest.mark.parametrize("helper", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_no_two_texts_lie_on_one_another(helper):
    assert texts_that_overlap(helper()) == []


def test_texts_on_one_another_would_be_noticed():
    figure = Figure()
    figure.text(0.5, 0.5, "one")
    figure.text(0.5, 0.5, "other")
    assert texts_that_overlap(figure) == [("one", "other")]


@pytest.mark.parametrize("helper", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_a_dark_style_of_the_notebook_changes_nothing(helper):
    def pixels() -> np.ndarray:
        canvas = FigureCanvasAgg(helper())
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())

    plain = pixels()
    with matplotlib.style.context(["dark_background", {"font.size": 30, "axes.grid": True}]):
        np.testing.assert_array_equal(pixels(), plain)


@pytest.mark.parametrize("helper", ONE_OF_EACH.values(), ids=ONE_OF_EACH)
def test_every_figure_can_be_saved_for_a_slide(helper, tmp_path):
    figure = helper()
    with matplotlib.style.context("dark_background"):
        figure.savefig(tmp_path / "slide.png")
    corner = matplotlib.image.imread(tmp_path / "slide.png")[0, 0]
    np.testing.assert_array_equal(corner[:3], 1)


OPTIONS = {"title": "A title", "size": (6.0, 5.0), "description": "Words of the author."}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_every_helper_takes_title_size_and_description_and_needs_none_of_them(name):
    parameters = inspect.signature(getattr(plots, name)).parameters
    assert {option: parameters[option].default for option in OPTIONS} == dict.fromkeys(OPTIONS)


@pytest.mark.parametrize("name", plots.__all__)
def test_the_example_of_every_docstring_works(name, tmp_path):
    import keras

    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(9, name="hidden")])
    model.add(keras.layers.Dense(10))
    names = {"plots": plots, "np": np, "rng": RNG, "images": IMAGES[:3], "image": IMAGES[0]}
    names |= {"model": model, "folder": tmp_path}
    (example,) = doctest.DocTestFinder(recurse=False).find(getattr(plots, name), name, globs=names)
    assert example.examples
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(example, out=[].append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0
    assert isinstance(example.globs["figure"], Figure)


def test_title_size_and_description_reach_the_figure():
    figure = plots.curves([1, 2], {"a": [3, 4]}, **OPTIONS)
    assert figure.get_suptitle() == "A title"
    assert tuple(figure.get_size_inches()) == (6, 5)
    assert figure.description == "Words of the author."


# --- curves


def test_lines_differ_in_style_as_well_as_in_colour():
    names = "abcdef"
    figure = plots.curves([0, 1], {name: [0, 1] for name in names}, xlabel="x", ylabel="y", description="Lines.")
    lines = figure.axes[0].lines
    assert len({line.get_linestyle() for line in lines} | {str(line._unscaled_dash_pattern) for line in lines}) >= 6
    assert [to_rgba(line.get_color()) for line in lines] == [to_rgba(color) for color in PALETTE]


def test_bars_are_as_long_as_their_numbers_and_say_them():
    axes = plots.bars({"a": 0.25, "b": 0.5}, xlabel="share", number="{:.0%}", description="Bars.").axes[0]
    assert [patch.get_width() for patch in axes.patches] == [0.25, 0.5]
    assert [text.get_text() for text in axes.texts] == ["25%", "50%"]


def test_points_lie_where_the_data_are_and_curves_are_named():
    lines = {"model": ([0, 1], [2, 3])}
    axes = plots.points_and_curves([1, 2], [3, 4], lines, xlabel="x", ylabel="y", description="Points.").axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[1, 3], [2, 4]])
    np.testing.assert_array_equal(axes.lines[1].get_xydata(), [[0, 2], [1, 3]])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["model"]


def test_there_is_no_epoch_between_two():
    axes = plots.curves([1, 2, 3], {"a": [1, 2, 3]}, xlabel="epoch", ylabel="y", description="A.").axes[0]
    assert all(tick == round(tick) for tick in axes.get_xticks())


def test_a_logarithmic_axis_is_logarithmic():
    axes = plots.curves(
        [1, 10], {"a": [0.1, 10]}, xlabel="x", ylabel="y", log_x=True, log_y=True, description="A."
    ).axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    FigureCanvasAgg(axes.figure).draw()
    names = [label.get_text() for label in axes.get_xticklabels(minor=True)]
    assert not any(names), "minor ticks would run into each other"
    assert {"1", "2", "5", "10"} <= {label.get_text() for label in axes.get_xticklabels()}


# --- landscape


def test_a_descent_is_drawn_on_the_loss():
    figure = plots.loss_slope(np.square, [-1.0, -0.5, 0.25], limits=(-2, 2))
    curve, dots = figure.axes[0].lines
    np.testing.assert_allclose(curve.get_ydata(), curve.get_xdata() ** 2)
    np.testing.assert_allclose(dots.get_xydata(), [[-1, 1], [-0.5, 0.25], [0.25, 0.0625]])
    assert figure.description == "A loss over one weight; in 2 steps it falls."


def test_a_climb_is_not_called_a_fall():
    assert "does not fall" in plots.loss_slope(np.square, [0.5, -1.0], limits=(-2, 2)).description


def test_paths_are_drawn_over_contours():
    path = [[1, 1], [0.5, 0.5]]
    axes = plots.loss_contours(lambda w, b: w**2 + b**2, {"a": path}, limits=((-2, 2), (-2, 2))).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), path)
    assert axes.get_aspect() == 1, "steepest descent would not cross the contour lines at right angles"
    for collection in [lines for lines in axes.collections if not lines.filled]:
        for contour, level in zip(collection.get_paths(), collection.levels, strict=True):
            np.testing.assert_allclose((contour.vertices**2).sum(axis=1), level, atol=0.05)


# --- regions and tables


def test_regions_are_tinted_by_the_answer_and_divided_where_it_is_one_half():
    figure = plots.decision_regions(POINTS, [0, 0, 1, 1], {"first": lambda X: X[:, 0], "second": lambda X: X[:, 1]})
    for axes, column, title in zip(figure.axes, (0, 1), ("first", "second"), strict=True):
        assert axes.get_title() == title
        image = np.asarray(axes.images[0].get_array())
        assert image.shape == (150, 150)
        assert np.ptp(image, axis=1 - column).max() > 1
        assert np.ptp(image, axis=column).max() < 1e-9
        border = np.concatenate([path.vertices for path in axes.collections[0].get_paths()])
        np.testing.assert_allclose(border[:, column], 0.5, atol=1e-6)
    assert figure.description == "4 points in the plane; right answers: first 100%, second 50%."


def test_regions_mark_each_class_in_its_own_way():
    axes = plots.decision_regions(POINTS, [0, 1, 1, 0], {"plane": lambda X: X[:, :1]}).axes[0]
    zeros, ones = axes.lines
    np.testing.assert_array_equal(zeros.get_xydata(), POINTS[[0, 3]])
    np.testing.assert_array_equal(ones.get_xydata(), POINTS[[1, 2]])
    assert zeros.get_marker() != ones.get_marker()


def test_a_diagram_says_its_weights_and_biases():
    figure = plots.network_diagram([2, 1], ["in", "out"], weights=[[[1], [-2]]], biases=[[-0.5]])
    assert [text.get_text() for text in figure.axes[0].texts][-3:] == ["+1", "−2", "−0.5"]


def test_a_confusion_matrix_shows_its_counts_and_tints_the_mistakes_alone():
    counts = np.array([[50, 1, 0], [3, 40, 2], [0, 0, 60]])
    figure = plots.confusion_matrix(counts, ["a", "b", "c"])
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == [str(count) for count in counts.ravel()]
    tints = axes.images[0].get_array()
    assert tints.mask.diagonal().all()
    np.testing.assert_allclose(tints.compressed() ** 2, counts[~np.eye(3, dtype=bool)])
    assert "the most frequent mistake answers a where b is right, 3 times" in figure.description
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]


# --- gradients and distributions


def test_gradients_are_drawn_layer_by_layer_on_one_logarithmic_scale():
    figure = plots.gradient_flow({"tanh": {"a": [1e-3, 1e-1]}, "relu": {"a": [1, 2]}}, description="Two.")
    tanh, relu = figure.axes
    np.testing.assert_array_equal(tanh.lines[0].get_xydata(), [[1, 1e-3], [2, 1e-1]])
    np.testing.assert_array_equal(relu.lines[0].get_ydata(), [1, 2])
    assert tanh.get_yscale() == "log"
    assert tanh.get_ylim() == relu.get_ylim()
    assert [axes.get_title() for axes in figure.axes] == ["tanh", "relu"]


def test_histograms_show_shares_over_one_range():
    figure = plots.histograms({"a": [0, 1, 1, 1], "b": [3.9]}, xlabel="x", bins=4, limits=(0, 4), description="Two.")
    heights = [[patch.get_height() for patch in axes.patches] for axes in figure.axes]
    assert heights == [[0.25, 0.75, 0, 0], [0, 0, 0, 1]]


def test_what_lies_outside_the_range_of_a_histogram_is_counted_at_its_end():
    axes = plots.histograms({"a": [-5, 9, 9, 9]}, xlabel="x", bins=2, limits=(0, 1), description="One.").axes[0]
    assert [patch.get_height() for patch in axes.patches] == [0.25, 0.75]


# --- images


def test_a_gallery_shows_each_image_with_its_caption():
    figure = plots.digit_gallery(IMAGES[:5], list("abcde"), columns=3)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title() for axes in shown] == list("abcde")
    for axes, image in zip(shown, IMAGES, strict=False):
        np.testing.assert_array_equal(axes.images[0].get_array(), image)


def test_a_gallery_frames_the_given_region():
    rectangle = plots.digit_gallery(IMAGES[:1], boxes=[(slice(8, 14), slice(7, 12))]).axes[0].patches[0]
    assert rectangle.get_xy() == (6.5, 7.5)
    assert (rectangle.get_width(), rectangle.get_height()) == (5, 6)


def test_the_numbers_beside_the_picture_are_its_pixels():
    figure = plots.grid_to_vector(IMAGES[0], row=3, column=4, window=2)
    window = 255 * IMAGES[0][3:5, 4:6]
    assert [text.get_text() for text in figure.axes[1].texts] == [f"{value:.0f}" for value in window.ravel()]


def test_weights_share_one_scale_centred_on_zero():
    figure = plots.weight_images(np.stack([np.full((4, 4), 0.5), np.full((4, 4), -2.0)]))
    limits = {axes.images[0].get_clim() for axes in figure.axes[:2]}
    assert limits == {(-2.0, 2.0)}


def test_the_extreme_weights_carry_their_sign():
    weights = np.zeros((5, 5))
    weights[1, 2], weights[3, 0] = 1, -1
    signs = {text.get_text(): text.get_position() for text in plots.weight_images(weights).axes[0].texts}
    assert signs == {"+": (2, 1), "−": (0, 3)}


# --- boundaries


def test_the_line_is_where_z_is_zero():
    axes = plots.decision_boundaries(POINTS, [0, 0, 0, 1], [([2, 1], -1.5)]).axes[0]
    vertices = np.concatenate([path.vertices for path in axes.collections[0].get_paths()])
    np.testing.assert_allclose(2 * vertices[:, 0] + vertices[:, 1] - 1.5, 0, atol=1e-6)


def test_wrong_points_are_circled_and_only_those():
    axes = plots.decision_boundaries(POINTS, [0, 1, 1, 0], [([1, 1], -0.5)]).axes[0]
    circles = next(line for line in axes.lines if line.get_markersize() == 21)
    np.testing.assert_array_equal(np.transpose(circles.get_data()), [[1, 1]])


def test_the_firing_side_is_tinted():
    tint = plots.decision_boundaries(POINTS, [0, 0, 0, 1], [([1, 0], -0.5)]).axes[0].images[0].get_array()
    assert tint[0, 0] == 0
    assert tint[0, -1] == 1


def test_the_arrow_stands_at_a_right_angle_on_the_page():
    figure = plots.decision_boundaries(POINTS * [1, 3], [0, 0, 0, 1], [([2, 1], -1.5)])
    FigureCanvasAgg(figure).draw()
    assert figure.axes[0].get_aspect() == 1


@pytest.mark.parametrize("w", [(2, 1), (-1, -1), (-1, 2), (1, -2)])
def test_the_letter_w_stands_beyond_the_tip_of_its_arrow(w):
    figure = plots.decision_boundaries(POINTS, [0, 0, 0, 1], [(w, -sum(w) / 2)])
    FigureCanvasAgg(figure).draw()
    letter = next(text for text in figure.axes[0].texts if text.get_text() == "w")
    box, tip = letter.get_window_extent(), figure.axes[0].transData.transform(letter.xy)
    nearest = np.clip(tip, box.min, box.max)
    assert np.all((nearest - tip) * w > 0)


def test_the_sides_may_have_names_of_their_own():
    figure = plots.decision_boundaries(POINTS, [0, 0, 0, 1], [([2, 1], -1.5)], side_names=("no", "yes"))
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[2:4] == ["no", "yes"]


def test_each_panel_may_have_classes_of_its_own():
    figure = plots.decision_boundaries(POINTS, [[0, 0, 0, 1], [0, 1, 1, 1]], [([1, 1], -1.5), ([1, 1], -0.5)])
    assert "1 on the wrong side" not in figure.description
    triangles = [next(line for line in axes.lines if line.get_marker() == "^") for axes in figure.axes]
    assert [len(line.get_xdata()) for line in triangles] == [1, 3]


def test_points_are_drawn_as_their_images():
    axes = plots.decision_boundaries(POINTS, [0, 0, 0, 1], images=IMAGES[:4]).axes[0]
    pictures = [artist for artist in axes.artists if isinstance(artist, AnnotationBbox)]
    assert [tuple(picture.xy) for picture in pictures] == [tuple(point) for point in POINTS]


# --- activations


def test_activation_functions_are_drawn_above_their_slopes():
    figure = plots.activation_functions({"square": (np.square, lambda z: 2 * z)}, limit=2)
    z, height = figure.axes[0].lines[0].get_data()
    np.testing.assert_allclose(height, z**2)
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), 2 * z)


def test_a_jump_is_not_drawn_as_a_steep_line():
    step = {"step": (lambda z: np.where(z > 0, 1.0, 0.0), np.zeros_like)}
    heights = plots.activation_functions(step).axes[0].lines[0].get_ydata()
    assert np.isnan(heights).sum() == 1
    assert set(heights[~np.isnan(heights)]) == {0.0, 1.0}


# --- diagrams


def test_a_network_is_drawn_with_every_connection():
    axes = plots.network_diagram([3, 2], ["in", "out"]).axes[0]
    assert len(axes.lines) == 6
    assert len(axes.patches) == 5


def test_an_unrolled_network_has_a_cell_for_each_input_and_one_with_a_loop():
    axes = plots.unrolled_diagram(["ten", "to", "five"], "four").axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert [text for text in texts if text.startswith("$h_")] == ["$h_1$", "$h_2$", "$h_3$"]
    assert (texts.count("$W$"), texts.count("$U$"), texts.count("$V$")) == (4, 3, 2)


# --- grids of numbers


def test_number_grids_write_every_number_in_its_cell():
    axes = plots.number_grids({"a": [[1, -2], [0.5, 3]]}).axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {(0, 0): "1", (1, 0): "−2", (0, 1): "0.5", (1, 1): "3"}
    np.testing.assert_array_equal(axes.images[0].get_array(), [[1, -2], [0.5, 3]])


def test_number_grids_share_a_scale_that_is_even_about_zero():
    first, second = plots.number_grids({"a": [[1]], "b": [[-4]]}).axes
    assert first.images[0].get_clim() == second.images[0].get_clim()
    assert sum(first.images[0].get_clim()) == 0


# --- sequences and results


def test_what_a_network_holds_is_drawn_beside_each_image_row_by_row():
    values = [IMAGES[2], 2 * IMAGES[3][:, :10]]
    figure = plots.over_rows(
        IMAGES[:2], values, ["a", "b"], xlabel="digit", color_label="p", limits=(-1, 1), description="Two."
    )
    first, held, second, held_too = figure.axes[:4]
    np.testing.assert_array_equal(first.images[0].get_array(), IMAGES[0])
    np.testing.assert_array_equal(held.images[0].get_array(), values[0])
    np.testing.assert_array_equal(held_too.images[0].get_array(), values[1])
    assert (first.get_title(), second.get_title(), held.images[0].get_clim()) == ("a", "b", (-1, 1))


def test_rows_are_counted_from_1_beside_their_numbers():
    figure = plots.over_rows(IMAGES[:1], [IMAGES[1]], xlabel="x", color_label="y", description="One.")
    picture, held = figure.axes[:2]
    assert picture.images[0].get_extent()[2:] == held.images[0].get_extent()[2:] == [28.5, 0.5]


def test_a_map_shows_each_point_as_its_class():
    first, second = plots.class_maps({"a": POINTS, "b": 2 * POINTS}, [0, 3, 9, 3], class_names="abcdefghij").axes
    assert (first.get_title(), second.get_title()) == ("a", "b")
    of_class_3 = first.collections[1]
    np.testing.assert_array_equal(of_class_3.get_offsets(), POINTS[[1, 3]])
    np.testing.assert_array_equal(second.collections[2].get_offsets(), 2 * POINTS[[2]])
    colours = {tuple(points.get_facecolor()[0]) for points in first.collections}
    shapes = {points.get_paths()[0].vertices.tobytes() for points in first.collections}
    assert len(colours) == len(shapes) == 3


def test_a_net_joins_neighbours_on_the_grid_and_no_others():
    axes = plots.grid_nets({"a net": NET}, POINTS).axes[0]
    dots, units = axes.collections
    np.testing.assert_array_equal(dots.get_offsets(), POINTS)
    np.testing.assert_array_equal(np.sort(units.get_offsets(), axis=0), np.sort(NET.reshape(-1, 2), axis=0))
    lines = sorted(line.get_xydata().tolist() for line in axes.lines)
    assert lines == sorted([*NET.tolist(), *NET.transpose(1, 0, 2).tolist()])


def test_a_name_has_one_colour_in_all_panels_and_stands_once_in_the_legend():
    figure = plots.curve_panels([1, 2], {"one": {"a": [3, 4], "b": [1, 1]}, "two": {"b": [0, 1]}})
    first, second = figure.axes
    assert first.lines[1].get_color() == second.lines[0].get_color() != first.lines[0].get_color()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b"]
    np.testing.assert_array_equal(second.lines[0].get_xydata(), [[1, 0], [2, 1]])


def test_a_map_of_units_has_its_shades_and_its_signs():
    first, second = plots.unit_maps(
        {"a": [[1, 2], [3, 4]], "b": [[0, 0], [1, 5]]}, [[0, 1], [-1, 1]], class_names="xy"
    ).axes[:2]
    np.testing.assert_array_equal(first.images[0].get_array(), [[1, 2], [3, 4]])
    assert second.images[0].get_clim() == (0, 5)
    assert {(text.get_position(), text.get_text()) for text in first.texts} == {
        ((0, 0), "x"),
        ((1, 0), "y"),
        ((1, 1), "y"),
    }
    assert [text.get_color() for text in second.texts] == ["black", "black", "white"]


def test_a_long_legend_below_takes_two_rows_and_stays_within_the_figure():
    lines = {f"the network number {number}": [1, 2] for number in range(5)}
    figure = plots.curves([1, 2], lines, xlabel="x", ylabel="y", legend_below=True, description="Five lines.")
    figure.draw_without_rendering()
    legend = figure.legends[0].get_window_extent()
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.x1


def test_the_star_stands_at_the_lowest_loss_and_not_only_at_a_point_of_the_drawing():
    figure = plots.loss_contours(lambda w, b: (w - 0.123) ** 2 + (b + 0.456) ** 2, {"walk": [[-2, -2], [2, 2]]})
    (star,) = [line for line in figure.axes[0].lines if line.get_label() == "lowest loss"]
    np.testing.assert_allclose(np.ravel(star.get_data()), [0.123, -0.456], atol=1e-3)


def test_a_legend_below_stands_outside_the_axes():
    lines = {"a": [3, 4], "b": [4, 3]}
    figure = plots.curves([1, 2], lines, xlabel="x", ylabel="y", legend_below=True, description="Two lines.")
    assert figure.axes[0].get_legend() is None
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b"]


def test_the_scoreboard_draws_mistakes_in_a_thousand_and_the_students_runs_hollow():
    parameters, seconds = plots.scoreboard(RESULTS, RESULTS[2:]).axes
    softmax, _, cnn, own = parameters.lines
    np.testing.assert_allclose(softmax.get_data(), [[7850, 7850], [80, 90]])
    np.testing.assert_allclose(cnn.get_data(), [[80202], [8]])
    np.testing.assert_allclose(own.get_data(), [[80202], [8]])
    assert (cnn.get_markerfacecolor(), own.get_markerfacecolor()) != ("none", "none")
    assert own.get_markerfacecolor() == "none"
    np.testing.assert_allclose(seconds.lines[0].get_xdata(), [2.0, 2.5])


def test_gradients_of_panels_with_other_names_get_legends_of_their_own():
    shared = plots.gradient_flow({"a": {"x": [1]}, "b": {"x": [2]}}, description="One.")
    apart = plots.gradient_flow({"a": {"x": [1]}, "b": {"y": [2]}}, xlabel="row", description="Two.")
    assert (len(shared.legends), len(apart.legends)) == (1, 0)
    assert [axes.get_legend() is None for axes in apart.axes] == [False, False]
    assert apart.axes[0].get_xlabel() == "row"


# --- what is refused

REFUSED = {
    "curve lengths": (
        lambda: plots.curves([1, 2], {"a": [1]}, xlabel="x", ylabel="y", description="A."),
        "x has 2, a has 1",
    ),
    "a logarithm of 0": (
        lambda: plots.curves([1], {"a": [0]}, xlabel="x", ylabel="y", log_y=True, description="A."),
        "'a'.*got 0, expected numbers above 0",
    ),
    "a logarithmic position of 0": (
        lambda: plots.curves([0], {"a": [1]}, xlabel="x", ylabel="y", log_x=True, description="A."),
        "x: got 0, expected numbers above 0",
    ),
    "no panels": (lambda: plots.gradient_flow({}, description="None."), "panels: got none"),
    "empty panel": (lambda: plots.gradient_flow({"a": {}}, description="None."), "'a'.*got 0 lines"),
    "a gradient below 0": (lambda: plots.gradient_flow({"a": {"b": [-1]}}), "'b'.*got -1, expected"),
    "no histograms": (lambda: plots.histograms({}, xlabel="x", description="None."), "values: got none"),
    "limits of a histogram": (
        lambda: plots.histograms({"a": [1]}, xlabel="x", limits=(1, 0), description="None."),
        "limits: got",
    ),
    "no models": (lambda: plots.decision_regions(POINTS, [0, 0, 0, 1], {}), "models: got none"),
    "points in space": (lambda: plots.decision_regions(np.zeros((4, 3)), [0, 0, 0, 1], {"a": len}), "X: got shape"),
    "three classes": (lambda: plots.decision_regions(POINTS, [0, 1, 2, 1], {"a": len}), "y: got classes"),
    "weights of another shape": (
        lambda: plots.network_diagram([2, 1], ["in", "out"], weights=[[[1, 2]]]),
        "weights: got shapes .*expected",
    ),
    "biases of another shape": (
        lambda: plots.network_diagram([2, 1], ["in", "out"], biases=[[1, 2]]),
        "biases: got shapes .*expected",
    ),
    "not square": (lambda: plots.confusion_matrix([[1, 2]]), "counts: got shape"),
    "negative counts": (lambda: plots.confusion_matrix([[1, -2], [0, 1]]), "counts: got -2"),
    "names of classes": (lambda: plots.confusion_matrix([[1, 2], [0, 1]], ["a"]), "class_names: got 1, expected 2"),
    "no curves": (lambda: plots.curves([1], {}, xlabel="x", ylabel="y", description="None."), "lines: got 0"),
    "points": (
        lambda: plots.points_and_curves([1, 2], [1], xlabel="x", ylabel="y", description="A."),
        "x has 2, y has 1",
    ),
    "limits": (lambda: plots.loss_slope(np.square, [0.0], limits=(2, -2)), "limits: got"),
    "no paths": (lambda: plots.loss_contours(lambda w, b: w, {}, limits=((0, 1), (0, 1))), "paths: got 0"),
    "flat path": (
        lambda: plots.loss_contours(lambda w, b: w, {"a": [[1, 2, 3]]}, limits=((0, 1), (0, 1))),
        r"paths\['a'\]: got shape \(1, 3\)",
    ),
    "no bars": (lambda: plots.bars({}, xlabel="x", description="None."), "values: got nothing"),
    "flat images": (lambda: plots.digit_gallery(np.zeros((2, 784))[0]), r"images: got shape \(784,\)"),
    "NaN image": (lambda: plots.digit_gallery(np.full((2, 2), np.nan)), "images: got NaN"),
    "titles of images": (lambda: plots.digit_gallery(IMAGES, ["a"]), "images has 6, titles has 1"),
    "columns": (lambda: plots.digit_gallery(IMAGES, columns=0), "columns: got 0"),
    "words": (lambda: plots.digit_gallery("seven"), "images: got str"),
    "window": (lambda: plots.grid_to_vector(IMAGES[0], row=25, column=0), "row, column: got a window"),
    "two images": (lambda: plots.grid_to_vector(IMAGES[:2], row=0, column=0), "image: got 2 images"),
    "weights": (lambda: plots.weight_images(np.zeros(784)), r"weights: got shape \(784,\)"),
    "three inputs": (lambda: plots.decision_boundaries(np.zeros((2, 3)), [0, 1]), r"X: got shape \(2, 3\)"),
    "classes": (lambda: plots.decision_boundaries(POINTS, [3, 8, 3, 8]), r"y: got classes \[3.0, 8.0\]"),
    "few classes": (lambda: plots.decision_boundaries(POINTS, [0, 1]), r"y: got shape \(1, 2\)"),
    "titles": (
        lambda: plots.decision_boundaries(POINTS, [0, 0, 0, 1], [([1, 1], 0)], titles=["a", "b"]),
        "neurons has 1, titles has 2",
    ),
    "functions": (lambda: plots.activation_functions({}), "functions: got none"),
    "weights of a neuron": (lambda: plots.neuron_diagram(["x"], []), "inputs, weights: got 1 and 0"),
    "parts of a neuron": (lambda: plots.neuron_diagram(["x"], ["w"], parts=["axon"]), "parts: got 1"),
    "one layer": (lambda: plots.network_diagram([3], ["in"]), "layers, labels: got 1 and 1"),
    "no grids": (lambda: plots.number_grids({}), "arrays: got none"),
    "a large grid": (lambda: plots.number_grids({"a": np.zeros((13, 2))}), r"'a'.*got shape \(13, 2\)"),
    "one input": (lambda: plots.unrolled_diagram(["ten"], "ten"), "inputs: got 1"),
    "rows": (
        lambda: plots.over_rows(IMAGES[:1], [np.zeros((27, 3))], xlabel="x", color_label="y", description="None."),
        r"values: got shapes \[\(27, 3\)\], expected 1 of 28 rows",
    ),
    "titles of readings": (
        lambda: plots.over_rows(IMAGES[:1], [IMAGES[1]], ["a", "b"], xlabel="x", color_label="y", description="None."),
        "titles: got 2, expected 1",
    ),
    "no results": (lambda: plots.scoreboard([]), "reference: got no results"),
    "an accuracy in per cent": (
        lambda: plots.scoreboard([{"model": "a", "parameters": 1, "training_seconds": 1, "test_accuracy": 97}]),
        "test_accuracy: got 97 for a",
    ),
    "a result without seconds": (
        lambda: plots.scoreboard([{"model": "a", "parameters": 1, "test_accuracy": 0.9}]),
        "a result without training_seconds",
    ),
    "no lines in panels": (lambda: plots.curve_panels([1], {}), "panels: got 0 different lines"),
    "a short line in a panel": (
        lambda: plots.curve_panels([1, 2], {"p": {"a": [1]}}),
        r"panels\['p'\]\['a'\]: x has 2",
    ),
    "no nets": (lambda: plots.grid_nets({}), "nets: got none"),
    "a net in space": (lambda: plots.grid_nets({"a": np.zeros((2, 2, 3))}), r"'a'.*got shape \(2, 2, 3\)"),
    "dots in space": (lambda: plots.grid_nets({"a": NET}, np.zeros((4, 3))), r"points: got shape \(4, 3\)"),
    "no units": (lambda: plots.unit_maps({}), "maps: got none"),
    "maps of two sizes": (lambda: plots.unit_maps({"a": np.ones((2, 2)), "b": np.ones((2, 3))}), r"'b'.*\(2, 3\)"),
    "labels of another size": (
        lambda: plots.unit_maps({"a": np.ones((2, 2))}, [[1, 2]]),
        r"labels: got shape \(1, 2\)",
    ),
    "too few signs": (
        lambda: plots.unit_maps({"a": np.ones((1, 2))}, [[0, 2]], class_names="xy"),
        "class_names: got 2",
    ),
    "no maps": (lambda: plots.class_maps({}, [0]), "maps: got none"),
    "a map of space": (lambda: plots.class_maps({"a": np.zeros((2, 3))}, [0, 1]), r"'a'.*got shape \(2, 3\)"),
    "points without labels": (lambda: plots.class_maps({"a": POINTS}, [0, 1]), r"'a'.*got shape \(4, 2\)"),
    "eleven classes": (lambda: plots.class_maps({"a": POINTS}, [0, 1, 2, 10]), "labels: got numbers from 0 to 10"),
    "signs of classes": (lambda: plots.class_maps({"a": POINTS}, [0, 1, 2, 3], class_names="ab"), "class_names: got 2"),
    "no sets": (lambda: plots.nested_sets({}), "sets: got none"),
    "disorder": (lambda: plots.timeline({1986: "b", 1958: "a"}), "events: got years"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
