"""Files of arrays: nothing lost, nothing run, nothing half written, nothing huge allocated."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from files import Trap, memory_below, names_in, npy_header

from mlp_lab import MLP
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


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def write_archive(path, members, kind="test 1"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = f"{kind}, {len(members)} arrays".encode()
        for name, member in members.items():
            archive.writestr(name, member)


def refused(path, what=r"arrays\.npz is not a whole test file"):
    with pytest.raises(ValueError, match=what):
        read(path)


def test_arrays_come_back_bit_for_bit(path):
    write_arrays(path, "test", 1, ARRAYS)
    arrays = read(path)
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (arrays[name].dtype, arrays[name].shape) == (array.dtype, array.shape)
        assert arrays[name].tobytes() == array.tobytes()


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


def test_the_name_of_the_file_is_taken_as_it_is(tmp_path):
    write_arrays(str(tmp_path / "no extension"), "test", 1, {"x": [1]})
    assert names_in(tmp_path) == ["no extension"]


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


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"<html>503</html>", b"PK\5\6" + b"\0" * 18, npy(np.ones(3))]
)
def test_what_is_no_archive_of_ours_is_refused(path, content):
    path.write_bytes(content)
    refused(path)


MEMBERS = {
    "an archive": npz(x=np.ones(2)),
    "a terabyte": npy_header((10**12,), "<f8"),
    "an overflow": npy_header((2**62, 2**62), "<f8"),
    "a gigabyte": npy_header((2**28,), "<f4"),
    "a negative size": npy_header((-1,), "<f8"),
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
    refused(path, f"'{kind}', wanted 'test 1'")


@pytest.mark.parametrize("door", ["object array", "bare pickle", "header"])
def test_a_pickle_inside_is_refused_and_never_run(path, tmp_path, door):
    folder = tmp_path / "the pickle was run"
    trap = np.array([Trap(folder)], dtype=object)
    member = {
        "object array": npy(trap),
        "bare pickle": pickle.dumps(Trap(folder)),
        "header": npy_header((1,), "|O") + pickle.dumps(trap),
    }[door]
    write_archive(path, {"x.npy": member})
    refused(path)
    path.write_bytes(pickle.dumps(Trap(folder)))
    refused(path)
    assert not folder.exists()
    pickle.loads(member if door == "bare pickle" else path.read_bytes())
    assert folder.exists()  # the trap works


@pytest.mark.parametrize("units", [3000, 10**6])
@pytest.mark.parametrize("empty", ["|V0", "<U0", "|S0"])
def test_arrays_of_no_bytes_do_not_buy_a_network_of_many(path, units, empty):
    """Entries of no bytes make the count of parameters right; nothing may be allocated for it."""
    members = {
        "sizes.npy": npy(np.array([units, units])),
        "hidden.npy": npy(np.array("tanh")),
        "output.npy": npy(np.array("softmax")),
        "layer1.weights.npy": npy(np.zeros((1, 1), np.float32)),
        "layer1.biases.npy": npy_header(((units + 1) * units - 1,), empty),
    }
    write_archive(path, members, "mlp_lab network 1")
    network_refused = pytest.raises(ValueError, match=r"does not hold a network|is not a whole")
    with memory_below(10_000_000), network_refused:
        MLP.load(path)


def test_a_member_that_unpacks_to_gigabytes_is_refused_before_it_does(path):
    write_archive(path, {"x.npy": npy(np.zeros(10))})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("x.npy").file_size
    content, promise = path.read_bytes(), (2**32 - 2).to_bytes(4, "little")
    path.write_bytes(content.replace(size.to_bytes(4, "little"), promise))
    refused(path, r"x\.npy unpacks to 4294967294 bytes")


def test_a_missing_file_is_an_oserror(path):
    with pytest.raises(FileNotFoundError):
        read(path)
