"""The curves of four training runs: rate too low, right, too high, and a run that overfits.

A learner tells them apart by their shape, before the figure says which is which.
"""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlp_lab.data.datasets import Dataset, Split
from mlp_lab.evaluation import random_subset
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture
from mlp_lab.network import MLP
from mlp_lab.support.history import History
from mlp_lab.training import train

N_UNITS, N_VALIDATION = 50, 1000
WRONG = 0.2
"""The share of the labels that are drawn at random: only a run that overfits gets those right."""
GUESS = math.log(10)
"""The loss of a network that gives each of ten classes a tenth."""


@dataclass(frozen=True)
class Case:
    """A run and what its curves show.

    Attributes
    ----------
    diagnosis, remedy : str
        What a doctor would say of it, and do about it.
    rate : float
    n_samples, batch_size, epochs : int
    """

    diagnosis: str
    remedy: str
    rate: float
    n_samples: int = 1250
    batch_size: int = 25
    epochs: int = 20


CASES = {
    "A": Case("rate right", "both fall and level off close together; stop here", 0.02),
    "B": Case("rate too high", "the steps jump about; take a smaller rate", 2.0),
    "C": Case(
        "overfit",
        "the training images are learned by heart; stop earlier, or find more images",
        0.3, n_samples=150, batch_size=10, epochs=50,
    ),
    "D": Case("rate too low", "both fall, and have far to go; take a larger rate", 0.001),
}  # fmt: skip
"""By the letter of their curves: in an order that does not give them away."""


def spoil_labels(samples: Split, seed: int) -> Split:
    """Return the samples with a share `WRONG` of their labels drawn at random.

    Examples
    --------
    >>> samples = Split(np.zeros((1000, 1)), np.full(1000, 7))
    >>> bool(0.1 < np.mean(spoil_labels(samples, seed=0).labels != 7) < 0.25)
    True
    """
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, 10, len(samples))
    is_drawn = generator.random(len(samples)) < WRONG
    return Split(samples.inputs, np.where(is_drawn, drawn, samples.labels))


def run_case(case: Case, data: Dataset, seed: int = 0) -> History:
    """Return the history of a small run.

    Parameters
    ----------
    case : Case
    data : Dataset
        Of ten classes, such as MNIST.
    seed : int
        Of the weights, and of the samples and their order.

    Examples
    --------
    >>> from mlp_lab import load_digits
    >>> run_case(CASES["D"], load_digits()).train_loss[-1] > 1
    True
    """
    samples = spoil_labels(random_subset(data.train, case.n_samples, seed), seed)
    validation = spoil_labels(random_subset(data.validation, N_VALIDATION, seed), seed + 1)
    network = MLP([samples.inputs.shape[1], N_UNITS, 10], seed=seed)
    return train(
        network, samples, validation, case.epochs, case.batch_size, case.rate,
        seed=seed, progress=False,
    )  # fmt: skip


def in_words(history: History) -> str:
    """Return what one sees of the losses of a run.

    Examples
    --------
    >>> in_words(History(train_loss=[2.0, 0.5, 0.1], validation_loss=[2.1, 0.9, 1.0]))
    'training loss 2.00 to 0.10; validation loss 2.10 to 1.00, lowest 0.90 after epoch 2 of 3'
    """
    training, validation = history.train_loss, history.validation_loss
    best = int(np.argmin(validation))
    return (
        f"training loss {training[0]:.2f} to {training[-1]:.2f}; "
        f"validation loss {validation[0]:.2f} to {validation[-1]:.2f}, "
        f"lowest {validation[best]:.2f} after epoch {best + 1} of {len(validation)}"
    )


def draw_losses(axes: Axes, history: History, width: float) -> None:
    """Draw the two losses of a run, and the loss of a guess, on axes that begin at 0."""
    epochs = range(1, history.epochs + 1)
    axes.plot(epochs, history.train_loss, color=TRAIN, linewidth=width, label="training")
    axes.plot(
        epochs, history.validation_loss, "--", color=VALIDATION, linewidth=width, label="validation"
    )
    axes.axhline(GUESS, color=MARK, linestyle=":", linewidth=1, label="guessing, ln 10")
    highest = max(*history.train_loss, *history.validation_loss, GUESS)
    axes.set(xlim=(0, history.epochs + 1), ylim=(0, 1.1 * highest))


def draw_chosen(histories: dict[str, History], chosen: str) -> Figure:
    """Return a figure of one run with its numbers, and of the shapes of all four beside it."""
    figure = Figure(figsize=(7.6, 3.6))
    large = figure.add_axes((0.08, 0.15, 0.5, 0.73))
    draw_losses(large, histories[chosen], width=2)
    large.set(xlabel="epoch", ylabel="mean loss")
    large.set_xticks(range(0, histories[chosen].epochs + 1, 10))
    large.legend(fontsize=10)
    for number, (letter, history) in enumerate(histories.items()):
        row, column = divmod(number, 2)
        small = figure.add_axes((0.65 + 0.175 * column, 0.55 - 0.43 * row, 0.155, 0.33))
        draw_losses(small, history, width=1.2)
        small.set(xticks=[], yticks=[])
        small.set_title(letter, fontsize=12, pad=3)
        small.spines[:].set_linewidth(2.5 if letter == chosen else 0.5)
    return figure


def four_diagnoses(data: Dataset) -> LiveFigure:
    """Return the interactive figure: choose one of four curves, name it, then look at the answer.

    It trains the four networks first, which takes about a second.

    Parameters
    ----------
    data : Dataset
        Of ten classes, such as MNIST.

    Examples
    --------
    >>> from mlp_lab import load_digits
    >>> figure = four_diagnoses(load_digits())
    >>> figure.move(curve="C", diagnosis="shown")
    >>> "overfit" in figure.status
    True
    """
    histories = {letter: run_case(case, data) for letter, case in CASES.items()}

    @backdrop
    def behind_the_title(chosen: str) -> Figure:
        return draw_chosen(histories, chosen)

    def draw(curve: str, diagnosis: str) -> Picture:
        case, words = CASES[curve], in_words(histories[curve])
        answer = f"{case.diagnosis}: {case.remedy}" if diagnosis == "shown" else "not shown"
        title = f": {case.diagnosis}" if diagnosis == "shown" else ": what is the diagnosis?"
        figure = behind_the_title(curve)
        figure.text(0.08, 0.92, f"Curve {curve}{title}", fontsize=12)
        return Picture(
            figure,
            f"Losses of a training run by epoch, curve {curve}: {words}. Beside it the shapes of "
            "the curves A to D, small.",
            f"Curve {curve}: {words}; guessing has {GUESS:.2f}. Diagnosis: {answer}",
        )

    return LiveFigure(
        draw,
        curve=Menu("curve", list(CASES), start="A"),
        diagnosis=Menu("diagnosis", ["hidden", "shown"], start="hidden"),
    )
