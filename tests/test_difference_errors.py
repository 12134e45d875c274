"""The figure of differences: its slopes, the digits that cancel, and that every control matters."""

import numpy as np
import pytest

from mlp_lab import tanh
from mlp_lab.figures.difference_errors import (
    DECIMALS,
    POINT,
    STEPS,
    difference_errors,
    estimate,
    same_decimals,
)
from mlp_lab.finite_differences import central_difference, forward_difference


@pytest.mark.parametrize("precision", DECIMALS)
@pytest.mark.parametrize(
    ("formula", "package"), [("central", central_difference), ("forward", forward_difference)]
)
@pytest.mark.parametrize("step", [1e-1, 1e-3, 1e-5])
def test_the_slope_is_the_one_that_the_package_computes(precision, formula, package, step):
    z = np.dtype(precision).type(POINT)
    assert estimate(step, precision, formula).slope == package(tanh, z, step)


def test_the_best_steps_are_near_the_root_and_the_cube_root_of_the_precision():
    def best(precision, formula):
        errors = [estimate(h, precision, formula).error for h in STEPS]
        smooth = [np.median(errors[i - 2 : i + 3]) for i in range(2, len(STEPS) - 2)]
        return STEPS[2 + int(np.argmin(smooth))]

    for precision in DECIMALS:
        eps = float(np.finfo(precision).eps)
        assert 0.05 < best(precision, "forward") / eps ** (1 / 2) < 20
        assert 0.05 < best(precision, "central") / eps ** (1 / 3) < 20


def test_a_step_that_rounding_swallows_leaves_no_slope():
    swallowed = estimate(1e-12, "float32", "forward")
    assert (swallowed.slope, swallowed.error) == (0.0, 1.0)
    assert swallowed.above == swallowed.below


def test_smaller_steps_cancel_more_decimals():
    def cancelled(step):
        found = estimate(step, "float64", "central")
        return same_decimals(found.above, found.below, DECIMALS["float64"])

    assert cancelled(1e-2) < cancelled(1e-5) < cancelled(1e-8) < cancelled(1e-12)


@pytest.mark.parametrize(("other", "same"), [(0.4621, 4), (0.4634, 2), (0.5621, 0), (-0.4621, 0)])
def test_decimals_are_counted_from_the_point(other, same):
    assert same_decimals(0.4621, other, decimals=4) == same


@pytest.mark.parametrize("h", [STEPS[0], 1e-5, STEPS[-1]])
def test_status_and_alt_text_say_the_numbers_that_the_picture_shows(h):
    figure = difference_errors()
    figure.move(h=h, precision="float32", formula="forward")
    assert f"h = {h:g}:" in figure.status
    error = f"{estimate(h, 'float32', 'forward').error:.1e}"
    assert error in figure.status
    assert error in figure.alt
