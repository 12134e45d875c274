"""What a trained network is worth: accuracy, loss, confusions, mistakes, and results over seeds."""

import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlp_lab.data.datasets import Split
from mlp_lab.data.samples import check_samples, random_rows
from mlp_lab.losses import Loss
from mlp_lab.network import MLP
from mlp_lab.support.comparison import compare as compare
from mlp_lab.support.option_checks import check_count
from mlp_lab.support.results_table import ResultsTable
from mlp_lab.support.types import (
    Classifier,
    FloatArray,
    ForwardNetwork,
    IntArray,
    LossGiver,
    Samples,
)

BATCH = 1000
"""Samples evaluated at a time: large enough to be fast, small enough for the processor's cache."""


def as_samples(samples: Samples, network: object) -> Split:
    """Return samples as arrays, or say the first thing that is wrong with them.

    An `MLP` says how many features and classes there are, so that messages speak of all the samples
    and not of one batch. A network of your own is left to judge for itself.

    Raises
    ------
    ValueError, TypeError
        If shapes or dtypes do not fit, or a label is not a class.
    """
    if isinstance(network, MLP):
        return check_samples(samples, network.sizes[0], network.sizes[-1])
    return check_samples(samples)


def batches(samples: Split) -> Iterator[tuple[FloatArray, IntArray]]:
    """Yield inputs and labels of all samples in order, at most `BATCH` at a time."""
    for start in range(0, len(samples.inputs), BATCH):
        batch = slice(start, start + BATCH)
        yield samples.inputs[batch], samples.labels[batch]


def predictions(network: Classifier, samples: Samples) -> IntArray:
    """Return the predicted class of every sample, shape (N,), computed in batches."""
    checked = as_samples(samples, network)
    return np.concatenate([network.predict(inputs) for inputs, _ in batches(checked)])


def accuracy(network: Classifier, samples: Samples) -> float:
    """Return the share of samples whose predicted class is their label, from 0 to 1.

    Parameters
    ----------
    network : Classifier
        `MLP`, or anything with `predict`.
    samples : Samples
        A split such as ``data.validation``.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> data = load_digits()
    >>> 0.0 < accuracy(MLP([64, 10]), data.validation) < 0.3
    True
    """
    samples = as_samples(samples, network)
    return float(np.mean(predictions(network, samples) == samples.labels))


def mean_loss(network: LossGiver, samples: Samples, loss: str | Loss = "cross_entropy") -> float:
    """Return the mean loss over all samples, computed in batches.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> round(mean_loss(MLP([64, 10], initializer="zeros"), load_digits().test), 4)
    2.3026
    """
    samples = as_samples(samples, network)
    total = sum(
        len(labels) * network.loss(inputs, labels, loss=loss) for inputs, labels in batches(samples)
    )
    return total / len(samples.inputs)


def loss_and_accuracy(
    network: Any, samples: Samples, loss: str | Loss = "cross_entropy"
) -> tuple[float, float]:
    """Return what `mean_loss` and `accuracy` do, from one forward pass where the network is an MLP.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> network, split = MLP([64, 10]), load_digits().test
    >>> loss_and_accuracy(network, split) == (mean_loss(network, split), accuracy(network, split))
    True
    """
    kind = type(network)
    if not issubclass(kind, MLP) or any(
        getattr(kind, name) is not getattr(MLP, name) for name in ("loss", "forward", "predict")
    ):  # a subclass may compute one of them in another way
        return mean_loss(network, samples, loss), accuracy(network, samples)
    total, right = 0.0, 0
    samples = as_samples(samples, network)
    for inputs, labels in batches(samples):
        value, predicted = network.loss_and_predictions(inputs, labels, loss)
        total += len(labels) * value
        right += int(np.count_nonzero(predicted == labels))
    return total / len(samples.inputs), right / len(samples.inputs)


