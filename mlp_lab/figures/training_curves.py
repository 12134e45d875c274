"""Loss and accuracy over the epochs of a training run: after it, and while it goes on."""

from collections.abc import Callable
from typing import Protocol

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION, encode_png, image_tag, subplots


class Epochs(Protocol):
    """What is drawn of a training run, such as `mlp_lab.History`: an entry an epoch."""

    train_loss: list[float]
    validation_loss: list[float]
    train_accuracy: list[float]
    validation_accuracy: list[float]
    best_epoch: int | None


def training_curves(history: Epochs) -> list[Axes]:
    """Draw the loss and the accuracy of a run over its epochs, side by side.

    Parameters
    ----------
    history : History
        What `train` returned.

    Returns
    -------
    list of Axes
        Loss, then accuracy.

    Examples
    --------
    >>> from mlp_lab import History
    >>> history = History(train_loss=[0.5, 0.25], train_accuracy=[0.9, 0.95])
    >>> [axes.get_ylabel() for axes in training_curves(history)]
    ['mean loss', 'accuracy (%)']
    """
    # a fixed layout: working one out takes as long as drawing, and live curves are drawn often
    margins = {"left": 0.095, "right": 0.99, "bottom": 0.15, "top": 0.91, "wspace": 0.2}
    _, (left, right) = subplots(1, 2, figsize=(8, 3.2), gridspec_kw=margins)
    _curves(left, history.train_loss, history.validation_loss)
    _curves(right, history.train_accuracy, history.validation_accuracy, scale=100)
    left.set(title="Loss after each epoch", ylabel="mean loss")
    right.set(title="Accuracy after each epoch", ylabel="accuracy (%)")
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if history.best_epoch is not None:
            axes.axvline(history.best_epoch, color=MARK, linestyle=":", label="best epoch")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(facecolor=axes.figure.get_facecolor())
    return [left, right]


def _curves(axes: Axes, train: list[float], validation: list[float], scale: float = 1) -> None:
    """Draw one quantity of both sets; markers tell the lines apart without their colours."""
    for values, label, colour, marker in (
        (train, "training", TRAIN, "o"),
        (validation, "validation", VALIDATION, "s"),
    ):
        if values:
            epochs = range(1, len(values) + 1)
            scaled = [scale * value for value in values]
            axes.plot(epochs, scaled, color=colour, marker=marker, markersize=4, label=label)
    axes.grid(alpha=0.3)


def live_curves() -> Callable[[object, Epochs], None]:
    """Show the training curves below the cell, and return a callback that keeps them up to date.

    Pass it to `train`: ``train(..., callbacks=[live_curves()])``. The picture is repainted after
    every epoch; its alt text says the newest numbers.

    Returns
    -------
    callable
        Called by `train` with the network and the history.
    """
    from IPython.display import display
    from ipywidgets import HTML

    class Picture(HTML):  # type: ignore[misc]
        """A picture without an address in its repr, which is what a saved notebook shows."""

        def __repr__(self) -> str:
            return "Live training curves: run this cell to see them grow, epoch by epoch."

    picture = Picture()
    display(picture)

    def repaint(network: object, history: Epochs) -> None:
        axes = training_curves(history)
        alt = f"Training curves: {history!r}"
        picture.value = image_tag(encode_png(axes[0].figure), alt)
        plt.close(axes[0].figure.number)  # type: ignore[union-attr]

    return repaint
