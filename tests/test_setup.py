"""The way into the course: the first cell of each lesson, the Makefile, the requirements, the CI script."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from tests.browser import needs
from utils.authoring.address import ROOT, first_cell
from utils.authoring.anatomy import lesson_paths
from utils.authoring.archive import write_archive
from utils.authoring.rules import read_lesson

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed (Windows)")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


# The first cell

COLAB = 'import sys, types; sys.modules["google.colab"] = types.ModuleType("google.colab")\n'
KAGGLE = {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}
ADDRESS = "an-owner/a.name"
FOR_THE_COURSE = ("PYTHONPATH", "COURSE_HOME", "JPY_SESSION_NAME", "KAGGLE_KERNEL_RUN_TYPE")


def _run_first_cell(
    folder: Path, before: str = "", address: str = "", kaggle: Path | None = None, **environment: str
) -> subprocess.CompletedProcess:
    """Run the first cell in a Python of its own, in `folder`; it prints which course it found.

    `before` is run in front of it, and `kaggle` stands for the folder of Kaggle's input.
    """
    cell = first_cell(address)
    if kaggle:
        assert "/kaggle/input" in cell
        cell = cell.replace("/kaggle/input", kaggle.as_posix())
    inherited = {name: value for name, value in os.environ.items() if name not in FOR_THE_COURSE}
    return subprocess.run(
        [sys.executable, "-c", f"{before}{cell}\nimport utils.lesson\nprint(utils.lesson.__file__)"],
        cwd=folder,
        env=inherited | {"GIT_TERMINAL_PROMPT": "0"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _course(folder: Path) -> Path:
    """Make a folder that looks like the course; returns its lesson.py."""
    (folder / "utils").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "utils" / "__init__.py").touch()
    module = folder / "utils" / "lesson.py"
    module.touch()
    return module


def _finds(module: Path, done: subprocess.CompletedProcess) -> bool:
    """Whether the cell found this course and printed nothing."""
    assert done.stderr == ""
    return done.stdout.splitlines() == [str(module)]


def test_the_first_cell_can_be_read_aloud():
    lines = first_cell(ADDRESS).splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("started_in", ["my course/notebooks", "my course", "."])
def test_the_course_is_found_above_the_kernels_folder_and_just_below_it(started_in, tmp_path):
    module = _course(tmp_path / "my course")
    assert _finds(module, _run_first_cell(tmp_path / started_in))


def test_the_course_around_the_kernel_goes_before_another_one_below_it(tmp_path):
    module = _course(tmp_path / "course")
    _course(tmp_path / "course" / "notebooks" / "copy")
    assert _finds(module, _run_first_cell(tmp_path / "course" / "notebooks"))


@pytest.mark.parametrize("place", ["the global of VS Code", "the variable of Jupyter"])
def test_a_kernel_started_elsewhere_finds_the_course_by_the_notebooks_path(place, tmp_path):
    module = _course(tmp_path / "deep" / "down" / "course")
    (tmp_path / "home").mkdir()
    lesson = str(module.parents[1] / "notebooks" / "01_perceptron.ipynb")
    if place == "the global of VS Code":
        assert _finds(module, _run_first_cell(tmp_path / "home", f"__vsc_ipynb_file__ = {lesson!r}\n"))
    else:
        assert _finds(module, _run_first_cell(tmp_path / "home", JPY_SESSION_NAME=lesson))


@pytest.mark.parametrize("name", ["", "3f0a7b52-session", "Untitled.ipynb", "notebooks/01_perceptron.ipynb"])
def test_a_session_name_that_is_no_path_does_no_harm(name, tmp_path):
    module = _course(tmp_path / "course")
    assert _finds(module, _run_first_cell(tmp_path / "course" / "notebooks", JPY_SESSION_NAME=name))


@pytest.mark.parametrize("form", ["{}", '"{}"', " {} ", "../far/course", "~/far/course"])
def test_a_kernel_that_is_told_nothing_looks_where_course_home_says(form, tmp_path):
    """So with papermill from another folder, which does not tell the kernel where the notebook is."""
    module = _course(tmp_path / "far" / "course")
    (tmp_path / "near").mkdir()
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "COURSE_HOME": form.format(module.parents[1])}
    assert _finds(module, _run_first_cell(tmp_path / "near", **home))


def test_course_home_goes_before_the_course_around_the_kernel(tmp_path):
    module = _course(tmp_path / "chosen")
    _course(tmp_path / "course")
    assert _finds(module, _run_first_cell(tmp_path / "course", COURSE_HOME=str(tmp_path / "chosen")))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="Windows and root open every folder")
def test_a_folder_that_may_not_be_opened_does_no_harm(tmp_path):
    module = _course(tmp_path / "z course")
    (tmp_path / "a locked one").mkdir(mode=0)
    assert _finds(module, _run_first_cell(tmp_path))


@pytest.mark.parametrize("below", ["course", "a-data-set/course", "datasets/somebody/a-data-set/deep-learning-course"])
def test_on_kaggle_the_course_is_found_among_the_input(below, tmp_path):
    module = _course(tmp_path / "input" / below)
    (tmp_path / "working").mkdir()
    done = _run_first_cell(tmp_path / "working", address=ADDRESS, kaggle=tmp_path / "input", **KAGGLE)
    assert _finds(module, done)


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_where_nothing_is_found_the_folder_is_named_and_what_helps(address, tmp_path):
    done = _run_first_cell(tmp_path, address=address)
    message = done.stderr.splitlines()[-1]
    assert message.startswith("FileNotFoundError: The course is not there.")
    assert f"deep-learning-course.zip into {tmp_path}" in message
    assert "%env COURSE_HOME=/its/folder" in message
    assert ("https://github.com/an-owner/a.name" in message) == bool(address)


def _published(folder: Path) -> dict[str, str]:
    """A local repository that git takes for the published one; returns the settings that make it so."""
    _course(folder)
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "-m", "course"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return _answers_for_github(folder.as_uri())


def _answers_for_github(address: str) -> dict[str, str]:
    """Settings by which git asks `address` in place of GitHub."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{address}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{ADDRESS}",
    }


