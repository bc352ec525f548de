"""The authors' tools: the rules on stored notebooks, storing, exporting."""

import base64
import copy
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.sample_lesson import (
    CLAIMS,
    FIRST,
    PICTURE,
    SECOND,
    SOLUTION,
    STARTER,
    TITLE,
    TURN,
    WORDS,
    sample_lesson,
    write_lesson,
)
from tests.test_models import make_digits
from utils import data, notebooks, scoreboard, storage
from utils.authoring import execute, export, measure, rules
from utils.authoring.address import ROOT


def test_a_lesson_that_keeps_every_rule_gives_no_message(tmp_path):
    assert notebooks.verify([write_lesson(sample_lesson(), tmp_path)]) == []


def _source(place, old, new):
    def break_it(lesson):
        assert old in lesson.cells[place].source
        lesson.cells[place].source = lesson.cells[place].source.replace(old, new)

    return break_it


def _add_lines(place, lines):
    def break_it(lesson):
        lesson.cells[place].source = lines + "\n" + lesson.cells[place].source

    return break_it


def _add_output(place, **output):
    return lambda lesson: lesson.cells[place].outputs.append(new_output(**output))


def _alt(text):
    return lambda lesson: lesson.cells[PICTURE].outputs[0].metadata["image/png"].update(alt=text)


def _printed(place, text):
    return lambda lesson: lesson.cells[place].outputs[0].update(text=text)


def _metadata(place, **metadata):
    return lambda lesson: lesson.cells[place].metadata.update(metadata)


