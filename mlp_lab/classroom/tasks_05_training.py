"""Tasks of lesson 05: initialisation, batches, steps, and when to stop."""

from typing import Any

import numpy as np

from mlp_lab.activations import softmax
from mlp_lab.classroom.checks import Case, Mistake, Task

SCALE = 'lesson 05, "How large should they be?"'
EPOCH = 'lesson 05, "Take an epoch of steps"'
STEP = 'lesson 05, "Take one step"'
MOMENTUM = 'lesson 05, "Give the steps momentum"'
RUN = 'lesson 05, "Watch a run"'
STOP = 'lesson 05, "Stop early"'


def _batches(order: Any, size: int) -> list[Any]:
    return [order[i : i + size] for i in range(0, len(order), size)]


def _layer(rng: np.random.Generator) -> dict[str, Any]:
    return {"weights": rng.normal(size=(2, 3)), "biases": rng.normal(size=3)}


def _each(rule: Any) -> Any:
    return lambda parameters, gradients, rate: {
        name: rule(parameters[name], gradients[name], rate) for name in parameters
    }


def _in_place(parameters: Any, gradients: Any, rate: float) -> Any:
    for name in parameters:
        parameters[name] -= rate * gradients[name]
    return parameters


def _early_stop(losses: list[float], patience: int) -> Any:
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses) - 1, best


def _rises_in_a_row(losses: list[float], patience: int) -> Any:
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] > losses[epoch - 1] else 0
        if rises >= patience:
            return epoch, int(np.argmin(losses[: epoch + 1]))
    return len(losses) - 1, int(np.argmin(losses))


