"""The hidden outputs of a fresh deep network: what the scale of the weights does to them."""

import numpy as np
import pytest

from mlp_lab import MLP, load_digits
from mlp_lab.activations import relu, tanh
from mlp_lab.figures.activation_cloud import flat_share
from mlp_lab.figures.initial_scales import SCALES, draw_layers, hidden_outputs, initial_scales

INPUTS = load_digits().validation.inputs[:100]
NETWORK = MLP([64, 100, 100, 100, 10], seed=1)


def spreads(activation, scale):
    outputs = hidden_outputs(activation, INPUTS, NETWORK.weights[:-1], scale)
    return [float(layer_outputs.std()) for layer_outputs in outputs]


@pytest.mark.parametrize("activation", [tanh, relu])
def test_the_last_hidden_outputs_are_what_a_network_feeds_its_output_layer(activation):
    network = MLP([64, 100, 100, 100, 10], hidden=activation, output="identity", seed=1)
    *_, last = hidden_outputs(activation, INPUTS, network.weights[:-1], scale=1.0)
    np.testing.assert_allclose(last @ network.weights[-1], network.forward(INPUTS), atol=1e-5)


def test_small_weights_let_tanh_fade_by_about_their_scale_each_layer():
    faded = spreads(tanh, 0.1)
    np.testing.assert_allclose(np.divide(faded[1:], faded[:-1]), 0.1, rtol=0.2)


def test_large_weights_saturate_tanh_and_glorots_do_not():
    def share(scale):
        *_, last = hidden_outputs(tanh, INPUTS, NETWORK.weights[:-1], scale)
        return flat_share(tanh.slope(last))

    assert share(1.0) < 0.01
    assert share(5.0) > 0.3


def test_relu_scales_with_the_weights_so_each_layer_multiplies():
    np.testing.assert_allclose(
        spreads(relu, 3.0), np.multiply(spreads(relu, 1.0), [3, 9, 27]), rtol=1e-4
    )


def test_relu_keeps_its_spread_better_at_root_two_times_glorot():
    one, more = spreads(relu, 1.0), spreads(relu, np.sqrt(2))
    assert abs(np.log(more[-1] / more[0])) < abs(np.log(one[-1] / one[0]))


@pytest.mark.parametrize("scale", [SCALES[0], SCALES[-1]])
def test_status_and_alt_text_say_the_setting_at_the_ends_of_the_slider(scale):
    figure = initial_scales(INPUTS)
    figure.move(scale=scale, activation=relu)
    assert f"relu, {scale:g} x Glorot" in figure.status
    assert f"relu, {scale:g} x Glorot" in figure.alt


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("activation", [tanh, relu])
def test_every_layer_has_a_histogram_however_large_its_outputs(activation, scale):
    figure = draw_layers(activation, hidden_outputs(activation, INPUTS, NETWORK.weights, scale))
    bars = [patch.get_data() for axes in figure.axes for patch in axes.patches]
    assert len(bars) == len(NETWORK.weights)
    for values, _, baseline in bars:
        assert values.max() - baseline == pytest.approx(0.85)  # of its fullest bin
