"""What an answer returns as plain lists and numbers, which travel, and when two of them agree.

It imports nothing of mlp_lab: the process in which students' code is graded has it, too.
"""

import math
import sys
from collections.abc import Callable, Generator, Mapping
from copy import deepcopy
from typing import Any

import numpy as np

RTOL, ATOL = 1e-4, 1e-6
"""Wide enough for float32, and far narrower than any mistake."""
CHANGED = "it changes its arguments: work on a copy"


def plain(value: Any) -> Any:
    """Return arrays, numbers, strings and what holds them as lists, dicts and numbers.

    Examples
    --------
    >>> plain(np.array([[1.0, 2.0]]))
    {'shape': [1, 2], 'values': [1.0, 2.0]}
    """
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    try:
        array = np.asarray(value)
    except ValueError:  # parts of several shapes
        return [plain(part) for part in value]
    if array.dtype.kind not in "biuf":
        return {"not numbers": _kind(value)}
    numbers = array if array.dtype.kind in "iu" else array.astype(float)
    return {"shape": list(array.shape), "values": numbers.ravel().tolist()}


def _kind(value: Any) -> str:
    """Say what came in place of numbers, and what to do with it."""
    if isinstance(value, bytes):
        return f"the bytes {value[:12]!r}{'...' if len(value) > 12 else ''}: make numbers of them"
    if isinstance(value, Generator):
        return "a generator: make a list of it"
    if callable(value):
        return f"{getattr(value, '__name__', 'something')}, which was not called: it needs ()"
    return f"{type(value).__name__}, no numbers"


def same(expected: Any, found: Any) -> bool:
    """Return whether two plain values agree, up to round-off."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected.keys() != found.keys():
            return False
        if "values" in expected:
            numbers, others = expected["values"], found["values"]
            if expected["shape"] != found["shape"] or not isinstance(others, list):
                return False
            return len(numbers) == len(others) and all(map(_close, numbers, others))
        return all(same(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    return bool(expected == found)


def _close(ours: float, theirs: Any) -> bool:
    if not isinstance(theirs, int | float) or abs(theirs) > sys.float_info.max:
        return bool(ours == theirs) or (math.isnan(ours) and theirs != theirs)
    if math.isfinite(ours) and math.isfinite(theirs):
        return abs(ours - theirs) <= ATOL + RTOL * abs(ours)
    return ours == theirs or (math.isnan(ours) and math.isnan(theirs))


def alike(mistaken: Any, found: Any) -> bool:
    """Return whether two outcomes are the same; two errors are if they are of one kind."""
    kinds = [_kind_of_error(mistaken), _kind_of_error(found)]
    if all(kinds):
        return kinds[0] == kinds[1]
    return same(mistaken, found)


def _kind_of_error(outcome: Any) -> str:
    """Return the name of an error, without what it says; nothing for a value."""
    error = outcome.get("error", "") if isinstance(outcome, dict) else ""
    return str(error).partition(":")[0]


def outcome(answer: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Return what a call gives, or that it failed, or that it changed its arguments."""
    arguments = _read_only(deepcopy(arguments))
    before = [plain(part) for part in arguments if not callable(part)]
    try:
        with np.errstate(all="ignore"):
            found = plain(answer(*arguments))
    except NotImplementedError:
        return {"error": "it is not written yet"}
    except Exception as error:
        if "read-only" in str(error):
            return {"error": CHANGED}
        return {"error": f"{type(error).__name__}: {error}"}
    after = [plain(part) for part in arguments if not callable(part)]
    if repr(before) != repr(after):  # as text: NaN is not equal to itself
        return {"error": CHANGED}
    return found


def _read_only(value: Any) -> Any:
    """Return arguments whose arrays refuse to be written to: who sets them back is seen as well."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            _read_only(part)
    return value
