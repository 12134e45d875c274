"""Data sets: nothing lost or doubled, nothing but the real thing, and never a stuck learner."""

import gzip
import hashlib
import itertools
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from files import NAMES, memory_below, small_arrays, write_each

from mlp_lab.data import (
    Dataset,
    IdxFormatError,
    Split,
    fashion_files,
    load_dataset,
    load_digits,
    load_mnist,
    mnist_files,
    read_idx,
)
from mlp_lab.data.downloads import DownloadError

REPOSITORY = Path(__file__).parents[1]
DIGITS = REPOSITORY / "mlp_lab" / "data" / "digits"
PARTS = ("train", "validation", "test")
SPLIT_SHA256 = "8b60af244fac641e580d40b30ee6a15ee5f4cb7d9526575e49be3b84f0624d12"
"""Of images and labels; the numbers in the lessons depend on it."""
pytestmark = pytest.mark.usefixtures("no_mnist")


@pytest.fixture
def folder(data_folder):
    """A folder that MLP_LAB_DATA names, with a small stand-in for MNIST."""
    write_each(data_folder, "{name}.gz")
    return data_folder


def parts(dataset):
    return [getattr(dataset, part) for part in PARTS]


def split(n_inputs, n_labels, n_images=None):
    images = None if n_images is None else np.zeros((n_images, 2, 2), np.uint8)
    return Split(np.zeros((n_inputs, 4), np.float32), np.zeros(n_labels, int), images)


def unwrapped(notice, path=None):
    """Return a notice as one line; no line of it may be so long that a window breaks it."""
    for line in notice.splitlines():
        one_word = " " not in line.replace(str(path), "path")
        assert len(line) <= 79 or one_word, f"{len(line)} characters: {line}"
    return " ".join(notice.splitlines())


def assert_well_formed(dataset, largest):
    for part in parts(dataset):
        assert part.inputs.shape == (len(part), np.prod(dataset.image_shape))
        assert part.inputs.dtype == np.float32
        assert part.inputs.flags.c_contiguous
        assert part.inputs.min() == 0
        assert part.inputs.max() == 1
        assert part.images.shape == (len(part), *dataset.image_shape)
        assert part.images.dtype == np.uint8
        assert part.labels.shape == (len(part),)
        assert part.labels.dtype.kind == "i"
        assert set(part.labels) == set(range(10))
        exact = part.images.reshape(len(part), -1) / np.float32(largest)
        assert exact.dtype == np.float32
        assert np.array_equal(part.inputs, exact)


def test_digits():
    digits = load_digits()
    assert [len(part) for part in parts(digits)] == [1283, 257, 257]
    assert (digits.name, digits.image_shape) == ("digits", (8, 8))
    assert_well_formed(digits, 16)
    (base,) = {id(part.images.base) for part in parts(digits)}
    assert base != id(None)


def test_digits_lose_and_double_no_image_and_keep_the_proportions():
    digits = load_digits()
    images = read_idx(DIGITS / "digits-images-idx3-ubyte.gz")
    labels = read_idx(DIGITS / "digits-labels-idx1-ubyte.gz")

    def samples(images, labels):
        return sorted((i.tobytes(), int(label)) for i, label in zip(images, labels, strict=True))

    given = [samples(part.images, part.labels) for part in parts(digits)]
    assert sorted(itertools.chain(*given)) == samples(images, labels)
    counts = np.bincount(labels)
    for part, share in zip(parts(digits), (5 / 7, 1 / 7, 1 / 7), strict=True):
        assert np.abs(np.bincount(part.labels) - counts * share).max() <= 1


def test_digits_are_split_the_same_way_every_time_whatever_the_seed():
    np.random.seed(7)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    digits = load_digits()
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    digest = hashlib.sha256()
    for part in parts(digits):
        digest.update(part.images.tobytes() + part.labels.astype(np.uint8).tobytes())
    assert digest.hexdigest() == SPLIT_SHA256
    assert not np.shares_memory(digits.train.inputs, load_digits().train.inputs)


def test_the_bundled_files_are_those_of_their_readme():
    rows = re.findall(r"`(digits-\S+\.gz)` .* ([0-9a-f]{64}) ", (DIGITS / "README.md").read_text())
    assert sorted(name for name, _ in rows) == sorted(path.name for path in DIGITS.glob("*.gz"))
    for name, digest in rows:
        content = gzip.decompress((DIGITS / name).read_bytes())
        assert hashlib.sha256(content).hexdigest() == digest


