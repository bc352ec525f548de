"""load_mnist finds MNIST where it is, says what is wrong where it is not, and leaves nothing half-written."""

import contextlib
import errno
import http.client
import os
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from utils import data, settings, standin, storage
from utils.authoring import execute

ROOT = Path(__file__).resolve().parents[1]
REAL_MNIST = os.environ.get("MNIST_NPZ")  # before the fixture below hides it
NOWHERE = "http://127.0.0.1:9/mnist.npz"  # the discard port: nobody listens
COUNTS = "(60 training, 20 validation, 30 test)"
STANDIN_COUNTS = "(50 training, 20 validation, 20 test)"


@pytest.fixture(autouse=True)
def small_world(monkeypatch, tmp_path):
    """A MNIST of 110 digits and a stand-in of 90; no caches, no wishes, no proxy."""
    for name in ("COURSE_DATA", "MNIST_NPZ", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(data, "VALIDATION_SIZE", 20)
    monkeypatch.setattr(data, "MNIST_SHA256", {name: storage.digest(a) for name, a in small_mnist().items()})
    monkeypatch.setattr(standin, "SIZES", {"train": 50, "validation": 20, "test": 20})


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def load(monkeypatch, folder):
    """load_mnist in a folder of its own, far from the real address, with short time limits."""

    def load(*, folder=folder, url=NOWHERE, stall_limit=2.0, deadline=10.0):
        for name, value in {"FOLDER": folder, "URL": url, "STALL_LIMIT": stall_limit, "DEADLINE": deadline}.items():
            monkeypatch.setattr(data, name, value)
        return data.load_mnist()

    return load


def small_mnist() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    return {
        "x_train": rng.integers(0, 256, (80, 28, 28), dtype=np.uint8),
        "y_train": rng.integers(0, 10, 80, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        "y_test": rng.integers(0, 10, 30, dtype=np.uint8),
    }


def save(path: Path, **changes) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{**small_mnist(), **changes})
    return path.read_bytes()


def content_of_mnist(tmp_path: Path) -> bytes:
    return save(tmp_path / "elsewhere" / "mnist.npz")


@pytest.fixture
def serve():
    """Start a server on loopback that answers with `status` and `body`, and give its address.

    `length` is what it says the body's length is. With `late` it waits for the test's end before it
    answers; with `drip` it sends the body in 200 parts, one every 20 ms.
    """
    over = threading.Event()
    servers = []

    def start(body=b"", *, status=200, length=None, late=False, drip=False):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if late:
                    over.wait(30)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                step = len(body) // 200 if drip else len(body)
                for start in range(0, len(body), step):
                    self.wfile.write(body[start : start + step])
                    if drip and over.wait(0.02):
                        return

            def handle(self):
                with contextlib.suppress(ConnectionError):  # the client gave up, as it should
                    super().handle()

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/mnist.npz"

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def last_line(capsys) -> str:
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith("Digits: ")
    assert len(line) < 148  # the real counts are 12 characters longer: below 160
    return line


def is_small_mnist(digits: data.Digits) -> bool:
    wanted = small_mnist()
    return digits.source == "mnist" and np.array_equal(np.rint(255 * digits.x_test), wanted["x_test"])


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name not in ("mnist.npz", "digits.npz")]


# What is returned


def test_images_are_floats_in_0_to_1_and_labels_int64_in_three_splits(load, folder):
    save(folder / "mnist.npz")
    digits = load()
    wanted = small_mnist()
    np.testing.assert_array_equal(digits.x_train, wanted["x_train"][:60] / np.float32(255))
    np.testing.assert_array_equal(digits.x_validation, wanted["x_train"][60:] / np.float32(255))
    np.testing.assert_array_equal(digits.x_test, wanted["x_test"] / np.float32(255))
    np.testing.assert_array_equal(digits.y_train, wanted["y_train"][:60])
    np.testing.assert_array_equal(digits.y_validation, wanted["y_train"][60:])
    np.testing.assert_array_equal(digits.y_test, wanted["y_test"])
    assert [a.dtype for a in digits[:6]] == [np.float32, np.int64] * 3
    assert digits.x_train.max() == 1.0


