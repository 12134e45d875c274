"""What several tests start from: a lesson; no data set, or a folder of small files."""

import os
from pathlib import Path

import nbformat
import pytest
from files import MNIST

from mlp_lab import load_mnist
from mlp_lab.data import mnist_files
from mlp_lab.data.idx import content_sha256

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def no_mnist(monkeypatch, tmp_path):
    """An empty cache; no setting and no mirror."""
    for setting in ("MLP_LAB_DATA", "MLP_LAB_DATASET"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setattr(mnist_files, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(mnist_files, "MNIST_MIRRORS", ())
    return tmp_path / "cache"


@pytest.fixture
def data_folder(no_mnist, monkeypatch, tmp_path):
    """An empty folder that MLP_LAB_DATA names; the small arrays of `files` stand for MNIST's."""
    digests = {name: content_sha256(array) for name, array in MNIST.items()}
    monkeypatch.setattr(mnist_files, "CONTENT_SHA256", digests)
    folder = tmp_path / "J. Doe's data"
    folder.mkdir()
    monkeypatch.setenv("MLP_LAB_DATA", str(folder))
    return folder


@pytest.fixture(scope="module")
def mnist():
    """The data set, and the setting that finds it again."""
    folder = Path(os.environ.get("MLP_LAB_DATA", ROOT.parent / "shared" / "data" / "mnist"))
    if not folder.is_dir():
        pytest.skip("MNIST is not at hand: set MLP_LAB_DATA to a folder with its four files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLP_LAB_DATA", str(folder))
        yield load_mnist()
