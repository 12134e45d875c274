"""What an answer returns as plain lists and numbers, which travel, and when two of them agree."""

import math
from collections.abc import Generator, Mapping
from typing import Any

import numpy as np

RTOL, ATOL = 1e-4, 1e-6
"""Wide enough for float32, and far narrower than any mistake."""


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
            if expected["shape"] != found["shape"]:
                return False
            pairs = zip(expected["values"], found["values"], strict=True)
            return all(_close(ours, theirs) for ours, theirs in pairs)
        return all(same(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    return bool(expected == found)


def _close(ours: float, theirs: float) -> bool:
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
