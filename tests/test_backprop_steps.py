"""The walk through a 2-2-1 network: its numbers are right, and every step changes the picture."""

import re

import numpy as np
import pytest

from mlp_lab import MLP
from mlp_lab.figures.backprop_steps import STEPS, backprop_steps, run_steps, shapes


@pytest.fixture(scope="module")
def arrays():
    return run_steps()


def test_the_gradients_are_those_of_the_package(arrays):
    network = MLP([2, 2, 1], hidden="tanh", output="identity", dtype="float64")
    for name, parameter in network.parameters().items():
        parameter[...] = arrays[name[7:] + name[5]]  # "layer1.weights" is "weights1" here

    loss, gradients = network.gradients(arrays["x"], [0], loss="squared_error")

    np.testing.assert_allclose(arrays["loss"], loss)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(arrays[f"{name[7:]}{name[5]}_gradient"], gradient)


def test_the_last_upstream_is_the_slope_along_the_inputs(arrays):
    def loss(x):
        h = np.tanh(x @ arrays["weights1"] + arrays["biases1"])
        return ((h @ arrays["weights2"] + arrays["biases2"] - arrays["target"]) ** 2).item()

    for i, move in enumerate(1e-6 * np.eye(2)):
        slope = (loss(arrays["x"] + move) - loss(arrays["x"] - move)) / 2e-6
        np.testing.assert_allclose(arrays["upstream0"][0, i], slope, rtol=1e-7)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_sum_in_words_ends_in_the_first_entry(step, arrays):
    rounded = {name: np.round(array, 2) for name, array in arrays.items()}

    last = step.numbers.format(**rounded).split(" = ")[-1]

    assert float(last) == np.ravel(rounded[step.name])[0]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_shapes_stand_in_place_of_every_array(step, arrays):
    assert not set(re.findall(r"\w+", shapes(step.code, arrays))) & set(arrays)


def test_status_and_alt_text_say_the_line_of_code():
    figure = backprop_steps()
    for number, step in enumerate(STEPS, 1):
        figure.move(step=number)
        assert f"{step.name} = {step.code}" in figure.status
        assert f"{step.name} = {step.code}" in figure.alt
