"""The playground: it trains as Keras does, it shows what the network answers, and it says what fails.

The widget is tested without a browser: its handler is called as a message would call it.
"""

import json
import subprocess
import sys
import warnings

import numpy as np
import pytest

from utils import lesson
from utils.pictures import figure_png
from utils.playground import challenges, datasets, playground, playground_picture
from utils.playground.base import CourseWidget, packed, unpacked
from utils.playground.engine import SIDE, Engine, build, plane, to_shades
from utils.playground.source import source
from utils.playground.state import State
from utils.playground.widget import Playground
from utils.settings import ROOT

SMALL = "dataset=xor&hidden=3&train_percent=20"  # 100 points to train on


def train(engine: Engine, epochs: int) -> Engine:
    engine.train(epochs)
    engine.measure()
    return engine


# The engine against Keras


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dataset=spiral&features=x1,x2,sin(x1)&hidden=8,8&activation=relu&batch_size=7",  # the last batch is smaller
        "dataset=multi-gauss&hidden=4&regularization=L1&regularization_rate=0.01",
        "dataset=gauss&hidden=4&regularization=L2&regularization_rate=0.03&activation=sigmoid",
        "dataset=plane&hidden=&learning_rate=0.01",
    ],
)
def test_the_weights_are_those_of_fit(text):
    engine, state = Engine(text), State.of(text)
    model = build(state)
    first = engine.weights()
    n = engine.train_size
    model.fit(
        engine.inputs[:n], engine.targets[:n], batch_size=state.batch_size, epochs=2, shuffle=False, verbose=0
    )  # fmt: skip
    engine.train(2, shuffle=False)
    assert np.abs(engine.weights() - weights_of(model)).max() <= 1e-6
    assert np.abs(engine.weights() - first).max() > 1e-3, "nothing was learnt, so that nothing was compared"


def test_epochs_in_one_call_are_epochs_one_after_the_other():
    together, apart = Engine(SMALL), Engine(SMALL)
    together.train(3)
    for _ in range(3):
        apart.train(1)
    np.testing.assert_allclose(together.weights(), apart.weights(), atol=1e-6)
    assert together.epoch == apart.epoch == 3


def test_the_order_of_the_batches_is_shuffled_and_given_by_the_seed():
    shuffled, again, straight = Engine(SMALL), Engine(SMALL), Engine(SMALL)
    shuffled.train(2)
    again.train(2)
    straight.train(2, shuffle=False)
    np.testing.assert_array_equal(shuffled.weights(), again.weights())
    assert np.abs(shuffled.weights() - straight.weights()).max() > 1e-4


@pytest.mark.parametrize(("kind", "of_weight"), [("L1", np.sign), ("L2", lambda w: 2 * w)])
def test_the_penalty_has_the_gradient_of_its_formula(kind, of_weight):
    """One full batch of gradient descent with and without penalty: they differ by rate × learning rate × derivative."""
    text = "dataset=gauss&hidden=3&train_percent=10&noise=20"
    plain, penalised = Engine(text), Engine(f"{text}&regularization={kind}&regularization_rate=0.1")
    for engine in (plain, penalised):
        n = engine.train_size
        engine._functions.trainer(n, n)(*engine._data, np.arange(n, dtype="int32"))
    for layer, (without, with_penalty) in enumerate(zip(plain.model.layers, penalised.model.layers, strict=True)):
        before = build(plain.state).layers[layer].kernel.numpy()
        expected = -0.03 * 0.1 * of_weight(before)
        np.testing.assert_allclose(with_penalty.kernel.numpy() - without.kernel.numpy(), expected, atol=1e-6)
        np.testing.assert_allclose(with_penalty.bias.numpy(), without.bias.numpy(), atol=1e-6)  # never penalised


def test_the_losses_are_mean_squared_errors_of_the_two_parts():
    engine = train(Engine("dataset=circle&noise=20&regularization=L2&regularization_rate=0.1"), 3)
    y_hat = engine.model.predict(engine.inputs, verbose=0)[:, 0]
    squared, n = (y_hat - engine.targets) ** 2, engine.train_size
    right = np.sign(y_hat) == engine.targets
    now = engine.curve[-1]
    assert (now.train_loss, now.test_loss) == pytest.approx((squared[:n].mean(), squared[n:].mean()), abs=1e-5)
    assert (now.train_accuracy, now.test_accuracy) == pytest.approx((right[:n].mean(), right[n:].mean()))
    assert train(Engine("dataset=plane"), 1).curve[-1].test_accuracy is None


