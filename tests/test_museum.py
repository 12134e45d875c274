"""Every broken piece is broken, and the check that its docstring names finds it."""

import numpy as np
import pytest

from mlp_lab import MLP, check_gradients, softmax
from mlp_lab.museum import (
    AlwaysOnRelu,
    BatchMaximumSoftmax,
    BatchSoftmax,
    FirstSampleBiases,
    ForgottenSlope,
    SummedGradients,
)

X = np.random.default_rng(0).normal(size=(6, 4))
LABELS = [0, 1, 2, 2, 1, 0]

BROKEN = {
    "forgotten slope": (MLP([4, 5, 3], hidden=ForgottenSlope()), {"layer1"}),
    "always on relu": (MLP([4, 5, 3], hidden=AlwaysOnRelu()), {"layer1"}),
    "batch softmax": (MLP([4, 5, 3], output=BatchSoftmax()), {"layer1", "layer2"}),
    "summed": (SummedGradients([4, 5, 3]), {"layer1", "layer2"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_gradient_check_finds_it_in_the_layers_that_it_touches(name):
    network, layers = BROKEN[name]
    report = check_gradients(network, X, LABELS, progress=False)
    failed = {tensor.split(".")[0] for tensor, found in report.tensors.items() if not found.passed}
    assert not report.passed
    assert failed == layers


def test_biases_of_the_first_sample_leave_the_weights_right():
    report = check_gradients(FirstSampleBiases([4, 5, 3]), X, LABELS, progress=False)
    failed = {name for name, found in report.tensors.items() if not found.passed}
    assert failed == {"layer1.biases", "layer2.biases"}


def test_the_batch_maximum_is_right_for_like_rows_and_wrong_for_unlike_ones():
    broken, near, far = BatchMaximumSoftmax(), [[0.0, 1.0], [3.0, 3.0]], [[0.0, 1.0], [2e3, 2e3]]
    np.testing.assert_allclose(broken(near), softmax(near))
    with np.errstate(invalid="ignore"):
        assert np.isnan(broken(far)[0]).all()
    network = MLP([4, 5, 3], output=BatchMaximumSoftmax())
    assert check_gradients(network, X, LABELS, progress=False).passed


@pytest.mark.parametrize("name", BROKEN)
def test_the_right_network_passes_where_the_broken_one_fails(name):
    broken, _ = BROKEN[name]
    hidden = "relu" if name == "always on relu" else "tanh"
    right = MLP(broken.sizes, hidden=hidden)
    assert check_gradients(right, X, LABELS, progress=False).passed
