"""Tasks of lesson 04: the lines of backpropagation, one by one, then two and three layers."""

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from mlp_lab.activations import softmax
from mlp_lab.classroom.checks import Case, Mistake, Task

LOSS = 'lesson 04, "Begin at the loss: cross-entropy"'
WEIGHTS = 'lesson 04, "Give every weight its gradient"'
DOWN = 'lesson 04, "Go down a layer"'
WRITE = 'lesson 04, "Write a network of your own"'
BUG = 'lesson 04, "Inject a bug"'


def _one_hot(p: Any, labels: Any) -> Any:
    return np.eye(p.shape[1])[labels]


def _delta_output(p: Any, labels: Any) -> Any:
    return (p - _one_hot(p, labels)) / len(p)


def _network_case(holds: str, rng: np.random.Generator, n: int, sizes: list[int]) -> Case:
    x, labels = rng.normal(size=(n, sizes[0])), np.arange(n) % sizes[-1]
    parameters = {}
    for k, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        parameters[f"weights{k}"] = rng.normal(size=(n_in, n_out))
        parameters[f"biases{k}"] = rng.normal(size=n_out)
    return Case(holds, parameters, x, labels)


def _gradients(
    parameters: Any,
    x: Any,
    labels: Any,
    at_output: Any = _delta_output,
    of_biases: Any = lambda delta: delta.sum(axis=0),
    sent: Any = lambda delta, arrived: delta,
    slope: Any = lambda h, k: 1 - h**2,
) -> dict[str, Any]:
    """Return the gradients of a tanh network; a mistake replaces one of the four lines above.

    Of layer k, `arrived` is the gradient at its outputs, and h are the outputs of layer k - 1.
    """
    n_layers = len(parameters) // 2
    inputs = [x]
    for k in range(1, n_layers):
        inputs.append(np.tanh(inputs[-1] @ parameters[f"weights{k}"] + parameters[f"biases{k}"]))
    logits = inputs[-1] @ parameters[f"weights{n_layers}"] + parameters[f"biases{n_layers}"]
    arrived = delta = at_output(softmax(logits), labels)
    gradients = {}
    for k in range(n_layers, 0, -1):
        h = inputs[k - 1]
        gradients[f"weights{k}"] = h.T @ delta
        gradients[f"biases{k}"] = of_biases(delta)
        if k > 1:
            arrived = sent(delta, arrived) @ parameters[f"weights{k}"].T
            delta = arrived * slope(h, k)
    return gradients


_IN_ANY_NETWORK = [
    Mistake("the slope of tanh is forgotten", partial(_gradients, slope=lambda h, k: 1), BUG),
    Mistake("gradients are summed over the batch, not averaged",
        partial(_gradients, at_output=lambda p, labels: p - _one_hot(p, labels)), BUG),
    Mistake("the biases get the mean: 1/N is in delta already",
        partial(_gradients, of_biases=lambda d: d.mean(axis=0)), WEIGHTS),
    Mistake("one sum for all biases: the axis is missing",
        partial(_gradients, of_biases=lambda d: np.full(d.shape[1], d.sum())), BUG),
    Mistake("the slope is taken of h as if it were z",
        partial(_gradients, slope=lambda h, k: 1 - np.tanh(h) ** 2), DOWN),
    Mistake("the sign of delta is turned round",
        partial(_gradients, at_output=lambda p, labels: -_delta_output(p, labels)), LOSS),
]  # fmt: skip


