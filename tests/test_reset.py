"""Reset: lessons and caches as they were, and nothing of a student's lost."""

import subprocess

from utils.authoring import reset


def _git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def _student_at_work(folder):
    """A clone whose student changed one lesson, deleted another, wrote a notebook, and filled the caches."""
    (folder / "notebooks").mkdir()
    for name in ("00_a.ipynb", "01_b.ipynb", "02_c.ipynb"):
        (folder / "notebooks" / name).write_text("original", encoding="utf-8")
    _git(folder, "init", "--quiet")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "-m", "lessons")
    (folder / "notebooks" / "00_a.ipynb").write_text("my work", encoding="utf-8")
    (folder / "notebooks" / "01_b.ipynb").unlink()
    (folder / "notebooks" / "my own.ipynb").write_text("mine", encoding="utf-8")
    _fill_caches(folder)


def _fill_caches(folder):
    (folder / "data" / "models").mkdir(parents=True)
    (folder / "build" / "html").mkdir(parents=True)
    for name in ("digits.npz", "mnist.npz", "scoreboard.json", "models/cnn.keras"):
        (folder / "data" / name).write_text("cache", encoding="utf-8")


def test_reset_restores_lessons_and_keeps_a_copy_of_the_students_work(tmp_path, capsys):
    _student_at_work(tmp_path)
    assert reset.reset(tmp_path) == 0
    lessons = tmp_path / "notebooks"
    assert {path.name: path.read_text(encoding="utf-8") for path in lessons.iterdir()} == {
        "00_a.ipynb": "original",
        "01_b.ipynb": "original",
        "02_c.ipynb": "original",
        "my own.ipynb": "mine",
    }
    copies = list(tmp_path.glob("build/before-reset-*/notebooks/*"))
    assert [(path.name, path.read_text(encoding="utf-8")) for path in copies] == [("00_a.ipynb", "my work")]
    assert "restored 2 lessons" in capsys.readouterr().out


def test_reset_removes_caches_but_no_downloaded_mnist(tmp_path):
    _student_at_work(tmp_path)
    reset.reset(tmp_path)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mnist.npz"]
    assert not (tmp_path / "build" / "html").exists()


def test_reset_of_untouched_lessons_copies_nothing(tmp_path, capsys):
    _student_at_work(tmp_path)
    reset.reset(tmp_path)
    before = list(tmp_path.glob("build/*"))
    assert reset.reset(tmp_path) == 0
    assert "no lesson was changed" in capsys.readouterr().out
    assert list(tmp_path.glob("build/*")) == before


def test_reset_without_git_says_so_and_leaves_the_lessons(tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    lesson = tmp_path / "notebooks" / "00_a.ipynb"
    lesson.write_text("my work", encoding="utf-8")
    _fill_caches(tmp_path)
    assert reset.reset(tmp_path) == 1
    assert "not a git clone" in capsys.readouterr().err
    assert lesson.read_text(encoding="utf-8") == "my work"