def test_the_stand_in_has_the_same_types(load):
    digits = load()
    assert digits.source == "digits"
    assert [a.dtype for a in digits[:6]] == [np.float32, np.int64] * 3
    assert digits.x_train.shape == (50, 28, 28)
    assert digits.x_train.max() == 1.0


@pytest.mark.skipif(not REAL_MNIST, reason="MNIST_NPZ names no MNIST to test with")
def test_the_real_mnist_is_recognised_and_split(monkeypatch, load, capsys):
    monkeypatch.undo()
    monkeypatch.setenv("MNIST_NPZ", REAL_MNIST)
    monkeypatch.delenv("COURSE_DATA", raising=False)
    digits = load()
    assert digits.x_train.shape == (50_000, 28, 28)
    assert digits.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert digits.x_train.mean() == pytest.approx(0.1307, abs=0.0005)
    assert last_line(capsys).endswith("(50,000 training, 10,000 validation, 10,000 test)")


# Where it looks, and in which order


def test_the_named_file_comes_first(monkeypatch, load, folder, tmp_path, capsys):
    save(folder / "mnist.npz")
    save(tmp_path / "mine.npz")
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "mine.npz"))
    assert is_small_mnist(load())
    assert last_line(capsys) == f"Digits: MNIST from the file that MNIST_NPZ names {COUNTS}"


def test_the_data_folder_comes_before_kerass_cache(load, folder, tmp_path, capsys):
    save(folder / "mnist.npz")
    save(tmp_path / "keras" / "datasets" / "mnist.npz")
    assert is_small_mnist(load())
    assert last_line(capsys) == f"Digits: MNIST from data/mnist.npz {COUNTS}"


def test_kerass_cache_comes_before_a_download(load, tmp_path, capsys, serve):
    path = tmp_path / "keras" / "datasets" / "mnist.npz"
    url = serve(save(path))
    assert is_small_mnist(load(url=url))
    assert last_line(capsys) == f"Digits: MNIST from Keras's cache {COUNTS}"


def test_kerass_cache_is_in_the_home_folder_unless_keras_home_is_set(monkeypatch, load, tmp_path, capsys):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    save(tmp_path / "me" / ".keras" / "datasets" / "mnist.npz")
    assert is_small_mnist(load())


def test_a_good_download_is_used_and_kept(load, folder, tmp_path, capsys, serve):
    content = content_of_mnist(tmp_path)
    assert is_small_mnist(load(url=serve(content)))
    assert last_line(capsys) == f"Digits: MNIST from a download {COUNTS}"
    assert (folder / "mnist.npz").read_bytes() == content
    assert is_small_mnist(load())
    assert leftovers(folder) == []


def test_course_data_digits_takes_the_stand_in_whatever_else_is_set(monkeypatch, load, folder, capsys):
    save(folder / "mnist.npz")
    monkeypatch.setenv("COURSE_DATA", "digits")
    monkeypatch.setenv("MNIST_NPZ", str(folder / "mnist.npz"))
    assert load().source == "digits"
    assert last_line(capsys) == f"Digits: stand-in, 1,797 scans warped, COURSE_DATA=digits {STANDIN_COUNTS}"


def test_course_data_mnist_refuses_the_stand_in_and_tells_what_was_tried(monkeypatch, load, folder, tmp_path):
    monkeypatch.setenv("COURSE_DATA", "mnist")
    with pytest.raises(data.DataError) as caught:
        load()
    for part in ("MNIST_NPZ: not set", str(folder), str(tmp_path / "keras"), NOWHERE, "What helps"):
        assert part in str(caught.value)
    assert not (folder / "digits.npz").exists()


def test_course_data_mnist_takes_mnist(monkeypatch, load, folder):
    save(folder / "mnist.npz")
    monkeypatch.setenv("COURSE_DATA", "mnist")
    assert is_small_mnist(load())


def test_another_course_data_is_refused_by_name(monkeypatch, load):
    monkeypatch.setenv("COURSE_DATA", "cifar")
    with pytest.raises(ValueError, match="COURSE_DATA is 'cifar', wanted 'mnist' or 'digits'"):
        load()


# The file that MNIST_NPZ names is good, or an error


def name_file(monkeypatch, path: Path) -> None:
    monkeypatch.setenv("MNIST_NPZ", str(path))