TASKS = [
    Task("04.delta_output", _delta_output, read=LOSS,
        cases=lambda rng: [
            Case("one sample has two classes", np.array([[0.5, 0.5]]), np.array([1])),
            Case("one sample has three classes", np.array([[0.2, 0.7, 0.1]]), np.array([0])),
            Case("the batch has four samples",
                softmax(rng.normal(size=(4, 3))), np.array([2, 0, 1, 1])),
            Case("the batch is larger", softmax(rng.normal(size=(9, 5))), rng.integers(0, 5, 9)),
        ],
        mistakes=[
            Mistake("the loss is a mean over the batch: 1/N is missing",
                lambda p, labels: p - _one_hot(p, labels)),
            Mistake("the sign is turned round", lambda p, labels: -_delta_output(p, labels)),
            Mistake("it divides by the number of classes, not of samples",
                lambda p, labels: (p - _one_hot(p, labels)) / p.shape[1]),
            Mistake("this is the upstream at p: it is not past the softmax yet",
                lambda p, labels: -_one_hot(p, labels) / (len(p) * p)),
            Mistake("1 is taken off every class, not only off the true one",
                lambda p, labels: (p - 1) / len(p)),
            Mistake("this is squared error's upstream",
                lambda p, labels: 2 * _delta_output(p, labels)),
        ]),
    Task("04.weights_gradient", lambda inputs, delta: inputs.T @ delta, read=WEIGHTS,
        cases=lambda rng: [
            Case("one sample goes from two inputs to one unit",
                np.array([[1.0, 2.0]]), np.array([[3.0]])),
            Case("one sample goes from two inputs to three units",
                np.array([[1.0, 2.0]]), np.array([[1.0, -1.0, 0.5]])),
            Case("the batch has four samples", rng.normal(size=(4, 3)), rng.normal(size=(4, 2))),
            Case("all sizes are the same", rng.normal(size=(3, 3)), rng.normal(size=(3, 3))),
        ],
        mistakes=[
            Mistake(
                "rows and columns are exchanged: it has the shape of the weights, (n_in, n_out)",
                lambda inputs, delta: delta.T @ inputs),
            Mistake("only the first sample counts",
                lambda inputs, delta: np.outer(inputs[0], delta[0])),
            Mistake("it is divided by the batch once more: 1/N is in delta already",
                lambda inputs, delta: inputs.T @ delta / len(inputs)),
            Mistake("the samples are added up before they are multiplied",
                lambda inputs, delta: np.outer(inputs.sum(axis=0), delta.sum(axis=0))),
            Mistake("the product is in the wrong order", lambda inputs, delta: inputs @ delta),
            Mistake("the inputs are left out",
                lambda inputs, delta: np.tile(delta.sum(axis=0), (inputs.shape[1], 1))),
        ]),
    Task("04.biases_gradient", lambda delta: delta.sum(axis=0), read=WEIGHTS,
        cases=lambda rng: [
            Case("there are two samples and one unit", np.array([[1.0], [2.0]])),
            Case("there are two samples and two units", np.array([[1.0, -1.0], [2.0, 0.5]])),
            Case("there are four samples", rng.normal(size=(4, 3))),
            Case("there are as many samples as units", rng.normal(size=(5, 5))),
        ],
        mistakes=[
            Mistake("it is the mean: 1/N is in delta already", lambda delta: delta.mean(axis=0)),
            Mistake("one sum for all units: the axis is missing", lambda delta: delta.sum(), BUG),
            Mistake("the sum runs over the units, not over the samples",
                lambda delta: delta.sum(axis=1)),
            Mistake("only the first sample counts", lambda delta: delta[0]),
            Mistake("every sample keeps its own: add them up", lambda delta: delta),
            Mistake("the biases are forgotten", lambda delta: np.zeros(delta.shape[1]), BUG),
        ]),
    Task("04.upstream", lambda delta, weights: delta @ weights.T, read=DOWN,
        cases=lambda rng: [
            Case("one unit feeds one unit", np.array([[2.0]]), np.array([[3.0]])),
            Case("two units feed one unit", np.array([[2.0]]), np.array([[3.0], [4.0]])),
            Case("two units feed three units",
                np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])),
            Case("the batch has four samples", rng.normal(size=(4, 3)), rng.normal(size=(5, 3))),
            Case("the weights are square", rng.normal(size=(4, 3)), rng.normal(size=(3, 3))),
        ],
        mistakes=[
            Mistake("the weights are not transposed: that goes forward",
                lambda delta, weights: delta @ weights),
            Mistake("the product is in the wrong order", lambda delta, weights: weights @ delta.T),
            Mistake("the weights are left out",
                lambda delta, weights: np.tile(
                    delta.sum(axis=1, keepdims=True), (1, len(weights)))),
            Mistake("only the strongest arrow counts: what comes back adds up",
                lambda delta, weights: (delta[:, np.newaxis] * weights).max(axis=2)),
            Mistake("the mean is taken of what comes back, not the sum",
                lambda delta, weights: delta @ weights.T / delta.shape[1]),
            Mistake("the sign is turned round", lambda delta, weights: -delta @ weights.T),
        ]),
    Task("04.delta_hidden", lambda h, upstream: upstream * (1 - h**2), read=DOWN,
        cases=lambda rng: [
            Case("h is 0.5", np.array([[0.5]]), np.array([[2.0]])),
            Case("h is 0", np.array([[0.0]]), np.array([[2.0]])),
            Case("units are nearly flat", np.array([[0.99, 0.9999]]), np.array([[1.0, 1.0]])),
            Case("the batch has four samples",
                np.tanh(rng.normal(size=(4, 3))), rng.normal(size=(4, 3))),
        ],
        mistakes=[
            Mistake("the slope of tanh is forgotten", lambda h, upstream: upstream, BUG),
            Mistake("the slope is taken of h as if it were z",
                lambda h, upstream: upstream * (1 - np.tanh(h) ** 2)),
            Mistake("the square is missing", lambda h, upstream: upstream * (1 - h)),
            Mistake("this is the slope of relu", lambda h, upstream: upstream * (h > 0)),
            Mistake("this is the slope of sigmoid", lambda h, upstream: upstream * h * (1 - h)),
            Mistake("the upstream is left out", lambda h, upstream: 1 - h**2),
            Mistake("h and the upstream are exchanged", lambda h, upstream: h * (1 - upstream**2)),
        ]),
    Task("04.two_layers", _gradients, read=WRITE,
        cases=lambda rng: [
            _network_case("one sample has two classes", rng, 1, [2, 3, 2]),
            _network_case("the batch has three samples", rng, 3, [2, 3, 3]),
            _network_case("all layers are of one size", rng, 4, [3, 3, 3]),
        ],
        mistakes=_IN_ANY_NETWORK),
    Task("04.three_layers", _gradients, read=WRITE,
        cases=lambda rng: [
            _network_case("one sample has two classes", rng, 1, [2, 4, 5, 2]),
            _network_case("the batch has three samples", rng, 3, [2, 4, 5, 3]),
            _network_case("all layers are of one size", rng, 4, [3, 3, 3, 3]),
        ],
        mistakes=[
            *_IN_ANY_NETWORK,
            Mistake("layer 2 sends down what arrived at its outputs: it has to send its delta",
                partial(_gradients, sent=lambda delta, arrived: arrived)),
            Mistake("the slope is forgotten in layer 2 only",
                partial(_gradients, slope=lambda h, k: 1 if k == 3 else 1 - h**2)),
            Mistake("the slope is forgotten in layer 1 only",
                partial(_gradients, slope=lambda h, k: 1 if k == 2 else 1 - h**2)),
        ]),
]  # fmt: skip
