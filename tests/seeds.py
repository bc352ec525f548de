"""Run lessons with several seeds on both sources: strict nbval, and how far each claim is from its bound.

    python -m tests.seeds 0-4 --only 03
    python -m tests.seeds 0,3,7

What has run is kept in build/seeds/ by lesson and state, so that an interrupted call goes on where it was.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbval.plugin import get_sanitize_patterns

from tests.margins import Run, report
from tests.regression import SANITIZER
from utils.authoring import anatomy, execute
from utils.scoreboard import SOURCES
from utils.settings import ROOT
from utils.storage import write_text

FINISHED = ROOT / "build" / "seeds"
# What a run depends on besides its lesson: what the lesson can import and read, how it is compared, and the versions.
FILES = ("utils/**/*.py", "data/reference_results.json", "tests/nbval.cfg", "tests/regression.py", "tests/figures.py")
NOT_IMPORTED = ("authoring", "notebooks.py")
PACKAGES = ("tensorflow", "keras", "numpy")


class Task(NamedTuple):
    """One run to be made: a lesson, the source of its digits, a seed, and where its result is kept."""

    path: Path
    source: str
    seed: int
    kept: Path


def seeds(text: str) -> list[int]:
    """The seeds that "0-4" or "0,3,7" names; ValueError for anything else."""
    found: list[int] = []
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        if not ends or int(ends[2] or ends[1]) < int(ends[1]):
            raise ValueError(f"seeds: got {text!r}, expected such as 0-4 or 0,3,7")
        found += range(int(ends[1]), int(ends[2] or ends[1]) + 1)
    return list(dict.fromkeys(found))


def state(path: Path, root: Path = ROOT) -> str:
    """A digest of all that can change the result of a lesson's run.

    Of the stored outputs the texts count, masked as nbval masks them: storing a lesson anew changes nothing by itself.
    """
    digest = hashlib.sha256()
    for pattern in FILES:
        for file in sorted(root.glob(pattern)):
            if not set(NOT_IMPORTED) & set(file.relative_to(root).parts):
                digest.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            digest.update(json.dumps([cell.source, [*map(_masked, cell.outputs)]]).encode())
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    digest.update(repr([sys.version_info[:2], versions]).encode())
    return digest.hexdigest()[:12]


def _masked(output: nbformat.NotebookNode) -> list[str]:
    texts = [
        output.get("text", ""),
        *(str(text) for kind, text in output.get("data", {}).items() if "image" not in kind),
    ]
    for pattern, replacement in get_sanitize_patterns(SANITIZER.read_text(encoding="ascii")):
        texts = [re.sub(pattern, replacement, text) for text in texts]
    return [output.output_type, *texts]


def run(task: Task) -> Run:
    """Make one run, with pytest in a process of its own; it is kept once it has come to its end."""
    with tempfile.TemporaryDirectory() as folder:
        noted, outcome = Path(folder, "claims.jsonl"), Path(folder, "report.xml")
        noted.touch()
        settings = {"COURSE_DATA": task.source, "COURSE_SEED": str(task.seed), "COURSE_CLAIMS": str(noted)}
        environment = {"OPENBLAS_NUM_THREADS": "1"}  # runs side by side would wait for each other's threads
        environment |= {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        options = ["-n0", "-q", "--color=no", "-p", "no:cacheprovider", f"--junitxml={outcome}"]
        command = [sys.executable, "-m", "pytest", str(task.path), *options]
        done = subprocess.run(command, cwd=ROOT, env=environment | settings, capture_output=True, check=False)
        claims = [json.loads(line) for line in noted.read_text(encoding="utf-8").splitlines()]
        if done.returncode not in (0, 1):  # 0 and 1: all cells ran, green or red
            words = (done.stdout + done.stderr).decode("utf-8", errors="replace").strip().splitlines()[-5:]
            return Run(task.path.stem, task.source, task.seed, ["\n".join(["pytest did not run it:", *words])], claims)
        finished = Run(task.path.stem, task.source, task.seed, list(_failures(outcome)), claims)
    write_text(task.kept, json.dumps(finished._asdict(), indent=1))
    return finished


def _failures(outcome: Path) -> Iterator[str]:
    """The cells that failed, each with what pytest says about it."""
    for case in ElementTree.parse(outcome).iter("testcase"):
        for problem in case:
            if problem.tag in ("failure", "error", "skipped"):
                text = re.sub(r"(?:\x1b|#x1B)\[[0-9;]*m", "", problem.text or problem.get("message", ""))
                yield f"{case.get('name')}: {text.strip()}"


def available(sources: Sequence[str]) -> list[str]:
    """Those sources whose digits can be had here; of the others one line says why not."""
    found = []
    for source in sources:
        try:
            execute.warm_caches(execute.kernel_environment(COURSE_DATA=source))
            found.append(source)
        except execute.ExecutionFailed as error:
            print(f"{source} is left out: {error}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns 0 if every run was green."""
    parser = argparse.ArgumentParser(prog="python -m tests.seeds", description=__doc__.splitlines()[0])
    parser.add_argument("seeds", nargs="?", default="0-4", type=seeds, help="such as 0-4 or 0,3,7")
    parser.add_argument("--only", default="", help="the beginning of a lesson's file name, such as 03")
    parser.add_argument("--workers", type=int, default=2, help="how many runs at once")
    options = parser.parse_args(arguments)
    paths = anatomy.lesson_paths(options.only)
    if not paths:
        parser.error(f"no lesson begins with {options.only!r} in notebooks/")
    sources = available(SOURCES)
    tasks = []
    for path in paths:
        folder = FINISHED / f"{path.stem}-{state(path)}"
        tasks += [
            Task(path, source, seed, folder / f"{source}-seed{seed}.json")
            for seed in options.seeds
            for source in sources
        ]
    waiting = [task for task in tasks if not task.kept.exists()]
    print(f"{len(tasks)} runs, {len(tasks) - len(waiting)} of them made before", flush=True)
    runs = [Run(**json.loads(task.kept.read_text(encoding="utf-8"))) for task in tasks if task not in waiting]
    with ThreadPoolExecutor(options.workers) as pool:
        try:
            for future in as_completed([pool.submit(run, task) for task in waiting]):
                runs.append(future.result())
                print(runs[-1].verdict(), flush=True)
        except BaseException:  # an interrupt: what has come to its end is kept, what waits is not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    print(report(runs))
    return 1 if not sources or any(one.failures for one in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
