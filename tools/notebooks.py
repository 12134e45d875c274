"""Execute and normalise the notebooks, so that what is committed is what a reader gets.

    python tools/notebooks.py execute [NOTEBOOK ...]      run from a fresh kernel, keep the outputs
    python tools/notebooks.py normalise [NOTEBOOK ...]    only take out what is local to a machine
    python tools/notebooks.py minutes [NOTEBOOK ...]      how long a first reading takes

A cell that begins with `# @title ...` is folded: its code checks or draws, and does not teach.

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
WORDS_A_MINUTE, MINUTES_A_FOLDED_CELL = 100, 0.5
"""As lessons 05 to 08 took somebody who knew Python and no networks: 60, 70, 48 and 40 minutes.

A minute more goes into each code cell that is read, and each prediction; half a minute into the
picture of a cell that is folded.
"""
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}
"""How Colab and Jupyter are told that the code of a cell is out of the reader's way."""


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
        if cell.source.startswith("# @title"):
            cell.metadata |= FOLDED
            if "remove-cell" not in (tags := cell.metadata.get("tags", [])):
                cell.metadata["tags"] = sorted({*tags, "hide-input"})  # the site
        cell.metadata = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        for output in cell.get("outputs", []):
            # without its kernel a widget shows as an error; its plain text takes its place
            data = output.get("data", {})
            if data.pop(WIDGET_VIEW, None):
                # the text of a progress bar is from its start; a cell without error filled it
                data["text/plain"] = NEW_BAR.sub(r" 100%|██████████| \1/\1", data["text/plain"])
            if "metadata" in output:
                output.metadata = {}


def is_folded(cell: nbformat.NotebookNode) -> bool:
    """Return whether the code of a cell is out of the reader's way."""
    return "jupyter" in cell.metadata


def to_read(notebook: nbformat.NotebookNode) -> str:
    """Return the prose of a first reading: to the exercises, without what is folded."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = prose.split("## Exercises")[0]
    return re.sub(r"<details>.*?</details>", "", prose, flags=re.DOTALL)


def minutes(notebook: nbformat.NotebookNode) -> float:
    """Return how long a first reading takes, to the exercises; the opening cell states it."""
    prose = to_read(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    n_read = sum(not is_folded(cell) for cell in code)
    n_looked_at = sum(is_folded(cell) and bool(cell.outputs) for cell in code)
    n_predictions = prose.count("**Predict")
    n_words = len(prose.split())
    return n_words / WORDS_A_MINUTE + n_read + n_predictions + MINUTES_A_FOLDED_CELL * n_looked_at


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
