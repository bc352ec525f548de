"""A made-up lesson that keeps every rule, for tests that break one rule at a time."""

import base64
import io
from pathlib import Path

import nbformat
import numpy as np
from matplotlib.image import imsave
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from utils.authoring.address import badge, first_cell, read_repository
from utils.authoring.execute import canonical, normalise

NAME = "42_sample.ipynb"
# Places among the cells, for tests that change one.
TITLE, FIRST, SECOND, WORDS, PICTURE, CLAIMS, TURN, STARTER, END, SOLUTION = range(10)
SOLUTION_METADATA = {"tags": ["solution"], "jupyter": {"source_hidden": True}, "cellView": "form"}
STARTER_TEXT = "✗ tanh_derivative is not finished yet: tanh_derivative(z=0) returned None.\n"


def sample_lesson() -> NotebookNode:
    """The lesson as it would be stored after a run."""
    repository = read_repository()
    cells = [
        new_markdown_cell(
            f"# Teach a test to read\n\n{badge(repository, NAME)}\n\n**You will** see $x_1$ and a sample.\n\n"
            "**You need** nothing.\n\n**Time** two sittings of about 1 and 1 minutes. *Run All* takes about 3 seconds."
        ),
        new_code_cell(first_cell(repository)),
        new_code_cell("from utils import lesson\n\nlesson.start()", outputs=[_text("Ready: ...\n")]),
        new_markdown_cell(
            "## A picture\n\nIt comes next; see [the end](#Further-reading).\n\n**A good place for a break.**"
        ),
        new_code_cell("figure", outputs=[_picture("Noise, as a television shows it.")]),
        new_code_cell("\n".join(f'lesson.claim("conclusion {n}", {n}, above=0)' for n in range(1, 6))),
        new_markdown_cell("## Your turn\n\nWrite the derivative of tanh."),
        new_code_cell(
            "def tanh_derivative(z):\n    return None\n\n\ncheck.tanh_derivative(tanh_derivative)",
            outputs=[_text(STARTER_TEXT)],
        ),
        new_markdown_cell(
            "## What you learnt\n\nA lot.\n\n## Common mistakes\n\nNone.\n\n"
            "## Further reading\n\nBooks.\n\n## Solutions"
        ),
        new_code_cell(
            "# @title Solution: the derivative of tanh\n"
            "def solution_tanh_derivative(z):\n    return 1 - np.tanh(z) ** 2\n\n\n"
            "check.tanh_derivative(solution_tanh_derivative)",
            outputs=[_text("✓ solution_tanh_derivative is right in all 3 cases.\n")],
            metadata=SOLUTION_METADATA,
        ),
    ]
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"
    for number, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
        cell.execution_count = number
    metadata = {"course": {"summary": "how a test reads"}}
    return nbformat.from_dict(new_notebook(cells=cells, metadata=metadata))


def write_lesson(notebook: NotebookNode, folder: Path, name: str = NAME) -> Path:
    """Write a lesson in canonical form; returns its path."""
    path = folder / name
    path.write_text(canonical(normalise(notebook)), encoding="utf-8")
    return path


def png(pixels: np.ndarray) -> bytes:
    """A picture of the given pixels: (height, width, 3), from 0 to 1."""
    buffer = io.BytesIO()
    imsave(buffer, pixels, format="png")
    return buffer.getvalue()


def _text(text: str) -> NotebookNode:
    return new_output("stream", text=text)


def _picture(alt: str) -> NotebookNode:
    pixels = np.random.default_rng(0).random((20, 30, 3))
    data = {"image/png": base64.b64encode(png(pixels)).decode("ascii"), "text/plain": "<Figure>"}
    return new_output("display_data", data, metadata={"image/png": {"alt": alt, "height": 10, "width": 15}})
