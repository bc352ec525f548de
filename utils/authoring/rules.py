"""The rules that every stored notebook keeps: executed, clean, canonical."""

import copy
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from utils.authoring.execute import ROOT, canonical, normalise

LARGEST_FILE = 1_500_000  # bytes
MARKER = re.compile(
    r"^\s*#+\s*((?:PYTEST_VALIDATE|NBVAL)_[A-Z_]+)\s*$"  # a comment alone on its line, as nbval reads it
    r"|^((?:pytest-validate|nbval)-[a-z-]+|raises-exception)$",  # a cell's tag
    re.MULTILINE,
)
MACHINE_TEXT = re.compile(r"\b0x[0-9a-fA-F]{6,}\b|ipykernel_\d+")
# Where people's files, temporary files and installed packages lie, on Linux, macOS, Windows, Colab and Kaggle. Behind a
# letter, a digit, a dot or a slash it is a part of something else, such as an address in the net; behind file:// not.
MACHINE_PATH = re.compile(
    r"(?:(?<![\w./-])|(?<=file://))"
    r"/(?:home|Users|root|tmp|var|private|mnt|media|Volumes|opt|usr|Library|content|kaggle)/[^\s\"']+"
    r"|(?<![a-z])[a-z]:[\\/]+(?:Users|Windows|Temp|tmp|Program ?Files|ProgramData)\b[^\s\"']*"
    r"|\b(?:site|dist)-packages\b",
    re.IGNORECASE,
)
WIDGET = "application/vnd.jupyter.widget"


class Lesson(NamedTuple):
    """A stored notebook: its file, the file's text, the notebook in it."""

    path: Path
    text: str
    notebook: NotebookNode

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
    """Read a notebook for the rules to look at."""
    text = Path(path).read_text(encoding="utf-8")
    return Lesson(Path(path), text, nbformat.reads(text, as_version=4))


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
    """No output holds a memory address, a kernel's temporary file or a path: none is the same elsewhere."""
    for place, output in _outputs(lesson):
        for text in _texts(output):
            if found := MACHINE_TEXT.search(text):
                yield f"{lesson.at(place)}: the output holds {found[0]!r}, which differs in each run"
            elif path := machine_path(text):
                yield f"{lesson.at(place)}: the output holds {path!r}, a path of the machine on which it was made"


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


def has_no_marker(lesson: Lesson) -> Iterator[str]:
    """No marker keeps the regression test from looking at a cell."""
    for place, cell in lesson.code_cells:
        for marker in markers(cell):
            yield f"{lesson.at(place)}: the marker {marker} hides the cell from the regression test"


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
    has_no_marker,
    has_no_trailing_semicolon,
)
STORED = (is_canonical, is_executed, *CLEAN, is_small, has_described_pictures)


def markers(cell: NotebookNode) -> list[str]:
    """nbval's markers in a code cell, in comments and in tags."""
    texts = [cell.source, *cell.metadata.get("tags", [])]
    return [comment or tag for text in texts for comment, tag in MARKER.findall(text)]


def machine_path(text: str) -> str | None:
    """The first path in a text that belongs to one machine, this one or any other; None where there is none."""
    if found := MACHINE_PATH.search(text):
        return found[0]
    for folder in (ROOT, Path.home(), Path(tempfile.gettempdir())):
        parts = [re.escape(part.strip("/\\")) for part in folder.parts]
        written = r"[\\/]+".join(parts)  # Windows writes backslashes, and repr() two for each
        if len(parts) > 1 and (found := re.search(rf"(?:(?<![\w./-])|(?<=file://)){written}(?![\w-])", text)):
            return found[0]
    return None


def _outputs(lesson: Lesson) -> Iterator[tuple[int, NotebookNode]]:
    for place, cell in lesson.code_cells:
        for output in cell.outputs:
            yield place, output


def _texts(output: NotebookNode) -> Iterator[str]:
    yield output.get("text", "")
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/") or kind == "image/svg+xml":
            yield content
    for described in output.get("metadata", {}).values():
        if isinstance(described, dict):
            yield str(described.get("alt", ""))
