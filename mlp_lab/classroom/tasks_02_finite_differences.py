"""Tasks of lesson 02: slopes from differences, and checks that can fail."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mlp_lab.classroom.checks import Case, Mistake, Task
from mlp_lab.finite_differences import relative_error

TWO_POINTS = 'lesson 02, "Take the slope from two points"'
ERROR = 'lesson 02, "Say how wrong, in the right unit"'
JACOBIANS = 'lesson 02, "Check tanh and softmax"'
ZEROS = 'lesson 02, "Zeros equal zeros"'
TOLERANCE = 'lesson 02, "Too large a tolerance, and numbers drawn afresh"'
Function = Callable[[Any], Any]


def square(x: Any) -> Any:
    """Return x²."""
    return x * x


def cube(x: Any) -> Any:
    """Return x³."""
    return x * x * x


def _distance(a: Any, b: Any) -> Any:
    return np.abs(np.asarray(a) - b)


def _sizes(a: Any, b: Any) -> Any:
    return np.abs(a) + np.abs(b)


def _bowl(x: Any) -> Any:
    return (np.arange(1.0, len(x) + 1) * x**3).sum()


def _moved(f: Function, x: Any, i: int, step: float) -> Any:
    moved = x.copy()
    moved[i] += step
    return f(moved)


def _jacobian(f: Function, x: Any, h: float) -> Any:
    """Return the slopes of all outputs; the gradient if `f` returns one number."""
    rises = [_moved(f, x, i, h) - _moved(f, x, i, -h) for i in range(len(x))]
    return np.stack(rises, axis=-1) / (2 * h)


def _without_restoring(f: Function, x: Any, h: float) -> Any:
    x, gradient = x.copy(), np.zeros(len(x))
    for i in range(len(x)):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def _product(x: Any) -> Any:
    return np.prod(x)


def _mix(x: Any) -> Any:
    return np.array([x[0] ** 2, x.sum(), np.prod(x)])


def _with_entry(vector: Any, index: int, value: float) -> Any:
    changed = vector.copy()
    changed[index] = value
    return changed


def _agreement_cases(rng: np.random.Generator) -> list[Case]:
    measured = rng.normal(size=5)
    one_off = _with_entry(measured, 3, 1.01 * measured[3])
    one_zero = _with_entry(measured, 2, 0.0)
    signs = np.array([1.0, -2.0, 3.0])
    return [
        Case("the two are equal", np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        Case("one entry has the wrong sign", np.array([1.0, 2.0]), np.array([1.0, -2.0])),
        Case("one entry is off by a hundredth", one_off, measured),
        Case("all entries are small, and wrong by half", 1e-8 * measured, 1.5e-8 * measured),
        Case("some entries are zero in both, and the others right", one_zero, one_zero),
        Case("everything is zero in both: nothing was filled in", np.zeros(3), np.zeros(3)),
        Case("the errors cancel in the sum", np.array([1.0, 2.0]), np.array([2.0, 1.0])),
        Case("round-off is all that differs", measured, measured * (1 + 1e-9)),
        Case("round-off makes the gradient a little longer", signs * (1 + 1e-9), signs),
        Case("round-off makes the gradient a little shorter", signs, signs * (1 + 1e-9)),
        Case("an error of 0.75e-6 is below the tolerance", signs * (1 + 1.5e-6), signs),
        Case(
            "an error of 3e-6 in one of five entries is above the tolerance",
            _with_entry(measured, 3, measured[3] * (1 + 6e-6)),
            measured,
        ),
        Case(
            "the smallest entry is wrong by a few millionths",
            _with_entry(signs, 0, 1 + 6e-6),
            signs,
        ),
        Case(
            "the entries are of size 2 and differ by 0.9e-6", 2 + 0.9e-6 * signs / 3, 2 * np.ones(3)
        ),
        Case("one entry is too small", _with_entry(signs, 0, 0.9), signs),
        Case("one entry is too large", _with_entry(signs, 0, 1.1), signs),
        Case("the entries are right and add up to 0", np.array([1.0, -1.0]), np.array([1.0, -1.0])),
        Case("all entries are small and right", 1e-9 * measured, 1e-9 * measured),
        Case("everything measured is zero, and the gradient is not", np.ones(3), np.zeros(3)),
        Case("a zero stands where a slope was measured", one_zero, measured),
    ]


def _agrees(gradient: Any, measured: Any) -> bool:
    errors = relative_error(gradient, measured)
    return bool(np.any(measured != 0) and errors.max() < 1e-6)


TASKS = [
    Task("02.central_difference", lambda f, z, h: (f(z + h) - f(z - h)) / (2 * h), read=TWO_POINTS,
        cases=lambda rng: [
            Case("f is the square, z is 3", square, 3.0, 0.1),
            Case("f is the cube, z is 1, and the step is large", cube, 1.0, 0.5),
            Case("z is an array", np.sin, rng.normal(size=4), 0.1),
            Case("the step is another", np.exp, rng.normal(size=(2, 3)), 0.3),
        ],
        mistakes=[
            Mistake("the slope is taken to one side only", lambda f, z, h: (f(z + h) - f(z)) / h),
            Mistake("the two points are 2 h apart, not h",
                lambda f, z, h: (f(z + h) - f(z - h)) / h),
            Mistake("half the rise over one side", lambda f, z, h: (f(z + h) - f(z)) / (2 * h)),
            Mistake("the difference is not divided by the distance",
                lambda f, z, h: f(z + h) - f(z - h)),
            Mistake("the points are exchanged, so the sign is wrong",
                lambda f, z, h: (f(z - h) - f(z + h)) / (2 * h)),
            Mistake("this is the second difference, the curvature",
                lambda f, z, h: (f(z + h) - 2 * f(z) + f(z - h)) / h**2),
        ]),
    Task("02.relative_error", relative_error, read=ERROR,
        cases=lambda rng: [
            Case("the numbers are alike", 2.0, 2.0),
            Case("one is three times the other", 1.0, 3.0),
            Case("both are zero", np.array([0.0, 1.0]), np.array([0.0, 1.0])),
            Case("the signs differ", np.array([1.0, -2.0]), np.array([-1.0, 2.0])),
            Case("the numbers are small", np.array([1e-7]), np.array([3e-7])),
            Case("there are many", rng.normal(size=6), rng.normal(size=6)),
            Case("the numbers are tiny", np.array([1e-15]), np.array([3e-15])),
            Case("one of the two is zero", np.array([0.0, 2.0]), np.array([3.0, 0.0])),
        ],
        mistakes=[
            Mistake("the error is absolute: it does not depend on how large the numbers are",
                _distance),
            Mistake("zero against zero gives NaN: that needs a rule of its own",
                lambda a, b: _distance(a, b) / _sizes(a, b)),
            Mistake("only one of the two numbers counts in the denominator",
                lambda a, b: np.nan_to_num(_distance(a, b) / np.abs(a))),
            Mistake("the difference keeps its sign",
                lambda a, b: np.nan_to_num((np.asarray(a) - b) / _sizes(a, b))),
            Mistake("numbers of different sign cancel in the denominator",
                lambda a, b: np.nan_to_num(_distance(a, b) / np.abs(np.asarray(a) + b))),
            Mistake("a small number is added to the denominator, so small errors are hidden",
                lambda a, b: _distance(a, b) / (_sizes(a, b) + 1e-6)),
            Mistake("one number comes back, not one for each pair",
                lambda a, b: np.max(relative_error(a, b))),
        ]),
    Task("02.numerical_gradient", _jacobian, read=JACOBIANS,
        cases=lambda rng: [
            Case("x has one entry", _bowl, np.array([1.0]), 0.1),
            Case("x has two entries", _bowl, np.array([1.0, -2.0]), 0.1),
            Case("the entries work together", _product, np.array([2.0, 3.0, 4.0]), 0.1),
            Case("x has five entries", _bowl, rng.normal(size=5), 0.01),
        ],
        mistakes=[
            Mistake("all entries move at once",
                lambda f, x, h: np.full(len(x), (f(x + h) - f(x - h)) / (2 * h))),
            Mistake("an entry is not set back before the next one moves", _without_restoring),
            Mistake("the slope is taken to one side only",
                lambda f, x, h: np.array([(_moved(f, x, i, h) - f(x)) / h for i in range(len(x))]),
                TWO_POINTS),
            Mistake("only the first entry is moved",
                lambda f, x, h: np.eye(len(x))[0] * _jacobian(f, x, h)[0]),
            Mistake("the two points are 2 h apart, not h",
                lambda f, x, h: 2 * _jacobian(f, x, h), TWO_POINTS),
            Mistake("the points are exchanged, so the sign is wrong",
                lambda f, x, h: -_jacobian(f, x, h), TWO_POINTS),
        ]),
    Task("02.numerical_jacobian", _jacobian, read=JACOBIANS,
        cases=lambda rng: [
            Case("f squares one entry", square, np.array([3.0]), 0.1),
            Case("f treats each entry by itself", square, np.array([1.0, 2.0]), 0.1),
            Case("f has three outputs of two inputs", _mix, np.array([1.0, 2.0]), 0.1),
            Case("f has three outputs of four inputs", _mix, rng.normal(size=4), 0.01),
        ],
        mistakes=[
            Mistake("rows and columns are exchanged: row i belongs to output i",
                lambda f, x, h: _jacobian(f, x, h).T),
            Mistake("all inputs move at once", lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)),
            Mistake("only the diagonal is kept: outputs may depend on every input",
                lambda f, x, h: _jacobian(f, x, h) * np.eye(len(f(x)), len(x))),
            Mistake("the outputs are added up", lambda f, x, h: _jacobian(f, x, h).sum(axis=0)),
            Mistake("the two points are 2 h apart, not h",
                lambda f, x, h: 2 * _jacobian(f, x, h), TWO_POINTS),
            Mistake("the points are exchanged, so the sign is wrong",
                lambda f, x, h: -_jacobian(f, x, h), TWO_POINTS),
        ]),
    Task("02.gradient_agrees", _agrees, read=ZEROS,
        cases=_agreement_cases,
        mistakes=[
            Mistake("zeros pass: an exercise that nobody filled in would succeed",
                lambda g, m: bool(relative_error(g, m).max() < 1e-6)),
            Mistake("the tolerance is too large",
                lambda g, m: bool(np.any(m != 0) and relative_error(g, m).max() < 0.1), TOLERANCE),
            Mistake("the error is absolute, so small gradients always pass",
                lambda g, m: bool(np.any(m != 0) and np.abs(g - m).max() < 1e-6), ERROR),
            Mistake("only the first entry is compared",
                lambda g, m: bool(np.any(m != 0) and relative_error(g[0], m[0]) < 1e-6)),
            Mistake("only the sums are compared",
                lambda g, m: bool(np.any(m != 0) and relative_error(g.sum(), m.sum()) < 1e-6)),
            Mistake("it demands that every last digit agrees",
                lambda g, m: bool(np.any(m != 0) and np.all(g == m)), TOLERANCE),
            Mistake("a single zero makes it fail",
                lambda g, m: bool(np.all(m != 0) and relative_error(g, m).max() < 1e-6)),
        ]),
]  # fmt: skip
