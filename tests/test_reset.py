"""Reset: lessons and caches as they were, and nothing of a student's lost."""

import shutil
import subprocess

import pytest

from utils.authoring import reset

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
OWN = {"data/results/cnn-mnist-seed0.json": "a result", "data/scoreboard.json": "old", "data/models/cnn.keras": "net"}


def _git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def _write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _texts(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


def _work(folder):
    """A student changes one lesson, deletes another, writes a notebook, and fills the caches."""
    _write(folder, {"notebooks/00_a.ipynb": "my work", "notebooks/my own.ipynb": "mine"})
    (folder / "notebooks" / "01_b.ipynb").unlink()
    _write(folder, {**OWN, "data/digits.npz": "cache", "data/mnist.npz": "kept", "build/html/index.html": "cache"})


ORIGINAL = {f"notebooks/{name}.ipynb": "original" for name in ("00_a", "01_b", "02_c")}
AFTERWARDS = {**ORIGINAL, "notebooks/my own.ipynb": "mine", "data/mnist.npz": "kept"}


@pytest.fixture
def local(tmp_path):
    """A repository without an upstream, and a student at work in it."""
    _write(tmp_path, ORIGINAL)
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "-m", "lessons")
    _work(tmp_path)
    return tmp_path


@pytest.fixture
def clone(tmp_path):
    """A clone of the course, and a student at work in it."""
    published = tmp_path / "published"
    _write(published, ORIGINAL)
    _git(published, "init", "--quiet")
    _git(published, "add", ".")
    _git(published, "commit", "--quiet", "-m", "lessons")
    _git(tmp_path, "clone", "--quiet", published.as_uri(), "clone")
    _work(tmp_path / "clone")
    return tmp_path / "clone"


def _copies(folder):
    """What was copied, of all resets together, by name within the copy."""
    found = {}
    for copy in sorted(folder.glob("build/before-reset-*")):
        found |= _texts(copy)
    return found


def _without_build(folder):
    return {name: text for name, text in _texts(folder).items() if not name.startswith("build/")}


@needs_git
@pytest.mark.parametrize("kind", ["local", "clone"])
def test_lessons_are_restored_caches_removed_and_what_is_the_students_is_copied(kind, request, capsys):
    folder = request.getfixturevalue(kind)
    assert reset.reset(folder) == 0
    assert _without_build(folder) == AFTERWARDS
    assert not (folder / "build" / "html").exists()
    assert _copies(folder) == {"notebooks/00_a.ipynb": "my work", **OWN}
    printed = capsys.readouterr().out
    assert "restored 2 lessons" in printed
    for name in ("data/results", "data/scoreboard.json", "data/models", "data/digits.npz", "build/html"):
        assert f"removed {name}\n" in printed


@needs_git
def test_a_second_reset_finds_nothing_to_do_and_copies_nothing(clone, capsys):
    reset.reset(clone)
    before = _texts(clone)
    capsys.readouterr()
    assert reset.reset(clone) == 0
    assert _texts(clone) == before
    assert capsys.readouterr().out.startswith("no lesson differs from the upstream commit ")


@needs_git
def test_two_resets_in_one_second_keep_both_copies(clone, monkeypatch):
    monkeypatch.setattr(reset.time, "strftime", lambda form: "before-reset-now")
    reset.reset(clone)
    _write(clone, {"notebooks/00_a.ipynb": "more work"})
    assert reset.reset(clone) == 0
    assert _texts(clone / "build" / "before-reset-now")["notebooks/00_a.ipynb"] == "my work"
    assert _texts(clone / "build" / "before-reset-now-2") == {"notebooks/00_a.ipynb": "more work"}


@needs_git
@pytest.mark.parametrize("branch", ["", "homework"])
def test_committed_work_is_copied_and_replaced_where_there_is_an_upstream(branch, clone, capsys):
    if branch:  # which has no upstream of its own: then origin's main branch counts
        _git(clone, "checkout", "--quiet", "-b", branch)
    _git(clone, "add", "notebooks")
    _git(clone, "commit", "--quiet", "-m", "homework")
    assert reset.reset(clone) == 0
    assert _without_build(clone) == AFTERWARDS
    assert _copies(clone)["notebooks/00_a.ipynb"] == "my work"
    assert "restored 2 lessons to the upstream commit" in capsys.readouterr().out


@needs_git
def test_committed_work_is_left_alone_and_this_is_said_where_there_is_no_upstream(local, capsys):
    _git(local, "add", "notebooks")
    _git(local, "commit", "--quiet", "-m", "homework")
    assert reset.reset(local) == 0
    assert _texts(local / "notebooks") == {"00_a.ipynb": "my work", "02_c.ipynb": "original", "my own.ipynb": "mine"}
    printed = capsys.readouterr().out
    assert "no lesson differs from your last commit" in printed
    assert "no upstream here: what you may have committed in lessons was left alone" in printed


