"""Files written whole or not at all: what a killed process leaves goes, nothing else does."""

import errno
import multiprocessing
import os

import numpy as np
import pytest
from files import MIB, names_in

from mlp_lab.data import write_idx
from mlp_lab.support.array_files import write_arrays
from mlp_lab.support.atomic_file import OLD, remove_leftovers, replacing

ENDING = "0123456789abcdef"
ARRAY = np.zeros(3, np.uint8)
NOISE = np.frombuffer(np.random.default_rng(0).bytes(MIB), np.uint8)
WRITERS = {
    "write_idx": write_idx,
    "write_arrays": lambda path, array: write_arrays(path, "test", 1, {"x": array}),
}
writers = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


def make_old(path):
    path.touch()
    os.utime(path, (0, 0))


def killed_while_writing(path):
    """Run in a process of its own."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(b"half of it")
        os._exit(9)


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt(), MemoryError()], ids=repr)
@pytest.mark.parametrize("moment", ["while writing", "while replacing"])
def test_an_error_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, error, moment):
    def fail(*_):
        raise error

    def write(path):
        with replacing(path) as unfinished:
            unfinished.write_text("half of it")
            if moment == "while writing":
                fail()

    path = tmp_path / "file"
    path.write_text("old")
    monkeypatch.setattr(type(path), "replace", fail)
    with pytest.raises(type(error)):
        write(path)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file"]


@writers
@pytest.mark.parametrize("name", ["old", "old.gz"])
def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path, name, write):
    resource = pytest.importorskip("resource", reason="no limit of file sizes on this system")
    path = tmp_path / name
    write(path, ARRAY)
    old = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB // 2, limits[1]))
    try:
        with pytest.raises(OSError, match=r".") as caught:
            write(path, NOISE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.errno == errno.EFBIG
    assert path.read_bytes() == old
    assert names_in(tmp_path) == [name]
    write(path, NOISE)
    assert path.stat().st_size > MIB
    assert names_in(tmp_path) == [name]


@writers
def test_a_folder_that_is_missing_or_in_the_way_is_an_oserror(tmp_path, write):
    folder = tmp_path / "folder"
    folder.mkdir()
    for path in (tmp_path / "missing" / "file", folder):
        with pytest.raises(OSError, match=path.name):
            write(path, ARRAY)
    assert names_in(tmp_path) == ["folder"]


@writers
@pytest.mark.parametrize("name", ["net.npz", "[a]*?.gz"])
def test_what_a_killed_process_left_goes_when_it_is_old(tmp_path, name, write):
    if os.name == "nt" and "*" in name:
        pytest.skip("no such names on this system")
    path = tmp_path / name
    killed = multiprocessing.get_context("spawn").Process(target=killed_while_writing, args=(path,))
    killed.start()
    killed.join()
    assert killed.exitcode == 9
    (leftover,) = tmp_path.iterdir()
    write(path, ARRAY)  # the leftover is fresh: for all we know, somebody is writing it
    assert names_in(tmp_path) == sorted([leftover.name, name])
    make_old(leftover)
    write(path, ARRAY)
    assert names_in(tmp_path) == [name]


@writers
def test_files_of_other_names_stay_however_old(tmp_path, write):
    others = [
        f".other.npz.{ENDING}", f".net.npz.gz.{ENDING}", f"net.npz.{ENDING}", ".net.npz.swp",
        f".net.npz.{ENDING[1:]}", f".net.npz.{ENDING}0", f".net.npz.{'x' * 16}",
        f".netxnpz.{ENDING}",
    ]  # fmt: skip
    for name in others:
        make_old(tmp_path / name)
    write(tmp_path / "net.npz", ARRAY)
    assert names_in(tmp_path) == sorted([*others, "net.npz"])


def test_a_leftover_that_cannot_be_removed_is_no_reason_not_to_write(tmp_path, monkeypatch):
    leftover = tmp_path / f".file.{ENDING}"
    make_old(leftover)
    unlink = type(leftover).unlink

    def refuse(path, missing_ok=False):
        if path == leftover:
            raise PermissionError(13, "in use", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(type(leftover), "unlink", refuse)
    write_idx(tmp_path / "file", ARRAY)
    assert names_in(tmp_path) == [leftover.name, "file"]


def test_what_changed_within_the_hour_stays_and_so_does_its_folder(tmp_path, monkeypatch):
    folder, file = tmp_path / "download-folder", tmp_path / "download-file"
    folder.mkdir()
    for path in (file, folder / "part"):
        path.touch()
        os.utime(path, (OLD, OLD))
    make_old(folder)  # its own time stands still while a file in it grows
    for now, left in ((2 * OLD - 1, [file.name, folder.name]), (2 * OLD + 1, [])):
        monkeypatch.setattr("time.time", lambda now=now: now)
        remove_leftovers(tmp_path, "download-*")
        assert names_in(tmp_path) == left
