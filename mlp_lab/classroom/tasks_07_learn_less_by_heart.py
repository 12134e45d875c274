"""Tasks of lesson 09: what is learned by heart, decay, dropout, shifted images, a fair choice."""

from functools import partial
from typing import Any

import numpy as np

from mlp_lab.activations import softmax
from mlp_lab.classroom.checks import Case, Mistake, Task

TRAP = 'lesson 09, "Set the trap"'
DECAY = 'lesson 09, "Pull the weights towards zero"'
DROPOUT = 'lesson 09, "Drop half of the units"'
IMAGES = 'lesson 09, "Show it other images"'
CHOICE = 'lesson 09, "Choose honestly"'


def _learned_by_heart(predicted: Any, labels: Any, truth: Any) -> float:
    wrong = labels != truth
    return float(np.mean(predicted[wrong] == labels[wrong])) if wrong.any() else 0.0


def _memory_case(holds: str, rng: np.random.Generator, n: int) -> Case:
    """Return labels of three classes, every third one wrong, and answers of every kind."""
    truth = rng.integers(0, 3, n)
    labels = np.where(np.arange(n) % 3, truth, (truth + rng.integers(1, 3, n)) % 3)
    return Case(holds, rng.integers(0, 3, n), labels, truth)


def _layer(rng: np.random.Generator, number: int) -> dict[str, Any]:
    return {
        f"layer{number}.weights": rng.normal(size=(2, 3)),
        f"layer{number}.biases": rng.normal(size=3),
    }


def _each(of_weights: Any, of_biases: Any = lambda b, g, rate, decay: b - rate * g) -> Any:
    """Return a step with one rule for weights and one for biases."""
    return lambda parameters, gradients, rate, decay: {
        name: (of_weights if name.endswith("weights") else of_biases)(
            array, gradients[name], rate, decay
        )
        for name, array in parameters.items()
    }


def _decayed(w: Any, g: Any, rate: float, decay: float) -> Any:
    return w - rate * (g + decay * w)


def _decayed_in_place(parameters: Any, gradients: Any, rate: float, decay: float) -> Any:
    for name, array in parameters.items():
        if name.endswith("weights"):
            array *= 1 - rate * decay
        array -= rate * gradients[name]
    return parameters


def _mask(uniform: Any, p: float) -> Any:
    return np.where(uniform < p, 0.0, 1 / (1 - p))


def _dropout_case(
    holds: str, rng: np.random.Generator, sizes: tuple[int, int, int], mask: list[list[float]]
) -> Case:
    n_in, n_hidden, n_classes = sizes
    x, labels = rng.normal(size=(len(mask), n_in)), np.arange(len(mask)) % n_classes
    parameters = {
        "weights1": rng.normal(size=(n_in, n_hidden)), "biases1": rng.normal(size=n_hidden),
        "weights2": rng.normal(size=(n_hidden, n_classes)), "biases2": rng.normal(size=n_classes),
    }  # fmt: skip
    return Case(holds, parameters, x, labels, np.array(mask))


def _dropout_gradients(
    parameters: Any,
    x: Any,
    labels: Any,
    mask: Any,
    up: Any = lambda mask: mask,
    down: Any = lambda mask: mask,
    into_weights2: Any = lambda h, dropped: dropped,
    slope: Any = lambda h, dropped: 1 - h**2,
) -> dict[str, Any]:
    """Return the gradients of a network with dropout; a mistake replaces one of the four lines."""
    h = np.tanh(x @ parameters["weights1"] + parameters["biases1"])
    dropped = h * up(mask)
    p = softmax(dropped @ parameters["weights2"] + parameters["biases2"])
    delta2 = (p - np.eye(p.shape[1])[labels]) / len(x)
    delta1 = delta2 @ parameters["weights2"].T * down(mask) * slope(h, dropped)
    return {
        "weights1": x.T @ delta1, "biases1": delta1.sum(axis=0),
        "weights2": into_weights2(h, dropped).T @ delta2, "biases2": delta2.sum(axis=0),
    }  # fmt: skip


def _shifted(image: Any, down: int, right: int) -> Any:
    rows, columns = image.shape
    return np.eye(rows, k=-down) @ image @ np.eye(columns, k=right)


def _with_its_edge(image: Any, down: int, right: int) -> Any:
    rows, columns = (np.clip(np.arange(n) - by, 0, n - 1)
                     for n, by in zip(image.shape, (down, right), strict=True))  # fmt: skip
    return image[np.ix_(rows, columns)]


def _grown(image: Any, down: int, right: int) -> Any:
    return np.pad(image, [(max(by, 0), max(-by, 0)) for by in (down, right)])


