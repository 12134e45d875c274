"""Data of your own: arrays, and folders with the four IDX files that many data sets have."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.data.datasets import Dataset, Split, splits, stratified
from mlp_lab.data.idx import read_idx
from mlp_lab.support.array_checks import as_numbers, check_labels, check_rows
from mlp_lab.support.notices import say
from mlp_lab.support.option_checks import check_count

FILES = {
    "training images": "train.*images", "training labels": "train.*labels",
    "test images": "(test|t10k).*images", "test labels": "(test|t10k).*labels",
}  # fmt: skip
"""What the names of the four files have in common, in small letters."""


def split_arrays(
    inputs: ArrayLike, labels: ArrayLike, name: str, validation: float, test: float, seed: int
) -> Dataset:
    """Return a data set of arrays: see `Dataset.from_arrays`."""
    check_count("seed", seed, least=0)
    if not (validation > 0 and test > 0 and validation + test < 1):
        raise ValueError(
            f"validation is {validation} and test {test}, wanted positive shares that leave some "
            "of each class for training, such as 0.15 and 0.15"
        )
    array = as_numbers(inputs)
    images = array if array.ndim == 3 else None
    rows = check_rows(array.reshape(len(array), -1) if images is not None else array)
    if images is not None and rows.dtype == np.uint8:
        rows = rows / np.float32(255)
    rows, classes = rows.astype(np.float32), check_labels(labels, len(rows))
    parts = stratified(classes, (1 - validation - test, 1 - test), seed)
    few = [int(label) for label in np.unique(classes)
           if not all((classes[part] == label).any() for part in parts)]  # fmt: skip
    if few:
        n_samples = np.count_nonzero(classes == few[0])
        raise ValueError(
            f"class {few[0]} has {n_samples} samples, too few for one in each of three parts; "
            "leave it out, or take larger shares"
        )
    shape = (1, rows.shape[1]) if images is None else images.shape[1:]
    train, middle, last = (
        Split(rows[part], classes[part].astype(np.int64), None if images is None else images[part])
        for part in parts
    )
    return Dataset(train, middle, last, name, shape)


def read_folder(folder: Path) -> Dataset:
    """Return the data set of a folder with four IDX files; a sixth of the training is validation.

    EMNIST's images lie on their side and its letters count from 1: both are set right, and said.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    found = {part: _file(folder, part) for part in FILES}
    arrays = {part: read_idx(path) for part, path in found.items()}
    name, said = folder.resolve().name.lower(), []
    for part in ("training", "test"):
        images, labels = arrays[f"{part} images"], arrays[f"{part} labels"]
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise ValueError(
                f"{found[f'{part} images']} has shape {images.shape} and "
                f"{found[f'{part} labels'].name} {labels.shape}: wanted as many labels as images"
            )
    if "emnist" in found["training images"].name.lower():
        for part in ("training images", "test images"):
            arrays[part] = arrays[part].transpose(0, 2, 1).copy()
        said.append("its images were turned upright")
    if arrays["training labels"].min() == 1 == arrays["test labels"].min():
        for part in ("training labels", "test labels"):
            arrays[part] = arrays[part] - 1
        said.append("its labels count from 1, and were made to count from 0")
    if said:
        say(f"{folder.name}: {'; '.join(said)}.", folder)
    return _from_files(arrays, name)


def _from_files(arrays: dict[str, NDArray[np.uint8]], name: str) -> Dataset:
    images, labels = arrays["training images"], arrays["training labels"]
    train, validation = splits(images, labels, largest=255, cuts=[len(images) * 5 // 6])
    (test,) = splits(arrays["test images"], arrays["test labels"], largest=255, cuts=[])
    return Dataset(train, validation, test, name, images.shape[1:])


def _file(folder: Path, part: str) -> Path:
    """Return the file of a folder that has one of the four parts, raw or gzip'd."""
    names = sorted(
        path for path in folder.iterdir()
        if path.is_file() and re.search(FILES[part], path.name.lower())
    )  # fmt: skip
    raw = [path for path in names if path.suffix != ".gz"] or names
    if len(raw) != 1:
        found = ", ".join(path.name for path in raw) or "none"
        raise FileNotFoundError(
            f"{folder} should have one file with the {part}, such as "
            f"{'train' if part.startswith('train') else 't10k'}-{part.split()[1]}-idx"
            f"{3 if part.endswith('images') else 1}-ubyte.gz; found {found}"
        )
    return raw[0]
