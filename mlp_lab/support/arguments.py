"""The checks that arguments pass at the door: shapes, dtypes, labels, counts and names."""

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.support.types import FloatArray, IntArray, Parameters

NUMBER_CLASSES = (
    "number the classes from 0, for all samples before you split them: "
    "classes, labels = np.unique(labels, return_inverse=True)"
)
"""The way out for labels that are names, or do not count from 0."""

T = TypeVar("T")


def as_array(values: ArrayLike, wanted: str) -> NDArray[Any]:
    """Return `values` as an array, or say what was wanted: their rows differ in length.

    Tables and tensors that NumPy can read become arrays; an array is returned as it is.

    Raises
    ------
    ValueError
        If they are nested lists of different lengths, or images of different sizes.

    Examples
    --------
    >>> as_array([1, 2], "numbers").shape
    (2,)
    """
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"expected {wanted}, but the rows differ in length or shape: {error}"
        ) from error


def name_of(thing: object) -> str:
    """Return the name of an activation or a loss; one without a name goes by its class.

    Examples
    --------
    >>> name_of(3.0)
    'float'
    """
    return str(getattr(thing, "name", type(thing).__name__))


def as_floats(values: ArrayLike) -> FloatArray:
    """Return `values` as an array of floats; float32, float64 and complex arrays stay as they are.

    Complex numbers pass, because the complex-step derivative evaluates functions at them.

    Parameters
    ----------
    values : array_like
        Numbers of any shape.

    Returns
    -------
    ndarray
        The same array if it holds floats, else a float64 copy.

    Raises
    ------
    TypeError
        If the values are not numbers.

    Examples
    --------
    >>> as_floats([1, 2])
    array([1., 2.])
    """
    array = as_numbers(values)
    return array if array.dtype.kind in "fc" else array.astype(np.float64)


def as_numbers(values: ArrayLike) -> NDArray[Any]:
    """Return `values` as an array of numbers of any type, integers as well, or say what they are.

    Raises
    ------
    TypeError
        If the values are not numbers.

    Examples
    --------
    >>> as_numbers([1, 2])
    array([1, 2])
    """
    array = as_array(values, "an array of numbers")
    if array.dtype.kind in "fciu":
        return array
    try:  # a column of text or of truth values makes objects of a whole table
        array.astype(np.float64)
        hint = "; pass x.astype(float)"
    except (TypeError, ValueError) as error:
        hint = f": {error}; make numbers of such entries, or leave them out"
    raise TypeError(f"expected an array of numbers, got dtype {array.dtype}{hint}")


def copy_parameters(source: Mapping[str, NDArray[Any]], destination: Parameters) -> None:
    """Copy values array by array; the destination's arrays stay the same objects.

    Examples
    --------
    >>> weights = {"layer1.weights": np.zeros(2)}
    >>> copy_parameters({"layer1.weights": np.ones(2)}, weights)
    >>> weights["layer1.weights"]
    array([1., 1.])
    """
    for name, array in destination.items():
        np.copyto(array, source[name])


def check_shapes(
    source: str, arrays: Mapping[str, NDArray[Any]], parameters: Parameters, cure: str = ""
) -> None:
    """Refuse arrays that do not fit the parameters, before anything is written.

    Parameters
    ----------
    source : str
        Who gave the arrays, for the message.
    arrays, parameters : dict of ndarray
    cure : str
        What to do, for the message.

    Raises
    ------
    ValueError
        With the name of the first array that is missing or has another shape.

    Examples
    --------
    >>> check_shapes("out", {"w": np.ones(2)}, {"w": np.zeros(2)})
    """
    for name, parameter in parameters.items():
        shape = np.shape(arrays[name]) if name in arrays else None
        if shape != parameter.shape:
            raise ValueError(
                f"{source} has {'nothing' if shape is None else f'shape {shape}'} for {name}, "
                f"wanted shape {parameter.shape}{cure}"
            )


def check_inputs(x: ArrayLike, n_features: int | None = None) -> FloatArray:
    """Return `x` as a batch of inputs, one sample a row, or say what is wrong with it.

    Parameters
    ----------
    x : array_like, shape (N, n_features)
        At least one sample.
    n_features : int, optional
        The number of features that the network wants; any if left out.

    Returns
    -------
    ndarray of float, shape (N, n_features)

    Raises
    ------
    ValueError
        If the shape is another one or the batch is empty.
    TypeError
        If `x` does not hold real numbers.

    Examples
    --------
    >>> check_inputs([[0.0, 1.0]], n_features=2).shape
    (1, 2)
    """
    return as_floats(check_rows(x, n_features))


