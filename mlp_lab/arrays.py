"""The arrays that everything here works on: their types, and the checks they pass at the door."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
Parameters = dict[str, FloatArray]
"""Arrays by name, ``"layer1.weights"``: a network's parameters, or gradients of the same shapes."""

T = TypeVar("T")


def as_array(values: ArrayLike, wanted: str) -> NDArray[Any]:
    """Return `values` as an array, or say what was wanted: their rows differ in length.

    Raises
    ------
    ValueError
        If they are nested lists of different lengths.

    Examples
    --------
    >>> as_array([1, 2], "numbers").shape
    (2,)
    """
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"expected {wanted}, but the rows differ in length: {error}") from error


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
    array = as_array(values, "an array of numbers")
    if array.dtype.kind in "fc":
        return array
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    raise TypeError(f"expected an array of numbers, got dtype {array.dtype}")


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
    array = as_floats(x)
    if array.dtype.kind == "c":
        raise TypeError("expected real inputs, got complex numbers")
    wanted = f"(N, {'n_features' if n_features is None else n_features})"
    if array.ndim != 2 or n_features not in (None, array.shape[1]):
        hint = ""
        if array.ndim == 1 and n_features in (None, array.size):
            hint = f"; for one sample, pass x.reshape(1, {array.size})"
        elif array.ndim == 2 and array.size == n_features:
            hint = f"; for one image, pass x.reshape(1, {n_features})"
        elif array.ndim > 2:
            hint = "; for a stack of images, pass x.reshape(len(x), -1)"
        raise ValueError(f"inputs have shape {array.shape}, wanted {wanted}{hint}")
    if len(array) == 0:
        raise ValueError(f"inputs have shape {array.shape}: there is no sample in this batch")
    return array


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
        hint = ""
        if array.ndim == 2 and len(array) == n_samples:
            hint = (
                "; pass labels.ravel()" if array.shape[1] == 1 else "; pass labels.argmax(axis=1)"
            )
        raise ValueError(f"labels have shape {array.shape}, wanted ({n_samples},){hint}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"labels have dtype {array.dtype}, wanted integers: labels.astype(int)")
    lowest, highest = int(array.min()), int(array.max())
    if lowest < 0 or (n_classes is not None and highest >= n_classes):
        wrong = lowest if lowest < 0 else highest
        classes = f"0 to {n_classes - 1}" if n_classes is not None else "0 or more"
        raise ValueError(
            f"label {wrong} at index {int(np.argmax(array == wrong))}, wanted {classes}"
        )
    return array


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