def test_reprs():
    one = split(1234, 1234)
    assert repr(one) == "Split(1,234 samples of 4 features)"
    text = repr(Dataset(one, split(2, 2), split(3, 3, 3), "mine", (2, 2)))
    assert text == "Dataset 'mine': 1,234 training, 2 validation, 3 test images of 2x2 pixels"
    assert len(one) == 1234
    assert one != split(1234, 1234)


@pytest.mark.parametrize(
    ("lengths", "text"),
    [
        ((3, 2), "3 inputs, 2 labels: wanted as many"),
        ((0, 1), "0 inputs, 1 labels"),
        ((3, 3, 2), "3 inputs, 3 labels, 2 images"),
    ],
)
def test_lengths_that_differ(lengths, text):
    with pytest.raises(ValueError, match=text):
        split(*lengths)


@pytest.fixture(scope="module")
def mnist():
    """MNIST, loaded without a float64 copy of the training file, which would take 8 each."""
    folder = Path(os.environ.get("MLP_LAB_DATA") or REPOSITORY.parent / "shared/data/mnist")
    if not folder.is_dir():
        pytest.skip(f"no MNIST: {folder} is no folder; set MLP_LAB_DATA to one with its files")
    kept = 70_000 * 784 * (4 + 1)
    with pytest.MonkeyPatch.context() as patch, memory_below(kept + 60_000 * 784 * 2):
        patch.setenv("MLP_LAB_DATA", str(folder))
        return load_mnist()


def test_mnist(mnist):
    sizes = "50,000 training, 10,000 validation, 10,000 test images of 28x28 pixels"
    assert repr(mnist) == f"Dataset 'mnist': {sizes}"
    assert_well_formed(mnist, 255)
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.validation.labels[:5].tolist() == [3, 8, 6, 9, 6]
    assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    train, validation, _ = parts(mnist)
    assert train.images.base is not None
    assert train.images.base is validation.images.base
    assert train.inputs.base is validation.inputs.base


def test_a_home_folder_is_written_with_a_tilde_and_blanks_around_a_folder_do_not_count(
    folder, monkeypatch
):
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    for setting in (f"~/{folder.name}", f"{folder} "):  # Windows' `set x=y && ...` adds the blank
        monkeypatch.setenv("MLP_LAB_DATA", setting)
        assert len(load_mnist().test) == 20
    monkeypatch.setenv("MLP_LAB_DATA", "~no such user/mnist")
    with pytest.raises(FileNotFoundError, match="'~no such user/mnist'"):
        load_mnist()
    monkeypatch.setenv("MLP_LAB_DATA", " ")
    with pytest.raises(DownloadError):
        load_mnist()


def in_place_of(name, content):
    return lambda folder: (folder / f"{name}.gz").write_bytes(content)


ONE_LABEL = bytes([0, 0, 8, 1, 0, 0, 0, 1, 7])


def empty(folder):
    shutil.rmtree(folder)
    folder.mkdir()


