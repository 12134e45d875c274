"""Submissions that misbehave cost their author, and nobody else; none has a point by a trick."""

import nbformat
import pytest
from course import Course, filled, mistake_source, points, solutions

pytest.importorskip("nbgrader", reason="needs nbgrader: python -m pip install --group grading")
NAME = "01_activations"

SIGMOIDS = {
    "endless_loop": "def sigmoid(z):\n    while True:\n        pass",
    "endless_loop_that_catches": """
def sigmoid(z):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass""",
    "error_in_task": "raise ValueError('in the task')",
    "exits": "import os\nos._exit(0)",
    "exits_when_called": "import os\ndef sigmoid(z):\n    os._exit(0)",
    "fills_the_memory": "def sigmoid(z):\n    return [0] * 10**11",
    "asks_for_the_reference": """
from mlp_lab.classroom.checks import find_task
sigmoid = find_task("01.sigmoid").reference""",
    "asks_through_globals": """
from mlp_lab.classroom.checks import check
sigmoid = check.__globals__["find_task"]("01.sigmoid").reference""",
    "replaces_outcomes": """
import mlp_lab.classroom.checks as checks
checks.outcomes = lambda name, answer, seed: [checks.find_task(name).reference]
def sigmoid(z):
    return 1""",
    "replaces_subprocess": """
import subprocess, types
done = types.SimpleNamespace(returncode=0, stdout="right", stderr="")
subprocess.run = lambda *arguments, **options: done
def sigmoid(z):
    return 1""",
    "replaces_the_grader": """
import sys, types
sys.modules["grading"] = types.SimpleNamespace(grade=lambda *arguments: None)
def sigmoid(z):
    return 1""",
    "reads_the_tasks": """
import mlp_lab, os
path = os.path.join(os.path.dirname(mlp_lab.__file__), "classroom", "tasks_01_activations.py")
exec(open(path).read())
sigmoid = TASKS[0].reference""",
    "loads_the_tasks": """
import importlib.util, mlp_lab, os
path = os.path.join(os.path.dirname(mlp_lab.__file__), "classroom", "tasks_01_activations.py")
spec = importlib.util.spec_from_file_location("tasks", path)
tasks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tasks)
sigmoid = tasks.TASKS[0].reference""",
    "reads_the_course": """
import json, pathlib
master = json.loads(pathlib.Path("COURSE/source/01_activations/01_activations.ipynb").read_text())
exec("".join(next(c for c in master["cells"] if "def sigmoid" in str(c["source"]))["source"]))""",
    "replaces_what_looks_at_paths": """
import json, os, posixpath, sys
os.path.realpath = os.path.abspath = os.fsdecode = lambda path: "/dev/null"
posixpath._joinrealpath = lambda *arguments: ("/dev/null", True)
vars(sys.modules["__main__"]).update(FORBIDDEN=(), READS=())
master = json.loads(open("COURSE/source/01_activations/01_activations.ipynb").read())
exec("".join(next(c for c in master["cells"] if "def sigmoid" in str(c["source"]))["source"]))""",
    "bends_what_looks_at_paths": """
import json
try:
    open("/etc/hosts")
except PermissionError as error:
    traceback = error.__traceback__
    while traceback:
        for value in traceback.tb_frame.f_locals.values():
            if isinstance(value, list):
                value.append("/")
            if isinstance(value, (set, dict)):
                value.clear()
        traceback = traceback.tb_next
master = json.loads(open("COURSE/source/01_activations/01_activations.ipynb").read())
exec("".join(next(c for c in master["cells"] if "def sigmoid" in str(c["source"]))["source"]))""",
    "writes_into_the_package": """
import mlp_lab, os
path = os.path.join(os.path.dirname(mlp_lab.__file__), "written_by_a_student.py")
os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
from mlp_lab import sigmoid""",
    "goes_up_and_down": """
import json, mlp_lab, os
up = os.path.dirname(mlp_lab.__file__) + "/../" * 9
master = json.loads(open(up + "COURSE/source/01_activations/01_activations.ipynb").read())
exec("".join(next(c for c in master["cells"] if "def sigmoid" in str(c["source"]))["source"]))""",
    # these are right as soon as the line before the last goes through
    "goes_up_from_its_folder": """
import os
text = open("../" + os.listdir("..")[0]).read()
from mlp_lab import sigmoid""",
    **{
        f"spells_the_tasks_{name}": f"""
import mlp_lab, os
package = os.path.dirname(mlp_lab.__file__)
text = open(package + "{path}/tasks_01_activations.py").read()
from mlp_lab import sigmoid"""
        for name, path in {
            "on_the_spot": "/./classroom",
            "twice": "//classroom",
            "round": "/data/../classroom",
        }.items()
    },
    "opens_from_an_open_folder": """
import mlp_lab, os
folder = os.open(os.path.dirname(mlp_lab.__file__) + "/", os.O_RDONLY)
file = os.open("classroom/tasks_01_activations.py", os.O_RDONLY, dir_fd=folder)
from mlp_lab import sigmoid""",
    "forks_by_the_back_door": """
import _posixsubprocess
from mlp_lab import sigmoid""",
    "reaches_into_memory": """
import ctypes
from mlp_lab import sigmoid""",
    "starts_a_process": """
import subprocess
master = subprocess.run(["cat", "COURSE/source/01_activations/01_activations.ipynb"],
                        capture_output=True, text=True).stdout
def sigmoid(z):
    return z if master else 0""",
    "looks_at_frames": """
import sys
def sigmoid(z):
    frame = sys._getframe()
    while frame:
        names = {**frame.f_globals, **frame.f_locals}
        for name in ("expected", "reference", "task", "cases"):
            if name in names:
                return names[name]
        frame = frame.f_back
    return 1""",
    "writes_its_own_result": """
import os
def sigmoid(z):
    for number in range(3, 30):
        try:
            os.write(number, b'{"outcome": {"shape": [], "values": [0.5]}}\\n' * 5)
        except OSError:
            pass
    return 1""",
    "sends_rubbish": """
import os
def sigmoid(z):
    for number in range(3, 30):
        try:
            os.write(number, b"[" * 10**6 + b"\\n")
        except OSError:
            pass""",
    "is_equal_to_all": """
class Right:
    def __eq__(self, other):
        return True
    def __array__(self, *arguments, **options):
        return self
def sigmoid(z):
    return Right()""",
}
"""Answers to one task; what is in capitals is replaced by the course's folder."""
AT_THE_TOP = {
    "patched_numpy": """
import numpy as np
np.allclose = np.array_equal = lambda *arguments, **options: True
np.asarray = np.array = lambda *arguments, **options: 0.5""",
    "patched_check": """
import mlp_lab.classroom.checks
mlp_lab.classroom.checks.check = lambda *arguments: None""",
}


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


