"""The Otter editions that are made from the masters: a solution has every point, a stub none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from course import NAMES, ROOT, environment

pytest.importorskip("otter", reason="needs Otter: python -m pip install --group otter")


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True,
        env=environment() | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


# all of them are made alike, and each takes half a minute
@pytest.fixture(scope="module", params=NAMES[::3])
def made(request, tmp_path_factory):
    """An Otter edition, assigned: the name, and the folder with both versions."""
    name, folder = request.param, tmp_path_factory.mktemp("otter")
    script = ROOT / "tools" / "otter_edition.py"
    subprocess.run([sys.executable, script, name, folder], check=True)
    run(folder, "otter", "assign", f"{name}.ipynb", "dist")
    return name, folder / "dist"


@pytest.mark.parametrize(("version", "share"), [("autograder", 1.0), ("student", 0.0)])
def test_a_solution_has_every_point_and_a_stub_none(made, tmp_path, version, share):
    name, dist = made
    (archive,) = (dist / "autograder").glob("*.zip")
    run(tmp_path, "otter", "run", "-a", str(archive), "-o", str(tmp_path),
        os.fspath(dist / version / f"{name}.ipynb"))  # fmt: skip
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    marks = [(test["score"], test["max_score"]) for test in results["tests"] if "score" in test]
    assert sum(most for _, most in marks) == 90
    assert all(score == share * most for score, most in marks)


def test_the_students_version_has_no_hidden_test_and_no_solution(made):
    name, dist = made
    text = (dist / "student" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert not list(dist.glob("student/**/*grading*"))
    for hidden in ("GRADING_SEED", "BEGIN SOLUTION", "Rubric"):
        assert hidden not in text
