"""What finds the bugs of the museum, and what shows their cost: two functions for each kind.

A check takes a piece, broken or right, and returns what is wrong with it, or nothing. A measurement
takes a piece, a data set and a seed, and returns the accuracy that is reached with it, from 0 to 1.
"""

import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from mlp_lab.activations import Softmax
from mlp_lab.data.datasets import Dataset, Split
from mlp_lab.evaluation import accuracy, random_subset
from mlp_lab.gradient_check import check_gradients
from mlp_lab.museum import pieces
from mlp_lab.network import MLP
from mlp_lab.support.gradient_report import GradientReport
from mlp_lab.support.history import TrainingDiverged
from mlp_lab.support.types import FloatArray, IntArray, Parameters
from mlp_lab.training import train

SIZES, N_SAMPLES = [4, 6, 5, 3], 4
"""Of the networks and the batch that are checked."""
SEED, MASK_SEED = 14, 2
"""Of those networks, and of what they drop: some units of layer 2 are on for all four samples, and
some are not, so that a wrong slope of relu shows in a few of them alone."""


def settings_for(data: Dataset) -> dict[str, Any]:
    """Return how the networks of the museum train on a data set.

    Calmly, so that what a bug costs is not lost in what seeds differ by: on the digits, batches of
    20 at the same rate make even right networks differ by ten points.
    """
    if data.name == "mnist":
        return {"epochs": 1, "batch_size": 100, "learning_rate": 0.2, "progress": False}
    return {"epochs": 10, "batch_size": 50, "learning_rate": 0.1, "progress": False}


def trained(make: Callable[..., MLP], data: Dataset, seed: int, **settings: Any) -> MLP:
    """Return a network that was trained as far as it got."""
    network = make([data.train.inputs.shape[1], 100, 100, 10], seed=seed)
    with suppress(TrainingDiverged):  # it keeps its last finite parameters
        train(network, data.train, seed=seed, **{**settings_for(data), **settings})
    return network


def reached_by_network(make: Callable[..., MLP], data: Dataset, seed: int) -> float:
    """Return the validation accuracy of a network that `make` made and `train` trained."""
    return accuracy(trained(make, data, seed), data.validation)


def small_report(make: Callable[..., MLP]) -> GradientReport:
    """Return the gradient check of a small network of three layers on four samples.

    What dropout drops is the same throughout.

    Examples
    --------
    >>> small_report(MLP).passed
    True
    """
    network, x, labels = _small_case(make)
    with network.dropping(N_SAMPLES, np.random.default_rng(MASK_SEED)):
        return check_gradients(network, x, labels, progress=False)


def small_gradients(make: Callable[..., MLP]) -> Parameters:
    """Return the gradients that `small_report` checks.

    Examples
    --------
    >>> small_gradients(MLP)["layer1.weights"].shape
    (4, 6)
    """
    network, x, labels = _small_case(make)
    with network.dropping(N_SAMPLES, np.random.default_rng(MASK_SEED)):
        return network.gradients(x, labels)[1]


def _small_case(make: Callable[..., MLP]) -> tuple[MLP, FloatArray, list[int]]:
    """Return a small network, and the inputs and labels of its four samples."""
    x = np.random.default_rng(1).normal(size=(N_SAMPLES, SIZES[0]))
    return make(SIZES, dtype="float64", seed=SEED), x, [0, 1, 2, 1]


def wrong_gradients(make: Callable[..., MLP]) -> str:
    """Say in which tensors the gradient check finds a wrong gradient.

    Examples
    --------
    >>> wrong_gradients(pieces.SummedGradients).split(",")[0]
    'layer1.weights'
    """
    tensors = small_report(make).tensors.items()
    return ", ".join(name for name, tensor in tensors if not tensor.passed)


