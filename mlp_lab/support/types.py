"""The types that functions here speak of: arrays, and what a network or a split has to offer.

Whatever has the methods of a protocol will do: `MLP`, a subclass of it, or a class of your own.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
# by name, "layer1.weights": a network's parameters, or gradients of the same shapes
Parameters = dict[str, FloatArray]

Transform = Callable[[FloatArray, "np.random.Generator"], FloatArray]
"""From a batch of inputs and a random generator to what is trained on, of the same shape."""


class Samples(Protocol):
    """Inputs and their labels: a split of a data set."""

    @property
    def inputs(self) -> FloatArray:
        """Inputs, shape (N, n_features)."""

    @property
    def labels(self) -> IntArray:
        """Labels, shape (N,)."""


class Classifier(Protocol):
    """What can be asked for classes."""

    def predict(self, x: Any) -> IntArray:
        """Return the class of every sample, shape (N,)."""


class ForwardNetwork(Protocol):
    """What gives an output per class."""

    def forward(self, x: Any) -> FloatArray:
        """Return the outputs, shape (N, n_classes)."""


class LossGiver(Protocol):
    """What has a mean loss over a batch."""

    def loss(self, x: Any, labels: Any, loss: Any = ...) -> float:
        """Return the mean loss over a batch."""


class Network(LossGiver, Protocol):
    """What can be checked and trained."""

    def parameters(self) -> Parameters:
        """Return the arrays that the network computes with, by name."""

    def gradients(self, x: Any, labels: Any, loss: Any = ...) -> tuple[float, Parameters]:
        """Return the mean loss and its gradient with respect to every parameter."""
