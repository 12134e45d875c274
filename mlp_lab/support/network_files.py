"""Files of networks: sizes, the names of the activations, and the parameters as plain arrays."""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from mlp_lab.support.array_files import NamedArrays, read_arrays, write_arrays
from mlp_lab.support.option_checks import check_count, check_share, name_of
from mlp_lab.support.types import Parameters

FILE_KIND, FILE_VERSION = "mlp_lab network", 1

Activation = TypeVar("Activation")


def write_network(
    path: str | os.PathLike[str],
    sizes: Sequence[int],
    dropout: float,
    activations: Mapping[str, Activation],
    known: Mapping[str, Activation],
    parameters: Parameters,
) -> None:
    """Write a network to a file, whole or not at all.

    The activations go by role, ``"hidden"`` and ``"output"``; the known ones are those that can be
    found again from the name alone.
    """
    names = {role: _name_to_save(activation, known) for role, activation in activations.items()}
    settings = {"sizes": sizes, "dropout": dropout, **names}
    write_arrays(path, FILE_KIND, FILE_VERSION, {**settings, **parameters})


def read_network(
    path: str | os.PathLike[str],
    given: Mapping[str, Activation | None],
    known: Mapping[str, Activation],
) -> tuple[list[int], float, dict[str, Activation], NamedArrays]:
    """Return sizes, dropout, activations by role and parameters, as `write_network` wrote them.

    An activation that is not given is taken from the known ones, by its name in the file. A
    ValueError says why a file does not hold a network.
    """
    arrays = read_arrays(path, FILE_KIND, FILE_VERSION)
    try:
        sizes = [check_count("a layer's size", size) for size in arrays.pop("sizes").tolist()]
        dropout = float(arrays.pop("dropout", np.array(0.0)))
        check_share("dropout", dropout)
        activations = {
            role: _saved_activation(role, str(arrays.pop(role)), activation, known)
            for role, activation in given.items()
        }
        _check_parameters(arrays, sizes)
    except (KeyError, TypeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ValueError(f"{os.fspath(path)} does not hold a network: {reason}") from error
    return sizes, dropout, activations, arrays


def _check_parameters(arrays: NamedArrays, sizes: list[int]) -> None:
    """Refuse parameters that do not fit the sizes, before any array of these sizes is made."""
    dtype = arrays["layer1.weights"].dtype
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"its parameters are {dtype}")
    wanted: dict[str, tuple[int, ...]] = {}
    for number, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        wanted[f"layer{number}.weights"] = (n_in, n_out)
        wanted[f"layer{number}.biases"] = (n_out,)
    for name, shape in wanted.items():
        if (arrays[name].shape, arrays[name].dtype) != (shape, dtype):
            raise ValueError(f"{name} does not fit the sizes {sizes}")
    if arrays.keys() - wanted.keys():
        raise ValueError(f"it has more parameters than the sizes {sizes} need")


def _name_to_save(activation: object, known: Mapping[str, object]) -> str:
    """Return the activation's name; its class's, if the name is that of another one of ours."""
    name = name_of(activation)
    ours = type(known.get(name, activation))
    return name if type(activation) is ours else type(activation).__name__


def _saved_activation(
    role: str, name: str, given: Activation | None, known: Mapping[str, Activation]
) -> Activation:
    """Return the activation that a saved network names, or the one that the user gave for it."""
    if given is not None:
        if _name_to_save(given, known) != name:
            raise ValueError(
                f"its {role} activation is {name!r}, not {_name_to_save(given, known)!r}"
            )
        return given
    if name not in known:
        raise ValueError(
            f"its {role} activation is {name!r}, which mlp_lab does not have; "
            f"pass the object: MLP.load(path, {role}=...)"
        )
    return known[name]
