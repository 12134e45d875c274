"""The exercises of the lessons: each has its solution folded below it, and the code in it runs."""

import ast
import builtins
import re
import sys
from pathlib import Path

import nbformat
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from notebooks import execute


def exercises(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the exercises of a lesson, in their order, each with what is folded below it."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    section = prose.split("## Exercises")[1].split("\n**Graded:**")[0].split("\n**Next:")[0]
    return re.split(r"^\d\. ", section, flags=re.MULTILINE)[1:]


def solution(exercise: str) -> list[str]:
    """Return the blocks of Python that are folded below an exercise."""
    folded = "".join(re.findall(r"<details>(.*?)</details>", exercise, re.DOTALL))
    blocks = re.findall(r"^   ```python\n(.*?)^   ```", folded, re.DOTALL | re.MULTILINE)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in blocks]


def names(code: str) -> tuple[set[str], set[str]]:
    """Return the names that code uses, and those that it defines, anywhere in it."""
    used, defined = set(), set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.ExceptHandler):
            defined.add(node.name or "")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return used, defined


def test_a_solution_needs_the_lesson_alone_or_says_which_other_it_needs(
    notebook: nbformat.NotebookNode,
) -> None:
    cells = [cell.source for cell in notebook.cells[2:] if cell.cell_type == "code"]
    in_lesson = set(dir(builtins)).union(*(names(source)[1] for source in cells))

    for number, exercise in enumerate(exercises(notebook), 1):
        for block in solution(exercise):
            used, defined = names(block)
            missing = used - defined - in_lesson
            assert not missing or "of exercise" in block.splitlines()[0], (number, missing)


def test_every_exercise_has_a_solution_that_shows_something_to_be_right(
    notebook: nbformat.NotebookNode,
) -> None:
    found = exercises(notebook)

    assert len(found) >= 3
    for number, exercise in enumerate(found, 1):
        assert "<details>" in exercise, f"exercise {number} has no solution"
        assert all("assert" in block for block in solution(exercise)), number


@pytest.mark.slow
def test_the_code_of_every_solution_runs(notebook: nbformat.NotebookNode, tmp_path: Path) -> None:
    blocks = [block for exercise in exercises(notebook) for block in solution(exercise)]

    notebook.cells += [nbformat.v4.new_code_cell(block) for block in blocks]
    execute(notebook, str(tmp_path))
