"""What a trained network is worth: accuracy, loss, confusions, mistakes, and results over seeds."""

import math
import reprlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.data.datasets import Split
from mlp_lab.losses import Loss
from mlp_lab.network import MLP
from mlp_lab.support.arguments import as_array, check_count, check_labels, check_rows
from mlp_lab.support.types import FloatArray, IntArray

BATCH = 1000
"""Samples evaluated at a time: large enough to be fast, small enough for the processor's cache."""
LARGE = 3.0
"""A column of inputs whose mean size exceeds this is called unscaled. At a learning rate of 0.5,
relu fell to chance from 2.5 on and tanh from 10; pixels from 0 to 1 and standardized columns have
at most 1, however far their rare values go."""


class Samples(Protocol):
    """Inputs and their labels: a split of a data set."""

    @property
    def inputs(self) -> FloatArray:
        """Inputs, shape (N, n_features)."""

    @property
    def labels(self) -> IntArray:
        """Labels, shape (N,)."""


class Classifier(Protocol):
    """Anything that predicts classes."""

    def predict(self, x: Any) -> IntArray:
        """Return the class of every sample, shape (N,)."""


class LossGiver(Protocol):
    """Anything that has a mean loss over a batch."""

    def loss(self, x: Any, labels: Any, loss: Any = ...) -> float:
        """Return the mean loss over a batch."""


@dataclass(frozen=True)
class Arrays:
    """Inputs and labels as arrays, checked: what `as_samples` makes of a split."""

    inputs: FloatArray
    labels: IntArray


def as_samples(samples: Samples, network: object = None) -> Arrays:
    """Return samples as arrays, or say the first thing that is wrong with them.

    Tables, tensors and lists are converted here, once; arrays are passed on as they are.

    Parameters
    ----------
    samples : Samples
        With inputs (N, n_features) and labels (N,).
    network : object, optional
        An `MLP` says how many features and classes there are, so that messages speak of all the
        samples and not of one batch. A network of your own is left to judge for itself.

    Raises
    ------
    ValueError, TypeError
        If shapes or dtypes do not fit, or a label is not a class.

    Examples
    --------
    >>> from mlp_lab import Split
    >>> as_samples(Split([[0.0, 1.0], [1.0, 0.0]], [1, 0])).inputs.shape
    (2, 2)
    """
    if not (hasattr(samples, "inputs") and hasattr(samples, "labels")):
        raise TypeError(
            f"got {type(samples).__name__}, wanted a split such as data.train; "
            "for arrays of your own, pass Split(inputs, labels)"
        )
    n_features, n_classes = None, None
    if isinstance(network, MLP):
        n_features, n_classes = network.sizes[0], network.sizes[-1]
    inputs, labels = as_array(samples.inputs, "inputs"), as_array(samples.labels, "labels")
    if inputs.ndim == 1 and labels.ndim == 2:
        raise ValueError(
            f"inputs have shape {inputs.shape} and labels {labels.shape}: they seem swapped, "
            "wanted Split(inputs, labels)"
        )
    inputs = check_rows(inputs, n_features)
    return Arrays(inputs, check_labels(labels, len(inputs), n_classes))


def warn_if_not_scaled(inputs: FloatArray) -> None:
    """Warn if the inputs are so large that a network learns nothing from them: pixels up to 255.

    To be called by the function that the user calls: the warning then points at the user's line.
    It looks at no more than `BATCH` samples, taken at random, and costs a few milliseconds.

    Warns
    -----
    UserWarning
        With the column that is largest and the way out.

    Examples
    --------
    >>> warn_if_not_scaled(np.array([[0.0, 1.0]]))
    """
    seen = inputs[_random_rows(len(inputs), BATCH, seed=0)]
    seen = np.abs(seen.astype(np.result_type(seen, np.float32), copy=False))
    with np.errstate(over="ignore"):
        sizes = seen.mean(axis=0, dtype=np.float64)
    column = int(np.argmax(sizes))
    brightest = 255 if 16 < seen.max() < 255 else seen.max()  # no sampled pixel may be white
    if LARGE < sizes[column] < math.inf:  # what is not finite is refused, with the sample's number
        warnings.warn(
            f"the inputs are too large to learn from: column {column} has a mean size of "
            f"{sizes[column]:.3g}, wanted about 1. For pixels, pass inputs / "
            f"np.float32({brightest:g}); for a table, (inputs - mean) / std of the training set's "
            "columns. Do the same to every part of the data",
            stacklevel=3,
        )


