"""The repository's address: where it stands, that one command changes it everywhere, and the archive without it."""

import shutil
import subprocess
import zipfile

import nbformat
import pytest

from tests.sample_lesson import FIRST, PICTURE, TITLE, sample_lesson, write_lesson
from utils import notebooks
from utils.authoring import address, archive
from utils.authoring.address import ROOT


def _project(folder, repository="old_owner/old-name"):
    """A tiny project: an address, a README and a lesson that carry it."""
    (folder / "notebooks").mkdir()
    (folder / "pyproject.toml").write_text(f'[tool.course]\nrepository = "{repository}"\n', encoding="utf-8")
    readme = f"before\n<!-- address -->\n{address.readme_part(repository)}<!-- end of address -->\nafter\n"
    (folder / "README.md").write_text(readme, encoding="utf-8")
    lesson = sample_lesson()
    lesson.cells[TITLE].source = "# Title\n\n" + address.badge(repository, "42_sample.ipynb") + "\n\nWords."
    lesson.cells[FIRST].source = address.first_cell(repository)
    write_lesson(lesson, folder / "notebooks")
    return folder


def test_a_new_address_reaches_every_place_that_names_it(tmp_path):
    project = _project(tmp_path)
    changed = address.set_repository("new-owner/new.name", project)
    assert [path.name for path in changed] == ["pyproject.toml", "README.md", "42_sample.ipynb"]
    assert address.read_repository(project) == "new-owner/new.name"
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert "git clone https://github.com/new-owner/new.name deep-learning-course\n" in readme
    assert (readme.splitlines()[0], readme.splitlines()[-1]) == ("before", "after")
    cells = nbformat.read(project / "notebooks" / "42_sample.ipynb", as_version=4).cells
    assert cells[TITLE].source == f"# Title\n\n{address.badge('new-owner/new.name', '42_sample.ipynb')}\n\nWords."
    assert cells[FIRST].source == address.first_cell("new-owner/new.name")
    assert cells[PICTURE].outputs
    for path in changed:
        assert "old_owner" not in path.read_text(encoding="utf-8")


def test_the_same_address_changes_nothing(tmp_path):
    assert address.set_repository("old_owner/old-name", _project(tmp_path)) == []


@pytest.mark.parametrize("wrong", ["name", "owner/name/more", "https://github.com/o/n", "owner/na me", "owner/..", " "])
def test_an_address_of_another_form_is_refused(wrong, tmp_path):
    project = _project(tmp_path)
    with pytest.raises(ValueError, match="expected OWNER/NAME"):
        address.set_repository(wrong, project)
    assert address.read_repository(project) == "old_owner/old-name"


def test_a_readme_without_a_place_for_the_address_is_refused_before_anything_changes(tmp_path):
    project = _project(tmp_path)
    (project / "README.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match=r"README\.md: expected one part between"):
        address.set_repository("new/name", project)
    assert address.read_repository(project) == "old_owner/old-name"


def _bytes(project):
    return {path.name: path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}


def test_the_real_course_set_unset_and_set_again_has_the_same_bytes(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    original, repository = _bytes(tmp_path), address.read_repository()
    seen = []
    for one in ("an-owner/a.name", "", "an-owner/a.name", "", repository):
        address.set_repository(one, tmp_path)
        seen.append(_bytes(tmp_path))
    assert seen[0] == seen[2]
    assert seen[1] == seen[3]
    assert seen[4] == original
    assert set(seen[0]) == set(original)
    assert all(seen[0][name] != seen[1][name] for name in original), "a file that does not carry the address"


def test_without_an_address_no_link_leads_to_github(tmp_path):
    project = _project(tmp_path)
    address.set_repository("", project)
    cells = nbformat.read(project / "notebooks" / "42_sample.ipynb", as_version=4).cells
    assert "(https://colab.research.google.com/#upload=true)" in cells[TITLE].source
    assert not [name for name, content in _bytes(project).items() if b"github.com" in content]


@pytest.mark.parametrize("word", ["none", ""])
def test_the_command_takes_the_address_out(word, monkeypatch):
    wanted = []
    monkeypatch.setattr(address, "set_repository", lambda repository: wanted.append(repository) or [])
    assert notebooks.main(["repository", word]) == 0
    assert wanted == [""]


# A remote that is elsewhere


def _git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/me/deep.course",
        "https://github.com/me/deep.course.git",
        "https://me:secret@github.com/me/deep.course/",
        "git@github.com:me/deep.course.git",
        "ssh://git@github.com/me/deep.course.git",
        "ssh://git@ssh.github.com:443/me/deep.course.git",
    ],
)
@pytest.mark.parametrize("repository", ["", "old_owner/old-name"])
def test_a_remote_that_differs_from_the_address_is_noted_with_the_command(url, repository, tmp_path):
    project = _project(tmp_path, repository)
    _git(project, "init", "--quiet")
    _git(project, "remote", "add", "origin", url)
    note = address.differing_remote(project)
    assert note.startswith("note: git's remote is me/deep.course on GitHub")
    assert note.endswith("python -m utils.notebooks repository me/deep.course")
    assert "secret" not in note


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Old_Owner/old-name.git",
        "https://gitlab.com/me/course",
        "https://notgithub.com/me/course",
        "/srv/git/course.git",
        "../github.com/me/course",
    ],
)
def test_a_remote_that_agrees_or_is_not_on_github_is_not_noted(url, tmp_path):
    project = _project(tmp_path)
    _git(project, "init", "--quiet")
    assert address.differing_remote(project) is None, "without a remote"
    _git(project, "remote", "add", "origin", url)
    assert address.differing_remote(project) is None


