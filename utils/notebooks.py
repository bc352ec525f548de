"""For authors: execute, normalise, verify and publish the lessons.

python -m utils.notebooks verify          hold the stored lessons against the course's rules
python -m utils.notebooks store 03        execute lesson 03 on MNIST and store its outputs
python -m utils.notebooks --help          everything else
"""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

from utils import models, scoreboard
from utils.authoring import address, anatomy, archive, execute, export, measure, overview, reset, rules

ROOT = address.ROOT


def verify(paths: Iterable[Path]) -> list[str]:
    """Hold stored lessons against the course's rules.

    Returns:
        One message for each broken rule, naming file and cell; none if all is well.
    """
    messages = []
    for path in paths:
        lesson = rules.read_lesson(path)
        messages += [message for rule in (*rules.STORED, *anatomy.ANATOMY) for message in rule(lesson)]
    return messages


def store(path: Path, **settings: str) -> execute.Execution:
    """Execute one notebook and store its outputs, unless they hold what a stored notebook may not.

    Args:
        path: the notebook.
        settings: environment variables for its kernel.

    Raises:
        ExecutionFailed: a cell failed, or its outputs are not fit to be stored.
    """

    def unfit(path: Path, notebook) -> list[str]:
        lesson = rules.read_lesson(path)._replace(notebook=notebook)
        return [message for rule in rules.CLEAN for message in rule(lesson)]

    return execute.store(path, unfit, **settings)


def store_lessons(only: str) -> int:
    """Execute lessons on MNIST and store them; returns how many failed."""
    failed = 0
    execute.warm_caches(execute.kernel_environment(COURSE_DATA="mnist"))
    for path in _lessons(only):
        with tempfile.TemporaryDirectory() as results:
            try:
                execution = store(path, COURSE_DATA="mnist", COURSE_RESULTS=results)
            except execute.ExecutionFailed as error:
                failed += 1
                print(f"{path.stem}: {error}", file=sys.stderr)
                continue
        print(f"{path.stem}: stored, {_cost(execution)}", flush=True)
    return failed


def normalise_lessons(only: str) -> int:
    """Rewrite lessons in canonical form, with the course's first cell, without executing them."""
    repository = address.read_repository()
    for path in _lessons(only):
        text = address.readdressed_notebook(path, repository)
        if text != path.read_text(encoding="utf-8"):
            execute.write_text(path, text)
            print(f"{path.stem}: rewritten")
    return 0


def verify_lessons(only: str) -> int:
    """Print each broken rule; returns how many."""
    paths = _lessons(only)
    messages = verify(paths)
    for message in messages:
        print(message, file=sys.stderr)
    if note := address.differing_remote():
        print(note)
    print(f"{len(paths)} lessons, {len(messages)} broken rules")
    return len(messages)


def measure_lessons(only: str) -> int:
    """Execute lessons with three seeds on both sources; what they record becomes part of the reference results."""
    for path in _lessons(only):
        measure.measure_lesson(path, scoreboard.SOURCES)
    return 0


def measure_recipes(only: str) -> int:
    """Train recipes with three seeds on both sources; what they reach becomes part of the reference results."""
    names = [name for name in models.RECIPES if only in ("", name)]
    if not names:
        raise SystemExit(f"no recipe is called {only!r}; there are {', '.join(models.RECIPES)}")
    measure.measure_recipes(names, scoreboard.SOURCES)
    return 0


def write_overview(_: str) -> int:
    """Write the README's table of lessons."""
    changed = overview.update_readme(anatomy.lesson_paths())
    print("README.md: rewritten" if changed else "README.md: nothing to change")
    return 0


