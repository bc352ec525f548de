"""The README's table of lessons: written from the lessons and from what running them was measured to cost."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode

from utils.settings import ROOT
from utils.storage import write_text

COSTS = ROOT / "data" / "lesson_costs.json"
BEGIN = "<!-- Written by: python -m utils.notebooks readme -->"
END = "<!-- The table ends here. -->"
UNKNOWN = "–"


class Introduction(NamedTuple):
    """What a lesson says about itself: its title, what one learns, and how long reading takes."""

    title: str
    summary: str
    time: str


class Cost(NamedTuple):
    """What Run All takes: seconds, the kernel's start included, and the kernel's peak memory in MB."""

    seconds: float
    megabytes: float | None


def introduction(name: str, notebook: NotebookNode) -> Introduction:
    """What a lesson says about itself.

    Title and time stand in its first cell; what one learns, in half a sentence, stands in the notebook's metadata,
    as {"course": {"summary": "..."}}.

    Raises ValueError that says what is missing.
    """
    head = notebook.cells[0].source if notebook.cells else ""
    title = re.search(r"^# +(.+)$", head, re.MULTILINE)
    if not title:
        raise ValueError("no title (# ...) in the first cell")
    time = re.search(r"\*\*Time\*\*:? +(?:about )?([^.;]*?\d) minutes\b", head, re.IGNORECASE)
    if not time:
        raise ValueError("no reading time in the first cell, such as: **Time** two sittings of about 35 and 40 minutes")
    summary = str(notebook.metadata.get("course", {}).get("summary", "")).strip()
    if not summary or re.search(r"[|\n]", summary) or len(summary) > 250:
        raise ValueError(
            f"the notebook's metadata should say what one learns in {name}, in at most 250 characters of one line, as "
            f'{{"course": {{"summary": "..."}}}}; got {summary!r}'
        )
    return Introduction(title[1].strip(), summary, f"{time[1]} min")


def table(lessons: Sequence[Path], costs: dict[str, Cost]) -> str:
    """The table in Markdown, a line for each lesson, with a dash for what was not measured.

    Raises ValueError, naming the lesson, where one does not introduce itself.
    """
    lines = ["| lesson | what you learn | reading | Run All | memory |", "| --- | --- | --- | --- | --- |"]
    for path in lessons:
        try:
            title, summary, time = introduction(path.stem, nbformat.read(path, as_version=4))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        cost = costs.get(path.stem)
        seconds = f"{cost.seconds:.0f} s" if cost else UNKNOWN
        memory = f"{cost.megabytes / 1000:.1f} GB" if cost and cost.megabytes else UNKNOWN
        number = path.stem.partition("_")[0]
        lines.append(f"| [{number} {title}](notebooks/{path.name}) | {summary} | {time} | {seconds} | {memory} |")
    return "\n".join(lines)


def with_table(readme: str, lessons: Sequence[Path], costs: dict[str, Cost]) -> str:
    """The README with the table between its two marks. Raises ValueError where they are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md: expected the marks {BEGIN} and {END} around the table of lessons")
    return f"{before}{BEGIN}\n\n{table(lessons, costs)}\n\n{END}{after}"


def update_readme(lessons: Sequence[Path], root: Path = ROOT) -> bool:
    """Write the table into the README; returns whether that changed it. Raises as with_table does."""
    path = root / "README.md"
    old = path.read_text(encoding="utf-8")
    new = with_table(old, lessons, read_costs())
    if new != old:
        write_text(path, new)
    return new != old


def read_costs() -> dict[str, Cost]:
    """What each lesson was measured to cost, by its file's name without ending."""
    stored: dict[str, Any] = json.loads(COSTS.read_text(encoding="utf-8"))
    return {name: Cost(**cost) for name, cost in stored["lessons"].items()}


def write_costs(measured: dict[str, Cost], machine: str) -> None:
    """Keep what lessons were measured to cost on one kind of machine; lessons that were not measured stay."""
    costs = (read_costs() if COSTS.exists() else {}) | measured
    lessons = {name: cost._asdict() for name, cost in sorted(costs.items())}
    write_text(COSTS, json.dumps({"machine": machine, "lessons": lessons}, indent=1) + "\n")
