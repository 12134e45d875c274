"""Gives the marks: it has a submission's functions called elsewhere, and compares what they return.

nbgrader would run a submission in a kernel, and the tests in its midst. This takes that step's
place: no code of a student runs in the process that compares and writes the marks, or in one that
knows what is right (`mlp_lab.classroom.isolation`).
"""

import os
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from own_functions import words_to_look_at

from mlp_lab.classroom.checks import VISIBLE_SEED, complaint, find_task
from mlp_lab.classroom.isolation import AnswerProcess


class DropRepeatedIds(NbGraderPreprocessor):
    """Leaves an id of nbgrader to the first cell that has it: cells are doubled by a slip.

    nbgrader's own step leaves half of the data to the other cells, and the next one stops at that.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Take nbgrader's data out of cells that repeat an id; they are still run."""
        seen = set()
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in seen:
                del cell.metadata["nbgrader"]
            elif name is not None:
                seen.add(name)
        return nb, resources


class GradeAnswers(NbGraderPreprocessor):
    """Writes below each test cell whether the answer is right: nbgrader makes points of that."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Call the functions of a notebook, and write down what is wrong with each."""
        lesson = resources["nbgrader"]["notebook"][:2]
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        look_at = words_to_look_at(nb)
        with AnswerProcess() as answers:
            for cell in code:
                if not is_grade(cell):
                    answers.run(cell.source)
                elif not is_solution(cell):
                    name = cell.metadata.nbgrader.grade_id.removeprefix("test_")
                    cell.outputs = [_verdict(answers, f"{lesson}.{name}")]
                    cell.execution_count = 1
                    if name in look_at:
                        text = f"A person looks at this answer: it uses {look_at[name]}.\n"
                        cell.outputs.append(new_output("stream", name="stdout", text=text))
        return nb, resources


def _verdict(answers: AnswerProcess, task: str) -> NotebookNode:
    """Return what stands below a test cell: an error if the answer is wrong."""
    wrong = _what_is_wrong(answers, task)
    if not wrong:
        return new_output("stream", name="stdout", text=f"{task}: right\n")
    text = f"Not right yet. {task}: {wrong}"
    return new_output("error", ename="NotRightYet", evalue=text, traceback=text.splitlines())


def _what_is_wrong(answers: AnswerProcess, task: str) -> str:
    """Say what is wrong on the inputs that students see, and then on the grader's own."""
    for seed in (VISIBLE_SEED, int(os.environ["MLP_LAB_GRADING_SEED"])):
        found: list[Any] = []
        for case in find_task(task).cases_of(seed):
            last = found[-1] if found else None
            if isinstance(last, dict) and "more than" in str(last.get("error")):
                found.append(last)  # what took too long once is not asked again
            else:
                found.append(answers.outcome(task.partition(".")[2], case.arguments))
        try:
            wrong = complaint(task, found, seed)
        except Exception as error:  # values made to break the comparison are wrong
            wrong = f"what it returns cannot be compared ({type(error).__name__})"
        if wrong:
            return wrong if seed == VISIBLE_SEED else f"on other inputs, {wrong}"
    return ""
