"""IDX files, the format of MNIST: read them, write them, and refuse everything else by name.

An IDX file is a header and the values, all big-endian: two zero bytes, one byte for the type, one
for the number of dimensions, then the count of each dimension as four bytes, then the values in row
order. Files may be gzip'd.
"""

import io
import math
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.support.atomic_file import replacing
from mlp_lab.support.bounded_reading import Read, up_to

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""Type byte to NumPy's name of the big-endian type."""
TYPE_BYTES = {np.dtype(name).newbyteorder("="): byte for byte, name in TYPES.items()}
MOST_DIMENSIONS = 32
LONGEST_HEADER = 4 + 4 * MOST_DIMENSIONS
GZIP_MAGIC = b"\x1f\x8b"
AGAIN = "Get the file again"
FREE_EXPANSION, LARGEST_EXPANSION = 1 << 26, 100
"""A gzip'd file may unpack to 64 MiB at any rate, and to a hundred times its size beyond:
MNIST's images unpack to five times theirs, a bomb to a thousand times."""


class IdxFormatError(ValueError):
    """The file is not a whole IDX file; the message says where and how."""


def read_idx(path_or_file: str | os.PathLike[str] | BinaryIO) -> NDArray[Any]:
    """Return the array that an IDX file holds.

    Memory grows with what the file has, never with what its header promises.

    Parameters
    ----------
    path_or_file : path-like or binary file
        Raw or gzip'd, whatever its name. A file object is read from where it stands to its end.

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
    TypeError
        If the argument is neither a path nor a file opened in binary mode.

    Examples
    --------
    >>> read_idx(io.BytesIO(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1])))
    array([7, 2, 1], dtype=uint8)
    """
    if isinstance(path_or_file, str | os.PathLike):
        with Path(path_or_file).open("rb") as file:
            return _read(file.read, os.fspath(path_or_file))
    if isinstance(path_or_file, io.TextIOBase) or not hasattr(path_or_file, "read"):
        kind = type(path_or_file).__name__
        raise TypeError(f"wanted a path or a file opened with mode 'rb', got {kind}")
    return _read(path_or_file.read, str(getattr(path_or_file, "name", "the file")))


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
    content = _content(array)
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        if path.suffix == ".gz":
            import gzip

            # no time and no name in the file: the same array gives the same bytes
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                packed.writelines(content)
        else:
            file.writelines(content)


def content_sha256(array: NDArray[Any]) -> str:
    """Return the SHA-256, in hex, of the array's IDX file before compression.

    Header and values are all there is in such a file, so equal digests mean equal files.

    Examples
    --------
    >>> content_sha256(np.array([7], dtype=np.uint8))[:16]
    'c564aa0aa783b886'
    """
    import hashlib

    header, values = _content(array)
    digest = hashlib.sha256(header)
    digest.update(values)
    return digest.hexdigest()


def _content(array: NDArray[Any]) -> tuple[bytes, memoryview]:
    """Return header and values as the file has them, or say why IDX cannot hold the array."""
    byte = TYPE_BYTES.get(array.dtype.newbyteorder("="))
    if byte is None:
        names = ", ".join(dtype.name for dtype in TYPE_BYTES)
        raise IdxFormatError(
            f"IDX has no type for {array.dtype}; it has {names}. Convert the array first: "
            "array.astype('uint8'), say"
        )
    if not 1 <= array.ndim <= MOST_DIMENSIONS:
        raise IdxFormatError(
            f"the array has {array.ndim} dimensions, wanted 1 to {MOST_DIMENSIONS}"
        )
    if max(array.shape) >= 1 << 32:
        raise IdxFormatError(f"the shape {array.shape} does not fit into four bytes a count")
    counts = b"".join(count.to_bytes(4, "big") for count in array.shape)
    # no copy where the values are big-endian, or of one byte, already
    values = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder(">"))
    return bytes([0, 0, byte, array.ndim]) + counts, values.reshape(-1).view(np.uint8).data


def _read(read: Read, name: str) -> NDArray[Any]:
    """Return the array in a raw or gzip'd file."""
    head = up_to(LONGEST_HEADER, bytearray(), read)
    if head[:2] == GZIP_MAGIC:
        read = _unpacking(up_to(sys.maxsize, head, read), name)
        head = up_to(LONGEST_HEADER, bytearray(), read)
    dtype, shape = _parse_header(bytes(head), name)
    return _parse_values(dtype, shape, head[4 + 4 * len(shape) :], read, name)


