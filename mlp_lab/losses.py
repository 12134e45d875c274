"""Loss functions: squared_error and cross_entropy.

A loss is called with the outputs of a batch, shape (N, n_classes), and its labels, shape (N,), and
returns one number: the mean over the batch. `gradient` is the derivative of that mean with respect
to the outputs. The labels stand for one-hot targets: 1 for the true class and 0 for the others.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from mlp_lab.activations import Activation, Softmax
from mlp_lab.support.array_checks import check_inputs, check_labels
from mlp_lab.support.option_checks import name_of, named_or_given
from mlp_lab.support.types import FloatArray, IntArray


class Loss(ABC):
    """How wrong a batch of outputs is. Subclass it to plug a loss of your own into `MLP`."""

    name: str
    """What `MLP.loss` and error messages call it."""

    @abstractmethod
    def __call__(self, outputs: ArrayLike, labels: ArrayLike) -> float:
        """Return the mean loss of the batch: outputs (N, n_classes), labels (N,)."""

    @abstractmethod
    def gradient(self, outputs: ArrayLike, labels: ArrayLike) -> FloatArray:
        """Return the gradient of the mean with respect to the outputs, shape (N, n_classes)."""

    def __repr__(self) -> str:
        return name_of(self)


class SquaredError(Loss):
    """Sum of squared differences to the one-hot target of a sample, mean over the batch."""

    name = "squared_error"

    def __call__(self, outputs: ArrayLike, labels: ArrayLike) -> float:
        """Return the mean loss.

        Raises
        ------
        ValueError, TypeError
            If the shapes do not fit, the batch is empty or a label is not a class.

        Examples
        --------
        >>> squared_error([[0.5, 0.5], [0.0, 1.0]], [0, 1])
        0.25
        """
        differences = self._differences(outputs, labels)
        return float(np.square(differences).sum() / len(differences))

    def gradient(self, outputs: ArrayLike, labels: ArrayLike) -> FloatArray:
        """Return ``2 (outputs - targets) / N``, shape (N, n_classes).

        Examples
        --------
        >>> squared_error.gradient([[0.5, 0.5]], [0])
        array([[-1.,  1.]])
        """
        differences = self._differences(outputs, labels)
        return differences * (2.0 / len(differences))

    @staticmethod
    def _differences(outputs: ArrayLike, labels: ArrayLike) -> FloatArray:
        """Return outputs minus one-hot targets."""
        outputs, labels = _check_batch(outputs, labels)
        differences = outputs.copy()
        differences[np.arange(len(labels)), labels] -= 1.0
        return differences


class CrossEntropy(Loss):
    """Mean negative log probability of the true class.

    With a softmax output the network computes it from the logits, as `from_logits` does, and so it
    stays finite for any finite logits.
    Called on outputs alone it takes the logarithm of what it is given.
    """

    name = "cross_entropy"

    def __call__(self, outputs: ArrayLike, labels: ArrayLike) -> float:
        """Return the mean loss of a batch of probabilities.

        Raises
        ------
        ValueError
            If the output for a true class is negative, which has no logarithm.

        Examples
        --------
        >>> round(cross_entropy([[0.25, 0.75]], [1]), 4)
        0.2877
        """
        likelihoods, _, _ = self._likelihoods(outputs, labels)
        with np.errstate(divide="ignore"):  # a true class that is given probability 0 costs inf
            return float(-np.log(likelihoods).mean())

    def gradient(self, outputs: ArrayLike, labels: ArrayLike) -> FloatArray:
        """Return ``-1 / (N p)`` at the true classes, 0 elsewhere, shape (N, n_classes).

        Examples
        --------
        >>> cross_entropy.gradient([[0.25, 0.5]], [1])
        array([[ 0., -2.]])
        """
        likelihoods, outputs, labels = self._likelihoods(outputs, labels)
        gradient = np.zeros_like(outputs)
        # at probability 0 the loss is infinite; its gradient is kept finite, because softmax's way
        # back multiplies it by that 0, and 0 * inf is NaN
        likelihoods = np.maximum(likelihoods, np.finfo(outputs.dtype).tiny)
        gradient[np.arange(len(labels)), labels] = -1.0 / (len(labels) * likelihoods)
        return gradient

    def from_logits(self, logits: ArrayLike, labels: ArrayLike) -> tuple[float, FloatArray]:
        """Return the mean loss of ``softmax(logits)`` and its gradient with respect to the logits.

        Softmax and logarithm cancel: the gradient is ``(softmax(logits) - targets) / N``, without a
        Jacobian and without a division by a probability. Both are finite for any finite logits.

        Parameters
        ----------
        logits : array_like, shape (N, n_classes)
        labels : array_like of int, shape (N,)

        Returns
        -------
        value : float
        gradient : ndarray, shape (N, n_classes)

        Examples
        --------
        >>> cross_entropy.from_logits([[0.0, 1e6]], [0])
        (1000000.0, array([[-1.,  1.]]))
        """
        return _cross_entropy_and_delta(*_check_batch(logits, labels))

    @staticmethod
    def _likelihoods(
        outputs: ArrayLike, labels: ArrayLike
    ) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return the probability that each sample's output gives to its true class."""
        outputs, labels = _check_batch(outputs, labels)
        likelihoods = outputs[np.arange(len(labels)), labels]
        if (likelihoods < 0).any():
            row = int(np.argmax(likelihoods < 0))
            raise ValueError(
                f"cross_entropy needs probabilities; the output for the true class of sample {row} "
                f"is {likelihoods[row]:.3g}. Use output='softmax', or the loss 'squared_error'"
            )
        return likelihoods, outputs, labels


