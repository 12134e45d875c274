"""The checks of graded tasks: right answers pass, wrong ones fail and are told the mistake."""

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from right_answers import RIGHT
from wrong_answers import WRONG

from mlp_lab.classroom.checks import (
    LESSONS,
    CheckFailedError,
    check,
    find_task,
    outcomes,
    tasks_of,
    wrong_cases,
)
from mlp_lab.classroom.plain_values import plain, same

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
TASKS = [task for lesson in LESSONS for task in tasks_of(lesson).values()]
MISTAKES = [pytest.param(task, mistake, id=f"{task.name}: {mistake.name}")
            for task in TASKS for mistake in task.mistakes]  # fmt: skip
ANSWERS, WRONG_ANSWERS = (
    [pytest.param(name, answer, id=f"{name}-{k}")
     for name, answers in by_task.items() for k, answer in enumerate(answers)]
    for by_task in (RIGHT, WRONG)
)  # fmt: skip


def graded(name, answer, seed):
    """Grade as a grader does: the outcomes travel to another process as JSON."""
    found = json.loads(json.dumps(outcomes(name, answer, seed)))
    return wrong_cases(name, found, seed)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_reference_is_right_for_every_seed(task, capsys):
    check(task.name, task.reference)
    assert "right in all" in capsys.readouterr().out
    for seed in range(20):
        assert graded(task.name, task.reference, seed) == []


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_there_are_five_mistakes_or_more_and_as_many_right_answers_with_the_master(task):
    assert len(task.mistakes) >= 5
    assert len(RIGHT[task.name]) >= 4


@pytest.mark.parametrize(("name", "answer"), ANSWERS)
def test_right_answers_that_look_different_are_right(name, answer):
    check(name, answer)
    for seed in range(5):
        assert graded(name, answer, seed) == []


@pytest.mark.parametrize(("name", "answer"), WRONG_ANSWERS)
def test_wrong_answers_that_students_write_are_wrong_for_every_seed(name, answer):
    with pytest.raises(CheckFailedError):
        check(name, answer)
    for seed in range(20):
        assert graded(name, answer, seed)


@pytest.mark.slow
def test_no_slip_in_a_right_answer_passes_and_no_line_of_the_list_of_same_answers_is_idle():
    command = [sys.executable, "-W", "ignore", ROOT / "tools" / "mutants.py"]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    guide = (NOTEBOOKS / "assignments" / "README.md").read_text(encoding="utf-8")
    assert made.stdout.strip() in guide


@pytest.mark.parametrize(("task", "mistake"), MISTAKES)
def test_a_mistake_fails_on_any_seed_and_is_named(task, mistake):
    with pytest.raises(CheckFailedError) as failed:
        check(task.name, mistake.answer)
    assert mistake.name in str(failed.value)
    assert task.section(mistake) in str(failed.value)
    for seed in range(5):
        assert graded(task.name, mistake.answer, seed)


