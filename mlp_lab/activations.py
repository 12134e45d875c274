"""Activation functions: identity, tanh, sigmoid, relu, leaky_relu and softmax.

An activation is called with pre-activations `z` and returns outputs of the same shape. On the way
back, `backward(outputs, upstream)` turns the gradient of the loss with respect to its outputs into
the gradient with respect to `z` (a vector-Jacobian product), from the outputs that the forward pass
has computed already. Most activations work elementwise: each output depends on one input, and
`backward` is a product of numbers. Softmax couples the classes of a row, and `backward` is a
product with a matrix that is never built.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from mlp_lab.support.array_checks import as_floats
from mlp_lab.support.option_checks import name_of, named_or_given
from mlp_lab.support.types import FloatArray


class Activation(ABC):
    """What a layer applies to its pre-activations.

    Subclass it, or `Elementwise`, to plug an activation of your own into `MLP`.
    """

    name: str
    """What `MLP` and saved files call it."""

    @abstractmethod
    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return the outputs, same shape as `z`."""

    @abstractmethod
    def backward(self, outputs: FloatArray, upstream: FloatArray) -> FloatArray:
        """Return the gradient with respect to `z` (a vector-Jacobian product).

        Parameters
        ----------
        outputs : ndarray, shape (..., n)
            What the activation returned for `z`.
        upstream : ndarray, shape (..., n)
            The gradient of the loss with respect to `outputs`.

        Returns
        -------
        ndarray, shape (..., n)
        """

    def __repr__(self) -> str:
        return name_of(self)


class Elementwise(Activation):
    """An activation that treats every entry on its own.

    A subclass gives the value, `__call__`, and the slope as a function of the *outputs*. They have
    to determine it: swish and GELU, which take a value twice, are no subclasses of this.

    Examples
    --------
    >>> class Softplus(Elementwise):
    ...     name = "softplus"
    ...     def __call__(self, z):
    ...         return np.logaddexp(0.0, z)
    ...     def slope(self, outputs):
    ...         return 1.0 - np.exp(-outputs)
    >>> float(Softplus().derivative(0.0))
    0.5
    """

    @abstractmethod
    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return the derivative where the activation returned `outputs`, same shape."""

    def derivative(self, z: ArrayLike) -> FloatArray:
        """Return the derivative at `z`, same shape.

        Examples
        --------
        >>> float(tanh.derivative(0.0))
        1.0
        """
        return self.slope(self(z))

    def backward(self, outputs: FloatArray, upstream: FloatArray) -> FloatArray:
        """Return ``upstream * slope(outputs)``, same shape: the Jacobian is diagonal."""
        return upstream * self.slope(outputs)


class Identity(Elementwise):
    """No activation: ``f(z) = z``, slope 1."""

    name = "identity"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return a copy of `z`, so that changing the outputs never changes the input."""
        return as_floats(z).copy()

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return ones."""
        return np.ones_like(outputs)


class Tanh(Elementwise):
    """Hyperbolic tangent: from -1 to 1, slope ``1 - tanh(z)**2``."""

    name = "tanh"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return ``tanh(z)``."""
        return np.tanh(as_floats(z))

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return ``1 - outputs**2``."""
        return 1.0 - outputs * outputs


class Sigmoid(Elementwise):
    """Logistic function ``1 / (1 + exp(-z))``: from 0 to 1, slope ``f (1 - f)``."""

    name = "sigmoid"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return the logistic function of `z`; no finite `z` overflows."""
        z = as_floats(z)
        # exp of a number that is never positive: at most 1, and exact where the result is tiny
        decay = np.exp(np.where(z >= 0, -z, z))
        return np.where(z >= 0, 1.0, decay) / (1.0 + decay)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return ``outputs * (1 - outputs)``."""
        return outputs * (1.0 - outputs)


class Relu(Elementwise):
    """Rectified linear unit ``max(0, z)``; its slope at the kink, 0, is taken as 0."""

    name = "relu"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return ``max(0, z)``."""
        return np.maximum(as_floats(z), 0.0)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where the outputs are positive, else 0."""
        return (outputs > 0).astype(outputs.dtype)


class LeakyRelu(Elementwise):
    """Leaky rectified linear unit: `z` where positive, ``negative_slope * z`` elsewhere.

    Parameters
    ----------
    negative_slope : float
        Positive and below 1, so that the sign of an output tells the sign of its input.

    Raises
    ------
    ValueError
        If the slope is not between 0 and 1.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        if not 0 < negative_slope < 1:
            raise ValueError(f"negative_slope is {negative_slope}, wanted a number between 0 and 1")
        self.negative_slope = float(negative_slope)
        self.name = "leaky_relu" if negative_slope == 0.01 else f"leaky_relu({negative_slope})"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return `z` where it is positive, else ``negative_slope * z``."""
        z = as_floats(z)
        return np.where(z > 0, z, self.negative_slope * z)

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where the outputs are positive, else the negative slope."""
        one = outputs.dtype.type(1)
        return np.where(outputs > 0, one, outputs.dtype.type(self.negative_slope))


