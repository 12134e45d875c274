"""Checkpoints: everything that the rest of a run of `train` depends on, in a file."""

import os
from collections.abc import Mapping
from typing import Any

from mlp_lab.support.array_files import NamedArrays, read_arrays, write_arrays
from mlp_lab.support.history import History
from mlp_lab.support.networks import copy_parameters
from mlp_lab.support.types import Parameters

FILE_KIND, FILE_VERSION = "mlp_lab checkpoint", 1


def save_checkpoint(
    path: str | os.PathLike[str],
    settings: Mapping[str, object],
    parameters: Parameters,
    best: Parameters,
    optimizer_state: NamedArrays,
    history: History,
) -> None:
    """Write the state of a run after an epoch, whole or not at all.

    The settings have to be the same when the run goes on. The best parameters are those of the best
    epoch so far, where a run stops early.
    """
    groups: dict[str, Mapping[str, Any]] = {
        "setting": settings,
        "parameter": parameters,
        "best": best,
        "optimizer": optimizer_state,
        "history": dict(history.lists()),
        "epoch": {"best": history.best_epoch or 0},
    }
    arrays = {
        f"{group}:{name}": value
        for group, members in groups.items()
        for name, value in members.items()
    }
    write_arrays(path, FILE_KIND, FILE_VERSION, arrays)


def load_checkpoint(
    path: str | os.PathLike[str],
    settings: Mapping[str, object],
    parameters: Parameters,
    optimizer_state: NamedArrays,
    history: History,
) -> Parameters:
    """Take up the run that `save_checkpoint` wrote, in place, and return its best parameters.

    A ValueError says that the file is not a whole checkpoint, or one of another network or of other
    settings; nothing is changed then.
    """
    groups: dict[str, NamedArrays] = {}
    for key, array in read_arrays(path, FILE_KIND, FILE_VERSION).items():
        group, _, name = key.partition(":")
        groups.setdefault(group, {})[name] = array
    saved = {name: array.item() for name, array in groups.get("setting", {}).items()}
    different = [
        f"{name} {saved.get(name)!r}, not {settings.get(name)!r}"
        for name in {**saved, **settings}
        if saved.get(name) != settings.get(name)
    ]
    if different:
        raise ValueError(f"{os.fspath(path)} is of a run with {', '.join(different)}")
    found = _shapes(groups.get("parameter", {}))
    if found != _shapes(parameters):
        raise ValueError(f"{os.fspath(path)} is of another network, with the parameters {found}")
    best, state, records = (groups.get(group, {}) for group in ("best", "optimizer", "history"))
    best_epoch = int(groups.get("epoch", {}).get("best", -1))
    epochs = len(records.get("train_loss", ()))
    if (
        records.keys() != dict(history.lists()).keys()
        or not 0 <= best_epoch <= epochs
        or (best_epoch and _shapes(best) != found)
    ):
        raise ValueError(f"{os.fspath(path)} does not hold what train writes")
    copy_parameters(groups["parameter"], parameters)
    optimizer_state.update(state)
    for name, values in history.lists():
        values[:] = records[name].tolist()
    history.best_epoch = best_epoch or None
    return best


def _shapes(arrays: NamedArrays) -> dict[str, str]:
    return {name: f"{array.dtype} {array.shape}" for name, array in arrays.items()}