@pytest.mark.parametrize("text", ["dataset=spiral&features=x2,x1^2&hidden=5,2&activation=relu", "dataset=plane"])
def test_the_heat_maps_are_what_the_layers_answer(text):
    import keras

    engine = train(Engine(text), 2)
    inputs = datasets.features_of(plane(), engine.state.features)
    outputs = keras.Model(engine.model.inputs, [layer.output for layer in engine.model.layers])
    answers = np.concatenate([np.atleast_2d(a) for a in outputs.predict(inputs, verbose=0, batch_size=4000)], axis=1)
    maps = engine.heat_maps()
    assert maps.shape == (sum(engine.layer_sizes[1:]), SIDE, SIDE) and maps.dtype == np.uint8
    expected = to_shades(answers).T.reshape(maps.shape).astype(int)
    assert np.abs(maps - expected).max() <= 1


def test_a_map_has_x1_to_the_right_and_x2_upwards():
    x1, x2, *_ = Engine().feature_maps()
    assert (x1[:, 0] == 0).all() and (x1[:, -1] == 255).all()
    assert (x2[0] == 255).all() and (x2[-1] == 0).all()


def test_the_lessons_own_random_numbers_stay_as_they_were():
    import keras

    def drawn(use_engine: bool) -> list:
        keras.utils.set_random_seed(5)
        if use_engine:
            train(Engine(SMALL), 1)
        return [np.random.rand(), *keras.random.normal((2,)).numpy().tolist()]

    assert drawn(True) == drawn(False)


def test_a_lesson_may_use_six_times_its_largest_seed():
    seed = 6 * lesson.LARGEST_SEED + 6
    engine = Engine(f"weight_seed={seed}&data_seed={seed}")
    engine.train()
    assert np.isfinite(engine.weights()).all()


def test_reset_goes_back_to_the_first_weights_and_another_seed_gives_others():
    engine = Engine(SMALL)
    first = engine.weights()
    train(engine, 2).reset()
    np.testing.assert_array_equal(engine.weights(), first)
    assert engine.epoch == 0 and len(engine.curve) == 1
    engine.train(2)
    once = engine.weights()
    engine.reset()
    engine.train(2)
    np.testing.assert_array_equal(engine.weights(), once)
    engine.change(engine.state.with_(weight_seed=2))
    assert np.abs(engine.weights() - first).max() > 0.01


def test_a_changed_engine_is_the_one_that_would_be_built_anew():
    engine = train(Engine(SMALL), 1)
    for changes in (
        {"noise": 30},
        {"features": ("x1", "x1*x2")},
        {"hidden": (4, 4), "activation": "relu"},
        {"dataset": "plane", "train_percent": 10},
        {"regularization": "L2", "regularization_rate": 0.1},
        {"weight_seed": 3, "data_seed": 4},
    ):
        state = engine.state.with_(**changes)
        assert engine.change(state)
        fresh = Engine(state)
        np.testing.assert_array_equal(engine.points, fresh.points)
        assert train(engine, 2).curve[-1] == train(fresh, 2).curve[-1], changes


@pytest.mark.parametrize("changes", [{"learning_rate": 1.0}, {"batch_size": 5}, {"show_test": True}])
def test_rate_batch_and_display_change_while_it_runs(changes):
    engine, other = train(Engine(SMALL), 2), train(Engine(SMALL), 2)
    before = engine.weights()
    assert not engine.change(engine.state.with_(**changes))
    np.testing.assert_array_equal(engine.weights(), before)
    assert engine.epoch == 2
    for one in (engine, other):
        one.train(1)
    assert np.allclose(engine.weights(), other.weights()) == ("show_test" in changes)


def test_a_diverged_network_is_said_to_be_so_and_still_drawn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        engine = train(Engine("dataset=plane&learning_rate=10&train_percent=10"), 2)
    assert engine.curve[-1].diverged and not engine.curve[0].diverged
    assert (engine.heat_maps()[-1] == 128).all()


