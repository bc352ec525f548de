"""Put lessons and caches back as they were, and lose nothing of a student's."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

# A student's own: results (a file each, and the single file of earlier versions) and trained models.
OWN = ("data/results", "data/scoreboard.json", "data/models")
# What is built again in seconds. A downloaded mnist.npz stays: fetching it again needs a network.
CACHES = ("data/digits.npz", "data/scoreboard.json.lock", "build/html")


class GitError(RuntimeError):
    """Git did not do what it was asked; the message holds its own words."""


def reset(root: Path) -> int:
    """Copy a student's lessons, results and models to build/, then restore the lessons and remove the rest.

    Lessons become those of the upstream commit on which the student's work stands, so that committed work is taken for
    changed, too; where git knows no upstream, those of the last commit. Copying comes first and removing last.

    Args:
        root: the project's folder.

    Returns:
        0, or 1 where the lessons could not be restored, or not everything was done; a printed sentence says why.
    """
    try:
        original = _original_commit(root)
        changed = _changed_lessons(root, original) if original else []
        copies = _copy([name for name in (*changed, *OWN) if (root / name).exists()], root)
    except (OSError, GitError) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 1
    if copies:
        print(f"copied what is yours to {copies.relative_to(root).as_posix()}")
    try:
        if changed:
            _git(root, "restore", f"--source={original}", "--worktree", "--", *changed)
        _say_what_became_of_the_lessons(root, original, len(changed))
        for name in (*OWN, *CACHES):
            if _remove(root / name):
                print(f"removed {name}")
    except (OSError, GitError) as error:
        print(f"Stopped in the middle: {error}\nWhat is yours was copied before, and stays there.", file=sys.stderr)
        return 1
    return 0 if original else 1


def _original_commit(root: Path) -> str | None:
    """The commit that holds the lessons as they were; "HEAD" without an upstream, None where git knows no lessons."""
    if shutil.which("git") is None:
        return None
    listed = _run(root, "ls-tree", "--name-only", "HEAD", "notebooks/")
    if listed.returncode or not listed.stdout.strip():
        return None
    for upstream in ("@{upstream}", "origin/HEAD"):
        base = _run(root, "merge-base", "HEAD", upstream)  # the newest upstream itself may need newer helpers
        if not base.returncode:
            return base.stdout.strip()
    return "HEAD"


def _changed_lessons(root: Path, original: str) -> list[str]:
    """The lessons that differ from a commit, deleted ones too; a student's own files do not count."""
    options = ("--name-only", "--relative", "--no-renames", "--diff-filter=a", "-z")
    return [name for name in _git(root, "diff", *options, original, "--", "notebooks").split("\0") if name]


def _copy(names: Iterable[str], root: Path) -> Path | None:
    """Copy files and folders into a new folder in build/; returns it, or None where there was nothing to copy."""
    folder = None
    for name in names:
        folder = folder or _new_folder(root / "build")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (root / name).is_dir():
            shutil.copytree(root / name, target)
        else:
            shutil.copy2(root / name, target)
    return folder


def _new_folder(parent: Path) -> Path:
    name, number = time.strftime("before-reset-%Y%m%d-%H%M%S"), 1
    folder = parent / name
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    folder.mkdir(parents=True)
    return folder


def _remove(path: Path) -> bool:
    """Remove a file, a folder, or a link without what it leads to; returns whether it was there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists() or path.is_symlink():
        path.unlink()
    else:
        return False
    return True


def _say_what_became_of_the_lessons(root: Path, original: str | None, count: int) -> None:
    if original is None:
        print(
            "The lessons were left as they are: this folder is not a git clone of the course, or git is not "
            "installed. To get the original lessons, download the course again.",
            file=sys.stderr,
        )
        return
    short = _git(root, "rev-parse", "--short", original).strip()
    what = "your last commit" if original == "HEAD" else "the upstream commit"
    lessons = "1 lesson" if count == 1 else f"{count} lessons"
    print(f"restored {lessons} to {what} {short}" if count else f"no lesson differs from {what} {short}")
    if original == "HEAD":
        print("Git knows no upstream here: what you may have committed in lessons was left alone.")


def _git(root: Path, *arguments: str) -> str:
    done = _run(root, *arguments)
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], check=False, capture_output=True, encoding="utf-8", errors="replace"
    )
