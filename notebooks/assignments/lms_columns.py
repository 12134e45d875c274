"""Turn nbgrader's grades.csv into one row a student and one column an assignment, for an LMS.

nbgrader export
python lms_columns.py > columns.csv
"""

import csv
import sys
from pathlib import Path


def columns(grades: list[dict[str, str]]) -> list[list[str]]:
    """Return a header and a row for each student; an assignment not handed in stays empty."""
    names = sorted({row["assignment"] for row in grades})
    scores = {(row["student_id"], row["assignment"]): row["score"] for row in grades}
    students = sorted({row["student_id"] for row in grades})
    rows = [[student, *(scores.get((student, name), "") for name in names)] for student in students]
    return [["student_id", *names], *rows]


if __name__ == "__main__":
    with Path(sys.argv[1] if len(sys.argv) > 1 else "grades.csv").open(encoding="utf-8") as file:
        csv.writer(sys.stdout).writerows(columns(list(csv.DictReader(file))))
