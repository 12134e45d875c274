"""The valley of lesson 06: its gradient is right, and 2 / λmax is where descent turns."""

import numpy as np
import pytest

from mlp_lab.figures.descent_paths import CURVATURES, LIMIT, MULTIPLES, START, descend, loss
from mlp_lab.finite_differences import numerical_jacobian, relative_error


def test_a_step_goes_along_the_gradient_of_the_loss():
    gradient = numerical_jacobian(loss, START)
    step = START - descend(0.01)[1]
    assert relative_error(step / 0.01, gradient).max() < 1e-7


@pytest.mark.parametrize("multiple", [m for m in MULTIPLES if m < 1])
def test_below_the_limit_every_step_lowers_the_loss(multiple):
    assert (np.diff(loss(descend(multiple * LIMIT))) < 0).all()


@pytest.mark.parametrize("multiple", [m for m in MULTIPLES if m > 1])
def test_above_the_limit_the_path_leaves_the_valley_for_ever(multiple):
    across = np.abs(descend(multiple * LIMIT)[:, CURVATURES.argmax()])
    assert (np.diff(across) > 0).all()


def test_at_the_limit_the_path_jumps_from_side_to_side():
    across = descend(LIMIT)[:, CURVATURES.argmax()]
    np.testing.assert_allclose(across, START[1] * (-1.0) ** np.arange(len(across)), rtol=1e-12)
