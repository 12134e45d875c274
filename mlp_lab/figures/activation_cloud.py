"""A cloud of pre-activations over an activation's slope: where the units are that cannot learn."""

from collections.abc import Callable
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from mlp_lab.activations import Elementwise, identity, relu, sigmoid, tanh
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture, Slider
from mlp_lab.support.types import FloatArray

FLAT_BELOW = 0.05
"""A unit is flat where its slope is smaller than this."""
EDGE = 10.0
"""The figure shows pre-activations from ``-EDGE`` to ``EDGE``; the shares count all units."""
N_UNITS = 400


def is_flat(slopes: ArrayLike) -> NDArray[np.bool_]:
    """Return where a slope is below 0.05 in size, same shape as `slopes`.

    Examples
    --------
    >>> is_flat(tanh.derivative([0.0, 2.0, 3.0]))
    array([False, False,  True])
    """
    return np.abs(slopes) < FLAT_BELOW


def flat_share(slopes: ArrayLike) -> float:
    """Return the share of units that are flat, from 0 to 1.

    Parameters
    ----------
    slopes : array_like
        Of the activation, at one unit or more, of any shape.

    Examples
    --------
    >>> flat_share(relu.derivative([-2.0, -1.0, 1.0, 2.0]))
    0.5
    """
    return float(np.mean(is_flat(slopes)))


@cache
def behind_the_cloud(activation: Elementwise) -> Callable[[], Figure]:
    """Return what makes figures of an activation and its slope, with axes for a cloud below."""
    figure = Figure(figsize=(6.4, 3.4))
    curves = figure.add_axes((0.1, 0.47, 0.88, 0.44), xlim=(-EDGE, EDGE), ylim=(-1.2, 1.2))
    cloud = figure.add_axes((0.1, 0.14, 0.88, 0.29), xlim=(-EDGE, EDGE), ylim=(-0.05, 1.05))
    _draw_curves(curves, activation)
    curves.set_xticks([])  # as below
    cloud.set(xlabel="pre-activation z", ylabel=f"{N_UNITS} units", yticks=[])
    cloud.set_xticks([-8, -4, 0, 4, 8])
    return backdrop(figure)


def draw_cloud(activation: Elementwise, z: FloatArray, heights: FloatArray) -> Figure:
    """Return a figure of an activation and its slope, with units at their pre-activations below.

    Parameters
    ----------
    activation : Elementwise
    z : ndarray, shape (n_units,)
    heights : ndarray, shape (n_units,)
        From 0 to 1, and without meaning: they keep the units from hiding each other.
    """
    figure = behind_the_cloud(activation)()
    _, cloud = figure.axes
    flat = is_flat(activation.derivative(z))
    cloud.plot(z[~flat], heights[~flat], "o", color=TRAIN, markersize=3, alpha=0.7)
    cloud.plot(z[flat], heights[flat], "x", color=VALIDATION, markersize=4, alpha=0.7)
    title = f"{flat.mean():.0%} of these {activation} units are flat (crosses)"
    figure.text(0.54, 0.93, title, fontsize=12, ha="center")
    return figure


def _draw_curves(axes: Axes, activation: Elementwise) -> None:
    """Draw value and slope over z, and shade where the slope is flat."""
    grid = np.linspace(-EDGE, EDGE, 401)
    slopes = activation.derivative(grid)
    axes.fill_between(grid, -1.2, 1.2, where=is_flat(slopes), color="#e6e6e6")
    axes.plot(grid, activation(grid), color=MARK, linestyle="--", label="value f(z)")
    axes.plot(grid, slopes, color=TRAIN, linewidth=2, label="slope f'(z)")
    axes.set_yticks([-1, 0, 1])
    axes.legend(loc="lower right", fontsize=8)


def activation_cloud() -> LiveFigure:
    """Return the interactive figure: a cloud of units to move over the slope of an activation.

    Examples
    --------
    >>> figure = activation_cloud()
    >>> figure.move(activation=identity)
    >>> figure.status
    'identity, centre 0, spread 3: 0% of the units are flat; mean slope 1.00'
    """
    generator = np.random.default_rng(0)
    noise = generator.standard_normal(N_UNITS)
    heights = generator.random(N_UNITS)
    activations = [identity, tanh, sigmoid, relu]
    for activation in activations:  # now, so that the menu does not wait for it later
        behind_the_cloud(activation)

    def draw(activation: Elementwise, centre: float, spread: float) -> Picture:
        z = centre + spread * noise
        slopes = activation.derivative(z)
        share = flat_share(slopes)
        words = f"{activation}, centre {centre:g}, spread {spread:g}"
        return Picture(
            draw_cloud(activation, z, heights),
            f"Above, {activation} and its slope, from z = {-EDGE:g} to {EDGE:g}. Below, a cloud of "
            f"{N_UNITS} units around z = {centre:g}; the {share:.0%} of them where the slope is "
            f"below {FLAT_BELOW} are crosses.",
            f"{words}: {share:.0%} of the units are flat; mean slope {slopes.mean():.2f}",
        )

    return LiveFigure(
        draw,
        activation=Menu("activation", activations, start=tanh),
        centre=Slider("centre of the cloud", [float(z) for z in range(-4, 5)], start=0.0),
        spread=Slider("spread of the cloud", [0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0], start=3.0),
    )