@needs_git
def test_lessons_become_those_that_fit_the_rest_of_the_clone_not_newer_ones(clone):
    published = clone.parent / "published"
    _write(published, {"notebooks/02_c.ipynb": "newer"})
    _git(published, "commit", "--quiet", "-a", "-m", "newer lessons")
    _git(clone, "fetch", "--quiet")
    reset.reset(clone)
    assert _without_build(clone) == AFTERWARDS


@needs_git
def test_what_was_staged_is_not_lost(clone):
    _git(clone, "add", "notebooks/00_a.ipynb")
    _write(clone, {"notebooks/00_a.ipynb": "later work"})
    reset.reset(clone)
    assert _copies(clone)["notebooks/00_a.ipynb"] == "later work"
    staged = subprocess.run(["git", "show", ":notebooks/00_a.ipynb"], cwd=clone, capture_output=True, check=True)
    assert staged.stdout == b"my work"


@needs_git
def test_a_course_inside_another_repository_restores_its_own_lessons_only(tmp_path):
    _write(tmp_path, {f"course/{name}": text for name, text in ORIGINAL.items()})
    _write(tmp_path, {"notebooks/00_a.ipynb": "of another project"})
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "-m", "all")
    _write(tmp_path, {"notebooks/00_a.ipynb": "changed"})
    _work(tmp_path / "course")
    assert reset.reset(tmp_path / "course") == 0
    assert _without_build(tmp_path / "course") == AFTERWARDS
    assert (tmp_path / "notebooks" / "00_a.ipynb").read_text(encoding="utf-8") == "changed"


@pytest.mark.parametrize("why", ["no clone", "git is not installed", "a clone without commits"])
def test_without_git_lessons_are_left_and_results_and_models_are_copied(why, tmp_path, capsys, monkeypatch):
    _write(tmp_path, {**ORIGINAL, "notebooks/00_a.ipynb": "my work", **OWN})
    if why == "git is not installed":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif why == "a clone without commits":
        _git(tmp_path, "init", "--quiet")
    assert reset.reset(tmp_path) == 1
    assert _without_build(tmp_path) == {**ORIGINAL, "notebooks/00_a.ipynb": "my work"}
    assert _copies(tmp_path) == OWN
    assert "The lessons were left as they are" in capsys.readouterr().err


def _fails_at(number, error):
    """A function that works as shutil.copy2 until the call of that number, which raises."""
    copy, calls = shutil.copy2, []

    def copy_until(*arguments, **options):
        calls.append(arguments)
        if len(calls) == number:
            raise error
        return copy(*arguments, **options)

    return copy_until


@needs_git
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_where_copying_fails_nothing_is_removed(number, clone, monkeypatch, capsys):
    before = _without_build(clone)
    monkeypatch.setattr(shutil, "copy2", _fails_at(number, OSError(28, "No space left on device")))
    monkeypatch.setattr(shutil.copytree, "__defaults__", (False, None, shutil.copy2, False, False))
    assert reset.reset(clone) == 1
    assert _without_build(clone) == before
    assert "Nothing was changed: " in capsys.readouterr().err


@needs_git
def test_where_git_fails_nothing_is_removed_and_its_words_are_shown(clone, capsys):
    (clone / ".git" / "index.lock").touch()
    before = _without_build(clone)
    assert reset.reset(clone) == 1
    assert _without_build(clone) == before
    assert "git restore: fatal: Unable to create" in capsys.readouterr().err
    assert _copies(clone) == {"notebooks/00_a.ipynb": "my work", **OWN}


@needs_git
def test_where_removing_fails_everything_has_been_copied(clone, monkeypatch, capsys):
    def fail(path):
        raise PermissionError(13, "in use by another program", str(path))

    monkeypatch.setattr(shutil, "rmtree", fail)
    assert reset.reset(clone) == 1
    assert _copies(clone) == {"notebooks/00_a.ipynb": "my work", **OWN}
    assert "Stopped in the middle: " in capsys.readouterr().err


@needs_git
def test_a_link_is_removed_without_what_it_leads_to(clone):
    shutil.move(clone / "data" / "models", clone.parent / "elsewhere")
    (clone / "data" / "models").symlink_to(clone.parent / "elsewhere")
    assert reset.reset(clone) == 0
    assert _texts(clone.parent / "elsewhere") == {"cnn.keras": "net"}
    assert not (clone / "data" / "models").is_symlink()
