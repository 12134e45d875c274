"""Tasks of lesson 04: the lines of backpropagation, one by one, then two and three layers."""

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


def _delta_cases(generator: np.random.Generator) -> list[Case]:
    return [
        Case("one sample has two classes", (np.array([[0.5, 0.5]]), np.array([1]))),
        Case("one sample has three classes", (np.array([[0.2, 0.7, 0.1]]), np.array([0]))),
        Case("the batch has four samples", (softmax(generator.normal(size=(4, 3))),
                                            np.array([2, 0, 1, 1]))),
        Case("the batch is larger", (softmax(generator.normal(size=(9, 5))),
                                     generator.integers(0, 5, 9))),
    ]  # fmt: skip


DELTA_OUTPUT = Task(
    "04.delta_output",
    lambda p, labels: (p - _one_hot(p, labels)) / len(p),
    _delta_cases,
    (
        Mistake("the loss is a mean over the batch: 1/N is missing",
                lambda p, labels: p - _one_hot(p, labels), LOSS),
        Mistake("the sign is turned round", lambda p, labels: (_one_hot(p, labels) - p) / len(p),
                LOSS),
        Mistake("it divides by the number of classes, not of samples",
                lambda p, labels: (p - _one_hot(p, labels)) / p.shape[1], LOSS),
        Mistake("this is the upstream at p: it is not past the softmax yet",
                lambda p, labels: -_one_hot(p, labels) / (len(p) * p), LOSS),
        Mistake("1 is taken off every class, not only off the true one",
                lambda p, labels: (p - 1) / len(p), LOSS),
        Mistake("this is squared error's upstream", lambda p, labels: 2 * (
            p - _one_hot(p, labels)) / len(p), LOSS),
    ),
)  # fmt: skip


def _layer_cases(generator: np.random.Generator) -> list[Case]:
    return [
        Case("one sample goes from two inputs to one unit", (np.array([[1.0, 2.0]]),
                                                             np.array([[3.0]]))),
        Case("one sample goes from two inputs to three units", (
            np.array([[1.0, 2.0]]), np.array([[1.0, -1.0, 0.5]]))),
        Case("the batch has four samples", (generator.normal(size=(4, 3)),
                                            generator.normal(size=(4, 2)))),
        Case("all sizes are the same", (generator.normal(size=(3, 3)),
                                        generator.normal(size=(3, 3)))),
    ]  # fmt: skip


WEIGHTS_GRADIENT = Task(
    "04.weights_gradient",
    lambda inputs, delta: inputs.T @ delta,
    _layer_cases,
    (
        Mistake("rows and columns are exchanged: it has the shape of the weights, (n_in, n_out)",
                lambda inputs, delta: delta.T @ inputs, WEIGHTS),
        Mistake("only the first sample counts",
                lambda inputs, delta: np.outer(inputs[0], delta[0]), WEIGHTS),
        Mistake("it is divided by the batch once more: 1/N is in delta already",
                lambda inputs, delta: inputs.T @ delta / len(inputs), WEIGHTS),
        Mistake("the samples are added up before they are multiplied",
                lambda inputs, delta: np.outer(inputs.sum(axis=0), delta.sum(axis=0)), WEIGHTS),
        Mistake("the product is in the wrong order", lambda inputs, delta: inputs @ delta, WEIGHTS),
        Mistake("the inputs are left out", lambda inputs, delta: np.tile(
            delta.sum(axis=0), (inputs.shape[1], 1)), WEIGHTS),
    ),
)  # fmt: skip


def _bias_cases(generator: np.random.Generator) -> list[Case]:
    return [
        Case("there are two samples and one unit", (np.array([[1.0], [2.0]]),)),
        Case("there are two samples and two units", (np.array([[1.0, -1.0], [2.0, 0.5]]),)),
        Case("there are four samples", (generator.normal(size=(4, 3)),)),
        Case("there are as many samples as units", (generator.normal(size=(5, 5)),)),
    ]


