"""Data of your own: arrays, and folders with the four IDX files that many data sets have."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.data.datasets import Dataset, Split, splits, stratified
from mlp_lab.data.idx import read_idx
from mlp_lab.support.array_checks import as_numbers, check_finite, check_labels, check_rows
from mlp_lab.support.notices import few, say
from mlp_lab.support.option_checks import check_count, check_share

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
    check_share("validation", validation)
    check_share("test", test)
    if not (validation > 0 and test > 0 and validation + test < 1):
        raise ValueError(
            f"validation is {validation} and test {test}, wanted positive shares that leave some "
            "of each class for training, such as 0.15 and 0.15"
        )
    array = as_numbers(inputs)
    images = _pixels(array) if array.ndim == 3 else None
    rows = check_rows(array) if images is None else images.reshape(len(images), -1)
    scale = np.float32(255 if images is not None and images.dtype == np.uint8 else 1)
    with np.errstate(over="ignore"):  # what float32 cannot hold is found by the next line
        rows = np.divide(rows, scale, dtype=np.float32)
    check_finite(rows)
    classes = check_labels(labels, len(rows)).astype(np.int64)
    parts = stratified(classes, (1 - validation - test, 1 - test), seed)
    _check_that_each_has_every_class(parts, classes)
    train, middle, last = (
        Split(rows[part], classes[part], None if images is None else images[part]) for part in parts
    )
    shape = (1, rows.shape[1]) if images is None else images.shape[1:]
    return Dataset(train, middle, last, name, shape)


def _pixels(images: NDArray[Any]) -> NDArray[Any]:
    """Return images as bytes, or as fractions; refuse what can only be pixels of another scale."""
    if images.size == 0:
        raise ValueError(f"images have shape {images.shape}: there is no pixel in them")
    if images.dtype.kind == "c":
        raise TypeError("expected real images, got complex numbers")
    lowest, highest = images.min(), images.max()
    if images.dtype.kind in "iu" and lowest >= 0 and highest <= 255:
        return images.astype(np.uint8)
    if lowest >= 0 and 1 < highest < np.inf:
        white = 255 if 16 < highest <= 255 else highest
        raise ValueError(
            f"the images hold {images.dtype} from {lowest:g} to {highest:g}, wanted whole numbers "
            f"from 0 to 255, or fractions to 1: pass images / {white:g}"
        )
    return images


def _check_that_each_has_every_class(parts: list[NDArray[Any]], classes: NDArray[Any]) -> None:
    """Refuse parts in which a class has no sample."""
    for label, count in zip(*np.unique(classes, return_counts=True), strict=True):
        if not all((classes[part] == label).any() for part in parts):
            raise ValueError(
                f"class {label} has too few samples for one in each of three parts, {count}: "
                "leave it out, or take larger shares"
            )


def read_folder(folder: Path) -> Dataset:
    """Return the data set of a folder with four IDX files; a sixth of the training is validation.

    EMNIST's images lie on their side and its letters count from 1: both are set right, and said.
    So is a training file in the order of its classes: the last sixth would lack most of them.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder '{folder}'; wanted one with four IDX files")
    paths = {part: _file(folder, part) for part in FILES}
    arrays = {part: read_idx(path) for part, path in paths.items()}
    for part in ("training", "test"):
        _check_pair(arrays, paths, part)
    _check_that_parts_agree(arrays, folder)
    said = []
    if "emnist" in paths["training images"].name.lower():
        for part in ("training images", "test images"):
            arrays[part] = arrays[part].transpose(0, 2, 1).copy()
        said.append("its images lay on their side, and were turned upright")
    if arrays["training labels"].min() == 1 == arrays["test labels"].min():
        for part in ("training labels", "test labels"):
            arrays[part] = arrays[part] - 1
        said.append("its labels count from 1, and were made to count from 0")
    images, labels = arrays["training images"], arrays["training labels"]
    cut = len(images) * 5 // 6
    if set(labels[:cut]) != set(labels[cut:]):
        parts = stratified(labels, (5 / 6,), seed=0)
        cut, order = len(parts[0]), np.concatenate(parts)
        images, labels = images[order], labels[order]
        said.append("the last sixth of its training file lacks a class, so a sixth of each was "
                    "drawn for validation")  # fmt: skip
    if said:
        say(f"{folder.name}: {'; '.join(said)}.", folder)
    train, validation = splits(images, labels, largest=255, cuts=[cut])
    (test,) = splits(arrays["test images"], arrays["test labels"], largest=255, cuts=[])
    return Dataset(train, validation, test, folder.resolve().name.lower(), images.shape[1:])


def _check_pair(arrays: dict[str, NDArray[Any]], paths: dict[str, Path], part: str) -> None:
    """Refuse images that are none, and labels that do not belong to them."""
    images, labels = arrays[f"{part} images"], arrays[f"{part} labels"]
    path, other = paths[f"{part} images"], paths[f"{part} labels"]
    if images.ndim != 3 or images.dtype != np.uint8 or len(images) < 2 or images.size == 0:
        raise ValueError(
            f"{path} holds {images.dtype} of shape {images.shape}, wanted bytes, two images or "
            "more of (height, width) each; for other arrays, see Dataset.from_arrays"
        )
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"{path} has shape {images.shape} and {other.name} {labels.shape}: wanted as many "
            "labels as images"
        )
    try:
        check_labels(labels, len(images))
    except (TypeError, ValueError) as error:
        raise type(error)(f"{other}: {error}") from error


def _check_that_parts_agree(arrays: dict[str, NDArray[Any]], folder: Path) -> None:
    """Refuse test images that no network could judge that learned from the training images."""
    shapes = {part: arrays[f"{part} images"].shape[1:] for part in ("training", "test")}
    if shapes["training"] != shapes["test"]:
        raise ValueError(
            f"{folder} has training images of {shapes['training']} and test images of "
            f"{shapes['test']}: they are of two data sets; keep each in a folder of its own"
        )
    new = np.setdiff1d(arrays["test labels"], arrays["training labels"])
    if len(new):
        raise ValueError(
            f"{folder} has test labels {few([str(label) for label in new])} that no training "
            "image has: leave such samples out, or keep each data set in a folder of its own"
        )


def _file(folder: Path, part: str) -> Path:
    """Return the file of a folder that has one of the four parts, raw or gzip'd."""
    names = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    fitting = [path for path in names if re.search(FILES[part], path.name.lower())]
    raw = [path for path in fitting if path.suffix != ".gz"] or fitting
    if len(raw) == 1:
        return raw[0]
    name = (
        f"{'train' if part.startswith('train') else 't10k'}-{part.split()[1]}-idx"
        f"{3 if part.endswith('images') else 1}-ubyte.gz"
    )
    if raw:
        found = f"{few([path.name for path in raw])}: keep each data set in a folder of its own"
    else:
        found = f"none among {few(sorted(path.name for path in folder.iterdir()))}"
    raise FileNotFoundError(
        f"{folder} should have one file with the {part}, such as {name}; found {found}"
    )
