"""Optimizers against the published algorithms in scalar Python; schedules at known points."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_lab.optimizers import (
    SGD,
    Adam,
    Optimizer,
    check_rate,
    cosine_decay,
    exponential_decay,
    find_optimizer,
    find_schedule,
)

OPTIMIZERS = [SGD(), SGD(0.9), SGD(0.9, nesterov=True), Adam()]
steady = settings(derandomize=True, deadline=None, max_examples=50)
moderate = st.floats(-100, 100)
rates = st.floats(1e-4, 0.5)
momenta = st.floats(0.1, 0.95)


def path_on_a_quadratic(optimizer, start, curvature, rate, steps):
    """Return the positions on ``curvature / 2 * w ** 2``, the start included."""
    parameters = {"w": np.array([start])}
    path = [start]
    for _ in range(steps):
        optimizer.step(parameters, {"w": curvature * parameters["w"]}, rate)
        path.append(float(parameters["w"][0]))
    return path


def assert_close(found, expected):
    """Compare with what rounding may add to a path of this size."""
    np.testing.assert_allclose(
        found, expected, rtol=1e-9, atol=1e-11 * (1 + np.abs(expected).max())
    )


@steady
@given(moderate, st.floats(0.1, 2.0), rates)
def test_plain_sgd_shrinks_a_quadratic_by_the_same_factor_every_step(start, curvature, rate):
    path = path_on_a_quadratic(SGD(), start, curvature, rate, 10)
    assert_close(path, [start * (1 - rate * curvature) ** step for step in range(11)])


@steady
@given(moderate, st.floats(0.1, 2.0), rates, momenta)
def test_momentum_is_the_heavy_ball(start, curvature, rate, momentum):
    path = path_on_a_quadratic(SGD(momentum), start, curvature, rate, 10)
    ball = [start, start]  # Polyak's recurrence knows positions only, no velocity
    for _ in range(10):
        ball.append(ball[-1] - rate * curvature * ball[-1] + momentum * (ball[-1] - ball[-2]))
    assert_close(path, ball[1:])


@steady
@given(moderate, st.floats(0.1, 2.0), rates, momenta)
def test_nesterov_walks_the_lookahead_points_of_sutskever(start, curvature, rate, momentum):
    path = path_on_a_quadratic(SGD(momentum, nesterov=True), start, curvature, rate, 10)
    position, velocity, lookaheads = start, 0.0, [start]
    for _ in range(10):
        gradient = curvature * (position + momentum * velocity)
        velocity = momentum * velocity - rate * gradient
        position += velocity
        lookaheads.append(position + momentum * velocity)
    assert_close(path, lookaheads)


def adam_of_the_paper(start, gradients, rate, beta1, beta2, epsilon):
    """Return the positions of algorithm 1 of Kingma & Ba, with its corrected moments."""
    position, first, second, path = start, 0.0, 0.0, []
    for step, gradient in enumerate(gradients, 1):
        first = beta1 * first + (1 - beta1) * gradient
        second = beta2 * second + (1 - beta2) * gradient**2
        corrected = first / (1 - beta1**step), second / (1 - beta2**step)
        position -= rate * corrected[0] / (math.sqrt(corrected[1]) + epsilon)
        path.append(position)
    return path


@steady
@given(
    moderate,
    st.lists(moderate, min_size=1, max_size=20),
    rates,
    st.sampled_from([(0.9, 0.999, 1e-8), (0.0, 0.5, 1e-3), (0.5, 0.9, 1e-8)]),
)
def test_adam_is_algorithm_1_of_the_paper(start, gradients, rate, constants):
    optimizer, parameters, path = Adam(*constants), {"w": np.array([start])}, []
    for gradient in gradients:
        optimizer.step(parameters, {"w": np.array([gradient])}, rate)
        path.append(float(parameters["w"][0]))
    np.testing.assert_allclose(
        path, adam_of_the_paper(start, gradients, rate, *constants), rtol=1e-7, atol=1e-7
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_step_changes_the_same_arrays_and_keeps_their_dtype(optimizer, dtype):
    optimizer.state.clear()
    arrays = {"w": np.ones((2, 3), dtype), "b": np.zeros(3, dtype)}
    parameters = dict(arrays)
    for _ in range(3):
        gradients = {name: np.full_like(array, 0.5) for name, array in arrays.items()}
        optimizer.step(parameters, gradients, 0.1)
    for name, array in arrays.items():
        assert parameters[name] is array
        assert array.dtype == dtype
        assert (array < [1.0 if name == "w" else 0.0]).all()
        for memory in optimizer.state.values():  # gradients are filled again in the next step
            assert not np.shares_memory(array, memory)
            assert not np.shares_memory(gradients[name], memory)
    remembered = [key for key in optimizer.state if ":" in key]
    assert all(optimizer.state[key].dtype == dtype for key in remembered)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_a_rate_or_gradient_of_zero_moves_nothing(optimizer):
    optimizer.state.clear()
    parameters = {"w": np.array([1.0, -2.0])}
    optimizer.step(parameters, {"w": np.zeros(2)}, 0.1)
    optimizer.step(parameters, {"w": np.ones(2)}, 0.0)
    np.testing.assert_array_equal(parameters["w"], [1.0, -2.0])


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_adams_first_step_is_the_rate_whatever_the_gradient(size):
    parameters = {"w": np.zeros(2)}
    Adam().step(parameters, {"w": np.array([size, -size])}, 0.25)
    np.testing.assert_allclose(parameters["w"], [-0.25, 0.25], rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "seen"),
    [
        (lambda: SGD(momentum=1.0), "momentum is 1.0"),
        (lambda: SGD(momentum=-0.1), "momentum is -0.1"),
        (lambda: SGD(momentum=math.nan), "momentum is nan"),
        (lambda: SGD(nesterov=True), "nesterov"),
        (lambda: Adam(beta1=1.0), "beta1 is 1.0"),
        (lambda: Adam(beta2=-0.5), "beta2 is -0.5"),
        (lambda: Adam(beta2=math.nan), "beta2 is nan"),
        (lambda: Adam(epsilon=0.0), "epsilon is 0.0"),
        (lambda: Adam(epsilon=math.nan), "epsilon is nan"),
        (lambda: Adam(epsilon=math.inf), "epsilon is inf"),
        (lambda: SGD(momentum="0.9"), "momentum is '0.9'"),
        (lambda: Adam(beta1="0.9"), "beta1 is '0.9'"),
        (lambda: exponential_decay(-1.0, 0.5), "-1.0"),
        (lambda: exponential_decay(1.0, math.inf), "factor is inf"),
        (lambda: exponential_decay(1.0, -0.5), "factor is -0.5"),
        (lambda: cosine_decay(math.nan, 10), "nan"),
        (lambda: cosine_decay(1.0, 0), "epochs is 0"),
        (lambda: cosine_decay(1.0, math.nan), "epochs is nan"),
        (lambda: find_optimizer("rmsprop"), "'rmsprop'.*'sgd', 'adam'"),
    ],
)
def test_settings_out_of_range_are_refused_with_the_value(make, seen):
    with pytest.raises(ValueError, match=seen):
        make()


@pytest.mark.parametrize("wrong", [SGD, None, 0.1, object()])
def test_something_else_than_an_optimizer_is_refused(wrong):
    with pytest.raises(TypeError, match="no optimizer"):
        find_optimizer(wrong)


def test_names_give_new_optimizers_and_objects_pass():
    assert isinstance(find_optimizer("sgd"), SGD)
    assert isinstance(find_optimizer("adam"), Adam)
    assert find_optimizer("adam") is not find_optimizer("adam")

    class SignDescent(Optimizer):
        def step(self, parameters, gradients, rate):
            for name, parameter in parameters.items():
                parameter -= rate * np.sign(gradients[name])

    own = SignDescent()
    assert find_optimizer(own) is own


@pytest.mark.parametrize("wrong", ["0.1", None, True, -0.1, math.nan, math.inf, -math.inf, 1j, [1]])
def test_what_is_no_rate_is_refused_with_the_value(wrong):
    with pytest.raises(ValueError, match="learning rate is"):
        check_rate(wrong)
    if wrong is not None:  # which stands for the usual rate
        with pytest.raises(ValueError, match="learning rate is"):
            find_schedule(wrong, SGD())


@pytest.mark.parametrize("rate", [0, 1, 0.5, np.float32(0.5), np.int64(1)])
def test_a_rate_is_returned_as_a_float(rate):
    assert type(check_rate(rate)) is float
    assert check_rate(rate) == rate


def test_schedules_pass_through_known_points():
    assert find_schedule(None, Adam())(7.0) == Adam().usual_rate
    assert find_schedule(0.5, SGD())(0.0) == find_schedule(0.5, SGD())(99.9) == 0.5
    halving = exponential_decay(0.8, factor=0.5)
    assert (halving(0.0), halving(1.0), halving(3.0)) == (0.8, 0.4, 0.1)
    assert halving(0.5) == pytest.approx(0.8 / math.sqrt(2))
    cosine = cosine_decay(2.0, epochs=6)
    assert [cosine(done) for done in (0, 2, 3, 4, 6, 7)] == pytest.approx([2, 1.5, 1, 0.5, 0, 0])
    assert find_schedule(cosine, SGD()) is cosine


@steady
@given(st.floats(0.1, 50), st.lists(st.floats(0, 100), min_size=2, max_size=10))
def test_decays_never_rise_and_never_turn_negative(epochs, moments):
    for schedule in (cosine_decay(1.0, epochs), exponential_decay(1.0, 0.9)):
        values = [schedule(done) for done in sorted(moments)]
        assert values == sorted(values, reverse=True)
        assert all(0 <= value <= 1 for value in values)
