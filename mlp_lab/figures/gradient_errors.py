"""How wrong each entry of a gradient is: heat maps of a gradient check."""

import math
from collections.abc import Collection
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap

from mlp_lab.figures.paper import subplots
from mlp_lab.support.types import FloatArray

BANDS = (1e-7, 1e-4, 1e-2)
"""Relative errors below the first are right, above the last wrong, between them worth a look
(the rule of thumb of Stanford's CS231n notes on gradient checks)."""
COLOURS = ListedColormap(("#cfe0f0", "#8db8de", "#f08a24", "#7a1010"))
"""Of the bands, from right to wrong, darker step by step, so that the order also shows in grey."""
EDGES = [np.nextafter(0, 1), *BANDS, 2]
"""Of the bands: 0 itself is in none, and 2 is above every error."""
NORM = BoundaryNorm(EDGES, COLOURS.N)


class TensorErrors(Protocol):
    """What is drawn of a parameter, such as `mlp_lab.support.gradient_report.TensorReport`."""

    name: str
    errors: FloatArray
    problem: str
    unit: str


def gradient_heat_maps(tensors: Collection[TensorErrors]) -> list[Axes]:
    """Draw the relative errors of a gradient check, in four bands: a heat map a parameter.

    An error of exactly 0 is white: nearly always zero was compared with zero, which proves little.

    Parameters
    ----------
    tensors : collection of TensorReport
        Such as ``report.tensors.values()``.

    Returns
    -------
    list of Axes
        One a parameter, two a row.

    Examples
    --------
    >>> from mlp_lab.support.gradient_report import TensorReport
    >>> (axes,) = gradient_heat_maps([TensorReport("layer1.biases", np.zeros(3))])
    >>> axes.get_title()
    'layer1.biases: ok'
    """
    rows = math.ceil(len(tensors) / 2)
    figure, grid = subplots(
        rows, 2, figsize=(8, 2.2 * rows + 0.4), squeeze=False, layout="constrained",
        width_ratios=(2, 1),
    )  # fmt: skip
    cells, unused = np.split(grid.ravel(), [len(tensors)])
    for cell in unused:
        cell.set_axis_off()
    for tensor, cell in zip(tensors, cells, strict=True):
        _draw_heat_map(cell, tensor)
    bar = figure.colorbar(cells[0].get_images()[0], ax=list(cells), spacing="uniform")
    bar.set_ticks(EDGES, labels=["0", *(f"{edge:.0e}" for edge in BANDS), "1"])
    bar.set_label("relative error\n(white: exactly 0; grey: not checked)", fontsize=8)
    return list(cells)


def _draw_heat_map(axes: Axes, tensor: TensorErrors) -> None:
    """Draw the error of every entry of one parameter."""
    is_matrix = tensor.errors.ndim == 2
    errors = tensor.errors.reshape(tensor.errors.shape[0], -1).T
    colours = COLOURS.with_extremes(under="white", bad="#cfcfcf")
    # errors are at most 1, or infinite; both belong into the last band
    axes.imshow(np.minimum(errors, 1.0), cmap=colours, norm=NORM, aspect="auto",
                interpolation="nearest")  # fmt: skip
    axes.set_title(f"{tensor.name}: {tensor.problem.split(':')[0] or 'ok'}", fontsize=10)
    along = "direction" if tensor.unit == "directions" else "unit"
    axes.set_xlabel("input" if is_matrix else along, fontsize=9)
    axes.set_ylabel("unit" if is_matrix else "", fontsize=9)
    axes.locator_params(axis="both", integer=True)
    if not is_matrix:
        axes.set_yticks([])
