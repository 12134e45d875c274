"""What a check says of a wrong answer: the input, what was expected, and what came."""

from typing import Any

import numpy as np

from mlp_lab.classroom.plain_values import plain, same


def difference(arguments: tuple[Any, ...], expected: Any, found: Any) -> str:
    """Return the input of a case, the plain value of a right answer, and that of a wrong one.

    Examples
    --------
    >>> print(difference((2,), plain([1.0, 2.0]), plain([1.0, 3.0])))
      input     2
      expected  [1. 2.], shape (2,)
      got       [1. 3.], shape (2,)
    """
    lines = [f"input     {_shown(arguments)}"]
    if isinstance(found, dict) and "error" in found:
        lines.append(found["error"])
    elif found is None:
        lines += [f"expected  {_written(expected)}", "got       None: return the value"]
        lines[-1] += " (print shows it, and returns nothing)"
    elif _is_named(expected):
        lines += _difference_of_named(expected, found)
    else:
        lines += [f"expected  {_written(expected)}", f"got       {_written(found)}"]
    return "\n".join(f"  {line}" for line in lines)


def _is_named(value: Any) -> bool:
    """Return whether a plain value is a dict of values by name."""
    return isinstance(value, dict) and not value.keys() & {"values", "not numbers", "error"}


def _difference_of_named(expected: dict[str, Any], found: Any) -> list[str]:
    """Say which values of a dict are wrong, and how the first of them is."""
    if not _is_named(found):
        return [
            f"expected  a dict with the keys {', '.join(sorted(expected))}",
            f"got       {_written(found)}",
        ]
    if expected.keys() != found.keys():
        return [
            f"expected  the keys {', '.join(sorted(expected))}",
            f"got       {', '.join(sorted(found))}",
        ]
    right = [name for name in sorted(expected) if same(expected[name], found[name])]
    wrong = [name for name in sorted(expected) if name not in right]
    first = wrong[0]
    return [
        f"wrong     {', '.join(wrong)}",
        f"right     {', '.join(right) or 'none'}",
        f"expected  {first}: {_written(expected[first])}",
        f"got       {first}: {_written(found[first])}",
    ]


def _shown(arguments: tuple[Any, ...]) -> str:
    """Return the arguments of a call as one reads them."""
    texts = []
    for part in arguments:
        if isinstance(part, bytes):
            more = f" ... ({len(part)} bytes)" if len(part) > 24 else ""
            texts.append(f"{part[:24].hex(' ')}{more}")
        else:
            texts.append(part.__name__ if callable(part) else _written(plain(part)))
    return ", ".join(texts)


def _written(value: Any) -> str:
    """Return a plain value as one reads it."""
    if isinstance(value, dict) and "not numbers" in value:
        return str(value["not numbers"])
    if isinstance(value, dict) and "values" in value:
        array = np.array(value["values"]).reshape(value["shape"])
        text = np.array2string(array, precision=4, suppress_small=True, threshold=40)
        shape = f", shape {tuple(value['shape'])}" if array.ndim else ""
        return text.replace("\n", "\n            ") + shape
    if isinstance(value, dict):
        return "\n            ".join(f"{key}: {_written(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return str(value)