def _unpacking(packed: bytearray, name: str) -> Read:
    """Return a function that reads what a gzip'd file holds, as long as it is no bomb."""
    import gzip
    import zlib

    source, unpacked_size = io.BytesIO(packed), 0
    unpacked = gzip.GzipFile(fileobj=source)

    def read(size: int) -> bytes:
        nonlocal unpacked_size
        try:
            chunk = unpacked.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise IdxFormatError(
                f"{name}: the gzip data is cut or corrupted: {error}. {AGAIN}"
            ) from error
        unpacked_size += len(chunk)
        if unpacked_size > max(FREE_EXPANSION, LARGEST_EXPANSION * source.tell()):
            raise IdxFormatError(
                f"{name}: the first {source.tell()} bytes of gzip unpack to {unpacked_size}, as "
                "those of a gzip bomb do; if you trust the file, gunzip it first"
            )
        return chunk

    return read


def _parse_values(
    dtype: np.dtype[Any], shape: tuple[int, ...], begun: bytearray, read: Read, name: str
) -> NDArray[Any]:
    """Return the array whose bytes follow the header, without a copy where they need no swap."""
    little = tuple(int.from_bytes(count.to_bytes(4, "big"), "little") for count in shape)
    promised, if_little = (math.prod(counts) * dtype.itemsize for counts in (shape, little))
    # NumPy refuses such counts even where one of them is 0
    impossible = math.prod(max(count, 1) for count in shape) * dtype.itemsize > sys.maxsize
    # one byte more than promised tells a file that has bytes to spare, and checks a gzip's CRC
    values = up_to((if_little if impossible else promised) + 1, begun, read)
    if len(values) == promised and not impossible:
        array = np.frombuffer(values, dtype=dtype).reshape(shape)
        return array.astype(dtype.newbyteorder("="), copy=False)
    start, counts = 4 + 4 * len(shape), " x ".join(map(str, shape))
    if impossible:
        fault = f"{name}: the counts {counts} overflow: no memory holds so many values"
    elif len(values) < promised:
        fault = (
            f"{name} is cut: its header promises {counts} values of {dtype.name}, {promised} bytes "
            f"from offset {start} on; found {len(values)}"
        )
    else:
        fault = (
            f"{name} has bytes to spare: its header promises {counts} values of {dtype.name}, "
            f"which end at offset {start + promised}; found more"
        )
    if len(values) == if_little:
        meant = " x ".join(map(str, little))
        raise IdxFormatError(
            f"{fault}. The counts are little-endian, and mean {meant}; IDX wants them big-endian"
        )
    raise IdxFormatError(f"{fault}. {AGAIN}")


def _parse_header(start: bytes, name: str) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return type and shape from the first bytes of a file, or say what is wrong with them."""
    if not start:
        raise IdxFormatError(f"{name} is empty, wanted an IDX header of at least 8 bytes. {AGAIN}")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"<":
        raise IdxFormatError(
            f"{name} is a web page, not data: it begins with {text[:15].decode(errors='replace')!r}"
            ". The server sent it in place of the file: delete it and download the file again"
        )
    if len(start) < 4:
        raise IdxFormatError(
            f"{name} is cut in its header: wanted 4 bytes, found {len(start)}. {AGAIN}"
        )
    if start[:2] != b"\0\0":
        reversed_magic = start[1] in TYPES and start[2:4] == b"\0\0"
        hint = ". The header is little-endian: write it big-endian" if reversed_magic else ""
        raise IdxFormatError(
            f"{name} is no IDX file: bytes 0 and 1 are {start[:2].hex(' ')}, wanted 00 00{hint}"
        )
    if start[2] not in TYPES:
        known = ", ".join(f"{byte:02x} ({dtype.name})" for dtype, byte in TYPE_BYTES.items())
        raise IdxFormatError(f"{name}: the type, byte 2, is {start[2]:02x}, wanted one of {known}")
    n_dimensions = start[3]
    if not 1 <= n_dimensions <= MOST_DIMENSIONS:
        raise IdxFormatError(
            f"{name}: the number of dimensions, byte 3, is {n_dimensions}, wanted "
            f"1 to {MOST_DIMENSIONS}"
        )
    counts = start[4 : 4 + 4 * n_dimensions]
    if len(counts) < 4 * n_dimensions:
        raise IdxFormatError(
            f"{name} is cut in its header: {n_dimensions} counts take {4 * n_dimensions} bytes "
            f"from offset 4 on, found {len(counts)}. {AGAIN}"
        )
    shape = tuple(int.from_bytes(counts[i : i + 4], "big") for i in range(0, len(counts), 4))
    return np.dtype(TYPES[start[2]]), shape