def refused(load, folder, match: str) -> None:
    save(folder / "mnist.npz")  # a good one elsewhere does not hide that the named one is bad
    with pytest.raises(data.DataError, match=match):
        load()


def test_a_named_file_that_is_missing_is_an_error(monkeypatch, load, folder, tmp_path):
    name_file(monkeypatch, tmp_path / "missing.npz")
    refused(load, folder, r"missing\.npz, which is not usable: No such file")


def test_a_named_text_file_is_an_error(monkeypatch, load, folder, tmp_path):
    (tmp_path / "notes.txt").write_text("These are not digits.", encoding="utf-8")
    name_file(monkeypatch, tmp_path / "notes.txt")
    refused(load, folder, r"notes\.txt, which is not usable: text or pickled objects")


class Trap:
    """Unpickling it would write a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_named_pickled_file_is_an_error_and_runs_no_code(monkeypatch, load, folder, tmp_path):
    save(tmp_path / "pickled.npz", y_test=np.array([Trap(tmp_path / "sprung")], dtype=object))
    name_file(monkeypatch, tmp_path / "pickled.npz")
    refused(load, folder, r"pickled\.npz, which is not usable: text or pickled objects")
    assert not (tmp_path / "sprung").exists()


def test_a_named_file_with_flat_images_is_an_error(monkeypatch, load, folder, tmp_path):
    save(tmp_path / "flat.npz", x_train=small_mnist()["x_train"].reshape(80, 784))
    name_file(monkeypatch, tmp_path / "flat.npz")
    refused(load, folder, r"x_train has shape \(80, 784\), wanted \(n, 28, 28\)")


def test_a_named_file_with_another_type_is_an_error(monkeypatch, load, folder, tmp_path):
    save(tmp_path / "floats.npz", x_test=small_mnist()["x_test"] / 255)
    name_file(monkeypatch, tmp_path / "floats.npz")
    refused(load, folder, "x_test is float64, wanted uint8")


def test_a_named_file_with_one_changed_pixel_is_an_error(monkeypatch, load, folder, tmp_path):
    images = small_mnist()["x_test"]
    images[3, 14, 14] ^= 1
    save(tmp_path / "changed.npz", x_test=images)
    name_file(monkeypatch, tmp_path / "changed.npz")
    refused(load, folder, "x_test is not MNIST's")


def test_a_named_file_without_labels_is_an_error(monkeypatch, load, folder, tmp_path):
    np.savez(tmp_path / "images.npz", x_train=small_mnist()["x_train"])
    name_file(monkeypatch, tmp_path / "images.npz")
    refused(load, folder, "it has no array y_train")


def test_a_named_npy_file_is_an_error(monkeypatch, load, folder, tmp_path):
    np.save(tmp_path / "one.npy", small_mnist()["x_train"])
    name_file(monkeypatch, tmp_path / "one.npy")
    refused(load, folder, "one array, not an .npz file of several")


def test_a_named_folder_is_an_error(monkeypatch, load, folder, tmp_path):
    name_file(monkeypatch, tmp_path)
    refused(load, folder, "which is not usable")


# Bad files elsewhere are reported, not used, and kept


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_a_truncated_file_is_reported_and_kept(load, folder, tmp_path, capsys, share):
    whole = save(folder / "mnist.npz")
    cut = whole[: int(share * len(whole))]
    (folder / "mnist.npz").write_bytes(cut)
    save(tmp_path / "keras" / "datasets" / "mnist.npz")
    assert is_small_mnist(load())
    assert "Not used, and left as it is: data/mnist.npz (" in capsys.readouterr().out
    assert (folder / "mnist.npz").read_bytes() == cut


def test_a_wrong_file_in_kerass_cache_is_reported_and_kept(load, tmp_path, capsys):
    path = tmp_path / "keras" / "datasets" / "mnist.npz"
    wrong = save(path, y_test=np.zeros(30, np.uint8))
    assert load().source == "digits"
    assert "Not used, and left as it is: Keras's cache (y_test is not MNIST's)" in capsys.readouterr().out
    assert path.read_bytes() == wrong


def test_a_download_does_not_overwrite_a_bad_file(load, folder, tmp_path, capsys, serve):
    folder.mkdir()
    (folder / "mnist.npz").write_bytes(b"somebody's thesis")
    assert is_small_mnist(load(url=serve(content_of_mnist(tmp_path))))
    assert "Not kept in data/mnist.npz (a file is in the way)" in capsys.readouterr().out
    assert (folder / "mnist.npz").read_bytes() == b"somebody's thesis"


def test_a_damaged_member_of_the_archive_is_noticed(load, folder, capsys):
    content = bytearray(save(folder / "mnist.npz"))
    content[len(content) // 2] ^= 0xFF
    (folder / "mnist.npz").write_bytes(content)
    assert load().source == "digits"
    assert "Not used, and left as it is" in capsys.readouterr().out


# Downloads that fail lead to the stand-in, quickly and with the reason


def falls_back(load, folder, capsys, reason: str, **options) -> None:
    assert load(**options).source == "digits"
    line = last_line(capsys)
    assert line.startswith("Digits: stand-in, 1,797 scans warped, no MNIST: download: " + reason)
    assert line.endswith(f"; see data/README.md {STANDIN_COUNTS}")
    assert not (folder / "mnist.npz").exists()
    assert leftovers(folder) == []


def test_a_refused_connection(load, folder, capsys):
    falls_back(load, folder, capsys, "")


def test_an_address_that_does_not_exist(load, folder, capsys):
    falls_back(load, folder, capsys, "", url="http://digits.invalid/mnist.npz")


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_server_that_says_no(load, folder, capsys, serve, status):
    falls_back(load, folder, capsys, f"HTTP {status}", url=serve(b"no", status=status))


def test_a_server_slower_than_the_limit(load, folder, tmp_path, capsys, serve):
    url = serve(content_of_mnist(tmp_path), late=True)
    falls_back(load, folder, capsys, "timed out", url=url, stall_limit=0.2)


def test_a_server_that_drips_longer_than_the_deadline(load, folder, tmp_path, capsys, serve):
    url = serve(content_of_mnist(tmp_path), drip=True)
    falls_back(load, folder, capsys, "timed out", url=url, deadline=0.5)


def test_looking_up_a_name_that_hangs(load, folder, capsys, monkeypatch):
    """getaddrinfo knows no time limit, so urlopen's does not hold for it."""
    over = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *arguments, **options: over.wait(30))
    try:
        falls_back(load, folder, capsys, "timed out", url="http://digits.invalid/", stall_limit=0.2)
    finally:
        over.set()


