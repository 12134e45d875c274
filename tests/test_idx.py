"""IDX files: every array comes back as it was, and nothing else is taken for one."""

import gzip
import io
import re
import struct
import zlib
from contextlib import contextmanager

import numpy as np
import pytest
from files import MIB, memory_below, names_in
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlp_lab.data import IdxFormatError, read_idx, write_idx

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}
fixed = settings(derandomize=True, deadline=None, max_examples=60, database=None)


def idx(byte, counts, values=b"", order=">"):
    header = struct.pack(f"{order}{len(counts)}I", *counts)
    return bytes([0, 0, byte, len(counts)]) + header + values


VALID = idx(0x0B, (2, 3), bytes(range(12)))
WORDS = np.frombuffer(bytes(range(12)), ">i2").reshape(2, 3)


def read(content):
    return read_idx(io.BytesIO(content))


@contextmanager
def refused(*words):
    """Expect an IdxFormatError with these words in its message, in this order."""
    with pytest.raises(IdxFormatError, match="(?s)" + ".*".join(map(re.escape, words))):
        yield


def assert_same(found, wanted):
    assert found.dtype == wanted.dtype.newbyteorder("=")
    assert found.dtype.isnative
    assert found.flags.writeable
    assert found.flags.c_contiguous
    assert found.flags.aligned
    assert found.shape == wanted.shape
    assert found.tobytes() == np.ascontiguousarray(wanted, found.dtype).tobytes()  # NaNs as well


@st.composite
def arrays(draw):
    dtype = np.dtype(draw(st.sampled_from("<>")) + draw(st.sampled_from([*TYPES.values()])))
    shape = draw(hnp.array_shapes(min_side=0, max_dims=4, max_side=5))
    array = np.frombuffer(draw(st.binary(min_size=1)) * 5000, dtype)[: np.prod(shape)]
    array = array.reshape(shape)
    return draw(st.sampled_from([array, array.T, array[..., ::2], array[::-1]]))


@fixed
@given(array=arrays())
def test_round_trip(tmp_path_factory, array):
    folder = tmp_path_factory.mktemp("idx")
    raw, packed = folder / "a-idx", folder / "a-idx.gz"
    write_idx(raw, array)
    write_idx(str(packed), array)
    byte = {np.dtype(name): key for key, name in TYPES.items()}[array.dtype.newbyteorder("=")]
    by_hand = idx(byte, array.shape, array.astype(array.dtype.newbyteorder(">")).tobytes())
    assert raw.read_bytes() == by_hand
    assert gzip.decompress(packed.read_bytes()) == by_hand
    assert packed.read_bytes()[3:8] == bytes(5)  # no name, no time: always the same bytes
    for path in (raw, packed):
        assert_same(read_idx(path), array)
        assert_same(read_idx(str(path)), array)
        with path.open("rb") as file:
            assert_same(read_idx(file), array)
            assert not file.closed
        assert_same(read(path.read_bytes()), array)
    assert names_in(folder) == [raw.name, packed.name]


def test_most_dimensions_and_names_that_mislead(tmp_path):
    array = np.ones((1,) * 32, np.uint8)
    write_idx(tmp_path / "many", array)
    assert read_idx(tmp_path / "many").shape == array.shape
    (tmp_path / "raw.gz").write_bytes(VALID)  # the content decides, not the name
    (tmp_path / "packed").write_bytes(gzip.compress(VALID))
    for name in ("raw.gz", "packed"):
        assert_same(read_idx(tmp_path / name), WORDS)
    assert_same(read(gzip.compress(VALID[:7]) + gzip.compress(VALID[7:])), WORDS)


def test_a_file_object_is_read_from_where_it_stands_however_little_it_gives():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3) if size >= 0 else 3)

    for content in (VALID, gzip.compress(VALID)):
        file = Slow(b"before" + content)
        file.seek(6)
        assert_same(read_idx(file), WORDS)


