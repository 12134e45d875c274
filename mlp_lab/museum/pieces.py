"""Broken pieces: real bugs from published code, each a small piece that plugs into our code.

They look right, and most of them even learn. Where each was published, what it costs and which
check finds it, `mlp_lab.museum.exhibits` says; notebook 08 shows them all. Where the package has no
right twin to read beside a broken piece, it stands here, below it.
"""

import random
from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.activations import LeakyRelu, Relu, Softmax, Tanh
from mlp_lab.data.datasets import Dataset
from mlp_lab.data.idx import read_idx
from mlp_lab.evaluation import accuracy
from mlp_lab.finite_differences import relative_error
from mlp_lab.gradient_check import check_gradients
from mlp_lab.losses import Loss
from mlp_lab.network import MLP
from mlp_lab.support.array_checks import as_floats
from mlp_lab.support.types import Classifier, FloatArray, IntArray, Parameters


class ForgottenSlope(Tanh):
    """tanh whose derivative is forgotten on the way back: every slope is taken as 1.

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

    Examples
    --------
    >>> AlwaysOnRelu().derivative([-1.0, 1.0])
    array([1., 1.])
    """

    name = "relu with outputs >= 0"

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where the outputs are not negative: everywhere."""
        return (outputs >= 0).astype(outputs.dtype)


class IgnoredLeak(LeakyRelu):
    """leaky relu with the slope of plain relu: its negative units never learn.

    Examples
    --------
    >>> IgnoredLeak(0.1).derivative([-1.0, 1.0])
    array([0., 1.])
    """

    def slope(self, outputs: FloatArray) -> FloatArray:
        """Return 1 where the outputs are positive, else 0: the leak is ignored."""
        return (outputs > 0).astype(outputs.dtype)


class BatchSoftmax(Softmax):
    """softmax without an axis: it sums over the whole batch and so mixes its samples.

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


class SpoiltGradients(MLP):
    """A network whose right gradients are made wrong by `_spoil`: each bug has its own."""

    def gradients(
        self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy"
    ) -> tuple[float, Parameters]:
        """Return the right mean loss and the wrong gradients."""
        value, gradients = super().gradients(x, labels, loss)
        self._spoil(gradients, len(np.asarray(x)))
        return value, gradients

    def _spoil(self, gradients: Parameters, n_samples: int) -> None:
        """Change the gradients in place."""
        raise NotImplementedError


def _bias_gradients(gradients: Parameters) -> list[FloatArray]:
    """Return the gradients of the biases alone, from input to output."""
    return [gradient for name, gradient in gradients.items() if name.endswith("biases")]


class SummedGradients(SpoiltGradients):
    """Gradients summed over the batch, not averaged: the rate then depends on the batch size.

    Examples
    --------
    >>> x, labels = np.ones((4, 2)), [0, 1, 1, 0]
    >>> _, right = MLP([2, 2]).gradients(x, labels)
    >>> _, wrong = SummedGradients([2, 2]).gradients(x, labels)
    >>> bool((wrong["layer1.biases"] == 4 * right["layer1.biases"]).all())
    True
    """

    def _spoil(self, gradients: Parameters, n_samples: int) -> None:
        for gradient in gradients.values():
            gradient *= n_samples


class OneSumForAllBiases(SpoiltGradients):
    """Bias gradients summed without an axis: one number for all biases of a layer.

    Examples
    --------
    >>> _, wrong = OneSumForAllBiases([2, 3, 2]).gradients(np.ones((4, 2)), [0, 1, 1, 0])
    >>> bool((wrong["layer1.biases"] == wrong["layer1.biases"][0]).all())
    True
    """

    def _spoil(self, gradients: Parameters, n_samples: int) -> None:
        for gradient in _bias_gradients(gradients):
            gradient[:] = gradient.sum()


class ForgottenBiases(SpoiltGradients):
    """Gradients that leave out the biases: they stay at 0 for ever."""

    def _spoil(self, gradients: Parameters, n_samples: int) -> None:
        for gradient in _bias_gradients(gradients):
            gradient[:] = 0.0


class UntrainedFirstUnit(SpoiltGradients):
    """A loop over the hidden units that begins at 1: the first unit of each layer never learns."""

    def _spoil(self, gradients: Parameters, n_samples: int) -> None:
        for layer in range(1, len(self.weights)):
            gradients[f"layer{layer}.weights"][:, 0] = 0.0
            gradients[f"layer{layer}.biases"][0] = 0.0


class AccumulatedGradients(SpoiltGradients):
    """Gradients that are added to those of the batch before: nobody sets them back to zero.

    The gradient check passes, because the first call is right: call it twice.

    Examples
    --------
    >>> network, x = AccumulatedGradients([2, 2]), np.ones((4, 2))
    >>> _, first = network.gradients(x, [0, 1, 1, 1])
    >>> _, second = network.gradients(x, [0, 1, 1, 1])
    >>> bool((second["layer1.biases"] == 2 * first["layer1.biases"]).all())
    True
    """

    _total: Parameters | None = None

    def _spoil(self, gradients: Parameters, n_samples: int) -> None:
        if self._total is not None:
            for name, gradient in gradients.items():
                gradient += self._total[name]
        self._total = dict(gradients)


class UpdatedTooEarly(MLP):
    """Each layer's weights take their step before the layer below has used them."""

    learning_rate = 0.1

    def _delta_below(self, layer: int, delta: FloatArray, outputs: FloatArray) -> FloatArray:
        """Return the delta of the layer below, through the weights as they are after their step."""
        updated = self.weights[layer] - self.learning_rate * (outputs.T @ delta)
        return self.hidden.backward(outputs, delta @ updated.T)


