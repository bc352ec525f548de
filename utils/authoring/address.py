"""The repository's address: written once, in pyproject.toml, and from there into README, badges and first cells.

The course also stands without an address (`repository = ""`): badges then open Colab's upload page, and first cells
take the course from an uploaded archive, which utils/authoring/archive.py writes.
"""

import re
import subprocess
from pathlib import Path

import nbformat

from utils.authoring.execute import ROOT, canonical, normalise, write_text

_SETTING = re.compile(r'^repository = "([^"]*)"$', re.MULTILINE)
_ADDRESS = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_.-]*[A-Za-z0-9_-]")
_REMOTE = re.compile(r"(?:^|@|//|www\.|ssh\.)github\.com(?::\d+)?[:/]+([\w-]+/[\w.-]+?)(?:\.git)?/*$", re.IGNORECASE)
_BADGE = re.compile(r"^\[!\[Open in Colab\]\(\S*colab-badge\.svg\)\]\(\S*\)[ \t]*$", re.MULTILINE)
_PART = re.compile(r"(?<=<!-- address -->\n).*?(?=<!-- end of address -->)", re.DOTALL)

COURSE = "deep-learning-course"  # the folder that a clone or an archive becomes, and the archive's name
FIRST_CELL = Path(__file__).with_name("templates") / "first_cell.py"  # at most 20 lines, to be read aloud


def read_repository(root: Path = ROOT) -> str:
    """OWNER/NAME as pyproject.toml gives it in [tool.course]; "" where the course has no address."""
    found = _SETTING.search((root / "pyproject.toml").read_text(encoding="utf-8"))
    if not found:
        raise ValueError('pyproject.toml: no line repository = "OWNER/NAME" in [tool.course]')
    return found[1]


def first_cell(repository: str) -> str:
    """The source of every lesson's first code cell; `repository` is OWNER/NAME, or "" for none."""
    source = FIRST_CELL.read_text(encoding="utf-8").rstrip("\n")
    return source.replace('address, name = ""', f'address, name = "{github(repository)}"')


def github(repository: str) -> str:
    """The address of OWNER/NAME on GitHub; "" stays ""."""
    return f"https://github.com/{repository}" if repository else ""


def badge(repository: str, filename: str) -> str:
    """The Markdown of a lesson's badge: it opens that lesson on Colab or, without an address, Colab's upload page."""
    page = f"github/{repository}/blob/main/notebooks/{filename}" if repository else "#upload=true"
    return (
        "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        f"(https://colab.research.google.com/{page})"
    )


def readme_part(repository: str) -> str:
    """What README.md says between its two address comments: how to get the course, and where its links lead."""
    if not repository:
        return (
            "The course has no public address yet: whoever has its folder makes one archive of it with `make zip` "
            f"(`python -m utils.notebooks zip`), which writes `build/{COURSE}.zip`. Unpack it anywhere. Once it is on "
            "GitHub, `python -m utils.notebooks repository OWNER/NAME` writes its address everywhere "
            "(`repository none` takes it out again).\n"
        )
    first = f"https://github.com/{repository}/blob/main/notebooks/00_start_here.ipynb"
    return (
        f"Get the course with git,\n\n    git clone https://github.com/{repository} {COURSE}\n    cd {COURSE}\n\n"
        f"or [as an archive](https://github.com/{repository}/archive/HEAD.zip), and unpack that. Without installing "
        f"anything: [on Colab](https://colab.research.google.com/github/{repository}/blob/main/notebooks/"
        f"00_start_here.ipynb), [on Kaggle](https://www.kaggle.com/kernels/welcome?src={first}), or "
        f"[on Binder](https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb).\n"
    )


def set_repository(repository: str, root: Path = ROOT) -> list[Path]:
    """Write a new address, or none, into pyproject.toml, the README, every badge and every first cell.

    Args:
        repository: OWNER/NAME on GitHub, "" for none.
        root: the project's folder.

    Returns:
        The files that changed.

    Raises:
        ValueError: the address is not of the form OWNER/NAME, or a file has no place for it.
    """
    if repository and not _ADDRESS.fullmatch(repository):
        raise ValueError(f"repository: got {repository!r}, expected OWNER/NAME as on github.com")
    read_repository(root)  # raises where the setting is missing
    pyproject, readme = root / "pyproject.toml", root / "README.md"
    new_texts = {pyproject: _SETTING.sub(f'repository = "{repository}"', pyproject.read_text(encoding="utf-8"))}
    if readme.exists():
        text, count = _PART.subn(lambda _: readme_part(repository), readme.read_text(encoding="utf-8"))
        if count != 1:
            raise ValueError("README.md: expected one part between <!-- address --> and <!-- end of address -->")
        new_texts[readme] = text
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        new_texts[path] = readdressed_notebook(path, repository)
    changed = [path for path, text in new_texts.items() if path.read_text(encoding="utf-8") != text]
    for path in changed:
        write_text(path, new_texts[path])
    return changed


def readdressed_notebook(path: Path, repository: str) -> str:
    """A notebook in canonical form, with its own badge and the course's first cell for this address."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _BADGE.sub(lambda _: badge(repository, path.name), cell.source)
    code = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if code is not None and '"utils" / "lesson.py"' in code.source:
        code.source = first_cell(repository)
    return canonical(normalise(notebook))


def differing_remote(root: Path = ROOT) -> str | None:
    """A sentence where git's remote `origin` is on GitHub and not at the course's address; None otherwise."""
    try:
        asked = subprocess.run(
            ["git", "-C", str(root), "remote", "get-url", "origin"], capture_output=True, encoding="utf-8", check=False
        )
    except OSError:  # no git here
        return None
    remote = _REMOTE.search(asked.stdout.strip())
    address = read_repository(root)
    if asked.returncode or not remote or remote[1].casefold() == address.casefold():
        return None
    return (
        f"note: git's remote is {remote[1]} on GitHub, the course's address is {address or 'not set'}; "
        f"set it everywhere with: python -m utils.notebooks repository {remote[1]}"
    )
