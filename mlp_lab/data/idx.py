"""IDX files, the format of MNIST: read them, write them, and refuse everything else by name.

An IDX file is a header and the values, all big-endian: two zero bytes, one byte for the type, one
for the number of dimensions, then the count of each dimension as four bytes, then the values in row
order. Files may be gzip'd.
"""

import gzip
import io
import math
import os
import sys
import zlib
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np
from numpy.typing import ArrayLike, NDArray

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""Type byte to NumPy's name of the big-endian type."""
TYPE_BYTES = {np.dtype(name).newbyteorder("="): byte for byte, name in TYPES.items()}
MOST_DIMENSIONS = 32
CHUNK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
FREE_EXPANSION, LARGEST_EXPANSION = 1 << 26, 100
"""A gzip'd file may unpack to 64 MiB whatever its size, and to a hundred times its size beyond:
MNIST's images unpack to five times theirs, a bomb to a thousand times."""


class IdxFormatError(ValueError):
    """The file is not a whole IDX file; the message says where and how."""


def read_idx(path_or_file: str | os.PathLike[str] | BinaryIO) -> NDArray[Any]:
    """Return the array that an IDX file holds.

    Memory grows with what the file has, never with what its header promises.

    Parameters
    ----------
    path_or_file : path-like or binary file
        Raw or gzip'd, whatever its name.

    Returns
    -------
    ndarray
        uint8, int8, int16, int32, float32 or float64, in this machine's byte order; writable.

    Raises
    ------
    IdxFormatError
        If it is not a whole IDX file: empty, cut, with bytes to spare, of an unknown type, a web
        page, corrupted, or a gzip bomb.
    OSError
        If the file cannot be opened or read.

    Examples
    --------
    >>> read_idx(io.BytesIO(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1])))
    array([7, 2, 1], dtype=uint8)
    """
    if isinstance(path_or_file, str | os.PathLike):
        name = os.fspath(path_or_file)
        content = np.fromfile(path_or_file, dtype=np.uint8)
    else:
        name = str(getattr(path_or_file, "name", "the file"))
        content = np.frombuffer(bytearray(path_or_file.read()), dtype=np.uint8)
    if content[:2].tobytes() == GZIP_MAGIC:
        content = _unpack(content, name)
    return _parse(content, name)


def write_idx(path: str | os.PathLike[str], array: ArrayLike) -> None:
    """Write an array as an IDX file, whole or not at all.

    Parameters
    ----------
    path : path-like
        With a name that ends in ``.gz``, the file is gzip'd.
    array : array_like
        At least one dimension, of one of the six types that `read_idx` returns, in any byte order.

    Raises
    ------
    IdxFormatError
        If IDX has no such type, or no room for such a shape.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "labels.gz")
    >>> write_idx(path, np.array([7, 2, 1], dtype=np.uint8))
    >>> read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    array = np.asarray(array)
    path = Path(path)
    header, values = _header(array), _big_endian(array)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            if path.suffix == ".gz":
                # no time and no name in the file: the same array gives the same bytes
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                    packed.write(header)
                    packed.write(values.data)
            else:
                file.write(header)
                file.write(values.data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def content_sha256(array: NDArray[Any]) -> str:
    """Return the SHA-256, in hex, of the array's IDX file before compression.

    Header and values are all there is in such a file, so equal digests mean equal files.

    Examples
    --------
    >>> content_sha256(np.array([7], dtype=np.uint8))[:16]
    'c564aa0aa783b886'
    """
    import hashlib

    digest = hashlib.sha256(_header(array))
    digest.update(_big_endian(array).data)
    return digest.hexdigest()


def _header(array: NDArray[Any]) -> bytes:
    """Return the header for an array, or say why there is none."""
    byte = TYPE_BYTES.get(array.dtype.newbyteorder("="))
    if byte is None:
        names = ", ".join(dtype.name for dtype in TYPE_BYTES)
        raise IdxFormatError(
            f"IDX has no type for {array.dtype}; it has {names}: array.astype('uint8'), say"
        )
    if not 1 <= array.ndim <= MOST_DIMENSIONS:
        raise IdxFormatError(f"the array has {array.ndim} dimensions, wanted 1 to 32")
    if max(array.shape) >= 1 << 32:
        raise IdxFormatError(f"the shape {array.shape} does not fit into four bytes a count")
    counts = b"".join(count.to_bytes(4, "big") for count in array.shape)
    return bytes([0, 0, byte, array.ndim]) + counts


def _big_endian(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the bytes of the values as the file has them; no copy where they are that already."""
    values = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder(">"))
    return values.reshape(-1).view(np.uint8)