def random_subset(samples: Samples, n_samples: int, seed: int = 0) -> Split:
    """Return some samples, taken at random, in the order in which they stand; all if there are few.

    Never take every k-th sample or the first n instead: files have an order. MNIST's alternates
    between writers whose digits are harder and easier to read: who takes every 20th sample takes
    hard ones only.

    Parameters
    ----------
    samples : Samples
        A split, or anything with `inputs` and `labels`.
    n_samples : int
        How many, at most.
    seed : int
        The same seed takes the same samples.

    Raises
    ------
    ValueError
        If `n_samples` or the seed is no whole number in range.

    Examples
    --------
    >>> from mlp_lab import load_digits
    >>> random_subset(load_digits().train, 100)
    Split(100 samples of 64 features)
    """
    check_count("n_samples", n_samples)
    check_count("seed", seed, least=0)
    rows = random_rows(len(samples.inputs), n_samples, seed)
    images = getattr(samples, "images", None)
    return Split(
        samples.inputs[rows], samples.labels[rows], None if images is None else images[rows]
    )


def confusion_matrix(network: Classifier, samples: Samples) -> NDArray[np.int64]:
    """Count how often each class was taken for each other.

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        Entry (i, j): samples of class i predicted as j. The diagonal holds what was right.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> data = load_digits()
    >>> int(confusion_matrix(MLP([64, 10]), data.test).sum()) == len(data.test)
    True
    """
    samples = as_samples(samples, network)
    predicted = predictions(network, samples)
    n_classes = int(max(predicted.max(), samples.labels.max())) + 1
    pairs = np.ravel_multi_index((samples.labels, predicted), (n_classes, n_classes))
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


@dataclass(frozen=True)
class Mistakes:
    """Samples that a network got wrong, the most confident mistake first.

    Attributes
    ----------
    indices : ndarray of int, shape (n,)
        Where they stand in the split.
    labels, predicted : ndarray of int, shape (n,)
        What they are, and what the network took them for.
    confidence : ndarray of float, shape (n,)
        The output for the predicted class: a probability if the output is softmax.
    """

    indices: IntArray
    labels: IntArray
    predicted: IntArray
    confidence: FloatArray

    def __len__(self) -> int:
        return len(self.indices)


def misclassified(network: ForwardNetwork, samples: Samples) -> Mistakes:
    """Find the samples that a network gets wrong.

    Returns
    -------
    Mistakes
        Sorted by confidence, the highest first.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> data = load_digits()
    >>> network = MLP([64, 10])
    >>> mistakes = misclassified(network, data.test)
    >>> len(mistakes) == round((1 - accuracy(network, data.test)) * len(data.test))
    True
    """
    samples = as_samples(samples, network)
    outputs = np.concatenate([network.forward(inputs) for inputs, _ in batches(samples)])
    predicted, confidence = outputs.argmax(axis=1), outputs.max(axis=1)
    wrong = np.flatnonzero(predicted != samples.labels)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    return Mistakes(wrong, samples.labels[wrong], predicted[wrong], confidence[wrong])


def results_over_seeds(results: Mapping[Any, Sequence[float]]) -> ResultsTable:
    """Return a table of results, mean and spread over the seeds of each setting.

    One run proves little: the same network from another seed may differ by more than two settings
    do.

    Parameters
    ----------
    results : mapping to sequence of float
        Per setting, one result a seed.

    Raises
    ------
    ValueError
        If there is no setting, a setting without results, or a result that is no number.

    Examples
    --------
    >>> print(results_over_seeds({"plain": [0.97, 0.98], "momentum": [0.98, 0.98]}))
    setting   seeds    mean  spread     min     max
    plain         2  0.9750  0.0071  0.9700  0.9800
    momentum      2  0.9800  0.0000  0.9800  0.9800
    """
    try:
        table = {str(name): [float(value) for value in values] for name, values in results.items()}
    except (AttributeError, TypeError, ValueError):
        table = {}
    if not table or not all(table.values()):
        raise ValueError(
            f"results are {reprlib.repr(results)}, wanted a dict with a list of numbers per setting"
        )
    return ResultsTable(table)
