"""Lesson 07 for the browser, or, while there is none, a small notebook with what it will show."""

import shutil

import nbformat

from tests.browser.lab import ROOT, Browser, Lab
from utils.authoring.execute import METADATA

LESSON = ROOT / "notebooks" / "07_playground.ipynb"
FIND = f"import sys\nsys.path.insert(0, {str(ROOT)!r})"
CELLS = [
    f"{FIND}\nfrom utils import lesson, models\nlesson.start()",
    "from utils.playground import playground\nplayground()",
    "from utils.data import load_mnist\ndigits = load_mnist()",
    "from utils.playground.pad import drawing_pad\n"
    "networks = {n if n == 'softmax' else n.upper(): models.trained(n, digits) for n in "
    "('softmax', 'mlp', 'cnn', 'lstm')}",
    "drawing_pad(networks)",
]


def open_cells(lab: Lab, browser: Browser, name: str, cells: list[str]) -> None:
    """Open a notebook of these cells and run it from top to bottom, without an error."""
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)], metadata=METADATA)
    nbformat.write(notebook, lab.notebooks / name)
    _run(lab, browser, name)


def open_playground(lab: Lab, browser: Browser) -> None:
    """The same for the playground's lesson."""
    if LESSON.exists():
        shutil.copy(LESSON, lab.notebooks)
        _run(lab, browser, LESSON.name)
    else:
        open_cells(lab, browser, LESSON.name, CELLS)


def _run(lab: Lab, browser: Browser, name: str) -> None:
    browser.open(lab.url(name))
    browser.run_all()
    assert browser.errors() == []
