"""The last mistakes: the images that the average of a row's networks gets wrong."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlp_lab.support.atomic_file import replacing
from mlp_lab.support.types import FloatArray, IntArray

MISTAKES = Path(__file__).with_name("mistakes.csv")
COLUMNS = ("row", "image", "label", "answer")


def read_mistakes(row: str, path: Path = MISTAKES) -> NDArray[np.int64]:
    """Return a line for each mistake of a row's average: image, label, answer.

    Returns
    -------
    ndarray, shape (n_mistakes, 3)
        The image by its place in the test set.

    Examples
    --------
    >>> read_mistakes("no such row").shape
    (0, 3)
    """
    lines = [line[1:] for line in _lines(path) if line[0] == row]
    return np.array(lines, dtype=np.int64).reshape(-1, 3)


def write_mistakes(path: Path, row: str, probabilities: FloatArray, labels: IntArray) -> None:
    """Write a row's mistakes in place of those that the file has of it."""
    answers = probabilities.argmax(axis=1)
    others = [line for line in _lines(path) if line[0] != row]
    new = [
        [row, image, labels[image], answers[image]] for image in np.flatnonzero(answers != labels)
    ]
    with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *others, *new])


def _lines(path: Path) -> list[list[str]]:
    """Return the lines of the file, without its heading; none without a file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
