"""Gradient descent in a valley, step by step: what learning rate and momentum do to the path."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Picture, Slider
from mlp_lab.support.types import FloatArray

CURVATURES = np.array([1.0, 10.0])
"""Along the valley and across it: ``loss = (1 u² + 10 v²) / 2``."""
LIMIT = 2 / CURVATURES.max()
"""The rate 2 / λmax, at which a step across the valley lands as far away on the other side."""
START = np.array([-9.0, 2.0])
N_STEPS = 30
MULTIPLES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 0.95, 0.99, 1.0, 1.01, 1.05, 1.1,
             1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.85, 1.9, 1.95, 1.99, 2.0]  # fmt: skip
MOMENTA = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]


def loss(points: ArrayLike) -> FloatArray:
    """Return the loss at points of the valley, from shape (..., 2) to shape (...).

    Examples
    --------
    >>> float(loss([2.0, 1.0]))
    7.0
    """
    losses: FloatArray = (np.square(points) * CURVATURES).sum(axis=-1) / 2
    return losses


def descend(rate: float, momentum: float) -> FloatArray:
    """Return the path of gradient descent from `START`, shape (N_STEPS + 1, 2).

    The gradient of the loss is ``CURVATURES * point``. With momentum b a direction of curvature λ
    converges for rates below (2 + 2 b) / λ (Polyak 1964).

    Examples
    --------
    >>> descend(0.1, momentum=0.0)[:2]
    array([[-9. ,  2. ],
           [-8.1,  0. ]])
    """
    path, velocity = [START], np.zeros(2)
    for _ in range(N_STEPS):
        velocity = momentum * velocity - rate * (CURVATURES * path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


@backdrop
def behind_the_path() -> Figure:
    """Draw lines of equal loss and the start; on the right, axes for the logarithm of the loss."""
    figure = Figure(figsize=(7.6, 3.0))
    valley = figure.add_axes((0.07, 0.16, 0.5, 0.72))
    angle = np.linspace(0, 2 * np.pi, 100)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    ellipses = [np.sqrt(2 * level / CURVATURES) * circle for level in (0.5, 3, 10, 25, 50, 90)]
    valley.add_collection(LineCollection(ellipses, colors="#c4c4c4", linewidths=1))
    valley.plot(*START, "s", color=MARK)
    valley.set(xlim=(-11, 7), ylim=(-4.5, 4.5), xlabel="along the valley u", ylabel="across v")
    curve = figure.add_axes((0.68, 0.16, 0.3, 0.72))
    curve.set(xlim=(0, N_STEPS), ylim=(-9.4, 6.4), xlabel="step", ylabel="loss")
    curve.set_xticks([0, 10, 20, 30])
    curve.set_yticks([-9, -6, -3, 0, 3, 6], ["1e-9", "1e-6", "1e-3", "1", "1e3", "1e6"])
    curve.axhline(float(np.log10(loss(START))), color=MARK, linestyle=":")
    curve.set_title("loss (dotted: at the start)", fontsize=11)
    return figure


def draw_path(multiple: float, momentum: float) -> Picture:
    """Draw the path at a multiple of the rate 2 / λmax, and the loss after every step."""
    rate = multiple * LIMIT
    path = descend(rate, momentum)
    figure = behind_the_path()
    valley, curve = figure.axes
    valley.plot(*path.T, color=TRAIN, marker=".", linewidth=1.2)
    curve.plot(np.log10(np.maximum(loss(path), 1e-9)), color=VALIDATION, marker=".")
    title = f"rate {rate:.3g} = {multiple:g} · 2 / λmax, momentum {momentum:g}"
    figure.text(0.32, 0.91, title, fontsize=11, ha="center")
    first, last = loss(path[0]), loss(path[-1])
    words = f"after {N_STEPS} steps the loss is {last:.2g}, at the start {first:.3g}"
    setting = f"{multiple:g} times 2 / λmax, momentum {momentum:g}"
    return Picture(
        figure,
        f"Left, the path of gradient descent in a narrow valley at the rate {setting}; "
        f"right, the loss after every step: {words}.",
        f"rate {rate:.3g}, {setting}: {words}",
    )


def descent_paths() -> LiveFigure:
    """Return the interactive figure: sliders over the rate, in multiples of 2 / λmax, and momentum.

    Examples
    --------
    >>> figure = descent_paths()
    >>> figure.move(multiple=0.5)
    >>> figure.status
    'rate 0.1, 0.5 times 2 / λmax, momentum 0: after 30 steps the loss is 0.073, at the start 60.5'
    """
    return LiveFigure(
        draw_path,
        multiple=Slider("rate, as a multiple of 2 / λmax", MULTIPLES, start=0.95),
        momentum=Slider("momentum", MOMENTA, start=0.0),
    )
