"""The regression test bites: broken copies of one small lesson turn red, each for the right reason."""

import base64
import copy
import io
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import nbformat
import numpy as np
import pytest
from matplotlib.image import imsave
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from tests import regression
from utils import notebooks
from utils.authoring import execute
from utils.authoring.address import ROOT, first_cell, read_repository

SETUP, START, DATA, TRAIN, TEST, COUNT, CURVE, IMAGE, SHAPE, TAKEN, AGAIN = range(11)
CELLS = {
    SETUP: first_cell(read_repository()),
    START: "from utils import lesson\n\nseed = lesson.start()",
    DATA: """\
import keras
import numpy as np
from matplotlib.figure import Figure

from utils.data import load_mnist

digits = load_mnist()
images, odd = digits.x_train[:4000].reshape(-1, 784), digits.y_train[:4000] % 2""",
    TRAIN: """\
hidden = keras.layers.Dense(128, activation="relu")
model = keras.Sequential([keras.Input((784,)), hidden, keras.layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(images, odd, epochs=8, batch_size=64, verbose=2)""",
    TEST: """\
unseen, answers = digits.x_validation[:2000].reshape(-1, 784), digits.y_validation[:2000] % 2
accuracy = model.evaluate(unseen, answers, verbose=0)[1]
lesson.claim("a hidden layer tells odd from even digits", accuracy, at_least=0.88)""",
    COUNT: 'print(f"{model.count_params():,} parameters, accuracy {lesson.approx(accuracy)}")',
    CURVE: """\
curve = Figure(figsize=(5, 3))
curve.subplots().plot(history.history["loss"], color="tab:blue")
curve.description = "The loss falls in every epoch."
curve""",
    IMAGE: """\
picture = Figure(figsize=(2, 2))
axes = picture.subplots()
axes.imshow(digits.x_train[0], cmap="gray")
axes.axis("off")
picture.description = "The first digit of the training set."
picture""",
    SHAPE: "images.shape",
    TAKEN: """\
from utils import models

few = digits._replace(x_train=digits.x_train[:4000], y_train=digits.y_train[:4000])
taken = models.trained("softmax", few)""",
    AGAIN: 'taken = models.trained("softmax", few)',
}


class Verdict(NamedTuple):
    """What pytest said about one cell: passed, failed or skipped, and why."""

    outcome: str
    message: str


def _replace(cell: NotebookNode, old: str, new: str) -> None:
    assert old in cell.source
    cell.source = cell.source.replace(old, new)


def _damage_stored_results(code: list[NotebookNode]) -> None:
    text = code[COUNT].outputs[0].text
    code[COUNT].outputs[0].text = text.replace("parameters", "weights")
    del code[CURVE].outputs[0].data["image/png"]
    code[IMAGE].outputs[0].data["image/png"] = _blank_png(code[IMAGE].outputs[0].data["image/png"])
    code[SHAPE].outputs, code[SHAPE].execution_count = [], None
    code[TEST].source = "# NBVAL_IGNORE_OUTPUT\n" + code[TEST].source


def _shuffle_labels_and_blacken_digit(code: list[NotebookNode]) -> None:
    _replace(code[TRAIN], "images, odd,", "images, np.random.permutation(odd),")
    _replace(code[IMAGE], "digits.x_train[0]", "0 * digits.x_train[0]")


def _remove_activation_and_break_plots(code: list[NotebookNode]) -> None:
    _replace(code[TRAIN], ', activation="relu"', "")
    _replace(code[CURVE], 'history.history["loss"]', "[np.nan] * 8")
    _replace(code[IMAGE], "digits.x_train[0]", "digits.x_train")
    code[SHAPE].metadata.tags = ["nbval-skip"]


# Each copy costs a kernel: damage that stays in its own cell shares one.
COPIES = {
    "00_intact": lambda code: None,
    "01_results": _damage_stored_results,
    "02_labels": _shuffle_labels_and_blacken_digit,
    "03_activation": _remove_activation_and_break_plots,
}


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A folder with the project's machinery, and the small lesson in it, stored."""
    course = tmp_path_factory.mktemp("course")
    _copy_project(course)
    intact = course / "notebooks" / "00_intact.ipynb"
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in CELLS.items()]
    nbformat.write(new_notebook(cells=cells), intact)
    execute.warm_caches(execute.kernel_environment(COURSE_DATA="digits"), course)
    notebooks.store(intact, COURSE_DATA="digits", COURSE_RESULTS=str(course / "results"))
    return course


@pytest.fixture(scope="module")
def stored(course) -> NotebookNode:
    """The small lesson as it was stored."""
    return nbformat.read(course / "notebooks" / "00_intact.ipynb", as_version=4)


@pytest.fixture(scope="module")
def verdicts(course, stored) -> dict[str, list[Verdict]]:
    """Break copies of the small lesson, and run pytest over them."""
    for name, damage in COPIES.items():
        notebook = copy.deepcopy(stored)
        damage(notebook.cells)
        nbformat.write(notebook, course / "notebooks" / f"{name}.ipynb")
    return _run_pytest(course)


def test_a_model_that_trains_now_is_stored_as_one_that_was_there(stored):
    """While it trains, the line shows how far it is; of that nothing is stored."""
    trained, loaded = (stored.cells[place].outputs for place in (TAKEN, AGAIN))
    assert trained == loaded
    assert [output.text for output in trained] == ["The course's softmax is here, trained on 4,000 images.\n"]


