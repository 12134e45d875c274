"""One run of the table: a row from one seed."""

import os
import time
from dataclasses import dataclass

import numpy as np

from mlp_lab.data.datasets import Dataset, Split, load_dataset
from mlp_lab.evaluation import batches
from mlp_lab.network import MLP
from mlp_lab.optimizers import SGD, cosine_decay
from mlp_lab.support.types import FloatArray, IntArray
from mlp_lab.table.rows import Row
from mlp_lab.training import train


@dataclass(frozen=True, eq=False)
class Run:
    """What came out of one run.

    Attributes
    ----------
    error : float
        The share of the images judged on that it gets wrong, in percent.
    seconds : float
        Of training alone.
    cores : int
        Of the machine that it ran on.
    probabilities : ndarray, shape (N, n_classes)
        For each image judged on.
    """

    error: float
    seconds: float
    cores: int
    probabilities: FloatArray


def run(row: Row, seed: int) -> Run:
    """Train the network of a row from a seed, and judge it once.

    Examples
    --------
    >>> row = Row("tiny", sizes=(64, 20, 10), epochs=5, dataset="digits")
    >>> run(row, seed=0).error < 15
    True
    """
    training, judged = parts(load_dataset(row.dataset), row.final)
    network = MLP(row.sizes, hidden=row.activation, seed=seed)
    started = time.perf_counter()
    train(
        network,
        training,
        epochs=row.epochs,
        batch_size=row.batch_size,
        learning_rate=cosine_decay(row.learning_rate, row.epochs),
        loss=row.loss,
        optimizer=SGD(row.momentum),
        seed=seed,
        progress=False,
        transform=row.distortion,
    )
    seconds = time.perf_counter() - started
    probabilities = np.concatenate([network.forward(inputs) for inputs, _ in batches(judged)])
    error = error_percent(probabilities, judged.labels)
    return Run(error, seconds, os.cpu_count() or 1, probabilities)


def parts(data: Dataset, final: bool) -> tuple[Split, Split]:
    """Return what a row trains on, and what it is judged on."""
    if not final:
        return data.train, data.validation
    both = data.train, data.validation
    inputs, labels = ([getattr(part, name) for part in both] for name in ("inputs", "labels"))
    return Split(np.concatenate(inputs), np.concatenate(labels)), data.test


def error_percent(probabilities: FloatArray, labels: IntArray) -> float:
    """Return the share of samples whose most probable class is not their label, in percent.

    Examples
    --------
    >>> error_percent(np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([0, 1]))
    50.0
    """
    return 100 * float(np.mean(probabilities.argmax(axis=1) != labels))
