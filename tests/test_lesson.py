"""utils.lesson: what a cell prints, what makes a claim fail, and what start() refuses."""

import fractions
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from utils.lesson import ClaimError, approx, claim
from utils.pictures import figure_png

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.97334, "≈0.9733"),
        (-3.2, "≈-3.2"),
        (12345.6, "≈12346"),
        (1.23e-5, "≈1.23e-05"),
        (0, "≈0"),
        (float("nan"), "≈nan"),
    ],
)
def test_approx_gives_four_significant_digits(value, text):
    assert approx(value) == text


def test_a_claim_that_holds_prints_the_number_and_the_bound(capsys):
    claim("an MLP reads most digits", 0.97712, at_least=0.965)
    assert capsys.readouterr().out == "✓ an MLP reads most digits (≈0.9771, at least 0.965)\n"


@pytest.mark.parametrize(
    ("value", "bounds", "words"),
    [
        (0.5, {"at_least": 0.6}, "at least 0.6"),
        (0.5, {"at_most": 0.4}, "at most 0.4"),
        (0.5, {"above": 0.5}, "above 0.5"),
        (0.5, {"below": 0.5}, "below 0.5"),
        (0.7, {"at_least": 0.4, "at_most": 0.6}, "at least 0.4 and at most 0.6"),
    ],
)
def test_a_claim_that_fails_says_the_number_and_the_bound(value, bounds, words):
    with pytest.raises(ClaimError, match=f"≈{value}, expected {words}"):
        claim("the sentence", value, **bounds)


@pytest.mark.parametrize("bound", ["at_least", "at_most", "above", "below"])
def test_nan_never_holds(bound):
    with pytest.raises(ClaimError, match="≈nan"):
        claim("the sentence", float("nan"), **{bound: 0})


def test_a_claim_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="no bound"):
        claim("anything", 1)


@pytest.mark.parametrize(
    ("value", "bounds", "shown"),
    [
        (0.979996, {"at_least": 0.98}, "measured ≈0.979996, expected at least 0.98"),
        (0.0001 + 1e-9, {"at_most": 1e-4}, "measured ≈0.000100001, expected at most 0.0001"),
        (-1e-5, {"at_least": 0}, "measured ≈-1e-05, expected at least 0"),
        (0.3, {"at_least": 0.1 + 0.2}, "measured ≈0.3, expected at least 0.30000000000000004"),
        (1234.4, {"below": 1234}, "measured ≈1234.4, expected below 1234"),
        (12345679.5, {"below": 12345679}, "measured ≈1.235e+07, expected below 12345679"),
        (np.float32(0.98), {"at_most": 0.98}, "measured ≈0.98000002, expected at most 0.98"),
    ],
)
def test_a_claim_that_fails_shows_digits_until_number_and_bound_differ(value, bounds, shown):
    with pytest.raises(ClaimError) as failure:
        claim("the sentence", value, **bounds)
    assert str(failure.value) == f"the sentence: {shown}"


@pytest.mark.parametrize(
    ("value", "bounds", "shown"),
    [
        (0.98004, {"above": 0.98}, "≈0.98004, above 0.98"),
        (0.0999999, {"below": 0.1}, "≈0.0999999, below 0.1"),
        (0.979996, {"below": 0.98}, "≈0.979996, below 0.98"),
        (1 - 1e-12, {"below": 1}, "≈0.999999999999, below 1"),
        (0.123446, {"above": 0.12, "below": 0.1234463}, "≈0.1234, above 0.12 and below 0.1234463"),
        (1e-17, {"above": 0}, "≈1e-17, above 0"),
        (0.98, {"at_least": 0.98}, "≈0.98, at least 0.98"),
    ],
)
def test_a_claim_that_holds_never_looks_as_if_it_did_not(value, bounds, shown, capsys):
    claim("yes", value, **bounds)
    printed = capsys.readouterr().out
    assert printed == f"✓ yes ({shown})\n"


