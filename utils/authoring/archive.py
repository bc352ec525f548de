"""The course as one archive, for places that it cannot be cloned from: Colab, Kaggle, a classroom's disk."""

import subprocess
import zipfile
from pathlib import Path

from utils.authoring.address import COURSE

# What belongs to the course where git cannot say so: DESIGN's layout, without caches and what a student made.
LAYOUT = (
    *("README.md", "requirements.txt", "Makefile", "pyproject.toml", "LICENSE", "conftest.py"),
    *(".gitignore", ".gitattributes", ".ci/run", ".github/**/*", "binder/*", "notebooks/[0-9][0-9]_*.ipynb"),
    *(
        "utils/**/*",
        "tests/**/*",
        "data/README.md",
        "data/reference_results.json",
        "data/lesson_costs.json",
        "data/seattle_weather.csv",
        "data/imagenet/*",
    ),
)
LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")


def write_archive(root: Path) -> Path:
    """Write build/deep-learning-course.zip, which unpacks to one folder of that name.

    It holds the files that git tracks, as they are in the folder now; without git, those that belong to the course.

    Returns:
        The archive's path. An interrupt leaves the old archive, or none.
    """
    archive = root / "build" / f"{COURSE}.zip"
    archive.parent.mkdir(exist_ok=True)
    partial = archive.with_name(archive.name + ".partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as written:
            for name in course_files(root):
                written.write(root / name, f"{COURSE}/{name}")
        partial.replace(archive)
    finally:
        partial.unlink(missing_ok=True)
    return archive


def course_files(root: Path) -> list[str]:
    """The names of the course's files, relative to `root`, with slashes, sorted."""
    names = _tracked(root)
    if not names:
        found = (path for pattern in LAYOUT for path in root.glob(pattern) if not set(LEFT_OUT) & set(path.parts))
        names = {path.relative_to(root).as_posix() for path in found}
    return sorted(name for name in names if (root / name).is_file())


def _tracked(root: Path) -> set[str]:
    """What git tracks in `root`; nothing where there is no git, or where `root` is not the top of a clone."""
    if not (root / ".git").exists():
        return set()
    try:
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z"], capture_output=True, encoding="utf-8", check=False
        )
    except OSError:
        return set()
    return set(listed.stdout.split("\0")) - {""}
