"""The checks that arrays pass at the door: numbers; inputs, a sample a row; a label for each."""

import math
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.support.types import FloatArray, IntArray

NUMBER_CLASSES = (
    "number the classes from 0, for all samples before you split them: "
    "classes, labels = np.unique(labels, return_inverse=True)"
)
"""The way out for labels that are names, or do not count from 0."""


def as_array(values: ArrayLike, wanted: str) -> NDArray[Any]:
    """Return `values` as an array, or say what was wanted: their rows differ in length."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"expected {wanted}, but the rows differ in length or shape: {error}"
        ) from error


def as_floats(values: ArrayLike) -> FloatArray:
    """Return `values` as an array of floats; float32, float64 and complex arrays stay as they are.

    Complex numbers pass, because the complex-step derivative evaluates functions at them.
    """
    array = as_numbers(values)
    return array if array.dtype.kind in "fc" else array.astype(np.float64)


def as_numbers(values: ArrayLike) -> NDArray[Any]:
    """Return `values` as an array of numbers of any type, or say what else they are."""
    array = as_array(values, "an array of numbers")
    if array.dtype.kind in "fciu":
        return array
    try:  # a column of text or of truth values makes objects of a whole table
        array.astype(np.float64)
        hint = "; pass x.astype(float)"
    except (TypeError, ValueError) as error:
        hint = f": {error}; make numbers of such entries, or leave them out"
    raise TypeError(f"expected an array of numbers, got dtype {array.dtype}{hint}")


def check_inputs(x: ArrayLike, n_features: int | None = None) -> FloatArray:
    """Return `x` as a batch of inputs, one sample a row, or say what is wrong with it."""
    return as_floats(check_rows(x, n_features))


def check_rows(x: ArrayLike, n_features: int | None = None) -> NDArray[Any]:
    """Return `x` as `check_inputs` does, but leave integers as they are: pixels need few bytes."""
    array = as_numbers(x)
    if array.dtype.kind == "c":
        raise TypeError("expected real inputs, got complex numbers")
    if array.ndim != 2 or n_features not in (None, array.shape[1]):
        wanted = f"(N, {'n_features' if n_features is None else n_features})"
        hint = _shape_hint(array.shape, n_features)
        raise ValueError(f"inputs have shape {array.shape}, wanted {wanted}{hint}")
    if len(array) == 0:
        raise ValueError(f"inputs have shape {array.shape}: there is no sample in this batch")
    return array


def _shape_hint(shape: tuple[int, ...], n_features: int | None) -> str:
    """Return the way from inputs of this shape to those that the network wants, if one is known."""
    if 0 in (shape or (0,)):
        return ""
    if math.prod(shape) == n_features:
        return f"; for one sample, pass x.reshape(1, {n_features})"
    if len(shape) == 1:
        one_sample, one_feature = f"one sample, pass x.reshape(1, {shape[0]})", "x.reshape(-1, 1)"
        if n_features is None:
            return f"; for {one_sample}, for one feature {one_feature}"
        return f"; for one feature, pass {one_feature}" if n_features == 1 else ""
    if len(shape) > 2:
        return "; for a stack of images, pass x.reshape(len(x), -1)"
    if shape[0] == n_features:
        return "; if each column is a sample, pass x.T"
    return f"; a network for these inputs is MLP([{shape[1]}, ...])"


def check_labels(labels: ArrayLike, n_samples: int, n_classes: int | None = None) -> IntArray:
    """Return `labels` as one class number a sample, shape (N,), or say what is wrong with them."""
    array = as_array(labels, "labels, one a sample")
    if array.shape != (n_samples,):
        hint = ": one class number a sample"
        if array.ndim == 2 and array.size == n_samples:
            hint = "; pass labels.ravel()"
        elif array.ndim == 2 and len(array) == n_samples and _is_one_hot(array):
            hint = "; pass labels.argmax(axis=1)"
        raise ValueError(f"labels have shape {array.shape}, wanted ({n_samples},){hint}")
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"labels have dtype {array.dtype}, wanted integers; {_way_to_numbers(array)}"
        )
    lowest, highest = int(array.min()), int(array.max())
    if lowest < 0 or (n_classes is not None and highest >= n_classes):
        wrong = lowest if lowest < 0 else highest
        classes = f"0 to {n_classes - 1}" if n_classes is not None else "0 or more"
        outputs = "give the network as many outputs as the largest label + 1, or "
        raise ValueError(
            f"label {wrong} at index {int(np.argmax(array == wrong))}, wanted {classes}; "
            f"{outputs if wrong == highest else ''}{NUMBER_CLASSES}"
        )
    return array


def _is_one_hot(rows: NDArray[Any]) -> bool:
    """Tell whether the rows hold zeros and no more than a single 1 each."""
    ones = rows == 1
    return bool((ones | (rows == 0)).all() and (ones.sum(axis=1) <= 1).all())


def _way_to_numbers(labels: NDArray[Any]) -> str:
    """Return what to do with labels that are no integers: not always `astype`."""
    if labels.dtype.kind == "O":  # a column of a table, as a rule: look at what it holds
        for index, label in enumerate(labels):
            if not isinstance(label, str | Real) or label != label:  # None, NaN, a date
                return f"{label!r} at index {index} is no class: leave such samples out"
        labels = np.array(labels.tolist())
    if labels.dtype.kind in "US" and not np.char.isdigit(labels).all():
        return NUMBER_CLASSES
    if labels.dtype.kind == "f":
        missing, fractions = ~np.isfinite(labels), labels != np.rint(labels)
        if missing.any():
            index = int(np.argmax(missing))
            return f"{labels[index]} at index {index} is no class: leave such samples out"
        if fractions.any():
            index = int(np.argmax(fractions))
            return (
                f"{labels[index]} at index {index} is no class: the losses here compare outputs "
                "with one class a sample, they cannot fit real numbers (regression); "
                "to make classes of ranges, see np.digitize"
            )
    return "one class number a sample" if labels.dtype.kind in "cmMV" else "pass labels.astype(int)"


def check_finite(inputs: ArrayLike) -> None:
    """Refuse inputs with a NaN or an infinity among them.

    It reads every entry, so `train` asks only when a loss went wrong.
    """
    array = np.asarray(inputs)
    finite = np.isfinite(array)
    if not finite.all():
        sample, column = np.unravel_index(np.argmin(finite), array.shape)
        raise ValueError(
            f"the inputs of sample {sample} are not all finite: column {column} is "
            f"{array[sample, column]}; fill such gaps, or leave the sample out"
        )


def check_transformed(made: ArrayLike, inputs: FloatArray) -> FloatArray:
    """Return what a transform made of a batch, in the batch's dtype; the shape has to stay."""
    array = check_rows(made, inputs.shape[1])
    if len(array) != len(inputs):
        raise ValueError(f"transform returned {len(array)} samples for {len(inputs)}")
    return array.astype(inputs.dtype, copy=False)