def doubled(notebook):
    """Have the cell of the first answer twice, as after a slip with the keys."""
    first = next(k for k, c in enumerate(notebook.cells) if c.metadata.nbgrader.solution)
    notebook.cells.insert(first, nbformat.from_dict({**notebook.cells[first], "id": "second"}))
    return notebook


def of_another_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "conda-env-mine-py", "display_name": "mine"}
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
        source = source.replace("COURSE", str(course.folder))
        return filled(student, lambda task: source if task == "sigmoid" else answers[task])

    submissions = {
        "a_good_first": right(),
        "error_at_top": at_the_top(right(), "raise ValueError('at the top')"),
        "endless_at_top": at_the_top(right(), "while True:\n    pass"),
        "prints_a_gigabyte": at_the_top(right(), "print('x' * 10**9)"),
        "edited_tests": edited_tests(wrong()),
        "deleted_test": deleted_test(right()),
        "stripped": stripped(right()),
        "doubled_cell": doubled(right()),
        "another_kernel": of_another_kernel(right()),
        **{name: sigmoid(source) for name, source in SIGMOIDS.items()},
        **{name: at_the_top(wrong(), source) for name, source in AT_THE_TOP.items()},
        "imports_the_answer": sigmoid("from mlp_lab import sigmoid"),
        "z_good_last": right(),
    }
    for name, notebook in submissions.items():
        course.hand_in(name, NAME, notebook)
    course.autograde(NAME)
    return course, points(student)


@pytest.mark.parametrize(
    "student",
    ["a_good_first", "error_at_top", "endless_at_top", "prints_a_gigabyte", "doubled_cell",
     "another_kernel", "z_good_last"],
)  # fmt: skip
def test_right_answers_have_every_point_whatever_others_handed_in(graded, student):
    course, wanted = graded
    assert course.scores(student, NAME) == wanted


@pytest.mark.parametrize("student", ["deleted_test", *SIGMOIDS])
def test_a_task_that_misbehaves_has_nothing_and_the_others_have_theirs(graded, student):
    course, wanted = graded
    assert course.scores(student, NAME) == wanted | {"sigmoid": 0.0}


@pytest.mark.parametrize("student", ["edited_tests", *AT_THE_TOP])
def test_wrong_answers_have_nothing_however_the_tests_are_tampered_with(graded, student):
    course, wanted = graded
    assert course.scores(student, NAME) == dict.fromkeys(wanted, 0.0)


def test_a_submission_without_metadata_has_nothing(graded):
    course, _ = graded
    assert sum(course.scores("stripped", NAME).values()) == 0


def test_an_answer_that_is_imported_is_right_and_a_person_is_asked_to_look_at_it(graded):
    course, wanted = graded
    assert course.scores("imports_the_answer", NAME) == wanted
    text = "A person looks at this answer: it uses mlp_lab."
    assert text in course.graded_text("imports_the_answer", NAME)
    assert text not in course.graded_text("a_good_first", NAME)


def test_files_that_nbgrader_would_pass_over_are_named_before_anything_is_graded(tmp_path):
    course = Course(tmp_path / NAME)
    student = course.release(NAME)
    course.hand_in("ada", NAME, student)
    folder = course.folder / "submitted" / "ada" / NAME
    (folder / f"{NAME}.ipynb").rename(folder / "mine.ipynb")
    assert f"mine.ipynb would not be graded: name it {NAME}.ipynb" in course.autograde(
        NAME, fails=True
    )
    collected = course.folder / "downloaded" / NAME / "extracted"
    collected.mkdir(parents=True)
    nbformat.write(student, collected / "final version.ipynb")
    said = course.autograde(NAME, fails=True)
    assert f"final version.ipynb was not collected: name it STUDENT_{NAME}.ipynb" in said
    assert not (course.folder / "autograded").exists()
