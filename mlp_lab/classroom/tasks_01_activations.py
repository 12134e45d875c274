"""Tasks of lesson 01: activations, their slopes, and softmax."""

from typing import Any

import numpy as np

from mlp_lab.activations import leaky_relu, sigmoid, softmax, tanh
from mlp_lab.classroom.checks import Case, Mistake, Task

SLOPES = 'lesson 01, "Draw four activations and their slopes"'
SOFTMAX = 'lesson 01, "Let classes share one sum"'
OVERFLOW = 'lesson 01, "Keep the exponentials small"'
BATCH_MAXIMUM = 'lesson 01, "Catch the maximum of the whole batch"'
BACKWARD = 'lesson 01, "Write one backward for both kinds"'


def _plain_exponentials(z: Any) -> Any:
    exponentials = np.exp(z)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


TASKS = [
    Task("01.sigmoid", sigmoid, read=SLOPES,
        cases=lambda rng: [
            Case("z is 0", 0.0),
            Case("z is one number", 1.5),
            Case("z is positive and negative", np.array([-2.0, -0.5, 0.5, 2.0])),
            Case("z is a batch", rng.normal(size=(3, 4))),
            Case("z is of size 1000, where exp overflows", np.array([-1000.0, 1000.0])),
            Case("z is a batch of larger numbers", 4 * rng.normal(size=(2, 5))),
            Case("z has three axes", rng.normal(size=(2, 1, 3))),
        ],
        mistakes=[
            Mistake("the sign of the exponent is turned round", lambda z: sigmoid(-np.asarray(z))),
            Mistake("exp(z) / (1 + exp(z)) becomes NaN for large z",
                lambda z: np.exp(z) / (1 + np.exp(z))),
            Mistake("tanh runs from -1 to 1, sigmoid from 0 to 1", np.tanh),
            Mistake("the 1 in the denominator is missing", lambda z: 1 / np.exp(-np.asarray(z))),
            Mistake("this is the slope of sigmoid, not its value", sigmoid.derivative),
        ]),
    Task("01.tanh_slope", lambda outputs: tanh.slope(np.asarray(outputs)), read=SLOPES,
        cases=lambda rng: [
            Case("the output is 0", np.array([0.0])),
            Case("the outputs are near 1 and -1", np.array([0.9, -0.9, 0.999])),
            Case("the outputs are a batch", np.tanh(rng.normal(size=(3, 2)))),
            Case("the outputs are a larger batch", np.tanh(2 * rng.normal(size=(4, 5)))),
        ],
        mistakes=[
            Mistake("the slope is taken of the outputs as if they were z",
                lambda h: 1 - np.tanh(h) ** 2),
            Mistake("the square is missing", lambda h: 1 - h),
            Mistake("this is the slope of sigmoid", lambda h: h * (1 - h)),
            Mistake("1 + h² is never below 1, but a saturated unit is flat", lambda h: 1 + h**2),
            Mistake("a slope of 1 everywhere: the slope is forgotten", np.ones_like),
            Mistake("the outputs themselves are returned", lambda h: h),
        ]),
    Task("01.leaky_relu_slope", lambda z, leak: np.where(np.asarray(z) > 0, 1.0, leak), read=SLOPES,
        cases=lambda rng: [
            Case("z is 1", np.array([1.0]), 0.1),
            Case("z is -1", np.array([-1.0]), 0.1),
            Case("z is 0", np.array([0.0]), 0.1),
            Case("z has both signs", np.array([-3.0, -0.5, 0.5, 3.0]), 0.2),
            Case("z is a batch", rng.normal(size=(3, 4)), 0.01),
            Case("the leak is another", rng.normal(size=(2, 3)), rng.uniform(0.1, 0.9)),
        ],
        mistakes=[
            Mistake("the leak is ignored: this is the slope of plain relu",
                lambda z, leak: (z > 0) * 1.0),
            Mistake("this is the value, not the slope",
                lambda z, leak: np.where(z > 0, z, leak * z)),
            Mistake("the two sides are exchanged", lambda z, leak: np.where(z > 0, leak, 1.0)),
            Mistake("the leak is 0.01, whatever is asked for",
                lambda z, leak: leaky_relu.derivative(z)),
            Mistake("the negative side has slope -leak",
                lambda z, leak: np.where(z > 0, 1.0, -leak)),
        ]),
    Task("01.softmax", softmax, read=SOFTMAX,
        cases=lambda rng: [
            Case("two classes are alike", np.array([[0.0, 0.0]])),
            Case("one class is ahead", np.array([[1.0, 0.0, -1.0]])),
            Case("the batch has two different rows", np.array([[0.0, 1.0], [2.0, 0.0]])),
            Case("the batch is larger", rng.normal(size=(4, 3))),
            Case("the logits are of size 1000, where exp overflows", np.array([[1000.0, 999.0]])),
            Case("a row of small logits is beside one of large ones",
                np.array([[0.0, 1.0], [2000.0, 2000.0]])),
            Case("one logit is far above the other", np.array([[0.0, 2000.0]])),
            Case("one logit is far below the other", np.array([[-2000.0, 0.0]])),
        ],
        mistakes=[
            Mistake("the sum has no axis: the samples of the batch are mixed",
                lambda z: np.exp(z - z.max(axis=-1, keepdims=True))
                / np.exp(z - z.max(axis=-1, keepdims=True)).sum()),
            Mistake("the sum has no axis: the samples of the batch are mixed",
                lambda z: np.exp(z) / np.exp(z).sum()),
            Mistake("the sum runs down the columns, over the samples",
                lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0)),
            Mistake("nothing is subtracted before exp, so that it overflows",
                _plain_exponentials, OVERFLOW),
            Mistake("the maximum of the whole batch is subtracted, so that other rows underflow",
                lambda z: _plain_exponentials(z - z.max()), BATCH_MAXIMUM),
            Mistake("each entry is squashed by itself, as by sigmoid", sigmoid),
            Mistake("the exponentials are missing", lambda z: z / z.sum(axis=-1, keepdims=True)),
            Mistake("the largest entry gets everything: that is argmax",
                lambda z: (z == z.max(axis=-1, keepdims=True)) * 1.0),
        ]),
    Task("01.softmax_jacobian", lambda p: np.diag(p) - np.outer(p, p), read=SOFTMAX,
        cases=lambda rng: [
            Case("two classes are alike", np.array([0.5, 0.5])),
            Case("one of three classes is likely", np.array([0.7, 0.2, 0.1])),
            Case("there are five classes", softmax(rng.normal(size=5))),
            Case("one class is all but certain", softmax(np.array([9.0, 0.0, 0.0]))),
        ],
        mistakes=[
            Mistake("only the diagonal is there: softmax couples its inputs",
                lambda p: np.diag(p * (1 - p))),
            Mistake("the diagonal of p is missing", lambda p: -np.outer(p, p)),
            Mistake("the sign is turned round", lambda p: np.outer(p, p) - np.diag(p)),
            Mistake("the two parts are added", lambda p: np.diag(p) + np.outer(p, p)),
            Mistake("a vector comes back, the slope of each class alone", lambda p: p * (1 - p)),
            Mistake("1 stands on the diagonal, not p", lambda p: np.eye(len(p)) - np.outer(p, p)),
        ]),
    Task("01.softmax_backward", read=BACKWARD,
        reference=lambda p, u: softmax.backward(np.asarray(p), np.asarray(u)),
        cases=lambda rng: [
            Case("one row has two classes", np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])),
            Case("the upstream is the same for all classes",
                np.array([[0.7, 0.2, 0.1]]), np.array([[2.0, 2.0, 2.0]])),
            Case("the batch has three rows",
                softmax(rng.normal(size=(3, 4))), rng.normal(size=(3, 4))),
            Case("the batch is as large as the classes are many",
                softmax(rng.normal(size=(4, 4))), rng.normal(size=(4, 4))),
        ],
        mistakes=[
            Mistake("the classes are treated one by one: p (1 - p) times the upstream",
                lambda p, u: u * p * (1 - p)),
            Mistake("the sum has no axis: the samples of the batch are mixed",
                lambda p, u: p * (u - (p * u).sum())),
            Mistake("the sum is not taken with p",
                lambda p, u: p * (u - u.sum(axis=-1, keepdims=True))),
            Mistake("the factor p in front is missing",
                lambda p, u: u - (p * u).sum(axis=-1, keepdims=True)),
            Mistake("the upstream is passed on as it is", lambda p, u: u),
            Mistake("the sign is turned round",
                lambda p, u: p * ((p * u).sum(axis=-1, keepdims=True) - u)),
        ]),
]  # fmt: skip
