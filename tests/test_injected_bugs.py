"""The menu of bugs: which gradients each of them spoils."""

import numpy as np
import pytest

from mlp_lab.figures.injected_bugs import BUGS, check_bug, error_range, injected_bugs, red_tensors

HIDDEN = ["layer1.weights", "layer1.biases", "layer2.weights", "layer2.biases"]
EVERYTHING = [*HIDDEN, "layer3.weights", "layer3.biases"]
SPOILT = {
    "none": [],
    "slope of tanh forgotten": HIDDEN,
    "relu slope with outputs >= 0": HIDDEN,
    "softmax without an axis": EVERYTHING,
    "gradients summed, not averaged": EVERYTHING,
    "one sum for all biases": EVERYTHING[1::2],
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_spoils_the_gradients_that_pass_through_it(bug):
    report = check_bug(bug)
    assert red_tensors(report) == SPOILT[bug]
    assert report.passed == (bug == "none")


def test_relu_is_right_for_the_units_that_are_on_for_every_sample():
    wrong = check_bug("relu slope with outputs >= 0").tensors["layer2.weights"].errors > 1e-6

    assert 0 < wrong.any(axis=0).sum() < wrong.shape[1]


def test_summed_gradients_have_the_same_relative_error_everywhere():
    # four samples: four times too large, and (4 - 1) / (4 + 1) is 0.6
    for tensor in check_bug("gradients summed, not averaged").tensors.values():
        np.testing.assert_allclose(tensor.errors, 0.6, rtol=1e-4)
        assert error_range(tensor).endswith("0.6\nto 0.6")


def test_status_and_alt_text_name_the_bug():
    figure = injected_bugs()
    for bug in BUGS:
        figure.move(bug=bug)
        assert figure.status.startswith(bug)
        assert bug in figure.alt
