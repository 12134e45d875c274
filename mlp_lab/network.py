"""The multilayer perceptron: layers of weights, the forward pass, and the gradients."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from mlp_lab.activations import ACTIVATIONS, Activation, Elementwise, find_activation
from mlp_lab.initializers import Initializer, find_initializer, initializer_for
from mlp_lab.losses import Loss, find_loss, loss_and_delta, loss_of_logits
from mlp_lab.support.array_checks import check_inputs, check_labels
from mlp_lab.support.dropout import dropping
from mlp_lab.support.network_files import read_network, write_network
from mlp_lab.support.networks import check_shapes, copy_parameters, name_layers
from mlp_lab.support.option_checks import check_share, check_sizes, name_of
from mlp_lab.support.types import FloatArray, IntArray, Parameters


class MLP:
    """A multilayer perceptron: every layer computes ``activation(x @ weights + biases)``.

    Parameters
    ----------
    sizes : sequence of int
        Units from input to output: ``[784, 100, 10]`` has one hidden layer of 100.
    hidden, output : str or Activation
        Activation of the hidden layers and of the output layer: ``"identity"``, ``"tanh"``,
        ``"sigmoid"``, ``"relu"``, ``"leaky_relu"``, ``"softmax"`` or an object of your own.
    initializer : str or callable, optional
        Initial weights: ``"glorot_uniform"``, ``"glorot_normal"``, ``"he_normal"``, ``"uniform"``,
        ``"zeros"`` or a function ``(generator, n_in, n_out) -> weights``. Biases start at zero.
        Default: the one that suits the hidden activation, see `initializers.initializer_for`.
    dtype : {"float32", "float64"}
        Of the parameters and what is computed from them: float32 to train, float64 to check.
    seed : int
        Of the initial weights: the same seed gives the same weights, for either dtype.
    dropout : float
        The share of the hidden outputs that `train` drops, others in every step (Srivastava et al.
        2014). What else the network computes is whole.

    Attributes
    ----------
    weights, biases : list of ndarray
        Per layer, shapes (n_in, n_out) and (n_out,).

    Raises
    ------
    ValueError
        If a size, a name, the dtype or the dropout is not one of those above.

    Examples
    --------
    >>> network = MLP([784, 100, 10], seed=0)
    >>> sum(array.size for array in network.parameters().values())
    79510
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden: str | Activation = "tanh",
        output: str | Activation = "softmax",
        initializer: str | Initializer | None = None,
        dtype: DTypeLike = "float32",
        seed: int | None = 0,
        dropout: float = 0.0,
    ) -> None:
        self.sizes = check_sizes(sizes)
        self.hidden = find_activation(hidden)
        self.output = find_activation(output)
        if dtype is None or dtype not in (np.float32, np.float64, "float32", "float64"):
            raise ValueError(f"dtype is {dtype!r}, wanted 'float32' or 'float64'")
        check_share("dropout", dropout)
        if dropout and not isinstance(self.hidden, Elementwise):
            raise ValueError(f"dropout needs an elementwise hidden activation, not {self.hidden}")
        self.dropout = float(dropout)
        self.masks: list[FloatArray] | None = None  # a factor for each hidden output, if any
        initialize = find_initializer(initializer or initializer_for(self.hidden))
        generator = np.random.default_rng(seed)
        self.weights: list[FloatArray] = []
        self.biases: list[FloatArray] = []
        for n_in, n_out in pairwise(self.sizes):
            weights = np.array(initialize(generator, n_in, n_out), dtype=dtype)
            if weights.shape != (n_in, n_out):
                raise ValueError(f"the initializer gave shape {weights.shape}, not {(n_in, n_out)}")
            self.weights.append(weights)
            self.biases.append(np.zeros(n_out, dtype=dtype))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the parameters."""
        return self.weights[0].dtype

    def parameters(self) -> Parameters:
        """Return the parameters by name, from input to output: the live arrays, not copies.

        Examples
        --------
        >>> list(MLP([3, 2]).parameters())
        ['layer1.weights', 'layer1.biases']
        """
        return name_layers(self.weights, self.biases)

    def forward(self, x: ArrayLike) -> FloatArray:
        """Return the outputs for a batch: for softmax the probabilities, shape (N, n_classes).

        Parameters
        ----------
        x : array_like, shape (N, n_features)

        Raises
        ------
        ValueError, TypeError
            If the inputs have another shape, are none, or are not real numbers.
        """
        return self.output(self._logits(self._checked(x)))

    def predict(self, x: ArrayLike) -> IntArray:
        """Return the class with the largest output for every sample, shape (N,), int.

        Examples
        --------
        >>> MLP([4, 10], initializer="zeros").predict(np.ones((2, 4)))
        array([0, 0])
        """
        classes: IntArray = self.forward(x).argmax(axis=1)
        return classes

    def loss(self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy") -> float:
        """Return the mean loss over a batch.

        Parameters
        ----------
        x : array_like, shape (N, n_features)
        labels : array_like of int, shape (N,)
        loss : str or Loss
            ``"cross_entropy"``, ``"squared_error"`` or an object of your own.

        Raises
        ------
        ValueError, TypeError
            If shapes or dtypes do not fit, a label is not a class, or the loss is unknown.

        Examples
        --------
        A network that knows nothing gives ten classes a tenth each, and its loss is log(10):

        >>> network = MLP([4, 10], initializer="zeros")
        >>> round(network.loss(np.ones((1, 4)), [7]), 4)
        2.3026
        """
        x = self._checked(x)
        labels = check_labels(labels, len(x), self.sizes[-1])
        return self.loss_of_checked(x, labels, find_loss(loss))

    def loss_of_checked(self, x: FloatArray, labels: IntArray, loss: Loss) -> float:
        """Return the mean loss of a batch that `loss` has accepted before: it is not checked again.

        A gradient check asks for the loss of one batch a hundred thousand times.
        """
        return loss_of_logits(loss, self.output, self._logits(x), labels)

    def loss_and_predictions(
        self, x: ArrayLike, labels: ArrayLike, loss: str | Loss = "cross_entropy"
    ) -> tuple[float, IntArray]:
        """Return what `loss` and `predict` return, from one forward pass.

        Examples
        --------
        >>> value, classes = MLP([4, 10]).loss_and_predictions(np.ones((1, 4)), [7])
        >>> classes.shape
        (1,)
        """
        logits = self._logits(self._checked(x))
        labels = check_labels(labels, *logits.shape)
        value = loss_of_logits(find_loss(loss), self.output, logits, labels)
        return value, self.output(logits).argmax(axis=1)

    def gradients(
        self,
        x: ArrayLike,
        labels: ArrayLike,
        loss: str | Loss = "cross_entropy",
        out: Parameters | None = None,
    ) -> tuple[float, Parameters]:
        """Return the mean loss over a batch and its gradient with respect to every parameter.

        The gradients have the keys, shapes and dtype of `parameters`. Backpropagation: delta, the
        gradient with respect to a layer's ``z = x @ weights + biases``, gives those of its weights,
        ``x.T @ delta``, of its biases, the sum of delta over the batch, and of its inputs,
        ``delta @ weights.T``; these, times the slope of the layer below, are that layer's delta.

        Parameters
        ----------
        x, labels, loss
            As for `loss`, which raises the same errors.
        out : dict of ndarray, optional
            What an earlier call returned, to be overwritten: new arrays of this size at every step
            would cost more time than some of the arithmetic.

        Examples
        --------
        >>> network = MLP([4, 3, 2], dtype="float64")
        >>> value, gradients = network.gradients(np.ones((5, 4)), [0, 1, 1, 0, 1])
        >>> gradients["layer1.weights"].shape
        (4, 3)
        """
        layer_inputs = self._layer_inputs(self._checked(x))
        logits = self._pre_activation(-1, layer_inputs[-1])
        labels = check_labels(labels, *logits.shape)
        # delta is dL/dz of the layer at hand, shape (N, n_out)
        value, delta = loss_and_delta(find_loss(loss), self.output, logits, labels)
        parameters = name_layers(self.weights, self.biases)
        if out is None:
            out = {name: np.empty_like(array) for name, array in parameters.items()}
        check_shapes("out", out, parameters)
        for layer in reversed(range(len(self.weights))):
            np.matmul(layer_inputs[layer].T, delta, out=out[f"layer{layer + 1}.weights"])
            delta.sum(axis=0, out=out[f"layer{layer + 1}.biases"])
            if layer > 0:
                delta = self._delta_below(layer, delta, layer_inputs[layer])
        return value, out

    def dropping(
        self, n_samples: int, generator: "np.random.Generator"
    ) -> AbstractContextManager[None]:
        """Drop the same hidden outputs in all that is computed within, for so many samples.

        Examples
        --------
        >>> network = MLP([4, 100, 2], hidden="relu", dropout=0.5)
        >>> with network.dropping(5, np.random.default_rng(0)):
        ...     some = network.forward(np.ones((5, 4)))
        >>> bool((some != network.forward(np.ones((5, 4)))).all())
        True
        """
        return dropping(self, n_samples, generator)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to `path`, whole or not at all: an .npz of plain arrays, no pickle.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        activations = {"hidden": self.hidden, "output": self.output}
        write_network(path, self.sizes, self.dropout, activations, ACTIVATIONS, self.parameters())

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        hidden: Activation | None = None,
        output: Activation | None = None,
    ) -> "MLP":
        """Return the network that `save` wrote.

        Pass `hidden` or `output` if it was an activation of your own: the file has its name alone.

        Raises
        ------
        ValueError, OSError
            If there is no such file, it was not written by `save`, is cut or corrupted, or names an
            activation that mlp_lab does not have.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "digits.npz")
        >>> MLP([4, 2], seed=3).save(path)
        >>> MLP.load(path)
        MLP([4, 2], hidden=tanh, output=softmax, dtype=float32)
        """
        given = {"hidden": hidden, "output": output}
        sizes, dropout, activations, arrays = read_network(path, given, ACTIVATIONS)
        dtype = arrays["layer1.weights"].dtype
        network = cls(sizes, activations["hidden"], activations["output"], "zeros", dtype)
        network.dropout = dropout
        copy_parameters(arrays, network.parameters())
        return network

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.sizes}, hidden={name_of(self.hidden)}, "
            f"output={name_of(self.output)}, dtype={self.dtype}"
            f"{f', dropout={self.dropout}' if self.dropout else ''})"
        )

    def _checked(self, x: ArrayLike) -> FloatArray:
        """Return the inputs as an array of the network's dtype."""
        return check_inputs(x, self.sizes[0]).astype(self.dtype, copy=False)

    def _layer_inputs(self, x: FloatArray) -> list[FloatArray]:
        """Return what goes into each layer: the inputs, then the outputs of the hidden layers."""
        layer_inputs = [x]
        for layer in range(len(self.weights) - 1):
            layer_inputs.append(self._hidden_output(layer, layer_inputs[-1]))
        return layer_inputs

    def _hidden_output(self, layer: int, layer_input: FloatArray) -> FloatArray:
        """Return the outputs of a hidden layer, shape (N, n_out); 0 where they are dropped."""
        outputs = self.hidden(self._pre_activation(layer, layer_input))
        return outputs if self.masks is None else outputs * self.masks[layer]

    def _delta_below(self, layer: int, delta: FloatArray, outputs: FloatArray) -> FloatArray:
        """Return the delta of the layer below: down through the weights, and times the slope."""
        upstream = delta @ self.weights[layer].T
        if self.masks is not None:
            # what was multiplied is multiplied; the slope is taken of the outputs before that
            upstream *= self.masks[layer - 1]
            outputs = outputs * (1 - self.dropout)
        return self.hidden.backward(outputs, upstream)

    def _logits(self, x: FloatArray) -> FloatArray:
        """Return the pre-activations of the output layer, shape (N, n_classes)."""
        *_, last = self._layer_inputs(x)
        return self._pre_activation(-1, last)

    def _pre_activation(self, layer: int, layer_input: FloatArray) -> FloatArray:
        """Return ``layer_input @ weights + biases``, shape (N, n_out)."""
        z = layer_input @ self.weights[layer]
        z += self.biases[layer]
        return z
