"""A JupyterLab of its own, a browser that looks at it, and what a person would do there."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.needs import DRIVER, browser

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "browser"
HERE = ("127.0.0.1", "localhost")
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"  # at the top of each lesson, the only exception
NARROW = 600  # CSS pixels of a window in which JupyterLab's sidebar leaves no room
LOADING, RUNNING = 90, 600  # seconds to wait for a page, and for all cells of a lesson


def wait_for(what: str, condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Ask again and again until the answer is true, and return it.

    Raises:
        AssertionError: it was not true in time; the message says what was waited for.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := condition():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class Lab:
    """A JupyterLab on a free port of this machine, with settings, workspaces and notebooks in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir(parents=True)
        self._token = secrets.token_hex(16)
        with socket.socket() as free:
            free.bind((HERE[0], 0))
            self.address = f"http://{HERE[0]}:{free.getsockname()[1]}"
        own = {
            name: str(folder / name.lower())
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        }
        own |= {f"JUPYTERLAB_{kind}_DIR": str(folder / kind.lower()) for kind in ("SETTINGS", "WORKSPACES")}
        options = [
            f"--ip={HERE[0]}",
            f"--port={urlsplit(self.address).port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.open_browser=False",
            f"--ServerApp.root_dir={self.notebooks}",
            f"--IdentityProvider.token={self._token}",
            "--LabApp.expose_app_in_browser=True",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--allow-root")
        self._log = (folder / "jupyterlab.txt").open("w")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options],
            env=os.environ | own | {"COURSE_HOME": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> None:
        """Wait until the server answers.

        Raises:
            AssertionError: it ended, or did not answer in time.
        """
        wait_for("JupyterLab", self._answers, LOADING)

    def url(self, notebook: str) -> str:
        """Where a notebook is opened, alone and in a workspace of its own."""
        workspace = re.sub(r"\W", "", notebook)
        return f"{self.address}/lab/workspaces/{workspace}/tree/{notebook}?token={self._token}"

    def stop(self) -> None:
        """End the server and every kernel that it started."""
        started = [self._server, *psutil.Process(self._server.pid).children(recursive=True)]
        self._request("/api/shutdown", "POST")
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.terminate()
        end_processes(started)
        self._log.close()

    def _answers(self) -> bool:
        if self._server.poll() is not None:
            raise AssertionError(f"JupyterLab ended: {Path(self._log.name).read_text()[-2000:]}")
        return self._request("/api/status")

    def _request(self, path: str, method: str = "GET") -> bool:
        request = urllib.request.Request(
            self.address + path, method=method, headers={"Authorization": f"token {self._token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10):
                return True
        except (urllib.error.URLError, OSError):
            return False


class Browser:
    """A browser without a window, in which one notebook at a time is open in JupyterLab."""

    def __init__(self, folder: Path, size: tuple[int, int] = (1280, 800)) -> None:
        options = ChromeOptions()
        options.binary_location = browser()
        for switch in (
            "headless=new",
            "no-sandbox",
            "disable-gpu",
            "disable-dev-shm-usage",
            "disable-background-networking",
            "force-renderer-accessibility",
            f"window-size={size[0]},{size[1]}",
            f"user-data-dir={folder}",
        ):
            options.add_argument(f"--{switch}")
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        self._service = Service(shutil.which(DRIVER))
        self.driver = Chrome(options, self._service)
        self.driver.set_script_timeout(RUNNING)
        self.resize(*size)
        self._asked: set[str] = set()  # addresses

    def quit(self) -> None:
        """Close the browser, and end what it leaves behind."""
        started = psutil.Process(self._service.process.pid).children(recursive=True)
        self.driver.quit()
        end_processes(started)

    # What a person does

    def resize(self, width: int, height: int) -> None:
        """Give the page another size, in CSS pixels: narrower than a window can be, too."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._devtools("Emulation.setDeviceMetricsOverride", **size)
        if width < NARROW:  # as a person would who wants to see anything
            self.js("window.jupyterapp?.shell.collapseLeft()")

    def use_theme(self, name: str) -> None:
        """JupyterLab's theme: Light or Dark."""
        self.js(f"await jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {name}'}})")

    def open(self, url: str) -> None:
        """Open a notebook and wait until its kernel is ready."""
        self.driver.get(url)
        ready = "const p = window.jupyterapp?.shell?.currentWidget; return Boolean(p?.sessionContext?.isReady)"
        wait_for("the notebook's kernel", lambda: self.js(ready), LOADING)

    def run_all(self) -> None:
        """*Run All Cells*, and wait until the last one is done."""
        self.js("window.ran = 0; jupyterapp.commands.execute('notebook:run-all-cells').finally(() => window.ran = 1)")
        wait_for("all cells", lambda: self.js("return window.ran"), RUNNING)

    def type_and_run(self, cell: int, text: str) -> str:
        """Replace a cell's text as by typing, run it with Shift+Enter; returns what it printed."""
        self.js(
            "const n = jupyterapp.shell.currentWidget.content;"
            "n.activeCellIndex = arguments[0]; await n.scrollToItem(arguments[0]); n.mode = 'edit'",
            cell,
        )
        editor = self.find(".jp-Notebook .jp-mod-active .cm-content")
        wait_for("the cell's editor", lambda: editor == self.driver.switch_to.active_element)
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self._devtools("Input.insertText", text=text)
        before = self.js(f"return {CELL}.model.executionCount", cell)
        ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()
        after = f"const c = {CELL}.model; return c.executionState === 'idle' && c.executionCount !== arguments[1]"
        wait_for("the cell", lambda: self.js(after, cell, before))
        return "".join(output.get("text", "") for output in self.cells()[cell]["outputs"])

    # What a person sees

    def cells(self) -> list[dict]:
        """The notebook's cells as they would be stored, outputs included."""
        cells = self.js("return [...jupyterapp.shell.currentWidget.content.model.cells].map(c => c.toJSON())")
        for cell in cells:
            for part in (cell, *cell.get("outputs", [])):
                for key in ("source", "text"):
                    if isinstance(part.get(key), list):
                        part[key] = "".join(part[key])
        return cells

    def errors(self) -> list[str]:
        """The exceptions that the notebook shows."""
        outputs = [output for cell in self.cells() for output in cell.get("outputs", [])]
        return [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]

    def find(self, selector: str, seconds: float = 30) -> WebElement:
        """The first element of a CSS selector, scrolled into view; waits until it is there."""
        found = wait_for(selector, lambda: self.driver.find_elements(By.CSS_SELECTOR, selector), seconds)[0]
        self.js("arguments[0].scrollIntoView({block: 'center'})", found)
        return found

    def roles_and_names(self) -> set[tuple[str, str]]:
        """What the accessibility tree holds, as a screen reader is told: pairs of role and name."""
        nodes = self._devtools("Accessibility.getFullAXTree")["nodes"]
        pairs = ((node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in nodes)
        return {(role, name) for role, name in pairs if role and name}

    def too_wide(self, selector: str) -> list[str]:
        """What scrolls sideways, or hides a part of itself at the right: an element and all around it in its cell."""
        return self.js(
            "const found = [];"
            "for (let e = document.querySelector(arguments[0]); !e.matches('.jp-Notebook'); e = e.parentElement)"
            "  if (e.scrollWidth > e.clientWidth) found.push(e.className);"
            "return found",
            selector,
        )

    def unnamed_controls(self, selector: str) -> list[str]:
        """The controls within an element that a screen reader could not name."""
        inside = self.find(selector)
        controls = inside.find_elements(
            By.CSS_SELECTOR, "button, input, select, textarea, [tabindex='0'], [role=slider]"
        )
        return [c.get_attribute("outerHTML")[:100] for c in controls if c.is_displayed() and not c.accessible_name]

    def screenshot(self, name: str) -> Path:
        """Keep what the window shows in build/browser."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.driver.save_screenshot(str(path))
        return path

    def foreign_requests(self) -> list[str]:
        """The addresses outside this machine from which anything was asked, Colab's badge apart."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                url = message["params"].get("url") or message["params"]["request"]["url"]
                if url.startswith(("http", "ws")):
                    self._asked.add(url)
        assert self._asked, "the browser's log names no request at all"
        return sorted(url for url in self._asked if urlsplit(url).hostname not in HERE and url != BADGE)

    def js(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page; it may await, and what it returns comes back."""
        wrapped = (
            "const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
            f"(async function () {{ {script} }}).apply(null, given).then(done, e => done({{failed: String(e)}}))"
        )
        result = self.driver.execute_async_script(wrapped, *arguments)
        if isinstance(result, dict) and "failed" in result:
            raise AssertionError(f"{script}: {result['failed']}")
        return result

    def _devtools(self, command: str, **parameters: Any) -> dict:
        return self.driver.execute_cdp_cmd(command, parameters)


CELL = "jupyterapp.shell.currentWidget.content.widgets[arguments[0]]"


def end_processes(processes: list) -> None:
    """End those of these processes that still run."""
    for process in processes:
        if psutil.pid_exists(process.pid):
            try:
                os.kill(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