HOSTS = pytest.mark.parametrize(("before", "host"), [(COLAB, {}), ("", KAGGLE)], ids=["Colab", "Kaggle"])


@needs_git
@HOSTS
def test_on_a_host_the_first_cell_fetches_the_course_quietly_and_once(before, host, tmp_path):
    settings = _published(tmp_path / "published")
    content = tmp_path / "content"
    content.mkdir()
    module = content / "deep-learning-course" / "utils" / "lesson.py"
    assert _finds(module, _run_first_cell(content, before, ADDRESS, **host, **settings))
    (content / "deep-learning-course" / "my_notes.txt").write_text("mine", encoding="utf-8")
    assert _finds(module, _run_first_cell(content, before, ADDRESS, **host, **_answers_for_github("file:///nowhere")))
    assert (content / "deep-learning-course" / "my_notes.txt").exists()


@needs_git
@HOSTS
def test_where_git_fails_its_own_words_are_shown_and_what_helps(before, host, tmp_path):
    done = _run_first_cell(tmp_path, before, ADDRESS, **host, **_answers_for_github("file:///nowhere"))
    assert "'/nowhere' does not appear to be a git repository" in done.stderr
    assert "deep-learning-course.zip into" in done.stderr


def test_where_there_is_no_git_the_shell_says_so(tmp_path):
    done = _run_first_cell(tmp_path, COLAB, ADDRESS, PATH=str(tmp_path))
    assert "git" in done.stderr.split("The course is not there.")[-1]
    assert "deep-learning-course.zip into" in done.stderr


@needs_git
def test_what_stands_in_the_way_of_a_clone_is_named_and_kept(tmp_path):
    settings = _published(tmp_path / "published")
    mine = tmp_path / "content" / "deep-learning-course" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.touch()
    done = _run_first_cell(tmp_path / "content", COLAB, ADDRESS, **settings)
    assert "already exists and is not an empty directory" in done.stderr
    assert mine.exists()


@needs_git
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_elsewhere_the_first_cell_fetches_nothing(address, tmp_path):
    settings = _published(tmp_path / "published")
    (tmp_path / "a" / "content").mkdir(parents=True)
    _run_first_cell(tmp_path / "a" / "content", address=address, **settings)
    assert list((tmp_path / "a" / "content").iterdir()) == []


