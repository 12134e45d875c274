"""The curves of several settings over each other, each with its spread over seeds."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mlp_lab.figures.paper import subplots

COLOURS = ("#3f90da", "#bd1f01", "#94a4a2", "#a96b59", "#832db6", "#b9ac70", "#e76300", "#5b5b5b")
"""Of petroff10; markers tell the lines apart without them."""
MARKERS = "osv^Dx*P"


class ValidationCurves(Protocol):
    """What is drawn of a run, such as `mlp_lab.History`: an entry an epoch."""

    validation_loss: list[float]
    validation_accuracy: list[float]


def compared_curves(histories: Mapping[str, Sequence[ValidationCurves]]) -> list[Axes]:
    """Draw the mean over the seeds of every setting, and a band from the lowest to the highest.

    Runs that ended early end the curve of their setting: a mean over fewer seeds would jump.

    Parameters
    ----------
    histories : mapping of str to sequence of History
        Per setting, one a seed.

    Returns
    -------
    list of Axes
        Validation loss, then validation accuracy.

    Examples
    --------
    >>> from mlp_lab import History
    >>> run = History(validation_loss=[0.5, 0.25], validation_accuracy=[0.9, 0.95])
    >>> [axes.get_ylabel() for axes in compared_curves({"plain": [run, run]})]
    ['mean loss', 'accuracy (%)']
    """
    _, (left, right) = subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    for number, (name, runs) in enumerate(histories.items()):
        _draw_band(left, [run.validation_loss for run in runs], name, number)
        percent = [[100 * share for share in run.validation_accuracy] for run in runs]
        _draw_band(right, percent, name, number)
    left.set(title="Validation loss", ylabel="mean loss", xlabel="epoch")
    right.set(title="Validation accuracy", ylabel="accuracy (%)", xlabel="epoch")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    right.legend(facecolor=right.figure.get_facecolor())
    return [left, right]


def _draw_band(axes: Axes, curves: Sequence[Sequence[float]], name: str, number: int) -> None:
    """Draw the mean of some curves, as far as all of them go, and what they span."""
    n_epochs = min(map(len, curves))
    values = np.array([curve[:n_epochs] for curve in curves])
    epochs = np.arange(1, n_epochs + 1)
    colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
    axes.plot(epochs, values.mean(axis=0), color=colour, marker=marker, markersize=4, label=name)
    if len(curves) > 1:
        axes.fill_between(
            epochs, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15, lw=0
        )