def test_numbers_drawn_at_random_stand_on_the_right_side_of_their_bounds_as_they_are_printed(capsys):
    rng = np.random.default_rng(0)
    for bound in rng.random(200).round(3):
        for distance in 10.0 ** -rng.integers(2, 14, size=5):
            claim("s", bound + distance, above=bound)
            claim("s", bound - distance, below=bound)
    for line in capsys.readouterr().out.splitlines():
        measured, word, bound = re.fullmatch(r"✓ s \(≈(\S+), (above|below) (\S+)\)", line).groups()
        assert (float(measured) > float(bound)) == (word == "above"), line
        assert measured != bound
        assert re.fullmatch(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", measured), "the regression test does not mask it"


class Tensor:
    """What NumPy must ask for its array, as TensorFlow's and Keras's do."""

    def __array__(self, dtype=None, copy=None):
        return np.array([[0.5]])


@pytest.mark.parametrize(
    "value",
    [np.array([0.5]), np.array([[0.5]]), np.float32(0.5), [0.5], Tensor(), fractions.Fraction(1, 2)],
    ids=lambda value: type(value).__name__,
)
def test_one_number_of_any_make_is_a_number(value, capsys):
    assert approx(value) == "≈0.5"
    claim("half", value, at_least=value, at_most=np.array([0.5]))
    assert capsys.readouterr().out == "✓ half (≈0.5, at least 0.5 and at most 0.5)\n"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (np.ones(3), "an array of shape (3,)"),
        (np.array([]), "an array of shape (0,)"),
        ([0.5, 0.6], "a list of 2 values"),
        ("0.5", "'0.5'"),
        (np.array(["0.5"]), "an array of shape (1,)"),
        (None, "None"),
        (1j, "1j"),
        (True, "True"),
        (np.bool_(False), "False"),
        (10**400, "something of type int"),
        (np.datetime64("2020-01-01"), "a datetime64 of shape ()"),
        (np.timedelta64(5, "ns"), "a timedelta64 of shape ()"),
        (np.ma.masked, "an array of shape ()"),
        (dict, "something of type type"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_not_one_number_is_named(value, named):
    for call, argument in (
        (lambda: approx(value), "approx: value"),
        (lambda: claim("s", value, at_least=0), "claim: value"),
        (lambda: claim("s", 1, below=value), "claim: below"),
    ):
        if value is None and argument == "claim: below":
            continue  # no bound
        with pytest.raises(ValueError, match=re.escape(f"{argument}: got {named}, expected one number")):
            call()


@pytest.mark.parametrize("bound", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("name", ["at_least", "at_most", "above", "below"])
def test_a_bound_that_decides_nothing_is_refused(name, bound):
    with pytest.raises(ValueError, match=f"claim: {name}: got {bound}, expected a finite number"):
        claim("s", 1, **{name: bound})


def run_start(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_start_prints_one_line_and_no_start_up_noise():
    code = "from utils.lesson import start; seed = start(); import numpy; print(seed, numpy.random.rand())"
    first, second = (run_start(code, COURSE_SEED="7", PYTHONIOENCODING="utf-8") for _ in range(2))
    assert first.stderr == ""
    line, number = first.stdout.splitlines()
    assert line.startswith("Ready: Python 3.")
    assert line.endswith("seed 7")
    assert number.startswith("7 ")
    assert number == second.stdout.splitlines()[1], "the same seed gave other random numbers"


def test_warnings_of_retracing_are_not_shown_and_others_are():
    code = """
from utils.lesson import start; start()
import tensorflow as tf
for n in range(12):
    tf.function(lambda x: x + 1)(tf.constant(float(n)))
logger = tf.get_logger()
logger.warning("6 out of the last 6 calls to <function f at 0x7f> triggered tf.function retracing.")
logger.warning("another")
"""
    shown = run_start(code).stderr
    assert "another" in shown
    assert "retracing" not in shown


STUB = """
import sys, types
tensorflow, keras = types.ModuleType("tensorflow"), types.ModuleType("keras")
tensorflow.__version__ = keras.__version__ = "0"
tensorflow.config = types.SimpleNamespace(list_physical_devices=lambda kind: [])
keras.utils = types.SimpleNamespace(set_random_seed=lambda seed: None)
sys.modules |= {"tensorflow": tensorflow, "keras": keras}
from utils import lesson
"""


def quick_start(code: str = "print(lesson.start())", **environment: str) -> subprocess.CompletedProcess:
    """Run start() without TensorFlow and its seconds, in an environment that is set up well but for `environment`."""
    well = {"KERAS_HOME": "/nowhere", "KERAS_BACKEND": "", "COURSE_SEED": "", "PYTHONIOENCODING": "utf-8"}
    return run_start(STUB + code, **well | environment)


@pytest.mark.parametrize("seed", ["seven", "-1", "1000000001", "1.5", "1e3"])
def test_a_course_seed_out_of_range_is_named(seed):
    error = quick_start(COURSE_SEED=seed).stderr.splitlines()[-1]
    assert error == (f"ValueError: COURSE_SEED: got '{seed}', expected a whole number from 0 to 1000000000, such as 7")


@pytest.mark.parametrize("seed", ["0", "1000000000", " 7 ", '"7"', "'7'", "+7"])
def test_a_course_seed_is_read_without_blanks_and_quotes(seed):
    done = quick_start(COURSE_SEED=seed)
    assert done.stdout.splitlines()[-1] == str(int(seed.strip("\"' "))), done.stderr


@pytest.mark.parametrize("seed", ["-1", "10**9 + 1", "1.5", "'7'", "None"])
def test_a_seed_out_of_range_is_named(seed):
    error = quick_start(f"lesson.start({seed})").stderr.splitlines()[-1]
    assert error.startswith("ValueError: start: seed: got")


@pytest.mark.parametrize("backend", ["torch", "jax", "openvino", "theano"])
def test_another_backend_is_named_with_what_to_do(backend):
    error = quick_start(KERAS_BACKEND=backend).stderr.splitlines()[-1]
    assert error.startswith(f"ValueError: KERAS_BACKEND is '{backend}', and the lessons need Keras on TensorFlow")
    assert "restart the kernel" in error


@pytest.mark.parametrize("backend", ["tensorflow", "tensorflow ", '"tensorflow"'])
def test_the_right_backend_is_told_to_keras_without_blanks_and_quotes(backend):
    done = quick_start("import os; lesson.start(); print(os.environ['KERAS_BACKEND'])", KERAS_BACKEND=backend)
    assert done.stdout.splitlines()[-1] == "tensorflow", done.stderr


@pytest.mark.parametrize("name", ["KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"])
def test_variables_that_cut_training_short_are_named(name):
    assert f"ValueError: {name} is set" in quick_start(**{name: "1"}).stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [("image_data_format", "channels_first"), ("floatx", "float16"), ("backend", "torch"), ("epsilon", 1e-3)],
)
def test_a_keras_json_that_makes_lessons_fail_is_named_with_what_to_do(key, value, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({key: value}), encoding="utf-8")
    error = quick_start(KERAS_HOME=str(tmp_path)).stderr.splitlines()[-1]
    assert error.startswith(f"ValueError: {tmp_path / 'keras.json'} sets '{key}' to {value!r}")
    assert "move the file away" in error


def test_the_keras_json_in_the_home_folder_counts_unless_keras_home_is_set(tmp_path):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text('{"floatx": "float64"}', encoding="utf-8")
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    assert "sets 'floatx'" in quick_start(KERAS_HOME="", **home).stderr
    assert quick_start(**home).returncode == 0


@pytest.mark.parametrize(
    "content",
    [
        '{"backend": "tensorflow", "image_data_format": "channels_last", "floatx": "float32", "epsilon": 1e-07}',
        "{}",
        "no JSON",
        "[]",
        "",
    ],
)
def test_a_keras_json_that_does_no_harm_is_accepted(content, tmp_path):
    (tmp_path / "keras.json").write_text(content, encoding="utf-8")
    done = quick_start(KERAS_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_the_variable_for_the_backend_goes_before_the_file(tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "torch"}', encoding="utf-8")
    assert quick_start(KERAS_HOME=str(tmp_path), KERAS_BACKEND="tensorflow").returncode == 0


@pytest.mark.parametrize(
    ("encoding", "claimed", "rejected"),
    [
        ("cp1252", "[right] 3 × 4 - 1 (~0.5, above 0)", "[wrong] <lambda>(x=1) gave 0, expected 1."),
        ("ascii", "[right] 3 x 4 - 1 (~0.5, above 0)", "[wrong] <lambda>(x=1) gave 0, expected 1."),
        ("utf-8", "✓ 3 × 4 − 1 (≈0.5, above 0)", "✗ <lambda>(x=1) gave 0, expected 1."),
    ],
)
@pytest.mark.parametrize("started", ["", "lesson.start()\n"])
def test_a_console_without_the_signs_shows_others(started, encoding, claimed, rejected):
    code = (
        (
            f"{started}lesson.claim('3 × 4 − 1', 0.5, above=0)\n"
            "from utils.exercises import Exercise\nExercise(lambda x: x, [(1.0,)])(lambda x: 0)\n"
        )
        .replace("−", "\\u2212")
        .replace("×", "\\u00d7")
    )
    command = [sys.executable, "-c", STUB + code]
    settings = {"PYTHONIOENCODING": encoding, "KERAS_HOME": "/nowhere", "KERAS_BACKEND": "", "COURSE_SEED": ""}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, check=False)
    assert done.stdout.decode(encoding).splitlines()[-2:] == [claimed, rejected], done.stderr


def test_after_start_a_lessons_own_prints_survive_such_a_console():
    done = quick_start("lesson.start(); print('\\u2248', lesson.approx(2), '\\u03a3')", PYTHONIOENCODING="ascii")
    assert done.stdout.splitlines()[-1] == "~ ~2 ?", done.stderr


def test_a_figure_becomes_a_sharp_png_with_its_description():
    figure = Figure(figsize=(4, 2), dpi=50)
    figure.add_subplot().plot([0, 1])
    figure.description = "A rising line."
    png, metadata = figure_png(figure)
    assert png.startswith(b"\x89PNG")
    assert metadata["alt"] == "A rising line."
    assert int.from_bytes(png[16:20], "big") in (2 * metadata["width"], 2 * metadata["width"] + 1)
