"""Lesson 07 for the browser, or, while there is none, a small notebook with what it will show."""

import shutil

import nbformat

from tests.browser.lab import ROOT, Browser, Lab
from utils.authoring.execute import METADATA

LESSON = ROOT / "notebooks" / "07_playground.ipynb"
CELLS = [
    f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom utils import lesson, models\nlesson.start()",
    "from utils.data import load_mnist\ndigits = load_mnist()",
    "from utils.playground.pad import drawing_pad\n"
    "networks = {n if n == 'softmax' else n.upper(): models.trained(n, digits) for n in "
    "('softmax', 'mlp', 'cnn', 'lstm')}",
    "drawing_pad(networks)",
]


def open_playground(lab: Lab, browser: Browser) -> None:
    """Open the playground's notebook and run it from top to bottom, without an error."""
    name = LESSON.name
    if LESSON.exists():
        shutil.copy(LESSON, lab.notebooks)
    else:
        cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
        nbformat.write(notebook, lab.notebooks / name)
    browser.open(lab.url(name))
    browser.run_all()
    assert browser.errors() == []