FAULTS = {
    "is no folder": (shutil.rmtree, FileNotFoundError, ""),
    "no files": (empty, FileNotFoundError, ""),
    "has neither": (lambda folder: (folder / f"{NAMES[3]}.gz").unlink(), FileNotFoundError, ""),
    "not MNIST's": (in_place_of(NAMES[0], ONE_LABEL), IdxFormatError, f"{NAMES[0]}.gz is a whole"),
    "web page": (in_place_of(NAMES[2], b"<!DOCTYPE html>"), IdxFormatError, f"{NAMES[2]}.gz is a"),
    "cut": (in_place_of(NAMES[1], b"\x1f\x8b"), IdxFormatError, f"{NAMES[1]}.gz: the gzip data"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_without_mnist(folder, fault, capsys):
    damage, kind, found = FAULTS[fault]
    damage(folder)
    with pytest.raises(kind) as caught:
        load_mnist()
    # whoever set it long ago must learn that it is where the file comes from
    for word in ("MLP_LAB_DATA", folder.name, fault, found, *NAMES, "unset"):
        assert word in str(caught.value)
    assert load_dataset().name == "digits"
    out, err = capsys.readouterr()
    assert err == ""
    for word in ("bundled digits", "MLP_LAB_DATA", str(folder), fault):
        assert word in unwrapped(out, folder)
    assert not (folder.parent / "cache").exists()


def test_a_notice_breaks_between_words_and_never_within_a_path(monkeypatch, capsys, tmp_path):
    for length in range(0, 120, 7):
        path = tmp_path / "Jane Doe" / ("long-name " * 12)[:length].strip()
        monkeypatch.setenv("MLP_LAB_DATA", str(path))
        assert load_dataset().name == "digits"
        out = capsys.readouterr().out
        assert f"'{path}'" in out
        assert "is no folder" in unwrapped(out, path)


def test_fashion_mnist_comes_from_its_own_files(folder, monkeypatch, tmp_path):
    fashion = small_arrays(1)
    write_each(tmp_path / "cache" / "fashion-mnist", "{name}.gz", arrays=fashion)
    digests = {name: sha256(tmp_path / "cache/fashion-mnist" / f"{name}.gz") for name in NAMES}
    monkeypatch.setattr(fashion_files, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(fashion_files, "ARCHIVE_SHA256", digests)
    monkeypatch.setattr(fashion_files, "MIRRORS", ())
    data = load_dataset("Fashion-MNIST")
    assert (data.name, data.image_shape) == ("fashion-mnist", (28, 28))
    assert np.array_equal(data.train.images, fashion[NAMES[0]])
    assert np.array_equal(data.test.labels, fashion[NAMES[3]])
    assert np.array_equal(load_dataset("mnist").train.images, small_arrays(0)[NAMES[0]])


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_digest_of_fashion_mnist_is_one_of_mnists():
    assert fashion_files.ARCHIVE_SHA256.keys() == mnist_files.ARCHIVE_SHA256.keys()
    digests = [*fashion_files.ARCHIVE_SHA256.values(), *mnist_files.ARCHIVE_SHA256.values()]
    assert len(set(digests)) == 8
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


@pytest.mark.parametrize("write", [str, str.upper, str.title, "  {}\t".format])
@pytest.mark.parametrize(
    ("name", "setting", "wanted"),
    [
        ("mnist", "digits", "mnist"),
        ("digits", "mnist", "digits"),
        ("auto", "mnist", "mnist"),
        ("auto", "digits", "digits"),
        ("auto", "auto", "mnist"),
        ("auto", "", "mnist"),
    ],
)
def test_names_and_the_setting(folder, monkeypatch, capsys, write, name, setting, wanted):
    monkeypatch.setenv("MLP_LAB_DATASET", write(setting))
    assert load_dataset(write(name)).name == wanted
    if name == "auto":
        assert load_dataset().name == wanted
    assert capsys.readouterr() == ("", "")


def test_nothing_takes_the_place_of_what_was_asked_for(folder, monkeypatch, capsys):
    empty(folder)
    monkeypatch.setenv("MLP_LAB_DATASET", "digits")
    assert load_dataset().name == "digits"
    assert capsys.readouterr() == ("", "")
    with pytest.raises(FileNotFoundError, match="MLP_LAB_DATA"):
        load_dataset("mnist")
    monkeypatch.setenv("MLP_LAB_DATASET", "mnist")
    with pytest.raises(FileNotFoundError, match="MLP_LAB_DATA"):
        load_dataset()


@pytest.mark.parametrize("name", ["fashion", "Fashion", "m nist", "", None, 3, ["mnist"]])
def test_unknown_names(name, monkeypatch):
    choices = f"{re.escape(repr(name))}.*'mnist', 'digits', 'auto'"
    with pytest.raises(ValueError, match=f"{choices}, 'fashion-mnist', or a folder with a slash"):
        load_dataset(name)
    if name and isinstance(name, str):
        monkeypatch.setenv("MLP_LAB_DATASET", name)
        with pytest.raises(ValueError, match=f"MLP_LAB_DATASET {choices}$"):
            load_dataset()


def test_the_setting_names_what_the_lessons_are_written_for(monkeypatch):
    monkeypatch.setenv("MLP_LAB_DATASET", "fashion-mnist")
    with pytest.raises(ValueError, match="MLP_LAB_DATASET 'fashion-mnist'; choose one of 'mnist'"):
        load_dataset()


def fail_with(monkeypatch, error):
    def fail(name):
        raise error

    monkeypatch.setattr(mnist_files, "mnist_array", fail)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            PermissionError(13, "Permission denied", "cache"),
            "[Errno 13] Permission denied: 'cache'",
        ),
        (OSError(), "OSError"),
        (RuntimeError("two\nlines"), "two"),
        (None, "MNIST could not be downloaded"),
    ],
)
def test_auto_says_why_and_the_way_out(error, reason, monkeypatch, capsys):
    if error:
        fail_with(monkeypatch, error)
    assert load_dataset().name == "digits"
    out, err = capsys.readouterr()
    assert err == ""
    notice = f"Using the bundled digits ({reason}). For MNIST, connect to the internet or set MLP_"
    assert unwrapped(out).startswith(notice)


def test_auto_lets_an_interrupt_pass(monkeypatch):
    fail_with(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        load_dataset()
