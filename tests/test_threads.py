"""Small products use one thread, large ones what there is, and a setting overrides both."""

from contextlib import suppress

import joblib
import numpy as np
import pytest
from networks import Observed
from threadpoolctl import threadpool_info, threadpool_limits

from mlp_lab import check_gradients, learning_rate_range_test, probe_learning_rates, train
from mlp_lab.data import load_digits
from mlp_lab.support.jobs import as_they_finish
from mlp_lab.support.threads import THREADS_SETTING, WORTH_SHARING, sensible_threads

SMALL = {"weights": np.empty((784, 100), np.float32)}


def threads():
    """Return how many threads NumPy's products may use now."""
    counts = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    if not counts:
        pytest.skip("threadpoolctl knows no BLAS here: Apple's Accelerate, or a web page")
    return max(counts)


@pytest.fixture(autouse=True)
def _several_threads(monkeypatch):
    monkeypatch.delenv(THREADS_SETTING, raising=False)
    with threadpool_limits(2, user_api="blas"):
        if threads() < 2:
            pytest.skip("this BLAS has one thread")
        yield


@pytest.mark.parametrize(("n_samples", "expected"), [(100, 1), (2550, 1), (2552, 2)])
def test_small_products_use_one_thread_and_large_ones_are_shared(n_samples, expected):
    assert (n_samples * 78_400 < WORTH_SHARING) is (expected == 1)
    with suppress(KeyboardInterrupt), sensible_threads(SMALL, n_samples):
        assert threads() == expected
        raise KeyboardInterrupt
    assert threads() == 2  # as before, even after an error


@pytest.mark.parametrize("n_samples", [1, 10_000])
@pytest.mark.parametrize("setting", ["1", "3", " 3 "])
def test_the_setting_decides_for_small_and_large(n_samples, setting, monkeypatch):
    monkeypatch.setenv(THREADS_SETTING, setting)
    with sensible_threads(SMALL, n_samples):
        assert threads() == int(setting)
    assert threads() == 2


@pytest.mark.parametrize("setting", ["0", "-1", "two", "1.5"])
def test_a_setting_that_is_no_number_of_threads_is_refused(setting, monkeypatch):
    monkeypatch.setenv(THREADS_SETTING, setting)
    refused = pytest.raises(ValueError, match=f"{THREADS_SETTING} is .*{setting}")
    with refused, sensible_threads(SMALL, 1):
        pass


class Watching(Observed):
    """Notes how many threads it may use."""

    threads = 0

    def before(self, method):
        Watching.threads = threads()


SPLIT = load_digits().train
BATCH = SPLIT.inputs[:100], SPLIT.labels[:100]
LOOPS = {
    "train": lambda network: train(network, SPLIT, epochs=1, progress=False),
    "probe": lambda network: probe_learning_rates(network, *BATCH, rates=[0.1]),
    "range test": lambda net: learning_rate_range_test(net, SPLIT, steps=10, progress=False),
    "check": lambda network: check_gradients(network, *BATCH, sample=1, progress=False),
}


@pytest.mark.parametrize("setting", ["", "2"])
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_whoever_computes_in_a_loop_uses_them(loop, setting, monkeypatch):
    monkeypatch.setenv(THREADS_SETTING, setting)
    loop(Watching([64, 5, 10]))
    assert Watching.threads == int(setting or 1)  # when it was last asked
    assert threads() == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_call_that_runs_beside_others_has_one_thread(jobs):
    with joblib.parallel_config("loky", inner_max_num_threads=2):  # what a worker starts with
        assert joblib.Parallel(2)([joblib.delayed(threads)()]) == [2]
        assert [*as_they_finish([("key", threads)], jobs)] == [("key", 1)]
    assert threads() == 2