def _uploaded(folder: Path, name: str = "deep-learning-course.zip") -> Path:
    """Put the course's archive into a folder; returns where lesson.py will be."""
    _course(folder / "made" / "course")
    shutil.copytree(ROOT / "utils" / "authoring", folder / "made" / "course" / "utils" / "authoring")
    (folder / "content").mkdir()
    write_archive(folder / "made" / "course").rename(folder / "content" / name)
    return folder / "content" / "deep-learning-course" / "utils" / "lesson.py"


@pytest.mark.parametrize("before", [COLAB, ""], ids=["Colab", "elsewhere"])
@pytest.mark.parametrize("name", ["deep-learning-course.zip", "deep-learning-course (1).zip"])
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_an_archive_beside_the_lesson_is_unpacked_and_goes_before_a_clone(address, name, before, tmp_path):
    module = _uploaded(tmp_path, name)
    for _ in range(2):
        assert _finds(
            module, _run_first_cell(tmp_path / "content", before, address, **_answers_for_github("file:///no"))
        )


def test_an_archive_that_is_still_being_uploaded_is_not_touched(tmp_path):
    _uploaded(tmp_path)
    archive = tmp_path / "content" / "deep-learning-course.zip"
    archive.write_bytes(archive.read_bytes()[:1000])
    assert "The course is not there." in _run_first_cell(tmp_path / "content", COLAB).stderr
    assert [path.name for path in (tmp_path / "content").iterdir()] == ["deep-learning-course.zip"]


# The Makefile


def _make(folder: Path, *arguments: str, path: Path | None = None) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS", "DATA")}
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@needs_make
def test_make_alone_explains_every_target():
    printed = _make(ROOT).stdout
    for target in ("lab", "test", "test-seeds", "test-browser", "run", "notebooks", "check", "reset"):
        assert re.search(rf"^make {target}\b", printed, re.MULTILINE)


@needs_make
def test_jupyter_listens_on_loopback_with_its_token_on():
    command = _make(ROOT, "-n", "lab").stdout
    assert "--ip=127.0.0.1" in command
    assert "00_start_here.ipynb" in command
    assert not re.search(r"token|password", command)
    assert ("--allow-root" in command) == (os.geteuid() == 0)


@needs_make
def test_tests_run_on_the_stand_in_unless_mnist_is_asked_for():
    assert "COURSE_DATA=digits .venv/bin/python -m pytest -n 2 notebooks tests" in _make(ROOT, "-n", "test").stdout
    assert "COURSE_DATA=mnist" in _make(ROOT, "-n", "test", "DATA=mnist").stdout


