"""MNIST as people have it on disk: found in every layout by its content, else refused by name."""

import os
import pickle
import zipfile

import numpy as np
import pytest
from files import MIB, MNIST, NAMES, Trap, memory_below, npy_header, small_arrays, write_each

from mlp_lab.data import IdxFormatError, load_mnist, mnist_folder, write_idx
from mlp_lab.data.mnist_folder import candidates
from mlp_lab.data.mnist_npz import ARRAY_NAMES

FASHION = small_arrays(1)
IMAGES, LABELS = MNIST[NAMES[0]], MNIST[NAMES[1]]


@pytest.fixture(autouse=True)
def folder(data_folder):
    return data_folder


def link(path, target):
    """Make a link, where the system lets everybody."""
    if os.name != "nt":
        path.symlink_to(target)


def keras(folder, save=np.savez_compressed, **changes):
    arrays = {ARRAY_NAMES[name]: array for name, array in MNIST.items()}
    save(folder / "mnist.npz", **(arrays | changes))
    return folder / "mnist.npz"


def raw_and_packed(folder):
    write_each(folder, "{name}.gz")
    (folder / f"{NAMES[0]}.gz").unlink()
    write_idx(folder / NAMES[0], IMAGES)


def fashion_first(folder):
    write_each(folder, "FashionMNIST/raw/{name}", arrays=FASHION)
    write_each(folder, "MNIST/raw/{name}")


def a_damaged_copy_first(folder):
    write_each(folder, "{name}.gz")
    (folder / NAMES[0]).write_bytes(b"<html>")
    (folder / NAMES[1]).write_bytes(b"")
    (folder / "mnist.npz").write_bytes(b"PK\3\4")


LAYOUTS = {
    "the original": ["{name}.gz"],
    "dots": ["{dotted}"],
    "capitals, and a copy": ["{title} (1).gz"],
    "torchvision": ["MNIST/raw/{name}"],
    "torchvision, with archives": ["MNIST/raw/{name}", "MNIST/raw/{name}.gz"],
    "its MNIST": ["raw/{name}"],
    "Kaggle": ["{name}/{name}", "{dotted}"],
    "Kaggle's folders": ["{name}/{name}"],
    "dots in folders": ["{dotted}/{dotted}"],
    "Kaggle's archive": ["archive/{name}/{name}"],
    "raw and packed": raw_and_packed,
    "Keras": keras,
    "Keras, not packed": lambda folder: keras(folder, np.savez),
    "Keras, in columns": lambda folder: keras(folder, x_train=np.asfortranarray(IMAGES)),
    "Fashion-MNIST comes first": fashion_first,
    "a damaged copy comes first": a_damaged_copy_first,
}


def assert_found():
    mnist = load_mnist()
    # the split takes the stand-in's training file as a whole
    found = mnist.train.images, mnist.train.labels, mnist.test.images, mnist.test.labels
    for array, wanted in zip(found, MNIST.values(), strict=True):
        assert np.array_equal(array, wanted)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout(folder, layout):
    if callable(layout):
        layout(folder)
    else:
        write_each(folder, *layout)
    assert_found()
    assert not (folder.parent / "cache").exists()


@pytest.mark.parametrize("name", ["mnist.npz", "my copy"])
def test_the_setting_may_name_the_file_of_keras(folder, monkeypatch, name):
    path = keras(folder).rename(folder / name)
    monkeypatch.setenv("MLP_LAB_DATA", str(path))
    assert_found()


def test_the_search_goes_a_few_folders_deep_and_into_no_hidden_ones(folder, monkeypatch):
    """A whole home may have been named."""
    for place in ("1/2/3", "1/2/3/too deep", ".hidden"):
        (folder / place).mkdir(parents=True)
        (folder / place / NAMES[0]).touch()
    link(folder / "1" / "back", folder)
    listed = []
    scandir = os.scandir

    def record(path):
        listed.append(os.path.basename(path))  # noqa: PTH119
        return scandir(path)

    monkeypatch.setattr("os.scandir", record)
    assert list(candidates(folder, NAMES[0])) == [folder / "1" / "2" / "3" / NAMES[0]]
    assert {"too deep", ".hidden"}.isdisjoint(listed)
    assert len(listed) < 10


def test_no_more_entries_are_looked_at_than_a_fixed_number(folder, monkeypatch):
    for number in range(20):
        (folder / f"{number}").mkdir()
        (folder / f"{number}" / NAMES[0]).touch()
    for most, n_found in ((40, 20), (25, 5), (20, 0), (7, 0)):
        monkeypatch.setattr(mnist_folder, "MOST_ENTRIES", most)
        assert len(list(candidates(folder, NAMES[0]))) == n_found