def test_a_weight_can_be_set_by_hand():
    engine = Engine("hidden=3")
    engine.set_weight(0, 1, 2, 1.5)
    engine.set_weight(1, None, 0, -0.25)
    assert engine.model.layers[0].kernel.numpy()[1, 2] == 1.5
    assert engine.model.layers[1].bias.numpy()[0] == -0.25
    for wrong in ((2, 0, 0, 1), (0, 2, 0, 1), (0, 0, 3, 1), (0, 0, -1, 1), (0, 0, 0, np.nan)):
        with pytest.raises(ValueError, match=r"got"):
            engine.set_weight(*wrong)


def test_a_long_curve_keeps_its_first_and_last_point(monkeypatch):
    monkeypatch.setattr("utils.playground.engine.LONGEST_CURVE", 10)
    engine = Engine(SMALL)
    for _ in range(25):
        train(engine, 1)
    epochs = [measures.epoch for measures in engine.curve]
    assert len(epochs) <= 11 and epochs[0] == 0 and epochs[-1] == 25 and epochs == sorted(set(epochs))


def test_no_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs: got 0"):
        Engine(SMALL).train(0)


# The data


@pytest.mark.parametrize("name", datasets.DATASETS)
def test_a_data_set_has_its_shape_range_and_balance_and_follows_its_seed(name):
    points, targets = datasets.make(name, 0, seed=3)
    n = 500 if name in datasets.CLASSIFICATION else 1200
    assert points.shape == (n, 2) and targets.shape == (n,)
    assert points.dtype == targets.dtype == np.float32
    assert np.abs(points).max() <= 6 and np.abs(points).max() > 4
    assert np.abs(targets).max() <= 1.2 and abs(targets.mean()) < 0.2
    if name in datasets.CLASSIFICATION:
        assert set(targets) == {-1.0, 1.0}
        assert 0.3 < (targets[:250] > 0).mean() < 0.7, "the part for training holds mostly one class"
    again, other = datasets.make(name, 0, seed=3), datasets.make(name, 0, seed=4)
    np.testing.assert_array_equal(points, again[0])
    assert (points != other[0]).any()
    noisy = datasets.make(name, 0.5, seed=3)
    assert (noisy[0] != points).any() or (noisy[1] != targets).any()


def test_the_targets_are_where_the_names_say():
    x, y = datasets.make("circle", 0, 1)
    np.testing.assert_array_equal(np.hypot(*x.T) < 3, y > 0)
    x, y = datasets.make("xor", 0, 1)
    np.testing.assert_array_equal(x[:, 0] * x[:, 1] > 0, y > 0)
    assert np.abs(x).min() >= 0.3
    x, y = datasets.make("gauss", 0, 1)
    np.testing.assert_allclose([x[y > 0].mean(), x[y < 0].mean()], [2, -2], atol=0.15)
    x, y = datasets.make("spiral", 0, 1)
    np.testing.assert_allclose(np.sort(np.hypot(*x[y > 0].T)), np.sort(np.hypot(*x[y < 0].T)), atol=1e-5)
    x, y = datasets.make("plane", 0, 1)
    np.testing.assert_allclose(y, x.sum(axis=1) / 10, atol=1e-6)
    x, y = datasets.make("multi-gauss", 0, 1)
    assert (y[np.hypot(x[:, 0], x[:, 1] - 2.5) < 1] < -0.4).all() and (y[np.hypot(x[:, 0], x[:, 1]) < 0.4] == 0).all()


def test_the_features_are_their_formulas():
    x = np.array([[2, -3], [0.5, 1]], "float32")
    expected = np.stack([x[:, 0], x[:, 1], x[:, 0] ** 2, x[:, 1] ** 2, x[:, 0] * x[:, 1], *np.sin(x).T], axis=1)
    np.testing.assert_allclose(datasets.features_of(x, tuple(datasets.FEATURES)), expected, rtol=1e-6)


def test_the_share_for_training_is_kept():
    assert Engine("train_percent=10").train_size == 50
    assert Engine("dataset=plane&train_percent=90").train_size == 1080


# The state

EVERYTHING = {
    "dataset": "spiral", "noise": 15, "train_percent": 30, "batch_size": 7, "features": ["x1", "x1*x2", "sin(x2)"],
    "hidden": [8, 3, 1], "activation": "relu", "regularization": "L1", "regularization_rate": 0.003,
    "learning_rate": 0.00001, "data_seed": 12, "weight_seed": 34, "show_test": True, "discretize": True,
}  # fmt: skip