BIASES_GRADIENT = Task(
    "04.biases_gradient",
    lambda delta: delta.sum(axis=0),
    _bias_cases,
    (
        Mistake("it is the mean: 1/N is in delta already", lambda delta: delta.mean(axis=0),
                WEIGHTS),
        Mistake("one sum for all units: the axis is missing", lambda delta: delta.sum(), BUG),
        Mistake("the sum runs over the units, not over the samples",
                lambda delta: delta.sum(axis=1), WEIGHTS),
        Mistake("only the first sample counts", lambda delta: delta[0], WEIGHTS),
        Mistake("every sample keeps its own: add them up", lambda delta: delta, WEIGHTS),
        Mistake("the biases are forgotten", lambda delta: np.zeros(delta.shape[1]), BUG),
    ),
)  # fmt: skip


def _upstream_cases(generator: np.random.Generator) -> list[Case]:
    return [
        Case("one unit feeds one unit", (np.array([[2.0]]), np.array([[3.0]]))),
        Case("two units feed one unit", (np.array([[2.0]]), np.array([[3.0], [4.0]]))),
        Case("two units feed three units", (np.array([[1.0, 2.0, 3.0]]),
                                            np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]))),
        Case("the batch has four samples", (generator.normal(size=(4, 3)),
                                            generator.normal(size=(5, 3)))),
        Case("the weights are square", (generator.normal(size=(4, 3)),
                                        generator.normal(size=(3, 3)))),
    ]  # fmt: skip


UPSTREAM = Task(
    "04.upstream",
    lambda delta, weights: delta @ weights.T,
    _upstream_cases,
    (
        Mistake("the weights are not transposed: that goes forward",
                lambda delta, weights: delta @ weights, DOWN),
        Mistake("the product is in the wrong order", lambda delta, weights: weights @ delta.T,
                DOWN),
        Mistake("the weights are left out", lambda delta, weights: np.tile(
            delta.sum(axis=1, keepdims=True), (1, len(weights))), DOWN),
        Mistake("only the strongest arrow counts: what comes back adds up",
                lambda delta, weights: (delta[:, np.newaxis] * weights).max(axis=2), DOWN),
        Mistake("the mean is taken of what comes back, not the sum",
                lambda delta, weights: delta @ weights.T / delta.shape[1], DOWN),
        Mistake("the sign is turned round", lambda delta, weights: -delta @ weights.T, DOWN),
    ),
)  # fmt: skip


def _hidden_cases(generator: np.random.Generator) -> list[Case]:
    h = np.tanh(generator.normal(size=(4, 3)))
    return [
        Case("h is 0.5", (np.array([[0.5]]), np.array([[2.0]]))),
        Case("h is 0", (np.array([[0.0]]), np.array([[2.0]]))),
        Case("one unit is nearly flat", (np.array([[0.1, 0.99]]), np.array([[1.0, 1.0]]))),
        Case("the batch has four samples", (h, generator.normal(size=(4, 3)))),
    ]


DELTA_HIDDEN = Task(
    "04.delta_hidden",
    lambda h, upstream: upstream * (1 - h**2),
    _hidden_cases,
    (
        Mistake("the slope of tanh is forgotten", lambda h, upstream: upstream, BUG),
        Mistake("the slope is taken of h as if it were z",
                lambda h, upstream: upstream * (1 - np.tanh(h) ** 2), DOWN),
        Mistake("the square is missing", lambda h, upstream: upstream * (1 - h), DOWN),
        Mistake("this is the slope of relu", lambda h, upstream: upstream * (h > 0), DOWN),
        Mistake("this is the slope of sigmoid", lambda h, upstream: upstream * h * (1 - h), DOWN),
        Mistake("the upstream is left out", lambda h, upstream: 1 - h**2, DOWN),
        Mistake("h and the upstream are exchanged", lambda h, upstream: h * (1 - upstream**2),
                DOWN),
    ),
)  # fmt: skip


def _network(generator: np.random.Generator, sizes: list[int]) -> dict[str, Any]:
    parameters = {}
    for k in range(1, len(sizes)):
        parameters[f"weights{k}"] = generator.normal(size=(sizes[k - 1], sizes[k]))
        parameters[f"biases{k}"] = generator.normal(size=sizes[k])
    return parameters