@pytest.mark.parametrize("what", [io.StringIO("text"), 3, None, b"path"])
def test_neither_path_nor_binary_file(what):
    with pytest.raises(TypeError, match=f"'rb', got {type(what).__name__}"):
        read_idx(what)


def test_missing_and_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read_idx(tmp_path / "absent")
    with pytest.raises(OSError, match=re.escape(tmp_path.name)):
        read_idx(tmp_path)


PAGE = b"<!DOCTYPE html><html><title>503 Service Unavailable</title></html>"
WRONG = {
    "other types": [
        (b"\0\0\x0a\1" + bytes(8), ["type, byte 2, is 0a", "08 (uint8)", "0e (float64)"]),
        (b"\0\0\0\1" + bytes(8), ["type, byte 2, is 00"]),
        (b"\0\0\xff\1" + bytes(8), ["type, byte 2, is ff"]),
    ],
    "other files": [
        (b"\0\1\x08\1" + bytes(8), ["bytes 0 and 1 are 00 01, wanted 00 00"]),
        (b"\x93NUMPY\1\0" + bytes(9), ["bytes 0 and 1 are 93 4e"]),
        (b"\1\x08\0\0" + bytes(4), ["01 08", "header is little-endian"]),
        (b"\3\x0d\0\0" + bytes(12), ["03 0d", "header is little-endian"]),
    ],
    "dimensions": [
        (b"\0\0\x08\0", ["dimensions, byte 3, is 0", "1 to 32"]),
        (b"\0\0\x08\x21" + bytes(132), ["dimensions, byte 3, is 33", "1 to 32"]),
        (b"\0\0\x08\xff" + bytes(1020), ["dimensions, byte 3, is 255", "1 to 32"]),
    ],
    "little-endian counts": [
        (idx(8, (2, 3), bytes(6), "<"), ["33554432 x 50331648", "little-endian", "2 x 3"]),
        (idx(14, (1, 2, 1), bytes(16), "<"), ["little-endian, and mean 1 x 2 x 1"]),
    ],
    "counts that overflow": [
        (idx(14, (2**31, 2**31), bytes(16)), ["2147483648 x 2147483648", "overflow"]),
        (idx(8, (2**32 - 1,) * 32), ["overflow"]),
        (idx(8, (2**32 - 1,) * 3 + (0,)), ["4294967295 x 4294967295 x 4294967295 x 0", "overflow"]),
        (idx(8, (0, 2**31, 2**31, 2)), ["overflow"]),
    ],
    "promises not kept": [
        (idx(8, counts, bytes(5)), [" x ".join(map(str, counts))])
        for counts in [(2**32 - 1,), (2**31, 2**31), (60_000, 28, 28), (0, 2**32 - 1)]
    ],
    "bytes to spare": [
        (VALID + bytes(n), ["bytes to spare", "2 x 3 values of int16", "offset 24", "found"])
        for n in (1, 3, 300, 3 * MIB)
    ],
    "cut": [
        (b"", ["is empty", "wanted"]),
        *[(VALID[:n], ["is cut", f"found {n}"]) for n in range(1, 4)],
        *[(VALID[:n], ["is cut", f"found {n - 4}"]) for n in range(4, 12)],
        *[(VALID[:n], ["is cut", f"found {n - 12}"]) for n in range(12, 24)],
        (VALID[:-1], ["2 x 3 values of int16", "12 bytes from offset 12", "found 11"]),
    ],
    "web pages": [
        (start + page, ["web page", "<", "download"])
        for start in (b"", b"\r\n\t  ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n")
        for page in (PAGE, b"<p", b"<?xml version='1.0'?><Error>")
    ],
}


@pytest.mark.parametrize("cases", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["raw", "gz"])
def test_what_is_no_whole_idx_file_is_refused_by_name_in_little_memory(pack, cases, tmp_path):
    path = tmp_path / "some-file"
    for content, words in cases:
        path.write_bytes(pack(content))
        with memory_below(4 * MIB), refused("some-file", *words):
            read_idx(path)


