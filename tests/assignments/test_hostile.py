"""Submissions that misbehave cost their author, and nobody else."""

import nbformat
import pytest
from course import Course, filled, mistake_source, points, solutions

pytest.importorskip("nbgrader", reason="needs nbgrader: python -m pip install --group grading")
NAME = "01_activations"
READS_THE_COURSE = """
import json, pathlib
master = json.loads(next(pathlib.Path("../../..").glob("source/01*/*.ipynb")).read_text())
source = "".join(next(c for c in master["cells"] if "def sigmoid" in str(c["source"]))["source"])
exec(source)
"""
SECONDS = 8
"""What a cell may take here."""


def edited_tests(notebook):
    """Let every test cell do nothing."""
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade and cell.cell_type == "code":
            cell.source = "pass"
    return notebook


def deleted_test(notebook):
    """Take the first test cell out."""
    first = next(c for c in notebook.cells if c.metadata.nbgrader.grade)
    notebook.cells.remove(first)
    return notebook


def stripped(notebook):
    """Take out everything that nbgrader put there."""
    for cell in notebook.cells:
        cell.metadata = {}
    return notebook


def at_the_top(notebook, source):
    """Put a cell of the student's own before all others."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source))
    return notebook


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("hostile") / NAME)
    student = course.release(NAME)
    answers = solutions(NAME)

    def right():
        return filled(student, answers.get)

    def wrong():
        return filled(student, lambda task: mistake_source("01", task, 0))

    def sigmoid(source):
        return filled(student, lambda task: source if task == "sigmoid" else answers[task])

    patch = "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True"
    submissions = {
        "a_good_first": right(),
        "endless_loop": sigmoid("def sigmoid(z):\n    while True:\n        pass"),
        "error_at_top": at_the_top(right(), "raise ValueError('at the top')"),
        "error_in_task": sigmoid("raise ValueError('in the task')"),
        "edited_tests": edited_tests(wrong()),
        "deleted_test": deleted_test(right()),
        "stripped": stripped(right()),
        "exits": sigmoid("import os\nos._exit(0)"),
        "patched_numpy": at_the_top(wrong(), patch),
        "patched_check": at_the_top(
            wrong(),
            "import mlp_lab.classroom.checks\nmlp_lab.classroom.checks.check = lambda *a: None",
        ),
        "reads_the_course": sigmoid(READS_THE_COURSE),
        "prints_a_gigabyte": sigmoid("print('x' * 10**9)\nfrom mlp_lab import sigmoid"),
        "z_good_last": right(),
    }
    for name, notebook in submissions.items():
        course.hand_in(name, NAME, notebook)
    course.set_seconds(SECONDS)
    said = course.autograde(NAME, fails=True)
    return course, points(student), said


@pytest.mark.parametrize("student", ["a_good_first", "error_at_top", "z_good_last"])
def test_right_answers_have_every_point_whatever_others_handed_in(graded, student):
    course, wanted, _ = graded
    assert course.scores(student, NAME) == wanted


@pytest.mark.parametrize("student", ["endless_loop", "error_in_task", "deleted_test"])
def test_a_task_that_misbehaves_has_nothing_and_the_others_have_theirs(graded, student):
    course, wanted, _ = graded
    assert course.scores(student, NAME) == wanted | {"sigmoid": 0.0}


@pytest.mark.parametrize("student", ["edited_tests", "patched_numpy", "patched_check"])
def test_wrong_answers_have_nothing_however_the_tests_are_tampered_with(graded, student):
    course, wanted, _ = graded
    assert course.scores(student, NAME) == dict.fromkeys(wanted, 0.0)


def test_reading_the_course_folder_is_what_only_a_container_prevents(graded):
    # the guide says so: this fails on the day when it is no longer true
    course, wanted, _ = graded
    assert course.scores("reads_the_course", NAME) == wanted


def test_a_submission_without_metadata_has_nothing(graded):
    course, _, _ = graded
    assert sum(course.scores("stripped", NAME).values()) == 0


@pytest.mark.parametrize("student", ["exits", "prints_a_gigabyte"])
def test_a_kernel_that_is_lost_is_reported_and_loses_only_that_submission(graded, student):
    course, _, said = graded
    assert f"for student '{student}'" in said
    assert sum(course.scores(student, NAME).values()) == 0
