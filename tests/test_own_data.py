"""Data of one's own: arrays split in three, and folders with four IDX files."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mlp_lab import MLP, load_dataset, train
from mlp_lab.data import Dataset, write_idx
from mlp_lab.evaluation import accuracy

README = Path(__file__).resolve().parent.parent / "README.md"
NAMES = {
    "mnist": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte",
              "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
    "emnist": ("emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte",
               "emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte"),
}  # fmt: skip


def parts_of(data):
    return [data.train, data.validation, data.test]


@settings(max_examples=30)
@given(st.integers(30, 200), st.integers(2, 5), st.integers(0, 99))
def test_every_sample_is_in_one_part_and_every_class_in_each(n, n_classes, seed):
    inputs, labels = np.arange(float(n))[:, None], np.arange(n) % n_classes
    data = Dataset.from_arrays(inputs, labels, validation=0.2, test=0.2, seed=seed)
    taken = np.concatenate([part.inputs[:, 0] for part in parts_of(data)])
    assert sorted(taken) == list(range(n))
    for part in parts_of(data):
        assert (part.labels == part.inputs[:, 0].astype(int) % n_classes).all()
        assert set(part.labels) == set(range(n_classes))
        assert part.inputs.dtype == np.float32
    for share, part in zip((0.6, 0.2, 0.2), parts_of(data), strict=True):
        assert abs(len(part) - share * n) <= n_classes


def test_the_seed_decides_the_split():
    arrays = np.arange(100.0)[:, None], np.arange(100) % 2
    first, again, other = (Dataset.from_arrays(*arrays, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.test.inputs, again.test.inputs)
    assert not np.array_equal(first.test.inputs, other.test.inputs)


def test_bytes_become_numbers_up_to_1_and_a_table_stays_as_it_is():
    images = np.random.default_rng(0).integers(0, 256, (40, 5, 4), dtype=np.uint8)
    labels = np.arange(40) % 2
    data = Dataset.from_arrays(images, labels, "leaves")
    assert data.image_shape == (5, 4)
    assert "40" not in repr(data)
    assert "images of 5x4 pixels" in repr(data)
    pixels = data.train.images.reshape(len(data.train), -1)
    assert np.allclose(data.train.inputs, pixels / 255)
    table = Dataset.from_arrays(images.reshape(40, 20).astype(float), labels)
    assert table.train.inputs.max() > 200
    assert table.train.images is None
    assert "samples of 20 features" in repr(table)


def test_a_network_learns_from_it():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 600)
    inputs = generator.normal(size=(600, 4)) + 3 * np.eye(4)[labels]
    data = Dataset.from_arrays(inputs / 3, labels)
    network = MLP([4, 10, 3])
    train(network, data.train, data.validation, epochs=10, batch_size=20, progress=False)
    assert accuracy(network, data.test) > 0.85


@pytest.mark.parametrize(
    ("labels", "options", "words"),
    [
        (np.arange(20) % 2, {"test": 0}, "positive shares"),
        (np.arange(20) % 2, {"test": 0.5, "validation": 0.5}, "leave some"),
        ([0] * 19 + [1], {}, "class 1 has too few samples for one in each of three parts, 1: lea"),
        (np.arange(20) - 1, {}, "label -1"),
        (["cat"] * 20, {}, "return_inverse"),
        (np.arange(19), {}, "labels have shape"),
        (np.arange(20) % 2 + 0.5, {}, "regression"),
        (np.arange(20) % 2, {"seed": -1}, "seed"),
        (np.arange(20) % 2, {"test": "0.2"}, "test is '0.2', wanted a number"),
    ],
)
def test_what_cannot_be_split_is_refused_with_the_reason(labels, options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Dataset.from_arrays(np.ones((20, 3)), labels, **options)


def with_one(array, value):
    """Return the array as floats, with that value in the second column of sample 3."""
    array = array.astype(float)
    array[(3, *[1] * (array.ndim - 1))] = value
    return array


BYTES = np.random.default_rng(0).integers(0, 256, (20, 4, 4))
BYTES[0, 0, 0] = 255


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (with_one(np.ones((20, 3)), np.nan), "sample 3 are not all finite: column 1 is nan; fill"),
        (with_one(np.ones((20, 3)), 1e300), "sample 3 .* column 1 is inf"),
        (with_one(BYTES / 255, np.nan), "sample 3 .* column 5 is nan"),
        (BYTES.astype(float), "float64 from 0 to 255, .*: pass images / 255"),
        (BYTES * 257, "to 65535, .*: pass images / 65535"),
        (BYTES // 16 * 1.0, "to 15, .*: pass images / 15"),
        (BYTES * 1j, "complex"),
        (np.zeros((0, 4, 4)), "no pixel"),
        (np.zeros((0, 4)), "no sample"),
        ([["a", "b"]] * 20, "make numbers of such entries"),
        (np.ones((20, 4, 4, 3)), r"pass x.reshape\(len\(x\), -1\)"),
    ],
)
def test_inputs_that_no_network_could_learn_from_are_refused_with_the_way_out(inputs, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Dataset.from_arrays(inputs, np.arange(20) % 2)


def test_images_of_whole_numbers_are_bytes_and_fractions_stay_as_they_are():
    labels = np.arange(20) % 2
    data, same = (Dataset.from_arrays(a, labels) for a in (BYTES, BYTES.astype(np.uint8)))
    assert data.train.images.dtype == np.uint8
    assert np.array_equal(data.train.inputs, same.train.inputs)
    assert data.train.inputs.max() == 1
    for fractions in (BYTES / 255, (BYTES - BYTES.mean()) / BYTES.std()):
        train = Dataset.from_arrays(fractions, labels).train
        assert np.allclose(train.inputs, train.images.reshape(len(train), -1))


def write_folder(folder, kind, first_label=0, suffix=".gz"):
    """Write four IDX files; return images and labels as they should be read."""
    folder.mkdir()
    generator = np.random.default_rng(0)
    arrays = []
    for n in (60, 20):
        arrays += [generator.integers(0, 256, (n, 6, 5)).astype(np.uint8),
                   (np.arange(n) % 3).astype(np.uint8)]  # fmt: skip
    for name, array in zip(NAMES[kind], arrays, strict=True):
        written = array.transpose(0, 2, 1) if kind == "emnist" and array.ndim == 3 else array
        write_idx(folder / f"{name}{suffix}", written + (first_label if array.ndim == 1 else 0))
    return arrays


@pytest.mark.parametrize(("kind", "first_label"), [("mnist", 0), ("emnist", 0), ("emnist", 1)])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_folder_of_idx_files_is_read_upright_and_from_0(
    tmp_path, capsys, kind, first_label, suffix
):
    folder = tmp_path / "Fashion"
    images, labels, test_images, test_labels = write_folder(folder, kind, first_label, suffix)
    data = load_dataset(folder)
    assert (data.name, data.image_shape) == ("fashion", (6, 5))
    assert [len(part) for part in parts_of(data)] == [50, 10, 20]
    for part, wanted, numbers in (
        (data.train, images[:50], labels[:50]), (data.validation, images[50:], labels[50:]),
        (data.test, test_images, test_labels),
    ):  # fmt: skip
        assert np.array_equal(part.images, wanted)
        assert np.array_equal(part.labels, numbers)
        assert np.allclose(part.inputs, wanted.reshape(len(wanted), -1) / 255)
    said = capsys.readouterr().out
    assert ("upright" in said) == (kind == "emnist")
    assert ("count from 1" in said) == (first_label == 1)


def test_a_path_as_text_needs_a_slash_so_that_no_folder_hides_a_name(tmp_path, monkeypatch):
    write_folder(tmp_path / "digits", "mnist")
    monkeypatch.chdir(tmp_path)
    assert load_dataset("./digits").image_shape == (6, 5)
    assert load_dataset("digits").image_shape == (8, 8)


def test_a_folder_that_is_not_there_or_lacks_a_file_says_what_it_needs(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        load_dataset(tmp_path / "nowhere")
    folder = tmp_path / "part"
    write_folder(folder, "mnist")
    for name in reversed(NAMES["mnist"]):
        (folder / f"{name}.gz").unlink()
        part = name.replace("t10k", "test").replace("train", "training").split("-")
        words = f"one file with the {part[0]} {part[1]}, such as {name}.gz; found none among"
        with pytest.raises(FileNotFoundError, match=words) as caught:
            load_dataset(folder)
    assert str(caught.value).endswith("none among no files")


def test_two_data_sets_in_a_folder_are_not_mixed(tmp_path):
    folder = tmp_path / "two"
    write_folder(folder, "mnist")
    (folder / "emnist-train-images-idx3-ubyte.gz").touch()
    with pytest.raises(FileNotFoundError, match="in a folder of its own"):
        load_dataset(folder)


def test_files_that_a_system_hides_do_not_count(tmp_path):
    write_folder(tmp_path / "copied", "mnist")
    (tmp_path / "copied" / "._train-images-idx3-ubyte.gz").touch()  # as macOS leaves them
    assert len(load_dataset(tmp_path / "copied").train) == 50


def test_a_file_in_the_order_of_its_classes_is_split_by_class_and_that_is_said(tmp_path, capsys):
    images, labels, *_ = write_folder(tmp_path / "sorted", "mnist")
    order = np.argsort(labels, kind="stable")
    write_idx(tmp_path / "sorted" / f"{NAMES['mnist'][0]}.gz", images[order])
    write_idx(tmp_path / "sorted" / f"{NAMES['mnist'][1]}.gz", labels[order])
    data = load_dataset(tmp_path / "sorted")
    assert np.bincount(data.train.labels).tolist() == [17, 17, 17]
    assert np.bincount(data.validation.labels).tolist() == [3, 3, 3]
    assert "drawn for validation" in " ".join(capsys.readouterr().out.split())
    pairs = {(i.tobytes(), n) for i, n in zip(images, labels, strict=True)}
    for part in (data.train, data.validation):
        assert {(i.tobytes(), n) for i, n in zip(part.images, part.labels, strict=True)} <= pairs


MISFITS = {
    "wanted as many labels as images": {1: np.zeros(7, np.uint8)},
    "holds uint8 of shape (60,)": {0: np.zeros(60, np.uint8)},
    "holds float32": {2: np.zeros((20, 6, 5), np.float32)},
    "of shape (0, 6, 5)": {2: np.zeros((0, 6, 5), np.uint8), 3: np.zeros(0, np.uint8)},
    "of shape (20, 0, 5)": {2: np.zeros((20, 0, 5), np.uint8)},
    "ubyte.gz: labels have dtype float32": {3: np.zeros(20, np.float32)},
    "ubyte.gz: label -1 at index 0": {3: -np.ones(20, np.int8)},
    "training images of (6, 5) and test images of (5, 6)": {2: np.zeros((20, 5, 6), np.uint8)},
    "test labels 7, 9 that no training image has": {3: np.array([9, 7] * 10, np.uint8)},
}


@pytest.mark.parametrize(("words", "changes"), MISFITS.items(), ids=MISFITS)
def test_files_that_do_not_belong_together_are_refused(tmp_path, words, changes):
    write_folder(tmp_path / "mixed", "mnist")
    for number, array in changes.items():
        write_idx(tmp_path / "mixed" / f"{NAMES['mnist'][number]}.gz", array)
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        load_dataset(tmp_path / "mixed")


def test_the_lines_of_the_readme_read_a_table_and_a_folder_of_pictures(tmp_path, monkeypatch):
    generator = np.random.default_rng(0)
    pairs = generator.random((60, 2))
    rows = [f"{a:.3f},{b:.3f},{'elm' if i % 2 else 'oak'}" for i, (a, b) in enumerate(pairs)]
    (tmp_path / "leaves.csv").write_text("\n".join(["length,width,kind", *rows]))
    for kind, value in (("box", 50), ("circle", 200)):
        (tmp_path / "pictures" / kind).mkdir(parents=True)
        for number in range(10):
            grey = Image.new("L", (20, 30), value)
            grey.save(tmp_path / "pictures" / kind / f"{number}.png")
    monkeypatch.chdir(tmp_path)
    section = README.read_text(encoding="utf-8").split("## Your own data")[1].split("\n## ")[0]
    table, pictures = re.findall(r"```python\n(.*?)```", section, re.DOTALL)

    names: dict[str, Any] = {}
    exec(table, names)
    assert list(names["kinds"]) == ["elm", "oak"]
    assert sum(len(part.inputs) for part in parts_of(names["data"])) == len(rows)
    exec(pictures, names)
    train = names["data"].train
    assert list(names["kinds"]) == ["box", "circle"]
    assert train.images.shape[1:] == (14, 14)
    assert ((train.inputs.mean(axis=1) > 0.5) == (train.labels == 1)).all()