def _network_cases(generator: np.random.Generator, *hidden: int) -> list[Case]:
    def case(holds: str, n: int, n_in: int, n_out: int, *inner: int) -> Case:
        x, labels = generator.normal(size=(n, n_in)), np.arange(n) % n_out
        return Case(holds, (_network(generator, [n_in, *inner, n_out]), x, labels))

    same = [3] * len(hidden)
    return [
        case("one sample has two classes", 1, 2, 2, *hidden),
        case("the batch has three samples", 3, 2, 3, *hidden),
        case("all layers are of one size", 4, 3, 3, *same),
    ]


def _gradients(parameters: Any, x: Any, labels: Any, **wrong: Any) -> dict[str, Any]:
    """Return the gradients of a tanh network; `wrong` has the lines of a mistake."""
    n_layers = len(parameters) // 2
    inputs = [x]
    for k in range(1, n_layers):
        inputs.append(np.tanh(inputs[-1] @ parameters[f"weights{k}"] + parameters[f"biases{k}"]))
    logits = inputs[-1] @ parameters[f"weights{n_layers}"] + parameters[f"biases{n_layers}"]
    p = softmax(logits)
    delta = wrong.get("delta", lambda p, labels: (p - _one_hot(p, labels)) / len(p))(p, labels)
    gradients, arrived = {}, delta
    for k in range(n_layers, 0, -1):
        gradients[f"weights{k}"] = wrong.get("weights", lambda h, d: h.T @ d)(inputs[k - 1], delta)
        gradients[f"biases{k}"] = wrong.get("biases", lambda d: d.sum(axis=0))(delta)
        if k > 1:
            sent = wrong.get("sent", lambda delta, arrived: delta)(delta, arrived)
            arrived = sent @ parameters[f"weights{k}"].T
            slope = wrong.get("slope", lambda h, k: 1 - h**2)(inputs[k - 1], k)
            delta = arrived * slope
    return gradients


def _with(**wrong: Any) -> Any:
    return lambda parameters, x, labels: _gradients(parameters, x, labels, **wrong)


_COMMON = (
    Mistake("the slope of tanh is forgotten", _with(slope=lambda h, k: 1), BUG),
    Mistake("gradients are summed over the batch, not averaged",
            _with(delta=lambda p, labels: p - _one_hot(p, labels)), BUG),
    Mistake("the biases get the mean: 1/N is in delta already",
            _with(biases=lambda d: d.mean(axis=0)), WEIGHTS),
    Mistake("one sum for all biases: the axis is missing",
            _with(biases=lambda d: np.full(d.shape[1], d.sum())), BUG),
    Mistake("the slope is taken of h as if it were z",
            _with(slope=lambda h, k: 1 - np.tanh(h) ** 2), DOWN),
    Mistake("the sign of delta is turned round",
            _with(delta=lambda p, labels: (_one_hot(p, labels) - p) / len(p)), LOSS),
)  # fmt: skip

TWO_LAYERS = Task(
    "04.two_layers",
    _gradients,
    lambda generator: _network_cases(generator, 3),
    _COMMON,
)

THREE_LAYERS = Task(
    "04.three_layers",
    _gradients,
    lambda generator: _network_cases(generator, 4, 5),
    (
        *_COMMON,
        Mistake("layer 2 sends down what arrived at its outputs: it has to send its delta",
                _with(sent=lambda delta, arrived: arrived), WRITE),
        Mistake("the slope is forgotten in layer 2 only",
                _with(slope=lambda h, k: 1 if k == 3 else 1 - h**2), WRITE),
        Mistake("the slope is forgotten in layer 1 only",
                _with(slope=lambda h, k: 1 if k == 2 else 1 - h**2), WRITE),
    ),
)  # fmt: skip

TASKS = (
    DELTA_OUTPUT, WEIGHTS_GRADIENT, BIASES_GRADIENT, UPSTREAM, DELTA_HIDDEN, TWO_LAYERS,
    THREE_LAYERS,
)  # fmt: skip
