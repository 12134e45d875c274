"""Samples as users have them, made into arrays and checked before anything is computed."""

import math
import warnings

import numpy as np

from mlp_lab.data.datasets import Split
from mlp_lab.support.array_checks import as_array, check_labels, check_rows
from mlp_lab.support.types import FloatArray, IntArray, Samples

LARGE = 3.0
"""A column of inputs whose mean size exceeds this is called unscaled. At a learning rate of 0.5,
relu fell to chance from 2.5 on and tanh from 10; pixels from 0 to 1 and standardized columns have
at most 1, however far their rare values go."""


def check_samples(
    samples: Samples, n_features: int | None = None, n_classes: int | None = None
) -> Split:
    """Return inputs and labels as arrays, or say the first thing that is wrong with them.

    Tables, tensors and lists are converted here, once; arrays are passed on as they are.
    """
    if not (hasattr(samples, "inputs") and hasattr(samples, "labels")):
        raise TypeError(
            f"got {type(samples).__name__}, wanted a split such as data.train; "
            "for arrays of your own, pass Split(inputs, labels)"
        )
    inputs, labels = as_array(samples.inputs, "inputs"), as_array(samples.labels, "labels")
    if inputs.ndim == 1 and labels.ndim == 2:
        raise ValueError(
            f"inputs have shape {inputs.shape} and labels {labels.shape}: they seem swapped, "
            "wanted Split(inputs, labels)"
        )
    inputs = check_rows(inputs, n_features)
    return Split(inputs, check_labels(labels, len(inputs), n_classes))


def random_rows(n_rows: int, most: int, seed: int) -> IntArray | slice:
    """Return the indices of at most so many rows, taken at random, in rising order."""
    if n_rows <= most:
        return slice(None)
    return np.sort(np.random.default_rng(seed).choice(n_rows, most, replace=False))


def warn_if_not_scaled(inputs: FloatArray) -> None:
    """Warn if the inputs are so large that a network learns nothing from them: pixels up to 255.

    To be called by the function that the user calls: the warning then points at the user's line.
    It looks at no more than 1,000 samples, taken at random, and costs a few milliseconds.
    """
    seen = inputs[random_rows(len(inputs), most=1000, seed=0)]
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
