"""Settings over seeds: every pair is run once, and what came out is kept apart."""

import sys

import numpy as np
import pytest
from networks import make_split

from mlp_lab import MLP, History, train
from mlp_lab.evaluation import compare


def scripted(name, called):
    """Return a setting that remembers its seeds and reaches name + seed percent."""

    def run(seed):
        called.append((name, seed))
        curve = [0.01 * (name + seed), 0.01 * (name + seed) + 0.1]
        return History(curve, curve, curve, curve)

    return run


def test_every_setting_is_run_with_every_seed_and_the_table_has_the_last_epoch():
    called = []
    comparison = compare(
        {"ten": scripted(10, called), "twenty": scripted(20, called)}, (1, 5), progress=False
    )
    assert called == [(10, 1), (20, 1), (10, 5), (20, 5)]
    assert comparison.table.results == {
        "ten": pytest.approx([0.21, 0.25]), "twenty": pytest.approx([0.31, 0.35]),
    }  # fmt: skip
    assert "ten" in repr(comparison)
    assert "<table>" in comparison._repr_html_()


def test_several_jobs_bring_the_same_histories():
    # a closure over arrays that joblib does not copy but map from a file, read-only
    samples, validation = make_split(100_000), make_split(30, seed=1)
    assert samples.inputs.nbytes > 1_000_000

    def at(rate):
        return lambda seed: train(
            MLP([4, 3], seed=seed), samples, validation, 1, 1000, rate, seed=seed, progress=False
        )

    settings, seeds = {"slow": at(0.01), "fast": at(0.5)}, (3, 3, 1)
    alone, together = (compare(settings, seeds, False, jobs) for jobs in (1, 2))
    assert list(together.histories) == ["slow", "fast"]
    assert together.table.results == alone.table.results
    assert together.histories == alone.histories


def test_without_joblib_several_jobs_say_how_to_get_it_and_one_does_without(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    settings = {"one": scripted(10, [])}
    compare(settings, [0], False)
    with pytest.raises(ImportError, match=r"pip install 'mlp_lab\[jobs\]'"):
        compare(settings, [0], False, jobs=2)


@pytest.mark.parametrize("jobs", [0, -1, 1.5])
def test_a_number_of_jobs_that_is_none_is_refused(jobs):
    with pytest.raises(ValueError, match="jobs is"):
        compare({"one": scripted(10, [])}, [0], False, jobs)


def test_a_run_with_patience_counts_with_its_best_epoch():
    run = History([1, 1, 1], [3, 1, 2], [0, 0, 0], [0.5, 0.9, 0.7], best_epoch=2)
    assert compare({"one": lambda seed: run}, [0], False).table.results == {"one": [0.9]}


def test_curves_are_means_with_a_band_as_far_as_all_runs_go():
    runs = [History([1, 1], [2.0, 1.0], [0, 0], [0.5, 0.7]),
            History([1, 1, 1], [4.0, 2.0, 1.0], [0, 0, 0], [0.7, 0.8, 0.9])]  # fmt: skip
    comparison = compare({"one": lambda seed: runs[seed]}, (0, 1), progress=False)
    loss, accuracy = comparison.plot()
    assert np.allclose(loss.lines[0].get_ydata(), [3.0, 1.5])
    assert np.allclose(accuracy.lines[0].get_ydata(), [60, 75])
    (band,) = accuracy.collections
    assert np.allclose(np.ptp(band.get_paths()[0].vertices[:, 1]), 30)
    assert [text.get_text() for text in accuracy.get_legend().get_texts()] == ["one"]


@pytest.mark.parametrize(
    ("settings", "seeds"),
    [({}, [0]), ({"one": lambda seed: History()}, []), ({"one": lambda seed: History()}, [0]),
     ({"one": lambda seed: None}, [0])],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(settings, seeds):
    with pytest.raises(ValueError, match=r"nothing to compare|the run of 'one' returned"):
        compare(settings, seeds, progress=False)
