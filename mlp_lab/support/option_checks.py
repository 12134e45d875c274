"""The checks that options pass at the door: names to choose from, counts, sizes and rates."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def name_of(thing: object) -> str:
    """Return the name of an activation or a loss; one without a name goes by its class."""
    return str(getattr(thing, "name", type(thing).__name__))


def choose(kind: str, name: object, choices: Mapping[str, T], more: str = "") -> T:
    """Return ``choices[name]``, or say which names there are; `kind` is what is being chosen.

    What is taken beside a name, `more` says.
    """
    if isinstance(name, str) and name in choices:
        return choices[name]
    names = ", ".join(map(repr, choices))
    raise ValueError(f"unknown {kind} {name!r}; choose one of {names}{more}")


def named_or_given(kind: str, given: str | T, choices: Mapping[str, T], method: str, see: str) -> T:
    """Return ``choices[given]`` for a name; an object that is complete is returned as it is.

    It is complete if it can be called and has the method; `see` says how that is called, and where
    to read about it.
    """
    if isinstance(given, str):
        return choose(kind, given, choices)
    if not (callable(given) and callable(getattr(given, method, None))) or isinstance(given, type):
        raise TypeError(f"{given!r} is no {kind}: it has to be an object with a call and {see}")
    return given


def check_count(name: str, value: object, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`, or say that it is not."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise ValueError(f"{name} is {value!r}, wanted a whole number of at least {least}")


def check_sizes(sizes: object) -> list[int]:
    """Return the numbers of units of all layers, or say what is wrong with them."""
    if not isinstance(sizes, Sequence | np.ndarray) or len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}, wanted a list such as [784, 100, 10]")
    return [check_count("a layer's size", size) for size in sizes]


def check_rate(rate: float, name: str = "learning rate") -> float:
    """Return `rate` if it is a finite number that is not negative, as a learning rate has to be."""
    if not isinstance(rate, int | float | np.floating | np.integer) or isinstance(rate, bool):
        raise ValueError(f"{name} is {rate!r}, wanted a number, such as 0.1")
    if not (math.isfinite(rate) and rate >= 0):
        raise ValueError(f"{name} is {rate}, wanted a finite number that is not negative")
    return float(rate)


def check_share(name: str, value: float) -> None:
    """Refuse what is not a number from 0 to below 1."""
    if not check_rate(value, name) < 1:
        raise ValueError(f"{name} is {value}, wanted a number from 0 to below 1")
