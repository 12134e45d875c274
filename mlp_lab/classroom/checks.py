"""Checks of exercise answers that say what is wrong, on the smallest input, and name the mistake.

A learner calls `check` as often as they like. A grader draws other inputs from a seed of their own
and compares elsewhere: `outcomes` is one half, `complaint` or `wrong_cases` the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from mlp_lab.classroom.feedback import difference
from mlp_lab.classroom.plain_values import alike, outcome, same

LESSONS = {
    "01": "activations", "02": "finite_differences", "03": "loading_data",
    "04": "backprop", "05": "training", "06": "learning_rate", "07": "learn_less_by_heart",
}  # fmt: skip
VISIBLE_SEED = 0


class CheckFailedError(AssertionError):
    """An answer is not right yet; the message says where, and what to read again."""

    def _render_traceback_(self) -> list[str]:
        """Let a notebook show the message alone: frames of this file say nothing to a learner."""
        return [f"Not right yet. {self}"]


class Case:
    """One call of an answer.

    Parameters
    ----------
    holds : str
        The property that it tests, to be read after "it fails where" in a message.
    *arguments
        Of the call.
    """

    def __init__(self, holds: str, *arguments: Any) -> None:
        self.holds = holds
        self.arguments = arguments


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer.

    Attributes
    ----------
    name : str
        What went wrong, without the solution.
    answer : callable
        What somebody who makes the mistake writes.
    read : str
        The section to read again, if it is another than the task's.
    """

    name: str
    answer: Callable[..., Any]
    read: str = ""


@dataclass(frozen=True)
class Task:
    """A function that a learner writes.

    Attributes
    ----------
    name : str
        Such as ``"01.sigmoid"``.
    reference : callable
        A right answer.
    read : str
        The section to read again after most mistakes.
    cases : callable
        From a random generator to the cases, the smallest first. Each draws after those above it:
        another one in their midst changes what the later ones draw.
    mistakes : list of Mistake
    """

    name: str
    reference: Callable[..., Any]
    read: str
    cases: Callable[[np.random.Generator], list[Case]]
    mistakes: list[Mistake]

    def cases_of(self, seed: int) -> list[Case]:
        """Return the cases that a seed draws."""
        return self.cases(np.random.default_rng(seed))

    def section(self, mistake: Mistake) -> str:
        """Return the section to read again after one of the mistakes."""
        return mistake.read or self.read


def find_task(name: str) -> Task:
    """Return the task of that name.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> find_task("01.sigmoid").name
    '01.sigmoid'
    """
    lesson, _, _ = name.partition(".")
    if lesson not in LESSONS:
        raise ValueError(f"task is {name!r}, wanted one that begins with {', '.join(LESSONS)}")
    tasks = tasks_of(lesson)
    if name not in tasks:
        raise ValueError(f"task is {name!r}, wanted one of {', '.join(tasks)}")
    return tasks[name]


def tasks_of(lesson: str) -> dict[str, Task]:
    """Return the tasks of a lesson by name.

    Examples
    --------
    >>> list(tasks_of("01"))[:2]
    ['01.sigmoid', '01.tanh_slope']
    """
    module = import_module(f"mlp_lab.classroom.tasks_{lesson}_{LESSONS[lesson]}")
    return {task.name: task for task in module.TASKS}


def check(name: str, answer: Callable[..., Any]) -> None:
    """Check an answer on small inputs; print that it is right, or say what is not.

    Parameters
    ----------
    name : str
        Of the task: ``"01.sigmoid"``.
    answer : callable
        The function that the learner wrote.

    Raises
    ------
    CheckFailedError
        If the answer is wrong: the property that fails, the input, what was expected and what came,
        and the mistake if it is a typical one.
    ValueError
        If there is no such task.

    Examples
    --------
    >>> from mlp_lab import sigmoid
    >>> check("01.sigmoid", sigmoid)
    01.sigmoid: right in all 7 cases
    """
    found = outcomes(name, answer, VISIBLE_SEED)
    wrong = complaint(name, found, VISIBLE_SEED)
    if wrong:
        raise CheckFailedError(f"{name}: {wrong}")
    print(f"{name}: right in all {len(found)} cases")


def complaint(name: str, found: Sequence[Any], seed: int) -> str:
    """Say what is wrong in the outcomes of an answer: nothing if all are right.

    Parameters
    ----------
    name : str
        Of the task.
    found : sequence
        What `outcomes` returned for this seed, here or in another process.
    seed : int

    Examples
    --------
    >>> complaint("01.sigmoid", outcomes("01.sigmoid", np.tanh, seed=7), seed=7).splitlines()[0]
    'it fails where z is 0.'
    """
    task = find_task(name)
    cases = task.cases_of(seed)
    wrong = _wrong(task, cases, found)
    if not wrong:
        return ""
    case = cases[wrong[0]]
    expected = outcome(task.reference, case.arguments)
    lines = [f"it fails where {case.holds}."]
    lines.append(difference(case.arguments, expected, found[wrong[0]]))
    mistake = hint(task, cases, found)
    if mistake is not None:
        lines.append(f"  This looks like a typical mistake: {mistake.name}.")
        lines.append(f"  Read {task.section(mistake)}.")
    return "\n".join(lines)


def outcomes(name: str, answer: Callable[..., Any], seed: int) -> list[Any]:
    """Return what an answer gives in each case, as plain lists and numbers for another process.

    Examples
    --------
    >>> from mlp_lab import sigmoid
    >>> outcomes("01.sigmoid", sigmoid, seed=7)[0]
    {'shape': [], 'values': [0.5]}
    """
    return [outcome(answer, case.arguments) for case in find_task(name).cases_of(seed)]


def wrong_cases(name: str, found: Sequence[Any], seed: int) -> list[str]:
    """Return the properties that fail in what `outcomes` returned for the same seed.

    Examples
    --------
    >>> wrong_cases("01.sigmoid", outcomes("01.sigmoid", np.tanh, seed=7), seed=7)[0]
    'z is 0'
    """
    task = find_task(name)
    cases = task.cases_of(seed)
    if len(found) != len(cases):
        return [case.holds for case in cases]
    return [cases[k].holds for k in _wrong(task, cases, found)]


def _wrong(task: Task, cases: list[Case], found: Sequence[Any]) -> list[int]:
    """Return at which places the outcomes are not those of a right answer."""
    expected = [outcome(task.reference, case.arguments) for case in cases]
    return [k for k in range(len(cases)) if not same(expected[k], found[k])]


def hint(task: Task, cases: list[Case], found: Sequence[Any]) -> Mistake | None:
    """Return the typical mistake that gives these outcomes in every case; None if there is none.

    In every case, because two mistakes often look the same in most: a wrong hint costs a learner
    more than none.
    """
    for mistake in task.mistakes:
        if all(
            alike(outcome(mistake.answer, case.arguments), found[k]) for k, case in enumerate(cases)
        ):
            return mistake
    return None
