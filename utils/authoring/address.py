"""The repository's address: written once, in pyproject.toml, and from there into badges and first cells."""

import re
from pathlib import Path

import nbformat

from utils.authoring.execute import ROOT, canonical, normalise, write_text

_SETTING = re.compile(r'^repository = "([^"]*)"$', re.MULTILINE)
_ADDRESS = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_.-]*[A-Za-z0-9_-]")

# A lesson opened as a single file finds nothing to import: the message says what to do instead.
_FIRST_CELL = """\
# Find the course, so that its helpers can be imported; on Colab, fetch it first. The same in all lessons.
import subprocess
import sys
from pathlib import Path

address = "https://github.com/OWNER/NAME"
if "google.colab" in sys.modules and not Path("NAME").exists():
    subprocess.run(["git", "clone", "--quiet", "--depth=1", address], check=True)
folders = [Path.cwd(), *Path.cwd().parents, Path("NAME").resolve()]
course = next((str(folder) for folder in folders if (folder / "utils" / "lesson.py").exists()), None)
if course is None:
    raise FileNotFoundError(f"this notebook needs the whole course around it: {address}")
if course not in sys.path:
    sys.path.insert(0, course)"""


def read_repository(root: Path = ROOT) -> str:
    """OWNER/NAME as pyproject.toml gives it in [tool.course]."""
    found = _SETTING.search((root / "pyproject.toml").read_text(encoding="utf-8"))
    if not found:
        raise ValueError('pyproject.toml: no line repository = "OWNER/NAME" in [tool.course]')
    return found[1]


def first_cell(repository: str) -> str:
    """The source of every lesson's first code cell."""
    owner, name = repository.split("/")
    return _FIRST_CELL.replace("OWNER", owner).replace("NAME", name)


def badge(repository: str, filename: str) -> str:
    """The Markdown of a lesson's badge, which opens that lesson on Colab."""
    return (
        "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        f"(https://colab.research.google.com/github/{repository}/blob/main/notebooks/{filename})"
    )


def set_repository(repository: str, root: Path = ROOT) -> list[Path]:
    """Write a new address into pyproject.toml, the README, every badge and every first cell.

    Args:
        repository: OWNER/NAME on GitHub.
        root: the project's folder.

    Returns:
        The files that changed.

    Raises:
        ValueError: the address is not of the form OWNER/NAME.
    """
    if not _ADDRESS.fullmatch(repository):
        raise ValueError(f"repository: got {repository!r}, expected OWNER/NAME as on github.com")
    old = read_repository(root)
    pyproject = root / "pyproject.toml"
    new_texts = {pyproject: _SETTING.sub(f'repository = "{repository}"', pyproject.read_text(encoding="utf-8"))}
    if (root / "README.md").exists():
        readme = root / "README.md"
        new_texts[readme] = _readdressed(readme.read_text(encoding="utf-8"), old, repository)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        new_texts[path] = readdressed_notebook(path, old, repository)
    changed = [path for path, text in new_texts.items() if path.read_text(encoding="utf-8") != text]
    for path in changed:
        write_text(path, new_texts[path])
    return changed


def _readdressed(markdown: str, old: str, new: str) -> str:
    """Replace the old address in links and commands, and the folder's name that a clone gets."""
    old_name, new_name = old.split("/")[1], new.split("/")[1]
    markdown = re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w-])", new, markdown)
    return re.sub(rf"(?<=\bcd ){re.escape(old_name)}(?![\w-])", new_name, markdown)


def readdressed_notebook(path: Path, old: str, new: str) -> str:
    """A notebook in canonical form, with the new address in its badge, links and first cell."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _readdressed(cell.source, old, new)
    code = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if code is not None and '"utils" / "lesson.py"' in code.source:
        code.source = first_cell(new)
    return canonical(normalise(notebook))
