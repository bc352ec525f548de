"""What the browser test needs, apart from the course's own packages."""

import importlib.util
import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"


def missing() -> str:
    """What this machine has not, and how to get it; "" where nothing is missing."""
    if importlib.util.find_spec("selenium") is None:
        return "selenium is not installed: call this test with make test-browser, which installs it"
    names = [] if browser() else [BROWSERS[0]]
    names += [] if shutil.which(DRIVER) else [DRIVER]
    if not names:
        return ""
    return f"{' and '.join(names)} not found; on Debian and Ubuntu: sudo apt install chromium chromium-driver"


def browser() -> str | None:
    """Where the browser is, None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
