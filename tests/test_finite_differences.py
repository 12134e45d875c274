"""Derivatives from values: how exact each kind is, shapes, dtypes, and steps that make no sense."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_lab.finite_differences import (
    central_difference,
    complex_step,
    forward_difference,
    numerical_jacobian,
    relative_error,
)

stable = settings(deadline=None, derandomize=True, max_examples=100)
points = st.floats(-3.0, 3.0)
any_finite = st.floats(allow_nan=False, allow_infinity=False)
every_kind = pytest.mark.parametrize(
    "difference", [forward_difference, central_difference, complex_step, numerical_jacobian]
)
with_float_steps = pytest.mark.parametrize(
    "difference", [forward_difference, central_difference, numerical_jacobian]
)


@stable
@given(x=points)
def test_each_kind_is_as_exact_as_it_says(x):
    for function, exact in ((np.sin, math.cos(x)), (np.exp, math.exp(x))):
        scale = max(1.0, math.exp(x))
        assert abs(forward_difference(function, x) - exact) <= 3e-7 * scale
        assert abs(central_difference(function, x) - exact) <= 5e-9 * scale
        assert abs(complex_step(function, x) - exact) <= 4e-16 * scale


def test_errors_shrink_with_the_step_as_the_series_says():
    steps = np.array([1e-1, 1e-2, 1e-3])
    exact = math.exp(1.0)
    forward = [abs(forward_difference(np.exp, 1.0, step) - exact) for step in steps]
    central = [abs(central_difference(np.exp, 1.0, step) - exact) for step in steps]
    np.testing.assert_allclose(forward / steps, exact / 2, rtol=0.05)
    np.testing.assert_allclose(central / steps**2, exact / 6, rtol=0.01)


@with_float_steps
@pytest.mark.parametrize("x", [1e8, -1e8, 1e-8, 0.0])
def test_the_default_step_grows_with_large_numbers(difference, x):
    np.testing.assert_allclose(difference(lambda v: 3 * v, x), 3.0, rtol=1e-6)


@every_kind
def test_float32_is_accepted_and_gives_what_its_precision_allows(difference):
    result = difference(np.sin, np.float32(0.5))
    np.testing.assert_allclose(result, math.cos(0.5), rtol=2e-3)


@every_kind
def test_integers_are_numbers_and_the_input_is_left_alone(difference):
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(difference(np.sin, [1, 2]), difference(np.sin, x))
    assert x.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0)])
@pytest.mark.parametrize("difference", [forward_difference, central_difference, complex_step])
def test_elementwise_differences_keep_the_shape(difference, shape):
    x = np.random.default_rng(0).normal(size=shape)
    result = difference(np.sin, x)
    assert result.shape == shape
    np.testing.assert_allclose(result, np.cos(x), atol=1e-7)


@pytest.mark.parametrize("in_shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("out_shape", [(), (4,), (2, 2)])
def test_jacobian_of_a_linear_map_is_the_map(in_shape, out_shape):
    tensor = np.random.default_rng(0).normal(size=(*out_shape, *in_shape))

    def linear(x):
        return np.tensordot(tensor, x, axes=len(in_shape))

    jacobian = numerical_jacobian(linear, np.ones(in_shape))
    assert jacobian.shape == out_shape + in_shape
    np.testing.assert_allclose(jacobian, tensor, atol=1e-9)


def test_jacobian_of_nothing_is_empty():
    assert numerical_jacobian(np.sin, np.zeros(0)).shape == (0, 0)


@with_float_steps
@pytest.mark.parametrize("step", [0, -1e-5, float("nan"), float("inf")])
def test_steps_that_are_no_distance_are_refused(difference, step):
    with pytest.raises(ValueError, match=f"step is {step}, wanted a positive"):
        difference(np.sin, 1.0, step=step)


@with_float_steps
@pytest.mark.parametrize(("x", "step"), [(1.0, 1e-30), (np.float32(1.0), 1e-9), ([0.0, 1e9], 1e-9)])
def test_steps_that_rounding_swallows_are_refused(difference, x, step):
    with pytest.raises(ValueError, match=r"step is .*too small"):
        difference(np.sin, x, step=step)


@pytest.mark.parametrize("step", [0, float("nan"), float("inf")])
def test_complex_steps_that_are_no_distance_are_refused(step):
    with pytest.raises(ValueError, match=f"step is {step}, wanted"):
        complex_step(np.sin, 1.0, step=step)


@every_kind
@pytest.mark.parametrize("x", ["a", None, [True]])
def test_what_is_no_number_is_refused(difference, x):
    with pytest.raises(TypeError, match="expected an array of numbers, got dtype"):
        difference(np.sin, x)


@stable
@given(a=any_finite, b=any_finite)
def test_relative_error_is_symmetric_bounded_and_blind_to_sign_and_order(a, b):
    error = float(relative_error(a, b))
    assert 0.0 <= error <= 1.0
    assert error == relative_error(b, a) == relative_error(-a, -b)
    assert (error == 0) == (a == b) or abs(a - b) < 1e-300
    assert relative_error(a, a) == 0
    if a != 0:
        assert relative_error(a, 0.0) == 1


@stable
@given(a=st.floats(-1e100, 1e100).filter(lambda v: abs(v) > 1e-100), power=st.integers(-300, 300))
def test_relative_error_is_blind_to_scale(a, power):
    scale = 2.0**power
    assert relative_error(a * scale, 1.5 * a * scale) == pytest.approx(0.2, rel=1e-14)


@pytest.mark.parametrize(
    ("a", "b", "error"), [(1.5e308, -1.5e308, 1.0), (1.5e308, 0.75e308, 1 / 3)]
)
def test_relative_error_of_numbers_near_the_largest(a, b, error):
    assert relative_error(a, b) == pytest.approx(error)


def test_relative_error_of_what_is_not_finite_is_infinite():
    values = [np.nan, np.inf, np.inf, -np.inf, 1.0]
    others = [np.nan, np.inf, 1.0, np.inf, np.nan]
    assert relative_error(values, others).tolist() == [np.inf] * 5
    assert relative_error([0.0, 0.0], [0.0, -0.0]).tolist() == [0.0, 0.0]
