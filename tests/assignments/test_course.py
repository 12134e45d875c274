"""The grading is right: through nbgrader, for right, wrong and untouched submissions."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nbformat
import pytest
from course import (
    ASSIGNMENTS,
    NAMES,
    Course,
    filled,
    mistake_name,
    mistake_source,
    points,
    right_source,
    solutions,
)

pytest.importorskip("nbgrader", reason="needs nbgrader: python -m pip install --group grading")
N_MISTAKES, N_RIGHT = 5, 4
"""Wrong and right answers of every task that are handed in."""


def hand_everything_in(course: Course, name: str) -> dict[str, float]:
    """Hand in right, wrong and untouched answers; return the points of every task."""
    student = course.release(name)
    answers, lesson = solutions(name), name[:2]
    order = list(answers)

    def right(number: int, task: str) -> str:
        return right_source(lesson, task, number)

    def half(parity: int, task: str) -> str:
        return answers[task] if order.index(task) % 2 == parity else wrong(0, task)

    def wrong(number: int, task: str) -> str:
        return mistake_source(lesson, task, number)

    course.hand_in("untouched", name, student)
    course.hand_in("solution", name, filled(student, answers.get))
    for number in range(N_RIGHT):
        course.hand_in(f"right{number}", name, filled(student, partial(right, number)))
    for parity in (0, 1):
        course.hand_in(f"half{parity}", name, filled(student, partial(half, parity)))
    for number in range(N_MISTAKES):
        course.hand_in(f"mistake{number}", name, filled(student, partial(wrong, number)))
    return points(student)


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """All assignments, handed in by everybody and graded, on two cores."""
    made = {name: Course(tmp_path_factory.mktemp("course") / name) for name in NAMES}
    wanted = {name: hand_everything_in(course, name) for name, course in made.items()}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: made[name].autograde(name), NAMES))
    return {name: (made[name], name, wanted[name]) for name in NAMES}


@pytest.fixture(params=NAMES)
def graded(request, courses):
    return courses[request.param]


def test_the_points_add_up_to_a_hundred_with_ten_for_the_written_question(graded):
    _, _, wanted = graded
    assert 4 <= len(wanted) <= 8
    assert sum(wanted.values()) == 90


def test_the_untouched_edition_has_nothing(graded):
    course, name, wanted = graded
    assert course.scores("untouched", name) == dict.fromkeys(wanted, 0.0)


@pytest.mark.parametrize("student", ["solution", *(f"right{k}" for k in range(N_RIGHT))])
def test_right_answers_have_every_point(graded, student):
    course, name, wanted = graded
    assert course.scores(student, name) == wanted


@pytest.mark.parametrize("number", range(N_MISTAKES))
def test_a_mistake_has_nothing_and_is_named(graded, number):
    course, name, wanted = graded
    assert course.scores(f"mistake{number}", name) == dict.fromkeys(wanted, 0.0)
    text = course.graded_text(f"mistake{number}", name)
    for task in wanted:
        assert mistake_name(name[:2], task, number) in text


@pytest.mark.parametrize("parity", [0, 1])
def test_a_mistake_costs_its_own_task_only(graded, parity):
    course, name, wanted = graded
    expected = {task: value if i % 2 == parity else 0.0
                for i, (task, value) in enumerate(wanted.items())}  # fmt: skip
    assert course.scores(f"half{parity}", name) == expected


def test_a_grader_that_was_stopped_loses_nothing(tmp_path):
    name = NAMES[0]
    course = Course(tmp_path / name)
    hand_everything_in(course, name)
    with course.start("autograde.py", name) as grader:
        while len(list(course.folder.glob("autograded/*"))) < 3:
            assert grader.poll() is None
            time.sleep(0.1)
        os.killpg(grader.pid, signal.SIGKILL)
    course.autograde(name)
    for student in ("solution", "right0", "right1"):
        assert sum(course.scores(student, name).values()) == 90
    assert sum(course.scores("half0", name).values()) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_student_edition_is_what_the_master_generates(name, tmp_path):
    made = Course(tmp_path / name).release(name)
    committed = nbformat.read(Path(ASSIGNMENTS, "release", name, f"{name}.ipynb"), as_version=4)
    for notebook in (made, committed):
        for cell in notebook.cells:
            cell.metadata.nbgrader.pop("checksum", None)
    assert made.cells == committed.cells
    assert "BEGIN" not in str(committed)
