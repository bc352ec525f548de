"""Processes that a lesson starts: workers that share a training, and functions that need a Python of their own.

Whatever happens, an interrupt too, no process that was started here is left running.
"""

import contextlib
import inspect
import json
import os
import pickle
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from utils import storage, worker
from utils.settings import ROOT

HOST = "127.0.0.1"
ABORTED = -6  # TensorFlow sometimes ends a process itself when another one is gone
ENDINGS = {
    worker.FINISHED: "finished",
    worker.GAVE_UP: "gave up waiting",
    worker.LOST: "lost another worker",
    ABORTED: "lost another worker",
}


class ProcessError(RuntimeError):
    """A process failed or took too long; the message says which and gives its last words."""


@dataclass(frozen=True)
class Outcome:
    """How a worker ended.

    `ending` is "finished", "gave up waiting", "lost another worker", "was killed", "failed" or "took too long";
    `seconds` is how long it lived, `last_words` the end of what it wrote to stderr.
    """

    index: int
    ending: str
    seconds: float
    last_words: str
    folder: Path

    @property
    def results(self) -> storage.Arrays:
        """What the worker measured: "mlp weights" and so on, see `worker.train`; "sizes" and "all_reduce".

        Raises ProcessError if it did not finish.
        """
        if self.ending != "finished":
            raise ProcessError(f"worker {self.index} {self.ending}: {self.last_words}")
        return storage.read_arrays(self.folder / f"worker-{self.index}.npz")


def run_workers(
    folder: Path, count: int, *options: str, seconds: float = 200, absent: Collection[int] = (), **of_one: Sequence[str]
) -> list[Outcome]:
    """Start workers (`python -m utils.worker`) on this machine, wait until all have ended, and end those that do not.

    Args:
        folder: with data.npz in it, for the checkpoint and the results.
        count: how many workers TF_CONFIG names.
        options: for each of them, such as "--steps", "32".
        seconds: after which those still running are ended.
        absent: numbers of workers that are named and not started.
        of_one: further options for one worker, `worker_1=("--die-after", "3")`.

    Returns:
        The outcome of each worker that was started.
    """
    running: dict[int, subprocess.Popen] = {}
    ended: dict[int, float] = {}
    with contextlib.ExitStack() as stack:
        log = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="course-workers-")))
        ports = stack.enter_context(_free_ports(count))
        stack.callback(_end, running)
        started = time.monotonic()
        for index in set(range(count)) - set(absent):
            command = [sys.executable, "-m", "utils.worker", str(folder), *options, *of_one.get(f"worker_{index}", ())]
            with open(log / str(index), "wb") as errors:
                running[index] = subprocess.Popen(
                    command, cwd=ROOT, env=_environment(ports, index), stdout=subprocess.DEVNULL, stderr=errors
                )
        while len(ended) < len(running) and time.monotonic() - started < seconds:
            time.sleep(0.02)
            for index, process in running.items():
                if process.poll() is not None:
                    ended.setdefault(index, time.monotonic() - started)
        codes = {index: process.poll() for index, process in running.items()}
        _end(running)
        return [
            Outcome(index, _ending(code), ended.get(index, seconds), _last_words(log / str(index)), folder)
            for index, code in sorted(codes.items())
        ]


def run_alone(function: Callable, *arguments: Any, seconds: float = 120) -> Any:
    """Call a function in a fresh Python process of its own, and return what it returns.

    Args:
        function: its source is all that the process gets, so it imports what it needs itself; `utils` can be imported.
        arguments: anything that can be pickled, as the returned value.
        seconds: after which the process is ended.

    Raises:
        ProcessError: the function raised, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="course-alone-") as name:
        folder = Path(name)
        (folder / "arguments").write_bytes(pickle.dumps(arguments))
        source = textwrap.dedent(inspect.getsource(function))
        (folder / "alone.py").write_text(f"{source}\n\n{_CALL.format(name=function.__name__)}", encoding="utf-8")
        with open(folder / "errors", "wb") as errors:
            process = subprocess.Popen(
                [sys.executable, str(folder / "alone.py")],
                cwd=folder,
                env=_environment() | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProcessError(f"{function.__name__} took longer than {seconds:g} s") from None
        finally:
            _end({0: process})
        if code:
            raise ProcessError(f"{function.__name__} failed: {_last_words(folder / 'errors')}")
        return pickle.loads((folder / "result").read_bytes())


_CALL = """
import pickle

with open("arguments", "rb") as file:
    arguments = pickle.load(file)
result = {name}(*arguments)
with open("result", "wb") as file:
    pickle.dump(result, file)
"""


def peak_megabytes() -> float:
    """The most memory that this process has held so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux; there getrusage also counts what the parent held when it started this process
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))[1]) * 1024 / 1e6
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts in bytes


def _environment(ports: Sequence[int] = (), index: int = 0) -> dict[str, str]:
    """The environment of a process: no GPU, which two processes would not share, and no start-up messages."""
    environment = dict(os.environ) | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if ports:
        cluster = {"worker": [f"{HOST}:{port}" for port in ports]}
        environment["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        environment["TF_GRPC_REUSE_PORT"] = "true"
    return environment


@contextlib.contextmanager
def _free_ports(count: int) -> Iterator[list[int]]:
    """Ports that no other process is given meanwhile: they stay bound here, and the workers may bind them too.

    Where a port cannot be shared (Windows) it is given back first, and another process could take it.
    """
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        shared = hasattr(socket, "SO_REUSEPORT")
        for one in sockets:
            if shared:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            one.bind((HOST, 0))
        ports = [one.getsockname()[1] for one in sockets]
        if not shared:
            stack.close()
        yield ports


def _end(processes: dict[int, subprocess.Popen]) -> None:
    """Kill what still runs; a worker that waits inside TensorFlow would ignore a polite request."""
    for process in processes.values():
        if process.poll() is None:
            process.kill()
    for process in processes.values():
        process.wait()


def _ending(code: int | None) -> str:
    if code is None:
        return "took too long"
    return ENDINGS.get(code, "was killed" if code < 0 else "failed")


def _last_words(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "(nothing on stderr)"