@pytest.mark.parametrize(("task", "mistake"), MISTAKES)
def test_the_section_to_read_again_exists(task, mistake):
    lesson, _, title = task.section(mistake).removeprefix("lesson ").partition(", ")
    (notebook,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    assert f"## {title.strip(chr(34))}" in notebook.read_text(encoding="utf-8")


def test_a_failure_says_where_what_was_expected_and_what_came():
    with pytest.raises(CheckFailedError) as failed:
        check("04.delta_hidden", lambda h, upstream: upstream)
    text = str(failed.value)
    for words in ("h is 0.5", "input     [[0.5]]", "expected  [[1.5]]", "got       [[2.]]"):
        assert words in text


@pytest.mark.parametrize(
    ("task", "answer", "words"),
    [
        ("01.tanh_slope", print, ["None: return the value"]),
        ("01.tanh_slope", lambda h: (v for v in h), ["a generator: make a list of it"]),
        ("01.tanh_slope", lambda h: h.sum, ["sum, which was not called: it needs ()"]),
        ("03.read_labels", lambda content: content[8:], ["input     00 00 08 01 00 00 00 01 05",
                                                         r"the bytes b'\x05'"]),
        ("04.two_layers", lambda parameters, x, labels: (1, 2),
         ["a dict with the keys biases1, biases2, weights1, weights2"]),
        ("04.two_layers", lambda parameters, x, labels: {"w1": 1.0, "b1": 2.0},
         ["expected  the keys biases1, biases2, weights1", "got       b1, w1"]),
        ("04.two_layers", lambda parameters, x, labels: {
            name: gradient[None] if name == "biases1" else gradient
            for name, gradient in find_task("04.two_layers").reference(
                parameters, x, labels).items()},
         ["wrong     biases1\n", "right     biases2, weights1, weights2", "shape (1, 3)"]),
    ],
)  # fmt: skip
def test_a_failure_names_what_came_in_place_of_numbers(task, answer, words):
    with pytest.raises(CheckFailedError) as failed:
        check(task, answer)
    for expected in words:
        assert expected in str(failed.value)


def test_infinity_and_nan_agree_with_themselves_alone():
    values = [plain(value) for value in (math.inf, -math.inf, math.nan, 1.0, 1e300)]
    assert [[same(a, b) for a in values] for b in values] == np.eye(5).astype(bool).tolist()


def test_an_answer_that_nobody_wrote_says_so_and_has_no_hint():
    def stub(z):
        raise NotImplementedError

    with pytest.raises(CheckFailedError, match="not written yet") as failed:
        check("01.sigmoid", stub)
    assert "typical mistake" not in str(failed.value)


@pytest.mark.parametrize(
    "answer",
    [lambda h: None, lambda h: "text", lambda h: h[0], lambda h: print, lambda h: 1 / 0,
     lambda: 1, lambda h: [[1, 2], [3]], lambda h: np.array([object()]), lambda h: h * 1j],
)  # fmt: skip
def test_an_answer_of_any_kind_fails_without_breaking_the_check(answer):
    with pytest.raises(CheckFailedError):
        check("01.tanh_slope", answer)
    assert graded("01.tanh_slope", answer, 3)


def test_outcomes_of_another_length_are_wrong_in_every_case():
    n_cases = len(find_task("01.sigmoid").cases_of(3))
    assert len(wrong_cases("01.sigmoid", [], 3)) == n_cases


def test_an_unknown_task_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match=r"01\.sigmoid"):
        check("01.sigmoide", abs)
    with pytest.raises(ValueError, match="01, 02"):
        check("09.sigmoid", abs)


@pytest.mark.parametrize("value", [1.5, [1, 2], np.eye(2), {"a": np.ones(2)}, [np.ones(2), [1.0]]])
def test_what_travels_between_processes_comes_back_as_it_was(value):
    assert json.loads(json.dumps(plain(value))) == plain(value)


def test_the_instructors_list_of_mistakes_is_the_catalogue():
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "mistakes.py"], capture_output=True, text=True, check=True
    ).stdout
    assert (NOTEBOOKS / "assignments" / "MISTAKES.md").read_text(encoding="utf-8") == made


def test_a_notebook_shows_the_message_and_no_frames():
    with pytest.raises(CheckFailedError) as failed:
        check("01.tanh_slope", abs)
    (shown,) = failed.value._render_traceback_()
    assert shown.startswith("Not right yet. 01.tanh_slope: it fails where")


def test_grades_become_a_column_an_assignment_and_one_of_answers_to_look_at(monkeypatch):
    monkeypatch.syspath_prepend(NOTEBOOKS / "assignments")
    module = importlib.import_module("lms_columns")
    grades = [
        {"student_id": "bob", "assignment": "02_b", "score": "7.0"},
        {"student_id": "ada", "assignment": "01_a", "score": "90.0"},
        {"student_id": "ada", "assignment": "02_b", "score": "80.0"},
    ]
    assert module.columns(grades, {("bob", "02_b"): "f: mlp_lab"}) == [
        ["student_id", "01_a", "02_b", "look_at"],
        ["ada", "90.0", "80.0", ""],
        ["bob", "", "7.0", "02_b f: mlp_lab"],
    ]
