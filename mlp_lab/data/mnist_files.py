"""Where MNIST's four files come from: a folder, the cache, or a download; always verified."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlp_lab.data.downloads import cache_folder, downloaded
from mlp_lab.data.idx import IdxFormatError, content_sha256, read_idx, write_idx
from mlp_lab.data.mnist_folder import DEEPEST, MOST_ENTRIES, candidates
from mlp_lab.data.mnist_npz import is_zip, read_npz
from mlp_lab.support.notices import few, say

FOLDER_SETTING = "MLP_LAB_DATA"
MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
CONTENT_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
ARCHIVE_SHA256 = {
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
"""Of the published .gz files; only a download has to be these very archives."""
WANTED = f"a folder with {', '.join(CONTENT_SHA256)}, raw or .gz, or with Keras' mnist.npz"
WAYS_OUT = (
    f'Set {FOLDER_SETTING} to {WANTED}, or use load_dataset("digits"), which needs no network.'
)


def mnist_array(name: str) -> NDArray[np.uint8]:
    """Return the array in one of MNIST's files: images (N, 28, 28), or labels (N,)."""
    folder = named_folder()
    if folder:
        return _from_folder(folder, name)
    cached = cache_folder() / name
    damage = ""
    if cached.exists():
        try:
            return _verified(read_idx(cached), name, cached)
        except (IdxFormatError, OSError) as error:
            damage = f"The cached copy is damaged: {error}"
    urls, digest = [f"{mirror}{name}.gz" for mirror in MNIST_MIRRORS], ARCHIVE_SHA256[name]
    with downloaded(urls, digest, cached.parent, "MNIST", damage, WAYS_OUT) as archive:
        array = _verified(read_idx(archive), name, archive)
    try:
        write_idx(cached, array)  # raw, because unpacking would take longer than reading
    except OSError as error:  # a full disk does not undo a good download
        say(f"{name} could not be kept for the next time: {error}", cached.parent)
    return array


def named_folder() -> Path | None:
    """Return the folder, or the .npz file, that MLP_LAB_DATA names, or None."""
    folder = os.environ.get(FOLDER_SETTING, "").strip()  # Windows' `set x=y && ...` adds a space
    # not Path.expanduser, which raises an error where there is no such home
    return Path(os.path.expanduser(folder)) if folder else None  # noqa: PTH111


def _from_folder(folder: Path, name: str) -> NDArray[np.uint8]:
    """Return the array in the user's folder; whoever set it long ago learns that it is set."""
    faults = []
    for path in candidates(folder, name):
        try:
            array = read_npz(path, name) if is_zip(path) else read_idx(path)
            return _verified(array, name, path)
        except (IdxFormatError, OSError) as error:
            faults.append(str(error))
    setting = f"{FOLDER_SETTING} is '{folder}'"
    cure = f"Point it at {WANTED}, or unset it."
    if faults:
        raise IdxFormatError("\n".join([f"{setting}, where {faults[0]}", *faults[1:], cure]))
    if folder.is_dir():
        fault = (
            f"has neither {name}, raw or .gz, nor mnist.npz in its first {MOST_ENTRIES:,} entries, "
            f"{DEEPEST} folders deep: it has {few(sorted(path.name for path in folder.iterdir()))}"
        )
    else:
        fault = f"is no folder, nor a file; wanted {name} in it"
    raise FileNotFoundError(f"{setting}, which {fault}\n{cure}")


def _verified(array: NDArray[Any], name: str, path: Path) -> NDArray[np.uint8]:
    """Return the array that a file holds, if it is MNIST's, to the bit."""
    found = content_sha256(array)
    if found != CONTENT_SHA256[name]:
        raise IdxFormatError(
            f"{path} is a whole file, but not MNIST's {name}: its {array.dtype} of shape "
            f"{array.shape} have SHA-256 {found}, wanted {CONTENT_SHA256[name]}"
        )
    return array