class Softmax(Activation):
    """Softmax over the last axis: positive outputs that sum to 1, row by row.

    ``p_i = exp(z_i) / sum_j exp(z_j)``, with the maximum of each row subtracted first: the result
    is the same and no exponential overflows.
    """

    name = "softmax"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return the probabilities, shape (..., n) like `z`.

        Examples
        --------
        >>> softmax([[0.0, 0.0], [1e6, 0.0]])
        array([[0.5, 0.5],
               [1. , 0. ]])
        """
        z = _as_logits(z)
        with np.errstate(over="ignore"):  # -1e308 - 1e308 is -inf, whose exponential is right: 0
            exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
        probabilities: FloatArray = exponentials / exponentials.sum(axis=-1, keepdims=True)
        return probabilities

    def jacobian(self, z: ArrayLike) -> FloatArray:
        """Return ``diag(p) - p pᵀ`` for every row, shape (..., n, n).

        Entry (i, j) is the derivative of output i with respect to input j.

        Examples
        --------
        >>> softmax.jacobian([0.0, 0.0])
        array([[ 0.25, -0.25],
               [-0.25,  0.25]])
        """
        p = self(z)
        diagonal = p[..., :, np.newaxis] * np.eye(p.shape[-1], dtype=p.dtype)
        return diagonal - p[..., :, np.newaxis] * p[..., np.newaxis, :]

    def backward(self, outputs: FloatArray, upstream: FloatArray) -> FloatArray:
        """Return ``upstream @ jacobian``, shape (..., n), without building the Jacobian."""
        weighted = outputs * upstream
        gradient: FloatArray = weighted - outputs * weighted.sum(axis=-1, keepdims=True)
        return gradient


def _as_logits(z: ArrayLike) -> FloatArray:
    """Return `z` as floats, or refuse it: there are no classes to spread probability over."""
    z = as_floats(z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"softmax needs at least one class on the last axis, got shape {z.shape}")
    return z


identity = Identity()
tanh = Tanh()
sigmoid = Sigmoid()
relu = Relu()
leaky_relu = LeakyRelu()
softmax = Softmax()

ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (identity, tanh, sigmoid, relu, leaky_relu, softmax)
}


def find_activation(activation: str | Activation) -> Activation:
    """Return the activation of that name; an `Activation` object is returned as it is.

    Raises
    ------
    ValueError
        If there is no activation of that name.
    TypeError
        If it is an object without a value (a call) or a `backward`.

    Examples
    --------
    >>> find_activation("tanh")
    tanh
    """
    wanted = "backward(outputs, upstream); see mlp_lab.activations.Elementwise"
    return named_or_given("activation", activation, ACTIVATIONS, "backward", wanted)