LONG = "\n".join(f"x{n} = {n}" for n in range(26))
MEDIUM = "\n".join(f"x{n} = {n}" for n in range(9))
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
FAULTS = {
    "a cell without a run": (
        lambda lesson: lesson.cells[PICTURE].update(execution_count=None),
        "42_sample.ipynb, code cell 3: stored as In [ ], expected In [3]",
    ),
    "cells run in another order": (
        lambda lesson: lesson.cells[CLAIMS].update(execution_count=9),
        "code cell 4: stored as In [9], expected In [4]",
    ),
    "an exception": (
        _add_output(CLAIMS, output_type="error", ename="ValueError", evalue="no", traceback=[]),
        "code cell 4: stored with an exception, ValueError: no",
    ),
    "a warning": (
        _add_output(CLAIMS, output_type="stream", name="stderr", text="careful"),
        "code cell 4: stored with text on stderr: 'careful'",
    ),
    "a memory address": (
        _add_output(CLAIMS, output_type="execute_result", data={"text/plain": "<object at 0x7f12ab90>"}),
        "code cell 4: the output holds '0x7f12ab90'",
    ),
    "a kernel's temporary file": (
        _printed(SECOND, "/tmp/ipykernel_4711/1.py"),
        "code cell 2: the output holds 'ipykernel_4711'",
    ),
    "a path in a description": (_alt("Noise from /home/ada/x.png."), "the output holds '/home/ada/x.png.'"),
    "a widget": (_add_output(CLAIMS, output_type="display_data", data=WIDGET), "the output is a widget"),
    "a heavy file": (_printed(SECOND, "x" * 1_500_000), "MB, expected at most 1.5 MB"),
    "a marker": (_source(CLAIMS, "lesson.claim", "#NBVAL_SKIP\nlesson.claim"), "the marker NBVAL_SKIP"),
    "a marking tag": (_metadata(CLAIMS, tags=["raises-exception"]), "code cell 4: the marker raises-exception"),
    "a semicolon at the end": (_source(PICTURE, "figure", "figure;"), "code cell 3: ends in a semicolon"),
    "a picture without words": (_alt(""), "code cell 3: a picture has no description"),
    "a picture with a label": (_alt("loss"), "code cell 3: the picture's description is no sentence: 'loss'"),
    "another first cell": (_source(FIRST, "--quiet", "-v"), "code cell 1: differs from the first cell of all"),
    "another second cell": (_source(SECOND, "lesson.start()", "import keras"), "code cell 2: expected first"),
    "a badge that leads elsewhere": (_source(TITLE, "(https://colab.", "(https://elsewhere."), "expected one badge"),
    "no badge": (_source(TITLE, "[![Open", "[Open"), "expected one badge"),
    "two titles": (_source(WORDS, "## A picture", "# A picture"), "expected one title"),
    "a missing part": (_source(TURN, "## Your turn", "## Exercises"), "no part 'Your turn'"),
    "parts in another order": (_source(TITLE, "You need", "Common mistakes"), "the parts are not in the order"),
    "a long cell": (_source(PICTURE, "figure", LONG), "code cell 3: 26 lines of code, expected at most 25"),
    "long cells everywhere": (
        lambda lesson: [_add_lines(place, MEDIUM)(lesson) for place in (PICTURE, CLAIMS, STARTER)],
        "the median cell has",
    ),
    "a lesson that says nothing of its sittings": (
        _source(TITLE, "two sittings of about 1 and 1", "about 60"),
        "expected in the first cell: **Time** two sittings of about ",
    ),
    "a sitting too long": (_source(WORDS, "It comes", "word " * 46 * 130 + "It comes"), "sitting 1: 46 minutes"),
    "a sitting not truly told": (_source(TITLE, "1 and 1", "1 and 20"), "says sittings of 1 and 20 minutes, counted"),
    "one sitting": (_source(WORDS, "**A good", "A good"), "says 2 sittings and has 1"),
    "a picture in nobody's words": (
        _source(PICTURE, "figure", "plots.curves(x, {})"),
        "code cell 3: curves(...) without description=",
    ),
    "too few claims": (_source(CLAIMS, 'lesson.claim("conclusion 3"', 'print("x"'), "4 claims, expected 5 to 15"),
    "too many claims": (_add_lines(CLAIMS, "claim()\n" * 11), "16 claims, expected 5 to 15"),
    "no reading time": (
        _source(TITLE, "two sittings of about 1 and 1 minutes", "soon"),
        "no reading time in the first cell",
    ),
    "nothing for the README": (
        lambda lesson: lesson.metadata.pop("course"),
        "the notebook's metadata should say what one learns",
    ),
    "code that is no Python": (_add_lines(PICTURE, "if:"), "code cell 3: no valid Python"),
    "a caught exception": (
        _source(PICTURE, "figure", "try:\n    figure\nexcept NameError:\n    pass"),
        "code cell 3: holds try/except",
    ),
    "an untitled solution": (_source(SOLUTION, "# @title", "#"), "expected a solution's first line"),
    "a solution without its tag": (_metadata(SOLUTION, tags=[]), "code cell 6: a solution without the tag"),
    "a solution open in JupyterLab": (_metadata(SOLUTION, jupyter={}), "JupyterLab shows this solution"),
    "a solution open on Colab": (_metadata(SOLUTION, cellView="code"), "Colab shows this solution"),
    "a solution that overwrites": (
        _source(SOLUTION, "def solution_tanh_derivative", "def tanh_derivative"),
        "code cell 6: the solution overwrites the student's tanh_derivative",
    ),
    "a starter that is right": (_printed(STARTER, "✓ right\n"), "code cell 5: check.tanh_derivative accepts"),
    "a solution that is wrong": (_printed(SOLUTION, "✗ wrong\n"), "code cell 6: check.tanh_derivative rejects"),
    "an exercise without solution": (_source(SOLUTION, "check.", "show."), "check.tanh_derivative has no solution"),
    "an exercise without starter": (_source(STARTER, "check.", "show."), "check.tanh_derivative has no starter"),
    "an empty word": (_source(WORDS, "It comes", "It simply comes"), "cell 4 (markdown): 'simply' is not for"),
    "a banner": (_source(PICTURE, "figure", 'print("=" * 4, "====")'), "code cell 3: '====' is not for lessons"),
    "a smiling heading": (_source(WORDS, "A picture", "A picture \U0001f600"), "emoji in the heading"),
    "a heading said twice": (_source(WORDS, "It comes", "A picture comes"), "begins by repeating its heading"),
    "a dead link to a file": (_source(WORDS, "#Further-reading", "43_no.ipynb"), "the link 43_no.ipynb leads"),
    "a dead link to a heading": (_source(WORDS, "#Further-reading", "#Nowhere"), "the link #Nowhere leads"),
    "a link out of the project": (_source(WORDS, "#Further-reading", "../../../etc"), "../../../etc leads"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_rule_is_named(fault, tmp_path):
    break_it, expected = FAULTS[fault]
    lesson = sample_lesson()
    break_it(lesson)
    messages = notebooks.verify([write_lesson(lesson, tmp_path)])
    assert [message for message in messages if expected in message], messages


def test_metadata_of_an_editor_are_named(tmp_path):
    path = write_lesson(sample_lesson(), tmp_path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["metadata"]["vscode"] = {"interpreter": "mine"}
    path.write_text(json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    assert "not in canonical form" in notebooks.verify([path])[0]


def test_widget_state_is_named(tmp_path):
    lesson = sample_lesson()
    path = write_lesson(lesson, tmp_path)
    lesson.metadata["widgets"] = {"state": {}}
    nbformat.write(lesson, path)
    assert any("the metadata hold the state of widgets" in message for message in notebooks.verify([path]))


PATHS = [
    "/home/ada/course/data/mnist.npz",
    "/Users/ada/x",
    "/root/.keras/datasets/mnist.npz",
    "/tmp/tmpab12/mlp.keras",
    "/var/folders/zz/T/x",
    "/private/tmp/x",
    "/usr/lib/python3.12/os.py",
    "/opt/conda/envs/x",
    "/content/deep-learning-course/data",
    "/kaggle/input/course.zip",
    "C:\\Users\\ada\\x",
    "C:\\\\Users\\\\ada",  # as repr() writes it
    "c:/Users/ada/x",
    "D:\\Temp\\x",
    "lib/python3.11/site-packages/keras/src/ops.py",
    str(ROOT / "data"),
    str(Path.home() / "x"),
    tempfile.gettempdir(),
]


@pytest.mark.parametrize("around", ["{}", "file '{}' (1 kB)", "from:{}", "[PosixPath('{}')]", "file://{}"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_of_any_machine_is_found(path, around):
    found = rules.machine_path(around.format(path))
    assert found and found.strip("'()[]") in around.format(path)


@pytest.mark.parametrize(
    "text",
    [
        "notebooks/03_mlp.ipynb and data/mnist.npz",
        "https://example.org/home/ada, www.example.org/tmp/x",
        "3/4 of 60,000, and/or, km/h, ../data/x, a / home / b",
        "f: \\Users, x:/y, log(p)/opt, its home/ and tmp/ folders",
        "sitepackages, on site packages",
    ],
)
def test_what_only_looks_like_a_path_is_let_pass(text):
    assert rules.machine_path(text) is None


def _notebook(folder, *sources):
    path = folder / "10_try.ipynb"
    cells = [new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_a_stored_notebook_is_canonical_and_stays_so_when_stored_again(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_SEED", "5")
    monkeypatch.setenv("COLUMNS", "30")
    code = 'import os\nprint(os.environ.get("COURSE_SEED"), os.environ.get("COLUMNS"), os.environ["COURSE_DATA"])'
    path = _notebook(tmp_path, code, "for n in range(3):\n    print(n, flush=True)", "1 + 1")
    notebooks.store(path, COURSE_DATA="digits")
    first = path.read_text(encoding="utf-8")
    notebooks.store(path, COURSE_DATA="digits")
    assert path.read_text(encoding="utf-8") == first
    cells = nbformat.read(path, as_version=4).cells
    assert [cell.id for cell in cells] == ["cell-0", "cell-1", "cell-2"]
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
    assert cells[0].outputs[0].text == "None None digits\n"
    assert [output.text for output in cells[1].outputs] == ["0\n1\n2\n"]
    assert cells[2].outputs[0].data["text/plain"] == "2"


def test_a_notebook_that_fails_is_not_stored(tmp_path):
    path = _notebook(tmp_path, "x = 1", "x / 0")
    before = path.read_text(encoding="utf-8")
    with pytest.raises(execute.ExecutionFailed, match=r"10_try.ipynb, code cell 2: ZeroDivisionError"):
        notebooks.store(path)
    assert path.read_text(encoding="utf-8") == before


def test_a_notebook_that_kills_its_kernel_is_not_stored(tmp_path):
    path = _notebook(tmp_path, "import os\nos._exit(1)")
    with pytest.raises(execute.ExecutionFailed, match=r"10_try.ipynb, code cell 1: .*[Kk]ernel died"):
        notebooks.store(path)


def test_outputs_unfit_to_be_stored_are_refused_each_by_name(tmp_path):
    path = _notebook(
        tmp_path,
        "import sys\nprint('careful', file=sys.stderr)",
        "object()",
        "import ipywidgets\nipywidgets.IntSlider()",
        "# NBVAL_IGNORE_OUTPUT\n1 + 1",
        "2;",
    )
    before = path.read_text(encoding="utf-8")
    with pytest.raises(execute.ExecutionFailed) as refusal:
        notebooks.store(path)
    for number, reason in enumerate(("stderr", "0x", "a widget", "NBVAL_IGNORE_OUTPUT", "a semicolon"), start=1):
        assert any(f"code cell {number}" in line and reason in line for line in str(refusal.value).splitlines())
    assert path.read_text(encoding="utf-8") == before


def test_of_a_widget_that_says_in_words_what_it_is_the_words_are_kept(tmp_path):
    """Without its kernel nothing else would remain; the usual widget says nothing, and is refused."""
    code = f"import sys\nsys.path.insert(0, {str(notebooks.ROOT)!r})\n"
    code += "from utils.playground import playground\nplayground(picture=False)"
    path = _notebook(tmp_path, code)
    notebooks.store(path)
    (output,) = nbformat.read(path, 4).cells[0].outputs
    assert list(output.data) == ["text/plain"]
    assert "playground" in output.data["text/plain"]


def test_a_stored_picture_keeps_its_pixels_in_fewer_bytes_than_the_one_drawn_in_class(tmp_path):
    code = (
        f"import sys\nsys.path.insert(0, {str(notebooks.ROOT)!r})\nimport base64\nfrom utils import pictures, plots\n"
    )
    code += "figure = plots.curves(range(9), {'wave': [0, 3, 1, 5, 2, 7, 2, 6, 1]}, xlabel='x', ylabel='y')\n"
    code += "print(base64.b64encode(pictures.figure_png(figure)[0]).decode())\npictures.show_figures_inline()\nfigure"
    path = _notebook(tmp_path, code)
    notebooks.store(path, COURSE_DATA="digits")
    printed, shown = nbformat.read(path, as_version=4).cells[0].outputs
    drawn, stored = base64.b64decode(printed.text), base64.b64decode(shown.data["image/png"])
    assert len(stored) < 0.98 * len(drawn)
    assert np.array_equal(imread(io.BytesIO(stored)), imread(io.BytesIO(drawn)))


@pytest.fixture
def two_lessons(tmp_path, monkeypatch):
    """A project of two lessons, of which the first fails, for the commands that execute all lessons."""
    (tmp_path / "notebooks").mkdir()
    for name, code in (("10_fails.ipynb", "1 / 0"), ("11_runs.ipynb", "1 + 1")):
        nbformat.write(new_notebook(cells=[new_code_cell(code, id="cell")]), tmp_path / "notebooks" / name)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(notebooks, "_lessons", lambda only: sorted((tmp_path / "notebooks").iterdir()))
    monkeypatch.setattr(execute, "warm_caches", lambda environment: None)
    return tmp_path


def test_exporting_goes_on_after_a_lesson_that_failed_and_ends_with_an_error(two_lessons, capsys):
    assert notebooks.main(["html"]) == 1
    assert sorted(path.name for path in (two_lessons / "build" / "html").iterdir()) == ["11_runs.html", "index.html"]
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "10_fails ... failed: 10_fails.ipynb, code cell 1: ZeroDivisionError: division by zero"
    assert printed[1].startswith("11_runs ... ")


@pytest.mark.parametrize("error", [KeyError("attachments"), RecursionError(), nbformat.ValidationError("no")], ids=repr)
def test_whatever_is_wrong_with_one_lesson_the_others_get_their_pages(two_lessons, monkeypatch, capsys, error):
    def write_page(path, notebook, folder):
        if path.stem == "11_runs":
            raise error
        return pages(path, notebook, folder)

    pages = export.write_page
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 2")]), two_lessons / "notebooks" / "12_runs.ipynb")
    monkeypatch.setattr(export, "write_page", write_page)
    assert notebooks.main(["html"]) == 1
    assert sorted(path.name for path in (two_lessons / "build" / "html").iterdir()) == ["12_runs.html", "index.html"]
    assert "11_runs ... failed: " in capsys.readouterr().out


def test_storing_goes_on_after_a_lesson_that_failed_and_ends_with_an_error(two_lessons, capsys):
    assert notebooks.main(["store"]) == 1
    assert "10_fails: 10_fails.ipynb, code cell 1: ZeroDivisionError" in capsys.readouterr().err
    counts = [
        nbformat.read(path, as_version=4).cells[0].execution_count
        for path in sorted((two_lessons / "notebooks").iterdir())
    ]
    assert counts == [None, 1]


def test_measuring_keeps_what_a_lesson_records_on_both_sources_with_three_seeds(two_lessons, monkeypatch):
    monkeypatch.setattr(scoreboard, "REFERENCE", two_lessons / "reference_results.json")
    monkeypatch.setattr(measure, "machine", lambda: "a machine")
    (two_lessons / "notebooks" / "10_fails.ipynb").unlink()

    def record_as_a_lesson_does(path, environment):
        entry = {"model": "perceptron", "lesson": path.stem, "parameters": 7, "training_seconds": 1.5}
        entry |= {"test_accuracy": 0.9, "source": environment["COURSE_DATA"], "seed": int(environment["COURSE_SEED"])}
        storage.write_text(Path(environment["COURSE_RESULTS"]) / "results" / "perceptron.json", json.dumps(entry))

    monkeypatch.setattr(execute, "execute", record_as_a_lesson_does)
    assert notebooks.main(["measure", "11"]) == 0
    kept = {(entry["source"], entry["seed"], entry["machine"]) for entry in scoreboard.read_reference()}
    assert kept == {(source, seed, "a machine") for source in ("mnist", "digits") for seed in range(3)}


def test_measuring_one_recipe_keeps_the_results_of_the_others(tmp_path, monkeypatch):
    digits = make_digits(256)
    monkeypatch.setattr(scoreboard, "REFERENCE", tmp_path / "reference_results.json")
    monkeypatch.setattr(data, "load_mnist", lambda: digits._replace(source=os.environ["COURSE_DATA"]))
    other = {"model": "perceptron", "lesson": "01_perceptron", "parameters": 7850, "training_seconds": 1.0}
    other |= {"test_accuracy": 0.85, "source": "digits", "seed": 0, "machine": "a machine"}
    older = {**other, "model": "softmax", "lesson": "02_gradient_descent", "machine": "an older one"}
    scoreboard.add_to_reference([other, older])
    assert notebooks.main(["recipes", "softmax"]) == 0
    perceptron, *measured = scoreboard.read_reference()
    assert perceptron == other
    assert [(one["source"], one["seed"]) for one in measured] == [
        (source, seed) for source in ("digits", "mnist") for seed in range(3)
    ]
    for one in measured:
        assert (one["model"], one["lesson"], one["parameters"]) == ("softmax", "02_gradient_descent", 7850)
        assert "-core" in one["machine"]


def test_a_recipe_that_does_not_exist_is_an_error_that_names_those_that_do():
    with pytest.raises(SystemExit, match="no recipe is called 'resnet'; there are softmax, mlp"):
        notebooks.main(["recipes", "resnet"])


def test_help_names_every_command():
    done = subprocess.run(
        [sys.executable, "-m", "utils.notebooks", "--help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    for command in (
        "store",
        "verify",
        "normalise",
        "measure",
        "recipes",
        "readme",
        "html",
        "repository",
        "reset",
        "zip",
    ):
        assert f"\n    {command}" in done.stdout


def test_a_number_that_no_lesson_has_is_an_error():
    with pytest.raises(SystemExit, match="no lesson begins with '98'"):
        notebooks.main(["verify", "98"])


def test_normalising_keeps_sources_and_outputs():
    lesson = sample_lesson()
    lesson.cells[WORDS].source = "two blanks end a line  \nfor a break"
    normalised = execute.normalise(copy.deepcopy(lesson))
    assert [cell.source for cell in normalised.cells] == [cell.source for cell in lesson.cells]
    assert normalised.cells[PICTURE].outputs == lesson.cells[PICTURE].outputs
