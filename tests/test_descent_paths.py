"""The valley of lesson 06: its gradient is right, and its limits are where descent turns."""

import numpy as np
import pytest

from mlp_lab.figures import descent_paths
from mlp_lab.figures.descent_paths import (
    CURVATURES,
    LIMIT,
    MOMENTA,
    MULTIPLES,
    START,
    descend,
    loss,
)
from mlp_lab.finite_differences import numerical_jacobian, relative_error
from mlp_lab.optimizers import SGD

STEEP = CURVATURES.argmax()


def test_a_step_goes_along_the_gradient_of_the_loss():
    gradient = numerical_jacobian(loss, START)
    step = START - descend(0.01, momentum=0.0)[1]
    assert relative_error(step / 0.01, gradient).max() < 1e-7


@pytest.mark.parametrize("multiple", [m for m in MULTIPLES if m < 1])
def test_below_the_limit_every_step_lowers_the_loss(multiple):
    assert (np.diff(loss(descend(multiple * LIMIT, momentum=0.0))) < 0).all()


@pytest.mark.parametrize("multiple", [m for m in MULTIPLES if m > 1])
def test_above_the_limit_the_path_leaves_the_valley_for_ever(multiple):
    across = np.abs(descend(multiple * LIMIT, momentum=0.0)[:, STEEP])
    assert (np.diff(across) > 0).all()


@pytest.mark.parametrize("multiple", MULTIPLES)
def test_momentum_zero_is_the_plain_path_to_the_bit(multiple):
    point = START
    for reached in descend(multiple * LIMIT, momentum=0.0):
        np.testing.assert_array_equal(reached, point)
        point = point - multiple * LIMIT * (CURVATURES * point)


@pytest.mark.parametrize("momentum", MOMENTA)
def test_the_steps_are_those_of_the_optimizer(momentum):
    parameters, sgd = {"point": START.copy()}, SGD(momentum)
    for reached in descend(0.07, momentum):
        np.testing.assert_allclose(reached, parameters["point"], rtol=1e-12, atol=1e-12)
        sgd.step(parameters, {"point": CURVATURES * parameters["point"]}, rate=0.07)


@pytest.mark.parametrize("b", MOMENTA)
def test_at_the_limit_the_path_jumps_from_side_to_side(b):
    """There z² - (1 + b - ηλ) z + b has the roots -1 and -b: the path is a sum of their powers."""
    across = descend((1 + b) * LIMIT, b)[:, STEEP]
    k = np.arange(len(across))
    jumps = ((1 + b) * (-1.0) ** k - 2 * b * (-b) ** k) / (1 - b)
    np.testing.assert_allclose(across, START[1] * jumps, rtol=1e-9)


@pytest.mark.parametrize("momentum", MOMENTA)
@np.errstate(over="ignore", invalid="ignore")
def test_the_limit_is_two_and_twice_the_momentum_over_the_curvature(momentum, monkeypatch):
    monkeypatch.setattr(descent_paths, "N_STEPS", 4000)
    limit = (2 + 2 * momentum) / CURVATURES.max()
    below, above = (np.abs(descend(share * limit, momentum)[-1]) for share in (0.99, 1.01))
    assert below.max() < 1e-6
    assert not above[STEEP] < 1e6  # it may be NaN by then
