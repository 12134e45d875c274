"""Files of arrays: nothing lost, nothing run, nothing half written, nothing huge allocated."""

import io
import pickle
import re
import zipfile

import numpy as np
import pytest
from files import MIB, Trap, memory_below, names_in, npy_header

from mlp_lab.support.array_files import read_arrays, write_arrays

ARRAYS = {
    "floats": np.array([[1.5, -0.0, np.nan], [np.inf, 5e-324, 1e308]]),
    "single": np.array([1.1], np.float32),
    "whole": np.arange(4, dtype=np.uint8),
    "none": np.zeros((0, 3)),
    "number": np.array(7),
    "text": np.array("žluť 数"),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "arrays.npz"


@pytest.fixture
def content(path):
    """What a small file of ours consists of; the file is written."""
    write_arrays(path, "test", 1, {"x": np.arange(3.0), "y": np.array("b")})
    return path.read_bytes()


def read(path):
    return read_arrays(path, "test", 1)


def saved(save, *arrays):
    """Return what NumPy writes into a file."""
    buffer = io.BytesIO()
    save(buffer, *arrays)
    return buffer.getvalue()


def npy(array):
    return saved(np.save, array)


def write_archive(path, members, kind="test 1", packing=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.comment = f"{kind}, {len(members)} arrays".encode()
        for name, member in members.items():
            archive.writestr(name, member)


def refused(path, why=""):
    message = f"arrays.npz is not a whole test file: {why}"
    with memory_below(MIB), pytest.raises(ValueError, match=re.escape(message)):
        read(path)


def test_arrays_come_back_bit_for_bit_from_a_file_of_that_very_name(tmp_path):
    path = tmp_path / "no extension"
    write_arrays(str(path), "test", 1, ARRAYS)
    assert names_in(tmp_path) == [path.name]
    arrays = read(path)
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (arrays[name].dtype, arrays[name].shape) == (array.dtype, array.shape)
        assert arrays[name].tobytes() == array.tobytes()
        assert arrays[name].flags.writeable


@pytest.mark.parametrize("name", ["file", "allow_pickle", "format", "a/b", "x.npy", "größe"])
def test_no_name_gets_lost(path, name):
    """A name that cannot be stored is refused; it never swallows an array or the format."""
    try:
        write_arrays(path, "test", 1, {name: np.arange(3.0), "other": np.ones(1)})
    except ValueError as error:
        assert name in str(error)  # noqa: PT017
        assert not path.exists()
    else:
        assert read(path)[name].tolist() == [0.0, 1.0, 2.0]


def test_objects_are_not_written(path):
    with pytest.raises(TypeError, match="secret holds Python objects"):
        write_arrays(path, "test", 1, {"secret": [None, {}]})
    assert not path.exists()


def test_a_file_cut_at_any_length_is_refused(path, content):
    for length in range(len(content)):
        path.write_bytes(content[:length])
        refused(path)


@pytest.mark.parametrize("change", [0x01, 0x80, 0xFF], ids=hex)
def test_a_file_with_any_byte_changed_is_refused_or_reads_the_same(path, content, change):
    path.write_bytes(content)
    whole = read(path)
    n_refused = 0
    for index in range(len(content)):
        damaged = bytearray(content)
        damaged[index] ^= change
        path.write_bytes(damaged)
        try:
            arrays = read(path)
        except ValueError as error:
            assert "arrays.npz" in str(error)  # noqa: PT017
            n_refused += 1
        else:
            for name, array in arrays.items():
                assert array.tobytes() == whole[name].tobytes()
    assert n_refused > len(content) / 2


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"<html>503</html>", b"PK\5\6" + b"\0" * 18, npy(np.ones(3))]
)
def test_what_is_no_archive_of_ours_is_refused(path, content):
    path.write_bytes(content)
    refused(path)


MEMBERS = {
    "an archive": saved(np.savez, np.ones(2)),
    "a terabyte": npy_header((10**12,), "<f8"),
    "an overflow": npy_header((2**62, 2**62), "<f8"),
    "a gigabyte": npy_header((2**28,), "<f4"),
    "a negative size": npy_header((-1,), "<f8"),
    **{
        f"entries of no bytes, {kind}": npy_header((10**12,), kind)
        for kind in ("|V0", "<U0", "|S0")
    },
    "a byte too many": npy(np.ones(3)) + b"\0",
    "a byte too few": npy_header((3,), "<f8") + b"\0" * 23,
}


@pytest.mark.parametrize("member", MEMBERS.values(), ids=MEMBERS)
def test_a_member_that_is_no_whole_array_is_refused(path, member):
    write_archive(path, {"x.npy": member})
    refused(path)


@pytest.mark.parametrize("kind", ["test 2", "test", "other 1", "", "test 1 "])
def test_another_kind_or_version_is_refused(path, kind):
    write_archive(path, {}, kind)
    refused(path, f"it says it is '{kind}', wanted 'test 1'")


def test_a_pickle_is_refused_and_never_run(path, tmp_path):
    folder = tmp_path / "the pickle was run"
    bare, array = pickle.dumps(Trap(folder)), np.array([Trap(folder)], dtype=object)
    for member in (npy(array), bare, npy_header((1,), "|O") + pickle.dumps(array)):
        write_archive(path, {"x.npy": member})
        refused(path)
    path.write_bytes(bare)
    refused(path)
    assert not folder.exists()
    pickle.loads(bare)
    assert folder.exists()  # the trap works


def test_no_member_buys_more_memory_than_the_file_has(path):
    member = npy(np.zeros(10))
    write_archive(path, {"x.npy": member})
    size, gigabytes = (number.to_bytes(4, "little") for number in (len(member), 2**32 - 2))
    path.write_bytes(path.read_bytes().replace(size, gigabytes))
    refused(path, "x.npy promises 80 bytes and has more")
    write_archive(path, {"x.npy": npy(np.zeros(MIB))}, packing=zipfile.ZIP_DEFLATED)
    refused(path, "x.npy is packed by method 8")
