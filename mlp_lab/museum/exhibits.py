"""The catalogue of the bug museum: where each bug was published, what finds it, what it costs.

Each exhibit holds a broken piece, from `pieces`, beside the right one. Notebook 08 shows them,
and a test proves of each that it is wrong, that its check finds it, and that its cost is as stated.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlp_lab.activations import LeakyRelu, Softmax
from mlp_lab.data.datasets import Dataset
from mlp_lab.museum import checks, pieces
from mlp_lab.network import MLP

SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Exhibit:
    """A published bug.

    Attributes
    ----------
    name : str
    published, address : str
        Project and thread, and where on the web; no address if there is only code.
    wrong, right : str
        The line as it was, and as it should be.
    found_by : str
        The check that finds it, in words.
    broken, sound : object
        The piece with the bug and the one without.
    complaint : callable
        Takes a piece; returns what the check finds wrong with it, nothing if all is right.
    reached : callable
        Takes a piece, a data set and a seed; returns an accuracy, from 0 to 1.
    cost : tuple of int
        The least and the most points of accuracy that the bug costs, as the mean of three seeds, on
        the bundled digits and on MNIST; below 0 if the broken piece reports too much. No number
        could be stated: another seed or processor gives another one. These bounds hold for all,
        with room to spare, as ``python tools/museum.py`` measures.
    """

    name: str
    published: str
    address: str
    wrong: str
    right: str
    found_by: str
    broken: Any
    sound: Any
    complaint: Callable[[Any], str]
    reached: Callable[[Any, Dataset, int], float]
    cost: tuple[int, int]

    def accuracies(
        self, piece: Any, data: Dataset, seeds: Sequence[int] = SEEDS
    ) -> NDArray[np.float64]:
        """Return what is reached with a piece, in percent, for each seed."""
        return np.array([100 * self.reached(piece, data, seed) for seed in seeds])

    def cost_in_words(self) -> str:
        """Return the stated cost as a lesson tells it."""
        least, most = self.cost
        if most < 0:
            return f"too good by more than {_points(-most)}"
        return f"more than {_points(least)}" if least > 0 else f"less than {_points(most)}"


def _points(n: int) -> str:
    return "1 point" if n == 1 else f"{n} points"


def _in_network(**described: Any) -> Exhibit:
    """Return an exhibit whose gradient is wrong: the gradient check finds it."""
    return Exhibit(
        **described,
        found_by="the gradient check",
        complaint=checks.wrong_gradients,
        reached=checks.reached_by_network,
    )


GITHUB = "https://github.com/"
LEAKY = LeakyRelu(0.1)
EXHIBITS = [
    _in_network(
        name="slope forgotten",
        published='"Numerical gradient checking", primen.dk, "the neglected term"',
        address="https://blog.primen.dk/numerical-gradient-checking/",
        wrong="delta = upstream",
        right="delta = upstream * (1 - h**2)",
        broken=partial(MLP, hidden=pieces.ForgottenSlope()),
        sound=MLP,
        cost=(-1, 4),
    ),
    _in_network(
        name="relu slope with >= 0",
        published='numpy/numpy-tutorials, "Deep learning on MNIST", relu2deriv',
        address=GITHUB + "numpy/numpy-tutorials",
        wrong="slope = outputs >= 0",
        right="slope = outputs > 0",
        broken=partial(MLP, hidden=pieces.AlwaysOnRelu()),
        sound=partial(MLP, hidden="relu"),
        cost=(-4, 4),
    ),
    _in_network(
        name="leak ignored",
        published="scientific-computing/FKB, issue 15",
        address=GITHUB + "scientific-computing/FKB/issues/15",
        wrong="slope = where(outputs > 0, 1, 0)",
        right="slope = where(outputs > 0, 1, 0.1)",
        broken=partial(MLP, hidden=pieces.IgnoredLeak(0.1)),
        sound=partial(MLP, hidden=LEAKY),
        cost=(-1, 1),
    ),
    _in_network(
        name="softmax without an axis",
        published="oreilly-japan/deep-learning-from-scratch, issue 85",
        address=GITHUB + "oreilly-japan/deep-learning-from-scratch/issues/85",
        wrong="e / e.sum()",
        right="e / e.sum(axis=-1, keepdims=True)",
        broken=partial(MLP, output=pieces.BatchSoftmax()),
        sound=MLP,
        cost=(30, 100),
    ),
    _in_network(
        name="gradients summed",
        published="jax-ml/jax, pull request 3113",
        address=GITHUB + "jax-ml/jax/pull/3113",
        wrong="delta = p - one_hot",
        right="delta = (p - one_hot) / N",
        broken=pieces.SummedGradients,
        sound=MLP,
        cost=(60, 100),
    ),
    _in_network(
        name="one sum for all biases",
        published="rasbt/stat453-deep-learning-ss21, issue 5",
        address=GITHUB + "rasbt/stat453-deep-learning-ss21/issues/5",
        wrong="biases_gradient = delta.sum()",
        right="biases_gradient = delta.sum(axis=0)",
        broken=pieces.OneSumForAllBiases,
        sound=MLP,
        cost=(-1, 1),
    ),
    _in_network(
        name="biases forgotten",
        published='"Numerical gradient checking", primen.dk, "the forgotten bias"',
        address="https://blog.primen.dk/numerical-gradient-checking/",
        wrong="biases_gradient = 0",
        right="biases_gradient = delta.sum(axis=0)",
        broken=pieces.ForgottenBiases,
        sound=MLP,
        cost=(-1, 1),
    ),
    _in_network(
        name="first unit untrained",
        published='"Numerical gradient checking", primen.dk, "the off by 1"',
        address="https://blog.primen.dk/numerical-gradient-checking/",
        wrong="for i in range(1, n_hidden)",
        right="for i in range(n_hidden)",
        broken=pieces.UntrainedFirstUnit,
        sound=MLP,
        cost=(-1, 1),
    ),
    _in_network(
        name="updated too early",
        published="joelgrus/data-science-from-scratch, issue 31",
        address=GITHUB + "joelgrus/data-science-from-scratch/issues/31",
        wrong="weights2 -= step; upstream1 = delta2 @ weights2.T",
        right="upstream1 = delta2 @ weights2.T; weights2 -= step",
        broken=pieces.UpdatedTooEarly,
        sound=MLP,
        cost=(-1, 1),
    ),
    _in_network(
        name="dropout mask skipped",
        published="ddbourgin/numpy-ml, issue 94",
        address=GITHUB + "ddbourgin/numpy-ml/issues/94",
        wrong="upstream *= 2",
        right="upstream *= 2 * mask",
        broken=partial(pieces.SkippedDropoutMask, hidden="relu"),
        sound=partial(pieces.Dropout, hidden="relu"),
        cost=(1, 100),
    ),
    _in_network(
        name="dropout factor lost",
        published='numpy/numpy-tutorials, "Deep learning on MNIST", layer_1_delta',
        address=GITHUB + "numpy/numpy-tutorials",
        wrong="upstream *= mask",
        right="upstream *= 2 * mask",
        broken=partial(pieces.LostDropoutFactor, hidden="relu"),
        sound=partial(pieces.Dropout, hidden="relu"),
        cost=(1, 100),
    ),
    Exhibit(
        name="maximum of the whole batch",
        published="manassharma07/crysx_nn, issue 7",
        address=GITHUB + "manassharma07/crysx_nn/issues/7",
        wrong="e = exp(z - z.max())",
        right="e = exp(z - z.max(axis=-1, keepdims=True))",
        found_by="a row of small logits beside a row of large ones",
        broken=pieces.BatchMaximumSoftmax(),
        sound=Softmax(),
        complaint=checks.extreme_rows,
        reached=checks.reached_beside_an_outlier,
        cost=(60, 100),
    ),
    Exhibit(
        name="gradients accumulated",
        published="karpathy/micrograd, pull request 102",
        address=GITHUB + "karpathy/micrograd/pull/102",
        wrong="gradient += inputs.T @ delta",
        right="gradient = inputs.T @ delta",
        found_by="the same batch twice",
        broken=pieces.AccumulatedGradients,
        sound=MLP,
        complaint=checks.gradients_that_change,
        reached=checks.reached_by_network,
        cost=(5, 100),
    ),
    Exhibit(
        name="zeros equal zeros",
        published="udlbook/udlbook, Notebooks/Chap07/7_2_Backpropagation.ipynb",
        address=GITHUB + "udlbook/udlbook/blob/main/Notebooks/Chap07/7_2_Backpropagation.ipynb",
        wrong="abs(gradient - difference) is small",
        right="... and they are not both zero",
        found_by="checking the check with an empty exercise",
        broken=pieces.zeros_equal_zeros,
        sound=checks.check_passed,
        complaint=checks.passes_zeros,
        reached=checks.reached_after_check,
        cost=(60, 100),
    ),
    Exhibit(
        name="training counts plotted as test",
        published="numpy/numpy-tutorials, issue 188",
        address=GITHUB + "numpy/numpy-tutorials/issues/188",
        wrong="test_accuracy = training_count / len(training_images)",
        right="test_accuracy = test_count / len(test_images)",
        found_by="a test set whose labels are all wrong",
        broken=pieces.training_counts,
        sound=checks.counted_on_test_images,
        complaint=checks.sees_the_test_set,
        reached=checks.reported,
        cost=(-100, -5),
    ),
    Exhibit(
        name="best weights kept by reference",
        published="pytorch/tutorials, pull request 188",
        address=GITHUB + "pytorch/tutorials/pull/188",
        wrong="best = network.parameters()",
        right="best = {name: array.copy() for ...}",
        found_by="changing the network after keeping it",
        broken=pieces.kept_by_reference,
        sound=checks.kept_copies,
        complaint=checks.changes_when_training_goes_on,
        reached=checks.reached_by_the_best,
        cost=(2, 100),
    ),
    Exhibit(
        name="shuffle that repeats rows",
        published="mnielsen/neural-networks-and-deep-learning, issue 50",
        address=GITHUB + "mnielsen/neural-networks-and-deep-learning/issues/50",
        wrong="random.shuffle(samples)",
        right="np.random.default_rng(seed).shuffle(samples)",
        found_by="counting the samples after shuffling",
        broken=pieces.repeating_shuffle,
        sound=checks.numpy_shuffle,
        complaint=checks.lost_rows,
        reached=checks.reached_after_shuffling,
        cost=(2, 100),
    ),
    Exhibit(
        name="pixels off by one byte",
        published="tensorflow/models, pull request 2024",
        address=GITHUB + "tensorflow/models/pull/2024",
        wrong="offset = 15",
        right="offset = 16",
        found_by="writing images and reading them back",
        broken=pieces.pixels_off_by_one,
        sound=checks.read_right,
        complaint=checks.images_that_change,
        reached=checks.reached_with_images,
        cost=(3, 100),
    ),
    Exhibit(
        name="labels off by eight",
        published="public scripts that skip 16 bytes of the label file; no thread found",
        address="",
        wrong="offset = 16",
        right="offset = 8",
        found_by="counting labels and images",
        broken=pieces.labels_off_by_eight,
        sound=checks.read_right,
        complaint=checks.labels_that_change,
        reached=checks.reached_with_labels,
        cost=(60, 100),
    ),
    Exhibit(
        name="every twentieth sample",
        published="mlp_lab itself, the training accuracy in `train`, before it was found",
        address="",
        wrong="samples[::20]",
        right="samples[generator.choice(n, n // 20, replace=False)]",
        found_by="samples that are right and wrong in turn",
        broken=pieces.every_twentieth,
        sound=checks.drawn_rows,
        complaint=checks.misjudged_order,
        reached=checks.reported_of_subset,
        cost=(-100, -10),
    ),
]