@pytest.mark.parametrize("given", [{}, EVERYTHING, {"hidden": []}, {"features": ["x1^2"], "dataset": "multi-gauss"}])
def test_a_state_comes_back_from_its_dictionary_and_from_its_text(given):
    state = State.of(given)
    assert State.of(json.loads(json.dumps(state.as_dict()))) == state
    assert State.of(state.as_text()) == state
    assert state.as_dict().items() >= given.items()


def test_everything_that_a_state_holds_is_in_the_example():
    assert State.of(EVERYTHING).as_dict() == EVERYTHING
    assert all(value != State().as_dict()[name] for name, value in EVERYTHING.items())
    assert State().as_text() == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"dataset": "moons"}, "dataset: got 'moons', expected one of circle, xor"),
        ({"noise": 60}, "noise: got 60, expected a whole number from 0 to 50"),
        ({"noise": 2.5}, "noise: got 2.5"),
        ({"train_percent": 100}, "train_percent"),
        ({"batch_size": 0}, "batch_size"),
        ({"features": []}, "features: got"),
        ({"features": ["x3"]}, "features: got 'x3'"),
        ({"features": ["x1", "x1"]}, "only once"),
        ({"hidden": [1] * 7}, "hidden: got 7 layers"),
        ({"hidden": [9]}, "hidden: got 9"),
        ({"activation": "gelu"}, "activation"),
        ({"regularization": "L3"}, "regularization"),
        ({"regularization_rate": -1}, "regularization_rate"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"weight_seed": -1}, "weight_seed"),
        ({"colour": "red"}, "state: got 'colour'"),
        ("hidden=a", "hidden: got 'a'"),
        ("noise=lots", "noise: got 'lots'"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_state_that_cannot_be_is_refused_by_name(given, words):
    with pytest.raises(ValueError, match=words):
        State.of(given)


# The code


@pytest.mark.parametrize(
    "text",
    [
        "dataset=circle&noise=10",
        "dataset=spiral&features=x1,x1^2,x1*x2,sin(x1)&hidden=8,4&activation=relu&weight_seed=7&data_seed=9",
        "dataset=multi-gauss&hidden=6&regularization=L2&regularization_rate=0.001&train_percent=30",
        "dataset=plane&hidden=&learning_rate=0.001",
        "dataset=gauss&noise=50&regularization=L1&regularization_rate=0.01&batch_size=30",
        "dataset=xor&hidden=4&activation=sigmoid&learning_rate=0.3",
    ],
)
def test_the_code_trains_the_same_network_on_the_same_points(text, capsys):
    """But for the order of the batches, which fit shuffles as it likes: with that taken away, the weights agree."""
    epochs = 5
    code = source(text, epochs)
    assert "shuffle" not in code
    names: dict = {}
    exec(code.replace("y_train, batch_size", "y_train, shuffle=False, batch_size"), names)
    assert "loss on the test data" in capsys.readouterr().out
    engine = Engine(text)
    n = engine.train_size
    np.testing.assert_array_equal(names["X_train"], engine.inputs[:n])
    np.testing.assert_array_equal(names["y_test"], engine.targets[n:])
    engine.train(epochs, shuffle=False)
    np.testing.assert_allclose(weights_of(names["model"]), engine.weights(), atol=1e-5)
    assert len(names["history"].history["loss"]) == epochs
    assert [settings_of(layer) for layer in names["model"].layers] == [
        settings_of(layer) for layer in build(State.of(text)).layers
    ]


def test_the_code_as_it_is_shown_reaches_a_comparable_loss(capsys):
    names: dict = {}
    exec(source("dataset=gauss&noise=10", 40), names)
    engine = train(Engine("dataset=gauss&noise=10"), 40)
    loss = names["model"].evaluate(names["X_test"], names["y_test"], verbose=0)
    assert (loss, engine.curve[-1].test_loss) == pytest.approx((0, 0), abs=0.1)
    assert engine.curve[0].test_loss > 0.5


def weights_of(model) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in model.get_weights()])


def settings_of(layer) -> dict:
    """A layer's settings without its name, which Keras counts up; regularizers as plain numbers."""
    return json.loads(json.dumps({**layer.get_config(), "name": ""}, default=float))


