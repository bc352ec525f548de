"""`make test-seeds`: what has run is not run again, what fails is shown, and thin margins are seen."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests import seeds
from tests.margins import Run, margins, report
from tests.test_regression import _copy_project
from utils import lesson, notebooks
from utils.settings import ROOT


def _claim(value, sentence="it learns", **bounds):
    return {"sentence": sentence, "value": value, "bounds": {name.replace("_", " "): b for name, b in bounds.items()}}


def _runs(*values, source="digits", **bounds):
    return [Run("03_mlp", source, seed, [], [_claim(value, **bounds)]) for seed, value in enumerate(values)]


@pytest.mark.parametrize(
    ("text", "expected"), [("0-4", [0, 1, 2, 3, 4]), ("0,3,7", [0, 3, 7]), ("5", [5]), ("0-1, 1-2", [0, 1, 2])]
)
def test_seeds_are_given_as_ranges_or_lists(text, expected):
    assert seeds.seeds(text) == expected


@pytest.mark.parametrize("text", ["", "4-0", "a", "1-2-3", "-1", "0;1"])
def test_seeds_of_another_form_are_refused(text):
    with pytest.raises(ValueError, match="expected such as 0-4"):
        seeds.seeds(text)


@pytest.mark.parametrize(
    ("bounds", "smallest", "seed"),
    [
        ({"at_least": 0.9}, 0.01, 1),
        ({"above": 0.9}, 0.01, 1),
        ({"at_most": 1.0}, 0.05, 0),
        ({"below": 1.0}, 0.05, 0),
        ({"at_least": 0.8, "at_most": 0.96}, 0.01, 0),
    ],
)
def test_a_margin_is_the_smallest_distance_to_any_bound(bounds, smallest, seed):
    (claim,) = margins(_runs(0.95, 0.91, 0.93, **bounds))
    assert (claim.margin, claim.seed) == (pytest.approx(smallest), seed)
    assert claim.spread == pytest.approx(0.02)


def test_a_claim_is_shown_on_the_source_where_it_is_thinnest():
    (claim,) = margins([*_runs(0.95, 0.97, at_least=0.9), *_runs(0.92, 0.98, source="mnist", at_least=0.9)])
    assert (claim.source, claim.value, claim.is_thin) == ("mnist", 0.92, True)


def test_a_thin_margin_is_marked_and_a_wide_one_is_not():
    assert margins(_runs(0.91, 0.95, at_least=0.9))[0].is_thin
    assert not margins(_runs(0.95, 0.96, at_least=0.9))[0].is_thin
    assert not margins(_runs(3, 3, at_least=3))[0].is_thin, "a count that never varies may lie on its bound"
    assert margins(_runs(0.89, at_least=0.9))[0].is_thin, "one seed has no spread, but this one failed"
    assert margins(_runs(0.95, float("nan"), at_least=0.9))[0].is_thin


def test_a_sentence_claimed_in_a_loop_is_counted():
    run = Run("03_mlp", "digits", 0, [], [_claim(value, at_least=0) for value in (1, 2)])
    assert [(claim.claim, claim.margin) for claim in margins([run])] == [("it learns", 1), ("it learns (2)", 2)]


def test_the_report_names_failures_margins_and_claims_that_not_every_run_reached():
    green, red = _runs(0.95, 0.91, at_least=0.9)
    red = red._replace(failures=["Cell 7: ClaimError: it fails"], claims=[])
    lines = report([red, green]).splitlines()
    assert "03_mlp: 1 of 2 runs are green" in lines
    assert "    Cell 7: ClaimError: it fails" in lines
    assert any("0.05 " in line and "at least 0.9, digits 0" in line and "[in 1 of 2 runs]" in line for line in lines)


def test_a_claim_notes_its_number_and_bounds_also_when_it_fails(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CLAIMS", str(tmp_path / "claims"))
    lesson.claim("a", 0.123456789, at_least=0, below=1)
    with pytest.raises(lesson.ClaimError):
        lesson.claim("b", 2, at_most=1)
    noted = [json.loads(line) for line in (tmp_path / "claims").read_text(encoding="utf-8").splitlines()]
    assert noted == [_claim(0.123456789, "a", at_least=0, below=1), _claim(2, "b", at_most=1)]


LESSON = """\
import sys
sys.path.insert(0, "..")
import os
from utils import lesson
seed = int(os.environ.get("COURSE_SEED", 0))"""
CLAIM = 'lesson.claim("the seed is small", seed, at_most=1)'


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course of one lesson, which claims that its seed is at most 1."""
    course = tmp_path_factory.mktemp("seeds")
    _copy_project(course)
    for name in ("seeds.py", "margins.py"):
        shutil.copy(ROOT / "tests" / name, course / "tests")
    path = course / "notebooks" / "00_small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(LESSON, id="a"), new_code_cell(CLAIM, id="b")]), path)
    notebooks.store(path, COURSE_DATA="digits")
    return course


def _run_seeds(course: Path, text: str) -> subprocess.CompletedProcess:
    # A file that is not there: MNIST cannot be had, and nobody tries the network for it.
    environment = os.environ | {"MNIST_NPZ": str(course / "nowhere.npz")}
    command = [sys.executable, "-m", "tests.seeds", text, "--only", "00"]
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_runs_go_through_strict_nbval_once_and_a_failure_shows_cell_and_reason(course):
    first = _run_seeds(course, "0-1")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "mnist is left out: the digits could not be loaded" in first.stdout
    assert "2 runs, 0 of them made before" in first.stdout
    second = _run_seeds(course, "0-2")
    assert "3 runs, 2 of them made before" in second.stdout
    assert second.returncode == 1
    assert "00_small on digits, seed 2: 1 cells FAILED" in second.stdout
    assert "ClaimError: the seed is small: measured" in second.stdout
    assert "00_small: 2 of 3 runs are green" in second.stdout
    (row,) = [line for line in second.stdout.splitlines() if line.endswith(" the seed is small")]
    assert row.split()[:3] == ["!", "-1", "1"], "margin of seed 2, spread of 0, 1, 2"


def _changed(path: Path, **changes: str) -> None:
    """Change the last cell's source, or the text that is stored with it."""
    notebook = nbformat.read(path, as_version=4)
    cell = notebook.cells[-1]
    cell.source = changes.get("source", cell.source)
    cell.outputs[0].text = changes.get("text", cell.outputs[0].text)
    nbformat.write(notebook, path)


def test_only_what_can_change_a_run_makes_another_state(course):
    path = course / "notebooks" / "00_small.ipynb"
    before = seeds.state(path, course)
    _changed(path, text="✓ the seed is small (≈1, at most 1)\n")
    (course / "utils" / "notebooks.py").write_text("", encoding="utf-8")
    assert seeds.state(path, course) == before
    states = {before}
    _changed(path, text="✓ the seed is small (≈0, at most 2)\n")
    states.add(seeds.state(path, course))
    _changed(path, source=f"{CLAIM}  # changed")
    states.add(seeds.state(path, course))
    for name in ("utils/recipes.py", "tests/nbval.cfg"):
        with open(course / name, "a", encoding="utf-8") as file:
            file.write("\n# another state\n")
        states.add(seeds.state(path, course))
    assert len(states) == 5