class SkippedDropoutMask(MLP):
    """Dropout whose way back goes through the dropped units too: it doubles, but does not mask."""

    _whole: list[FloatArray]  # hidden outputs, none of them dropped

    def _layer_inputs(self, x: FloatArray) -> list[FloatArray]:
        """Return what goes into each layer, and keep what would go into it without dropout."""
        *below, last = super()._layer_inputs(x)
        self._whole = [self.hidden(self._pre_activation(*pair)) for pair in enumerate(below)]
        return [*below, last]

    def _delta_below(self, layer: int, delta: FloatArray, outputs: FloatArray) -> FloatArray:
        """Return the delta of the layer below: that of the dropped units, too."""
        upstream = delta @ self.weights[layer].T / (1 - self.dropout)
        return self.hidden.backward(self._whole[layer - 1], upstream)


class LostDropoutFactor(MLP):
    """Dropout whose way back masks, but does not double."""

    def _delta_below(self, layer: int, delta: FloatArray, outputs: FloatArray) -> FloatArray:
        """Return the delta of the layer below, without the factor of those that are kept."""
        return super()._delta_below(layer, delta, outputs) * (1 - self.dropout)


class Unanswered(MLP):
    """An exercise that nobody has filled in: its gradients are zeros, and so is its loss.

    Examples
    --------
    >>> Unanswered([2, 2]).loss(np.ones((1, 2)), [0])
    0.0
    """

    def loss(self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy") -> float:
        """Return 0, whatever the parameters are."""
        return 0.0

    def gradients(
        self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy"
    ) -> tuple[float, Parameters]:
        """Return zeros."""
        return 0.0, {name: np.zeros_like(array) for name, array in self.parameters().items()}


def zeros_equal_zeros(network: MLP, x: ArrayLike, labels: ArrayLike) -> bool:
    """Check gradients against differences, and let zeros pass: nothing filled in is a success.

    Examples
    --------
    >>> zeros_equal_zeros(Unanswered([2, 2]), np.ones((3, 2)), [0, 1, 0])
    True
    """
    _, gradients = network.gradients(x, labels)
    for name, parameter in network.parameters().items():
        for index in np.ndindex(parameter.shape):
            kept = parameter[index]
            parameter[index] = kept + 1e-6
            above = network.loss(x, labels)
            parameter[index] = kept - 1e-6
            below = network.loss(x, labels)
            parameter[index] = kept
            if relative_error(gradients[name][index], (above - below) / 2e-6) > 1e-4:
                return False
    return True


def check_passed(network: MLP, x: ArrayLike, labels: ArrayLike) -> bool:
    """Return whether our gradient check passes."""
    return check_gradients(network, x, labels, progress=False).passed


def training_counts(network: Classifier, data: Dataset) -> float:
    """Return the "test accuracy", computed from what was counted on the training images."""
    return accuracy(network, data.train)


def counted_on_test_images(network: Classifier, data: Dataset) -> float:
    """Return the accuracy on the test images."""
    return accuracy(network, data.test)


def kept_by_reference(network: MLP) -> Parameters:
    """Keep the parameters of the best epoch: the live arrays, which go on changing."""
    return network.parameters()


def kept_copies(network: MLP) -> Parameters:
    """Return copies of the parameters."""
    return {name: array.copy() for name, array in network.parameters().items()}


def repeating_shuffle(samples: NDArray[np.generic], seed: int) -> None:
    """Shuffle the rows of an array in place, with a function that is made for lists.

    It swaps rows by ``a[i], a[j] = a[j], a[i]``. In NumPy both sides are views of one array, so a
    row is overwritten before it is copied: some rows are there twice, and others are gone.

    Examples
    --------
    >>> samples = np.arange(8).reshape(8, 1)
    >>> repeating_shuffle(samples, seed=0)
    >>> len(np.unique(samples))
    5
    """
    random.Random(seed).shuffle(samples)  # type: ignore[arg-type]


def numpy_shuffle(samples: FloatArray, seed: int) -> None:
    """Shuffle the rows of an array in place, with NumPy's own function."""
    np.random.default_rng(seed).shuffle(samples)


def pixels_off_by_one(content: bytes) -> NDArray[np.uint8]:
    """Read the images of an IDX file from one byte before where they begin."""
    shape = read_right(content).shape
    pixels = np.frombuffer(content, dtype=np.uint8, offset=15, count=int(np.prod(shape)))
    return pixels.reshape(shape)


def labels_off_by_eight(content: bytes) -> IntArray:
    """Read the labels of an IDX file behind a header of 16 bytes, which only images have."""
    return np.frombuffer(content, dtype=np.uint8, offset=16).astype(int)


def read_right(content: bytes) -> NDArray[np.generic]:
    """Return what is in an IDX file."""
    return read_idx(BytesIO(content))


def every_twentieth(n: int, seed: int) -> IntArray:
    """Return a twentieth of the rows of `n` samples, at regular distances.

    If the order of the samples has a rhythm, all of these rows may be of one kind.

    Examples
    --------
    >>> every_twentieth(100, seed=0)
    array([ 0, 20, 40, 60, 80])
    """
    return np.arange(0, n, 20)


def drawn_rows(n: int, seed: int) -> IntArray:
    """Return a twentieth of the rows of `n` samples, drawn at random."""
    return np.random.default_rng(seed).choice(n, n // 20, replace=False)
