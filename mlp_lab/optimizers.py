"""Optimizers, which turn gradients into steps, and schedules, which set the learning rate.

An optimizer changes the parameters in place: ``optimizer.step(parameters, gradients, rate)``. A
schedule is a function from the number of epochs done, which grows by a fraction with every
mini-batch, to the learning rate.
"""

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from mlp_lab.support.option_checks import check_rate, check_share, choose
from mlp_lab.support.types import FloatArray, Parameters

Schedule = Callable[[float], float]
RECKLESS = 100
"""A learning rate so many times the optimizer's usual one draws a warning."""


class Optimizer(ABC):
    """Changes parameters along gradients; keeps what it has to remember in `state`.

    Attributes
    ----------
    state : dict of ndarray
        Everything the next step depends on beside the gradients; checkpoints store it.
    """

    name: str

    def __init__(self) -> None:
        self.state: dict[str, FloatArray] = {}

    @property
    def usual_rate(self) -> float:
        """The learning rate that `train` takes where it is given none."""
        return 0.01

    @abstractmethod
    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place; the gradients are used up and may be overwritten."""

    def __repr__(self) -> str:
        settings = [f"{key}={value!r}" for key, value in vars(self).items() if key != "state"]
        return f"{type(self).__name__}({', '.join(settings)})"

    def _memory(self, kind: str, name: str, parameter: FloatArray) -> FloatArray:
        """Return the array that remembers `kind` for one parameter; zeros at first."""
        key = f"{kind}:{name}"
        if key not in self.state:
            self.state[key] = np.zeros_like(parameter)
        return self.state[key]


class SGD(Optimizer):
    """Stochastic gradient descent, plain or with momentum.

    With momentum m, ``velocity = m * velocity - rate * gradient`` is added to the parameter; with
    Nesterov's, ``m * new_velocity - rate * gradient`` is (Sutskever et al. 2013).

    Parameters
    ----------
    momentum : float
        From 0 (plain) to below 1.
    nesterov : bool
        Look ahead along the velocity; needs a momentum.

    Raises
    ------
    ValueError
        If the momentum is not from 0 to below 1, or 0 with nesterov.

    Examples
    --------
    >>> parameters = {"w": np.array([1.0])}
    >>> SGD().step(parameters, {"w": np.array([2.0])}, rate=0.1)
    >>> parameters["w"]
    array([0.8])
    """

    name = "sgd"

    def __init__(self, momentum: float = 0.0, nesterov: bool = False) -> None:
        super().__init__()
        check_share("momentum", momentum)
        if nesterov and momentum == 0:
            raise ValueError("nesterov looks ahead along the momentum, which is 0; try 0.9")
        self.momentum = momentum
        self.nesterov = nesterov

    @property
    def usual_rate(self) -> float:
        """0.5 without momentum; less with it, as it makes steps 1 / (1 - momentum) times as long.

        Examples
        --------
        >>> SGD().usual_rate, round(SGD(momentum=0.9).usual_rate, 6)
        (0.5, 0.05)
        """
        return 0.5 * (1 - self.momentum)

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place, along the negative gradients, which become the steps."""
        for name, parameter in parameters.items():
            step = gradients[name]
            step *= -rate  # in place: a new array of this size would take longer than the product
            if self.momentum:
                velocity = self._memory("velocity", name, parameter)
                velocity *= self.momentum
                velocity += step
                step = step + self.momentum * velocity if self.nesterov else velocity
            parameter += step


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square (Kingma & Ba 2015).

    Parameters
    ----------
    beta1, beta2 : float
        Decay of the two running means, from 0 to below 1.
    epsilon : float
        Added to the denominator; positive.

    Raises
    ------
    ValueError
        If a value is out of its range.

    Examples
    --------
    The first step is as long as the rate, whatever the gradient's size:

    >>> parameters = {"w": np.array([1.0])}
    >>> Adam().step(parameters, {"w": np.array([250.0])}, rate=0.1)
    >>> parameters["w"].round(6)
    array([0.9])
    """

    name = "adam"

    @property
    def usual_rate(self) -> float:
        """0.001, as in the paper."""
        return 0.001

    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        super().__init__()
        for label, beta in (("beta1", beta1), ("beta2", beta2)):
            check_share(label, beta)
        if not check_rate(epsilon, "epsilon") > 0:
            raise ValueError(f"epsilon is {epsilon}, wanted a positive number")
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def step(self, parameters: Parameters, gradients: Parameters, rate: float) -> None:
        """Change `parameters` in place; algorithm 1 of the paper."""
        steps_done = self.state.setdefault("steps_done", np.zeros(1))
        steps_done += 1
        # both means start at zero: divide by the weight that they have gathered so far
        weight1 = 1 - self.beta1 ** float(steps_done[0])
        weight2 = 1 - self.beta2 ** float(steps_done[0])
        for name, parameter in parameters.items():
            gradient = gradients[name]
            mean = self._memory("mean", name, parameter)
            mean += (1 - self.beta1) * (gradient - mean)
            mean_square = self._memory("mean_square", name, parameter)
            mean_square += (1 - self.beta2) * (np.square(gradient) - mean_square)
            parameter -= (rate / weight1) * mean / (np.sqrt(mean_square / weight2) + self.epsilon)


def shrink_weights(parameters: Parameters, share: float) -> None:
    """Make every weight smaller by a share of itself, in place; biases stay (weight decay).

    Decay that is part of the gradient is this for SGD; in Adam it would be scaled away (Loshchilov
    & Hutter 2019).

    Examples
    --------
    >>> parameters = {"weights": np.ones((1, 2)), "biases": np.ones(2)}
    >>> shrink_weights(parameters, 0.25)
    >>> parameters
    {'weights': array([[0.75, 0.75]]), 'biases': array([1., 1.])}
    """
    for parameter in parameters.values():
        if parameter.ndim > 1:
            parameter *= 1 - share


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"sgd": SGD, "adam": Adam}


def find_optimizer(optimizer: str | Optimizer) -> Optimizer:
    """Return a new optimizer of that name; an `Optimizer` object is returned as it is.

    Raises
    ------
    ValueError
        If there is no optimizer of that name.
    TypeError
        If it is something else than a name or an `Optimizer`.

    Examples
    --------
    >>> find_optimizer("sgd")
    SGD(momentum=0.0, nesterov=False)
    """
    if isinstance(optimizer, str):
        return choose("optimizer", optimizer, OPTIMIZERS)()
    if isinstance(optimizer, Optimizer):
        return optimizer
    raise TypeError(
        f"{optimizer!r} is no optimizer: pass a name, SGD(...), Adam(...) or a subclass"
    )


def find_schedule(learning_rate: float | Schedule | None, optimizer: Optimizer) -> Schedule:
    """Return the schedule that a learning rate stands for: a number is the same rate throughout.

    None is the optimizer's usual rate. A number that is `RECKLESS` times as large warns.

    Raises
    ------
    ValueError
        If the number is negative or not finite, or no number at all.

    Examples
    --------
    >>> find_schedule(0.25, SGD())(3.0), find_schedule(None, SGD())(3.0)
    (0.25, 0.5)
    """
    if callable(learning_rate):
        return learning_rate
    usual = optimizer.usual_rate
    rate = usual if learning_rate is None else check_rate(learning_rate)
    if rate >= RECKLESS * usual:
        warnings.warn(
            f"learning_rate={rate:g} is {rate / usual:,.0f} times the usual rate "
            f"of {optimizer!r}, {usual:g}: it will hardly learn. Leave learning_rate out for the "
            "usual one, or find one with learning_rate_range_test",
            stacklevel=3,
        )
    return lambda epochs: rate


def exponential_decay(initial: float, factor: float) -> Schedule:
    """Return the schedule ``initial * factor ** epochs``.

    Examples
    --------
    >>> exponential_decay(0.8, factor=0.5)(2.0)
    0.2
    """
    check_rate(initial)
    check_rate(factor, "factor")
    return lambda epochs: initial * factor**epochs


def cosine_decay(initial: float, epochs: float) -> Schedule:
    """Return the schedule that falls from `initial` to 0 over `epochs` along half a cosine.

    From Loshchilov & Hutter 2017, equation 5, without restarts.

    Examples
    --------
    >>> schedule = cosine_decay(1.0, epochs=10)
    >>> schedule(0.0), schedule(5.0), schedule(10.0)
    (1.0, 0.5, 0.0)
    """
    check_rate(initial)
    if not epochs > 0:
        raise ValueError(f"epochs is {epochs}, wanted a positive number")
    return lambda done: initial * 0.5 * (1.0 + math.cos(math.pi * min(done / epochs, 1.0)))