def export_lessons(only: str) -> int:
    """Execute lessons and write them as web pages; returns how many failed."""
    failed = 0
    folder = ROOT / "build" / "html"
    pages = []
    execute.warm_caches(execute.kernel_environment())
    for path in _lessons(only):
        print(f"{path.stem} ...", end=" ", flush=True)
        try:
            execution = execute.execute(path, execute.kernel_environment())
            pages.append(export.write_page(path, execution.notebook, folder))
        except Exception as error:  # whatever is wrong with one lesson, the others get their pages
            failed += 1
            if not isinstance(error, execute.ExecutionFailed | ValueError):
                traceback.print_exc()
            print(f"failed: {str(error) or type(error).__name__}", flush=True)
            continue
        print(f"{_cost(execution)}, {pages[-1].path.relative_to(ROOT)}", flush=True)
    print(f"index: {export.write_index(pages, folder).relative_to(ROOT)}")
    return failed


def set_repository(repository: str) -> int:
    """Write the repository's address wherever it stands; "none" or nothing takes it out."""
    try:
        changed = address.set_repository("" if repository == "none" else repository)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(f"changed {path.relative_to(ROOT)}" for path in changed) or "nothing to change")
    return 0


def write_archive(_: str) -> int:
    """Write the course as one archive."""
    print(f"written: {archive.write_archive(ROOT).relative_to(ROOT).as_posix()}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns 0 if all went well."""
    parser = argparse.ArgumentParser(prog="python -m utils.notebooks", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, action, text in (
        ("store", store_lessons, "execute lessons on real MNIST and store their outputs in canonical form"),
        (
            "verify",
            verify_lessons,
            "hold the stored lessons against the course's rules; one message for each broken rule",
        ),
        (
            "normalise",
            normalise_lessons,
            "rewrite lessons in canonical form, with the course's first cell, without executing",
        ),
        (
            "measure",
            measure_lessons,
            "execute lessons with three seeds on both sources and keep what they record as reference results",
        ),
        (
            "html",
            export_lessons,
            "execute lessons and write them as web pages to build/html/, with an index page",
        ),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("only", nargs="?", default="", help="the beginning of a lesson's file name, such as 03")
        command.set_defaults(action=action, argument="only")
    text = "train recipes with three seeds on both sources and keep what they reach as reference results"
    command = commands.add_parser("recipes", help=text, description=text)
    command.add_argument("recipe", nargs="?", default="", help=f"one of {', '.join(models.RECIPES)}; all without it")
    command.set_defaults(action=measure_recipes, argument="recipe")
    text = "write the README's table of lessons, from the lessons and from data/lesson_costs.json"
    command = commands.add_parser("readme", help=text, description=text)
    command.set_defaults(action=write_overview, argument="command")
    text = "write the repository's address into pyproject.toml, the README, badges and first cells"
    command = commands.add_parser("repository", help=text, description=text)
    command.add_argument("address", metavar="OWNER/NAME", help="as on github.com; none where the course has no address")
    command.set_defaults(action=set_repository, argument="address")
    text = "put lessons and caches back as they were (your lessons are copied to build/ first)"
    command = commands.add_parser("reset", help=text, description=text)
    command.set_defaults(action=lambda _: reset.reset(ROOT), argument="command")
    text = "write the course as one archive to build/, for Colab, Kaggle or a classroom's disk"
    command = commands.add_parser("zip", help=text, description=text)
    command.set_defaults(action=write_archive, argument="command")
    chosen = parser.parse_args(arguments)
    try:
        return 1 if chosen.action(getattr(chosen, chosen.argument)) else 0
    except execute.ExecutionFailed as error:
        print(error, file=sys.stderr)
        return 1


def _lessons(only: str) -> list[Path]:
    paths = anatomy.lesson_paths(only)
    if not paths:
        raise SystemExit(f"no lesson begins with {only!r} in notebooks/")
    return paths


def _cost(execution: execute.Execution) -> str:
    memory = f", {execution.peak_megabytes:.0f} MB" if execution.peak_megabytes else ""
    return f"{execution.seconds:.1f} s{memory}"


if __name__ == "__main__":
    sys.exit(main())
