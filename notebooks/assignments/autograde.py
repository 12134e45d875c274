"""Grade an assignment with nbgrader, also after a grader that was stopped half way.

    python autograde.py 01_activations

nbgrader skips a submission that has a folder in `autograded`, even if it was stopped before it had
run the notebook, and leaves it with 0 points. Such folders are removed first.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path


def was_run(notebook: Path) -> bool:
    """Return whether a graded notebook exists and any of its cells has been run."""
    if not notebook.exists():
        return False
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return any(cell.get("execution_count") for cell in cells)


def main(name: str, options: list[str]) -> int:
    """Remove what was not finished, and grade; return nbgrader's exit status."""
    for folder in Path("autograded").glob(f"*/{name}"):
        if not was_run(folder / f"{name}.ipynb"):
            print(f"{folder.parent.name}: was not finished, is graded again")
            shutil.rmtree(folder)
    return subprocess.call(["nbgrader", "autograde", name, *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
