"""A course in a scratch folder, driven as an instructor drives it: through nbgrader's commands."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from mlp_lab.classroom.checks import find_task

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = ROOT / "notebooks" / "assignments"
NAMES = sorted(path.name for path in (ASSIGNMENTS / "source").iterdir() if path.is_dir())
KEPT = ("source", "autograde.py", "grading.py", "nbgrader_config.py", "own_functions.py")
TABLES = """
class Case:
    def __init__(self, *arguments): pass
class Mistake:
    def __init__(self, name, answer, read=""): self.answer = answer
class Task:
    def __init__(self, name, reference, read, cases, mistakes): self.__dict__.update(locals())
"""
"""What the tables of tasks need where the package's own classes are not at hand."""


def environment() -> dict[str, str]:
    """Return the environment with Python's own folder first, where `nbgrader` is."""
    scripts = str(Path(sys.executable).parent)
    return os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"]}


class Course:
    """A copy of the course folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in KEPT:
            copy = shutil.copytree if (ASSIGNMENTS / name).is_dir() else shutil.copy
            copy(ASSIGNMENTS / name, folder / name)

    def nbgrader(self, *arguments: str, fails: bool = False) -> str:
        """Run a command of nbgrader; return what it says."""
        return self.run("-m", "nbgrader", *arguments, fails=fails)

    def autograde(self, name: str, fails: bool = False) -> str:
        """Grade an assignment as the guide says."""
        return self.run("autograde.py", name, fails=fails)

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run Python in the course folder; return what it says."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder, env=environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, done.stderr[-3000:]
        return done.stdout + done.stderr

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start Python in the course folder, in a group of processes that can be killed."""
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=self.folder, env=environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def release(self, name: str) -> nbformat.NotebookNode:
        """Generate the student edition and return it."""
        self.nbgrader("generate_assignment", name, "--force")
        return nbformat.read(self.folder / "release" / name / f"{name}.ipynb", as_version=4)

    def hand_in(self, student: str, name: str, notebook: nbformat.NotebookNode) -> None:
        """Put a notebook where nbgrader collects it."""
        folder = self.folder / "submitted" / student / name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")

    def scores(self, student: str, name: str) -> dict[str, float]:
        """Return the points of every graded cell, without those that are graded by hand."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            notebook = gradebook.find_submission_notebook(name, name, student)
            return {
                grade.name.removeprefix("test_"): grade.score
                for grade in notebook.grades
                if grade.name.startswith("test_")
            }

    def graded_text(self, student: str, name: str) -> str:
        """Return everything that the graded notebook of a student shows."""
        path = self.folder / "autograded" / student / name / f"{name}.ipynb"
        return path.read_text(encoding="utf-8")


def solution_cells(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Return the cells that a student fills in, by task."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.nbgrader.solution
    }


def solutions(name: str) -> dict[str, str]:
    """Return the right answers of an assignment's master, by task."""
    master = nbformat.read(ASSIGNMENTS / "source" / name / f"{name}.ipynb", as_version=4)
    return {task: cell.source for task, cell in solution_cells(master).items()}


def points(notebook: nbformat.NotebookNode) -> dict[str, float]:
    """Return the points of every task that is graded by code."""
    return {
        cell.metadata.nbgrader.grade_id.removeprefix("test_"): cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.nbgrader.grade and cell.cell_type == "code"
    }


def filled(
    notebook: nbformat.NotebookNode, source_of: Callable[[str], str | None]
) -> nbformat.NotebookNode:
    """Return a copy with the source that is given for a task, where one is given."""
    copy = nbformat.from_dict(notebook)
    for task, cell in solution_cells(copy).items():
        source = source_of(task)
        if source is not None:
            cell.source = source
    return copy


def mixed(student: nbformat.NotebookNode, name: str, number: int) -> tuple[Any, float]:
    """Return one of a class's submissions and its points: nothing done, some tasks right, or all.

    Of every eight students, one has nothing, one everything, and the others some tasks.
    """
    answers, wanted = solutions(name), points(student)
    right = list(answers)[: number % 8]
    chosen = {
        task: answer if task in right else mistake_source(name[:2], task, number)
        for task, answer in answers.items()
    }
    notebook = filled(student, chosen.get) if number % 8 else student
    return notebook, sum(wanted[task] for task in right)


def mistake_source(lesson: str, task: str, number: int) -> str:
    """Return code that answers a task with its mistake of that number, without the package."""
    number %= len(find_task(f"{lesson}.{task}").mistakes)
    (path,) = (ROOT / "mlp_lab" / "classroom").glob(f"tasks_{lesson}_*.py")
    tasks = path.read_text(encoding="utf-8").replace(
        "from mlp_lab.classroom.checks import Case, Mistake, Task\n", TABLES
    )
    return (
        f"{tasks}\n{task} = next(task for task in TASKS if task.name == '{lesson}.{task}')"
        f".mistakes[{number}].answer"
    )


def right_source(lesson: str, task: str, number: int) -> str:
    """Return code that answers a task with its right answer of that number."""
    answers = (ROOT / "tests" / "right_answers.py").read_text(encoding="utf-8")
    return f"{answers}\n{task} = RIGHT['{lesson}.{task}'][{number}]"


def mistake_name(lesson: str, task: str, number: int) -> Any:
    """Return the name of that mistake."""
    mistakes = find_task(f"{lesson}.{task}").mistakes
    return mistakes[number % len(mistakes)].name