def test_the_code_needs_no_course():
    assert "utils" not in source() and "playground." not in source()


# The challenges


def attempt(text: str, epochs: int, every: int = 25) -> challenges.Attempt:
    engine = Engine(text)
    for _ in range(epochs // every):
        train(engine, every)
    return challenges.Attempt(engine)


def test_the_spiral_is_solved_by_a_net_that_solves_it_and_by_no_other():
    solved = challenges.spiral(attempt("dataset=spiral&hidden=8,8,8&activation=relu", 200))
    assert solved.done and "24 hidden neurons" in solved.text
    too_small = challenges.spiral(attempt("dataset=spiral&hidden=1", 25))
    assert not too_small.done and "95% are needed" in too_small.text
    assert "switch off x1^2" in challenges.spiral(attempt("dataset=spiral&features=x1,x1^2", 0)).text
    assert "data set spiral" in challenges.spiral(attempt("dataset=gauss", 50)).text


def test_xor_wants_the_fewest_neurons():
    with_three = "dataset=xor&hidden=3&activation=relu&learning_rate=0.1&batch_size=20"
    verdicts = [challenges.xor(attempt(f"{with_three}&weight_seed={seed}", 200)) for seed in (2, 4)]
    assert any(verdict.done for verdict in verdicts)
    many = challenges.xor(attempt("dataset=xor&hidden=8&activation=relu&learning_rate=0.1", 100))
    assert not many.done and "3 are enough" in many.text
    two = challenges.xor(attempt("dataset=xor&hidden=2", 25))
    assert not two.done and "no run of ours" in two.text
    assert "the feature is the solution" in challenges.xor(attempt("dataset=xor&features=x1*x2&hidden=", 25)).text
    assert "switch off sin" in challenges.xor(attempt("dataset=xor&features=x1,sin(x1)", 0)).text
    assert not challenges.xor(attempt("dataset=gauss", 50)).done


OVERFITS = "dataset=gauss&noise=50&train_percent=10&hidden=8,8&learning_rate=0.1"


def test_overfitting_is_seen_and_its_cure_too():
    tried = attempt(OVERFITS, 400)
    assert tried.overfitted is None
    seen = challenges.overfit(tried)
    assert not seen.done and seen.text.startswith("It overfits")
    engine = tried.engine
    engine.change(engine.state.with_(regularization="L2", regularization_rate=0.03))
    train(engine, 50)
    early = challenges.overfit(tried)
    assert not early.done and "400 epochs" in early.text
    train(engine, 350)
    assert challenges.overfit(tried).done


def test_a_weak_cure_does_not_take_the_place_of_what_it_is_compared_with():
    tried = attempt(OVERFITS, 400)
    challenges.overfit(tried)
    reference = tried.overfitted
    assert "change something" in challenges.overfit(tried).text
    tried.engine.change(tried.engine.state.with_(regularization="L1", regularization_rate=0.0001))
    train(tried.engine, 400)
    assert not challenges.overfit(tried).done or tried.engine.curve[-1].test_loss < reference[1].test_loss
    assert tried.overfitted[1].test_loss >= reference[1].test_loss


def test_what_is_no_cure_is_refused():
    tried = attempt(OVERFITS, 400)
    challenges.overfit(tried)
    tried.engine.change(tried.engine.state.with_(data_seed=2))
    train(tried.engine, 10)
    assert "not the points" in challenges.overfit(tried).text
    healthy = challenges.overfit(attempt("dataset=gauss", 50))
    assert not healthy.done and healthy.text.startswith("Not yet")


def test_a_rate_that_diverges_is_found_and_one_that_does_not_is_not():
    assert challenges.diverge(attempt("dataset=plane&learning_rate=3", 25)).done
    assert not challenges.diverge(attempt("dataset=plane&learning_rate=0.01", 25)).done
    assert "Train" in challenges.diverge(attempt("dataset=plane&learning_rate=10", 0)).text
    bounded = challenges.diverge(attempt("dataset=circle&learning_rate=10", 25))
    assert not bounded.done and "never exceeds 4" in bounded.text


def test_every_challenge_starts_from_a_state_that_can_be_and_is_not_solved():
    for name, challenge in challenges.CHALLENGES.items():
        tried = challenges.Attempt(Engine(challenge.start))
        verdict = challenge.check(tried)
        assert not verdict.done and verdict.text.endswith((".", "?")), name


# The widget, without a browser


class Answers(list):
    """What a widget sent: the contents of its messages, each with its arrays."""

    def of(self, widget: CourseWidget, message: dict) -> dict:
        """The one answer to a message that comes as the front end's would."""
        count = len(self)
        widget._handle_custom_msg(message, [])
        assert len(self) == count + 1
        return self[-1]


@pytest.fixture
def sent(monkeypatch) -> Answers:
    answers = Answers()

    def send(self, content, buffers=None):
        json.dumps(content, allow_nan=False)  # what Jupyter does
        answers.append({**content, **unpacked(content["layout"], buffers[0])})

    monkeypatch.setattr(Playground, "send", send)
    return answers


def test_a_frame_follows_every_question_and_python_keeps_no_playing(sent):
    widget = playground(SMALL, picture=False)
    reply = sent.of(widget, {"type": "next", "epochs": 3, "id": "a"})
    assert (reply["type"], reply["id"], reply["measures"]["epoch"]) == ("frame", "a", 3)
    np.testing.assert_array_equal(reply["maps"], widget.engine.heat_maps())
    np.testing.assert_array_equal(reply["weights"], widget.engine.weights())
    assert widget.engine.epoch == 3


def test_a_long_turn_is_cut_short_so_that_pause_need_not_wait(sent, monkeypatch):
    monkeypatch.setattr("utils.playground.widget.LONGEST_TURN", 0)
    reply = sent.of(playground(SMALL, picture=False), {"type": "next", "epochs": 1000, "id": "a"})
    assert reply["measures"]["epoch"] == 10


def test_the_first_picture_is_there_before_any_message():
    widget = playground("dataset=plane&hidden=2", picture=False)
    arrays = unpacked(widget.first["layout"], widget.first_data)
    assert widget.first["sizes"] == [2, 2, 1]
    np.testing.assert_array_equal(arrays["points"], widget.engine.points)
    assert arrays["maps"].shape == (3, SIDE, SIDE) and arrays["features"].shape == (7, SIDE, SIDE)
    assert arrays["thumbnails"].shape[0] == len(datasets.DATASETS) and arrays["curve"].shape == (1, 3)


def test_a_changed_state_starts_again_and_a_changed_rate_goes_on(sent):
    widget = playground(SMALL, picture=False)
    sent.of(widget, {"type": "next", "epochs": 2, "id": "a"})
    kept = sent.of(widget, {"type": "set", "state": {**widget.state, "learning_rate": 1}, "id": "b"})
    assert kept["type"] == "kept" and widget.engine.epoch == 2
    scene = sent.of(widget, {"type": "set", "state": "dataset=spiral&hidden=8,8", "id": "c"})
    assert scene["type"] == "scene" and scene["sizes"] == [2, 8, 8, 1]
    assert scene["measures"]["epoch"] == 0 and widget.text == scene["text"] == "dataset=spiral&hidden=8,8"
    again = playground(widget.state, picture=False)
    np.testing.assert_array_equal(again.engine.weights(), widget.engine.weights())


def test_reset_scene_weight_and_source_are_answered(sent):
    widget = playground(SMALL, picture=False)
    sent.of(widget, {"type": "next", "epochs": 2, "id": "a"})
    assert sent.of(widget, {"type": "scene", "id": "b"})["measures"]["epoch"] == 2
    code = sent.of(widget, {"type": "source", "id": "c"})["source"]
    assert code == source(SMALL, 2) == widget.source()
    weight = {"type": "weight", "layer": 0, "source": 1, "neuron": 2, "value": 4, "id": "d"}
    assert sent.of(widget, weight)["weights"][1 * 3 + 2] == 4
    assert sent.of(widget, {"type": "reset", "id": "e"})["measures"]["epoch"] == 0


def test_a_challenge_is_judged_with_every_frame(sent):
    widget = playground("dataset=plane&learning_rate=10&train_percent=10", picture=False)
    reply = sent.of(widget, {"type": "next", "epochs": 5, "id": "a", "challenge": "diverge"})
    assert reply["verdict"]["done"] and reply["verdict"]["challenge"] == "diverge"
    assert reply["measures"]["diverged"] and reply["measures"]["train_loss"] is None  # JSON knows no NaN


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"type": "set", "state": {"noise": 99}}, "noise: got 99"),
        ({"type": "set", "state": "nonsense"}, "nonsense"),
        ({"type": "dance"}, "type: got 'dance'"),
        ({"type": "weight", "layer": 9, "source": 0, "neuron": 0, "value": 1}, "no such weight"),
    ],
)
def test_what_fails_reaches_the_front_end_and_the_widget_lives_on(sent, message, words):
    widget = playground(SMALL, picture=False)
    reply = sent.of(widget, {**message, "id": "x"})
    assert reply["type"] == "error" and reply["id"] == "x" and words in reply["message"]
    assert widget.text == State.of(SMALL).as_text()
    assert sent.of(widget, {"type": "next", "epochs": 1, "id": "y"})["measures"]["epoch"] == 1


