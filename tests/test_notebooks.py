"""The committed notebooks: executed, clean, and as a reader needs them. nbval runs their cells."""

import re
import sys
from itertools import takewhile
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import mlp_lab
from notebooks import FOLDED, is_folded, minutes

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

ASSIGNMENTS = sorted((ROOT / "notebooks" / "assignments" / "release").glob("*/*.ipynb"))
INSTALLATION = """\
# @title Install mlp_lab where it is missing, as in Colab; elsewhere this does nothing
from importlib.util import find_spec

if find_spec("mlp_lab") is None:
    %pip install --quiet "mlp_lab=={major}.{minor}.*\""""


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_series_has_begun() -> None:
    assert NOTEBOOKS


def test_every_cell_was_executed_in_order(notebook: nbformat.NotebookNode) -> None:
    counts = [cell.execution_count for cell in code_cells(notebook)]

    # without counts nbval would compare nothing, and say nothing
    assert counts == list(range(1, len(counts) + 1))


def test_no_output_is_an_error(notebook: nbformat.NotebookNode) -> None:
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]

    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


def test_every_figure_has_alt_text(notebook: nbformat.NotebookNode) -> None:
    bundles = [output.get("data", {}) for cell in code_cells(notebook) for output in cell.outputs]

    for bundle in bundles:
        if "image/png" in bundle:
            assert re.search(r'alt="[^"]{20,}"', bundle.get("text/html", ""))
    for image in re.findall(r"!\[(.*?)\]", "\n".join(cell.source for cell in notebook.cells)):
        assert len(image) >= 20


def test_nothing_local_is_committed(notebook: nbformat.NotebookNode) -> None:
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in code_cells(notebook):
        assert cell.metadata.keys() <= {"tags", *FOLDED}
        for output in cell.outputs:
            # a widget without its kernel shows as an error on the page
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
    assert not re.search(r"/(home|root|Users|tmp|work)/", nbformat.writes(notebook))


@pytest.mark.parametrize("path", [*NOTEBOOKS, *ASSIGNMENTS], ids=lambda path: path.name)
def test_the_first_cell_installs_this_version_and_is_folded(path: Path) -> None:
    cell = nbformat.read(path, as_version=4).cells[1]
    major, minor, _ = mlp_lab.__version__.split(".")

    assert cell.source == INSTALLATION.format(major=major, minor=minor)
    assert {key: cell.metadata[key] for key in FOLDED} == FOLDED
    assert cell.metadata["tags"] == ["remove-cell"]  # the site
    assert not cell.outputs


def test_cells_are_short(notebook: nbformat.NotebookNode) -> None:
    for cell in code_cells(notebook):
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= 12


def test_the_minutes_that_are_stated_are_those_that_are_measured(
    notebook: nbformat.NotebookNode,
) -> None:
    stated = re.search(r"\*\*Time\*\* (\d+) minutes", notebook.cells[0].source)

    assert stated
    assert abs(int(stated[1]) - minutes(notebook)) <= 3
    assert int(stated[1]) <= 45


def test_the_readme_states_the_same_minutes() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        opening = nbformat.read(path, as_version=4).cells[0].source
        stated = re.search(r"\*\*Time\*\* (\d+) minutes", opening)
        (row,) = re.findall(rf"^\| \[.*\]\(notebooks/{path.name}\) .*$", readme, re.MULTILINE)

        assert stated
        assert f" | {stated[1]} | [Binder]" in row


def test_a_cell_is_folded_as_a_whole_and_says_what_it_does(
    notebook: nbformat.NotebookNode,
) -> None:
    for cell in code_cells(notebook):
        assert is_folded(cell) == cell.source.startswith("# @title ")
        if is_folded(cell):
            assert {key: cell.metadata[key] for key in FOLDED} == FOLDED
            assert {"remove-cell", "hide-input"} & set(cell.metadata["tags"])  # the site


def test_the_code_that_is_read_is_the_code_that_teaches(notebook: nbformat.NotebookNode) -> None:
    for cell in code_cells(notebook):
        if not is_folded(cell):
            assert len(re.findall(r"^ *(?:assert |np\.testing\.)", cell.source, re.MULTILINE)) <= 2


def test_pictures_and_links_lead_somewhere(notebook: nbformat.NotebookNode) -> None:
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")

    for target in re.findall(r"\]\(([^)#]+?)\)", prose):
        if "://" not in target:
            assert (ROOT / "notebooks" / target).exists(), target


def test_cells_whose_output_is_ignored_assert_what_matters(
    notebook: nbformat.NotebookNode,
) -> None:
    cells = code_cells(notebook)
    for number, cell in enumerate(cells, 1):
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            folded = takewhile(is_folded, cells[number:])
            guard = "\n".join([cell.source, *(after.source for after in folded)])
            assert re.search(r"\bassert |\bassert_", guard)
