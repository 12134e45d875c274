"""What is asked of a network before it is trained; its parameters by name, copied and put back."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.support.array_checks import check_finite
from mlp_lab.support.threads import sensible_threads
from mlp_lab.support.types import FloatArray, Network, Parameters, Samples


def check_parameters(network: Network) -> None:
    """Refuse a network that has lost its numbers already, or hands out copies of them."""
    again = network.parameters()
    for name, parameter in network.parameters().items():
        if not np.isfinite(parameter).all():
            raise ValueError(f"{name} has entries that are not finite: start from a new network")
        if not np.shares_memory(parameter, again[name]):
            raise ValueError(
                f"parameters() returns a copy of {name}, and changing a copy trains nothing: "
                "return the arrays that the network computes with"
            )


def check_loss_of_extremes(network: Network, samples: Samples, loss: object) -> None:
    """Have the network compute the loss of two samples, those of the lowest and highest label.

    What it refuses, such as a label beyond its classes, it refuses here, before any step.
    """
    extremes = [samples.labels.argmin(), samples.labels.argmax()]
    with np.errstate(over="ignore", invalid="ignore"):
        network.loss(samples.inputs[extremes], samples.labels[extremes], loss=loss)


def check_shapes(
    source: str, arrays: Mapping[str, NDArray[Any]], parameters: Parameters, cure: str = ""
) -> None:
    """Refuse arrays that do not fit the parameters, before anything is written.

    The message says who gave them, the `source`, and what to do, the `cure`.
    """
    for name, parameter in parameters.items():
        shape = np.shape(arrays[name]) if name in arrays else None
        if shape != parameter.shape:
            raise ValueError(
                f"{source} has {'nothing' if shape is None else f'shape {shape}'} for {name}, "
                f"wanted shape {parameter.shape}{cure}"
            )


def check_gradients_fit(gradients: Parameters, parameters: Parameters) -> None:
    """Refuse gradients that are missing or have another shape than their parameter."""
    check_shapes("gradients()", gradients, parameters, "; see what check_gradients says")


def require_finite_start(value: float, inputs: ArrayLike) -> None:
    """Refuse a search whose loss is not finite before the first step."""
    if not math.isfinite(value):
        check_finite(inputs)
        raise ValueError(f"the loss is {value} before the first step: are the inputs scaled?")


def name_layers(weights: Sequence[FloatArray], biases: Sequence[FloatArray]) -> Parameters:
    """Return arrays given per layer by the names that `MLP.parameters` uses: ``layer1.weights``."""
    named: Parameters = {}
    for number, (layer_weights, layer_biases) in enumerate(zip(weights, biases, strict=True), 1):
        named[f"layer{number}.weights"] = layer_weights
        named[f"layer{number}.biases"] = layer_biases
    return named


@contextmanager
def undisturbed(network: Network, n_samples: int) -> Iterator[dict[str, FloatArray]]:
    """Search without a trace: the network gets its parameters back; yield a copy of them."""
    original = copies_of(network.parameters())
    try:
        with (
            np.errstate(over="ignore", invalid="ignore"),  # an overflow is an answer here
            sensible_threads(original, n_samples),
        ):
            yield original
    finally:
        copy_parameters(original, network.parameters())


def copies_of(arrays: Parameters) -> Parameters:
    """Return copies: of parameters to go back to, of gradients that an optimizer may overwrite."""
    return {name: np.array(array) for name, array in arrays.items()}


def copy_parameters(source: Mapping[str, NDArray[Any]], destination: Parameters) -> None:
    """Copy values array by array; the destination's arrays stay the same objects."""
    for name, array in destination.items():
        np.copyto(array, source[name])