@needs_make
def test_the_browser_test_runs_when_it_is_asked_for_and_only_then():
    assert "COURSE_DATA=digits .venv/bin/python -m pytest tests/browser" in _make(ROOT, "-n", "test-browser").stdout
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    collected = subprocess.run([*command, "tests"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False).stdout
    assert "tests/test_setup.py" in collected and "tests/browser" not in collected


def test_where_there_is_no_browser_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(needs.importlib.util, "find_spec", lambda name: None)
    assert "make test-browser" in needs.missing()
    monkeypatch.setattr(needs.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(needs.shutil, "which", lambda name: None)
    assert needs.missing().startswith("chromium and chromedriver not found")
    assert "apt install chromium chromium-driver" in needs.missing()
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert needs.missing() == ""


@needs_make
def test_with_a_gpu_the_card_is_tested_first_and_one_kernel_runs_at_a_time():
    with_gpu = _make(ROOT, "-n", "test", "GPU=1", "ONLY=00", "READY=README.md").stdout
    card, lessons = (line for line in with_gpu.splitlines() if "pytest" in line)
    assert "-n 1 tests/gpu.py" in card
    assert "-n 1 notebooks/00_start_here.ipynb" in lessons
    assert "gpu" not in _make(ROOT, "-n", "test", "READY=README.md").stdout


@needs_make
def test_one_lesson_can_be_tested_alone():
    command = _make(ROOT, "-n", "test", "ONLY=00").stdout
    assert "notebooks/00_start_here.ipynb tests/test_lessons.py -k 00_" in command
    assert "01_" not in command
    unknown = _make(ROOT, "test", "ONLY=77", "READY=README.md")
    assert unknown.returncode != 0
    assert "no lesson begins with '77'" in unknown.stderr


# Which Pythons fit is written once: all else follows it.
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
OLDEST, BEYOND = map(int, re.search(r'^requires-python = ">=3\.(\d+),<3\.(\d+)"$', PROJECT, re.MULTILINE).groups())
NEWEST = BEYOND - 1
FITTING = f"Python 3.{OLDEST} to 3.{NEWEST}"


@needs_make
@pytest.mark.parametrize(
    ("minor", "bits", "fits"),
    [(OLDEST - 1, 64, False), (OLDEST, 64, True), (NEWEST, 64, True), (BEYOND, 64, False), (OLDEST, 32, False)],
)
def test_the_makefile_takes_the_pythons_that_pyproject_names(minor, bits, fits, pythons):
    """The Makefile's question is put to a Python that lies about its version."""
    question = re.search(r"-c 'import sys; (sys\.exit.*?)' 2>", _make(pythons.parent, "-n", ".venv/bin/python").stdout)
    exits = []
    fake = SimpleNamespace(version_info=(3, minor, 1), maxsize=2 ** (bits - 1) - 1, exit=exits.append)
    exec(question[1], {"sys": fake})
    assert exits == [not fits]


def test_the_readme_names_the_pythons_that_fit():
    named = re.findall(r"Python 3\.\d+ to 3\.\d+", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(named) == {FITTING}


def _fake_python(folder: Path, name: str, fits: bool = True, has_venv: bool = True) -> None:
    """A command that answers the Makefile's questions as a Python would, and writes its name into .venv."""
    script = f"""#!/bin/sh
case "$*" in
    *version_info*) exit {int(not fits)} ;;
    *ensurepip*) exit {int(not has_venv)} ;;
    *platform*) echo 3.12.0 ;;
    "-m venv"*) mkdir -p .venv/bin && echo {name} > .venv/bin/python ;;
esac
"""
    (folder / name).write_text(script, encoding="utf-8")
    (folder / name).chmod(0o755)


CANDIDATES = ("python3", *(f"python3.{minor}" for minor in range(NEWEST, OLDEST - 1, -1)), "python")


@pytest.fixture
def pythons(tmp_path):
    """A folder of commands in which no Python fits, and a project beside it."""
    (tmp_path / "bin").mkdir()
    for name in CANDIDATES:
        _fake_python(tmp_path / "bin", name, fits=False)
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "utils" / "jupyterlab", tmp_path / "utils" / "jupyterlab")
    return tmp_path / "bin"


@needs_make
def test_the_first_python_that_fits_is_taken(pythons):
    _fake_python(pythons, "python3.12")
    _fake_python(pythons, "python3.11")
    project = pythons.parent
    done = _make(project, ".venv/bin/python", path=pythons)
    assert (project / ".venv" / "bin" / "python").read_text(encoding="utf-8") == "python3.12\n", done.stderr


@needs_make
def test_a_python_that_cannot_make_environments_is_passed_over(pythons):
    _fake_python(pythons, "python3", has_venv=False)
    oldest = f"python3.{OLDEST}"
    _fake_python(pythons, oldest)
    _make(pythons.parent, ".venv/bin/python", path=pythons)
    assert (pythons.parent / ".venv" / "bin" / "python").read_text(encoding="utf-8") == f"{oldest}\n"


@needs_make
def test_a_chosen_python_goes_before_all_others(pythons):
    _fake_python(pythons, "python3")
    _fake_python(pythons, "mine")
    _make(pythons.parent, ".venv/bin/python", f"PYTHON={pythons / 'mine'}", path=pythons)
    assert (pythons.parent / ".venv" / "bin" / "python").read_text(encoding="utf-8") == "mine\n"


@needs_make
def test_where_no_python_fits_the_message_says_what_to_do(pythons):
    done = _make(pythons.parent, ".venv/bin/python", path=pythons)
    assert done.returncode != 0
    assert f"No {FITTING}" in done.stderr
    assert "PYTHON=/path/to/python3" in done.stderr
    assert not (pythons.parent / ".venv").exists()


@needs_make
def test_where_debians_venv_is_missing_the_message_names_the_package(pythons):
    _fake_python(pythons, "python3", has_venv=False)
    done = _make(pythons.parent, ".venv/bin/python", path=pythons)
    assert done.returncode != 0
    assert "sudo apt install python3-venv" in done.stderr


@pytest.fixture
def environment(pythons):
    """A project whose environment exists, with a Python that only notes what pip was asked to do."""
    project = pythons.parent
    (project / ".venv" / "bin").mkdir(parents=True)
    python = project / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$*" >> log.txt\n[ ! -e offline ]\n', encoding="utf-8")
    python.chmod(0o755)
    return project


def _installs(project: Path) -> int:
    log = project / "log.txt"
    return log.read_text(encoding="utf-8").count("-r .venv/requirements.txt") if log.exists() else 0


@needs_make
def test_packages_are_installed_once_and_again_when_the_requirements_change(environment):
    for _ in range(2):
        assert _make(environment, ".venv/ready").returncode == 0
    assert _installs(environment) == 1
    later = (environment / ".venv" / "ready").stat().st_mtime + 10
    os.utime(environment / "requirements.txt", (later, later))
    _make(environment, ".venv/ready")
    assert _installs(environment) == 2


@needs_make
def test_an_installation_that_failed_is_tried_again(environment):
    (environment / "offline").touch()
    assert _make(environment, ".venv/ready").returncode != 0
    (environment / "offline").unlink()
    assert _make(environment, ".venv/ready").returncode == 0
    assert _installs(environment) == 1


@needs_make
def test_jupyterlab_gets_the_renderer_that_gives_pictures_their_descriptions(environment):
    _make(environment, ".venv/ready")
    extension = environment / ".venv" / "share" / "jupyter" / "labextensions" / "course-descriptions"
    settings = json.loads((extension / "package.json").read_text(encoding="utf-8"))
    assert (extension / settings["jupyterlab"]["_build"]["load"]).exists()


@needs_make
@pytest.mark.parametrize(("gpu", "package"), [("", "tensorflow>=2.20"), ("1", "tensorflow[and-cuda]>=2.20")])
def test_gpu_1_asks_for_tensorflow_with_cuda(gpu, package, environment):
    _make(environment, f".venv/ready{'-gpu' if gpu else ''}", f"GPU={gpu}")
    installed = (environment / ".venv" / "requirements.txt").read_text(encoding="utf-8")
    assert [line for line in installed.splitlines() if line.startswith(package)]
    assert installed.count("and-cuda") == bool(gpu)


# The CI script


def _run_ci(
    folder: Path, make: str, with_mnist: bool = False, with_browser: bool = False
) -> tuple[int, list[str], str]:
    """Run a copy of .ci/run with a `make` that only notes its arguments; returns exit status, notes, and what it said.

    It finds no other command than the ones that it needs, and those of a browser where one is asked for.
    """
    project = folder / "project"
    (project / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", project / ".ci")
    (folder / "make").write_text(f'#!/bin/sh\necho "$* MNIST_NPZ=$MNIST_NPZ" >> log.txt\n{make}\n', encoding="utf-8")
    (folder / "make").chmod(0o755)
    if with_mnist:
        (folder / "shared" / "mnist").mkdir(parents=True)
        (folder / "shared" / "mnist" / "mnist.npz").touch()
    environment = {name: value for name, value in os.environ.items() if name != "MNIST_NPZ"}
    environment["PATH"] = str(folder)
    (folder / "dirname").symlink_to(shutil.which("dirname"))
    for name in ("chromium", "chromedriver") if with_browser else ():
        shutil.copy(folder / "make", folder / name)
    done = subprocess.run([project / ".ci" / "run"], env=environment, check=False, stdout=subprocess.PIPE, text=True)
    return done.returncode, (project / "log.txt").read_text(encoding="utf-8").splitlines(), done.stdout


@needs_make
def test_ci_checks_and_tests(tmp_path):
    status, calls, _ = _run_ci(tmp_path, "exit 0")
    assert (status, calls) == (0, ["check MNIST_NPZ=", "test MNIST_NPZ="])


@needs_make
def test_ci_tests_the_core_lessons_on_mnist_where_it_lies_beside(tmp_path):
    status, calls, _ = _run_ci(tmp_path, "exit 0", with_mnist=True)
    assert status == 0
    mnist = tmp_path / "shared" / "mnist" / "mnist.npz"
    assert calls[2:] == [f"test DATA=mnist TESTS=notebooks/0[0-6]_*.ipynb MNIST_NPZ={mnist}"]


@needs_make
def test_ci_tests_in_a_browser_where_there_is_one_and_says_where_there_is_none(tmp_path):
    for folder in (with_browser := tmp_path / "with", without := tmp_path / "without"):
        folder.mkdir()
    status, calls, said = _run_ci(with_browser, "exit 0", with_browser=True)
    assert (status, calls[2:], said) == (0, ["test-browser MNIST_NPZ="], "")
    status, calls, said = _run_ci(without, "exit 0")
    assert (status, calls[2:], said) == (0, [], "no Chromium here, browser test left out\n")


@needs_make
@pytest.mark.parametrize(("failing", "calls"), [("check", 1), ("test", 2), ("test-browser", 4)])
def test_ci_ends_with_an_error_where_something_failed(failing, calls, tmp_path):
    status, made, _ = _run_ci(tmp_path, f'[ "$1" != {failing} ]', with_mnist=True, with_browser=True)
    assert status != 0
    assert len(made) == calls


# What the course needs, and what it leaves


def test_the_packages_that_colab_has_satisfy_the_requirements():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    requirements = {r.name: r for r in (Requirement(line) for line in lines if line and not line.startswith("#"))}
    colab = {
        "tensorflow": "2.20.0",
        "numpy": "2.1.3",
        "matplotlib": "3.10.0",
        "scikit-learn": "1.6.1",
        "tqdm": "4.67.1",
        "ipywidgets": "7.7.1",
        "anywidget": "0.9.21",
    }
    assert [name for name, version in colab.items() if version not in requirements[name].specifier] == []


def test_what_the_course_patches_or_is_judged_by_has_one_version():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for name in ("nbval", "ruff", "latex2mathml"):
        assert [line for line in lines if re.fullmatch(rf"{name}==[\d.]+", line)], name
    assert "pytest>=8.3,<10" in lines


# What a required package is imported as, where the name differs, and what it brings along for certain.
IMPORTED_AS = {
    "anywidget": {"anywidget", "traitlets"},
    "matplotlib": {"matplotlib", "PIL"},
    "scikit-learn": {"sklearn", "threadpoolctl"},
    "tensorflow": {"tensorflow", "keras"},
    "jupyter": {
        "IPython",
        "ipykernel",
        "jinja2",
        "jupyter_client",
        "nbclient",
        "nbconvert",
        "nbformat",
        "psutil",
        "pygments",
    },
    "nbval": {"nbval"},
    "pytest": {"pytest", "packaging"},
    "pytest-xdist": {"xdist"},
}
WITH_NBCONVERT = {"bs4"}


def _imported_packages() -> set[str]:
    """The top-level names that modules, tests and lessons import, the project's own and Python's left out."""
    modules = [*ROOT.glob("utils/**/*.py"), *ROOT.glob("tests/*.py"), ROOT / "conftest.py"]
    codes = [path.read_text(encoding="utf-8") for path in modules]
    for path in lesson_paths():
        codes += [cell.source for _, cell in read_lesson(path).code_cells]
    names = set()
    for node in (node for code in codes for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"utils", "tests"}


def test_every_package_that_the_course_imports_is_required():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = [Requirement(line).name for line in lines if line and not line.startswith("#")]
    importable = WITH_NBCONVERT.union(*(IMPORTED_AS.get(name, {name}) for name in required))
    assert _imported_packages() - importable == set()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git clone")
def test_git_ignores_caches_and_keeps_what_explains_the_data():
    ignored = [".venv/x", "build/html/index.html", "data/mnist.npz", "data/digits.npz", "data/models/cnn.keras"]
    kept = ["data/README.md", "data/reference_results.json", "notebooks/00_start_here.ipynb"]
    command = ["git", "check-ignore", "--no-index", *ignored, *kept]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.split() == ignored


def test_the_licence_names_the_terms_of_code_text_and_digits():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    for words in ("MIT License", "THE SOFTWARE IS PROVIDED", "CC BY 4.0", "CC BY-SA 3.0", "Cortes"):
        assert words in licence


def test_the_extension_of_jupyterlab_is_loaded_as_it_stands():
    """JupyterLab finds it by these names; nothing builds it, and it must not load anything from elsewhere."""
    folder = ROOT / "utils" / "jupyterlab" / "course-descriptions"
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    script = (folder / package["jupyterlab"]["_build"]["load"]).read_text(encoding="utf-8")
    assert package["name"] == folder.name
    assert f'_JUPYTERLAB ??= {{}})["{package["name"]}"]' in script
    assert package["jupyterlab"]["_build"]["mimeExtension"] == package["jupyterlab"]["mimeExtension"]
    assert not re.search(r"https?:|import\(|fetch\(", script)
