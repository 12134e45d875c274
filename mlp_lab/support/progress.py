"""Progress bars, in a notebook or a terminal, whichever it is."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


def progress_bar(total: int, description: str, shown: bool, leave: bool = True) -> "tqdm[Any]":
    """Return a tqdm bar to `update` and `close`; use it with ``with``.

    Parameters
    ----------
    total : int
        Steps to come.
    description : str
        What the bar stands in front of.
    shown : bool
        False for a bar that draws nothing.
    leave : bool
        Whether the bar stays when it is full.

    Examples
    --------
    >>> with progress_bar(2, "steps", shown=False) as bar:
    ...     _ = bar.update()
    """
    from tqdm.auto import tqdm  # here, so that importing mlp_lab does not pay for it

    if sys.platform == "emscripten":  # in a web page, where Python cannot start threads
        tqdm.monitor_interval = 0  # no thread that watches the bars
    return tqdm(total=total, desc=description, disable=not shown, leave=leave)
