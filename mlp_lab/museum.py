"""Broken pieces: real bugs from published code, each a small piece that plugs into our network.

They look right, and most of them even learn. What finds each of them is said in its place: as a
rule the gradient check.
"""

import numpy as np
from numpy.typing import ArrayLike

from mlp_lab.activations import Relu, Softmax, Tanh
from mlp_lab.arrays import FloatArray, Parameters, as_floats
from mlp_lab.losses import Loss
from mlp_lab.network import MLP


class ForgottenSlope(Tanh):
    """tanh whose derivative is forgotten on the way back: every slope is taken as 1.

    Reported in "Numerical gradient checking", primen.dk: such a network still learns, but worse.

    Examples
    --------
    >>> ForgottenSlope().derivative([0.0, 5.0])
    array([1., 1.])
    """

    name = "tanh with its slope forgotten"

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return ones, wherever the units are."""
        return np.ones_like(outputs)


class AlwaysOnRelu(Relu):
    """relu whose slope is ``outputs >= 0``: rectified outputs are never negative, so always 1.

    Published in numpy/numpy-tutorials, "Deep learning on MNIST" (`relu2deriv`).

    Examples
    --------
    >>> AlwaysOnRelu().derivative([-1.0, 1.0])
    array([1., 1.])
    """

    name = "relu with outputs >= 0"

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where the outputs are not negative: everywhere."""
        return (outputs >= 0).astype(outputs.dtype)


class BatchSoftmax(Softmax):
    """softmax without an axis: it sums over the whole batch and so mixes its samples.

    Reported in oreilly-japan/deep-learning-from-scratch, issue 85.

    Examples
    --------
    >>> BatchSoftmax()(np.zeros((2, 2)))
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """

    name = "softmax without an axis"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return exponentials divided by the sum over all samples."""
        z = as_floats(z)
        exponentials = np.exp(z - z.max())
        probabilities: FloatArray = exponentials / exponentials.sum()
        return probabilities


class BatchMaximumSoftmax(Softmax):
    """softmax that subtracts the maximum of the whole batch: other rows underflow to 0 / 0.

    No gradient check finds it, because it is right wherever nothing underflows: test extreme rows.

    Reported in manassharma07/crysx_nn, issue 7.

    Examples
    --------
    >>> with np.errstate(invalid="ignore"):
    ...     BatchMaximumSoftmax()([[0.0, 0.0], [1000.0, 1000.0]])
    array([[nan, nan],
           [0.5, 0.5]])
    """

    name = "softmax with the batch's maximum"

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return the probabilities; NaN in rows far below the largest."""
        z = as_floats(z)
        exponentials = np.exp(z - z.max())
        probabilities: FloatArray = exponentials / exponentials.sum(axis=-1, keepdims=True)
        return probabilities


class SummedGradients(MLP):
    """Gradients summed over the batch, not averaged: the rate then depends on the batch size.

    Examples
    --------
    >>> x, labels = np.ones((4, 2)), [0, 1, 1, 0]
    >>> _, right = MLP([2, 2]).gradients(x, labels)
    >>> _, wrong = SummedGradients([2, 2]).gradients(x, labels)
    >>> bool((wrong["layer1.biases"] == 4 * right["layer1.biases"]).all())
    True
    """

    def gradients(
        self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy"
    ) -> tuple[float, Parameters]:
        """Return the mean loss, but the sum of the samples' gradients."""
        value, gradients = super().gradients(x, labels, loss)
        return value, {name: len(np.asarray(x)) * array for name, array in gradients.items()}


class FirstSampleBiases(MLP):
    """Bias gradients of the batch's first sample alone, where the sum over all was meant."""

    def gradients(
        self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy"
    ) -> tuple[float, Parameters]:
        """Return the right gradients of the weights, and wrong ones of the biases."""
        value, gradients = super().gradients(x, labels, loss)
        batch, batch_labels = np.asarray(x), np.asarray(labels)
        _, first = super().gradients(batch[:1], batch_labels[:1], loss)
        for name in gradients:
            if name.endswith("biases"):
                gradients[name] = first[name] / len(batch)
        return value, gradients