def _from_the_end(image: Any, down: int, right: int, fetch: bool) -> Any:
    """Look at the far edge alone: Python counts a negative place from the end."""
    (rows, columns), moved = image.shape, np.zeros(image.shape)
    down, right = (-down, -right) if fetch else (down, right)
    for row, column in np.ndindex(rows, columns):
        to, here = (row + down, column + right), (row, column)
        if to[0] < rows and to[1] < columns:
            moved[here if fetch else to] = image[to if fetch else here]
    return moved


def _standard_errors(accuracies: Any) -> Any:
    return accuracies.std(axis=1, ddof=1) / np.sqrt(accuracies.shape[1])


def _first_within(accuracies: Any, margin: Any) -> int:
    """Return the first row whose mean is at most a margin below the best."""
    means = accuracies.mean(axis=1)
    return int(np.argmax(means >= means.max() - margin))


def _choose(accuracies: Any) -> int:
    best = accuracies.mean(axis=1).argmax()
    return _first_within(accuracies, _standard_errors(accuracies)[best])


def _nearest_within(accuracies: Any) -> int:
    """Of the settings within the best's error, the one whose mean is next to the best's."""
    means = accuracies.mean(axis=1)
    chosen, best = _choose(accuracies), int(means.argmax())
    return chosen + int(means[chosen:best].argmax()) if chosen < best else best


def _choice_case(
    holds: str,
    rng: np.random.Generator,
    behind: list[float],
    spreads: list[float],
    least: float = 0.01,
    pattern: tuple[float, ...] = (-1.0, 0.0, 1.0),
) -> Case:
    """Return the runs of settings: how far the mean of each is behind, and how much its runs vary.

    Both are in spreads of the best, which is `least` or up to half as much again. The pattern has
    the spread 1: with three runs the standard error is 0.58 spreads, with the divisor n 0.47.
    """
    unit = rng.uniform(least, 1.5 * least)
    rows = [0.89 - unit * far + unit * own * rng.permutation(pattern)
            for far, own in zip(behind, spreads, strict=True)]  # fmt: skip
    return Case(holds, np.array(rows))


