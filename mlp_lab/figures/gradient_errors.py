"""How wrong each entry of a gradient is: heat maps of a gradient check."""

import math
from collections.abc import Collection
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap

from mlp_lab.figures.paper import given_or_new, subplots
from mlp_lab.support.types import FloatArray

BANDS = (1e-7, 1e-4, 1e-2)
"""Relative errors below the first are right, above the last wrong, between them worth a look
(the rule of thumb of Stanford's CS231n notes on gradient checks)."""
BAND_COLOURS = ("#cfe0f0", "#8db8de", "#f08a24", "#7a1010")
"""From right to wrong, darker step by step, so that the order also shows in grey."""
EDGES = [np.nextafter(0, 1), *BANDS, 2]
"""Of the bands: 0 itself is in none, and 2 is above every error."""


class TensorErrors(Protocol):
    """What is drawn of a parameter, such as `mlp_lab.support.gradient_report.TensorReport`."""

    name: str
    errors: FloatArray
    problem: str
    unit: str


def gradient_heat_map(tensor: TensorErrors, axes: Axes | None = None) -> Axes:
    """Draw the relative error of every entry of one parameter, in four bands.

    An error of exactly 0 is white: nearly always zero was compared with zero, which proves little.

    Parameters
    ----------
    tensor : TensorReport
        One of ``report.tensors``.
    axes : Axes, optional
        Where to draw; a new figure with a colour bar if left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from mlp_lab.support.gradient_report import TensorReport
    >>> gradient_heat_map(TensorReport("layer1.biases", np.zeros(3))).get_title()
    'layer1.biases: ok'
    """
    cell = given_or_new(axes, (6, 3.4))
    errors = tensor.errors.reshape(tensor.errors.shape[0], -1).T
    colours = ListedColormap(BAND_COLOURS).with_extremes(under="white", bad="#cfcfcf")
    # errors are at most 1, or infinite; both belong into the last band
    norm = BoundaryNorm(EDGES, len(BAND_COLOURS))
    cell.imshow(np.minimum(errors, 1.0), cmap=colours, norm=norm, aspect="auto",
                interpolation="nearest")  # fmt: skip
    cell.set_title(f"{tensor.name}: {tensor.problem.split(':')[0] or 'ok'}", fontsize=10)
    along = "direction" if tensor.unit == "directions" else "unit"
    cell.set_xlabel("input" if tensor.errors.ndim == 2 else along, fontsize=9)
    cell.set_ylabel("unit" if tensor.errors.ndim == 2 else "", fontsize=9)
    cell.locator_params(axis="both", integer=True)
    if tensor.errors.ndim == 1:
        cell.set_yticks([])
    if axes is None:
        _add_error_bar([cell])
    return cell


def gradient_heat_maps(tensors: Collection[TensorErrors]) -> list[Axes]:
    """Draw the heat maps of all parameters of a gradient check in one figure, two a row.

    Parameters
    ----------
    tensors : collection of TensorReport
        Such as ``report.tensors.values()``.

    Returns
    -------
    list of Axes
        One a parameter.

    Examples
    --------
    >>> from mlp_lab.support.gradient_report import TensorReport
    >>> len(gradient_heat_maps([TensorReport("layer1.biases", np.zeros(3))]))
    1
    """
    rows = math.ceil(len(tensors) / 2)
    _, grid = subplots(
        rows, 2, figsize=(8, 2.2 * rows + 0.4), squeeze=False, layout="constrained",
        width_ratios=(2, 1),
    )  # fmt: skip
    cells, unused = np.split(grid.ravel(), [len(tensors)])
    for cell in unused:
        cell.set_axis_off()
    for tensor, cell in zip(tensors, cells, strict=True):
        gradient_heat_map(tensor, cell)
    _add_error_bar(list(cells))
    return list(cells)


def _add_error_bar(cells: list[Axes]) -> None:
    """Draw one colour bar for heat maps of errors."""
    bar = cells[0].figure.colorbar(cells[0].get_images()[0], ax=cells, spacing="uniform")
    bar.set_ticks(EDGES, labels=["0", *(f"{edge:.0e}" for edge in BANDS), "1"])
    bar.set_label("relative error\n(white: exactly 0; grey: not checked)", fontsize=8)
