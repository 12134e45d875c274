"""Which answers to look at oneself: those that may call the package's own function.

An answer that only calls `mlp_lab.sigmoid` is right, and yet no answer. Code can't tell whether it
is one; it can say where to look.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

WORDS = re.compile(r"\b(mlp_lab|importlib|__import__|exec|eval|compile|globals|open)\b")
"""An answer that uses none of these has written its function itself."""


def words_to_look_at(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return, by task, the words to look at in a submission; what a cell of one's own has, for all.

    Cells that the edition came with are locked, and not looked at.
    """
    found: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    for cell in notebook["cells"]:
        settings = cell["metadata"].get("nbgrader", {})
        words = set(WORDS.findall(cell["source"]))
        if cell["cell_type"] != "code" or settings.get("locked") or not words:
            continue
        if settings.get("solution"):
            found[settings["grade_id"]] = words
        else:
            everywhere |= words
    if everywhere:
        tasks = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
        for settings in tasks:
            if settings.get("solution"):
                found.setdefault(settings["grade_id"], set()).update(everywhere)
    return {task: ", ".join(sorted(words)) for task, words in found.items()}


def answers_to_look_at(course: Path) -> dict[tuple[str, str], str]:
    """Return, by student and assignment, the answers to look at in all submissions of a course."""
    looked: dict[tuple[str, str], str] = {}
    for path in sorted(course.glob("submitted/*/*/*.ipynb")):
        words = words_to_look_at(nbformat.read(path, as_version=4))
        if words:
            student, assignment = path.parts[-3:-1]
            looked[student, assignment] = "; ".join(f"{task}: {w}" for task, w in words.items())
    return looked
