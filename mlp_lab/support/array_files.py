"""Files of named arrays: what `MLP.save` and the checkpoints of `train` are made of.

They are NumPy's .npz archives, whose comment says what kind of file this is and in which version of
its format. Nothing in them is pickled, so opening one never runs anybody's code.
"""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlp_lab.support.atomic_file import replacing
from mlp_lab.support.bounded_reading import read_npy

if TYPE_CHECKING:
    import zipfile

NamedArrays = dict[str, NDArray[Any]]


def write_arrays(
    path: str | os.PathLike[str], kind: str, version: int, arrays: Mapping[str, Any]
) -> None:
    """Write numbers and strings, whole or not at all: an old file stays until the new one is."""
    import zipfile  # here and below, because it makes importing mlp_lab a quarter slower

    with replacing(Path(path)) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        archive.comment = f"{kind} {version}, {len(arrays)} arrays".encode()
        for name, values in arrays.items():
            array = np.asarray(values)
            if array.dtype.hasobject:
                raise TypeError(f"{name} holds Python objects, not numbers or strings")
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def read_arrays(path: str | os.PathLike[str], kind: str, version: int) -> NamedArrays:
    """Return what `write_arrays` wrote; a ValueError says why a file is not of this kind, whole."""
    import zipfile

    content = Path(path).read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found, _, count = archive.comment.decode(errors="replace").partition(", ")
            members = archive.infolist()
            if found != f"{kind} {version}":
                raise ValueError(f"it says it is {found!r}, wanted '{kind} {version}'")
            if count != f"{len(members)} arrays":
                raise ValueError(f"it has {len(members)} of its {count}")
            return {
                info.filename.removesuffix(".npy"): _read_member(archive, info) for info in members
            }
    except Exception as error:  # whatever a parser stumbles over in a file that is not ours
        raise ValueError(
            f"{os.fspath(path)} is not a whole {kind} file: {str(error) or type(error).__name__}"
        ) from error


def _read_member(archive: "zipfile.ZipFile", info: "zipfile.ZipInfo") -> NDArray[Any]:
    """Return one array. `write_arrays` packs nothing, so nothing unpacks to more than the file."""
    if info.compress_type:
        raise ValueError(f"{info.filename} is packed by method {info.compress_type}")
    with archive.open(info) as member:
        return read_npy(member, info.filename, info.file_size)
