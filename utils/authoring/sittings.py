"""How long a lesson takes to read in class: in sittings, which end at the marked breaks."""

import re
from collections.abc import Iterator

from utils.authoring.rules import Lesson

WORDS_A_MINUTE, LINES_A_MINUTE = 130, 6
LONGEST_SITTING = 45  # minutes
MOST_SITTINGS = 3
TOLERANCE = 5  # minutes between what a lesson says and what is counted
BREAK = re.compile(r"^\*\*A good place for a break", re.MULTILINE)
_YOUR_TURN = re.compile(r"^#+ Your turn\b", re.MULTILINE)
_TIME = re.compile(
    r"^\*\*Time\*\*:? +(?:two|three) sittings of about ([\d, and]+) minutes", re.MULTILINE | re.IGNORECASE
)


def minutes_of_sittings(lesson: Lesson) -> list[float]:
    """Minutes of each sitting, the exercises apart: words at 130 and lines of code at 6 a minute.

    The two cells with which every lesson begins are not counted; what stands behind *Your turn* is not either.
    """
    minutes, code_cells = [0.0], 0
    for cell in lesson.cells:
        if cell.cell_type == "code":
            code_cells += 1
            lines = sum(bool(line.strip()) for line in cell.source.splitlines())
            minutes[-1] += lines / LINES_A_MINUTE if code_cells > 2 else 0
            continue
        if _YOUR_TURN.search(cell.source):
            break
        minutes[-1] += len(re.findall(r"\w+", cell.source)) / WORDS_A_MINUTE
        if BREAK.search(cell.source):
            minutes.append(0.0)
    return minutes


def has_honest_sittings(lesson: Lesson) -> Iterator[str]:
    """No sitting is longer than 45 minutes, and the lesson says truly how long each one is."""
    counted = minutes_of_sittings(lesson)
    said = _TIME.search(lesson.cells[0].source) if lesson.cells else None
    if not said:
        yield (
            f"{lesson.path.name}: expected in the first cell: **Time** two sittings of about "
            f"{' and '.join(f'{minutes:.0f}' for minutes in counted)} minutes"
        )
        return
    for number, minutes in enumerate(counted, start=1):
        if minutes > LONGEST_SITTING:
            yield f"{lesson.path.name}: sitting {number}: {minutes:.0f} minutes, expected at most {LONGEST_SITTING}"
    told = [int(text) for text in re.findall(r"\d+", said[1])]
    if not 2 <= len(counted) <= MOST_SITTINGS or len(told) != len(counted):
        yield (
            f"{lesson.path.name}: says {len(told)} sittings and has {len(counted)} (one more than marked breaks), "
            f"expected the same number, 2 or {MOST_SITTINGS}"
        )
    elif any(abs(a - b) > TOLERANCE for a, b in zip(told, counted, strict=True)):
        found = ", ".join(f"{minutes:.0f}" for minutes in counted)
        yield f"{lesson.path.name}: says sittings of {said[1].strip()} minutes, counted were {found}"
