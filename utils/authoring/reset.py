"""Put lessons and caches back as they were."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

# A downloaded mnist.npz stays: fetching it again needs a network.
CACHES = ("data/digits.npz", "data/scoreboard.json", "data/scoreboard.json.lock", "data/models", "build/html")


def reset(root: Path) -> int:
    """Restore the lessons from git, keeping a copy of changed ones, and remove the caches.

    Args:
        root: the project's folder.

    Returns:
        0, or 1 where the lessons could not be restored because git does not know them.
    """
    for cache in CACHES:
        path = root / cache
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        print(f"removed {cache}")
    if not _known_to_git(root):
        print(
            "The lessons were left as they are: this folder is not a git clone of the course, or git is not "
            "installed. To get the original lessons, download the course again.",
            file=sys.stderr,
        )
        return 1
    changed = _changed_lessons(root)
    if changed:
        copies = root / "build" / time.strftime("before-reset-%Y%m%d-%H%M%S")
        _copy(changed, root, copies)
        _git(root, "checkout", "--quiet", "HEAD", "--", "notebooks")
        print(f"restored {len(changed)} lessons; yours are in {copies.relative_to(root)}")
    else:
        print("no lesson was changed")
    return 0


def _known_to_git(root: Path) -> bool:
    if shutil.which("git") is None:
        return False
    listed = _git(root, "ls-tree", "--name-only", "HEAD", "notebooks/", check=False)
    return listed.returncode == 0 and bool(listed.stdout.strip())


def _changed_lessons(root: Path) -> list[Path]:
    """The lessons that differ from the last commit, deleted ones too; a student's own files do not count."""
    listed = _git(root, "diff", "--name-only", "--relative", "-z", "HEAD", "--", "notebooks")
    return [root / name for name in listed.stdout.split("\0") if name]


def _copy(paths: list[Path], root: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for path in paths:
        if path.exists():
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _git(root: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["git", "-C", str(root), *arguments], check=check, capture_output=True, text=True, encoding="utf-8"
    )
