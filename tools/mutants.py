"""Put mutants of right answers to the checks of the graded tasks: a wrong answer must not pass.

    python tools/mutants.py            prints a table, and every mutant that the checks let through
    python tools/mutants.py 01.softmax 05.batches

A mutant is a right answer of `tests/right_answers.py` with one small slip: another comparison,
operator, constant, axis or sign, a term, a call or a statement left out, arguments exchanged. Every
check, the public one and the graded ones of twenty seeds, has to refuse it, or all of them to
accept it: then it is no mistake but another way to write the same, and `tests/same_answers.toml`
says why.
"""

import ast
import contextlib
import copy
import functools
import io
import json
import resource
import signal
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from mlp_lab.classroom.checks import (
    LESSONS,
    Mistake,
    find_task,
    hint,
    outcomes,
    tasks_of,
    wrong_cases,
)
from mlp_lab.classroom.plain_values import alike

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "tests" / "right_answers.py"
MASTERS = ROOT / "notebooks" / "assignments" / "source"
WRONG = ROOT / "tests" / "wrong_answers.py"
SAME = ROOT / "tests" / "same_answers.toml"
SEEDS = range(21)
"""The first is that of the public check."""
SECONDS, BYTES = 1.5, 2**30
"""A mutant may loop for ever, or fill the memory."""

CATALOGUE = "the catalogue of mistakes"

COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
}  # fmt: skip
OPERATORS = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div,), ast.MatMult: (ast.Mult,),
}  # fmt: skip
NAMES = {
    "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "sum": "mean",
    "mean": "sum", "any": "all", "all": "any", "ceil": "floor", "zeros": "ones", "sqrt": "square",
    "nanargmin": "nanargmax", "maximum": "minimum", "tanh": "sin", "exp": "abs", "std": "var",
    "uint8": "int8", "log10": "abs", "sorted": "list", "median": "mean", "inf": "nan",
}  # fmt: skip
CONVERSIONS = {
    "np.asarray", "np.array", "np.stack", "np.float32", "float", "int", "bool", "list", "tuple",
    "float32", "astype", "tolist",
}  # fmt: skip
"""Left out, they change the type of an answer and not its numbers."""
COMMUTATIVE = {
    "np.minimum", "np.maximum", "np.logaddexp", "np.add", "np.equal", "math.dist", "min", "max",
}  # fmt: skip
QUIET_KEYWORDS = {"strict", "dtype", "key", "out"}
"""They say nothing about the values that come back, or their mutants only fail."""


@dataclass(frozen=True)
class Mutant:
    """A right answer with one slip, or another wrong one.

    Attributes
    ----------
    task, before, after : str
        The task, and the smallest expression or statement around the slip; of another wrong answer,
        where it comes from.
    answer : callable
    """

    task: str
    before: str
    after: str
    answer: Callable[..., Any]

    @property
    def slip(self) -> str:
        """The slip as the list of same answers has it."""
        return f"{self.before} -> {self.after}"


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node."""
    match node:
        case ast.Compare(ops=[operator]):
            for other in COMPARISONS.get(type(operator), ()):
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.BinOp():
            for other in OPERATORS.get(type(node.op), ()):
                yield ast.BinOp(node.left, other(), node.right)
            yield node.left
            yield node.right
            if not isinstance(node.op, ast.Add | ast.Mult):
                yield ast.BinOp(node.right, node.op, node.left)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield ast.BoolOp(other, node.values)
            yield from node.values
        case ast.UnaryOp():
            yield node.operand
        case ast.IfExp():
            yield node.body
            yield node.orelse
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield from map(ast.Constant, (node.value + 1, node.value - 1))
            if isinstance(node.value, float):  # a tolerance, as a rule
                yield ast.Constant(node.value * 1000)
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in NAMES:
            field = "attr" if isinstance(node, ast.Attribute) else "id"
            other = copy.deepcopy(node)
            setattr(other, field, NAMES[name])
            yield other
        case ast.Call():
            yield from _other_calls(node)
        case ast.Subscript(slice=ast.Slice()):
            yield node.value
        case ast.AugAssign():
            for other in OPERATORS.get(type(node.op), ()):
                yield ast.AugAssign(node.target, other(), node.value)
            yield ast.Pass()
        case ast.Assign() | ast.Expr() | ast.Break():
            yield ast.Pass()


def _other_calls(call: ast.Call) -> Iterator[ast.AST]:
    """Yield a call left out, with two arguments exchanged, or without one of its options."""
    name = ast.unparse(call.func)
    if name in CONVERSIONS or name.rpartition(".")[2] in CONVERSIONS:
        return
    if isinstance(call.func, ast.Attribute) and not isinstance(call.func.value, ast.Name):
        yield call.func.value  # z.max() -> z
    elif isinstance(call.func, ast.Attribute) and call.func.value.id not in ("np", "math"):
        yield call.func.value
    if call.args and not isinstance(call.args[0], ast.Starred):
        yield call.args[0]
    if len(call.args) == 2 and name not in COMMUTATIVE:
        yield ast.Call(call.func, call.args[::-1], call.keywords)
    for option in call.keywords:
        if option.arg not in QUIET_KEYWORDS:
            rest = [other for other in call.keywords if other is not option]
            yield ast.Call(call.func, call.args, rest)


def mutated(tree: ast.AST) -> Iterator[tuple[ast.AST, str, str]]:
    """Yield the tree with one node changed, and what is around the slip before and after."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(parent, ast.keyword) and parent.arg in QUIET_KEYWORDS:
                continue
            children = value if isinstance(value, list) else [value]
            for place, child in enumerate(children):
                if not isinstance(child, ast.AST):
                    continue
                # a lone number says little: show what it stands in
                shown = parent if isinstance(child, ast.Constant | ast.Name) else child
                for other in variants(child):
                    before = ast.unparse(shown)
                    changed = [*children[:place], other, *children[place + 1 :]]
                    setattr(parent, field, changed if isinstance(value, list) else other)
                    after = ast.unparse(shown if shown is parent else other)
                    if before != after:
                        yield copy.deepcopy(tree), before, after
                    setattr(parent, field, value)


