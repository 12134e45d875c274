"""Keras' mnist.npz: MNIST's four arrays in one NumPy archive; nothing in it is ever unpickled."""

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlp_lab.data.idx import AGAIN, IdxFormatError
from mlp_lab.support.bounded_reading import read_npy
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
    """Return whether a file begins as a zip archive does, such as NumPy's .npz."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def read_npz(path: Path, name: str) -> NDArray[np.uint8]:
    """Return the array in Keras' archive that MNIST's file `name` has, or say what is wrong."""
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
        array = read_npy(member, name, LARGEST)
    if array.dtype != np.uint8 or array.ndim not in (1, 3):
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}, unlike any of MNIST's")
    return array
