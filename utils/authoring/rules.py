"""The rules that every stored notebook keeps: executed, clean, canonical."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from utils.authoring.execute import canonical, normalise

# A list of {"notebook", "cell", "marker", "why"}: the only cells that the regression test may not look at.
IGNORED_CELLS = Path(__file__).resolve().parents[2] / "tests" / "ignored_cells.json"
LARGEST_FILE = 1_500_000  # bytes
MARKER = re.compile(
    r"^\s*#+\s*((?:PYTEST_VALIDATE|NBVAL)_[A-Z_]+)\s*$"  # a comment alone on its line, as nbval reads it
    r"|^((?:pytest-validate|nbval)-[a-z-]+|raises-exception)$",  # a cell's tag
    re.MULTILINE,
)
MACHINE_TEXT = re.compile(r"\b0x[0-9a-fA-F]{6,}\b|ipykernel_\d+")
WIDGET = "application/vnd.jupyter.widget"


class Lesson(NamedTuple):
    """A stored notebook: its file, the file's text, the notebook in it, and which markers it may carry.

    `allowed_markers` holds pairs of cell id and marker, from the counted list of ignored cells.
    """

    path: Path
    text: str
    notebook: NotebookNode
    allowed_markers: frozenset[tuple[str, str]] = frozenset()

    @property
    def cells(self) -> list[NotebookNode]:
        return self.notebook.cells

    @property
    def code_cells(self) -> list[tuple[int, NotebookNode]]:
        """The code cells, each with its place among all cells."""
        return [(place, cell) for place, cell in enumerate(self.cells) if cell.cell_type == "code"]

    def at(self, place: int) -> str:
        """The name of a cell in messages; code cells are counted as Jupyter's In [1], In [2], ... are."""
        cell = self.cells[place]
        if cell.cell_type != "code":
            return f"{self.path.name}, cell {place + 1} ({cell.cell_type})"
        number = [index for index, _ in self.code_cells].index(place) + 1
        return f"{self.path.name}, code cell {number}"


def read_lesson(path: Path) -> Lesson:
    """Read a notebook for the rules to look at, together with the markers that it may carry."""
    text = Path(path).read_text(encoding="utf-8")
    return Lesson(Path(path), text, nbformat.reads(text, as_version=4), allowed_markers(Path(path)))


def allowed_markers(path: Path) -> frozenset[tuple[str, str]]:
    """Pairs of cell id and marker that the counted list of ignored cells allows a notebook."""
    entries = json.loads(IGNORED_CELLS.read_text(encoding="utf-8"))
    return frozenset((entry["cell"], entry["marker"]) for entry in entries if entry["notebook"] == path.name)


def is_canonical(lesson: Lesson) -> Iterator[str]:
    """The file is written in canonical form."""
    if lesson.text != canonical(normalise(copy.deepcopy(lesson.notebook))):
        yield (
            f"{lesson.path.name}: not in canonical form (metadata of an editor?); "
            "write it with: python -m utils.notebooks normalise"
        )


def is_executed(lesson: Lesson) -> Iterator[str]:
    """Every code cell was executed, in one run from top to bottom."""
    for number, (place, cell) in enumerate(lesson.code_cells, start=1):
        if cell.execution_count != number:
            count = cell.execution_count or " "
            yield f"{lesson.at(place)}: stored as In [{count}], expected In [{number}]; run: make notebooks"


def has_no_error(lesson: Lesson) -> Iterator[str]:
    """No output is an exception or text on stderr."""
    for place, output in _outputs(lesson):
        if output.output_type == "error":
            yield f"{lesson.at(place)}: stored with an exception, {output.ename}: {output.evalue}"
        elif output.get("name") == "stderr":
            yield f"{lesson.at(place)}: stored with text on stderr: {output.text.strip()[:80]!r}"


def has_no_machine_text(lesson: Lesson) -> Iterator[str]:
    """No output holds a memory address or a kernel's temporary file: neither is the same twice."""
    for place, output in _outputs(lesson):
        for text in _texts(output):
            if found := MACHINE_TEXT.search(text):
                yield f"{lesson.at(place)}: the output holds {found[0]!r}, which differs in each run"


def has_no_widgets(lesson: Lesson) -> Iterator[str]:
    """Neither widget outputs nor widget state are stored: they show nothing without their kernel."""
    if "widgets" in lesson.notebook.metadata:
        yield f"{lesson.path.name}: the metadata hold the state of widgets"
    for place, output in _outputs(lesson):
        if any(kind.startswith(WIDGET) for kind in output.get("data", {})):
            yield f"{lesson.at(place)}: the output is a widget"


def is_small(lesson: Lesson) -> Iterator[str]:
    """The file is at most 1.5 MB."""
    size = len(lesson.text.encode("utf-8"))
    if size > LARGEST_FILE:
        yield f"{lesson.path.name}: {size / 1e6:.2f} MB, expected at most {LARGEST_FILE / 1e6} MB"


def has_no_unlisted_marker(lesson: Lesson) -> Iterator[str]:
    """A marker that keeps the regression test from looking stands on the list of ignored cells."""
    for place, cell in lesson.code_cells:
        for marker in markers(cell):
            if (cell.id, marker) not in lesson.allowed_markers:
                yield f"{lesson.at(place)}: the marker {marker} is not on the list of ignored cells"


def has_no_trailing_semicolon(lesson: Lesson) -> Iterator[str]:
    """No cell ends in a semicolon, which hides an output in Jupyter but not from the regression test."""
    for place, cell in lesson.code_cells:
        last = cell.source.rstrip().rpartition("\n")[2]
        if last.endswith(";") and not last.lstrip().startswith("#"):
            yield f"{lesson.at(place)}: ends in a semicolon"


def has_described_pictures(lesson: Lesson) -> Iterator[str]:
    """Every picture says in a sentence what it shows, for those who cannot see it."""
    for place, output in _outputs(lesson):
        if "image/png" not in output.get("data", {}):
            continue
        alt = output.metadata.get("image/png", {}).get("alt", "").strip()
        if not alt:
            yield f"{lesson.at(place)}: a picture has no description (the figure's attribute description)"
        elif len(alt.split()) < 4 or not (alt[0].isupper() or alt[0].isdigit()) or alt[-1] not in ".!?":
            yield f"{lesson.at(place)}: the picture's description is no sentence: {alt!r}"


# What store() refuses, and what holds for stored files only.
CLEAN = (
    has_no_error,
    has_no_machine_text,
    has_no_widgets,
    has_no_unlisted_marker,
    has_no_trailing_semicolon,
)
STORED = (is_canonical, is_executed, *CLEAN, is_small, has_described_pictures)


def markers(cell: NotebookNode) -> list[str]:
    """nbval's markers in a code cell, in comments and in tags."""
    texts = [cell.source, *cell.metadata.get("tags", [])]
    return [comment or tag for text in texts for comment, tag in MARKER.findall(text)]


def _outputs(lesson: Lesson) -> Iterator[tuple[int, NotebookNode]]:
    for place, cell in lesson.code_cells:
        for output in cell.outputs:
            yield place, output


def _texts(output: NotebookNode) -> Iterator[str]:
    yield output.get("text", "")
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/") or kind == "image/svg+xml":
            yield content
