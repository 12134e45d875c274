"""A menu of bugs, and the mark that each leaves in the gradient check of a small network."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.gradient_errors import BANDS, COLOURS, NORM
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture
from mlp_lab.museum.checks import SIZES, small_report
from mlp_lab.museum.pieces import (
    AlwaysOnRelu,
    BatchSoftmax,
    ForgottenSlope,
    OneSumForAllBiases,
    SummedGradients,
)
from mlp_lab.network import MLP
from mlp_lab.support.gradient_report import GradientReport, TensorReport

TOLERANCE = 1e-6
BUGS: dict[str, Callable[..., MLP]] = {
    "none": MLP,
    "slope of tanh forgotten": partial(MLP, hidden=ForgottenSlope()),
    "relu slope with outputs >= 0": partial(MLP, hidden=AlwaysOnRelu()),
    "softmax without an axis": partial(MLP, output=BatchSoftmax()),
    "gradients summed, not averaged": SummedGradients,
    "one sum for all biases": OneSumForAllBiases,
}
"""By their names in the menu: what makes a network with the bug."""


def check_bug(bug: str) -> GradientReport:
    """Return the gradient check of the network with that bug.

    Examples
    --------
    >>> check_bug("none").passed
    True
    >>> check_bug("one sum for all biases").tensors["layer1.weights"].passed
    True
    """
    return small_report(BUGS[bug])


def red_tensors(report: GradientReport) -> list[str]:
    """Return the names of the tensors with a wrong gradient, from input to output.

    Examples
    --------
    >>> red_tensors(check_bug("none"))
    []
    """
    return [name for name, tensor in report.tensors.items() if not tensor.passed]


def error_range(tensor: TensorReport) -> str:
    """Return how many entries are wrong, and the range of their relative errors, on three lines."""
    if tensor.passed:
        return "ok"
    wrong = tensor.errors[tensor.errors > TOLERANCE]
    return f"{wrong.size} of {tensor.errors.size}\n{wrong.min():.2g}\nto {wrong.max():.2g}"


def draw_errors(axes: Axes, report: GradientReport) -> dict[str, tuple[float, float]]:
    """Draw all tensors in one picture: a row for each unit, its bias right of its weights.

    Returns
    -------
    dict of tuple of float
        The middle and the lower edge of each tensor by its name, to write above and below it.
    """
    tensors, places, left = list(report.tensors.values()), {}, 0
    mosaic = np.full((max(SIZES[1:]), sum(SIZES[:-1]) + 5 * len(SIZES[1:])), np.nan)
    for weights, biases in zip(tensors[::2], tensors[1::2], strict=True):
        n_in, n_out = weights.errors.shape
        column = left + n_in + 2  # of the biases
        mosaic[:n_out, left : left + n_in] = weights.errors.T
        mosaic[:n_out, column] = biases.errors
        places[weights.name] = left + n_in / 2 - 0.5, n_out - 0.2
        places[biases.name] = float(column), n_out - 0.2
        left = column + 3
    axes.imshow(mosaic, cmap=COLOURS, norm=NORM, interpolation="nearest")
    rows, columns = np.nonzero(np.nan_to_num(mosaic) > TOLERANCE)
    axes.plot(columns, rows, "x", color="white", markersize=4)  # so that colour is not all
    axes.set_axis_off()
    return places


def draw_key(where: Axes | Figure, **options: Any) -> None:
    """Say which colour stands for which relative errors: a legend, with its options."""
    least, low, high = (f"{edge:.0e}".replace("e-0", "e-") for edge in BANDS)
    labels = (f"under {least}", f"{least} to {low}", f"{low} to {high}", f"over {high}")
    patches = [Patch(color=COLOURS(band), label=label) for band, label in enumerate(labels)]
    where.legend(handles=patches, frameon=False, **options)


@backdrop
def behind_the_errors() -> Figure:
    """Draw the names of the tensors, and how to read their errors."""
    figure, report = Figure(figsize=(7.6, 4.6)), check_bug("none")
    axes = figure.add_axes((0.02, 0.22, 0.97, 0.7))
    for name, (x, _) in draw_errors(axes, report).items():
        layer, part = name.split(".")
        title = f"{layer}\nweights" if part == "weights" else "\nbiases"
        axes.text(x, -0.8, title, ha="center", va="bottom", fontsize=13)
    reading = "Row: a unit. Column: an input. Cross: wrong. Below: how many are wrong,\n"
    reading += "and the range of their relative errors. The colour says the error, too:"
    figure.text(0.02, 0.09, reading, fontsize=12)
    draw_key(figure, loc="lower left", ncols=4, fontsize=12, columnspacing=1.2, handlelength=1)
    return figure


def draw_report(report: GradientReport) -> Figure:
    """Return a figure of the errors of all tensors, the name above each, the range below."""
    figure = behind_the_errors()
    axes = figure.axes[0]
    for name, (x, y) in draw_errors(axes, report).items():
        axes.text(x, y, error_range(report.tensors[name]), ha="center", va="top", fontsize=13)
    return figure


def injected_bugs() -> LiveFigure:
    """Return the interactive figure: choose a bug, see which gradients it spoils.

    Examples
    --------
    >>> figure = injected_bugs()
    >>> figure.move(bug="slope of tanh forgotten")
    >>> figure.status
    'slope of tanh forgotten: wrong in layer1.weights, layer1.biases, layer2.weights, layer2.biases'
    """
    reports = {bug: check_bug(bug) for bug in BUGS}

    def draw(bug: str) -> Picture:
        red = red_tensors(reports[bug])
        words = f"wrong in {', '.join(red)}" if red else "every gradient is right"
        figure = draw_report(reports[bug])
        figure.suptitle(f"{bug}: {len(red)} of {len(reports[bug].tensors)} tensors are wrong")
        return Picture(
            figure,
            f"Relative errors of all gradients of a three-layer network. Bug: {bug}; {words}.",
            f"{bug}: {words}",
        )

    return LiveFigure(draw, bug=Menu("bug", list(BUGS), start="slope of tanh forgotten"))
