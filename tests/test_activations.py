"""Activations: values and Jacobians against the reference, extremes, dtypes, the way back."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from reference import activate, activation_jacobian

from mlp_lab.activations import (
    ACTIVATIONS,
    Elementwise,
    LeakyRelu,
    find_activation,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from mlp_lab.finite_differences import central_difference, complex_step, numerical_jacobian
from mlp_lab.losses import Loss

each = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
elementwise = [a for a in ACTIVATIONS.values() if isinstance(a, Elementwise)]
each_elementwise = pytest.mark.parametrize("activation", elementwise, ids=str)
stable = settings(deadline=None, derandomize=True, max_examples=60)


def rows(low=None, high=None, dtype=np.float64):
    """Draw arrays of any finite numbers, or of those between two."""
    width = np.dtype(dtype).itemsize * 8
    finite = st.floats(low, high, allow_nan=False, allow_infinity=False, width=width)
    return arrays(dtype, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=finite)


@each
@stable
@given(z=rows(-20.0, 20.0))
def test_value_and_way_back_agree_with_the_reference(activation, z):
    flat = z.reshape(-1, z.shape[-1])
    expected = np.reshape([activate(activation.name, row) for row in flat.tolist()], z.shape)
    outputs = activation(z)
    np.testing.assert_allclose(outputs, expected, rtol=1e-12, atol=1e-12)
    upstream = np.random.default_rng(z.size).normal(size=flat.shape)
    jacobians = np.array([activation_jacobian(activation.name, row) for row in flat.tolist()])
    np.testing.assert_allclose(
        activation.backward(outputs, upstream.reshape(z.shape)).reshape(flat.shape),
        np.einsum("ri,rij->rj", upstream, jacobians),
        rtol=1e-10,
        atol=1e-10,
    )


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@stable
@given(data=st.data())
def test_every_finite_input_gives_finite_outputs_of_its_own_dtype_and_shape(
    activation, dtype, data
):
    z = data.draw(rows(dtype=dtype))
    kept = z.copy()
    outputs = activation(z)
    gradient = activation.backward(outputs, np.ones_like(outputs))
    for array in (outputs, gradient):
        assert array.dtype == dtype
        assert array.shape == z.shape
        assert np.isfinite(array).all()
    np.testing.assert_array_equal(z, kept)
    assert not np.shares_memory(outputs, z)


@each
@pytest.mark.parametrize("size", [1e6, -1e6])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_of_a_million_are_nothing_special(activation, size, dtype):
    outputs = activation(np.array([[size, 0.0, -size], [size, size, size]], dtype))
    assert np.isfinite(outputs).all()
    if activation is softmax:
        np.testing.assert_allclose(outputs[1], 1 / 3, rtol=1e-6)


@each_elementwise
@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 3, 4)])
def test_derivative_has_the_shape_of_z_and_equals_differences(activation, shape):
    z = np.random.default_rng(3).uniform(0.1, 2.0, shape)  # away from the kink of relu
    for signed in (z, -z):
        derivative = activation.derivative(signed)
        assert np.shape(derivative) == shape
        np.testing.assert_allclose(derivative, central_difference(activation, signed), atol=1e-9)


@pytest.mark.parametrize("activation", [identity, tanh, sigmoid], ids=str)
def test_complex_step_is_right_to_the_last_digits(activation):
    z = np.array([-5.0, -1.0, -0.1, 0.0, 0.1, 1.0, 5.0])
    # of numbers up to 1: where tanh is near 1, the last digits of its small slope are lost
    np.testing.assert_allclose(
        activation.derivative(z), complex_step(activation, z), rtol=1e-13, atol=1e-14
    )


def test_complex_step_works_through_softmax():
    z, step = np.array([0.3, -1.0, 2.0]), 1e-20
    columns = [softmax(z + 1j * step * unit).imag / step for unit in np.eye(3)]
    np.testing.assert_allclose(softmax.jacobian(z), np.transpose(columns), atol=1e-16)


@stable
@given(z=rows(-700.0, 700.0))
def test_softmax_is_a_distribution_that_a_shift_of_a_row_leaves_alone(z):
    p = softmax(z)
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1.0, rtol=1e-14)
    shift = np.arange(z[..., :1].size).reshape(z[..., :1].shape) * 10.0
    np.testing.assert_allclose(softmax(z + shift), p, rtol=1e-11, atol=1e-300)


@stable
@given(z=rows(-5.0, 5.0))
def test_softmax_jacobian_is_symmetric_with_zero_row_sums(z):
    jacobian = softmax.jacobian(z)
    assert jacobian.shape == (*z.shape, z.shape[-1])
    np.testing.assert_array_equal(jacobian, np.swapaxes(jacobian, -1, -2))
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0.0, atol=1e-14)
    upstream = np.random.default_rng(z.size).normal(size=z.shape)
    np.testing.assert_allclose(
        softmax.backward(softmax(z), upstream),
        np.einsum("...i,...ij->...j", upstream, jacobian),
        atol=1e-14,
    )


def test_softmax_jacobian_equals_differences_and_couples_no_rows():
    z = np.random.default_rng(0).normal(size=(3, 4))
    numerical = numerical_jacobian(softmax, z)
    expected = np.zeros((3, 4, 3, 4))
    for row, jacobian in enumerate(softmax.jacobian(z)):
        expected[row, :, row, :] = jacobian
    np.testing.assert_allclose(numerical, expected, atol=1e-10)
    np.testing.assert_allclose(softmax(z)[1], softmax(z[1]), rtol=1e-15)


@each
def test_a_batch_is_treated_row_by_row(activation):
    z = np.random.default_rng(0).normal(size=(5, 3)) * [[1], [10], [100], [1000], [1e6]]
    np.testing.assert_array_equal(activation(z), [activation(row) for row in z])


def test_the_slope_at_the_kink_is_the_left_one():
    assert relu.derivative([0.0, -0.0]).tolist() == [0.0, 0.0]
    assert leaky_relu.derivative([0.0, 1e-300]).tolist() == [0.01, 1.0]


def test_leaky_relu_uses_its_own_slope():
    steep = LeakyRelu(0.3)
    np.testing.assert_allclose(steep([-2.0, 2.0]), [-0.6, 2.0])
    np.testing.assert_allclose(steep.derivative([-2.0, 2.0]), [0.3, 1.0])
    assert repr(steep) == "leaky_relu(0.3)"
    assert find_activation("leaky_relu") is leaky_relu


@pytest.mark.parametrize("slope", [0, 1, -0.1, 2, float("nan"), float("inf")])
def test_leaky_relu_refuses_slopes_that_hide_the_sign(slope):
    with pytest.raises(ValueError, match=r"negative_slope is .*between 0 and 1"):
        LeakyRelu(slope)


@each
def test_integers_and_lists_are_numbers_too(activation):
    np.testing.assert_array_equal(activation([1, -2, 3]), activation(np.array([1.0, -2.0, 3.0])))


@each
@pytest.mark.parametrize(
    "values", [["a"], [None], [object()], np.array([True]), np.array(["2020"], "M8[Y]")], ids=repr
)
def test_what_is_no_number_is_refused_with_its_dtype(activation, values):
    with pytest.raises(TypeError, match=f"numbers.*{re.escape(str(np.asarray(values).dtype))}"):
        activation(values)


@pytest.mark.parametrize("values", [3.0, [], np.zeros((2, 0))])
@pytest.mark.parametrize("function", [softmax, softmax.jacobian])
def test_softmax_needs_a_class(function, values):
    with pytest.raises(ValueError, match="at least one class on the last axis, got shape"):
        function(values)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match="unknown activation 'Tanh'; choose one of 'identity'"):
        find_activation("Tanh")


@pytest.mark.parametrize("thing", [np.tanh, None, 5, ["tanh"], type(tanh)], ids=repr)
def test_what_is_no_activation_is_told_what_it_lacks(thing):
    with pytest.raises(TypeError, match=r"is no activation: it .*backward\(outputs, upstream\)"):
        find_activation(thing)


def test_an_activation_or_a_loss_without_a_name_goes_by_its_class():
    class Cube(Elementwise):
        def __call__(self, z):
            return z**3

        def slope(self, outputs):
            return 3 * np.cbrt(outputs) ** 2

    class Nothing(Loss):
        def __call__(self, outputs, labels):
            return 0.0

        def gradient(self, outputs, labels):
            return 0 * outputs

    assert (repr(Cube()), repr(Nothing())) == ("Cube", "Nothing")
