"""The menu of bugs: which gradients each of them spoils."""

import numpy as np
import pytest

from mlp_lab.figures.injected_bugs import BUGS, check_bug, error_range, injected_bugs, red_tensors


@pytest.fixture(scope="module")
def reports():
    return {bug: check_bug(bug) for bug in BUGS}


def test_without_a_bug_every_gradient_is_right(reports):
    assert reports["none"].passed
    assert red_tensors(reports["none"]) == []


@pytest.mark.parametrize("bug", ["slope of tanh forgotten", "relu slope with outputs >= 0"])
def test_a_wrong_slope_spoils_the_hidden_layers_and_not_the_last(bug, reports):
    red = red_tensors(reports[bug])

    assert {name.split(".")[0] for name in red} == {"layer1", "layer2"}
    assert len(red) == 4


def test_relu_is_right_for_the_units_that_are_on_for_every_sample(reports):
    wrong = reports["relu slope with outputs >= 0"].tensors["layer2.weights"].errors > 1e-6

    assert 0 < wrong.any(axis=0).sum() < wrong.shape[1]


def test_a_wrong_softmax_spoils_everything(reports):
    assert len(red_tensors(reports["softmax without an axis"])) == 6


def test_summed_gradients_have_the_same_relative_error_everywhere(reports):
    tensors = reports["gradients summed, not averaged"].tensors.values()

    # four samples: four times too large, and (4 - 1) / (4 + 1) is 0.6
    for tensor in tensors:
        np.testing.assert_allclose(tensor.errors, 0.6, rtol=1e-4)
        assert error_range(tensor).endswith("0.6 to 0.6")


def test_one_sum_for_all_biases_leaves_the_weights_right(reports):
    red = red_tensors(reports["one sum for all biases"])

    assert red == ["layer1.biases", "layer2.biases", "layer3.biases"]


def test_status_and_alt_text_name_the_bug():
    figure = injected_bugs()
    for bug in BUGS:
        figure.move(bug=bug)
        assert figure.status.startswith(bug)
        assert bug in figure.alt
