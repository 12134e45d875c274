"""Fashion-MNIST's four files: from the cache, or from a download; always verified."""

import hashlib
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mlp_lab.data.downloads import cache_folder, downloaded
from mlp_lab.data.idx import read_idx
from mlp_lab.support.notices import say

MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
ARCHIVE_SHA256 = {
    "train-images-idx3-ubyte": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
"""Of the published .gz files: TensorFlow Datasets and Flux.jl list these, and the combined digest
of MLDatasets.jl is theirs; the MD5 beside them elsewhere are those of the data set's own README."""
WAYS_OUT = (
    'Get the four .gz files elsewhere and pass their folder, load_dataset("./fashion"), or use '
    'load_dataset("digits"), which needs no network.'
)


def fashion_array(name: str) -> NDArray[Any]:
    """Return the array in one of Fashion-MNIST's files: images (N, 28, 28), or labels (N,)."""
    # in a folder of its own: MNIST's files have the same names
    kept, damage = cache_folder() / "fashion-mnist" / f"{name}.gz", ""
    if kept.exists():
        damage = _damage(kept, ARCHIVE_SHA256[name])
        if not damage:
            return read_idx(kept)
    urls = [f"{mirror}{name}.gz" for mirror in MIRRORS]
    with downloaded(
        urls, ARCHIVE_SHA256[name], kept.parent, "Fashion-MNIST", damage, WAYS_OUT
    ) as path:
        array = read_idx(path)
        try:
            path.replace(kept)
        except OSError as error:  # a full disk does not undo a good download
            say(f"{name}.gz could not be kept for the next time: {error}", kept.parent)
    return array


def _damage(path: Path, sha256: str) -> str:
    """Return what is wrong with the cached archive, or nothing."""
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"The cached copy cannot be read: {error}"
    if found == sha256:
        return ""
    return f"The cached copy is damaged: {path} has SHA-256 {found}, wanted {sha256}"
