"""The regression test's settings: nbval, strictly, on every notebook, however pytest is called.

A pytest plugin, loaded by the project's conftest.py.
"""

import os
import shutil
import tempfile
from pathlib import Path

import nbval.kernel
import nbval.plugin
import pytest

from tests.figures import figure_differences
from utils import settings
from utils.authoring.execute import CLEARED_VARIABLES, ExecutionFailed, warm_caches
from utils.authoring.rules import markers

SANITIZER = Path(__file__).resolve().with_name("nbval.cfg")
_RESULTS = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Point nbval to its masks and give the kernels, which inherit it, the environment of the test."""
    config.option.nbval_sanitize_with = str(SANITIZER)
    for name in CLEARED_VARIABLES:
        os.environ.pop(name, None)
    # Kernels start in notebooks/, where a relative path would lead elsewhere.
    settings.make_paths_absolute()
    # Without a wish, the digits that need neither a network nor a download.
    if "MNIST_NPZ" not in os.environ:
        os.environ.setdefault("COURSE_DATA", "digits")
    if _is_worker(config):
        # Kernels run side by side: NumPy's threads would wait for each other, and take many times as long.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    else:
        # Tests write results and models here, never into data/. Workers of xdist inherit the variable.
        config.stash[_RESULTS] = os.environ["COURSE_RESULTS"] = tempfile.mkdtemp(prefix="course-results-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the results of the tests."""
    if folder := config.stash.get(_RESULTS, None):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Do what is slow or talkative only the first time before any notebook is run."""
    if _is_worker(session.config) or not _runs_notebooks(session.config):
        return
    try:
        warm_caches(dict(os.environ))
    except ExecutionFailed as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Keep the cells of a notebook together in one worker, whatever --dist says: they share one kernel."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """Fail a cell that nbval passes because it was never executed or because a marker told it not to look."""
    try:
        result = yield
    except pytest.skip.Exception:
        _require_comparison(item)
        raise
    _require_comparison(item)
    return result


def compare_outputs(cell: nbval.plugin.IPyNbCell, test: list, ref: list, skip_compare=None) -> bool:
    """Compare a cell's outputs as nbval does, and then the pictures, which nbval skips."""
    same = _compare_texts(cell, test, ref, skip_compare)
    differences = figure_differences(stored=ref, live=test)
    cell.comparison_traceback += differences
    return same and not differences


_compare_texts = nbval.plugin.IPyNbCell.compare_outputs
nbval.plugin.IPyNbCell.compare_outputs = compare_outputs


def start_new_kernel(*args, **kwargs):
    """Start a kernel as nbval does, and once more where it died at once.

    Two workers that start kernels at the same moment are now and then given the same free port; one kernel dies.
    """
    try:
        return _start_once(*args, **kwargs)
    except RuntimeError:
        return _start_once(*args, **kwargs)


_start_once = nbval.kernel.start_new_kernel
nbval.kernel.start_new_kernel = start_new_kernel


def _require_comparison(item: pytest.Item) -> None:
    if not isinstance(item, nbval.plugin.IPyNbCell):
        return
    reasons = [f"the marker {marker} hides the cell from the regression test" for marker in markers(item.cell)]
    if item.cell.execution_count is None:
        reasons.append("stored without having been executed")
    if reasons:
        raise nbval.plugin.NbCellError(item.cell_num, "; ".join(reasons), item.cell.source)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _runs_notebooks(config: pytest.Config) -> bool:
    paths = [config.invocation_params.dir / str(argument).split("::")[0] for argument in config.args]
    return any(path.suffix == ".ipynb" or any(path.glob("**/[0-9][0-9]_*.ipynb")) for path in paths)