def _unpack(packed: NDArray[np.uint8], name: str) -> NDArray[np.uint8]:
    """Return what a gzip'd file holds, as long as it is no bomb."""
    limit = max(FREE_EXPANSION, LARGEST_EXPANSION * packed.size)
    content = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed.data)) as file:
            while chunk := file.read(CHUNK):
                content += chunk
                if len(content) > limit:
                    raise IdxFormatError(
                        f"{name}: {packed.size} bytes of gzip unpack to more than {limit}, as a "
                        "gzip bomb does; if you trust the file, gunzip it first"
                    )
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise IdxFormatError(f"{name}: the gzip data is cut or corrupted: {error}") from error
    return np.frombuffer(content, dtype=np.uint8)


def _parse(content: NDArray[np.uint8], name: str) -> NDArray[Any]:
    """Return the array in the content of an IDX file, without a copy where bytes need no swap."""
    dtype, shape = _parse_header(content[: 4 + 4 * MOST_DIMENSIONS].tobytes(), name)
    start = 4 + 4 * len(shape)
    promised, found = math.prod(shape) * dtype.itemsize, content.size - start
    if found != promised:
        less = "is cut" if found < promised else "has bytes to spare"
        raise IdxFormatError(
            f"{name} {less}: its header promises {' x '.join(map(str, shape))} values of {dtype}, "
            f"{promised} bytes from offset {start} on; found {found}{_swapped(shape, dtype, found)}"
        )
    values = content[start:].view(dtype).reshape(shape)
    return values.astype(dtype.newbyteorder("="), copy=False)


def _parse_header(start: bytes, name: str) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return type and shape from the first bytes of a file, or say what is wrong with them."""
    if not start:
        raise IdxFormatError(f"{name} is empty, wanted an IDX header of at least 8 bytes")
    if start.lstrip()[:1] == b"<":
        raise IdxFormatError(
            f"{name} is a web page, not data: it begins with {start.lstrip()[:15]!r}; the download "
            "went to an error page. Delete the file and download it again"
        )
    if len(start) < 4:
        raise IdxFormatError(f"{name} is cut in its header: wanted 4 bytes, found {len(start)}")
    if start[:2] != b"\0\0":
        hint = "; that is a little-endian header" if start[2:4] == b"\0\0" else ""
        raise IdxFormatError(
            f"{name} is no IDX file: bytes 0 and 1 are {start[:2].hex(' ')}, wanted 00 00{hint}"
        )
    if start[2] not in TYPES:
        known = ", ".join(f"{byte:02x}" for byte in TYPES)
        raise IdxFormatError(f"{name}: the type, byte 2, is {start[2]:02x}, wanted one of {known}")
    n_dimensions = start[3]
    if not 1 <= n_dimensions <= MOST_DIMENSIONS:
        raise IdxFormatError(
            f"{name}: the number of dimensions, byte 3, is {n_dimensions}, wanted 1 to 32"
        )
    counts = start[4 : 4 + 4 * n_dimensions]
    if len(counts) < 4 * n_dimensions:
        raise IdxFormatError(
            f"{name} is cut in its header: {n_dimensions} counts take {4 * n_dimensions} bytes "
            f"from offset 4 on, found {len(counts)}"
        )
    shape = tuple(int.from_bytes(counts[i : i + 4], "big") for i in range(0, len(counts), 4))
    dtype = np.dtype(TYPES[start[2]])
    if math.prod(max(count, 1) for count in shape) * dtype.itemsize > sys.maxsize:
        raise IdxFormatError(f"{name}: the counts {shape} overflow: no memory holds so many values")
    return dtype, shape


def _swapped(shape: tuple[int, ...], dtype: np.dtype[Any], found: int) -> str:
    """Return a hint if the counts fit the file once their bytes are swapped."""
    little = [int.from_bytes(count.to_bytes(4, "big"), "little") for count in shape]
    if math.prod(little) * dtype.itemsize != found:
        return ""
    return f"; the counts are little-endian, and mean {' x '.join(map(str, little))}"