def in_batches(samples: Samples, network: object = None) -> Iterator[tuple[FloatArray, IntArray]]:
    """Yield inputs and labels of all samples in order, at most `BATCH` at a time.

    Raises
    ------
    ValueError, TypeError
        If they are not samples, or not for this network: see `as_samples`.
    """
    samples = as_samples(samples, network)
    for start in range(0, len(samples.inputs), BATCH):
        batch = slice(start, start + BATCH)
        yield samples.inputs[batch], samples.labels[batch]


def predictions(network: Classifier, samples: Samples) -> IntArray:
    """Return the predicted class of every sample, shape (N,), computed in batches."""
    return np.concatenate([network.predict(inputs) for inputs, _ in in_batches(samples, network)])


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
    total = sum(
        len(labels) * network.loss(inputs, labels, loss=loss)
        for inputs, labels in in_batches(samples, network)
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
    for inputs, labels in in_batches(samples, network):
        value, predicted = network.loss_and_predictions(inputs, labels, loss)
        total += len(labels) * value
        right += int(np.count_nonzero(predicted == labels))
    return total / len(samples.inputs), right / len(samples.inputs)


def random_subset(samples: Samples, n_samples: int, seed: int = 0) -> Split:
    """Return some samples, taken at random, in the order in which they stand; all if there are few.

    Never take every k-th sample or the first n instead: files have an order. MNIST's alternates
    between writers whose digits are harder and easier to read, so every 20th sample is a hard one.

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
    rows = _random_rows(len(samples.inputs), n_samples, seed)
    images = getattr(samples, "images", None)
    return Split(
        samples.inputs[rows], samples.labels[rows], None if images is None else images[rows]
    )


def _random_rows(n_rows: int, most: int, seed: int) -> IntArray | slice:
    """Return the indices of at most so many rows, in rising order."""
    if n_rows <= most:
        return slice(None)
    return np.sort(np.random.default_rng(seed).choice(n_rows, most, replace=False))


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


class ForwardNetwork(Protocol):
    """Anything that gives an output per class."""

    def forward(self, x: Any) -> FloatArray:
        """Return the outputs, shape (N, n_classes)."""


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
    batches = in_batches(samples, network)
    outputs = np.concatenate([network.forward(inputs) for inputs, _ in batches])
    predicted, confidence = outputs.argmax(axis=1), outputs.max(axis=1)
    wrong = np.flatnonzero(predicted != samples.labels)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    return Mistakes(wrong, samples.labels[wrong], predicted[wrong], confidence[wrong])


@dataclass(frozen=True)
class ResultsTable:
    """Results of several settings, each over several seeds: print it, or show it in a notebook.

    Attributes
    ----------
    results : dict of str to list of float
        Per setting, one result a seed.
    """

    results: dict[str, list[float]]

    def mean(self, setting: str) -> float:
        """Return the mean over the seeds."""
        return float(np.mean(self.results[setting]))

    def spread(self, setting: str) -> float:
        """Return the standard deviation over the seeds (n - 1); NaN for a single seed."""
        values = self.results[setting]
        return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan

    def __str__(self) -> str:
        width = max(map(len, (*self.results, "setting")))
        rows = [f"{'setting':{width}}  seeds    mean  spread     min     max"]
        rows += [f"{name:{width}}  " + "  ".join(cells) for name, cells in self._rows()]
        return "\n".join(rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        titles = ("setting", "seeds", "mean", "spread", "min", "max")
        head = "".join(f'<th scope="col">{title}</th>' for title in titles)
        body = "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{cell.strip()}</td>" for cell in cells)
            + "</tr>"
            for name, cells in self._rows()
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _rows(self) -> Iterator[tuple[str, list[str]]]:
        for name, values in self.results.items():
            numbers = (self.mean(name), self.spread(name), min(values), max(values))
            yield name, [f"{len(values):5}", *(f"{number:6.4f}" for number in numbers)]


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


def check_finite(inputs: ArrayLike) -> None:
    """Refuse inputs with a NaN or an infinity among them.

    It reads every entry, so `train` asks only when a loss went wrong.

    Raises
    ------
    ValueError
        With the index of the first such sample.
    """
    array = np.asarray(inputs)
    finite = np.isfinite(array)
    if not finite.all():
        sample, column = np.unravel_index(np.argmin(finite), array.shape)
        raise ValueError(
            f"the inputs of sample {sample} are not all finite: column {column} is "
            f"{array[sample, column]}; fill such gaps, or leave the sample out"
        )