def gradients_that_change(make: Callable[..., MLP]) -> str:
    """Say whether two calls with the same batch give two gradients."""
    network, x = make(SIZES, seed=0), np.ones((N_SAMPLES, SIZES[0]))
    _, first = network.gradients(x, [0, 1, 2, 1])
    kept = {name: array.copy() for name, array in first.items()}
    _, second = network.gradients(x, [0, 1, 2, 1])
    same = all(np.array_equal(kept[name], second[name]) for name in kept)
    return "" if same else "the same batch has another gradient when it is asked for again"


def extreme_rows(output: Softmax) -> str:
    """Say whether one row with large logits spoils another row."""
    with np.errstate(invalid="ignore"):
        spoilt = not np.isfinite(output(np.array([[0.0, 1.0], [2e3, 2e3]]))).all()
    return "a row of small logits beside one of large ones becomes NaN" if spoilt else ""


def reached_beside_an_outlier(output: Softmax, data: Dataset, seed: int) -> float:
    """Return the accuracy if one image of the batch was not scaled, and its logits are huge."""
    network = trained(partial(MLP, hidden="relu"), data, seed)
    network.output = output
    inputs = data.validation.inputs.copy()
    inputs[0] *= 255
    with np.errstate(invalid="ignore"):
        answers = np.nan_to_num(network.forward(inputs)).argmax(axis=1)
    return float(np.mean(answers == data.validation.labels))


def passes_zeros(check: Callable[..., bool]) -> str:
    """Say whether a gradient check passes an exercise that nobody has filled in."""
    empty, x = pieces.Unanswered(SIZES, seed=0), np.ones((N_SAMPLES, SIZES[0]))
    return "it passes an empty exercise" if check(empty, x, [0, 1, 2, 1]) else ""


def reached_after_check(check: Callable[..., bool], data: Dataset, seed: int) -> float:
    """Return the accuracy of an empty exercise if the check lets it pass, else of a right one."""
    return reached_by_network(pieces.Unanswered if passes_zeros(check) else MLP, data, seed)


def sees_the_test_set(measure: Callable[..., float]) -> str:
    """Say whether a "test accuracy" stays as it is when all test labels are made wrong."""
    x = np.eye(4, dtype=np.float32)
    network = MLP([4, 4], seed=0)
    network.weights[0][:] = 9 * x
    right, wrong = Split(x, np.arange(4)), Split(x, (np.arange(4) + 1) % 4)
    data = Dataset(right, right, wrong, name="digits", image_shape=(2, 2))
    return "all test labels are wrong, and it says 100 %" if measure(network, data) else ""


def reported(measure: Callable[..., float], data: Dataset, seed: int) -> float:
    """Return the "test accuracy" that is reported of a network trained for long on few images."""
    few = replace(data, train=random_subset(data.train, 200))
    settings = {"epochs": 40, "batch_size": 20, "learning_rate": 0.1}
    return measure(trained(MLP, few, seed, **settings), few)


def changes_when_training_goes_on(keep: Callable[..., Any]) -> str:
    """Say whether kept parameters change when the network does."""
    network = MLP([2, 2], seed=0)
    kept = keep(network)
    network.weights[0] += 1.0
    same = np.array_equal(kept["layer1.weights"], network.weights[0])
    return "the kept parameters follow the network" if same else ""


def reached_by_the_best(keep: Callable[..., Any], data: Dataset, seed: int) -> float:
    """Return the accuracy after the best of thirty epochs is brought back.

    The labels are drawn for half of 200 images, so that the last epochs are worse than the best: a
    network learns the rule first, and the drawn labels by heart later.
    """
    few, judged = random_subset(data.train, 200), random_subset(data.validation, 1000)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, 10, len(few))
    samples = Split(few.inputs, np.where(generator.random(len(few)) < 0.5, drawn, few.labels))
    network = MLP([few.inputs.shape[1], 100, 10], seed=seed)
    best, kept = 0.0, keep(network)
    for epoch in range(30):
        train(network, samples, epochs=1, batch_size=10, learning_rate=0.1,
              seed=100 * seed + epoch, progress=False)  # fmt: skip
        now = accuracy(network, judged)
        if now > best:
            best, kept = now, keep(network)
    for name, parameter in network.parameters().items():
        parameter[...] = kept[name]
    return accuracy(network, judged)


