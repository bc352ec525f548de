"""The way into the course: the first cell of each lesson, the Makefile, the requirements, the CI script."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from utils.authoring.address import ROOT, first_cell, read_repository
from utils.authoring.anatomy import lesson_paths
from utils.authoring.rules import read_lesson

REPOSITORY = read_repository()
NAME = REPOSITORY.split("/")[1]
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed (Windows)")


# The first cell

COLAB = 'import sys, types; sys.modules["google.colab"] = types.ModuleType("google.colab")\n'


def _run_first_cell(folder: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess:
    """Run the first cell in a Python of its own, in `folder`; it prints which course it found."""
    code = f"{before}{first_cell(REPOSITORY)}\nimport utils.lesson\nprint(utils.lesson.__file__)"
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _course(folder: Path) -> Path:
    """A folder that looks like the course; returns its lesson.py."""
    (folder / "utils").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "utils" / "__init__.py").touch()
    module = folder / "utils" / "lesson.py"
    module.touch()
    return module


@pytest.mark.parametrize("started_in", ["course/notebooks", "course", "."])
def test_the_first_cell_finds_the_course_around_it(started_in, tmp_path):
    module = _course(tmp_path / "course")
    (tmp_path / "course").rename(tmp_path / NAME)
    done = _run_first_cell(tmp_path / started_in.replace("course", NAME))
    assert Path(done.stdout.strip()) == tmp_path / NAME / module.relative_to(tmp_path / "course"), done.stderr


def test_a_lesson_opened_without_the_course_says_what_is_missing(tmp_path):
    done = _run_first_cell(tmp_path)
    assert f"needs the whole course around it: https://github.com/{REPOSITORY}" in done.stderr


def _published(folder: Path) -> dict[str, str]:
    """A local repository that git takes for the published one; returns the settings that make it so."""
    _course(folder)
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "-m", "course"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{folder.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{REPOSITORY}",
    }


def test_on_colab_the_first_cell_fetches_the_course_quietly_and_once(tmp_path):
    settings = _published(tmp_path / "published")
    content = tmp_path / "content"
    content.mkdir()
    done = _run_first_cell(content, COLAB, **settings)
    assert done.stdout.split() == [str(content / NAME / "utils" / "lesson.py")], done.stderr
    assert done.stderr == ""
    (content / NAME / "my_notes.txt").write_text("mine", encoding="utf-8")
    again = _run_first_cell(content, COLAB, **settings | {"GIT_CONFIG_KEY_0": "url.file:///nowhere.insteadOf"})
    assert again.stdout == done.stdout, again.stderr
    assert (content / NAME / "my_notes.txt").exists()


def test_elsewhere_the_first_cell_fetches_nothing(tmp_path):
    settings = _published(tmp_path / "published")
    (tmp_path / "content").mkdir()
    _run_first_cell(tmp_path / "content", **settings)
    assert list((tmp_path / "content").iterdir()) == []


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
    for target in ("lab", "test", "run", "notebooks", "check", "reset"):
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
def test_one_lesson_can_be_tested_alone():
    command = _make(ROOT, "-n", "test", "ONLY=00").stdout
    assert "notebooks/00_start_here.ipynb tests/test_lessons.py -k 00_" in command
    assert "01_" not in command
    unknown = _make(ROOT, "test", "ONLY=77", "READY=Makefile")
    assert unknown.returncode != 0
    assert "no lesson begins with '77'" in unknown.stderr


FITS = re.search(r"^FITS = (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]


@pytest.mark.parametrize(
    ("version", "bits", "fits"),
    [((3, 9), 64, False), ((3, 10), 64, True), ((3, 13), 64, True), ((3, 14), 64, False), ((3, 12), 32, False)],
)
def test_pythons_3_10_to_3_13_fit(version, bits, fits):
    exits = []
    fake = SimpleNamespace(version_info=(*version, 1), maxsize=2 ** (bits - 1) - 1, exit=exits.append)
    exec(FITS.removeprefix("import sys; "), {"sys": fake})
    assert exits == [not fits]


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


CANDIDATES = ("python3", "python3.13", "python3.12", "python3.11", "python3.10", "python")


@pytest.fixture
def pythons(tmp_path):
    """A folder of commands in which no Python fits, and a project beside it."""
    (tmp_path / "bin").mkdir()
    for name in CANDIDATES:
        _fake_python(tmp_path / "bin", name, fits=False)
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
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
    _fake_python(pythons, "python3.10")
    _make(pythons.parent, ".venv/bin/python", path=pythons)
    assert (pythons.parent / ".venv" / "bin" / "python").read_text(encoding="utf-8") == "python3.10\n"


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
    assert "No Python 3.10 to 3.13" in done.stderr
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
@pytest.mark.parametrize(("gpu", "package"), [("", "tensorflow>=2.20"), ("1", "tensorflow[and-cuda]>=2.20")])
def test_gpu_1_asks_for_tensorflow_with_cuda(gpu, package, environment):
    _make(environment, f".venv/ready{'-gpu' if gpu else ''}", f"GPU={gpu}")
    installed = (environment / ".venv" / "requirements.txt").read_text(encoding="utf-8")
    assert [line for line in installed.splitlines() if line.startswith(package)]
    assert installed.count("and-cuda") == bool(gpu)


# The CI script


def _run_ci(folder: Path, make: str, with_mnist: bool = False) -> tuple[int, list[str]]:
    """Run a copy of .ci/run with a `make` that only notes its arguments; returns exit status and notes."""
    project = folder / "project"
    (project / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", project / ".ci")
    (folder / "make").write_text(f'#!/bin/sh\necho "$* MNIST_NPZ=$MNIST_NPZ" >> log.txt\n{make}\n', encoding="utf-8")
    (folder / "make").chmod(0o755)
    if with_mnist:
        (folder / "shared" / "mnist").mkdir(parents=True)
        (folder / "shared" / "mnist" / "mnist.npz").touch()
    environment = {name: value for name, value in os.environ.items() if name != "MNIST_NPZ"}
    environment["PATH"] = f"{folder}{os.pathsep}{environment['PATH']}"
    done = subprocess.run([project / ".ci" / "run"], env=environment, check=False)
    return done.returncode, (project / "log.txt").read_text(encoding="utf-8").splitlines()


@needs_make
def test_ci_checks_and_tests(tmp_path):
    assert _run_ci(tmp_path, "exit 0") == (0, ["check MNIST_NPZ=", "test MNIST_NPZ="])


@needs_make
def test_ci_tests_the_core_lessons_on_mnist_where_it_lies_beside(tmp_path):
    status, calls = _run_ci(tmp_path, "exit 0", with_mnist=True)
    assert status == 0
    mnist = tmp_path / "shared" / "mnist" / "mnist.npz"
    assert calls[2:] == [f"test DATA=mnist TESTS=notebooks/0[0-6]_*.ipynb MNIST_NPZ={mnist}"]


@needs_make
@pytest.mark.parametrize(("failing", "calls"), [("check", 1), ("test", 2)])
def test_ci_ends_with_an_error_where_something_failed(failing, calls, tmp_path):
    status, made = _run_ci(tmp_path, f'[ "$1" != {failing} ]', with_mnist=True)
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
    }
    assert [name for name, version in colab.items() if version not in requirements[name].specifier] == []
    assert str(requirements["nbval"].specifier) == "==0.11.0"


# What a required package is imported as, where the name differs, and what it brings along for certain.
IMPORTED_AS = {
    "matplotlib": {"matplotlib", "PIL"},
    "scikit-learn": {"sklearn"},
    "tensorflow": {"tensorflow", "keras"},
    "jupyter": {"IPython", "ipykernel", "jinja2", "jupyter_client", "nbclient", "nbconvert", "nbformat", "pygments"},
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
