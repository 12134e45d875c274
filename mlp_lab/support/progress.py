"""Progress bars, in a notebook or a terminal, whichever it is."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


def progress_bar(total: int, description: str, shown: bool, leave: bool = True) -> "tqdm[Any]":
    """Return a tqdm bar of so many steps, to `update` in a ``with``; `leave` it when it is full."""
    from tqdm.auto import tqdm  # here, so that importing mlp_lab does not pay for it

    if sys.platform == "emscripten":  # in a web page, where Python cannot start threads
        tqdm.monitor_interval = 0  # no thread that watches the bars
    return tqdm(total=total, desc=description, disable=not shown, leave=leave)
