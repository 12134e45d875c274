"""Make an Otter edition of an assignment, for Otter or Gradescope, from the same master.

    python tools/otter_edition.py 01_activations FOLDER

writes FOLDER/01_activations.ipynb in Otter's format, the grader and the requirements beside it;
`otter assign FOLDER/01_activations.ipynb FOLDER/dist` then makes the students' edition and the
autograder's zip file.
"""

import shutil
import sys
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from mlp_lab.classroom.checks import VISIBLE_SEED, find_task

ASSIGNMENTS = Path(__file__).resolve().parent.parent / "notebooks" / "assignments"
SEED = 20260901
"""Of the hidden inputs; choose your own before you upload."""
CONFIG = """\
# ASSIGNMENT CONFIG
name: {name}
requirements: requirements.txt
autograder_files:
  - otter_grading.py
solutions_pdf: false
export_cell: false
generate: true"""
REQUIREMENTS = "mlp_lab  # or where your graders get it from\n"
STUB = "`YOUR CODE HERE`, and delete the line that raises `NotImplementedError`"


def question(name: str, lesson: str, text: str, solution: str, points: float) -> list:
    """Return the cells of a task: text, solution, a visible and a hidden test."""
    task = f"{lesson}.{name}"
    n_cases = len(find_task(task).cases(np.random.default_rng(VISIBLE_SEED)))
    visible = new_code_cell(f'check("{task}", {name})')
    visible.outputs = [new_output("stream", text=f"{task}: right in all {n_cases} cases\n")]
    hidden = (
        "# HIDDEN\nimport os\n"
        f'os.environ["MLP_LAB_GRADING_SEED"] = "{SEED}"\n'
        f'from otter_grading import grade\ngrade("{task}", {name})'
    )
    head = f"# BEGIN QUESTION\nname: {name}\npoints: {points:g}\nall_or_nothing: true"
    return [
        new_raw_cell(head), new_markdown_cell(text),
        new_raw_cell("# BEGIN SOLUTION"), new_code_cell(solution), new_raw_cell("# END SOLUTION"),
        new_raw_cell("# BEGIN TESTS"), visible, new_code_cell(hidden), new_raw_cell("# END TESTS"),
        new_raw_cell("# END QUESTION"),
    ]  # fmt: skip


def written(text: str, rubric: str, points: float) -> list:
    """Return the cells of the question that is graded by hand."""
    head = f"# BEGIN QUESTION\nname: written\npoints: {points:g}\nmanual: true"
    return [
        new_raw_cell(head), new_markdown_cell(text),
        new_raw_cell("# BEGIN SOLUTION"), new_markdown_cell(rubric), new_raw_cell("# END SOLUTION"),
        new_raw_cell("# END QUESTION"),
    ]  # fmt: skip


def otter_edition(name: str) -> nbformat.NotebookNode:
    """Return the master of an assignment in Otter's format."""
    master = nbformat.read(ASSIGNMENTS / "source" / name / f"{name}.ipynb", as_version=4)
    by_id = {cell.metadata.nbgrader.grade_id: cell for cell in master.cells}
    cells = [new_raw_cell(CONFIG.format(name=name))]
    intro = by_id["intro"].source.replace(STUB, "`...`")
    assert intro != by_id["intro"].source
    cells += [new_markdown_cell(intro), new_code_cell(by_id["setup"].source)]
    for grade_id, cell in by_id.items():
        if cell.cell_type == "code" and cell.metadata.nbgrader.solution:
            solution = cell.source.replace("### BEGIN", "# BEGIN").replace("### END", "# END")
            text, test = by_id[f"text_{grade_id}"].source, by_id[f"test_{grade_id}"]
            n_points = test.metadata.nbgrader.points
            cells += question(grade_id, name[:2], text, solution, n_points)
    answer = by_id["written"]
    cells += written(by_id["question"].source, answer.source, answer.metadata.nbgrader.points)
    return new_notebook(cells=cells, metadata=master.metadata)


def main(name: str, folder: Path) -> None:
    """Write the edition and what it needs."""
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(otter_edition(name), folder / f"{name}.ipynb")
    shutil.copy(ASSIGNMENTS / "otter_grading.py", folder)
    (folder / "requirements.txt").write_text(REQUIREMENTS, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
