"""Where a folder may have MNIST: as the original files, torchvision, Kaggle or Keras lay it out.

Names only suggest a file; whether it is MNIST's is for its content to say.
"""

import os
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

DEEPEST = 3
"""Folders below the named one; torchvision's files are two deep, in MNIST/raw."""
MOST_ENTRIES = 5_000
"""So many are looked at, and no more: somebody's whole home may have been named."""


def candidates(folder: Path, name: str) -> Iterator[Path]:
    """Give the files that may hold MNIST's file `name`, those of the fewest folders down first.

    It is found raw or gzip'd, spelled with other dots and dashes, in a folder of its own, or as a
    part of Keras' ``mnist.npz``. A file in place of the folder is the only candidate.
    """
    if folder.is_file():
        yield folder
        return
    level, n_left = [os.fspath(folder)], MOST_ENTRIES
    for _ in range(DEEPEST + 1):
        entries = list(islice(chain.from_iterable(map(_entries, level)), n_left))
        n_left -= len(entries)
        files = [e.path for e in entries if _fits(e.name, name) and _kind(e) == "file"]
        # raw before .gz before .npz, by the time that each takes
        yield from map(Path, sorted(files, key=lambda path: (path.lower().endswith("npz"), path)))
        level = sorted(e.path for e in entries if _kind(e) == "folder")


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Give what is in a folder; nothing, if it may not be read."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _fits(file_name: str, name: str) -> bool:
    """Return whether a file of that name may hold MNIST's file `name`."""
    plain = re.sub("[^a-z0-9]+", "-", file_name.lower())
    return plain.startswith(name) or plain == "mnist-npz"


def _kind(entry: os.DirEntry[str]) -> str:
    """Return what an entry is; a hidden folder, or a link to nowhere, is nothing to look into."""
    try:
        if entry.is_file():
            return "file"
        return "folder" if entry.is_dir() and not entry.name.startswith(".") else ""
    except OSError:
        return ""
