"""Files written whole or not at all: what a killed process leaves goes, nothing else does."""

import multiprocessing
import os
from functools import partial

import numpy as np
import pytest

from mlp_lab.data import write_idx
from mlp_lab.support.array_files import write_arrays
from mlp_lab.support.atomic_file import OLD, remove_leftovers, replacing

ENDING = "0123456789abcdef"
ARRAY = np.zeros(3, np.uint8)
WRITERS = {
    "write_idx": partial(write_idx, array=ARRAY),
    "write_arrays": partial(write_arrays, kind="test", version=1, arrays={"x": ARRAY}),
}


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def make_old(path):
    os.utime(path, (0, 0))
    return path


def killed_while_writing(path):
    """Run in a process of its own."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(b"half of it")
        os._exit(9)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
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
    write(path)  # the leftover is fresh: for all we know, somebody is writing it
    assert names(tmp_path) == sorted([leftover.name, name])
    make_old(leftover)
    write(path)
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_files_of_other_names_stay_however_old(tmp_path, write):
    others = [
        f".other.npz.{ENDING}", f".net.npz.gz.{ENDING}", f"net.npz.{ENDING}", ".net.npz.swp",
        f".net.npz.{ENDING[1:]}", f".net.npz.{ENDING}0", f".net.npz.{'x' * 16}",
        f".netxnpz.{ENDING}",
    ]  # fmt: skip
    for name in others:
        (tmp_path / name).touch()
        make_old(tmp_path / name)
    write(tmp_path / "net.npz")
    assert names(tmp_path) == sorted([*others, "net.npz"])


def test_a_leftover_that_cannot_be_removed_is_no_reason_not_to_write(tmp_path, monkeypatch):
    leftover = tmp_path / f".file.{ENDING}"
    leftover.touch()
    make_old(leftover)
    unlink = type(leftover).unlink

    def refuse(path, missing_ok=False):
        if path == leftover:
            raise PermissionError(13, "in use", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(type(leftover), "unlink", refuse)
    write_idx(tmp_path / "file", ARRAY)
    assert names(tmp_path) == [leftover.name, "file"]


def test_a_folder_in_which_a_file_was_just_written_is_not_old(tmp_path):
    in_use, left = tmp_path / "download-in_use", tmp_path / "download-left"
    for folder in (in_use, left):
        folder.mkdir()
        (folder / "part").touch()
    make_old(left / "part")
    for folder in (in_use, left):
        make_old(folder)
    remove_leftovers(tmp_path, "download-*")
    assert names(tmp_path) == [in_use.name]


def test_what_changed_within_the_hour_stays(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.touch()
    now = file.stat().st_mtime
    monkeypatch.setattr("time.time", lambda: now + OLD - 1)
    remove_leftovers(tmp_path, "file")
    assert file.exists()
    monkeypatch.setattr("time.time", lambda: now + OLD + 1)
    remove_leftovers(tmp_path, "file")
    assert not file.exists()
