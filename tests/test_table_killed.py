"""The table of lesson 10 while processes are killed: no run is lost, none stands there twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest
from tiny_table import ALL_RUNS, SEEDS, command, runs_in, workers_of

import mlp_lab
from mlp_lab.table.results import read_results

pytestmark = pytest.mark.slow
AVERAGE = ("final", f"average of {SEEDS}")


@contextmanager
def process(*arguments):
    """Start a process, and kill it at the end if it still runs, and what it has left."""
    started = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        if sys.platform != "win32":
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


def wait_for(condition, seconds=60):
    """Return as soon as it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def assert_whole(path):
    runs = runs_in(path)
    assert len(runs) == len(set(runs))
    assert set(runs) == {*ALL_RUNS, AVERAGE}


def errors_in(path):
    return sorted((line["name"], line["seed"], line["error"]) for line in read_results(path))


def test_whoever_is_killed_half_way_goes_on_where_the_file_ends(tmp_path):
    path = tmp_path / "results.csv"
    with process(*command(path, "2")):
        wait_for(lambda: len(runs_in(path)) >= 3)
    before = path.read_bytes()
    assert 3 <= len(runs_in(path)) < len(ALL_RUNS)
    subprocess.run(command(path, "2"), check=True, capture_output=True)
    assert path.read_bytes().startswith(before)
    assert_whole(path)


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler with two workers, and the process of one of them."""
    pytest.importorskip("distributed", reason="needs: python -m pip install --group cluster")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    scheduler = [*dask, "scheduler", "--host", address, "--no-dashboard", "--no-show"]
    worker = [*dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny",
              "--local-directory", str(tmp_path)]  # fmt: skip
    with process(*scheduler), process(*worker), process(*worker) as second:
        yield address, second


def test_a_cluster_makes_the_same_table_when_one_of_its_workers_is_killed(cluster, tmp_path):
    from distributed import Client

    address, doomed = cluster
    path, alone = tmp_path / "cluster.csv", tmp_path / "alone.csv"
    with Client(address) as client, process(*command(path, "2", address)) as made:
        wait_for(lambda: len(runs_in(path)) >= 3 and all(client.processing().values()))
        doomed.kill()  # both were at work
        assert len(runs_in(path)) < len(ALL_RUNS)
        assert made.wait(60) == 0
    assert_whole(path)
    subprocess.run(command(alone, "1"), check=True, capture_output=True)
    assert errors_in(path) == errors_in(alone)


def test_workers_of_another_version_are_refused(cluster, monkeypatch):
    monkeypatch.setattr(mlp_lab, "__version__", "0.0")
    refused = pytest.raises(RuntimeError, match=r"workers have .*wanted mlp_lab 0\.0")
    with refused, workers_of(cluster[0]):
        pass
