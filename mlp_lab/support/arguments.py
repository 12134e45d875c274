"""The checks that arguments pass at the door: arrays of numbers, names, counts and rates."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.support.types import FloatArray, Parameters

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
