"""Downloads, from a server on this machine that misbehaves in every way servers do."""

import contextlib
import errno
import gzip
import hashlib
import multiprocessing
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from files import names_in

from mlp_lab.data import downloads, fashion_files, mnist_files, read_idx, write_idx
from mlp_lab.data.downloads import DownloadError
from mlp_lab.data.fashion_files import fashion_array
from mlp_lab.data.idx import content_sha256
from mlp_lab.data.mnist_files import mnist_array

NAME = "train-images-idx3-ubyte"
ARRAY = np.random.default_rng(0).integers(0, 256, (100, 28, 28), dtype=np.uint8)
PATIENCE = 60
"""Seconds that a test waits for what is sure to come."""


class Server(ThreadingHTTPServer):
    """Behaves as the first part of the path says; `answers` are status, content, and its length."""

    daemon_threads = True

    def __init__(self, archive):
        super().__init__(("127.0.0.1", 0), Handler)
        page, other, whole = b"<!doctype html>Log in", gzip.compress(b"another file"), len(archive)
        self.answers = {
            "good": (200, archive, whole),
            "together": (200, archive, whole),
            "busy": (503, page, len(page)),
            "page": (200, page, len(page)),
            "other": (200, other, len(other)),
            "cut": (200, archive[: whole // 2], whole),
            "stuck": (200, archive[: whole // 2], whole),
        }
        self.taken = socket.socket()
        self.taken.bind(("127.0.0.1", 0))
        self.asked = []
        self.half_sent, self.released = threading.Event(), threading.Event()
        self.two_have_come = threading.Barrier(2, timeout=PATIENCE)

    def mirror(self, behaviour):
        """Return the address of a mirror that behaves so; at "down" nobody listens, nor can."""
        server = self.taken if behaviour == "down" else self.socket
        return f"http://127.0.0.1:{server.getsockname()[1]}/{behaviour}/"

    def server_close(self):
        super().server_close()
        self.taken.close()

    def handle_error(self, request, client_address):
        """Say nothing: clients here are killed or go away by design."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        behaviour, server = self.path.split("/")[1], self.server
        server.asked.append(behaviour)
        if behaviour == "together":
            server.two_have_come.wait()
        if behaviour != "drop":
            self.answer(*server.answers[behaviour])
        if behaviour == "stuck":
            server.half_sent.set()
            server.released.wait()

    def answer(self, status, content, promised):
        self.send_response(status)
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def expected(tmp_path):
    """What the module is made to expect: the fake file, a cache of our own, no setting."""
    write_idx(tmp_path / "archive.gz", ARRAY)
    archive = (tmp_path / "archive.gz").read_bytes()
    return {
        "archive": archive,
        "cache": tmp_path / "home" / "cache",
        "CONTENT_SHA256": {NAME: content_sha256(ARRAY)},
        "ARCHIVE_SHA256": {NAME: hashlib.sha256(archive).hexdigest()},
    }


def expect(monkeypatch, expected, mirrors, timeout=(PATIENCE, PATIENCE)):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for setting in ("MLP_LAB_DATA", "MLP_LAB_DATASET"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setattr(mnist_files, "cache_folder", lambda: expected["cache"])
    monkeypatch.setattr(mnist_files, "CONTENT_SHA256", expected["CONTENT_SHA256"])
    monkeypatch.setattr(mnist_files, "ARCHIVE_SHA256", expected["ARCHIVE_SHA256"])
    monkeypatch.setattr(mnist_files, "MNIST_MIRRORS", tuple(mirrors))
    monkeypatch.setattr(fashion_files, "cache_folder", lambda: expected["cache"])
    monkeypatch.setattr(fashion_files, "ARCHIVE_SHA256", expected["ARCHIVE_SHA256"])
    monkeypatch.setattr(fashion_files, "MIRRORS", mnist_files.MNIST_MIRRORS)
    monkeypatch.setattr(downloads, "TIMEOUT", timeout)


@pytest.fixture
def server(expected):
    with Server(expected["archive"]) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.released.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def mirrors(monkeypatch, expected, server):
    """Set the mirrors, each by its behaviour."""

    def set_mirrors(*behaviours, **options):
        expect(monkeypatch, expected, map(server.mirror, behaviours), **options)
        return expected["cache"]

    return set_mirrors


def assert_cached(cache):
    """Assert that the cache holds the file and nothing else."""
    assert names_in(cache) == [NAME]
    np.testing.assert_array_equal(read_idx(cache / NAME), ARRAY)


def test_a_file_is_downloaded_once_and_then_read_from_the_cache(mirrors, server, caplog, capfd):
    cache = mirrors("good")
    for _ in range(2):
        np.testing.assert_array_equal(mnist_array(NAME), ARRAY)
    assert server.asked == ["good"]
    assert_cached(cache)
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "100%" in printed.err  # the progress bar, and not a word of pooch's log:
    assert "SHA256" not in printed.err
    assert not [record for record in caplog.records if record.name == "pooch"]


FAULTS = {
    "busy": "503",
    "page": "hash",
    "other": "hash",
    "cut": "IncompleteRead",
    "drop": "ConnectionError",
    "down": "ConnectionError",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mirror_that_fails_is_passed_over(mirrors, server, fault):
    cache = mirrors(fault, "good")
    np.testing.assert_array_equal(mnist_array(NAME), ARRAY)
    assert server.asked == [asked for asked in (fault, "good") if asked != "down"]
    assert_cached(cache)


def test_when_all_mirrors_fail_the_error_tells_each_reason_and_the_ways_out(mirrors, server):
    cache = mirrors(*FAULTS)
    with pytest.raises(DownloadError) as caught:
        mnist_array(NAME)
    assert isinstance(caught.value, OSError)
    first, *reasons, ways_out = str(caught.value).splitlines()
    assert "could not be downloaded" in first
    for (fault, word), reason in zip(FAULTS.items(), reasons, strict=True):
        assert server.mirror(fault) in reason
        assert word in reason
    assert "MLP_LAB_DATA" in ways_out
    assert 'load_dataset("digits")' in ways_out
    assert not list(cache.iterdir())


def test_a_server_that_falls_silent_is_given_up(mirrors, server):
    mirrors("stuck", timeout=(PATIENCE, 0.2))
    with pytest.raises(DownloadError, match="timed out"):
        mnist_array(NAME)
    assert server.asked == ["stuck"]


def no_folder(cache, monkeypatch):
    cache.parent.write_text("a file where the folder should be")


def full_disk(cache, monkeypatch):
    def fail(path, array):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(mnist_files, "write_idx", fail)


@pytest.mark.parametrize("trouble", [no_folder, full_disk])
def test_a_download_that_cannot_be_kept_is_used_and_said_not_to_be_kept(
    mirrors, monkeypatch, capsys, trouble
):
    cache = mirrors("good")
    trouble(cache, monkeypatch)
    np.testing.assert_array_equal(mnist_array(NAME), ARRAY)
    lines = capsys.readouterr().out.splitlines()
    assert "could not be kept" in " ".join(lines)
    assert ("No space left" in " ".join(lines)) == (trouble is full_disk)
    assert [line for line in lines if len(line) > 79 and " " in line] == []
    assert not cache.is_dir() or not list(cache.iterdir())


@pytest.mark.parametrize("ending", [b"", b"\xff"], ids=["cut", "one byte changed"])
def test_a_damaged_cache_is_downloaded_again(mirrors, ending):
    cache = mirrors("good")
    mnist_array(NAME)
    good = (cache / NAME).read_bytes()
    (cache / NAME).write_bytes(good[:-1] + ending)
    mirrors("busy")
    with pytest.raises(DownloadError, match=r"cached copy is damaged: .*idx3"):
        mnist_array(NAME)
    mirrors("busy", "good")
    np.testing.assert_array_equal(mnist_array(NAME), ARRAY)
    assert_cached(cache)


def test_fashion_mnist_is_kept_beside_mnist_whose_files_have_the_same_names(mirrors, server):
    cache = mirrors("busy", "good")
    mnist_array(NAME)
    for _ in range(2):
        np.testing.assert_array_equal(fashion_array(NAME), ARRAY)
    assert server.asked == ["busy", "good"] * 2
    assert names_in(cache) == ["fashion-mnist", NAME]
    assert names_in(cache / "fashion-mnist") == [f"{NAME}.gz"]


def test_a_damaged_copy_of_fashion_mnist_is_downloaded_again(mirrors):
    kept = mirrors("good") / "fashion-mnist" / f"{NAME}.gz"
    fashion_array(NAME)
    kept.write_bytes(kept.read_bytes()[:-1])
    mirrors("busy")
    with pytest.raises(DownloadError) as caught:
        fashion_array(NAME)
    for words in ("Fashion-MNIST could not", "copy is damaged", "503", 'load_dataset("./fashion")'):
        assert words in str(caught.value)
    mirrors("good")
    np.testing.assert_array_equal(fashion_array(NAME), ARRAY)
    mirrors("busy")
    np.testing.assert_array_equal(fashion_array(NAME), ARRAY)


def test_fashion_mnist_that_cannot_be_kept_is_used_all_the_same(mirrors, monkeypatch, capsys):
    no_folder(mirrors("good"), monkeypatch)
    np.testing.assert_array_equal(fashion_array(NAME), ARRAY)
    assert "could not be kept" in capsys.readouterr().out


def test_an_interrupt_passes_through_and_leaves_nothing(mirrors, monkeypatch):
    cache = mirrors("good", "good")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("requests.get", interrupt)
    with pytest.raises(KeyboardInterrupt):
        mnist_array(NAME)
    assert not list(cache.iterdir())


def download(expected, mirror):
    """Run in a process of its own."""
    with pytest.MonkeyPatch.context() as patch:
        expect(patch, expected, [mirror])
        np.testing.assert_array_equal(mnist_array(NAME), ARRAY)


@contextlib.contextmanager
def process(expected, mirror):
    """Start a fresh interpreter that downloads; kill it at the end if it still runs."""
    spawned = multiprocessing.get_context("spawn").Process(target=download, args=(expected, mirror))
    spawned.start()
    try:
        yield spawned
    finally:
        spawned.kill()
        spawned.join()
        spawned.close()


def test_two_processes_may_download_at_once(expected, server):
    mirror = server.mirror("together")  # answers when both have asked
    with process(expected, mirror) as one, process(expected, mirror) as other:
        for each in (one, other):
            each.join(PATIENCE)
            assert each.exitcode == 0
    assert server.asked == ["together", "together"]
    assert_cached(expected["cache"])


def test_a_process_killed_half_way_leaves_a_cache_that_the_next_one_fills(
    expected, server, mirrors
):
    with process(expected, server.mirror("stuck")):
        assert server.half_sent.wait(PATIENCE)
    cache = mirrors("good")
    assert not (cache / NAME).exists()
    np.testing.assert_array_equal(mnist_array(NAME), ARRAY)
    np.testing.assert_array_equal(read_idx(cache / NAME), ARRAY)
    (leftover,) = cache.glob("download-*")  # fresh: for all we know, somebody is writing it
    for path in (*leftover.iterdir(), leftover, cache):
        os.utime(path, (0, 0))
    (cache / NAME).unlink()
    mnist_array(NAME)
    assert_cached(cache)
