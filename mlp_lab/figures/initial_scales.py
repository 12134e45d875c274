"""The hidden outputs of a deep network before training: what the scale of its weights does."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mlp_lab.activations import Elementwise, relu, tanh
from mlp_lab.figures.activation_cloud import flat_share
from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture, Slider
from mlp_lab.network import MLP
from mlp_lab.support.types import FloatArray

N_LAYERS, N_UNITS, N_INPUTS, N_BINS = 5, 100, 100, 41
SCALES = [0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0]
LIMITS = {tanh: (-1.0, 1.0), relu: (0.0, 2.0)}
"""Of the outputs that the histograms show."""


def hidden_outputs(
    activation: Elementwise, inputs: ArrayLike, weights: list[FloatArray], scale: float
) -> list[FloatArray]:
    """Return the outputs of every hidden layer of a network without biases.

    Parameters
    ----------
    activation : Elementwise
    inputs : array_like, shape (N, n_features)
    weights : list of ndarray
        Per layer, shape (n_in, n_out).
    scale : float
        What all of them are multiplied by.

    Returns
    -------
    list of ndarray, shape (N, n_out)

    Examples
    --------
    >>> hidden_outputs(relu, [[1.0, 2.0]], [np.eye(2), np.eye(2)], scale=3.0)
    [array([[3., 6.]]), array([[ 9., 18.]])]
    """
    outputs: list[FloatArray] = []
    layer_inputs = np.asarray(inputs)
    for layer_weights in weights:
        layer_inputs = activation(layer_inputs @ (scale * layer_weights))
        outputs.append(layer_inputs)
    return outputs


@backdrop
def behind_the_layers(activation: Elementwise) -> Figure:
    """Draw the frame for the histograms of the layers."""
    figure = Figure(figsize=(7.2, 3.6))
    limits = LIMITS[activation]
    axes = figure.add_axes((0.03, 0.14, 0.68, 0.76), xlim=limits, ylim=(-0.05, N_LAYERS))
    axes.set(xlabel="hidden output h", xticks=np.linspace(*limits, 3), yticks=[])
    axes.hlines(range(N_LAYERS), *limits, color=MARK, linewidth=0.8)
    write_beside(axes, N_LAYERS + 0.08, "layer  spread  flat")
    return figure


def write_beside(axes: Axes, height: float, words: str) -> None:
    """Write a line of the table on the right."""
    place = axes.get_yaxis_transform()
    axes.text(1.02, height, words, transform=place, family="monospace", fontsize=11)


def draw_layers(activation: Elementwise, outputs: list[FloatArray]) -> Figure:
    """Return a figure of one histogram per layer, the first on top.

    Each is as high as its fullest bin. Outputs that are exactly 0, as half of relu's are, would
    dwarf the others and are left out. What is above the last bin is counted in it.
    """
    figure = behind_the_layers(activation)
    axes, limits = figure.axes[0], LIMITS[activation]
    for number, layer_outputs in enumerate(outputs, 1):
        base = N_LAYERS - number
        # the number of bins, not their edges: NumPy counts equal bins much faster
        shown = np.minimum(layer_outputs[layer_outputs != 0], limits[1])
        counts, edges = np.histogram(shown, N_BINS, limits)
        heights = base + 0.85 * counts / max(1, counts.max())
        axes.stairs(heights, edges, baseline=base, fill=True, color=TRAIN)
    return figure


def initial_scales(inputs: FloatArray) -> LiveFigure:
    """Return the figure: hidden outputs by layer, for weights of any multiple of Glorot's scale.

    Parameters
    ----------
    inputs : ndarray, shape (N, n_features)
        Such as ``data.validation.inputs``; the first 100 are used.

    Examples
    --------
    >>> from mlp_lab import load_digits
    >>> figure = initial_scales(load_digits().validation.inputs)
    >>> figure.move(scale=0.1)
    >>> figure.status.endswith("share that is flat 0%, 0%, 0%, 0%, 0%")
    True
    """
    inputs = inputs[:N_INPUTS]
    network = MLP([inputs.shape[1], *[N_UNITS] * N_LAYERS, 10], seed=0)
    weights = network.weights[:-1]

    def draw(scale: float, activation: Elementwise) -> Picture:
        outputs = hidden_outputs(activation, inputs, weights, scale)
        spreads = [float(layer_outputs.std()) for layer_outputs in outputs]
        shares = [flat_share(activation.slope(layer_outputs)) for layer_outputs in outputs]
        figure = draw_layers(activation, outputs)
        for number, (spread, share) in enumerate(zip(spreads, shares, strict=True), 1):
            height = N_LAYERS - number + 0.3
            write_beside(figure.axes[0], height, f"{number:^5}  {spread:<8.2g}{share:>4.0%}")
        setting = f"{activation}, {scale:g} x Glorot"
        change = f"the spread of layer {N_LAYERS} is {spreads[-1] / spreads[0]:.2g} times layer 1's"
        figure.text(0.03, 0.92, f"{setting}: {change}", fontsize=10)
        return Picture(
            figure,
            f"Histograms of the outputs of {N_LAYERS} hidden layers, one above the other, "
            f"at {setting}: {change}, and {shares[-1]:.0%} of it is flat.",
            f"{setting}: spread by layer {', '.join(f'{spread:.2g}' for spread in spreads)}; "
            f"share that is flat {', '.join(f'{share:.0%}' for share in shares)}",
        )

    return LiveFigure(
        draw,
        scale=Slider("scale of the weights, relative to Glorot", SCALES, start=0.3),
        activation=Menu("activation", [tanh, relu], start=tanh),
    )