def test_what_cannot_be_read_is_passed_over(folder):
    write_each(folder / "z", "{name}")
    link(folder / NAMES[0], folder / NAMES[0])
    link(folder / "loop", folder / "loop")
    (folder / NAMES[1]).mkdir()
    if hasattr(os, "mkfifo"):  # reading one would wait for a writer for ever
        os.mkfifo(folder / NAMES[2])
    for name in NAMES:
        assert list(candidates(folder, name)) == [folder / "z" / name]
    assert_found()


def test_the_error_names_every_candidate_and_what_is_wrong_with_it(folder):
    write_each(folder, "FashionMNIST/raw/{name}", arrays=FASHION)
    page = folder / f"{NAMES[0]}.gz"
    page.write_bytes(b"<!DOCTYPE html>")
    with pytest.raises(IdxFormatError) as caught:
        load_mnist()
    first, second, cure = str(caught.value).splitlines()
    assert f"MLP_LAB_DATA is '{folder}', where {page} is a web page" in first
    assert second.startswith(str(folder / "FashionMNIST" / "raw" / NAMES[0]))
    assert "not MNIST's" in second
    for word in (*NAMES, "mnist.npz", "unset"):
        assert word in cure


def refused(path):
    """Return why the archive is refused, which takes no more memory than the archive."""
    with memory_below(10 * MIB), pytest.raises(IdxFormatError) as caught:
        load_mnist()
    fault, cure = str(caught.value).splitlines()
    for word in ("MLP_LAB_DATA", str(path)):
        assert word in fault
    assert "unset" in cure
    return fault


def test_pickled_objects_are_refused_and_never_run(folder, tmp_path):
    trapped = tmp_path / "the pickle was run"
    path = keras(folder, x_train=np.array([Trap(trapped)], dtype=object))
    assert "x_train holds pickled objects" in refused(path)
    path.write_bytes(pickle.dumps(Trap(trapped)))
    assert "no IDX file" in refused(path)
    assert not trapped.exists()


def promise(folder, shape, n_values, packing=zipfile.ZIP_DEFLATED):
    """Write an archive whose first array has other values than its header promises."""
    archive = zipfile.ZipFile(folder / "mnist.npz", "w", packing)
    with archive, archive.open("x_train.npy", "w") as member:
        member.write(npy_header(shape))
        for start in range(0, n_values, MIB):
            member.write(bytes(min(MIB, n_values - start)))


def newer_version(folder):
    archive = zipfile.ZipFile(folder / "mnist.npz", "w")
    with archive, archive.open("x_train.npy", "w") as member:
        np.lib.format.write_array(member, IMAGES, version=(2, 0))


WRONG = {
    "int64": lambda folder: keras(folder, x_train=IMAGES.astype(np.int64)),
    "(20, 784)": lambda folder: keras(folder, x_train=IMAGES.reshape(20, 784)),
    "()": lambda folder: keras(folder, x_train=np.uint8(7)),
    "(0, 28, 28)": lambda folder: keras(folder, x_train=np.zeros((0, 28, 28), np.uint8)),
    "not MNIST's": lambda folder: keras(folder, x_train=FASHION[NAMES[0]]),
    "(20,)": lambda folder: keras(folder, x_train=LABELS),
    "it has images.npy, labels.npy; wanted x_train.npy": lambda folder: np.savez(
        folder / "mnist.npz", images=np.zeros(3), labels=np.zeros(3)
    ),
    "web page": lambda folder: (folder / "mnist.npz").write_bytes(b"<html>503</html>"),
    "is empty": lambda folder: (folder / "mnist.npz").touch(),
    "version (2, 0)": newer_version,
    "promises 7 bytes and has more": lambda folder: promise(folder, (7,), 20 * MIB),
    "packed by method 14": lambda folder: promise(folder, (7,), 20 * MIB, zipfile.ZIP_LZMA),
    "promises 7 bytes and has 6": lambda folder: promise(folder, (7,), 6),
    "(209715200,)": lambda folder: promise(folder, (200 * MIB,), 20 * MIB),
    "(1073741824, 4294967296, 4)": lambda folder: promise(folder, (1 << 30, 1 << 32, 4), 7),
    "(-1, -7, 1)": lambda folder: promise(folder, (-1, -7, 1), 7),
}


@pytest.mark.parametrize(("word", "write"), WRONG.items(), ids=WRONG)
def test_an_archive_that_is_not_mnists_is_refused(folder, word, write):
    write(folder)
    assert word in refused(folder / "mnist.npz")


def test_a_cut_archive(folder):
    path = keras(folder)
    content = path.read_bytes()
    for length in (2, 10, 100, len(content) // 2, len(content) - 23, len(content) - 1):
        path.write_bytes(content[:length])
        assert "is not Keras' mnist.npz: " in refused(path)


def test_a_changed_byte_is_refused_or_changes_nothing(folder):
    path = keras(folder)
    content = path.read_bytes()
    n_refused = 0
    for place in range(0, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            assert_found()
        except IdxFormatError as error:
            assert str(path) in str(error)  # noqa: PT017
            n_refused += 1
    assert n_refused > 50
