"""Reading files that promise anything: memory grows with what they have, not with what they say."""

import math
from collections.abc import Callable
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 20
Read = Callable[[int], bytes]
"""Gives at most so many bytes; none at the end of the file."""


def up_to(size: int, begun: bytearray, read: Read) -> bytearray:
    """Return what was begun, continued to `size` bytes, or to the end of the file."""
    while len(begun) < size and (chunk := read(min(CHUNK, size - len(begun)))):
        begun += chunk
    return begun


def read_npy(file: IO[bytes], name: str, most: int) -> NDArray[Any]:
    """Return the array in an .npy file, of `most` bytes at most; nothing in it is unpickled."""
    if (version := np.lib.format.read_magic(file)) != (1, 0):
        raise ValueError(f"{name} is in version {version} of NumPy's format, wanted (1, 0)")
    shape, in_columns, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject:
        raise ValueError(f"{name} holds pickled objects, which could run anybody's code")
    size = math.prod(shape) * dtype.itemsize
    if size > most or min(shape, default=0) < 0:
        raise ValueError(f"{name} cannot hold {dtype} of shape {shape}")
    # one byte more than promised tells a file that has bytes to spare, and checks a zip's CRC
    values = up_to(size + 1, bytearray(), file.read)
    if len(values) != size:
        found = "more" if len(values) > size else f"{len(values):,}"
        raise ValueError(f"{name} promises {size:,} bytes and has {found}")
    return np.frombuffer(values, dtype).reshape(shape, order="F" if in_columns else "C")
