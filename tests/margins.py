"""How far claims were from their bounds, in runs with several seeds."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

UPWARD = ("at least", "above")  # these bounds lie below the number, the others above it


class Run(NamedTuple):
    """A lesson's run with one seed on one source: the cells that failed, and its claims in their order.

    A claim is a dictionary: sentence, value, and bounds by their words, as in {"at least": 0.965}.
    """

    lesson: str
    source: str
    seed: int
    failures: list[str]
    claims: list[dict[str, Any]]

    def verdict(self) -> str:
        """One line about the run."""
        return f"{self.lesson} on {self.source}, seed {self.seed}: " + (
            f"{len(self.failures)} cells FAILED" if self.failures else "green"
        )


class Margin(NamedTuple):
    """The smallest distance of one claim's number to its bound on one source, and where; all in the claim's units.

    `spread` is the standard deviation of the claim's numbers over the seeds; None for a single one. A negative margin
    is a claim that failed; minus infinity one whose number was NaN.
    """

    claim: str
    margin: float
    spread: float | None
    value: float
    bound: str
    source: str
    seed: int

    @property
    def is_thin(self) -> bool:
        """Whether another seed may well fail."""
        return self.margin < (self.spread or 0)


def margins(runs: Iterable[Run]) -> list[Margin]:
    """For each claim of a lesson's runs the margin on that source where it is thinnest, beside its spread there.

    A sentence that is claimed several times in a run, as in a loop, is counted: its second claim is "... (2)".
    """
    found: dict[str, dict[str, list[Margin]]] = {}
    for run in runs:
        for margin in _margins_of(run):
            found.setdefault(margin.claim, {}).setdefault(run.source, []).append(margin)
    return [
        min(map(_smallest, sources.values()), key=lambda smallest: smallest.margin - (smallest.spread or 0))
        for sources in found.values()
    ]


def _margins_of(run: Run) -> Iterator[Margin]:
    times: Counter[str] = Counter()
    for claim in run.claims:
        times[claim["sentence"]] += 1
        number = times[claim["sentence"]]
        name = claim["sentence"] + (f" ({number})" if number > 1 else "")
        value = claim["value"]
        distances = {
            f"{words} {bound:g}": value - bound if words in UPWARD else bound - value
            for words, bound in claim["bounds"].items()
        }
        bound = min(distances, key=distances.__getitem__)
        margin = -math.inf if math.isnan(value) else distances[bound]
        yield Margin(name, margin, None, value, bound, run.source, run.seed)


def _smallest(seeds: list[Margin]) -> Margin:
    """The smallest margin of one claim on one source, with the spread of its numbers over the seeds."""
    finite = [margin.value for margin in seeds if math.isfinite(margin.value)]
    spread = statistics.stdev(finite) if len(finite) > 1 else None
    return min(seeds, key=lambda margin: margin.margin)._replace(spread=spread)


def report(runs: Iterable[Run]) -> str:
    """What the runs showed, lesson by lesson: failures, and a table of the claims."""
    lessons: dict[str, list[Run]] = {}
    for run in sorted(runs):
        lessons.setdefault(run.lesson, []).append(run)
    return "\n".join(line for name, of_lesson in lessons.items() for line in _lines(name, of_lesson))


def _lines(lesson: str, runs: list[Run]) -> Iterator[str]:
    yield f"\n{lesson}: {sum(not run.failures for run in runs)} of {len(runs)} runs are green"
    for run in runs:
        for failure in run.failures:
            yield f"\n{run.verdict()}\n    " + failure.replace("\n", "\n    ")
    yield f"\n  {'margin':>10} {'spread':>10}   {'number, bound, where':46} claim"
    reached = Counter(margin.claim for run in runs for margin in _margins_of(run))
    for claim in margins(runs):
        spread = "–" if claim.spread is None else f"{claim.spread:.3g}"
        where = f"{claim.value:.5g}, {claim.bound}, {claim.source} {claim.seed}"
        missing = "" if reached[claim.claim] == len(runs) else f" [in {reached[claim.claim]} of {len(runs)} runs]"
        yield f"{'!' if claim.is_thin else ' '} {claim.margin:10.3g} {spread:>10}   {where:46} {claim.claim}{missing}"
    if thin := sum(claim.is_thin for claim in margins(runs)):
        yield f"! {thin} of its claims have a margin below their spread over the seeds: another seed may well fail"
