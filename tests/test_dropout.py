"""Dropout: in training alone, right on the way back, and the same when a run goes on."""

import numpy as np
import pytest
from networks import assert_same_bits, make_network
from runs import SPLIT, VALIDATION, quietly

from mlp_lab import MLP, check_gradients
from mlp_lab.activations import ACTIVATIONS, Elementwise
from mlp_lab.evaluation import mean_loss

X, LABELS = SPLIT.inputs[:8], SPLIT.labels[:8]
HIDDEN = [name for name, a in ACTIVATIONS.items() if isinstance(a, Elementwise)]


def dropping_network(hidden="tanh", dropout=0.4, **options):
    sizes = [X.shape[1], 12, 9, 3]
    return MLP(sizes, hidden=hidden, dropout=dropout, seed=1, **options)


def random(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("dropout", [0.2, 0.5, 0.9])
def test_gradients_are_right_with_the_masks_held_fixed(hidden, dropout):
    network = dropping_network(hidden, dropout, dtype="float64")
    with network.dropping(len(X), random()):
        report = check_gradients(network, X, LABELS, progress=False)
    # units that are dropped for every sample have no gradient, and that is no mistake
    assert max(np.nanmax(tensor.errors) for tensor in report.tensors.values()) < 1e-6


def test_a_mask_forgotten_on_the_way_back_is_found():
    class Forgetful(MLP):
        def _delta_below(self, layer, delta, outputs):
            return self.hidden.backward(outputs, delta @ self.weights[layer].T)

    network = Forgetful([X.shape[1], 12, 9, 3], dropout=0.4, seed=1)
    with network.dropping(len(X), random()):
        assert not check_gradients(network, X, LABELS, progress=False).passed


def test_nothing_is_dropped_but_while_it_learns():
    plain, network = dropping_network(dropout=0.0), dropping_network()
    assert np.array_equal(plain.forward(X), network.forward(X))
    assert plain.loss(X, LABELS) == network.loss(X, LABELS)
    assert_same_bits(plain.gradients(X, LABELS)[1], network.gradients(X, LABELS)[1])
    history = quietly(network, validation=VALIDATION)
    assert network.masks is None
    assert history.validation_loss[-1] == pytest.approx(mean_loss(network, VALIDATION))
    assert history.train_loss[-1] == pytest.approx(mean_loss(network, SPLIT))


def test_the_mean_over_many_masks_is_the_output_without_any():
    network = MLP([4, 200, 2], hidden="identity", output="identity", dropout=0.3, dtype="float64")
    x, generator = np.ones((2000, 4)), random()
    with network.dropping(len(x), generator):
        dropped = network.forward(x)
    whole = network.forward(x)
    assert dropped.std(axis=0).min() > 0
    spread = 4 * dropped.std(axis=0) / np.sqrt(len(x))
    assert (np.abs(dropped.mean(axis=0) - whole[0]) < spread).all()


def test_so_many_outputs_are_dropped_and_the_others_grow():
    network = MLP([4, 1000, 2], dropout=0.3)
    with network.dropping(50, random()):
        (mask,) = network.masks
    assert np.mean(mask == 0) == pytest.approx(0.3, abs=0.01)
    assert np.allclose(mask[mask > 0], 1 / 0.7)


def test_the_seed_of_a_run_decides_what_is_dropped(tmp_path):
    runs = [dropping_network() for _ in range(4)]
    for network, seed in zip(runs, (0, 0, 1, 0), strict=True):
        epochs = 4 if network is not runs[3] else 2
        quietly(network, epochs=epochs, seed=seed, checkpoint=tmp_path / f"{epochs}.npz")
    assert_same_bits(runs[0].parameters(), runs[1].parameters())
    assert not np.array_equal(runs[0].weights[0], runs[2].weights[0])
    resumed = dropping_network()
    quietly(resumed, epochs=4, resume=tmp_path / "2.npz")
    assert_same_bits(resumed.parameters(), runs[0].parameters())


def test_masks_are_gone_after_an_error():
    network = dropping_network()

    def drop_and_fail():
        with network.dropping(8, random()):
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        drop_and_fail()
    assert network.masks is None


def test_a_saved_network_has_its_dropout(tmp_path):
    network = dropping_network()
    network.save(tmp_path / "network.npz")
    loaded = MLP.load(tmp_path / "network.npz")
    assert loaded.dropout == 0.4
    assert "dropout=0.4" in repr(loaded)
    assert "dropout" not in repr(make_network())


@pytest.mark.parametrize("dropout", [-0.1, 1.0, 2, float("nan")])
def test_a_share_that_is_none_is_refused(dropout):
    with pytest.raises(ValueError, match="dropout"):
        MLP([2, 3, 2], dropout=dropout)


def test_outputs_that_depend_on_one_another_cannot_be_dropped():
    with pytest.raises(ValueError, match="elementwise"):
        MLP([2, 3, 2], hidden="softmax", dropout=0.5)