def test_lessons_that_take_the_same_model_are_green_whichever_trains_it(verdicts):
    """All copies share one folder of results: at least one, or both workers at once, found none there."""
    found = {name: [cells[TAKEN].outcome, cells[AGAIN].outcome] for name, cells in verdicts.items()}
    assert found == {name: ["passed", "passed"] for name in COPIES}


def test_an_intact_lesson_is_green_with_another_seed(verdicts):
    assert [verdict.outcome for verdict in verdicts["00_intact"]] == ["passed"] * len(CELLS)


def test_a_changed_text_is_noticed(verdicts):
    _assert_red(verdicts["01_results"][COUNT], "weights")


def test_a_picture_deleted_from_the_stored_outputs_is_noticed(verdicts):
    _assert_red(verdicts["01_results"][CURVE], "figures: 1 shown, 0 stored")


def test_a_blank_stored_picture_is_noticed(verdicts):
    _assert_red(verdicts["01_results"][IMAGE], "figure 1: blank as stored")


def test_a_cell_that_was_never_executed_is_noticed(verdicts):
    _assert_red(verdicts["01_results"][SHAPE], "stored without having been executed")


def test_a_marker_that_hides_an_output_is_noticed(verdicts):
    _assert_red(verdicts["01_results"][TEST], "the marker NBVAL_IGNORE_OUTPUT hides the cell")


def test_a_skipped_cell_is_noticed(verdicts):
    _assert_red(verdicts["03_activation"][SHAPE], "the marker nbval-skip hides the cell")


def test_shuffled_labels_are_noticed_by_the_claim(verdicts):
    _assert_red(verdicts["02_labels"][TEST], "ClaimError")


def test_a_missing_activation_is_noticed_by_the_claim(verdicts):
    _assert_red(verdicts["03_activation"][TEST], "ClaimError")


def test_a_plot_that_raises_is_noticed(verdicts):
    _assert_red(verdicts["03_activation"][IMAGE], "Invalid shape (50000, 28, 28)")


def test_a_curve_of_nan_is_noticed(verdicts):
    _assert_red(verdicts["03_activation"][CURVE], "of the pixels have colour")


def test_a_black_digit_is_noticed(verdicts):
    _assert_red(verdicts["02_labels"][IMAGE], "of the pixels have")


def test_nothing_but_the_damage_turns_red(verdicts):
    """A cell that failed for another reason than the ones above would make the tests above worthless."""
    red = {
        (name, cell)
        for name, cells in verdicts.items()
        for cell, verdict in enumerate(cells)
        if verdict.outcome != "passed"
    }
    assert red == {
        *(("01_results", cell) for cell in (COUNT, CURVE, IMAGE, SHAPE, TEST)),
        *(("02_labels", cell) for cell in (TEST, IMAGE)),
        *(("03_activation", cell) for cell in (TEST, CURVE, IMAGE, SHAPE)),
    }


def _assert_red(verdict: Verdict, reason: str) -> None:
    assert verdict.outcome == "failed"
    assert reason in verdict.message


def _copy_project(course: Path) -> None:
    """The parts of the project that make a regression test, in a folder of their own."""
    without_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "utils", course / "utils", ignore=without_caches)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, course)
    (course / "tests").mkdir()
    for name in ("__init__.py", "regression.py", "figures.py", "nbval.cfg"):
        shutil.copy(ROOT / "tests" / name, course / "tests")
    (course / "notebooks").mkdir()
    (course / "data").mkdir()
    if (ROOT / "data" / "digits.npz").exists():
        shutil.copy(ROOT / "data" / "digits.npz", course / "data")


def _run_pytest(course: Path) -> dict[str, list[Verdict]]:
    """Run pytest with two workers, and with a --dist that would split notebooks if it could."""
    report = course / "report.xml"
    options = ["-n", "2", "--dist=load", "--color=no", "-q", f"--junitxml={report}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"COURSE_DATA": "digits", "COURSE_SEED": "3", "COLUMNS": "40", "NO_COLOR": "1"}
    subprocess.run(
        [sys.executable, "-m", "pytest", "notebooks", *options],
        cwd=course,
        env=environment,
        capture_output=True,
        timeout=300,
        check=False,
    )
    found: dict[str, dict[int, Verdict]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        problem = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
        outcome = "passed" if problem is None else {"failure": "failed"}.get(problem.tag, problem.tag)
        notebook, cell = case.get("classname", ""), case.get("name", "")
        name = next(name for name in COPIES if name in f"{notebook} {cell}")
        text = "" if problem is None else problem.text or ""
        found.setdefault(name, {})[int(cell.rpartition(" ")[2])] = Verdict(outcome, text)
    return {name: [cells[number] for number in sorted(cells)] for name, cells in found.items()}


def _blank_png(png: str) -> str:
    """A white picture of the same size, encoded as notebooks do."""
    content = base64.b64decode(png)
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    buffer = io.BytesIO()
    imsave(buffer, np.ones((height, width, 3)), format="png")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


@pytest.mark.parametrize(("worker", "threads"), [({"workerinput": {}}, "1"), ({}, None)])
def test_kernels_side_by_side_get_one_blas_thread_each(monkeypatch, worker, threads):
    monkeypatch.setattr(os, "environ", {name: value for name, value in os.environ.items() if "BLAS" not in name})
    config = SimpleNamespace(option=SimpleNamespace(), stash={}, **worker)
    regression.pytest_configure(config)
    assert os.environ.get("OPENBLAS_NUM_THREADS") == threads
    for folder in config.stash.values():
        shutil.rmtree(folder)
