"""The museum's own right pieces are right, and what lessons say of the broken ones holds."""

from functools import partial

import numpy as np
import pytest

from mlp_lab import MLP, check_gradients, load_digits, softmax
from mlp_lab.evaluation import accuracy
from mlp_lab.museum.checks import reached_by_the_best, reported_of_subset, trained
from mlp_lab.museum.pieces import (
    BatchMaximumSoftmax,
    LostDropoutFactor,
    SkippedDropoutMask,
    UpdatedTooEarly,
    drawn_rows,
    every_twentieth,
    kept_by_reference,
    kept_copies,
)

X = np.random.default_rng(0).normal(size=(6, 4))
LABELS = [0, 1, 2, 2, 1, 0]


def dropout_gradients(kind, masks, hidden="relu"):
    network = kind([4, 5, 6, 3], hidden=hidden, dropout=0.5, dtype="float64")
    network.masks = [
        np.full((len(X), n), 2.0) * kept for n, kept in zip((5, 6), masks, strict=True)
    ]
    return network.gradients(X, LABELS)[1]


@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_a_skipped_mask_does_no_harm_where_nothing_is_dropped(hidden):
    wrong, right = (dropout_gradients(k, (1, 1), hidden) for k in (SkippedDropoutMask, MLP))
    for name in right:
        np.testing.assert_array_equal(wrong[name], right[name])


def test_a_skipped_mask_sends_gradients_into_units_that_are_dropped():
    first_unit = np.arange(5) > 0
    wrong, right = (dropout_gradients(k, (first_unit, 1)) for k in (SkippedDropoutMask, MLP))
    assert not right["layer1.weights"][:, 0].any()
    assert wrong["layer1.weights"][:, 0].any()
    np.testing.assert_allclose(wrong["layer1.weights"][:, 1:], right["layer1.weights"][:, 1:])


def test_a_lost_factor_is_lost_once_more_in_every_layer():
    wrong, right = (dropout_gradients(k, (1, 1)) for k in (LostDropoutFactor, MLP))
    for layer, factor in ((3, 1), (2, 0.5), (1, 0.25)):
        name = f"layer{layer}.weights"
        np.testing.assert_allclose(wrong[name], factor * right[name])


def test_the_batch_maximum_is_right_for_like_rows_and_passes_the_gradient_check():
    broken, near = BatchMaximumSoftmax(), [[0.0, 1.0], [3.0, 3.0]]
    np.testing.assert_allclose(broken(near), softmax(near))
    network = MLP([4, 5, 3], output=BatchMaximumSoftmax())
    assert check_gradients(network, X, LABELS, progress=False).passed


def test_updating_too_early_is_the_more_wrong_the_larger_the_step():
    def error(rate):
        make = partial(UpdatedTooEarly, [4, 5, 3], dtype="float64")
        network = make()
        network.learning_rate = rate
        _, wrong = network.gradients(X, LABELS)
        _, right = MLP([4, 5, 3], dtype="float64").gradients(X, LABELS)
        return np.abs(wrong["layer1.weights"] - right["layer1.weights"]).max()

    assert error(0.0) == 0 < error(0.1) < error(1.0)


def test_the_right_subset_keeps_the_share_of_a_kind_and_the_regular_one_does_not():
    kind = np.arange(1000) % 2  # in turn, like the harder and easier rows of MNIST's file
    assert kind[every_twentieth(1000, seed=0)].mean() == 0
    drawn = drawn_rows(1000, seed=0)
    assert len(set(drawn)) == 50
    assert 0.2 < kind[drawn].mean() < 0.8
    assert (drawn != drawn_rows(1000, seed=1)).any()


def test_images_and_copies_take_turns_where_a_subset_is_measured():
    data = load_digits()
    seen, n = [], 2 * len(data.train)

    def originals(n, seed):
        seen.append(n)
        return np.arange(0, n, 2)

    def copies(n, seed):
        return np.arange(1, n, 2)

    first_half = reported_of_subset(originals, data, 0)
    assert seen == [n]
    np.testing.assert_allclose(first_half, accuracy(trained(MLP, data, 0), data.train))
    assert reported_of_subset(copies, data, 0) < first_half - 0.2


def test_the_best_epoch_is_better_than_the_last_when_half_of_the_labels_are_drawn():
    kept = {seed: reached_by_the_best(kept_copies, load_digits(), seed) for seed in range(3)}
    last = {seed: reached_by_the_best(kept_by_reference, load_digits(), seed) for seed in range(3)}
    assert all(kept[seed] > last[seed] for seed in kept)