def test_an_interrupted_kernel_is_told_and_the_lock_is_free_again(sent, monkeypatch):
    widget = playground(SMALL, picture=False)
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "train", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        reply = sent.of(widget, {"type": "next", "epochs": 1, "id": "x"})
    assert reply["type"] == "error" and "interrupted" in reply["message"]
    assert sent.of(widget, {"type": "next", "epochs": 1, "id": "y"})["type"] == "frame"


def test_where_no_widget_shows_there_are_words_and_a_picture():
    data, metadata = playground(SMALL)._repr_mimebundle_()
    assert data["text/plain"] == Playground.words and "0x" not in data["text/plain"]
    assert data["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["alt"].endswith(".")
    assert "application/vnd.jupyter.widget-view+json" in data
    words_alone, _ = playground(SMALL, picture=False)._repr_mimebundle_()
    assert "image/png" not in words_alone
    assert repr(playground(SMALL, picture=False)) == Playground.words


def test_long_words_are_not_cut(monkeypatch):
    monkeypatch.setattr(Playground, "words", "Long words. " * 20)
    assert playground(SMALL, picture=False)._repr_mimebundle_()[0]["text/plain"] == "Long words. " * 20


def test_arrays_come_out_of_the_block_as_they_went_in():
    arrays = {"a": np.arange(5, dtype="uint8"), "b": np.ones((2, 3), "float32"), "none": np.zeros((0, 3), "float32")}
    layout, data = packed(arrays)
    assert all(offset % 4 == 0 for _, _, offset in layout.values())
    for name, array in unpacked(layout, data).items():
        np.testing.assert_array_equal(array, arrays[name])
    with pytest.raises(ValueError, match="float64"):
        packed({"a": np.ones(2)})


# The picture, and what is imported


@pytest.mark.parametrize("text", ["dataset=spiral&hidden=", "dataset=plane&show_test=1&discretize=1&learning_rate=10"])
def test_the_picture_is_drawn_and_described(text):
    figure = playground_picture(text, epochs=3)
    assert figure_png(figure)[0].startswith(b"\x89PNG")
    assert State.of(text).dataset in figure.description and "after 3 epochs" in figure.description
    assert playground_picture(text, description="Something.").description == "Something."
    with pytest.raises(ValueError, match="epochs: got -1"):
        playground_picture(text, epochs=-1)


def test_the_engine_needs_no_widget_and_importing_it_no_tensorflow():
    code = (
        "import sys; sys.modules['anywidget'] = sys.modules['ipywidgets'] = None\n"
        "import utils.playground.engine, utils.playground.source, utils.playground.challenges, utils.playground\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.strip() == "False False", done.stderr


def test_the_page_asks_nobody_but_the_kernel():
    for name in ("widget.js", "widget.css"):
        text = (ROOT / "utils" / "playground" / name).read_text(encoding="utf-8")
        text = text.replace("http://www.w3.org/2000/svg", "")  # a name, no address
        for word in ("http:", "https:", "fetch(", "import ", "XMLHttpRequest", "@import", "url("):
            assert word not in text, f"{name}: {word}"


def test_every_control_keeps_the_notebooks_shortcuts_off():
    """Controls are made in one place, which marks them; an element made past it would fire JupyterLab's shortcuts."""
    text = (ROOT / "utils" / "playground" / "widget.js").read_text(encoding="utf-8")
    assert text.count("data-lm-suppress-shortcuts") == 1
    for line in text.splitlines():
        if "createElement(" in line:
            assert '"canvas"' in line or "createElement(tag)" in line, line
