"""plots.activations: any Sequential or functional model on one image, in whatever form it comes."""

import keras
import numpy as np
import pytest
from keras import layers
from matplotlib.figure import Figure

from utils import plots

RNG = np.random.default_rng(0)
IMAGE = RNG.random((28, 28))


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(3, 5, activation="relu", name="maps"),
            layers.MaxPooling2D(name="smaller"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(7, activation="relu", name="units"),
            layers.Dense(10, activation="softmax", name="digits"),
        ]
    )


def titles_of(figure: Figure) -> list[str]:
    return [axes.get_title() for axes in figure.axes if axes.get_title()]


def bars_of(figure: Figure) -> list[float]:
    (axes,) = (axes for axes in figure.axes if axes.get_xlabel() == "output")
    return [patch.get_width() for patch in axes.patches]


def test_every_layer_that_computes_is_shown_pooling_included(network):
    shown = ["input", "maps: 24 × 24 × 3", "smaller: 12 × 12 × 3", "units: 7", "digits: 10"]
    assert titles_of(plots.activations(network, IMAGE)) == shown


def test_what_the_layers_computed_is_drawn(network):
    figure = plots.activations(network, IMAGE)
    units = keras.Model(network.inputs[0], network.get_layer("units").output)(IMAGE[np.newaxis])
    drawn = np.asarray(figure.axes[3].images[0].get_array()).ravel()
    np.testing.assert_allclose(drawn[:7], np.asarray(units)[0], atol=1e-6)
    np.testing.assert_allclose(bars_of(figure), np.asarray(network(IMAGE[np.newaxis]))[0], atol=1e-6)


def test_the_picture_ends_with_the_models_output_not_with_its_logits():
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10), layers.Softmax()])
    figure = plots.activations(model, IMAGE)
    assert titles_of(figure) == ["input", "dense: 10", "softmax: 10"]
    assert sum(bars_of(figure)) == pytest.approx(1)


def test_an_output_that_no_layer_made_is_drawn():
    inputs = keras.Input((28, 28))
    model = keras.Model(inputs, keras.ops.softmax(layers.Dense(10)(layers.Flatten()(inputs))))
    assert sum(bars_of(plots.activations(model, IMAGE))) == pytest.approx(1)


FORMS = {
    "(28, 28)": IMAGE,
    "(28, 28, 1)": IMAGE[..., np.newaxis],
    "(1, 28, 28)": IMAGE[np.newaxis],
    "(1, 28, 28, 1)": IMAGE[np.newaxis, ..., np.newaxis],
    "(784,)": IMAGE.ravel(),
    "(1, 784)": IMAGE.reshape(1, -1),
    "a list": IMAGE.tolist(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (784,)], ids=str)
def test_an_image_fits_in_every_form(form, shape):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(3)])
    figure = plots.activations(model, FORMS[form])
    np.testing.assert_allclose(bars_of(figure), np.asarray(model(IMAGE.reshape(1, *shape)))[0], atol=1e-5)
    assert figure.axes[0].images[0].get_array().shape == (28, 28)


def test_pixels_from_0_to_255_reach_the_model_as_they_are_and_are_drawn_as_ink():
    model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3)])
    pixels = (255 * IMAGE).astype("uint8")
    figure = plots.activations(model, pixels)
    np.testing.assert_allclose(bars_of(figure), np.asarray(model(pixels[np.newaxis]))[0], atol=1e-5)
    assert figure.axes[0].images[0].get_clim() == (0, 255)


def test_a_colour_image_is_drawn_in_its_colours():
    model = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()])
    photograph = RNG.random((20, 30, 3))
    figure = plots.activations(model, photograph)
    np.testing.assert_allclose(figure.axes[0].images[0].get_array(), photograph, atol=1e-6)


def test_layers_are_chosen_by_name_number_or_as_layers_and_the_output_stays_last(network):
    expected = ["input", "units: 7", "digits: 10"]
    for chosen in (["units"], [-2], [network.get_layer("units")], ["units", "digits"]):
        assert titles_of(plots.activations(network, IMAGE, layers=chosen)) == expected


def test_layers_stand_in_the_models_order(network):
    shown = titles_of(plots.activations(network, IMAGE, layers=["units", "maps"]))
    assert shown == ["input", "maps: 24 × 24 × 3", "units: 7", "digits: 10"]


def test_nested_models_and_layers_used_twice_are_drawn():
    inner = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(5)], name="features")
    twice = layers.Dense(5, name="twice")
    inputs = keras.Input((28, 28))
    model = keras.Model(inputs, layers.Dense(2, name="last")(twice(twice(inner(inputs)))))
    assert titles_of(plots.activations(model, IMAGE)) == ["input", "features: 5", "twice: 5", "last: 2"]


