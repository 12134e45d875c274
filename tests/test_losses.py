"""Losses: values and gradients against the reference, extremes, labels that are wrong."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from misfits import each_wrong_labels
from reference import activate, activation_jacobian, sample_loss, sample_loss_gradient, times

from mlp_lab.activations import softmax
from mlp_lab.finite_differences import numerical_jacobian
from mlp_lab.losses import LOSSES, CrossEntropy, cross_entropy, find_loss, squared_error

each = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
stable = settings(deadline=None, derandomize=True, max_examples=60)


@st.composite
def batches(draw, low, high, dtype=np.float64):
    n, classes = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    width = np.dtype(dtype).itemsize * 8
    values = draw(arrays(dtype, (n, classes), elements=st.floats(low, high, width=width)))
    return values, draw(arrays(np.int64, n, elements=st.integers(0, classes - 1)))


@each
@stable
@given(batch=batches(0.015625, 4.0))
def test_value_and_gradient_agree_with_the_reference(loss, batch):
    outputs, labels = batch
    pairs = list(zip(outputs.tolist(), labels.tolist(), strict=True))
    expected = math.fsum(sample_loss(loss.name, *pair) for pair in pairs) / len(pairs)
    assert loss(outputs, labels) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert type(loss(outputs, labels)) is float
    gradient = np.array([sample_loss_gradient(loss.name, *pair) for pair in pairs]) / len(pairs)
    np.testing.assert_allclose(loss.gradient(outputs, labels), gradient, rtol=1e-12, atol=1e-13)


@each
def test_gradient_equals_differences_of_the_value(loss):
    outputs, labels = np.random.default_rng(0).uniform(0.2, 1.0, (4, 3)), [0, 2, 2, 1]
    numerical = numerical_jacobian(lambda o: np.asarray(loss(o, labels)), outputs)
    np.testing.assert_allclose(loss.gradient(outputs, labels), numerical, atol=1e-9)


@stable
@given(batch=batches(-20.0, 20.0))
def test_from_logits_equals_the_long_way_through_softmax(batch):
    logits, labels = batch
    value, gradient = cross_entropy.from_logits(logits, labels)
    n = len(labels)
    losses, rows = [], []
    for z, label in zip(logits.tolist(), labels.tolist(), strict=True):
        p = activate("softmax", z)
        losses.append(sample_loss("cross_entropy", p, label))
        upstream = sample_loss_gradient("cross_entropy", p, label)
        rows.append(times(upstream, activation_jacobian("softmax", z)))
    assert value == pytest.approx(math.fsum(losses) / n, rel=1e-10, abs=1e-10)
    np.testing.assert_allclose(gradient, np.array(rows) / n, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(gradient.sum(axis=1), 0.0, atol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@settings(stable, max_examples=150)
@given(data=st.data())
def test_cross_entropy_of_any_finite_logits_is_finite(dtype, data):
    largest = float(np.finfo(dtype).max)
    logits, labels = data.draw(batches(-largest, largest, dtype))
    value, gradient = cross_entropy.from_logits(logits, labels)
    assert math.isfinite(value)
    assert value >= 0
    assert np.isfinite(gradient).all()
    assert gradient.dtype == dtype


@pytest.mark.parametrize("n", range(1, 24))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cross_entropy_of_a_batch_of_the_largest_logits_is_finite(dtype, n):
    info = np.finfo(dtype)
    value, gradient = cross_entropy.from_logits(np.tile([info.max, info.min], (n, 1)), [1] * n)
    assert value == pytest.approx(float(info.max), rel=1e-6)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_both_losses_keep_the_dtype_and_leave_the_outputs_alone(dtype):
    outputs = np.full((3, 2), 0.5, dtype)
    for gradient in (
        squared_error.gradient(outputs, [0, 1, 1]),
        cross_entropy.gradient(outputs, [0, 1, 1]),
        cross_entropy.from_logits(outputs, [0, 1, 1])[1],
    ):
        assert gradient.dtype == dtype
        assert not np.shares_memory(gradient, outputs)
    np.testing.assert_array_equal(outputs, np.full((3, 2), 0.5, dtype))


@each
@stable
@given(batch=batches(0.125, 2.0), seed=st.integers(0, 99))
def test_mean_is_blind_to_order_and_to_duplicates(loss, batch, seed):
    outputs, labels = batch
    value, gradient = loss(outputs, labels), loss.gradient(outputs, labels)
    order = np.random.default_rng(seed).permutation(len(labels))
    assert loss(outputs[order], labels[order]) == pytest.approx(value, rel=1e-12)
    np.testing.assert_array_equal(loss.gradient(outputs[order], labels[order]), gradient[order])
    twice = np.tile(outputs, (2, 1)), np.tile(labels, 2)
    assert loss(*twice) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(loss.gradient(*twice)[: len(labels)], gradient / 2, rtol=1e-15)


def test_probability_zero_for_the_true_class_costs_infinitely_much_without_a_warning():
    assert cross_entropy([[0.0, 1.0]], [0]) == math.inf
    assert cross_entropy.gradient([[0.0, 1.0]], [0])[0, 0] < -1e300  # finite, so that 0 x it is 0
    assert cross_entropy([[0.0, 1.0]], [1]) == 0.0
    denormal = np.array([[1e-44, 1.0]], np.float32)
    assert cross_entropy.gradient(denormal, [0])[0, 0] < -1e37


def test_negative_outputs_have_no_cross_entropy_and_the_message_says_what_to_do():
    outputs = np.array([[0.5, 0.5], [-0.25, 1.25]])
    for function in (cross_entropy, cross_entropy.gradient):
        with pytest.raises(ValueError, match=r"sample 1 is -0\.25\. Use output='softmax'"):
            function(outputs, [0, 0])
    assert cross_entropy(outputs, [0, 1]) < 1  # only the true class has to have a logarithm


@each
@each_wrong_labels
def test_wrong_labels_are_refused_by_name(loss, labels, error, message):
    outputs = np.full((3, 3), 1 / 3)
    for function in (loss, loss.gradient):
        with pytest.raises(error, match=message):
            function(outputs, labels)
    if loss is cross_entropy:
        with pytest.raises(error, match=message):
            loss.from_logits(outputs, labels)


@each
@pytest.mark.parametrize(
    ("outputs", "error", "message"),
    [
        (np.ones(3), ValueError, r"shape \(3,\), wanted \(N, "),
        (np.ones((3, 3, 3)), ValueError, r"shape \(3, 3, 3\)"),
        (np.ones((0, 3)), ValueError, r"\(0, 3\).*no sample"),
        (np.ones((3, 3)) * 1j, TypeError, "complex"),
        ([["a", "b"]], TypeError, "numbers, got dtype <U1"),
    ],
)
def test_wrong_outputs_are_refused(loss, outputs, error, message):
    with pytest.raises(error, match=message):
        loss(outputs, [0, 1, 2])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64, np.intp])
def test_labels_may_be_integers_of_any_width(dtype):
    outputs = softmax(np.eye(3))
    assert cross_entropy(outputs, np.arange(3, dtype=dtype)) == cross_entropy(outputs, [0, 1, 2])


def test_unknown_losses_are_refused():
    with pytest.raises(ValueError, match="unknown loss 'mse'; choose one of 'squared_error'"):
        find_loss("mse")
    for thing in (None, np.mean, CrossEntropy):
        with pytest.raises(TypeError, match=r"is no loss: it .*gradient\(outputs, labels\)"):
            find_loss(thing)
