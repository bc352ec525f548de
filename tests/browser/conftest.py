"""What the browser tests share: one JupyterLab, one browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.needs import missing

if TYPE_CHECKING:
    from tests.browser.lab import Browser, Lab


def pytest_configure() -> None:
    """Say what is missing, before anything is imported that would fail for it."""
    if what := missing():
        pytest.exit(what, returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Lab]":
    """A JupyterLab whose folder is empty."""
    from tests.browser.lab import Lab

    server = Lab(tmp_path_factory.mktemp("jupyterlab"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Browser]":
    """A browser; when it is closed, it must have talked to this machine alone."""
    from tests.browser.lab import Browser

    opened = Browser(tmp_path_factory.mktemp("chromium"))
    try:
        yield opened
        assert opened.foreign_requests() == []
    finally:
        opened.quit()


@pytest.fixture(autouse=True)
def _screenshot(request: pytest.FixtureRequest, browser: "Browser") -> Iterator[None]:
    """Keep what the window showed at the end of each test, above all of one that failed."""
    yield
    browser.screenshot(request.node.name.replace("[", "-").rstrip("]"))
