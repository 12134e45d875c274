"""Keras' mnist.npz: MNIST's four arrays in one NumPy archive; nothing in it is ever unpickled."""

import math
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlp_lab.data.idx import AGAIN, IdxFormatError, up_to
from mlp_lab.support.notices import few

ARRAY_NAMES = {
    "train-images-idx3-ubyte": "x_train",
    "train-labels-idx1-ubyte": "y_train",
    "t10k-images-idx3-ubyte": "x_test",
    "t10k-labels-idx1-ubyte": "y_test",
}
LARGEST = 1 << 26
"""Bytes of an array; MNIST's largest has 47,040,000."""


def is_zip(path: Path) -> bool:
    """Return whether a file begins as a zip archive does, such as NumPy's .npz.

    Examples
    --------
    >>> is_zip(Path(__file__))
    False
    """
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def read_npz(path: Path, name: str) -> NDArray[np.uint8]:
    """Return one of MNIST's arrays from Keras' archive.

    Memory grows with what the archive has, never with what it promises.

    Parameters
    ----------
    path : Path
        The archive.
    name : str
        The name of MNIST's file that has the same array: ``"train-images-idx3-ubyte"``, say.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    IdxFormatError
        If it is no whole archive with that array: cut, corrupted, a zip bomb, of another type.
    OSError
        If the file cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "mnist.npz")
    >>> np.savez(path, y_test=np.array([7, 2, 1], dtype=np.uint8))
    >>> read_npz(path, "t10k-labels-idx1-ubyte")
    array([7, 2, 1], dtype=uint8)
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _array(archive, ARRAY_NAMES[name])
        except Exception as error:  # whatever a parser stumbles over in a file that is not Keras'
            reason = str(error) or type(error).__name__
            raise IdxFormatError(f"{path} is not Keras' mnist.npz: {reason}. {AGAIN}") from error


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[np.uint8]:
    """Return an array of images or labels."""
    members = archive.namelist()
    if f"{name}.npy" not in members:
        raise ValueError(f"it has {few(members)}; wanted {name}.npy in it")
    packing = archive.getinfo(f"{name}.npy").compress_type
    if packing not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # zipfile unpacks these without a limit
        raise ValueError(f"{name} is packed by method {packing}, and not as NumPy does it")
    with archive.open(f"{name}.npy") as member:
        if (version := np.lib.format.read_magic(member)) != (1, 0):
            raise ValueError(f"{name} is in version {version} of NumPy's format, wanted (1, 0)")
        shape, in_columns, dtype = np.lib.format.read_array_header_1_0(member)
        size = math.prod(shape)
        if dtype.hasobject:
            raise ValueError(f"{name} holds pickled objects, which could run anybody's code")
        fits = len(shape) in (1, 3) and min(shape) > 0 and size <= LARGEST
        if dtype != np.uint8 or not fits:
            raise ValueError(f"{name} is {dtype} of shape {shape}, unlike any array of MNIST's")
        # one byte more than promised tells a member that has bytes to spare, and checks its CRC
        values = up_to(size + 1, bytearray(), member.read)
    if len(values) != size:
        found = "more" if len(values) > size else f"{len(values):,}"
        raise ValueError(f"{name} promises {size:,} bytes and has {found}")
    return np.frombuffer(values, np.uint8).reshape(shape, order="F" if in_columns else "C")
