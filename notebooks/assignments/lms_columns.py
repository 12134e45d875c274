"""Turn nbgrader's grades.csv into one row a student and one column an assignment, for an LMS.

nbgrader export
python lms_columns.py > columns.csv
"""

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

from own_functions import answers_to_look_at


def columns(
    grades: list[dict[str, str]], look_at: Mapping[tuple[str, str], str]
) -> list[list[str]]:
    """Return a header and a row for each student; an assignment not handed in stays empty.

    The last column says which answers to look at yourself, by assignment.
    """
    names = sorted({row["assignment"] for row in grades})
    scores = {(row["student_id"], row["assignment"]): row["score"] for row in grades}
    students = sorted({row["student_id"] for row in grades})
    rows = []
    for student in students:
        notes = [f"{name} {look_at[student, name]}" for name in names if (student, name) in look_at]
        rows.append(
            [student, *(scores.get((student, name), "") for name in names), ". ".join(notes)]
        )
    return [["student_id", *names, "look_at"], *rows]


if __name__ == "__main__":
    with Path(sys.argv[1] if len(sys.argv) > 1 else "grades.csv").open(encoding="utf-8") as file:
        table = columns(list(csv.DictReader(file)), answers_to_look_at(Path.cwd()))
    csv.writer(sys.stdout).writerows(table)