TASKS = [
    Task("07.learned_by_heart", _learned_by_heart, read=TRAP,
        cases=lambda rng: [
            Case("a wrong label is given back", np.array([3]), np.array([3]), np.array([5])),
            Case("the true class is given", np.array([5]), np.array([3]), np.array([5])),
            Case("a third class is given", np.array([1]), np.array([3]), np.array([5])),
            Case("some labels are right",
                np.array([0, 2, 2, 1, 0]), np.array([0, 2, 0, 1, 1]), np.array([0, 1, 1, 1, 1])),
            Case("no label is wrong", np.array([5, 1]), np.array([5, 2]), np.array([5, 2])),
            _memory_case("there are many samples", rng, 40),
        ],
        mistakes=[
            Mistake("this is the accuracy on the labels, true and wrong ones together",
                lambda predicted, labels, truth: np.mean(predicted == labels)),
            Mistake("it divides by all samples, not by those with a wrong label",
                lambda predicted, labels, truth: np.mean(
                    (predicted == labels) & (labels != truth))),
            Mistake("where no label is wrong it divides by 0: return 0 there",
                lambda predicted, labels, truth: (
                    np.sum((predicted == labels) & (labels != truth)) / np.sum(labels != truth))),
            Mistake("every answer that is not true counts, not only the label that was given",
                lambda predicted, labels, truth: 1 - _learned_by_heart(predicted, truth, labels)
                    if (labels != truth).any() else 0.0),
            Mistake("they are counted: divide by how many there are",
                lambda predicted, labels, truth: np.sum((predicted == labels) & (labels != truth))),
            Mistake("it counts the wrong labels in spite of which the true class is given",
                lambda predicted, labels, truth: _learned_by_heart(predicted, truth, labels)),
        ]),
    Task("07.decayed_step", _each(_decayed), read=DECAY,
        cases=lambda rng: [
            Case("there is one weight", {"layer1.weights": np.array([[1.0]])},
                {"layer1.weights": np.array([[2.0]])}, 0.1, 0.5),
            Case("there is one bias", {"layer1.biases": np.array([1.0])},
                {"layer1.biases": np.array([2.0])}, 0.1, 0.5),
            Case("the gradient is 0", {"layer1.weights": np.array([[4.0, -3.0]])},
                {"layer1.weights": np.zeros((1, 2))}, 0.1, 0.5),
            Case("there is no decay", _layer(rng, 1), _layer(rng, 1), 0.5, 0.0),
            Case("there are two layers", _layer(rng, 1) | _layer(rng, 2),
                _layer(rng, 1) | _layer(rng, 2), 2.0, 0.3),
            Case("the gradients come in another order", _layer(rng, 1) | _layer(rng, 2),
                dict(reversed((_layer(rng, 1) | _layer(rng, 2)).items())), 0.5, 0.2),
        ],
        mistakes=[
            Mistake("the biases decay, too", _each(_decayed, _decayed)),
            Mistake("the rate is left out of the decay",
                _each(lambda w, g, rate, decay: w - rate * g - decay * w)),
            Mistake("the weights grow: the decay has the wrong sign",
                _each(lambda w, g, rate, decay: w - rate * (g - decay * w))),
            Mistake("the step itself decays: the share is of the weights before it",
                _each(lambda w, g, rate, decay: (1 - rate * decay) * (w - rate * g))),
            Mistake("every weight loses the same amount: it should lose a share of itself",
                _each(lambda w, g, rate, decay: w - rate * (g + decay))),
            Mistake("it decays by the loss λ w²: with λ/2 the factor 2 is gone",
                _each(lambda w, g, rate, decay: w - rate * (g + 2 * decay * w))),
            Mistake("nothing decays", _each(lambda w, g, rate, decay: w - rate * g)),
            Mistake("the old parameters are changed in place", _decayed_in_place),
        ]),
    Task("07.dropout_mask", _mask, read=DROPOUT,
        cases=lambda rng: [
            Case("the number is below p", np.array([[0.3]]), 0.5),
            Case("the number is above p", np.array([[0.9]]), 0.5),
            Case("the number is p", np.array([[0.25]]), 0.25),
            Case("nothing is dropped", np.array([[0.0, 0.5]]), 0.0),
            Case("a fifth is dropped", np.vstack([[[0.1, 0.3]], rng.random((3, 2))]), 0.2),
            Case("most are dropped", np.vstack([[[0.1, 0.9]], rng.random((5, 2))]), 0.75),
        ],
        mistakes=[
            Mistake("those below p are kept: they are to be dropped",
                lambda u, p: np.where(u < p, 1 / (1 - p), 0.0)),
            Mistake("what is kept is not made larger", lambda u, p: np.where(u < p, 0.0, 1.0)),
            Mistake("it divides by the share that is dropped, not by the share that is kept",
                lambda u, p: np.where(u < p, 0.0, np.divide(1, p))),
            Mistake("what is kept is made smaller, not larger",
                lambda u, p: np.where(u < p, 0.0, 1 - p)),
            Mistake("the random numbers are kept: they only decide",
                lambda u, p: np.where(u < p, 0.0, u / (1 - p))),
            Mistake("a number that is p is dropped: only those below it are",
                lambda u, p: np.where(u <= p, 0.0, 1 / (1 - p))),
            Mistake("it divides by the share that happened to be kept: take 1 - p",
                lambda u, p: (u >= p) / np.mean(u >= p)),
            Mistake("one number decides for all outputs of a sample",
                lambda u, p: np.broadcast_to(_mask(u[:, :1], p), u.shape)),
        ]),
    Task("07.dropout_gradients", _dropout_gradients, read=DROPOUT,
        cases=lambda rng: [
            _dropout_case("the only hidden unit is kept", rng, (1, 1, 2), [[2.0]]),
            _dropout_case("the only hidden unit is dropped", rng, (1, 1, 2), [[0.0]]),
            _dropout_case("nothing is dropped", rng, (2, 3, 2), [[1.0, 1.0, 1.0]]),
            _dropout_case("one of four outputs is dropped", rng, (3, 4, 2),
                (4 / 3 * (1 - np.eye(4)[[2, 0, 3]])).tolist()),
            _dropout_case("all sizes are the same", rng, (3, 3, 3),
                [[2.0, 0.0, 2.0], [0.0, 0.0, 2.0], [2.0, 2.0, 0.0]]),
        ],
        mistakes=[
            Mistake("the mask is forgotten on the way back",
                partial(_dropout_gradients, down=lambda mask: 1)),
            Mistake("the mask is forgotten on the way up",
                partial(_dropout_gradients, up=lambda mask: 1)),
            Mistake("nothing is dropped at all",
                partial(_dropout_gradients, up=lambda mask: 1, down=lambda mask: 1)),
            Mistake("on the way back what is kept is not made larger: take the mask, not mask > 0",
                partial(_dropout_gradients, down=lambda mask: mask > 0)),
            Mistake("the weights of layer 2 get the outputs as they were before dropping",
                partial(_dropout_gradients, into_weights2=lambda h, dropped: h)),
            Mistake("the slope of tanh is taken of the outputs after dropping",
                partial(_dropout_gradients, slope=lambda h, dropped: 1 - dropped**2)),
            Mistake("the slope of tanh is forgotten",
                partial(_dropout_gradients, slope=lambda h, dropped: 1)),
        ]),
    Task("07.shifted", _shifted, read=IMAGES,
        cases=lambda rng: [
            Case("it moves one down", np.array([[1.0, 2.0], [3.0, 4.0]]), 1, 0),
            Case("it moves one to the right", np.array([[1.0, 2.0], [3.0, 4.0]]), 0, 1),
            Case("it moves one up", np.array([[1.0, 2.0], [3.0, 4.0]]), -1, 0),
            Case("it moves one to the left", np.array([[1.0, 2.0], [3.0, 4.0]]), 0, -1),
            Case("it does not move", rng.random((2, 3)), 0, 0),
            Case("it moves both ways", rng.random((4, 5)), 2, -1),
            Case("it moves down as far as it is high", rng.random((3, 4)), 3, 1),
            Case("it moves left as far as it is wide", rng.random((3, 4)), -1, -4),
            Case("it moves down farther than it is high", rng.random((4, 3)), 5, 0),
            Case("it moves up farther than it is high", rng.random((4, 3)), -5, 1),
            Case("it moves right farther than it is wide", rng.random((3, 4)), 1, 5),
            Case("it moves left farther than it is wide", rng.random((3, 4)), 0, -5),
            Case("it moves up and to the right", rng.random((5, 6)), -1, 3),
        ],
        mistakes=[
            Mistake("what leaves on one side comes in on the other",
                lambda image, down, right: np.roll(image, (down, right), axis=(0, 1))),
            Mistake("a negative place counts from the end: look whether it is in the image",
                partial(_from_the_end, fetch=True)),
            Mistake("a negative place counts from the end: look whether it is in the image",
                partial(_from_the_end, fetch=False)),
            Mistake("it moves the opposite way",
                lambda image, down, right: _shifted(image, -down, -right)),
            Mistake("down and right are exchanged",
                lambda image, down, right: _shifted(image, right, down)),
            Mistake("the edge is repeated where nothing comes in: it should be 0", _with_its_edge),
            Mistake("the image grows: what leaves it is lost", _grown),
            Mistake("the sign of a shift is lost: negative ones go up and left",
                lambda image, down, right: _shifted(image, abs(down), abs(right))),
            Mistake("it moves down alone", lambda image, down, right: _shifted(image, down, 0)),
            Mistake("it moves to the right alone",
                lambda image, down, right: _shifted(image, 0, right)),
        ]),
    Task("07.choose", _choose, read=CHOICE,
        cases=lambda rng: [
            Case("there is one setting", np.array([[0.5, 0.75]])),
            Case("the best is far ahead", np.array([[0.5, 0.52], [0.9, 0.92]])),
            Case("a simpler one is as good, and no run differs",
                np.array([[0.5, 0.5], [0.75, 0.75], [0.75, 0.75]])),
            Case("two are the best, and the simpler one has no spread",
                np.array([[0.5, 0.625], [0.75, 0.75], [0.5, 1.0]])),
            _choice_case("the simplest is the best", rng, [0, 0.2, 3], [1, 1, 1]),
            _choice_case("a simpler one is within the error", rng, [6, 5, 0.53, 0], [1] * 4, 0.02),
            _choice_case("a simpler one is beyond the error", rng, [0.64, 0], [1, 1], 0.005),
            _choice_case("two simpler ones are within the error", rng, [0.4, 0.2, 0], [1, 1, 1]),
            _choice_case("one that is less simple is within it", rng, [4, 0, 0.3], [1, 1, 1]),
            _choice_case("a simpler one varies more", rng, [0.8, 0], [2, 1]),
            _choice_case("a simpler one varies less", rng, [0.5, 0], [0.2, 1]),
            _choice_case("there are five runs of each", rng, [0.5, 0.4, 0], [1, 1, 1],
                pattern=(-1.0, -1.0, 0.0, 1.0, 1.0)),
        ],
        mistakes=[
            Mistake("the best mean is taken: the lead may be luck",
                lambda a: a.mean(axis=1).argmax()),
            Mistake("this is the spread of the runs: their mean's error is smaller, by √n",
                lambda a: _first_within(a, a[a.mean(axis=1).argmax()].std(ddof=1))),
            Mistake("a few runs need the divisor n - 1 (ddof=1)",
                lambda a: _first_within(
                    a, a[a.mean(axis=1).argmax()].std() / np.sqrt(a.shape[1]))),
            Mistake("each setting's own error is taken, not the best's",
                lambda a: _first_within(a, _standard_errors(a))),
            Mistake("the simplest is taken, however bad it is", lambda a: 0),
            Mistake("the best single run decides, not the mean",
                lambda a: np.unravel_index(a.argmax(), a.shape)[0]),
            Mistake("of the simpler ones within the error the nearest is taken, not the simplest",
                _nearest_within),
            Mistake("the mean is returned, not the number of the setting",
                lambda a: a.mean(axis=1)[_choose(a)]),
            Mistake("the last one within the error is taken: the simplest come first",
                lambda a: len(a) - 1 - _first_within(
                    a[::-1], _standard_errors(a)[a.mean(axis=1).argmax()])),
        ]),
]  # fmt: skip
