"""utils.lesson: what a cell prints, and what makes a claim fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from utils.lesson import ClaimError, approx, claim, figure_png

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


def test_a_course_seed_that_is_no_number_is_named():
    result = run_start("from utils.lesson import start; start()", COURSE_SEED="seven")
    assert "COURSE_SEED: got 'seven'" in result.stderr


def test_a_figure_becomes_a_sharp_png_with_its_description():
    figure = Figure(figsize=(4, 2), dpi=50)
    figure.add_subplot().plot([0, 1])
    figure.description = "A rising line."
    png, metadata = figure_png(figure)
    assert png.startswith(b"\x89PNG")
    assert metadata["alt"] == "A rising line."
    assert int.from_bytes(png[16:20], "big") in (2 * metadata["width"], 2 * metadata["width"] + 1)
