"""Data sets, split for training, validation and test: MNIST, its kin, and the bundled digits."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.data.idx import read_idx
from mlp_lab.support.notices import say
from mlp_lab.support.option_checks import choose
from mlp_lab.support.types import FloatArray, IntArray

DATASET_SETTING = "MLP_LAB_DATASET"
DIGITS_FOLDER = Path(__file__).parent / "digits"
DIGITS_SPLIT_SEED = 0


@dataclass(frozen=True, repr=False, eq=False)
class Split:
    """Samples that are used together, for training, say.

    Attributes
    ----------
    inputs : ndarray of float32, shape (N, n_features)
        Pixels from 0 to 1, an image a row.
    labels : ndarray of int, shape (N,)
        The digit of every image.
    images : ndarray of uint8, shape (N, height, width), optional
        The pixels as they are in the file, for looking at; your own may be fractions.

    Examples
    --------
    >>> Split(np.zeros((3, 4), dtype=np.float32), np.array([0, 1, 1]))
    Split(3 samples of 4 features)
    """

    inputs: FloatArray
    labels: IntArray
    images: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        arrays = {"inputs": self.inputs, "labels": self.labels, "images": self.images}
        lengths = {name: len(array) for name, array in arrays.items() if array is not None}
        if len({*lengths.values()}) != 1:
            found = ", ".join(f"{length} {name}" for name, length in lengths.items())
            raise ValueError(f"{found}: wanted as many of each")

    def __len__(self) -> int:
        return len(self.inputs)

    def __repr__(self) -> str:
        features = " x ".join(map(str, np.shape(self.inputs)[1:]))
        return f"Split({len(self):,} samples of {features} features)"


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """A data set in three parts.

    Attributes
    ----------
    train, validation, test : Split
        To learn from, to choose by, and to be judged by, once.
    name : str
        ``"mnist"``, ``"digits"``, ``"fashion-mnist"``, or what you call it.
    image_shape : tuple of int
        Height and width: ``train.inputs[0].reshape(image_shape)`` is an image. A table has a height
        of 1.
    """

    train: Split
    validation: Split
    test: Split
    name: str
    image_shape: tuple[int, int]

    @classmethod
    def from_arrays(
        cls,
        inputs: ArrayLike,
        labels: ArrayLike,
        name: str = "own",
        validation: float = 1 / 7,
        test: float = 1 / 7,
        seed: int = 0,
    ) -> "Dataset":
        """Return a data set of your own arrays, split at random, every class in each part.

        Parameters
        ----------
        inputs : array_like
            A table, shape (N, n_features), whose numbers are taken as they are; or images, shape
            (N, height, width). Of images, whole numbers from 0 to 255 are divided by 255; fractions
            from 0 to 1, or around 0, are taken as they are.
        labels : array_like of int, shape (N,)
            Classes from 0.
        name : str
            What to call it.
        validation, test : float
            The shares of each class that go into these parts; the rest is for training.
        seed : int
            Of the split: the same seed gives the same one.

        Raises
        ------
        ValueError, TypeError
            If shapes or labels do not fit, an input is not finite, images are not scaled, the
            shares leave nothing for training, or a class has too few samples to be in each part.

        Examples
        --------
        >>> generator = np.random.default_rng(0)
        >>> Dataset.from_arrays(generator.random((70, 3)), np.arange(70) % 2, "flowers")
        Dataset 'flowers': 50 training, 10 validation, 10 test samples of 3 features
        """
        from mlp_lab.data.own_data import split_arrays  # the other way round it needs this module

        return split_arrays(inputs, labels, name, validation, test, seed)

    def __repr__(self) -> str:
        height, width = self.image_shape
        if height == 1:
            sizes = f"samples of {width} features"
        else:
            sizes = f"images of {height}x{width} pixels"
        return (
            f"Dataset {self.name!r}: {len(self.train):,} training, {len(self.validation):,} "
            f"validation, {len(self.test):,} test {sizes}"
        )


def load_mnist() -> Dataset:
    """Return MNIST: 50,000 images to train, 10,000 to validate, 10,000 to test.

    The training file is split in its order, the test file is the test set. The files come from the
    folder that the setting MLP_LAB_DATA names, in the layout of the original, torchvision, Kaggle
    or Keras, else from the cache, else from a download, which fills the cache. Their content is
    verified by SHA-256 in any case.

    Returns
    -------
    Dataset
        Images of 28x28 pixels.

    Raises
    ------
    FileNotFoundError, IdxFormatError
        If MLP_LAB_DATA names a folder that does not hold MNIST.
    DownloadError
        If MNIST is not at hand and cannot be downloaded; an `OSError`.
    """
    from mlp_lab.data.mnist_files import mnist_array  # here, or every import of mlp_lab pays for it

    return _of_four_files(mnist_array, "mnist")


def _load_fashion_mnist() -> Dataset:
    """Return Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, https://arxiv.org/abs/1708.07747).

    Photographs of clothes, in ten classes; sizes and split are those of MNIST.
    """
    from mlp_lab.data.fashion_files import fashion_array

    return _of_four_files(fashion_array, "fashion-mnist")


def _of_four_files(array: Callable[[str], NDArray[np.uint8]], name: str) -> Dataset:
    """Return the data set of files named as MNIST's; the last 10,000 of training validate."""
    images, labels = array("train-images-idx3-ubyte"), array("train-labels-idx1-ubyte")
    train, validation = splits(images, labels, largest=255, cuts=[50_000])
    images, labels = array("t10k-images-idx3-ubyte"), array("t10k-labels-idx1-ubyte")
    (test,) = splits(images, labels, largest=255, cuts=[])
    return Dataset(train, validation, test, name, (28, 28))


