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

if TYPE_CHECKING:
    import zipfile

NamedArrays = dict[str, NDArray[Any]]


def write_arrays(
    path: str | os.PathLike[str], kind: str, version: int, arrays: Mapping[str, Any]
) -> None:
    """Write named arrays to `path`, whole or not at all: an old file stays until the new one is.

    Parameters
    ----------
    path : path-like
        Where to; the name is taken as it is.
    kind, version : str, int
        What `read_arrays` will ask for.
    arrays : mapping of str to array_like
        Numbers and strings; no objects.

    Raises
    ------
    TypeError
        If an array holds objects.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "two.npz")
    >>> write_arrays(path, "example", 1, {"two": [2.0, 2.0]})
    >>> read_arrays(path, "example", 1)
    {'two': array([2., 2.])}
    """
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
    """Return the arrays that `write_arrays` wrote.

    Parameters
    ----------
    path : path-like
        The file.
    kind, version : str, int
        What it has to be.

    Raises
    ------
    ValueError
        If the file is of another kind or version, cut, corrupted, or holds pickled objects.
    OSError
        If there is no such file or it cannot be read.
    """
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
                info.filename.removesuffix(".npy"): _read_member(archive, info, len(content))
                for info in members
            }
    except Exception as error:  # whatever a parser stumbles over in a file that is not ours
        raise ValueError(
            f"{os.fspath(path)} is not a whole {kind} file: {str(error) or type(error).__name__}"
        ) from error


def _read_member(archive: "zipfile.ZipFile", info: "zipfile.ZipInfo", size: int) -> NDArray[Any]:
    """Return one array. `write_arrays` packs nothing, so nothing unpacks to more than the file."""
    if info.file_size > min(info.compress_size, size):
        raise ValueError(f"{info.filename} unpacks to {info.file_size} bytes")
    content = io.BytesIO(archive.read(info))  # verifies the checksum
    array: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
    if content.read(1):
        raise ValueError(f"{info.filename} has bytes to spare")
    return array
