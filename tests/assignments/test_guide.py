"""The commands of the instructor's guide, as they stand there, in the folder as it is committed."""

import csv
import re
import shutil
import subprocess
import zipfile

import nbformat
import pytest
from course import ASSIGNMENTS, environment, mixed

pytest.importorskip("nbgrader", reason="needs nbgrader: python -m pip install --group grading")
NAME = "01_activations"
GUIDE = (ASSIGNMENTS / "README.md").read_text(encoding="utf-8")


def commands(title):
    """Return the lines of the first block of commands below a title."""
    block = GUIDE.split(f"## {title}\n")[1].split("```sh\n")[1].split("```")[0]
    return [re.sub(r"\s+#.*", "", line) for line in block.splitlines()]


def test_a_class_of_30_from_nothing_to_grades_and_feedback_without_a_hub(tmp_path):
    folder = tmp_path / "assignments"
    shutil.copytree(ASSIGNMENTS, folder)

    def shell(command):
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]

    *_, generate = commands("From nothing to a released assignment")
    shell(generate)
    student = nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    class_of_30 = {f"Doe_{number}_Jane": mixed(student, NAME, number) for number in range(30)}

    make_folder, *rest = commands("Without a hub")
    shell(make_folder)
    archive = folder / "downloaded" / NAME / "archive" / "all.zip"
    with zipfile.ZipFile(archive, "w") as hand_in:
        for who, (notebook, _) in class_of_30.items():
            hand_in.writestr(f"{who}_{NAME}.ipynb", nbformat.writes(notebook))
    for command in rest:
        shell(command)

    with (folder / "columns.csv").open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["student_id", NAME, "look_at"]
    assert {who: float(mark) for who, mark, _ in rows} == {
        who: marks for who, (_, marks) in class_of_30.items()
    }
    # mistakes are written with the package's functions here
    assert [who for who, _, look_at in rows if not look_at] == [
        who for who, (_, marks) in sorted(class_of_30.items()) if marks in (0, 90)
    ]
    page = folder / "feedback" / "Doe_1_Jane" / NAME / f"{NAME}.html"
    assert "This looks like a typical mistake" in page.read_text(encoding="utf-8")