def load_digits() -> Dataset:
    """Return the bundled digits: 1,797 images in the proportions 5 : 1 : 1, every digit in each.

    They are the test part of the UCI data set "Optical Recognition of Handwritten Digits" (Alpaydin
    & Kaynak 1998, https://doi.org/10.24432/C50P49), under CC BY 4.0. The split is always the same.

    Returns
    -------
    Dataset
        Images of 8x8 pixels, whose values go from 0 to 16.

    Examples
    --------
    >>> load_digits()
    Dataset 'digits': 1,283 training, 257 validation, 257 test images of 8x8 pixels
    """
    images = read_idx(DIGITS_FOLDER / "digits-images-idx3-ubyte.gz")
    labels = read_idx(DIGITS_FOLDER / "digits-labels-idx1-ubyte.gz")
    parts = stratified(labels, (5 / 7, 6 / 7), DIGITS_SPLIT_SEED)
    order, cuts = np.concatenate(parts), [len(parts[0]), len(parts[0]) + len(parts[1])]
    train, validation, test = splits(images[order], labels[order], largest=16, cuts=cuts)
    return Dataset(train, validation, test, "digits", (8, 8))


def load_dataset(name: str | os.PathLike[str] = "auto") -> Dataset:
    """Return a data set by name, or from a folder of yours.

    Parameters
    ----------
    name : {"auto", "mnist", "digits", "fashion-mnist"} or path
        In capitals or not. ``"auto"`` is what the setting MLP_LAB_DATASET says; without it, MNIST
        where it is at hand or can be downloaded, else the bundled digits, and a notice why.
        ``"fashion-mnist"`` is downloaded, 30 MB, and kept. Else a path with a slash in it, to a
        folder with four IDX files, as Fashion-MNIST, KMNIST and EMNIST have them: ``"./kmnist"``.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If there is no such name, in the setting either, or the files of a folder do not belong
        together.
    OSError, IdxFormatError
        If what was asked for by name cannot be had, or a folder lacks one of the files.

    Examples
    --------
    >>> load_dataset("digits").name
    'digits'
    """
    if isinstance(name, os.PathLike) or (
        isinstance(name, str) and "/" in name.replace(os.sep, "/")
    ):
        from mlp_lab.data.own_data import read_folder

        return read_folder(Path(name).expanduser())
    loaders = _of_the_lessons()
    setting = os.environ.get(DATASET_SETTING, "").strip()
    by_name = loaders | {"fashion-mnist": _load_fashion_mnist}
    loader = _loader("data set", name, by_name, ", or a folder with a slash: './fashion'")
    if loader is _load_what_there_is and setting:
        loader = _loader(f"data set in {DATASET_SETTING}", setting, loaders)
    return loader()


def _of_the_lessons() -> dict[str, Callable[[], Dataset]]:
    """Return what loads the data sets that the lessons are written for."""
    return {"mnist": load_mnist, "digits": load_digits, "auto": _load_what_there_is}


def _loader(
    kind: str, name: object, loaders: dict[str, Callable[[], Dataset]], more: str = ""
) -> Callable[[], Dataset]:
    """Return the function that loads the data set of that name, however it is capitalised."""
    if isinstance(name, str) and name.strip().lower() in loaders:
        name = name.strip().lower()
    return choose(kind, name, loaders, more)


def _load_what_there_is() -> Dataset:
    """Return MNIST, or the bundled digits and a notice that says why."""
    try:
        return load_mnist()
    except Exception as error:  # whatever it is, a lesson can go on with the digits
        from mlp_lab.data.mnist_files import FOLDER_SETTING, named_folder

        reason = next(iter(str(error).splitlines()), type(error).__name__).rstrip(":")
        say(
            f"Using the bundled digits ({reason}). For MNIST, connect to the internet or set "
            f"{FOLDER_SETTING} to a folder with its four files.",
            named_folder(),
        )
        return load_digits()


def splits(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], largest: int, cuts: list[int]
) -> list[Split]:
    """Return the samples between the cuts, as views; float32 from the first to the last step."""
    pixels = images.reshape(len(images), -1)
    inputs = np.divide(pixels, np.float32(largest), dtype=np.float32)
    arrays = inputs, labels.astype(np.int64), images
    parts = zip(*(np.split(array, cuts) for array in arrays), strict=True)
    return [Split(*part) for part in parts]


def stratified(labels: IntArray, cuts: Sequence[float], seed: int) -> list[IntArray]:
    """Return the indices of parts, in file order: of each class, the shares between the cuts."""
    # PCG64 by name: NumPy may give default_rng another generator, and with it another split
    generator = np.random.Generator(np.random.PCG64(seed))
    shares = []
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        shares.append(np.split(members, [round(cut * len(members)) for cut in cuts]))
    return [np.sort(np.concatenate(part)) for part in zip(*shares, strict=True)]
