"""A network seen from inside while it trains: outputs, gradients and movement of each layer."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from mlp_lab.activations import Elementwise
from mlp_lab.evaluation import as_samples, random_subset
from mlp_lab.figures.activation_cloud import flat_share
from mlp_lab.figures.compared_curves import COLOURS, MARKERS
from mlp_lab.figures.paper import subplots
from mlp_lab.losses import Loss
from mlp_lab.network import MLP
from mlp_lab.support.history import History
from mlp_lab.support.types import FloatArray, Samples

SAMPLES_LOOKED_AT = 1_000
"""A look takes about as long as ten training steps with batches of a hundred."""
PANELS = (
    ("flat", "Outputs that pass no gradient", "share of outputs", "linear"),
    ("gradient", "Gradient", "|dL/dW|", "log"),
    ("moved", "Movement in the epoch", "|ΔW| / |W|", "log"),
)
"""What is drawn: the attribute of `Inside`, title, label and scale."""


class Inside:
    """Watch a network from inside while it trains: a callback for `train`.

    It looks before the training and after every epoch, with at most 1,000 of the samples, taken at
    random. It draws no number and changes none of the network's: the training stays the same.

    Parameters
    ----------
    network : MLP
        The one that is going to be trained; any number of layers.
    samples : Samples
        What to look at it with, such as ``data.train``.
    loss : str or Loss
        As for `train`: of this loss are the gradients.

    Attributes
    ----------
    epochs : list of int
        After which epoch each look was; 0 is before the training.
    flat : list of list of float
        A look, then a hidden layer: the share of its outputs whose slope is below 0.05, so that
        hardly any gradient gets through. For relu these are the outputs that are 0.
    gradient : list of list of float
        A look, then a layer: the length of the gradient with respect to the weights, ``|dL/dW|``.
    moved : list of list of float
        A look, then a layer: how far the weights moved in the epoch, as a share of their length
        before it, ``|ΔW| / |W|``. NaN where there is nothing to compare with.

    Raises
    ------
    ValueError, TypeError
        If the samples do not fit the network, the hidden activation has no slope, or `train` calls
        it with another network.

    Notes
    -----
    The course cs231n, "Babysitting the learning process", looks at ``|ΔW| / |W|`` of single steps,
    where about 0.001 is usual. The steps of an epoch add up, and partly cancel. To see single
    steps, train on one batch: its epochs are steps.

    A look that does not follow on the one before begins anew: of another run, or of one resumed
    from a file whose earlier epochs it has not seen.

    Examples
    --------
    >>> from mlp_lab import load_digits, train
    >>> data = load_digits()
    >>> network = MLP([64, 30, 10], hidden="relu")
    >>> watch = Inside(network, data.train)
    >>> history = train(network, data.train, epochs=2, callbacks=[watch], progress=False)
    >>> watch.epochs
    [0, 1, 2]
    >>> [axes.get_ylabel() for axes in watch.plot()]
    ['share of outputs', '|dL/dW|', '|ΔW| / |W|']
    """

    def __init__(self, network: MLP, samples: Samples, loss: str | Loss = "cross_entropy") -> None:
        if len(network.weights) > 1 and not isinstance(network.hidden, Elementwise):
            raise ValueError(f"{network.hidden} has no slope for each output to look at")
        self.network, self.loss = network, loss
        self._samples = random_subset(as_samples(samples, network), SAMPLES_LOOKED_AT)
        self._begin_anew()
        self._look(epoch=0)

    def __call__(self, network: object, history: History) -> None:
        """Look at the network after an epoch."""
        if network is not self.network:
            raise ValueError("this watches another network: make an Inside for each")
        if history.epochs != self.epochs[-1] + 1:
            self._begin_anew()
        self._look(history.epochs)

    def plot(self) -> list[Axes]:
        """Draw `flat`, `gradient` and `moved` over the epochs, a line a layer: three Axes."""
        return inside_panels({"": self})

    def __repr__(self) -> str:
        return f"Inside({self.network!r}, looks after epochs {self.epochs})"

    def _begin_anew(self) -> None:
        self.epochs: list[int] = []
        self.flat: list[list[float]] = []
        self.gradient: list[list[float]] = []
        self.moved: list[list[float]] = []
        self._before = [np.full_like(weights, np.nan) for weights in self.network.weights]

    def _look(self, epoch: int) -> None:
        network, samples = self.network, self._samples
        _, gradients = network.gradients(samples.inputs, samples.labels, loss=self.loss)
        lengths = [_length(gradients[f"layer{n + 1}.weights"]) for n in range(len(self._before))]
        self.epochs.append(epoch)
        self.flat.append(_flat_shares(network, samples))
        self.gradient.append(lengths)
        self.moved.append(list(map(_movement, self._before, network.weights)))
        self._before = [weights.copy() for weights in network.weights]


def _flat_shares(network: MLP, samples: Samples) -> list[float]:
    """Return, per hidden layer, the share of its outputs whose slope is nearly 0."""
    shares, outputs = [], samples.inputs
    for weights, biases in zip(network.weights[:-1], network.biases[:-1], strict=True):
        outputs = network.hidden(outputs @ weights + biases)
        if isinstance(network.hidden, Elementwise):
            shares.append(flat_share(network.hidden.slope(outputs)))
    return shares


def _movement(before: FloatArray, after: FloatArray) -> float:
    """Return ``|ΔW| / |W|``; NaN if the weights were not seen before, or all 0."""
    length = _length(before)
    return _length(after - before) / length if length else math.nan


def _length(array: FloatArray) -> float:
    return float(np.linalg.norm(array))


def inside_panels(watched: Mapping[str, Inside]) -> list[Axes]:
    """Draw what was seen inside some networks: a row of three panels for each, on one scale.

    Parameters
    ----------
    watched : mapping of str to Inside
        By the name that stands beside the row.

    Returns
    -------
    list of Axes
        Row by row: flat outputs, gradients, movement.

    Examples
    --------
    >>> from mlp_lab import load_digits
    >>> watch = Inside(MLP([64, 10]), load_digits().train)
    >>> len(inside_panels({"careful": watch, "reckless": watch}))
    6
    """
    n_rows = len(watched)
    _, grid = subplots(
        n_rows, len(PANELS), figsize=(9, 0.6 + 2.3 * n_rows), sharex=True, sharey="col",
        squeeze=False, layout="constrained",
    )  # fmt: skip
    for row, (name, watch) in zip(grid, watched.items(), strict=True):
        for axes, (seen, _, label, scale) in zip(row, PANELS, strict=True):
            values = np.array(getattr(watch, seen))
            if scale == "log":
                values = np.where(values > 0, values, np.nan)  # a 0 has no place there
            _draw_layers(axes, watch.epochs, values)
            axes.set(yscale=scale, ylabel=label)
        row[0].set_ylim(-0.03, 1.03)
        row[0].yaxis.set_major_formatter(PercentFormatter(1.0))
        if name:
            row[0].set_ylabel(f"{name}\n{PANELS[0][2]}")
    for axes, (_, title, _, _) in zip(grid[0], PANELS, strict=True):
        axes.set_title(title)
    for axes in grid[-1]:
        axes.set_xlabel("epoch")
    grid[0, 1].legend(facecolor=grid[0, 1].figure.get_facecolor())
    return list(grid.flat)


def _draw_layers(axes: Axes, epochs: list[int], values: FloatArray) -> None:
    """Draw a line for each layer; markers tell them apart without their colours."""
    for layer, line in enumerate(values.T):
        colour, marker = COLOURS[layer % len(COLOURS)], MARKERS[layer % len(MARKERS)]
        label = f"layer {layer + 1}"
        axes.plot(epochs, line, color=colour, marker=marker, markersize=4, label=label)
    axes.grid(alpha=0.3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
