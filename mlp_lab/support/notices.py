"""What the package prints of itself: in short lines, which no window has to break."""

from collections.abc import Sequence
from pathlib import Path

WIDTH = 79
BLANK = "\0"
"""Stands for a blank in a path while lines are made; a path cannot have it."""


def say(notice: str, path: Path | None = None) -> None:
    """Print a notice in lines broken between words, and never within the path in it.

    JupyterLab breaks a line that is too long for its window anywhere, also within a word.
    """
    import textwrap  # here, so that importing mlp_lab does not pay for it

    if path:
        notice = notice.replace(str(path), str(path).replace(" ", BLANK))
    lines = textwrap.fill(notice, WIDTH, break_long_words=False, break_on_hyphens=False)
    print(lines.replace(BLANK, " "))


def few(names: Sequence[str]) -> str:
    """Return the first five of some files' names, for a message.

    Examples
    --------
    >>> few("abcdef"), few([])
    ('a, b, c, d, e, ...', 'no files')
    """
    return ", ".join([*names[:5], "..."] if names[5:] else names) or "no files"