def mutants() -> Iterator[Mutant]:
    """Yield the mutants of all right answers."""
    module = ast.parse(ANSWERS.read_text(encoding="utf-8"))
    table = next(node for node in module.body if _is_table(node))
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    names: dict[str, Any] = {}
    exec(compile(module, ANSWERS, "exec"), names)
    masters = master_solutions()
    for key, forms in zip(table.value.keys, table.value.values, strict=True):
        solution = masters[key.value]
        yield from _mutants_of(key.value, ast.Name(solution.name), {solution.name: solution}, names)
        for form in forms.elts:
            yield from _mutants_of(key.value, form, functions, names)


def master_solutions() -> dict[str, ast.FunctionDef]:
    """Return, by task, the function that the master copy of its assignment has."""
    solutions = {}
    for path in sorted(MASTERS.glob("*/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if "### BEGIN SOLUTION" in source and cell["cell_type"] == "code":
                (function,) = ast.parse(source).body
                assert isinstance(function, ast.FunctionDef)
                solutions[f"{path.parent.name[:2]}.{function.name}"] = function
    return solutions


def _is_table(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RIGHT"


def _mutants_of(
    task: str, form: ast.expr, functions: dict[str, ast.FunctionDef], names: dict[str, Any]
) -> Iterator[Mutant]:
    """Yield the mutants of one form of an answer: an expression, or the name of a function."""
    if isinstance(form, ast.Name):
        tree: ast.AST = ast.Module([functions[form.id]], [])
        docstring = tree.body[0].body[0]
        if isinstance(docstring, ast.Expr) and isinstance(docstring.value, ast.Constant):
            tree.body[0].body.pop(0)
    else:
        tree = ast.Expression(form)
    for changed, before, after in mutated(tree):
        ast.fix_missing_locations(changed)
        scope = dict(names)
        try:
            if isinstance(changed, ast.Expression):
                answer = eval(compile(changed, "mutant", "eval"), scope)
            else:
                exec(compile(changed, "mutant", "exec"), scope)
                answer = scope[form.id]
        except Exception:  # not even a function
            continue
        yield Mutant(task, before, after, answer)


def outcomes_of(name: str, answer: Callable[..., Any]) -> list[list[Any]]:
    """Return what an answer gives for every seed; nothing after a time-out."""
    found = []
    with contextlib.suppress(TooLong):
        for seed in SEEDS:
            found.append(_outcomes(name, answer, seed))
    return found


def _outcomes(name: str, answer: Callable[..., Any], seed: int) -> list[Any]:
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return outcomes(name, answer, seed)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def refused(name: str, found: list[list[Any]]) -> list[bool]:
    """Return for every seed whether a check refuses an answer."""
    verdicts = [bool(wrong_cases(name, found[seed], seed)) for seed in range(len(found))]
    return verdicts if len(verdicts) == len(SEEDS) else [*verdicts, True]


@functools.cache
def mistaken(name: str) -> list[tuple[Mistake, list[list[Any]]]]:
    """Return the mistakes of the catalogue, and what each gives for every seed."""
    return [(mistake, outcomes_of(name, mistake.answer)) for mistake in find_task(name).mistakes]


def hints(name: str, found: list[list[Any]]) -> tuple[str | None, list[str]]:
    """Return the mistake that the public check names, and those that were really made.

    A mistake was made if the answer gives what the mistake gives for every seed.
    """
    if len(found) < len(SEEDS):
        return None, []
    task = find_task(name)
    shown = hint(task, task.cases_of(0), found[0])
    made = [
        mistake.name
        for mistake, theirs in mistaken(name)
        if len(theirs) == len(found)
        and all(all(map(alike, *pair)) for pair in zip(theirs, found, strict=True))
    ]
    return (None if shown is None else shown.name), made


class TooLong(BaseException):
    """No `Exception`, because a check takes those for answers."""


def _too_long(*_: object) -> None:
    raise TooLong


def same_answers() -> dict[str, dict[str, str]]:
    """Return, by task, the slips that change no answer, with reasons."""
    return tomllib.loads(SAME.read_text(encoding="utf-8")) if SAME.exists() else {}


def wrong_answers() -> Iterator[Mutant]:
    """Yield the answers that are wrong beyond a slip: those of the catalogue, and of the list."""
    names: dict[str, Any] = {}
    exec(compile(WRONG.read_text(encoding="utf-8"), WRONG, "exec"), names)
    for lesson in LESSONS:
        for name, task in tasks_of(lesson).items():
            for mistake in task.mistakes:
                yield Mutant(name, CATALOGUE, mistake.name, mistake.answer)
            for number, answer in enumerate(names["WRONG"].get(name, ())):
                yield Mutant(name, "the list of wrong answers", f"number {number}", answer)


def main(wanted: list[str]) -> int:
    """Print the table; return 1 if a check lets a wrong answer through, or the list is wrong."""
    signal.signal(signal.SIGALRM, _too_long)
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    np.seterr(all="ignore")
    same = {(task, slip) for task, slips in same_answers().items() for slip in slips}
    idle = {(task, slip) for task, slip in same if not wanted or task in wanted}
    counts: dict[str, Counter[str]] = {}
    status = 0
    for mutant in chain(mutants(), wrong_answers()):
        if wanted and mutant.task not in wanted:
            continue
        found = outcomes_of(mutant.task, mutant.answer)
        verdicts = refused(mutant.task, found)
        count = counts.setdefault(mutant.task, Counter())
        slip = (mutant.task, mutant.slip)
        if all(verdicts):
            verdict = "refused"
        elif not any(verdicts) and slip in same:
            verdict = "the same"
            idle.discard(slip)
        else:
            verdict, status = "let through", 1
            graded = f"{sum(verdicts[1:])} of {len(verdicts) - 1} graded checks"
            print(f"{mutant.task}: refused by {graded}, public {verdicts[0]}: {mutant.slip}")
        count[verdict] += 1
        if verdict == "refused" and mutant.before != CATALOGUE:
            shown, made = hints(mutant.task, found)
            count["hints"] += shown is not None
            count["true"] += shown in made
            count["made"] += bool(made)
            if shown is not None and shown not in made:
                status = 1
                print(f"{mutant.task}: the hint is wrong: {mutant.slip}: {shown}")
    for task, slip in sorted(idle):
        status = 1
        print(f"{task}: every check refuses it, or there is no such mutant: {slip}")
    print(table(counts))
    return status


def table(counts: Mapping[str, Counter[str]]) -> str:
    """Return how many mutants of each task were refused, in Markdown."""
    columns = ("refused", "the same", "let through", "hints", "true", "made")
    rows = {**counts, f"all {len(counts)} tasks": sum(counts.values(), Counter())}
    lines = [f"| task | wrong answers | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
    for name, count in rows.items():
        cells = " | ".join(str(count[column]) for column in columns)
        total = sum(count[column] for column in columns[:3])
        lines.append(f"| {name} | {total} | {cells} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
