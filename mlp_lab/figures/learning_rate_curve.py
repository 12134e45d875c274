"""The loss that each learning rate leads to."""

import math
from typing import Protocol

from matplotlib.axes import Axes

from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION, subplots
from mlp_lab.support.types import FloatArray


class Search(Protocol):
    """What is drawn of a search, such as `mlp_lab.support.rate_search.LearningRateSearch`."""

    rates: FloatArray
    losses: FloatArray
    start: float
    suggestion: float
    warnings: list[str]


def learning_rate_curve(search: Search) -> Axes:
    """Draw the loss over the learning rate on a logarithmic axis, and mark the suggestion.

    Parameters
    ----------
    search : LearningRateSearch
        What a search returned.

    Returns
    -------
    Axes

    Examples
    --------
    >>> import numpy as np
    >>> from mlp_lab.support.rate_search import LearningRateSearch
    >>> rates, losses = np.array([0.1, 1.0, 10.0]), np.array([2.0, 1.0, np.inf])
    >>> learning_rate_curve(LearningRateSearch(rates, losses, 2.3, 1.0)).get_xscale()
    'log'
    """
    axes: Axes
    _, axes = subplots(figsize=(6, 3.4), layout="constrained")
    axes.plot(search.rates, search.losses, color=TRAIN, marker=".", label="loss")
    axes.axhline(search.start, color=MARK, linestyle=":", label="loss before")
    axes.axvline(search.suggestion, color=VALIDATION, linestyle="--",
                 label=f"suggestion {search.suggestion:.2g}")  # fmt: skip
    seen = [loss for loss in (*search.losses, search.start) if math.isfinite(loss)]
    if seen:
        lowest, start = min(seen), search.start if math.isfinite(search.start) else max(seen)
        top = start + max(start - lowest, 0.1 * abs(start), 1e-12)
        axes.set_ylim(lowest - 0.05 * (top - lowest), top)
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
    axes.set_title("Loss by learning rate" + (" (see the warnings)" if search.warnings else ""))
    axes.legend(facecolor=axes.figure.get_facecolor())
    axes.grid(alpha=0.3)
    return axes