def test_a_body_that_is_cut_off(load, folder, tmp_path, capsys, serve):
    content = content_of_mnist(tmp_path)
    url = serve(content[: len(content) // 2], length=len(content))
    falls_back(load, folder, capsys, "cut off", url=url)


def test_a_wrong_content(load, folder, capsys, serve):
    url = serve(b"<html>Please log in to the wireless network</html>")
    falls_back(load, folder, capsys, "wrong content", url=url)


def test_an_endless_content(load, folder, capsys, serve, monkeypatch):
    monkeypatch.setattr(storage, "LARGEST_DOWNLOAD", 1000)
    falls_back(load, folder, capsys, "too long", url=serve(b"a" * 100_000))


def test_another_data_set_in_the_right_format(load, folder, tmp_path, capsys, serve):
    content = save(tmp_path / "fashion.npz", x_train=255 - small_mnist()["x_train"])
    falls_back(load, folder, capsys, "wrong content", url=serve(content))


def certificate_error(number: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:1007)")
    error.verify_code = number
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (certificate_error(20), "Python found no certificates"),
        (certificate_error(19), "self-signed (by a proxy?)"),
        (certificate_error(10), "certificate expired (clock?)"),
        (certificate_error(62), "certificate of another server"),
        (certificate_error(26), "certificate not accepted"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1007)"), "no secure connection"),
        (socket.gaierror(-3, "Temporary failure in name resolution"), "server name not found"),
        (ConnectionRefusedError(10061, "No connection could be made because the target ..."), "connection refused"),
        (ConnectionResetError(104, "Connection reset by peer"), "connection broken"),
        (http.client.RemoteDisconnected("Remote end closed connection without response"), "connection broken"),
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
        (OSError("Tunnel connection failed: 407 Proxy Authentication Required"), "Tunnel connection failed:..."),
        (OSError(10065, "A socket operation was attempted to an unreachable host"), "A socket operation was..."),
        ("unknown url type: gopher", "unknown url type: gopher"),
        (MemoryError(), "MemoryError"),
    ],
    ids=lambda value: str(value)[:25],
)
def test_the_reason_of_a_failed_download_is_plain_and_never_cut_in_a_word(error, reason, load, capsys, monkeypatch):
    monkeypatch.setattr(storage.urllib.request, "urlopen", raising(urllib.error.URLError(error)))
    assert load().source == "digits"
    assert f"no MNIST: download: {reason}; see data/README.md" in last_line(capsys)