TASKS = [
    Task("05.glorot_limit", lambda n_in, n_out: float(np.sqrt(6 / (n_in + n_out))), read=SCALE,
        cases=lambda rng: [
            Case("the layer has 3 inputs and 3 units", 3, 3),
            Case("the layer has 784 inputs and 100 units", 784, 100),
            Case("the layer has fewer inputs than units", 2, 50),
            Case("the sizes are others", *rng.integers(2, 900, size=2).tolist()),
            Case("the sizes are others", *rng.integers(2, 900, size=2).tolist()),
        ],
        mistakes=[
            Mistake(
                "this is the standard deviation; the limit of uniform numbers is larger by √3",
                lambda a, b: np.sqrt(2 / (a + b))),
            Mistake("the square root is missing", lambda a, b: 6 / (a + b)),
            Mistake("only the inputs are counted", lambda a, b: np.sqrt(6 / a)),
            Mistake("the sizes are multiplied, not added", lambda a, b: np.sqrt(6 / (a * b))),
            Mistake("the fraction is upside down", lambda a, b: np.sqrt((a + b) / 6)),
            Mistake("the mean of the two sizes is taken for their sum",
                lambda a, b: np.sqrt(6 / ((a + b) / 2))),
        ]),
    Task("05.batches", _batches, read=EPOCH,
        cases=lambda rng: [
            Case("four samples make two batches", np.array([2, 0, 3, 1]), 2),
            Case("the last batch is smaller", np.array([4, 2, 0, 3, 1]), 2),
            Case("one batch holds everything", np.array([1, 0, 2]), 5),
            Case("there are more samples", rng.permutation(17), 5),
            Case("a batch is one sample", rng.permutation(3), 1),
        ],
        mistakes=[
            Mistake("the smaller batch at the end is dropped",
                lambda order, size: [
                    order[i : i + size] for i in range(0, len(order) - size + 1, size)]),
            Mistake("the order is sorted: shuffling was for nothing",
                lambda order, size: _batches(np.sort(order), size)),
            Mistake("the batches overlap",
                lambda order, size: [order[i : i + size] for i in range(len(order))]),
            Mistake("the size is taken for the number of batches",
                lambda order, size: np.array_split(order, size)),
            Mistake("each batch is sorted",
                lambda order, size: [np.sort(batch) for batch in _batches(order, size)]),
            Mistake("only the first batch is returned", lambda order, size: [order[:size]]),
        ]),
    Task("05.sgd_step", _each(lambda w, g, rate: w - rate * g), read=STEP,
        cases=lambda rng: [
            Case("there is one number", {"w": np.array([1.0])}, {"w": np.array([2.0])}, 0.1),
            Case("the rate is 0", {"w": np.array([1.0])}, {"w": np.array([2.0])}, 0.0),
            Case("there are weights and biases", _layer(rng), _layer(rng), 0.5),
            Case("the rate is large", _layer(rng), _layer(rng), 3.0),
            Case("the gradients come in another order",
                {"a": np.array([1.0]), "b": np.array([2.0])},
                {"b": np.array([3.0]), "a": np.array([4.0])}, 0.1),
        ],
        mistakes=[
            Mistake("the step goes uphill: it adds the gradient",
                _each(lambda w, g, rate: w + rate * g)),
            Mistake("the rate is left out", _each(lambda w, g, rate: w - g)),
            Mistake("the rate shrinks the parameters, not the gradient",
                _each(lambda w, g, rate: rate * w - g)),
            Mistake("the old parameters are changed in place", _in_place),
            Mistake("the step alone is returned", _each(lambda w, g, rate: -rate * g)),
            Mistake("only the sign of the gradient is used",
                _each(lambda w, g, rate: w - rate * np.sign(g))),
        ]),
    Task("05.new_velocity", read=MOMENTUM,
        reference=lambda velocity, gradient, rate, momentum: momentum * velocity - rate * gradient,
        cases=lambda rng: [
            Case("the velocity is 0", np.zeros(1), np.array([2.0]), 0.1, 0.9),
            Case("the gradient is 0", np.array([1.0]), np.zeros(1), 0.1, 0.9),
            Case("both are there", rng.normal(size=3), rng.normal(size=3), 0.1, 0.9),
            Case("there is no momentum", rng.normal(size=3), rng.normal(size=3), 0.5, 0.0),
            Case("the momentum is another", rng.normal(size=3), rng.normal(size=3), 0.2, 0.5),
        ],
        mistakes=[
            Mistake("the gradient is added, so the step goes uphill",
                lambda v, g, rate, m: m * v + rate * g),
            Mistake("the rate is left out", lambda v, g, rate, m: m * v - g),
            Mistake("the gradient is shrunk by 1 - momentum: that is another method",
                lambda v, g, rate, m: m * v - (1 - m) * rate * g),
            Mistake("the old velocity is kept in full: it never fades",
                lambda v, g, rate, m: v - rate * g),
            Mistake("the old velocity is thrown away", lambda v, g, rate, m: -rate * g),
            Mistake("momentum and rate are exchanged", lambda v, g, rate, m: rate * v - m * g),
        ]),
    Task("05.accuracy", lambda p, labels: float(np.mean(p.argmax(axis=1) == labels)), read=RUN,
        cases=lambda rng: [
            Case("the only answer is right", np.array([[0.1, 0.9]]), np.array([1])),
            Case("one of two answers is right",
                np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 1])),
            Case("no answer is right", np.eye(3), np.array([1, 2, 0])),
            Case("one of three answers is right", np.eye(3), np.array([0, 2, 1])),
            Case("there are as many samples as classes",
                softmax(rng.normal(size=(4, 4))), np.array([3, 1, 0, 2])),
            Case("there are many samples",
                softmax(rng.normal(size=(40, 3))), rng.integers(0, 3, 40)),
        ],
        mistakes=[
            Mistake("right answers are counted: divide by how many there are",
                lambda p, labels: (p.argmax(axis=1) == labels).sum()),
            Mistake("the largest entry is looked for down the columns, over the samples",
                lambda p, labels: np.mean(p.argmax(axis=0)[: len(labels)] == labels)),
            Mistake("this is the share of mistakes",
                lambda p, labels: np.mean(p.argmax(axis=1) != labels)),
            Mistake("the probability of the true class is averaged",
                lambda p, labels: p[np.arange(len(p)), labels].mean()),
            Mistake("answers above one half are counted, not the largest",
                lambda p, labels: np.mean(p[np.arange(len(p)), labels] > 0.5)),
            Mistake("every answer is compared with every label",
                lambda p, labels: np.mean(p.argmax(axis=1)[:, np.newaxis] == labels)),
        ]),
    Task("05.early_stop", _early_stop, read=STOP,
        cases=lambda rng: [
            Case("the loss falls throughout", [3.0, 2.0, 1.0], 2),
            Case("the loss rises at once", [1.0, 2.0, 3.0, 4.0], 2),
            Case("the loss rises once and falls again", [3.0, 2.0, 2.5, 1.0, 0.9], 2),
            Case("it recovers within patience, but not to a new best",
                [3.0, 1.0, 2.0, 1.5, 1.2, 0.5], 3),
            Case("the first two losses are equal", [1.0, 1.0, 2.0, 2.0], 2),
            Case("there is one epoch", [1.0], 2),
            Case("two losses are equal", [2.0, 1.0, 1.0, 1.0, 0.5], 2),
            Case("it rises after each new best", [5.0, 4.0, 4.5, 3.0, 3.5, 2.0, 2.5, 1.0], 2),
            Case("the losses are noisy", list(rng.random(12)), 3),
            Case("patience is 1", list(rng.random(8)), 1),
        ],
        mistakes=[
            Mistake("rises in a row are counted, not epochs since the best", _rises_in_a_row),
            Mistake("it stops one epoch late",
                lambda losses, patience: _early_stop(losses, patience + 1)),
            Mistake("it never stops",
                lambda losses, patience: (len(losses) - 1, int(np.argmin(losses)))),
            Mistake("the last epoch is brought back, not the best",
                lambda losses, patience: (_early_stop(losses, patience)[0],) * 2),
            Mistake("it stops at the first rise, without patience",
                lambda losses, patience: _early_stop(losses, 1)),
            Mistake("the best of all epochs is chosen, also of those after the stop",
                lambda losses, patience: (
                    _early_stop(losses, patience)[0], int(np.argmin(losses)))),
            Mistake("the two numbers are exchanged",
                lambda losses, patience: _early_stop(losses, patience)[::-1]),
        ]),
]  # fmt: skip
