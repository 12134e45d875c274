"""Checkpoints: how a stopped run goes on, and which files are refused."""

import shutil

import numpy as np
import pytest
from networks import LogisticRegression, assert_same_bits, make_network, make_split, untouched
from runs import SPLIT, VALIDATION, Interrupted, quietly

from mlp_lab import MLP, SGD, Adam, Split
from mlp_lab.optimizers import Optimizer, exponential_decay
from mlp_lab.support.array_files import read_arrays, write_arrays


class ShrinkingSigns(Optimizer):
    """An optimizer of one's own."""

    def step(self, parameters, gradients, rate):
        self.state.setdefault("count", np.zeros(1))[...] += 1
        for name, parameter in parameters.items():
            parameter -= rate / self.state["count"] * np.sign(gradients[name])


RUNS = {
    "plain": {},
    "a seed beyond all integer types": {"seed": 2**70},
    "momentum": {"optimizer": lambda: SGD(0.9), "learning_rate": 0.1},
    "nesterov": {"optimizer": lambda: SGD(0.9, nesterov=True), "learning_rate": 0.1},
    "adam": {"optimizer": Adam, "learning_rate": 0.01},
    "schedule": {"learning_rate": exponential_decay(0.5, 0.7)},
    "patience": {"optimizer": lambda: SGD(0.9), "learning_rate": 3.0, "patience": 2, "epochs": 12},
    "steps": {"optimizer": Adam, "learning_rate": 0.01, "record_steps": True},
    "float64": {"dtype": "float64", "optimizer": Adam, "learning_rate": 0.01},
    "optimizer of one's own": {"optimizer": ShrinkingSigns},
}


def run(name, network_class=MLP, initial=0, **options):
    """Train as RUNS says; return network, history and optimizer."""
    settings = {"epochs": 6, **RUNS[name], **options}
    optimizer = settings.pop("optimizer", SGD)()
    network = make_network(network_class, dtype=settings.pop("dtype", "float32"), seed=initial)
    history = quietly(network, validation=VALIDATION, optimizer=optimizer, **settings)
    return network, history, optimizer


def assert_same_run(found, expected):
    assert_same_bits(found[0].parameters(), expected[0].parameters())
    assert found[1] == expected[1]
    assert_same_bits(found[2].state, expected[2].state)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_goes_on_from_the_checkpoint_of_any_epoch_to_the_same_bits(name, tmp_path):
    path, kept = tmp_path / "run.npz", []

    def keep(network, history):
        """Take what a process leaves that is killed now."""
        kept.append(shutil.copy(path, tmp_path / f"after epoch {history.epochs}"))

    expected = run(name, checkpoint=path, callbacks=[keep])
    assert (expected[1].stop_reason == "stopped early") == (name == "patience")
    assert len(kept) == expected[1].epochs
    for checkpoint in kept:  # after the last epoch there is nothing left to do
        assert_same_run(run(name, initial=99, resume=checkpoint, checkpoint=path), expected)


@pytest.mark.parametrize("calls", [8, 10, 11, 13, 22, 23])
def test_a_run_interrupted_in_the_middle_of_an_epoch_resumes_to_the_same_bits(
    calls, tmp_path, capsys
):
    class InterruptedSoon(Interrupted):
        left = calls

    path = tmp_path / "run.npz"
    stopped = run("momentum", InterruptedSoon, checkpoint=path)
    assert stopped[1].stop_reason == "interrupted"
    assert_same_run(run("momentum", initial=99, resume=path), run("momentum"))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "run.npz"
    run("momentum", epochs=1, checkpoint=path)
    return path


@pytest.mark.parametrize(
    ("difference", "message"),
    [
        ({"batch_size": 10}, "batch_size.*20.*10"),
        ({"seed": 5}, "seed.*0.*5"),
        ({"loss": "squared_error"}, "cross_entropy.*squared_error"),
        ({"optimizer": Adam(), "learning_rate": 0.01}, r"SGD\(momentum=0.9.*Adam"),
        ({"optimizer": SGD(0.8)}, r"momentum=0.9.*momentum=0.8"),
        ({"samples": make_split(40)}, "n_samples.*50.*40"),
        ({"patience": 3}, "patience.*3"),
        ({"validation": None}, "validation"),
        ({"network": make_network(sizes=(4, 6, 3))}, r"another network.*\(4, 5\)"),
        ({"network": make_network(sizes=(4, 5, 5, 3))}, "another network"),
        ({"network": LogisticRegression()}, "another network"),
        ({"network": make_network(dtype="float64")}, "float32"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused_by_the_difference(checkpoint, difference, message):
    options = {"network": make_network(seed=9), "samples": SPLIT, "validation": VALIDATION}
    options |= {"optimizer": SGD(0.9), "learning_rate": 0.1, **difference}
    with untouched(options["network"]), pytest.raises(ValueError, match=message):
        quietly(**options, resume=checkpoint)


def test_files_that_are_no_checkpoint_are_refused_by_name(tmp_path):
    (tmp_path / "text").write_text("epoch 1")
    make_network().save(tmp_path / "network")
    for path in tmp_path.iterdir():
        with (
            untouched(network := make_network()),
            pytest.raises(ValueError, match=rf"{path.name}.*checkpoint"),
        ):
            quietly(network, resume=path)


@pytest.mark.parametrize("lost", ["history:", "epoch:", "history:train_loss"])
def test_a_checkpoint_that_lacks_a_part_is_refused_and_changes_nothing(tmp_path, lost):
    path, kind = tmp_path / "run.npz", ("mlp_lab checkpoint", 1)
    quietly(make_network(), checkpoint=path)
    rest = {k: v for k, v in read_arrays(path, *kind).items() if not k.startswith(lost)}
    write_arrays(path, *kind, rest)
    network = make_network(seed=5)
    with untouched(network), pytest.raises(ValueError, match="does not hold what train writes"):
        quietly(network, epochs=9, resume=path)


def test_a_resumed_run_that_fails_keeps_what_the_checkpoint_held(tmp_path):
    network, path = make_network(), tmp_path / "run.npz"
    quietly(network, checkpoint=path)
    fresh, broken = make_network(seed=5), Split(np.full_like(SPLIT.inputs, np.nan), SPLIT.labels)
    with pytest.raises(ValueError, match="not all finite"):
        quietly(fresh, broken, epochs=9, resume=path)
    assert_same_bits(fresh.parameters(), network.parameters())
