"""A 2-2-1 network, stepped forward and back: a line of code a step, its numbers on a graph."""

import re
from itertools import chain, product
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from mlp_lab.activations import tanh
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Picture, Slider
from mlp_lab.support.types import Parameters


class Step(NamedTuple):
    """A line of code, ``name = code``: where on the graph it is, and its first entry in numbers."""

    name: str
    code: str
    place: str  # the quantity that it computes, or whose gradient it computes
    columns: str  # of the graph, between which it runs
    numbers: str  # to be filled with the arrays


STEPS = [
    Step("z1", "x @ weights1 + biases1", "z1", "x z1",
         "{x[0][0]} · {weights1[0][0]} + {x[0][1]} · {weights1[1][0]} - 0.5 = {z1[0][0]}"),
    Step("h", "tanh(z1)", "h", "z1 h", "tanh({z1[0][0]}) = {h[0][0]}"),
    Step("z2", "h @ weights2 + biases2", "z2", "h z2",
         "{h[0][0]} · 0.8 + ({h[0][1]}) · 0.5 + {biases2[0]} = {z2[0][0]}"),
    Step("loss", "((z2 - target) ** 2).sum(axis=1).mean()", "L", "z2 L",
         "({z2[0][0]} - 1)² = {loss}"),
    Step("delta2", "2 * (z2 - target) / N", "z2", "z2 L",
         "upstream 1 · local derivative 2({z2[0][0]} - 1) = {delta2[0][0]}"),
    Step("weights2_gradient", "h.T @ delta2", "weights2", "h z2",
         "delta2 {delta2[0][0]} · local derivative h, {h[0][0]} = {weights2_gradient[0][0]}"),
    Step("biases2_gradient", "delta2.sum(axis=0)", "biases2", "",
         "delta2 {delta2[0][0]} · local derivative 1 = {biases2_gradient[0]}"),
    Step("upstream1", "delta2 @ weights2.T", "h", "h z2",
         "delta2 {delta2[0][0]} · local derivative, the weight 0.8 = {upstream1[0][0]}"),
    Step("delta1", "upstream1 * (1 - h**2)", "z1", "z1 h",
         "upstream {upstream1[0][0]} · local derivative 1 - {h[0][0]}² = {delta1[0][0]}"),
    Step("weights1_gradient", "x.T @ delta1", "weights1", "x z1",
         "delta1 {delta1[0][0]} · local derivative x, {x[0][0]} = {weights1_gradient[0][0]}"),
    Step("biases1_gradient", "delta1.sum(axis=0)", "biases1", "",
         "delta1 {delta1[0][0]} · local derivative 1 = {biases1_gradient[0]}"),
    Step("upstream0", "delta1 @ weights1.T", "x", "x z1",
         "both paths: {delta1[0][0]} · 0.4 + ({delta1[0][1]}) · (-0.9) = {upstream0[0][0]}"),
]  # fmt: skip
N_FORWARD = 4
CIRCLES = {"x": [(0.6, 3.5), (0.6, 0.9)], "z1": [(3.8, 3.5), (3.8, 0.9)],
           "h": [(5.7, 3.5), (5.7, 0.9)], "z2": [(8.1, 2.2)], "L": [(9.5, 2.2)]}  # fmt: skip
EDGES = {"x z1": list(product(CIRCLES["x"], CIRCLES["z1"])),
         "z1 h": list(zip(CIRCLES["z1"], CIRCLES["h"], strict=True)),  # tanh works elementwise
         "h z2": list(product(CIRCLES["h"], CIRCLES["z2"])),
         "z2 L": list(product(CIRCLES["z2"], CIRCLES["L"]))}  # fmt: skip
PLACES = CIRCLES | {"weights1": [(2.2, 4.02), (2.05, 3.08), (2.05, 1.66), (2.2, 0.63)],
                    "weights2": [(7.0, 3.42), (7.0, 1.22)],
                    "biases1": [(3.8, 4.62), (3.8, 2.02)], "biases2": [(8.4, 3.3)]}  # fmt: skip
ARROW = {"arrowstyle": "-|>", "color": VALIDATION, "lw": 2.5, "shrinkA": 19, "shrinkB": 19}
HIGHLIGHT = {"facecolor": "#ffe08a", "lw": 0, "pad": 1.5}


def run_steps() -> dict[str, Any]:
    """Return every array of the walk by its name: what is given, then the result of each step.

    The lines that the figure shows are the lines that run here, so they agree with its numbers.

    Examples
    --------
    >>> arrays = run_steps()
    >>> arrays["delta1"].shape, arrays["weights1_gradient"].shape
    ((1, 2), (2, 2))
    """
    arrays: dict[str, Any] = {
        "x": np.array([[1.0, 2.0]]),
        "target": np.array([[1.0]]),
        "weights1": np.array([[0.4, -0.9], [0.3, -0.4]]),
        "biases1": np.array([-0.5, 0.2]),
        "weights2": np.array([[0.8], [0.5]]),
        "biases2": np.array([0.1]),
    }
    for step in STEPS:
        arrays[step.name] = eval(step.code, {"tanh": tanh, "N": 1}, arrays)
    return arrays


