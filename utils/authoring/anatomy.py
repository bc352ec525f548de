"""The rules that make a notebook a lesson of this course: parts, cells, exercises, language."""

import re
import statistics
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from utils.authoring import overview, source
from utils.authoring.address import ROOT, badge, first_cell, read_repository
from utils.authoring.links import broken_links
from utils.authoring.rules import Lesson
from utils.authoring.sittings import has_honest_sittings

LONGEST_CELL, LONGEST_MEDIAN = 25, 8  # lines of code
FEWEST_CLAIMS, MOST_CLAIMS = 5, 15
PARTS = (
    "You will",
    "You need",
    "Time",
    "Your turn",
    "What you learnt",
    "Common mistakes",
    "Further reading",
)
# Of these a helper can say what was drawn, but not what it means.
IN_THE_AUTHORS_WORDS = frozenset(
    {
        "bars",
        "class_maps",
        "curve_panels",
        "curves",
        "gradient_flow",
        "grid_nets",
        "histograms",
        "over_rows",
        "points_and_curves",
        "unit_maps",
    }
)
FORBIDDEN = re.compile(
    r"let['\u2019]s dive|\bpowerful\b|worth noting|as we can see|\bsimply\b|===="
    r"|\bamazing\b|\bincredibl[ey]\b|mind-blowing|game-chang|revolutionary|cutting-edge",
    re.IGNORECASE,
)
EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
REJECTED, ACCEPTED = re.compile(r"^\s*✗ ", re.MULTILINE), re.compile(r"^\s*✓ ", re.MULTILINE)


def has_its_first_cells(lesson: Lesson) -> Iterator[str]:
    """The first code cell is the course's, word for word; the second starts the lesson."""
    cells = lesson.code_cells
    if not cells or cells[0][1].source != first_cell(read_repository()):
        yield (
            f"{lesson.path.name}, code cell 1: differs from the first cell of all lessons; "
            "write it with: python -m utils.notebooks normalise"
        )
    second = cells[1][1].source if len(cells) > 1 else ""
    if not re.match(r"from utils import lesson\n\n(seed = )?lesson\.start\(", second):
        yield f"{lesson.path.name}, code cell 2: expected first: from utils import lesson; lesson.start()"


def has_its_badge(lesson: Lesson) -> Iterator[str]:
    """The badge opens this very lesson on Colab."""
    expected = badge(read_repository(), lesson.path.name)
    badges = [line for line in _markdown(lesson).splitlines() if "colab-badge" in line]
    if [line.strip() for line in badges] != [expected]:
        yield f"{lesson.path.name}: expected one badge, on a line of its own: {expected}"


def has_its_parts(lesson: Lesson) -> Iterator[str]:
    """The lesson begins with its only title and has the parts that a reader looks for, in their order."""
    markdown = _markdown(lesson)
    titles = re.findall(r"^# .+", markdown, re.MULTILINE)
    if len(titles) != 1 or not lesson.cells[0].source.startswith("# "):
        yield f"{lesson.path.name}: expected one title (# ...), in the first cell; found {len(titles)}"
    places = [re.search(rf"^(?:#+ |\*\*){part}\b", markdown, re.MULTILINE) for part in PARTS]
    for part, place in zip(PARTS, places, strict=True):
        if place is None:
            yield f"{lesson.path.name}: no part '{part}' (a heading, or bold at a line's beginning)"
    found = [place.start() for place in places if place]
    if found != sorted(found):
        yield f"{lesson.path.name}: the parts are not in the order {', '.join(PARTS)}"


def introduces_itself(lesson: Lesson) -> Iterator[str]:
    """The lesson says what the README's table of lessons needs to know."""
    try:
        overview.introduction(lesson.path.stem, lesson.notebook)
    except ValueError as error:
        yield f"{lesson.path.name}: {error}"


def has_short_cells(lesson: Lesson) -> Iterator[str]:
    """Code comes in short cells: at most 25 lines, and half of them at most 8."""
    lengths = {}
    for place, cell in lesson.code_cells[1:]:
        length = sum(bool(line.strip()) for line in cell.source.splitlines())
        if length > LONGEST_CELL:
            yield f"{lesson.at(place)}: {length} lines of code, expected at most {LONGEST_CELL}"
        if not is_solution(cell):
            lengths[place] = length
    if lengths and (median := statistics.median(lengths.values())) > LONGEST_MEDIAN:
        yield f"{lesson.path.name}: the median cell has {median:g} lines of code, not {LONGEST_MEDIAN}"


def has_authored_descriptions(lesson: Lesson) -> Iterator[str]:
    """Where a helper cannot make a sentence about what the picture means, the author gives it."""
    for place, cell in lesson.code_cells:
        for helper in source.calls_without(cell.source, IN_THE_AUTHORS_WORDS, "description"):
            yield f"{lesson.at(place)}: {helper}(...) without description=, a sentence that says what the picture shows"


def has_its_claims(lesson: Lesson) -> Iterator[str]:
    """Conclusions that matter are claimed: neither too few are guarded nor trivialities."""
    count = sum(source.calls(cell.source).count("claim") for _, cell in lesson.code_cells if not is_solution(cell))
    if not FEWEST_CLAIMS <= count <= MOST_CLAIMS:
        yield f"{lesson.path.name}: {count} claims, expected {FEWEST_CLAIMS} to {MOST_CLAIMS}"