def test_no_printed_line_names_a_folder_of_the_machine(load, folder, tmp_path, capsys, monkeypatch):
    """Lessons store what they print."""
    for path in (folder / "mnist.npz", folder / "digits.npz", tmp_path / "keras" / "datasets" / "mnist.npz"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"damaged")
    monkeypatch.setattr(storage.os, "replace", raising(OSError(errno.ENOSPC, "No space left on device")))
    load()
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == 5
    assert str(tmp_path) not in printed


# What the variables may look like


@pytest.mark.parametrize("form", ["{} ", " {}", '"{}"', "'{}'", '" {} "'])
def test_blanks_and_quotes_around_a_variable_are_taken_off(form, load, tmp_path, capsys, monkeypatch):
    save(tmp_path / "my files" / "mine.npz")
    monkeypatch.setenv("MNIST_NPZ", form.format(tmp_path / "my files" / "mine.npz"))
    monkeypatch.setenv("COURSE_DATA", form.format("mnist"))
    assert is_small_mnist(load())
    monkeypatch.setenv("COURSE_DATA", form.format("digits"))
    assert load().source == "digits"
    assert last_line(capsys).startswith("Digits: stand-in, 1,797 scans warped, COURSE_DATA=digits")


@pytest.mark.parametrize("empty", ["", " ", '""', "''"])
def test_an_empty_variable_counts_as_not_set(empty, load, folder, capsys, monkeypatch):
    save(folder / "mnist.npz")
    monkeypatch.setenv("COURSE_DATA", empty)
    monkeypatch.setenv("MNIST_NPZ", empty)
    load()
    assert last_line(capsys).startswith("Digits: MNIST from data/mnist.npz")


@pytest.mark.parametrize("named", ["mine.npz", "./mine.npz", "../here/mine.npz", "~/here/mine.npz"])
def test_a_relative_path_is_taken_from_the_current_folder_and_a_tilde_is_the_home_folder(
    named, load, tmp_path, monkeypatch
):
    save(tmp_path / "here" / "mine.npz")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("MNIST_NPZ", named)
    assert is_small_mnist(load())


