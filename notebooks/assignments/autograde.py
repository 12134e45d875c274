"""Grade an assignment with nbgrader, also after a grader that was stopped half way.

    python autograde.py 01_activations

It names the files that nbgrader would pass over, and stops. And nbgrader skips a submission that
has a folder in `autograded`, even if it was stopped before it had graded it, and leaves it with 0
points: such folders are removed first.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUBMISSION = r".*/(?P<student_id>[^/]+?)_(?P<file_id>\d\d_[a-z_]+)\.ipynb$"
"""The name of what is handed in without a hub: STUDENT_ASSIGNMENT.ipynb."""


def was_graded(notebook: Path) -> bool:
    """Return whether a graded notebook exists and any of its cells has a verdict."""
    if not notebook.exists():
        return False
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return any(cell.get("execution_count") for cell in cells)


def passed_over(name: str) -> Iterator[str]:
    """Yield what to do about each file that nbgrader would pass over."""
    for path in sorted(Path("downloaded", name).rglob("*.ipynb")):
        found = re.match(SUBMISSION, path.as_posix())
        if found is None or found["file_id"] != name:
            yield f"{path} was not collected: name it STUDENT_{name}.ipynb, and run zip_collect"
    for path in sorted(Path("submitted").glob(f"*/{name}/*.ipynb")):
        if path.stem != name:
            yield f"{path} would not be graded: name it {name}.ipynb"


def main(name: str, options: list[str]) -> int:
    """Remove what was not finished, and grade; return nbgrader's exit status."""
    problems = list(passed_over(name))
    if problems:
        print("\n".join([*problems, "Nothing was graded."]))
        return 1
    for folder in Path("autograded").glob(f"*/{name}"):
        if not was_graded(folder / f"{name}.ipynb"):
            print(f"{folder.parent.name}: was not finished, is graded again")
            shutil.rmtree(folder)
    return subprocess.call(["nbgrader", "autograde", name, *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