def is_python(lesson: Lesson) -> Iterator[str]:
    """Every code cell can be parsed; the rules about code see nothing in the others."""
    for place, cell in lesson.code_cells:
        if not source.is_python(cell.source):
            yield f"{lesson.at(place)}: no valid Python"


def has_no_try(lesson: Lesson) -> Iterator[str]:
    """No cell but the first, which is the same in every lesson, catches exceptions: what fails must be seen."""
    for place, cell in lesson.code_cells[1:]:
        if source.has_try(cell.source):
            yield f"{lesson.at(place)}: holds try/except"


def has_collapsed_solutions(lesson: Lesson) -> Iterator[str]:
    """Solutions are tagged, collapsed in JupyterLab and on Colab, and leave the student's names alone."""
    students_names = set()
    after_your_turn = False
    for place, cell in enumerate(lesson.cells):
        if cell.cell_type == "markdown":
            after_your_turn |= bool(re.search(r"^#+ Your turn\b", cell.source, re.MULTILINE))
            continue
        titled = cell.source.startswith("# @title Solution")
        if not is_solution(cell):
            students_names |= source.assigned_names(cell.source) if after_your_turn else set()
            if titled or any(name.startswith("solution_") for name in source.assigned_names(cell.source)):
                yield f"{lesson.at(place)}: a solution without the tag solution"
            continue
        if not titled:
            yield f"{lesson.at(place)}: expected a solution's first line: # @title Solution: ..."
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            yield f"{lesson.at(place)}: JupyterLab shows this solution (jupyter.source_hidden is not set)"
        if cell.metadata.get("cellView") != "form":
            yield f"{lesson.at(place)}: Colab shows this solution (cellView is not 'form')"
        if overwritten := sorted(students_names & source.assigned_names(cell.source)):
            yield f"{lesson.at(place)}: the solution overwrites the student's {', '.join(overwritten)}"


def has_honest_exercises(lesson: Lesson) -> Iterator[str]:
    """Every check rejects the starter and accepts the solution, as the stored outputs show."""
    verdicts: dict[str, dict[bool, tuple[int, str]]] = {}
    for place, cell in lesson.code_cells:
        for name in source.checks(cell.source):
            printed = "".join(output.get("text", "") for output in cell.outputs)
            verdicts.setdefault(name, {})[is_solution(cell)] = (place, printed)
    for name, cells in verdicts.items():
        for solution, what in ((False, "starter"), (True, "solution")):
            if solution not in cells:
                yield f"{lesson.path.name}: check.{name} has no {what} cell"
        if False in cells and not REJECTED.search(cells[False][1]):
            yield f"{lesson.at(cells[False][0])}: check.{name} accepts the starter (no line begins with ✗)"
        if True in cells and (not ACCEPTED.search(cells[True][1]) or REJECTED.search(cells[True][1])):
            yield f"{lesson.at(cells[True][0])}: check.{name} rejects the solution (expected ✓ and no ✗)"


def speaks_plainly(lesson: Lesson) -> Iterator[str]:
    """Neither words that say nothing, nor banners, nor emoji in headings, nor a heading said twice."""
    for place, cell in enumerate(lesson.cells):
        for found in FORBIDDEN.finditer(cell.source):
            yield f"{lesson.at(place)}: {found[0]!r} is not for lessons"
        if cell.cell_type != "markdown":
            continue
        for heading, text in re.findall(r"^#+ +(.+?)\s*\n+([^\n]*)", cell.source + "\n", re.MULTILINE):
            if EMOJI.search(heading):
                yield f"{lesson.at(place)}: emoji in the heading {heading!r}"
            if text.casefold().startswith(heading.casefold().rstrip(".!?")) and text:
                yield f"{lesson.at(place)}: the section begins by repeating its heading {heading!r}"


def has_links_that_resolve(lesson: Lesson) -> Iterator[str]:
    """Links into the project lead somewhere."""
    for place, cell in enumerate(lesson.cells):
        if cell.cell_type == "markdown":
            for link in broken_links(cell.source, lesson.path.parent, ROOT, _markdown(lesson)):
                yield f"{lesson.at(place)}: the link {link} leads nowhere in the project"


ANATOMY = (
    is_python,
    has_its_first_cells,
    has_its_badge,
    has_its_parts,
    introduces_itself,
    has_honest_sittings,
    has_short_cells,
    has_authored_descriptions,
    has_its_claims,
    has_no_try,
    has_collapsed_solutions,
    has_honest_exercises,
    speaks_plainly,
    has_links_that_resolve,
)


def is_solution(cell: NotebookNode) -> bool:
    """Whether a cell is tagged as the solution of an exercise."""
    return "solution" in cell.metadata.get("tags", [])


def lesson_paths(only: str = "", root: Path = ROOT) -> list[Path]:
    """The lessons in teaching order: all of them, or those whose file name begins with `only`."""
    return sorted(path for path in (root / "notebooks").glob("[0-9][0-9]_*.ipynb") if path.name.startswith(only))


def _markdown(lesson: Lesson) -> str:
    return "\n\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
