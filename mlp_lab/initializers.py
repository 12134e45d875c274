"""Initial weights: glorot_uniform, glorot_normal, he_normal, uniform and zeros.

An initializer is a function ``initializer(generator, n_in, n_out)`` that returns weights of shape
(n_in, n_out); a function of your own plugs into `MLP` the same way. Biases start at zero.
"""

# annotations stay text: np.random takes a third of the package's import time once it is touched
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlp_lab.activations import Activation, LeakyRelu, Relu
from mlp_lab.support.option_checks import choose
from mlp_lab.support.types import FloatArray

Initializer = Callable[["np.random.Generator", int, int], FloatArray]


def glorot_uniform(generator: np.random.Generator, n_in: int, n_out: int) -> FloatArray:
    """Return weights uniform in ±sqrt(6 / (n_in + n_out)), shape (n_in, n_out), float64.

    Their variance, 2 / (n_in + n_out), keeps the spread of signals about the same on the way
    forward and of gradients on the way back (Glorot & Bengio 2010, equation 16).

    Examples
    --------
    >>> weights = glorot_uniform(np.random.default_rng(0), 784, 100)
    >>> weights.shape, bool(abs(weights).max() < np.sqrt(6 / 884))
    ((784, 100), True)
    """
    limit = np.sqrt(6.0 / (n_in + n_out))
    return generator.uniform(-limit, limit, (n_in, n_out))


def glorot_normal(generator: np.random.Generator, n_in: int, n_out: int) -> FloatArray:
    """Return normal weights of variance 2 / (n_in + n_out), shape (n_in, n_out), float64.

    The same variance as `glorot_uniform` (Glorot & Bengio 2010, equation 12).

    Examples
    --------
    >>> glorot_normal(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """
    return generator.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), (n_in, n_out))


def he_normal(generator: np.random.Generator, n_in: int, n_out: int) -> FloatArray:
    """Return normal weights of variance 2 / n_in, shape (n_in, n_out), float64.

    For relu, which passes on half of the mean square (He, Zhang, Ren & Sun 2015, equation 10).

    Examples
    --------
    >>> he_normal(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """
    return generator.normal(0.0, np.sqrt(2.0 / n_in), (n_in, n_out))


def uniform(generator: np.random.Generator, n_in: int, n_out: int) -> FloatArray:
    """Return weights uniform in ±1 / sqrt(n_in), shape (n_in, n_out), float64.

    The "commonly used heuristic" that Glorot & Bengio 2010, equation 1, compare theirs with.

    Examples
    --------
    >>> weights = uniform(np.random.default_rng(0), 4, 2)
    >>> weights.shape, bool(abs(weights).max() <= 0.5)
    ((4, 2), True)
    """
    limit = 1.0 / np.sqrt(n_in)
    return generator.uniform(-limit, limit, (n_in, n_out))


def zeros(generator: np.random.Generator, n_in: int, n_out: int) -> FloatArray:
    """Return zeros, shape (n_in, n_out), float64: to see why nobody starts there.

    All units of a layer stay alike, because all get the same gradient.

    Examples
    --------
    >>> zeros(np.random.default_rng(0), 1, 2)
    array([[0., 0.]])
    """
    return np.zeros((n_in, n_out))


INITIALIZERS: dict[str, Initializer] = {
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_normal": he_normal,
    "uniform": uniform,
    "zeros": zeros,
}


def find_initializer(initializer: str | Initializer) -> Initializer:
    """Return the initializer of that name; a function is returned as it is.

    Raises
    ------
    ValueError
        If there is no initializer of that name.

    Examples
    --------
    >>> find_initializer("zeros") is zeros
    True
    """
    if callable(initializer):
        return initializer
    return choose("initializer", initializer, INITIALIZERS)


def initializer_for(hidden: Activation) -> Initializer:
    """Return `he_normal` for relu and leaky relu, `glorot_uniform` for any other activation.

    Glorot & Bengio (2010) take the slope of the activation as 1, as tanh has it near 0; He et al.
    (2015) make up for the half of the mean square that relu does not pass on.

    Examples
    --------
    >>> initializer_for(Relu()) is he_normal
    True
    """
    return he_normal if isinstance(hidden, (Relu, LeakyRelu)) else glorot_uniform
