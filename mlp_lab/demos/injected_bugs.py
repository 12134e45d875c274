"""A menu of bugs, and the mark that each leaves in the gradient check of a small network."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure

from mlp_lab.arrays import FloatArray, IntArray
from mlp_lab.gradient_check import BANDS, GradientReport, TensorReport, check_gradients
from mlp_lab.museum import (
    AlwaysOnRelu,
    BatchSoftmax,
    FirstSampleBiases,
    ForgottenSlope,
    SummedGradients,
)
from mlp_lab.network import MLP
from mlp_lab.plots import BAND_COLOURS
from mlp_lab.widgets import LiveFigure, Menu, Picture

SIZES, N_SAMPLES, SEED = [4, 6, 5, 3], 4, 1
TOLERANCE = 1e-6
BUGS: dict[str, Callable[[], MLP]] = {
    "none": lambda: MLP(SIZES, dtype="float64", seed=SEED),
    "slope of tanh forgotten": lambda: MLP(SIZES, ForgottenSlope(), dtype="float64", seed=SEED),
    "relu slope with outputs >= 0": lambda: MLP(SIZES, AlwaysOnRelu(), dtype="float64", seed=SEED),
    "softmax without an axis": lambda: MLP(
        SIZES, output=BatchSoftmax(), dtype="float64", seed=SEED
    ),
    "gradients summed, not averaged": lambda: SummedGradients(SIZES, dtype="float64", seed=SEED),
    "biases of the first sample only": lambda: FirstSampleBiases(SIZES, dtype="float64", seed=SEED),
}
"""By their names in the menu: functions that make a three-layer network with the bug."""


def small_batch() -> tuple[FloatArray, IntArray]:
    """Return the inputs, shape (4, 4), and labels, shape (4,), that every network is checked on."""
    x = np.random.default_rng(SEED).normal(size=(N_SAMPLES, SIZES[0]))
    return x, np.array([0, 1, 2, 1])


def check_bug(bug: str) -> GradientReport:
    """Return the gradient check of the network with that bug.

    Examples
    --------
    >>> check_bug("none").passed
    True
    >>> check_bug("biases of the first sample only").tensors["layer1.weights"].passed
    True
    """
    return check_gradients(BUGS[bug](), *small_batch(), tolerance=TOLERANCE, progress=False)


def red_tensors(report: GradientReport) -> list[str]:
    """Return the names of the tensors with a wrong gradient, from input to output.

    Examples
    --------
    >>> red_tensors(check_bug("none"))
    []
    """
    return [name for name, tensor in report.tensors.items() if not tensor.passed]


def error_range(tensor: TensorReport) -> str:
    """Return how many entries are wrong, and the range of their relative errors, on two lines."""
    if tensor.passed:
        return "ok"
    wrong = tensor.errors[tensor.errors > TOLERANCE]
    return f"{wrong.size} of {tensor.errors.size} wrong\n{wrong.min():.2g} to {wrong.max():.2g}"


def draw_report(axes: Axes, report: GradientReport) -> None:
    """Draw all tensors in one picture: a row for each unit, its bias right of its weights."""
    tensors = list(report.tensors.values())
    mosaic = np.full((max(SIZES[1:]), sum(SIZES[:-1]) + 5 * len(SIZES[1:])), np.nan)
    left = 0
    for layer, (weights, biases) in enumerate(zip(tensors[::2], tensors[1::2], strict=True), 1):
        n_in, n_out = weights.errors.shape
        column = left + n_in + 2  # of the biases
        mosaic[:n_out, left : left + n_in] = weights.errors.T
        mosaic[:n_out, column] = biases.errors
        for x, tensor, part in (left + n_in / 2 - 0.5, weights, "weights"), (column, biases, "b"):
            title = f"layer{layer}\nweights" if part == "weights" else "\nbiases"
            axes.text(x, -0.8, title, ha="center", va="bottom", fontsize=11)
            axes.text(x, n_out - 0.2, error_range(tensor), ha="center", va="top", fontsize=10)
        left = column + 3
    norm = BoundaryNorm([0, *BANDS, 2], len(BAND_COLOURS))
    axes.imshow(mosaic, cmap=ListedColormap(BAND_COLOURS), norm=norm, interpolation="nearest")
    rows, columns = np.nonzero(np.nan_to_num(mosaic) > TOLERANCE)
    axes.plot(columns, rows, "x", color="white", markersize=6)  # so that colour is not all


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
        figure = Figure(figsize=(7.6, 3.2))
        axes = figure.add_axes((0.02, 0.1, 0.97, 0.8))
        axes.set_axis_off()
        draw_report(axes, reports[bug])
        figure.suptitle(f"{bug}: {len(red)} of {len(reports[bug].tensors)} tensors are wrong")
        figure.text(0.02, 0.03, "row: a unit; column: an input. Cross: relative error over 1e-6")
        return Picture(
            figure,
            f"Relative errors of all gradients of a three-layer network. Bug: {bug}; {words}.",
            f"{bug}: {words}",
        )

    return LiveFigure(draw, bug=Menu("bug", list(BUGS), start="slope of tanh forgotten"))