def check_rows(x: ArrayLike, n_features: int | None = None) -> NDArray[Any]:
    """Return `x` as `check_inputs` does, but leave integers as they are: pixels need few bytes.

    Raises
    ------
    ValueError, TypeError
        As `check_inputs`.

    Examples
    --------
    >>> check_rows(np.zeros((3, 4), dtype=np.uint8)).dtype
    dtype('uint8')
    """
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
    """Return `labels` as one class number a sample, or say what is wrong with them.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Class numbers from 0 to ``n_classes - 1``.
    n_samples : int
        The number N of samples that the labels belong to.
    n_classes : int, optional
        The number of classes; any if left out.

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    ValueError
        If the shape is another one (one-hot rows, say) or a label is not a class.
    TypeError
        If the labels are not integers.

    Examples
    --------
    >>> check_labels([7, 2], n_samples=2, n_classes=10)
    array([7, 2])
    """
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


def choose(kind: str, name: object, choices: Mapping[str, T]) -> T:
    """Return ``choices[name]``, or say which names there are.

    Parameters
    ----------
    kind : str
        What is being chosen, for the message.
    name : object
        The name that the user gave.
    choices : mapping
        What there is to choose from, by name.

    Raises
    ------
    ValueError
        If there is no such name.

    Examples
    --------
    >>> choose("colour", "red", {"red": 1})
    1
    """
    if isinstance(name, str) and name in choices:
        return choices[name]
    raise ValueError(f"unknown {kind} {name!r}; choose one of {', '.join(map(repr, choices))}")


def named_or_given(kind: str, given: str | T, choices: Mapping[str, T], method: str, see: str) -> T:
    """Return ``choices[given]`` for a name; an object that is complete is returned as it is.

    Parameters
    ----------
    kind : str
        What is being chosen, for the message.
    given : str or object
        A name, or an object that can be called and has the method.
    choices : mapping
        What there is to choose from, by name.
    method, see : str
        The method's name, and how it is called and where to read about it, for the message.

    Raises
    ------
    ValueError
        If there is no such name.
    TypeError
        If the object lacks the method or cannot be called, or is a class.

    Examples
    --------
    >>> named_or_given("number", "one", {"one": 1}, "real", "real")
    1
    """
    if isinstance(given, str):
        return choose(kind, given, choices)
    if not (callable(given) and callable(getattr(given, method, None))) or isinstance(given, type):
        raise TypeError(f"{given!r} is no {kind}: it has to be an object with a call and {see}")
    return given


def check_count(name: str, value: object, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`, or say that it is not.

    Raises
    ------
    ValueError
        If it is anything else.

    Examples
    --------
    >>> check_count("epochs", 10)
    10
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise ValueError(f"{name} is {value!r}, wanted a whole number of at least {least}")


def check_sizes(sizes: object) -> list[int]:
    """Return the numbers of units of all layers, or say what is wrong with them.

    Raises
    ------
    ValueError
        If it is not a sequence of two or more whole numbers of at least 1.

    Examples
    --------
    >>> check_sizes((784, 10))
    [784, 10]
    """
    if not isinstance(sizes, Sequence | np.ndarray) or len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}, wanted a list such as [784, 100, 10]")
    return [check_count("a layer's size", size) for size in sizes]


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


def check_rate(rate: float, name: str = "learning rate") -> float:
    """Return `rate` if it is a finite number that is not negative, as a learning rate has to be.

    Raises
    ------
    ValueError
        If it is not.

    Examples
    --------
    >>> check_rate(0.5)
    0.5
    """
    if not isinstance(rate, int | float | np.floating | np.integer) or isinstance(rate, bool):
        raise ValueError(f"{name} is {rate!r}, wanted a number, such as 0.1")
    if not (math.isfinite(rate) and rate >= 0):
        raise ValueError(f"{name} is {rate}, wanted a finite number that is not negative")
    return float(rate)


def check_share(name: str, value: float) -> None:
    """Refuse what is not a number from 0 to below 1.

    Raises
    ------
    ValueError
        With the value.
    """
    if not check_rate(value, name) < 1:
        raise ValueError(f"{name} is {value}, wanted a number from 0 to below 1")
