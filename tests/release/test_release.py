"""What a release gives people: a wheel and an sdist that install where nothing is, and work."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import nbformat
import pytest

import mlp_lab

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from release import ROOT, faults

pytest.importorskip("twine", reason="needs: python -m pip install --group release")

SMOKE = """
import importlib.metadata, pathlib, sys
import mlp_lab

assert "site-packages" in mlp_lab.__file__, mlp_lab.__file__
assert importlib.metadata.version("mlp_lab") == mlp_lab.__version__ == sys.argv[1]
data = mlp_lab.load_dataset("digits")
network = mlp_lab.MLP([64, 30, 10], hidden="tanh", output="softmax", seed=0)
assert mlp_lab.check_gradients(network, data.train.inputs[:5], data.train.labels[:5]).passed
history = mlp_lab.train(network, data.train, validation=data.validation, epochs=20, progress=False)
assert history.validation_accuracy[-1] > 0.9
history.plot()
from mlp_lab.figures.activation_cloud import activation_cloud
assert activation_cloud().png
from mlp_lab.classroom.checks import check
check("01.sigmoid", mlp_lab.sigmoid)  # the tasks of the assignments are in the wheel
"""
RUN_NOTEBOOK = """
import sys
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel, which is built from the sdist, and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of an empty environment, outside this checkout."""
    folder = tmp_path_factory.mktemp("empty")
    run(sys.executable, "-m", "venv", folder / "environment")
    return folder / "environment" / "bin" / "python"


def pip(python, *arguments):
    return run(python, "-m", "pip", "-q", "--disable-pip-version-check", *arguments)


def smoke(python):
    environment = os.environ | {"MPLBACKEND": "agg"}
    run(python, "-c", SMOKE, mlp_lab.__version__, cwd=python.parent, env=environment)


def test_the_metadata_are_what_the_index_accepts(built):
    assert "PASSED" in run(sys.executable, "-m", "twine", "check", "--strict", *built.iterdir())


def test_wheel_and_sdist_install_in_an_empty_environment_and_work(built, python):
    for file in (next(built.glob("*.whl")), next(built.glob("*.tar.gz"))):
        pip(python, "install", file)
        smoke(python)
        pip(python, "uninstall", "-y", "mlp_lab")


def test_the_wheel_holds_the_package_its_digits_and_its_licences_and_nothing_else(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    tracked = run("git", "ls-files", "mlp_lab", cwd=ROOT).split()

    assert set(tracked) == {name for name in names if name.startswith("mlp_lab/")}
    assert {"mlp_lab/py.typed", "mlp_lab/data/digits/digits-images-idx3-ubyte.gz"} <= names
    assert len([name for name in names if "licenses/" in name]) == 3


def test_the_sdist_holds_what_its_tests_need(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    tracked = run("git", "ls-files", cwd=ROOT).split()
    needed = {name for name in tracked if not name.startswith((".", "tests/benchmarks"))}

    assert needed <= names


def test_a_notebook_where_the_package_is_missing_installs_it(built, python, tmp_path):
    colab = "ipywidgets==7.7.1"  # which has to stay as it is, or Colab's controls break
    pip(python, "install", next(built.glob("*.whl")), "ipykernel", "nbclient", colab)
    pip(python, "uninstall", "-y", "mlp_lab")
    shutil.copy(ROOT / "notebooks" / "00_start_here.ipynb", tmp_path)
    environment = os.environ | {"MLP_LAB_DATASET": "digits", "PIP_FIND_LINKS": str(built)}
    environment["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    run(python, "-c", RUN_NOTEBOOK, "00_start_here.ipynb", cwd=tmp_path, env=environment)
    smoke(python)
    assert colab in pip(python, "freeze")


def test_the_first_cell_does_nothing_where_the_package_is(python, tmp_path):
    cell = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4).cells[1]
    condition = cell.source.partition("if ")[2].partition(":")[0]

    found = run(python, "-c", f"from importlib.util import find_spec; print({condition})")
    assert found.strip() == "False"  # so pip is not asked


def test_a_release_needs_version_changelog_and_citation_to_agree(tmp_path):
    (tmp_path / "mlp_lab").mkdir()
    (tmp_path / "mlp_lab" / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3 (2027-01-31)\n")
    citation = tmp_path / "CITATION.cff"
    citation.write_text("version: 1.2.3\ndate-released: 2027-01-31\n")
    assert faults("v1.2.3", tmp_path) == []

    assert "the tag is v1.2.4" in faults("v1.2.4", tmp_path)[0]
    citation.write_text("version: 1.2.2\n")
    assert len(faults("v1.2.3", tmp_path)) == 2
    (tmp_path / "CHANGELOG.md").write_text("## Unreleased\n")
    assert len(faults("v1.2.3", tmp_path)) == 3