def lost_rows(shuffle: Callable[..., None]) -> str:
    """Say how many samples are gone after shuffling a hundred of them."""
    samples = np.column_stack([np.arange(100), np.arange(100)])
    shuffle(samples, 0)
    lost = 100 - len(np.unique(samples[:, 0]))
    return f"{lost} of 100 samples are gone" if lost else ""


def reached_after_shuffling(shuffle: Callable[..., None], data: Dataset, seed: int) -> float:
    """Return the accuracy if the training set is shuffled in place before every epoch."""
    samples = np.column_stack([data.train.labels, data.train.inputs]).astype(np.float32)
    network = MLP([data.train.inputs.shape[1], 100, 100, 10], seed=seed)
    for epoch in range(10):
        shuffle(samples, 100 * seed + epoch)
        split = Split(samples[:, 1:].copy(), samples[:, 0].astype(int))
        train(network, split, **{**settings_for(data), "epochs": 1}, seed=seed)
    return accuracy(network, data.validation)


def idx_content(array: Any) -> bytes:
    """Return what an IDX file of these numbers from 0 to 255 holds.

    Examples
    --------
    >>> idx_content(np.array([7, 9])).hex(" ")
    '00 00 08 01 00 00 00 02 07 09'
    """
    header = struct.pack(f">HBB{array.ndim}i", 0, 8, array.ndim, *array.shape)
    return header + bytes(array.astype(np.uint8))


def images_that_change(read: Callable[[bytes], Any]) -> str:
    """Say whether images that were written come back as others."""
    images = np.arange(16).reshape(4, 2, 2)
    same = np.array_equal(read(idx_content(images)), images)
    return "" if same else "images come back shifted by one pixel"


def reached_with_images(read: Callable[[bytes], Any], data: Dataset, seed: int) -> float:
    """Return the accuracy if the training images are read that way, and the others right."""
    images = read(idx_content(data.train.images))
    inputs = images.reshape(len(images), -1) / np.float32(255 if data.name == "mnist" else 16)
    changed = replace(data, train=Split(inputs, data.train.labels))
    return reached_by_network(MLP, changed, seed)


def labels_that_change(read: Callable[[bytes], Any]) -> str:
    """Say whether labels that were written come back as others, or fewer."""
    labels = np.arange(20) % 10
    found = read(idx_content(labels))
    return "" if np.array_equal(found, labels) else f"20 labels were written, {len(found)} read"


def reached_with_labels(read: Callable[[bytes], Any], data: Dataset, seed: int) -> float:
    """Return the accuracy if the training labels are read that way."""
    labels = read(idx_content(data.train.labels)).astype(int)
    changed = replace(data, train=Split(data.train.inputs[: len(labels)], labels))
    return reached_by_network(MLP, changed, seed)


def misjudged_order(choose: Callable[[int, int], IntArray]) -> str:
    """Say whether a subset gets the share wrong of answers that are right and wrong in turn."""
    answers = np.arange(2000) % 2
    share = float(answers[choose(len(answers), 0)].mean())
    if 0.3 < share < 0.7:
        return ""
    return f"half of the answers are right, and it says {100 * share:.0f} %"


def reported_of_subset(choose: Callable[[int, int], IntArray], data: Dataset, seed: int) -> float:
    """Return the accuracy on a subset of images that are each followed by a copy, moved a bit.

    The network has learned the images, not the copies, so it is better at every other row.
    """
    images = data.train.inputs.reshape(-1, *data.image_shape)
    moved = np.roll(images, data.image_shape[1] // 8, axis=2)
    in_turn = np.stack([images, moved], axis=1).reshape(2 * len(images), -1)
    rows = choose(len(in_turn), seed)
    part = Split(in_turn[rows], data.train.labels.repeat(2)[rows])
    return accuracy(trained(MLP, data, seed), part)
