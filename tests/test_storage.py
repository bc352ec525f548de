"""utils.storage: a file is the old one or the new one, however many write it at once."""

import multiprocessing
from pathlib import Path

import pytest

from utils import storage

SIZE = 500_000


def write_many(path: Path, letter: bytes, barrier) -> None:
    barrier.wait(timeout=30)
    for _ in range(40):
        with storage.replacing(path) as temporary:
            temporary.write_bytes(letter * SIZE)


def test_a_file_that_two_processes_write_at_once_is_whole_whenever_it_is_read(tmp_path):
    path = tmp_path / "folder that is made" / "model.keras"
    context = multiprocessing.get_context("spawn")  # as on Windows and macOS
    barrier = context.Barrier(3)
    writers = [context.Process(target=write_many, args=(path, letter, barrier)) for letter in (b"a", b"b")]
    for writer in writers:
        writer.start()
    barrier.wait(timeout=30)
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if path.exists():
            content = path.read_bytes()
            seen.add((content[:1] * SIZE == content, content[:1]))
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen and seen <= {(True, b"a"), (True, b"b")}
    assert [file.name for file in path.parent.iterdir()] == ["model.keras"]


def test_what_is_being_written_keeps_its_ending_and_hides_behind_a_dot(tmp_path):
    """Keras chooses a file's format by its ending; who lists a folder passes over names with a first dot."""
    with storage.replacing(tmp_path / "model.keras") as temporary:
        temporary.write_bytes(b"")
        assert temporary.parent == tmp_path and temporary.suffix == ".keras" and temporary.name.startswith(".")


def test_text_is_written_as_it_is_on_every_system(tmp_path):
    storage.write_text(tmp_path / "text", "≈ 1\n2\n")
    assert (tmp_path / "text").read_bytes() == "≈ 1\n2\n".encode()


def test_text_that_cannot_be_written_raises(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        storage.write_text(tmp_path / "file" / "text", "x")
