"""Files that can be trusted: downloaded within limits, read without pickles, written whole or not at all."""

import contextlib
import hashlib
import io
import os
import queue
import socket
import ssl
import textwrap
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from tqdm.auto import tqdm

LARGEST_DOWNLOAD = 100_000_000  # bytes; a server that sends more sends something else

Arrays = dict[str, np.ndarray]


class BadFileError(ValueError):
    """A file is not what it should be; the message says how."""


class DownloadError(Exception):
    """A download failed; the message says why, in a few words."""


def digest(array: np.ndarray) -> str:
    """Return the SHA-256 of an array's bytes in C order."""
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()


def read_arrays(file: Path | BinaryIO) -> Arrays:
    """Read all arrays of an .npz file; pickled objects are refused, as they could run code.

    Raises BadFileError for anything that is not a whole .npz file, OSError if it cannot be read at all.
    """
    try:
        with contextlib.ExitStack() as stack:
            loaded = stack.enter_context(open(file, "rb")) if isinstance(file, Path) else file
            archive = np.load(loaded, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise BadFileError("one array, not an .npz file of several")
            return {name: archive[name] for name in archive.files}
    except (OSError, BadFileError):
        raise
    except Exception as error:  # zipfile, zlib and numpy raise a dozen kinds for damaged files
        if "pickle" in str(error):
            raise BadFileError("text or pickled objects, not an .npz file of plain arrays") from error
        raise BadFileError(f"not a whole .npz file, {type(error).__name__}") from error


def write_arrays(path: Path, arrays: Arrays) -> str | None:
    """Write an .npz file so that `path` is the old file, or the new one, never half of it.

    Returns None, or in a few words why it could not be written: a cache is no reason to stop a lesson.
    """
    content = io.BytesIO()
    np.savez(content, **arrays)
    return write_bytes(path, content.getvalue())


def write_bytes(path: Path, content: bytes) -> str | None:
    """Write `content` so that `path` is the old file or the new one; returns as write_arrays does."""
    try:
        with replacing(path) as temporary:
            _write(temporary, content)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def write_text(path: Path, text: str) -> None:
    """Write `text`, in UTF-8 and with newlines as they are, so that `path` is the old file or the new one.

    Raises OSError if it could not be written.
    """
    with replacing(path) as temporary:
        _write(temporary, text.encode("utf-8"))


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name to write a file to, which then takes the place of `path` in one step.

    Whatever goes wrong, an interrupt too, `path` stays as it was and nothing is left behind. Any number of processes
    may write the same path at once: each writes a file of its own, and the last one stays. Missing folders are made.
    Raises OSError if it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The ending stays, since Keras chooses the format by it. Who lists a folder passes over names with a first dot.
    temporary = path.with_name(f".{path.stem}.{uuid.uuid4().hex}.partial{path.suffix}")
    try:
        yield temporary
        with open(temporary, "r+b") as file:
            os.fsync(file.fileno())  # else a computer that goes off may keep the new name and not the content
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)


def download(url: str, *, stall_limit: float, deadline: float, title: str) -> bytes:
    """Download `url` with a progress bar; DownloadError if it cannot be had whole and in time.

    `stall_limit` is the longest wait for the next bytes (looking up the name and connecting included),
    `deadline` the longest time for everything, both in seconds. A thread does the reading: looking up a
    name can hang and knows no time limit, while the caller waits only as long as it wants to.
    """
    events: queue.SimpleQueue[int | bytes | Exception] = queue.SimpleQueue()
    abandoned = threading.Event()
    threading.Thread(target=_fetch, args=(url, stall_limit, events, abandoned), daemon=True).start()
    end = time.monotonic() + deadline
    parts: list[bytes] = []
    try:
        with contextlib.ExitStack() as stack:
            expected = _next(events, stall_limit, end)
            bar = stack.enter_context(tqdm(total=expected or None, desc=title, unit="B", unit_scale=True))
            while part := _next(events, stall_limit, end):
                parts.append(part)
                bar.update(len(part))
                if bar.n > LARGEST_DOWNLOAD:
                    raise DownloadError("too long")
    finally:
        abandoned.set()
    content = b"".join(parts)
    if expected and len(content) != expected:
        raise DownloadError(f"cut off, {len(content):,} of {expected:,} bytes")
    return content


def _next(events: queue.SimpleQueue, stall_limit: float, end: float) -> int | bytes:
    """Wait for what _fetch has to tell next."""
    try:
        event = events.get(timeout=max(0.0, min(stall_limit, end - time.monotonic())))
    except queue.Empty:
        event = TimeoutError()
    if isinstance(event, Exception):
        raise DownloadError(_in_few_words(event)) from event
    return event


def _fetch(url: str, stall_limit: float, events: queue.SimpleQueue, abandoned: threading.Event) -> None:
    """Put into `events` the length (0 if not told), the parts, and b"" at the end; or an exception."""
    try:
        with urllib.request.urlopen(url, timeout=stall_limit) as response:
            events.put(int(response.headers.get("Content-Length") or 0))
            while part := response.read1(1 << 16):
                if abandoned.is_set():
                    return
                events.put(part)
        events.put(b"")
    except Exception as error:  # whatever it is, the one who waits shall hear of it
        events.put(error)


CERTIFICATES = {  # OpenSSL's number for what is wrong with a certificate
    10: "certificate expired (clock?)",
    18: "self-signed certificate",
    19: "self-signed (by a proxy?)",
    20: "Python found no certificates",  # macOS: those of python.org's Python are installed by a command of their own
    62: "certificate of another server",
}


def _in_few_words(error: Exception) -> str:
    """Say why a download failed, without the addresses and numbers of the system's own message."""
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    reason = getattr(error, "reason", error)
    if isinstance(reason, str):
        reason = OSError(reason)
    for kind, words in (
        (TimeoutError, "timed out"),
        (socket.gaierror, "server name not found"),
        (ConnectionRefusedError, "connection refused"),
        (ConnectionError, "connection broken"),
    ):
        if isinstance(reason, kind):
            return words
    if isinstance(reason, ssl.SSLCertVerificationError):
        return CERTIFICATES.get(reason.verify_code, "certificate not accepted")
    if isinstance(reason, ssl.SSLError):
        return "no secure connection"
    if isinstance(reason, OSError):
        return textwrap.shorten(reason.strerror or str(reason) or type(reason).__name__, 30, placeholder="...")
    return type(reason).__name__
