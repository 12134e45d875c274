"""The cloud of pre-activations: which units are flat, and what the figure says about them."""

import numpy as np
import pytest

from mlp_lab.activations import identity, relu, sigmoid, tanh
from mlp_lab.figures.activation_cloud import activation_cloud, flat_share, is_flat


@pytest.mark.parametrize(
    ("activation", "edge"),
    [(tanh, np.arctanh(np.sqrt(0.95))), (sigmoid, np.log((1 + np.sqrt(0.8)) / (1 - np.sqrt(0.8))))],
)
def test_units_are_flat_beyond_the_z_where_the_slope_is_a_twentieth(activation, edge):
    z = edge * np.array([-1.001, -0.999, 0.0, 0.999, 1.001])
    assert is_flat(activation.derivative(z)).tolist() == [True, False, False, False, True]


def test_a_relu_unit_is_flat_where_z_is_not_positive_and_identity_never_is():
    z = np.array([-1e6, -1e-6, 0.0, 1e-6, 1e6])
    assert is_flat(relu.derivative(z)).tolist() == [True, True, True, False, False]
    assert flat_share(identity.derivative(z)) == 0.0


@pytest.mark.parametrize("activation", [tanh, sigmoid])
def test_a_wider_cloud_has_more_flat_units_unless_the_activation_is_relu(activation):
    noise = np.random.default_rng(1).standard_normal(200)
    shares = [flat_share(activation.derivative(spread * noise)) for spread in (0.1, 1.0, 2.0, 4.0)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]
    assert flat_share(relu.derivative(0.1 * noise)) == flat_share(relu.derivative(4.0 * noise))


def test_status_and_alt_text_say_the_share_that_is_flat():
    figure = activation_cloud()
    figure.move(centre=4.0, spread=0.1)
    assert figure.status.endswith("100% of the units are flat; mean slope 0.00")
    assert "the 100% of them" in figure.alt