def test_gzip_cut_anywhere():
    packed = gzip.compress(VALID)
    for length in range(len(packed)):
        with refused("empty" if not length else "cut"):
            read(packed[:length])


@pytest.mark.parametrize("size", [12, 5 * MIB])
def test_gzip_flipped_or_followed_by_garbage(size):
    values = np.random.default_rng(0).bytes(size)
    packed = gzip.compress(idx(8, (size,), values), 1)
    for place in [*range(min(len(packed), 60)), *range(60, len(packed), MIB), *range(-8, 0)]:
        broken = bytearray(packed)
        broken[place] ^= 0x55
        try:
            array = read(broken)
        except IdxFormatError:
            continue
        assert 3 < place < 10, "only what gzip says of time and system may change"
        assert array.tobytes() == values
    for garbage in (b"garbage", b"\x1f\x8b", PAGE, VALID):
        with refused("gzip", "corrupted"):
            read(packed + garbage)


def test_gzip_bombs(tmp_path):
    def bomb(header, n_mib):
        """Return gzip of a header and zeros; the CRC at the end is never reached."""
        deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
        start = deflate.compress(header) + deflate.flush(zlib.Z_FULL_FLUSH)
        zeros = deflate.compress(bytes(16 * MIB)) + deflate.flush(zlib.Z_FULL_FLUSH)
        return start + zeros * (n_mib // 16) + deflate.flush()

    content = bomb(idx(8, (7,)), 512)
    with memory_below(10 * MIB), refused("bytes to spare"):
        read(content)
    path = tmp_path / "some-file.gz"
    for counts in ((4096, MIB), (2**32 - 1,), (2**31, 2**31, 16), (16, 0, 0, 0)):
        content = bomb(idx(8, counts), 4096)
        path.write_bytes(content)
        bombed = ("some-file.gz", "gzip bomb", "gunzip") if 0 not in counts else ("spare",)
        with memory_below(160 * MIB), refused(*bombed):
            read_idx(path)
    assert read(gzip.compress(idx(8, (MIB,), bytes(MIB)))).size == MIB  # a thousandfold, but small


@fixed
@given(data=st.data())
def test_any_mutation_gives_an_array_or_an_idx_error(data):
    content = bytearray(data.draw(st.sampled_from([VALID, gzip.compress(VALID), PAGE])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        stop = data.draw(st.integers(start, min(start + 4, len(content))))
        content[start:stop] = data.draw(st.binary(max_size=6))
    with memory_below(4 * MIB):
        try:
            array = read(content)
        except IdxFormatError:
            pass
        else:
            assert_same(array, array)
            assert content[:2] == b"\x1f\x8b" or len(content) == 4 + 4 * array.ndim + array.nbytes


TOO_LONG = np.broadcast_to(np.zeros((1, 0), np.uint8), (1 << 32, 0))
UNFIT = {
    "int64": np.zeros(3, np.int64),
    "bool": np.zeros(3, bool),
    "uint16": np.zeros(3, np.uint16),
    "float16": np.zeros(3, np.float16),
    "object": np.zeros(3, object),
    "U4": np.array(["text"]),
    "complex": [1.5 + 2j],
    "i2": np.zeros(2, "u1,i2"),
    "0 dimensions, wanted 1 to 32": np.uint8(7),
    "33 dimensions, wanted 1 to 32": np.zeros((1,) * 33, np.uint8),
    "four bytes": TOO_LONG,
}


@pytest.mark.parametrize(("word", "array"), UNFIT.items(), ids=UNFIT)
def test_arrays_that_idx_has_no_room_for(array, word, tmp_path):
    path = tmp_path / "old"
    path.write_bytes(b"old")
    with refused(word):
        write_idx(path, array)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == [path.name]
