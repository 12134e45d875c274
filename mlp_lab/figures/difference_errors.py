"""How wrong a slope from two values is: the digits that cancel, and the error that they leave."""

from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mlp_lab.activations import tanh
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture, Slider
from mlp_lab.finite_differences import relative_error
from mlp_lab.support.types import FloatArray

POINT = 0.75
"""Where the slope of tanh is wanted; float32 and float64 both hold it exactly."""
STEPS = [float(f"{digit}e{power}") for power in range(-15, -1) for digit in (1, 2, 5)]
DECIMALS = {"float64": 17, "float32": 9}
"""So many decimals tell any two numbers near 0.64 apart."""
DIGITS: dict[str, Any] = {"family": "monospace", "fontsize": 12, "linespacing": 1.4}


@dataclass(frozen=True)
class Estimate:
    """A slope of tanh from two of its values, and the slope's relative error, from 0 to 1."""

    above: float
    below: float
    slope: float
    error: float


def estimate(step: float, precision: str, formula: str) -> Estimate:
    """Return the slope of tanh at `POINT` from two values; 0 if rounding leaves no distance.

    Parameters
    ----------
    step : float
    precision : {"float64", "float32"}
    formula : {"central", "forward"}

    Examples
    --------
    >>> round(estimate(1e-5, "float64", "central").slope, 6)
    0.596586
    """
    number = np.dtype(precision).type
    z, h = number(POINT), number(step)
    right, left = z + h, z - h if formula == "central" else z
    above, below, width = tanh(right), tanh(left), right - left
    # the package refuses a step that rounding swallows; here the reader is to see what it does
    slope = float((above - below) / width) if width else 0.0
    error = relative_error(slope, tanh.derivative(POINT))
    return Estimate(float(above), float(below), slope, float(error))


def same_decimals(above: float, below: float, decimals: int) -> int:
    """Return how many decimals two numbers share from the point on.

    Examples
    --------
    >>> same_decimals(0.4621, 0.4634, decimals=4)
    2
    """
    pairs = zip(f"{above:.{decimals}f}", f"{below:.{decimals}f}", strict=False)
    same = list(takewhile(lambda pair: pair[0] == pair[1], pairs))
    return max(0, len(same) - len("0."))


def write_digits(figure: Figure, found: Estimate, decimals: int) -> int:
    """Write the subtraction below the axes, what cancels in grey; return how many decimals do."""
    same = same_decimals(found.above, found.below, decimals)
    cut = same + len("0.")
    numbers = found.above, found.below, found.above - found.below
    rows = [f"{number:.{decimals}f}" for number in numbers]
    write = partial(figure.text, 0.34, 0.04)
    # two texts from one origin: monospaced, so each digit keeps its column
    write("\n".join(row[:cut] for row in rows), color="#6b6b6b", **DIGITS)
    write("\n".join(" " * cut + row[cut:] for row in rows), weight="bold", **DIGITS)
    return same


def logarithm(error: ArrayLike) -> FloatArray:
    """Return where errors are drawn; one that luck made 0 is drawn at 1e-15."""
    return np.asarray(np.log10(np.maximum(error, 1e-15)))


@backdrop
def behind_the_digits(precision: str, formula: str) -> Figure:
    """Draw the errors of both formulas over the step; say what one formula's digits below are."""
    figure = Figure(figsize=(6.2, 3.6))
    axes = figure.add_axes((0.12, 0.42, 0.86, 0.49))
    for name, colour, style in (("forward", VALIDATION, "--"), ("central", TRAIN, "-")):
        heights = logarithm([estimate(h, precision, name).error for h in STEPS])
        axes.plot(np.log10(STEPS), heights, style, color=colour)
        axes.text(-1.0, heights[-1], name, color=colour, va="center")
    axes.set(xlim=(-15.2, 0.8), ylim=(-15.5, 0.7), xlabel="step h", ylabel="relative error")
    axes.set_xticks(range(-15, 0, 3), [f"1e{power}" for power in range(-15, 0, 3)])
    axes.set_yticks(range(-15, 1, 5), [f"1e{power}" for power in range(-15, 1, 5)])
    axes.grid(alpha=0.3)
    axes.set_title(f"Small steps help, then hurt: {formula} difference in {precision}")
    second = "f(z - h)" if formula == "central" else "f(z)"
    figure.text(0.12, 0.04, f"f(z + h)\n{second}\ndifference", **DIGITS)
    return figure


def draw_difference(h: float, precision: str, formula: str) -> Picture:
    """Draw the error against the step, and the digits that cancel at one step."""
    found, decimals = estimate(h, precision, formula), DECIMALS[precision]
    figure = behind_the_digits(precision, formula)
    axes = figure.axes[0]
    axes.axvline(np.log10(h), color=MARK, linestyle=":")
    axes.plot(np.log10(h), logarithm(found.error), "kD", markersize=8)
    same = write_digits(figure, found, decimals)
    numbers = f"relative error {found.error:.1e}"
    return Picture(
        figure,
        "As the step shrinks, the error falls and then rises again. At "
        f"h = {h:g} in {precision} the {formula} difference has a {numbers}.",
        f"{formula}, {precision}, h = {h:g}: the first {same} of {decimals} decimals cancel; "
        f"slope {found.slope:.8f}, right {tanh.derivative(POINT):.8f}; {numbers}",
    )


def difference_errors() -> LiveFigure:
    """Return the figure: the error against the step, and the digits that cancel at one step.

    Examples
    --------
    >>> figure = difference_errors()
    >>> figure.move(h=1e-5, precision="float32")
    >>> "the first 4 of 9 decimals cancel" in figure.status
    True
    """
    return LiveFigure(
        draw_difference,
        h=Slider("step h", STEPS, start=1e-12),
        precision=Menu("numbers", list(DECIMALS), start="float64"),
        formula=Menu("difference", ["central", "forward"], start="central"),
    )
