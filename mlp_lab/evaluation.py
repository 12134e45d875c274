"""What a trained network is worth: accuracy, loss, confusions, mistakes, and results over seeds."""

import math
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.arrays import FloatArray, IntArray, check_count, check_labels
from mlp_lab.data.datasets import Split
from mlp_lab.losses import Loss

BATCH = 1000
"""Samples evaluated at a time: large enough to be fast, small enough for the processor's cache."""


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


def check_samples(samples: Samples, n_classes: int | None = None) -> None:
    """Refuse samples that no network can learn from, with the first thing that is wrong.

    Parameters
    ----------
    samples : Samples
        With inputs (N, n_features) and labels (N,).
    n_classes : int, optional
        The number of classes, where it is known.

    Raises
    ------
    ValueError, TypeError
        If shapes or dtypes do not fit, or a label is not a class.
    """
    if not (hasattr(samples, "inputs") and hasattr(samples, "labels")):
        raise TypeError(
            f"got {type(samples).__name__}, wanted a split such as data.train; "
            "for arrays of your own, pass Split(inputs, labels)"
        )
    inputs = samples.inputs
    for name, part in (("inputs", inputs), ("labels", samples.labels)):
        if not isinstance(part, np.ndarray):
            raise TypeError(f"{name} are a {type(part).__name__}, wanted np.array({name})")
    if inputs.ndim != 2 or len(inputs) == 0 or inputs.dtype.kind not in "fiu":
        raise ValueError(
            f"inputs are {inputs.dtype} of shape {inputs.shape}, wanted numbers of shape "
            "(N, n_features)"
        )
    check_labels(samples.labels, len(inputs), n_classes)


def in_batches(samples: Samples) -> Iterator[tuple[FloatArray, IntArray]]:
    """Yield inputs and labels of all samples in order, at most `BATCH` at a time.

    Raises
    ------
    ValueError, TypeError
        If they are not samples: see `check_samples`.
    """
    check_samples(samples)
    for start in range(0, len(samples.inputs), BATCH):
        batch = slice(start, start + BATCH)
        yield samples.inputs[batch], samples.labels[batch]


def predictions(network: Classifier, samples: Samples) -> IntArray:
    """Return the predicted class of every sample, shape (N,), computed in batches."""
    return np.concatenate([network.predict(inputs) for inputs, _ in in_batches(samples)])


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
        for inputs, labels in in_batches(samples)
    )
    return total / len(samples.inputs)


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
    chosen: slice | IntArray = slice(None)
    if len(samples.inputs) > n_samples:
        generator = np.random.default_rng(seed)
        chosen = np.sort(generator.choice(len(samples.inputs), n_samples, replace=False))
    images = getattr(samples, "images", None)
    return Split(
        samples.inputs[chosen], samples.labels[chosen], None if images is None else images[chosen]
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
    outputs = np.concatenate([network.forward(inputs) for inputs, _ in in_batches(samples)])
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
    finite = np.isfinite(np.asarray(inputs)).all(axis=1)
    if not finite.all():
        raise ValueError(f"the inputs of sample {int(np.argmin(finite))} are not all finite")