def _check_batch(outputs: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Return both as arrays that fit together."""
    outputs = check_inputs(outputs)
    return outputs, check_labels(labels, *outputs.shape)


squared_error = SquaredError()
cross_entropy = CrossEntropy()

LOSSES: dict[str, Loss] = {loss.name: loss for loss in (squared_error, cross_entropy)}


def find_loss(loss: str | Loss) -> Loss:
    """Return the loss of that name; a `Loss` object is returned as it is.

    Raises
    ------
    ValueError
        If there is no loss of that name.
    TypeError
        If it is an object without a value (a call) or a `gradient`.

    Examples
    --------
    >>> find_loss("cross_entropy")
    cross_entropy
    """
    wanted = "gradient(outputs, labels); see mlp_lab.losses.Loss"
    return named_or_given("loss", loss, LOSSES, "gradient", wanted)


def loss_of_logits(loss: Loss, output: Activation, logits: FloatArray, labels: IntArray) -> float:
    """Return the mean loss of ``output(logits)``, for arrays that were checked already.

    Examples
    --------
    >>> from mlp_lab import softmax
    >>> round(loss_of_logits(cross_entropy, softmax, np.zeros((1, 10)), np.array([3])), 4)
    2.3026
    """
    if _cancel_out(loss, output):
        value, _, _ = _cross_entropy_of_softmax(logits, labels)
        return value
    return loss(output(logits), labels)


def loss_and_delta(
    loss: Loss, output: Activation, logits: FloatArray, labels: IntArray
) -> tuple[float, FloatArray]:
    """Return the mean loss of ``output(logits)`` and its gradient with respect to the logits.

    Examples
    --------
    >>> from mlp_lab import softmax
    >>> _, delta = loss_and_delta(cross_entropy, softmax, np.zeros((1, 2)), np.array([0]))
    >>> delta
    array([[-0.5,  0.5]])
    """
    if _cancel_out(loss, output):
        return _cross_entropy_and_delta(logits, labels)
    outputs = output(logits)
    return loss(outputs, labels), output.backward(outputs, loss.gradient(outputs, labels))


def _cancel_out(loss: Loss, output: Activation) -> bool:
    """Tell whether the loss is cross-entropy of a softmax, which is computed from the logits.

    These two and no subclass of theirs, which may compute something else.
    """
    return type(loss) is CrossEntropy and type(output) is Softmax


def _cross_entropy_and_delta(logits: FloatArray, labels: IntArray) -> tuple[float, FloatArray]:
    """Return the mean loss of ``softmax(logits)`` and ``(softmax(logits) - targets) / N``."""
    value, exponentials, sums = _cross_entropy_of_softmax(logits, labels)
    delta = np.divide(exponentials, sums, out=exponentials)
    delta[labels, np.arange(len(labels))] -= 1.0
    delta /= len(labels)
    return value, delta.T


def _cross_entropy_of_softmax(
    logits: FloatArray, labels: IntArray
) -> tuple[float, FloatArray, FloatArray]:
    """Return the mean loss, the exponentials, shape (n_classes, N), and their sums, shape (N,).

    Samples are columns here: to add up ten rows of a hundred numbers takes NumPy a third of the
    time that a hundred rows of ten take.
    """
    with np.errstate(over="ignore"):  # of two finite logits the difference may not be finite
        shifted = logits.T.copy()
        shifted -= shifted.max(axis=0)
        np.maximum(shifted, np.finfo(logits.dtype).min, out=shifted)
        exponentials = np.exp(shifted)
        sums = exponentials.sum(axis=0)
        log_likelihoods = shifted[labels, np.arange(len(labels))] - np.log(sums)
        value = -(log_likelihoods / len(labels)).sum(dtype=np.float64)
    return float(min(value, np.finfo(np.float64).max)), exponentials, sums
