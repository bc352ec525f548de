"""A student in JupyterLab: Run All, then an exercise, wrong at first."""

import shutil

import pytest

from tests.browser.lab import ROOT, Browser, Lab

# For some lessons, an exercise that a student would write: its check, a wrong attempt with the cause it must be told,
# and a right one.
ATTEMPTS = {
    "00_start_here": (
        "check.place(place)",
        "def place(position):\n    return position % 28, position // 28\n",
        "Likely cause",
        "def place(position):\n    return position // 28, position % 28\n",
    ),
    "01_perceptron": (
        "check.nand(nand)",
        "def nand(x1, x2):\n    return int(x1 + x2 - 1.5 > 0)\n",
        "this is AND",
        "def nand(x1, x2):\n    return int(-2 * x1 - 2 * x2 + 3 > 0)\n",
    ),
    "05_cnn": (
        "check.shifting_filter(shifting_filter)",
        "def shifting_filter(right, down):\n    w = np.zeros((3, 3))\n    w[1 + down, 1 + right] = 1\n    return w\n",
        "Likely cause",
        "def shifting_filter(right, down):\n    w = np.zeros((3, 3))\n    w[1 - down, 1 - right] = 1\n    return w\n",
    ),
}


@pytest.mark.parametrize("lesson", ATTEMPTS)
def test_run_all_shows_no_error_and_a_check_tells_a_wrong_attempt_from_a_right_one(
    lesson: str, lab: Lab, browser: Browser
):
    shutil.copy(ROOT / "notebooks" / f"{lesson}.ipynb", lab.notebooks)
    browser.open(lab.url(f"{lesson}.ipynb"))
    browser.run_all()
    assert browser.errors() == []
    codes = [cell for cell in browser.cells() if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in codes)

    check, wrong, cause, right = ATTEMPTS[lesson]
    sources = [cell["source"] for cell in browser.cells()]
    place = next(n for n, source in enumerate(sources) if source.rstrip().endswith(check))
    printed = browser.type_and_run(place, f"{wrong}\n\n{check}")
    assert printed.startswith("✗") and cause in printed
    assert browser.type_and_run(place, f"{right}\n\n{check}").startswith("✓")
    assert browser.foreign_requests() == []