ARRAYS = run_steps()


def shapes(code: str, arrays: Parameters) -> str:
    """Return a line of code with the shape of every array in place of its name.

    Examples
    --------
    >>> shapes("h.T @ delta2", run_steps())
    '(2, 1) @ (1, 1)'
    """

    def shape(match: re.Match[str]) -> str:
        array = arrays[match[1]]
        return str(np.shape(array.T if match[2] else array))

    return re.sub(rf"\b({'|'.join(arrays)})\b(\.T)?", shape, code)


def draw_graph() -> Figure:
    """Draw the graph with the numbers that are given: inputs, weights and biases."""
    figure = Figure(figsize=(7.2, 4.2))
    axes = figure.add_axes((0, 0.18, 1, 0.75), xlim=(0, 10.1), ylim=(-0.1, 4.9))
    axes.set_axis_off()
    axes.add_collection(LineCollection(list(chain(*EDGES.values())), colors="#b5b5b5", zorder=0))
    circles = zip(*chain(*CIRCLES.values()), strict=True)
    axes.plot(*circles, "o", color="white", markeredgecolor=MARK, ms=36)
    for name, ((x, y), *_) in CIRCLES.items():
        axes.text(x - 0.45, y + 0.45, name, ha="center", fontsize=12, color=MARK)
    for name in ("x", "weights1", "biases1", "weights2", "biases2"):
        _write(axes, name, name, color="black")
    return figure


@backdrop
def behind_the_step(step: int) -> Figure:
    """Draw the graph with the numbers of all steps before this one."""
    if step == 1:
        return draw_graph()
    figure = behind_the_step(step - 1)
    draw_numbers(figure.axes[0], step - 1)
    return figure


def draw_numbers(axes: Axes, step: int, **style: Any) -> None:
    """Write the numbers that a step (from 1) computes."""
    now, colour = STEPS[step - 1], "black" if step <= N_FORWARD else VALIDATION
    _write(axes, now.name, now.place, color=colour, **style)


def _write(axes: Axes, name: str, place: str, color: str, **style: Any) -> None:
    """Write an array's entries at their places; a gradient in its colour, below, after an arrow."""
    mark, lower = ("b = " if place.startswith("biases") else ""), 0.0
    if color == VALIDATION:
        mark, lower = "← ", 0.7 if place in CIRCLES else 0.33
    for (x, y), value in zip(PLACES[place], ARRAYS[name].flat, strict=True):
        text = f"{mark}{value:.2f}"
        axes.text(x, y - lower, text, ha="center", va="center", fontsize=11.5, color=color, **style)


def draw_step(step: int) -> Picture:
    """Draw the graph as a step (from 1) is taken: its line, its numbers, and where they go."""
    now, way = STEPS[step - 1], "forward" if step <= N_FORWARD else "backward"
    rounded = {name: np.round(array, 2) for name, array in ARRAYS.items()}
    line, shape = f"{now.name} = {now.code}", np.shape(ARRAYS[now.name])
    numbers = f"first: {now.numbers.format(**rounded)}"
    figure = behind_the_step(step)
    axes = figure.axes[0]
    for left, right in EDGES.get(now.columns, []):
        ends = (right, left) if way == "forward" else (left, right)  # where to, where from
        axes.annotate("", *ends, arrowprops=ARROW)
    draw_numbers(axes, step, bbox=HIGHLIGHT)
    figure.text(0.02, 0.94, f"Step {step}: {line}", fontsize=13, weight="bold")
    footer = f"shapes: {shapes(now.code, ARRAYS)} → {shape}\n{numbers}"
    figure.text(0.02, 0.03, footer, fontsize=12, linespacing=1.5)
    return Picture(
        figure,
        f"Two inputs, two tanh units and one output as circles and arrows, at the {way} step "
        f"{line}; {numbers}",
        f"Step {step}, {way}: {line} = {rounded[now.name]}, shape {shape}",
    )


def backprop_steps() -> LiveFigure:
    """Return the interactive figure: a slider over the steps of a forward and a backward pass.

    Examples
    --------
    >>> figure = backprop_steps()
    >>> figure.move(step=1)
    >>> figure.status
    'Step 1, forward: z1 = x @ weights1 + biases1 = [[ 0.5 -1.5]], shape (1, 2)'
    """
    steps = range(1, len(STEPS) + 1)
    behind_the_step(steps[-1])  # all of them now, so that the slider does not wait for them later
    return LiveFigure(draw_step, step=Slider("step", steps, start=9))
