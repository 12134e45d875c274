"""Execute and normalise the notebooks, so that what is committed is what a reader gets.

    python tools/notebooks.py execute [NOTEBOOK ...]      run from a fresh kernel, keep the outputs
    python tools/notebooks.py normalise [NOTEBOOK ...]    only take out what is local to a machine
    python tools/notebooks.py minutes [NOTEBOOK ...]      how long a first reading takes

Without names: all notebooks of the series. Execute on MNIST: the committed outputs are its.
"""

import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
NEW_BAR = re.compile(r"\s*0%\|\s*\| 0/(\d+) \[.*\]")
KEPT = ("cellView", "jupyter", "tags")
"""Of a cell's metadata: how Colab and Jupyter fold it, and what CI does with it."""
WORDS_A_MINUTE, MINUTES_A_CELL = 150, 0.4
"""Prose is read slowly where one thinks along; a code cell is read, run, and looked at."""


def execute(notebook: nbformat.NotebookNode, folder: str) -> None:
    """Run all cells from a fresh kernel, which saves its files in a folder; an error stops it."""
    resources = {"metadata": {"path": folder}}
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources=resources, coalesce_streams=True
    ).execute()


def normalise(notebook: nbformat.NotebookNode) -> None:
    """Take out what differs between machines, and widgets that no saved page can show."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"  # stable, so that a diff shows what changed
        cell.metadata = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        for output in cell.get("outputs", []):
            # without its kernel a widget shows as an error; its plain text takes its place
            data = output.get("data", {})
            if data.pop(WIDGET_VIEW, None):
                # the text of a progress bar is from its start; a cell without error filled it
                data["text/plain"] = NEW_BAR.sub(r" 100%|██████████| \1/\1", data["text/plain"])
            if "metadata" in output:
                output.metadata = {}


def minutes(notebook: nbformat.NotebookNode) -> float:
    """Return how long a first reading takes, to the exercises; the opening cell states it."""
    prose = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = prose.split("## Exercises")[0]
    n_cells = sum(
        cell.cell_type == "code" and "jupyter" not in cell.metadata for cell in notebook.cells
    )
    return len(prose.split()) / WORDS_A_MINUTE + MINUTES_A_CELL * n_cells


def main(arguments: list[str]) -> int:
    """Do what the command line says; return an exit status."""
    if not arguments or arguments[0] not in ("execute", "normalise", "minutes"):
        print(__doc__)
        return 2
    paths = map(Path, arguments[1:]) if arguments[1:] else sorted(FOLDER.glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            notebook = nbformat.read(path, as_version=4)
            if arguments[0] == "minutes":
                print(f"{path.name}: {minutes(notebook):.0f} minutes")
                continue
            if arguments[0] == "execute":
                execute(notebook, folder)
            normalise(notebook)
            nbformat.write(notebook, path)
            print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