def test_no_remote_is_noted_without_git(tmp_path, monkeypatch):
    project = _project(tmp_path)
    assert address.differing_remote(project) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert address.differing_remote(project) is None


def test_a_differing_remote_is_no_broken_rule(monkeypatch, capsys):
    monkeypatch.setattr(address, "differing_remote", lambda: "note: elsewhere")
    monkeypatch.setattr(notebooks, "verify", lambda paths: [])
    assert notebooks.main(["verify"]) == 0
    assert "note: elsewhere\n" in capsys.readouterr().out


# The archive


@pytest.fixture
def course(tmp_path):
    """A small course with what a student and the tools leave behind."""
    kept = ("README.md", ".gitignore", ".ci/run", "notebooks/00_a.ipynb", "utils/lesson.py", "data/README.md")
    left = ("data/mnist.npz", "data/models/cnn.keras", "notebooks/mine.ipynb", "utils/__pycache__/lesson.pyc", "me.txt")
    for name in (*kept, *left):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("data/*\n!data/README.md\n__pycache__/\nbuild/\n", encoding="utf-8")
    return tmp_path


def _names(path):
    with zipfile.ZipFile(path) as written:
        assert written.testzip() is None
        return set(written.namelist())


COURSE_NAMES = {
    f"deep-learning-course/{name}"
    for name in ("README.md", ".gitignore", ".ci/run", "notebooks/00_a.ipynb", "utils/lesson.py", "data/README.md")
}


def test_the_archive_holds_what_git_tracks_as_it_is_now(course):
    _git(course, "init", "--quiet")
    (course / "slides.md").touch()
    _git(course, "add", "README.md", ".gitignore", ".ci", "notebooks/00_a.ipynb", "utils", "data", "slides.md")
    (course / "utils" / "my_own.py").touch()
    (course / "notebooks" / "00_a.ipynb").write_text("changed", encoding="utf-8")
    path = archive.write_archive(course)
    assert path == course / "build" / "deep-learning-course.zip"
    names = COURSE_NAMES | {"deep-learning-course/slides.md"}
    assert _names(path) == names
    with zipfile.ZipFile(path) as written:
        assert written.read("deep-learning-course/notebooks/00_a.ipynb") == b"changed"
    (course / "utils" / "lesson.py").unlink()
    assert _names(archive.write_archive(course)) == names - {"deep-learning-course/utils/lesson.py"}


def test_without_git_the_archive_holds_what_the_layout_names(course):
    assert _names(archive.write_archive(course)) == COURSE_NAMES


def test_an_interrupt_leaves_the_old_archive(course, monkeypatch):
    path = archive.write_archive(course)
    before = path.read_bytes()

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(zipfile.ZipFile, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        archive.write_archive(course)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git clone")
def test_the_layout_names_all_that_git_tracks_in_the_real_course(tmp_path, monkeypatch):
    tracked = {name for name in archive.course_files(ROOT) if not name.startswith("notebooks/.")}
    monkeypatch.setattr(archive, "_tracked", lambda root: set())
    assert tracked - set(archive.course_files(ROOT)) == set()