def test_the_model_is_left_as_it_was(network, tmp_path):
    before = network.predict(IMAGE[np.newaxis], verbose=0)
    plots.activations(network, IMAGE)
    assert not any("call" in vars(layer) for layer in network.layers)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded.predict(IMAGE[np.newaxis], verbose=0), before)


@pytest.mark.parametrize(
    ("name", "shown"), [("dense_7", "dense"), ("Block_2", "Block_2"), ("dense_left", "dense_left"), (None, "dense")]
)
def test_a_layers_name_is_shown_as_it_was_given_without_the_number_that_keras_appends(name, shown):
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(4, name=name), layers.Dense(2)])
    figure = plots.activations(model, IMAGE)
    assert titles_of(figure)[1] == f"{shown}: 4"
    assert f"{shown} has " in figure.description


def test_a_layer_over_time_is_steps_by_units():
    model = keras.Sequential([keras.Input((28, 28)), layers.SimpleRNN(5, return_sequences=True, name="r")])
    model.add(layers.Flatten())
    model.add(layers.Dense(2))
    assert plots.activations(model, IMAGE).axes[1].images[0].get_array().shape == (28, 5)


def test_an_output_that_is_an_image_is_drawn_as_one():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(1, 3, padding="same", name="copy")])
    figure = plots.activations(model, IMAGE)
    assert titles_of(figure) == ["input", "copy: 28 × 28 × 1"]
    assert figure.axes[1].images[0].get_array().shape[0] >= 28
    assert "the output lies between" in figure.description


def test_of_many_named_outputs_the_ten_largest_are_bars():
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(50, name="words")])
    outputs = np.asarray(model(IMAGE[np.newaxis]))[0]
    figure = plots.activations(model, IMAGE, class_names=[f"word {n}" for n in range(50)])
    np.testing.assert_allclose(bars_of(figure), np.sort(outputs)[::-1][:10], atol=1e-6)
    assert f"the largest output is that of word {outputs.argmax()}" in figure.description


def test_of_a_deep_network_twelve_layers_are_drawn_and_it_is_said():
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), *(layers.Dense(3) for _ in range(20))])
    figure = plots.activations(model, IMAGE)
    assert len(titles_of(figure)) == 1 + 12 + 1
    assert "the first 12 of 20 layers and the output" in figure.get_suptitle()


def test_a_layer_that_answers_one_number_everywhere_has_a_scale():
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(4, kernel_initializer="zeros")])
    model.add(layers.Dense(2))
    low, high = plots.activations(model, IMAGE).axes[1].images[0].get_clim()
    assert low < 0 < high


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)

    def call(self, inputs):
        return self.dense(inputs)


def small(*more, inputs=(28, 28)) -> keras.Model:
    return keras.Sequential([keras.Input(inputs), layers.Flatten(), *more])


def with_two_inputs() -> keras.Model:
    one, other = keras.Input((28, 28)), keras.Input((3,))
    return keras.Model([one, other], layers.Concatenate()([layers.Flatten()(one), other]))


REFUSED = {
    "several images": (small(layers.Dense(2)), RNG.random((6, 28, 28)), {}, r"image: got shape \(6, 28, 28\)"),
    "a part of an image": (small(layers.Dense(2)), IMAGE[:20], {}, r"image: got shape \(20, 28\)"),
    "another image": (small(layers.Dense(2)), IMAGE.reshape(14, 56), {}, r"image: got shape \(14, 56\)"),
    "a colour image": (small(layers.Dense(2)), RNG.random((28, 28, 3)), {}, r"image: got shape \(28, 28, 3\)"),
    "a grey image": (small(layers.Dense(2), inputs=(28, 28, 3)), IMAGE, {}, r"that takes \(28, 28, 3\)"),
    "NaN": (small(layers.Dense(2)), np.full((28, 28), np.nan), {}, "image: got NaN"),
    "a subclassed model": (Subclassed(), IMAGE, {}, "model: got a Subclassed whose input is not known"),
    "a model without input": (keras.Sequential([layers.Dense(2)]), IMAGE, {}, "not built yet"),
    "two inputs": (with_two_inputs(), IMAGE, {}, "got 2 inputs and 1 outputs"),
    "no model": ("cnn", IMAGE, {}, "model: got a str"),
    "nothing learnt": (small(), IMAGE, {}, "no layer with weights"),
    "an unknown layer": (small(layers.Dense(2)), IMAGE, {"layers": ["conv"]}, "layers: got 'conv', expected some of"),
    "class names": (small(layers.Dense(2)), IMAGE, {"class_names": ["a"]}, "class_names: got 1, expected 2"),
    "weights lost": (
        small(layers.Dense(2, name="lost", bias_initializer=keras.initializers.Constant(float("nan")))),
        IMAGE,
        {},
        "output of lost: 2: got NaN",
    ),
}


@pytest.mark.parametrize(("model", "image", "options", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_by_name(model, image, options, message):
    with pytest.raises(ValueError, match=message):
        plots.activations(model, image, **options)
