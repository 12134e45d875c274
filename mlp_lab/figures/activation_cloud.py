"""A cloud of pre-activations over an activation's slope: where the units are that cannot learn."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from mlp_lab.activations import Elementwise, identity, relu, sigmoid, tanh
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture, Slider

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


@backdrop
def behind_the_cloud(activation: Elementwise) -> Figure:
    """Draw value and slope over z, shaded where the slope is flat; below it goes the cloud."""
    figure = Figure(figsize=(6.4, 3.4))
    curves = figure.add_axes((0.1, 0.47, 0.88, 0.44), xlim=(-EDGE, EDGE), ylim=(-1.2, 1.2))
    cloud = figure.add_axes((0.1, 0.14, 0.88, 0.29), xlim=(-EDGE, EDGE), ylim=(-0.05, 1.05))
    grid = np.linspace(-EDGE, EDGE, 401)
    slopes = activation.derivative(grid)
    curves.fill_between(grid, -1.2, 1.2, where=is_flat(slopes), color="#e6e6e6")
    curves.plot(grid, activation(grid), color=MARK, linestyle="--", label="value f(z)")
    curves.plot(grid, slopes, color=TRAIN, linewidth=2, label="slope f'(z)")
    curves.set(xticks=[], yticks=[-1, 0, 1])  # along z as below
    curves.legend(loc="lower right", fontsize=8)
    cloud.set(xlabel="pre-activation z", ylabel=f"{N_UNITS} units", yticks=[])
    cloud.set_xticks([-8, -4, 0, 4, 8])
    return figure


def draw_cloud(activation: Elementwise, centre: float, spread: float) -> Picture:
    """Draw the activation and its slope, with units at their pre-activations below."""
    generator = np.random.default_rng(0)  # the same units in every picture
    z = centre + spread * generator.standard_normal(N_UNITS)
    heights = generator.random(N_UNITS)  # without meaning: they keep units from hiding each other
    slopes = activation.derivative(z)
    flat, share = is_flat(slopes), flat_share(slopes)
    figure = behind_the_cloud(activation)
    _, cloud = figure.axes
    cloud.plot(z[~flat], heights[~flat], "o", color=TRAIN, markersize=3, alpha=0.7)
    cloud.plot(z[flat], heights[flat], "x", color=VALIDATION, markersize=4, alpha=0.7)
    title = f"{share:.0%} of these {activation} units are flat (crosses)"
    figure.text(0.54, 0.93, title, fontsize=12, ha="center")
    return Picture(
        figure,
        f"Above, {activation} and its slope, from z = {-EDGE:g} to {EDGE:g}. Below, a cloud of "
        f"{N_UNITS} units around z = {centre:g}; the {share:.0%} of them where the slope is "
        f"below {FLAT_BELOW} are crosses.",
        f"{activation}, centre {centre:g}, spread {spread:g}: {share:.0%} of the units are flat; "
        f"mean slope {slopes.mean():.2f}",
    )


def activation_cloud() -> LiveFigure:
    """Return the interactive figure: a cloud of units to move over the slope of an activation.

    Examples
    --------
    >>> figure = activation_cloud()
    >>> figure.move(activation=identity)
    >>> figure.status
    'identity, centre 0, spread 3: 0% of the units are flat; mean slope 1.00'
    """
    activations = [identity, tanh, sigmoid, relu]
    for activation in activations:  # now, so that the menu does not wait for it later
        behind_the_cloud(activation)
    return LiveFigure(
        draw_cloud,
        activation=Menu("activation", activations, start=tanh),
        centre=Slider("centre of the cloud", [float(z) for z in range(-4, 5)], start=0.0),
        spread=Slider("spread of the cloud", [0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0], start=3.0),
    )
