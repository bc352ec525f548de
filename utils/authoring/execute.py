"""Execute a notebook in a fresh kernel, bring it into canonical form, store it."""

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from utils import settings as outside
from utils.pictures import smallest_png
from utils.storage import write_text

ROOT = Path(__file__).resolve().parents[2]

# Settings of a terminal or a shell that change what a cell prints or shows.
CLEARED_VARIABLES = ("COLUMNS", "JUPYTER_COLUMNS", "NO_COLOR", "MPLBACKEND")

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_METADATA = ("course",)  # what the lesson says about itself, see utils/authoring/overview.py
KEPT_CELL_METADATA = ("tags", "jupyter", "cellView")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KEPT_IMAGE_METADATA = ("alt", "height", "width")


class ExecutionFailed(RuntimeError):
    """A notebook could not be run to its end; the message names file and cell."""


class Execution(NamedTuple):
    """An executed notebook, how long it took and (where the system tells) the kernel's peak memory."""

    notebook: NotebookNode
    seconds: float
    peak_megabytes: float | None


class _ThisPython(KernelSpecManager):
    """Knows one kernel: the Python that runs this, whatever kernels the user has registered."""

    def get_kernel_spec(self, kernel_name):
        return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())


def execute(path: Path, environment: dict[str, str], cell_timeout: int = 600) -> Execution:
    """Run a notebook top to bottom in a fresh kernel, in the notebook's folder; the file is left alone.

    Args:
        path: the notebook.
        environment: the kernel's whole environment, see `kernel_environment`.
        cell_timeout: seconds after which a cell counts as hanging.

    Raises:
        ExecutionFailed: a cell raised, hung, or took the kernel down with it.
    """
    path = Path(path)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_ThisPython()),
        timeout=cell_timeout,
        record_timing=False,
        store_widget_state=False,
    )
    started = time.perf_counter()
    kernel = {"env": environment, "cwd": str(path.resolve().parent), "stderr": subprocess.DEVNULL}
    with client.setup_kernel(cleanup_kc=True, **kernel):
        client.reset_execution_trackers()
        number = 0
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            number += 1
            try:
                client.execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise ExecutionFailed(f"{path.name}, code cell {number}: {_readable(error)}") from error
        peak = _peak_megabytes(getattr(client.km.provisioner, "pid", None))
    return Execution(notebook, time.perf_counter() - started, peak)


def kernel_environment(**settings: str) -> dict[str, str]:
    """This process's environment without what would colour or reshape outputs, and with `settings`."""
    environment = {name: value for name, value in os.environ.items() if name not in CLEARED_VARIABLES}
    # Kernels start in notebooks/, where a relative path would lead elsewhere.
    environment |= {name: str(found) for name in outside.PATHS if (found := outside.path(name))}
    # With this variable set, ipykernel does not capture what C++ code writes to file descriptor 2,
    # which nbval's kernels cannot see either.
    environment["PYTEST_CURRENT_TEST"] = "executing a lesson"
    return environment | settings


def warm_caches(environment: dict[str, str], root: Path = ROOT) -> None:
    """Do once what is slow or talkative only the first time: find or build the digits, list the fonts.

    Args:
        environment: as for `execute`; COURSE_DATA and MNIST_NPZ in it decide which digits.
        root: the project's folder.

    Raises:
        ExecutionFailed: the digits could not be had; the message gives the reason.
    """
    code = "from matplotlib import font_manager; from utils.data import load_mnist; load_mnist()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, env=environment, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        # A system's own messages may come in another encoding than ours; what matters is that one reads them.
        reason = done.stderr.decode("utf-8", errors="replace").strip()
        raise ExecutionFailed(f"the digits could not be loaded: {reason.rpartition(chr(10))[2]}")


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Reduce a notebook to what the course stores: sources, ids, outputs and the few metadata that matter."""
    notebook.metadata = nbformat.from_dict(METADATA | _kept(notebook.metadata, KEPT_METADATA))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = _kept(cell.metadata, KEPT_CELL_METADATA)
        cell.source = cell.source.strip("\n")
        if cell.cell_type == "code":
            cell.outputs = [_normalised_output(output) for output in _merged_streams(cell.outputs)]
    return notebook


def with_small_pictures(notebook: NotebookNode) -> NotebookNode:
    """Write the pictures of an executed notebook in as few bytes as their pixels need."""
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        if png := output.get("data", {}).get("image/png"):
            output.data["image/png"] = base64.b64encode(smallest_png(base64.b64decode(png))).decode("ascii")
    return notebook


def canonical(notebook: NotebookNode) -> str:
    """The one way in which a notebook is written: sorted keys, indented by one, a newline at the end."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def store(path: Path, check: Callable[[Path, NotebookNode], Iterable[str]], **settings: str) -> Execution:
    """Execute a notebook and write it back with its outputs, in canonical form.

    Args:
        path: the notebook; it keeps its old content unless everything is in order.
        check: gives a message for each reason not to store the executed notebook.
        settings: environment variables for the kernel, such as COURSE_DATA="mnist".

    Raises:
        ExecutionFailed: a cell failed, or `check` found something; the message says what.
    """
    environment = kernel_environment(**settings)
    environment.pop("COURSE_SEED", None)
    execution = execute(path, environment)
    notebook = with_small_pictures(normalise(execution.notebook))
    if reasons := list(check(path, notebook)):
        raise ExecutionFailed("\n".join(["not stored:", *reasons]))
    write_text(path, canonical(notebook))
    return execution


def _kept(metadata: dict, names: tuple[str, ...]) -> NotebookNode:
    return nbformat.from_dict({name: metadata[name] for name in names if metadata.get(name)})


def _merged_streams(outputs: list[NotebookNode]) -> Iterator[NotebookNode]:
    """Join neighbouring pieces of one stream: where a kernel cuts its text is a matter of timing."""
    previous = None
    for output in outputs:
        if previous and output.output_type == "stream" == previous.output_type and output.name == previous.name:
            previous.text += output.text
            continue
        if previous:
            yield _settled(previous)
        previous = output
    if previous:
        yield _settled(previous)


def _settled(output: NotebookNode) -> NotebookNode:
    """The output as it stands in the end: of a line that was written over itself, as progress is, what came last."""
    if output.output_type == "stream":
        output.text = re.sub(r"^.*\r(?=[^\n])", "", output.text, flags=re.MULTILINE)  # as nbval does
    return output


def _normalised_output(output: NotebookNode) -> NotebookNode:
    if speaks_for_itself(output):
        output.data.pop(WIDGET_VIEW, None)
    if "metadata" in output:
        picture = _kept(output.metadata.get("image/png", {}), KEPT_IMAGE_METADATA)
        output.metadata = nbformat.from_dict({"image/png": picture} if picture else {})
    return output


def speaks_for_itself(output: NotebookNode) -> bool:
    """Whether a widget's output says in words what it is: without its kernel only they remain.

    The words of the course's widgets do; the usual `IntSlider(value=0)` does not.
    """
    words = output.get("data", {}).get("text/plain", "")
    return bool(words) and WIDGET_VIEW in output.data and not re.fullmatch(r"\w+\(.*\)", words, flags=re.DOTALL)


def _readable(error: Exception) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return plain.splitlines()[-1] if isinstance(error, CellExecutionError) else plain


def _peak_megabytes(process_id: int | None) -> float | None:
    """The most memory a running process has held, in MB; None where the system does not say (not Linux)."""
    status = Path(f"/proc/{process_id}/status")
    if not process_id or not status.exists():
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
    return int(peak[1]) / 1024 if peak else None