def test_a_relative_path_that_leads_nowhere_from_a_kernels_folder_is_taken_from_the_courses(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_NPZ", "data/README.md")
    assert settings.path("MNIST_NPZ") == ROOT / "data" / "README.md"


def test_relative_paths_become_absolute_once_for_all_that_is_started_later(monkeypatch, tmp_path):
    (tmp_path / "mine.npz").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_NPZ", " 'mine.npz'")
    monkeypatch.setenv("COURSE_RESULTS", "~nobody-of-this-name/results")
    assert execute.kernel_environment()["MNIST_NPZ"] == str(tmp_path / "mine.npz")
    settings.make_paths_absolute()
    monkeypatch.chdir(ROOT)
    assert os.environ["MNIST_NPZ"] == str(tmp_path / "mine.npz")
    assert Path(os.environ["COURSE_RESULTS"]).is_absolute()


# Writing


def raising(error: BaseException):
    def fail(*arguments, **options):
        raise error

    return fail


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(load, folder, tmp_path, capsys, serve, monkeypatch):
    monkeypatch.setattr(storage.os, "fsync", raising(OSError(errno.ENOSPC, "No space left on device")))
    assert is_small_mnist(load(url=serve(content_of_mnist(tmp_path))))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Not kept in data/mnist.npz (No space left on device)")
    assert list(folder.iterdir()) == []


def test_the_stand_in_works_from_memory_on_a_full_disk(load, folder, capsys, monkeypatch):
    monkeypatch.setattr(storage.os, "fsync", raising(OSError(errno.ENOSPC, "No space left on device")))
    assert load().source == "digits"
    assert "Not kept in data/digits.npz (No space" in capsys.readouterr().out
    assert list(folder.iterdir()) == []


def test_a_read_only_folder_is_told_in_one_line(load, folder, tmp_path, capsys, serve, monkeypatch):
    def no_writing(file, mode="r", *arguments, **options):
        if "r" not in mode:
            raise PermissionError(errno.EACCES, "Permission denied")
        return open(file, mode, *arguments, **options)

    monkeypatch.setattr(storage, "open", no_writing, raising=False)
    assert is_small_mnist(load(url=serve(content_of_mnist(tmp_path))))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Not kept in data/mnist.npz (Permission denied)")


def test_a_folder_that_cannot_be_made_is_no_reason_to_stop(load, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert load(folder=tmp_path / "file" / "data").source == "digits"
    assert "Not kept in" in capsys.readouterr().out


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupt_during_the_write_leaves_no_file_and_goes_on(load, folder, monkeypatch, step):
    monkeypatch.setattr(storage.os, step, raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        load()
    assert list(folder.iterdir()) == []


def test_an_interrupt_keeps_the_old_file(tmp_path, monkeypatch):
    storage.write_bytes(tmp_path / "file", b"old")
    monkeypatch.setattr(storage.os, "fsync", raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        storage.write_bytes(tmp_path / "file", b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


WRITE_AND_READ = """
import sys, numpy as np
from pathlib import Path
from utils.storage import read_arrays, write_arrays
path, value = Path(sys.argv[1]), int(sys.argv[2])
sys.stdin.readline()
for _ in range(60):
    problem = write_arrays(path, {"x": np.full(300_000, value)})
    assert problem is None or sys.platform == "win32", problem  # Windows locks what another one reads
    found = read_arrays(path)["x"]
    assert found.shape == (300_000,) and found.min() == found.max(), "half of one, half of the other"
"""


def test_two_processes_at_once_never_see_half_a_file(tmp_path):
    def start(value: int) -> subprocess.Popen:
        command = [sys.executable, "-c", WRITE_AND_READ, str(tmp_path / "shared.npz"), str(value)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)

    processes = [start(value) for value in (1, 2)]
    for process in processes:  # both wait for this line, so that neither is done before the other begins
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    assert [path.name for path in tmp_path.iterdir()] == ["shared.npz"]


# The cache of the stand-in


def test_the_stand_in_is_built_once(load, folder, monkeypatch):
    first = load()
    monkeypatch.setattr(standin, "build", raising(AssertionError("built twice")))
    again = load()
    assert all(np.array_equal(a, b) for a, b in zip(first[:6], again[:6], strict=True))
    assert leftovers(folder) == []


def change_label(path: Path) -> None:
    arrays = storage.read_arrays(path)
    arrays["y_train"][0] ^= 1
    np.savez(path, **arrays)


def make_older(path: Path) -> None:
    np.savez(path, **{**storage.read_arrays(path), "version": np.array(standin.VERSION - 1)})


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1000]), "not a whole .npz file"),
        (lambda path: path.write_text("text", encoding="utf-8"), "text or pickled objects"),
        (lambda path: np.savez(path, version=np.array([1, 2])), "of another version"),
        (make_older, "of another version"),
        (change_label, "content and digest differ"),
    ],
    ids=["truncated", "text", "other arrays", "older", "changed"],
)
def test_a_damaged_or_older_cache_is_reported_and_built_anew(load, folder, capsys, damage, reason):
    first = load()
    damage(folder / "digits.npz")
    again = load()
    assert f"Built anew: data/digits.npz ({reason}" in capsys.readouterr().out
    assert all(np.array_equal(a, b) for a, b in zip(first[:6], again[:6], strict=True))
    load()
    assert "Built anew" not in capsys.readouterr().out


def test_importing_does_nothing_and_needs_neither_tensorflow_nor_scikit_learn():
    program = "import utils.data, sys; print([m for m in ('tensorflow', 'keras', 'sklearn') if m in sys.modules])"
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert result.stdout.strip() == "[]"
