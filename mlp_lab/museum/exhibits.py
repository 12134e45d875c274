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
    """A published bug; where nothing else is said, one that makes gradients of `MLP` wrong.

    Attributes
    ----------
    name : str
    cost : tuple of int
        The least and the most points of accuracy that the bug costs, as the mean of three seeds, on
        the bundled digits and on MNIST; below 0 if the broken piece reports too much. No number
        could be stated: another seed or processor gives another one. These bounds hold for all,
        with room to spare, as ``python tools/museum.py`` measures.
    published, address : str
        Project and thread, and where on the web; no address if there is only code.
    wrong, right : str
        The line as it was, and as it should be.
    broken, sound : object
        The piece with the bug and the one without.
    found_by : str
        The check that finds it, in words.
    complaint : callable
        Takes a piece; returns what the check finds wrong with it, nothing if all is right.
    reached : callable
        Takes a piece, a data set and a seed; returns an accuracy, from 0 to 1.
    """

    name: str
    cost: tuple[int, int]
    published: str
    wrong: str
    right: str
    broken: Any
    sound: Any = MLP
    address: str = ""
    found_by: str = "the gradient check"
    complaint: Callable[[Any], str] = checks.wrong_gradients
    reached: Callable[[Any, Dataset, int], float] = checks.reached_by_network

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


GITHUB = "https://github.com/"
DROPS_HALF: dict[str, Any] = {"hidden": "relu", "dropout": 0.5}
PRIMEN = "https://blog.primen.dk/numerical-gradient-checking/"
EXHIBITS = [
    Exhibit("slope forgotten", cost=(-1, 4),
        published='"Numerical gradient checking", primen.dk, "the neglected term"',
        address=PRIMEN,
        wrong="delta = upstream", broken=partial(MLP, hidden=pieces.ForgottenSlope()),
        right="delta = upstream * (1 - h**2)"),
    Exhibit("relu slope with >= 0", cost=(-4, 4),
        published='numpy/numpy-tutorials, "Deep learning on MNIST", relu2deriv',
        address=GITHUB + "numpy/numpy-tutorials",
        wrong="slope = outputs >= 0", broken=partial(MLP, hidden=pieces.AlwaysOnRelu()),
        right="slope = outputs > 0", sound=partial(MLP, hidden="relu")),
    Exhibit("leak ignored", cost=(-1, 1),
        published="scientific-computing/FKB, issue 15",
        address=GITHUB + "scientific-computing/FKB/issues/15",
        wrong="slope = where(outputs > 0, 1, 0)",
        broken=partial(MLP, hidden=pieces.IgnoredLeak(0.1)),
        right="slope = where(outputs > 0, 1, 0.1)", sound=partial(MLP, hidden=LeakyRelu(0.1))),
    Exhibit("softmax without an axis", cost=(30, 100),
        published="oreilly-japan/deep-learning-from-scratch, issue 85",
        address=GITHUB + "oreilly-japan/deep-learning-from-scratch/issues/85",
        wrong="e / e.sum()", broken=partial(MLP, output=pieces.BatchSoftmax()),
        right="e / e.sum(axis=-1, keepdims=True)"),
    Exhibit("gradients summed", cost=(60, 100),
        published="jax-ml/jax, pull request 3113",
        address=GITHUB + "jax-ml/jax/pull/3113",
        wrong="delta = p - one_hot", broken=pieces.SummedGradients,
        right="delta = (p - one_hot) / N"),
    Exhibit("one sum for all biases", cost=(-1, 1),
        published="rasbt/stat453-deep-learning-ss21, issue 5",
        address=GITHUB + "rasbt/stat453-deep-learning-ss21/issues/5",
        wrong="biases_gradient = delta.sum()", broken=pieces.OneSumForAllBiases,
        right="biases_gradient = delta.sum(axis=0)"),
    Exhibit("biases forgotten", cost=(-1, 1),
        published='"Numerical gradient checking", primen.dk, "the forgotten bias"',
        address=PRIMEN,
        wrong="biases_gradient = 0", broken=pieces.ForgottenBiases,
        right="biases_gradient = delta.sum(axis=0)"),
    Exhibit("first unit untrained", cost=(-1, 1),
        published='"Numerical gradient checking", primen.dk, "the off by 1"',
        address=PRIMEN,
        wrong="for i in range(1, n_hidden)", broken=pieces.UntrainedFirstUnit,
        right="for i in range(n_hidden)"),
    Exhibit("updated too early", cost=(-1, 1),
        published="joelgrus/data-science-from-scratch, issue 31",
        address=GITHUB + "joelgrus/data-science-from-scratch/issues/31",
        wrong="weights2 -= step; upstream1 = delta2 @ weights2.T", broken=pieces.UpdatedTooEarly,
        right="upstream1 = delta2 @ weights2.T; weights2 -= step"),
    Exhibit("dropout mask skipped", cost=(1, 100),
        published="ddbourgin/numpy-ml, issue 94",
        address=GITHUB + "ddbourgin/numpy-ml/issues/94",
        wrong="upstream *= 2", broken=partial(pieces.SkippedDropoutMask, **DROPS_HALF),
        right="upstream *= 2 * mask", sound=partial(MLP, **DROPS_HALF)),
    Exhibit("dropout factor lost", cost=(1, 100),
        published='numpy/numpy-tutorials, "Deep learning on MNIST", layer_1_delta',
        address=GITHUB + "numpy/numpy-tutorials",
        wrong="upstream *= mask", broken=partial(pieces.LostDropoutFactor, **DROPS_HALF),
        right="upstream *= 2 * mask", sound=partial(MLP, **DROPS_HALF)),
    Exhibit("maximum of the whole batch", cost=(60, 100),
        published="manassharma07/crysx_nn, issue 7",
        address=GITHUB + "manassharma07/crysx_nn/issues/7",
        wrong="e = exp(z - z.max())", broken=pieces.BatchMaximumSoftmax(),
        right="e = exp(z - z.max(axis=-1, keepdims=True))", sound=Softmax(),
        found_by="a row of small logits beside a row of large ones",
        complaint=checks.extreme_rows, reached=checks.reached_beside_an_outlier),
    Exhibit("gradients accumulated", cost=(5, 100),
        published="karpathy/micrograd, pull request 102",
        address=GITHUB + "karpathy/micrograd/pull/102",
        wrong="gradient += inputs.T @ delta", broken=pieces.AccumulatedGradients,
        right="gradient = inputs.T @ delta",
        found_by="the same batch twice",
        complaint=checks.gradients_that_change, reached=checks.reached_by_network),
    Exhibit("zeros equal zeros", cost=(60, 100),
        published="udlbook/udlbook, Notebooks/Chap07/7_2_Backpropagation.ipynb",
        address=GITHUB + "udlbook/udlbook/blob/main/Notebooks/Chap07/7_2_Backpropagation.ipynb",
        wrong="abs(gradient - difference) is small", broken=pieces.zeros_equal_zeros,
        right="... and they are not both zero", sound=pieces.check_passed,
        found_by="checking the check with an empty exercise",
        complaint=checks.passes_zeros, reached=checks.reached_after_check),
    Exhibit("training counts plotted as test", cost=(-100, -5),
        published="numpy/numpy-tutorials, issue 188",
        address=GITHUB + "numpy/numpy-tutorials/issues/188",
        wrong="test_accuracy = training_count / len(training_images)",
        broken=pieces.training_counts,
        right="test_accuracy = test_count / len(test_images)", sound=pieces.counted_on_test_images,
        found_by="a test set whose labels are all wrong",
        complaint=checks.sees_the_test_set, reached=checks.reported),
    Exhibit("best weights kept by reference", cost=(2, 100),
        published="pytorch/tutorials, pull request 188",
        address=GITHUB + "pytorch/tutorials/pull/188",
        wrong="best = network.parameters()", broken=pieces.kept_by_reference,
        right="best = {name: array.copy() for ...}", sound=pieces.kept_copies,
        found_by="changing the network after keeping it",
        complaint=checks.changes_when_training_goes_on, reached=checks.reached_by_the_best),
    Exhibit("shuffle that repeats rows", cost=(2, 100),
        published="mnielsen/neural-networks-and-deep-learning, issue 50",
        address=GITHUB + "mnielsen/neural-networks-and-deep-learning/issues/50",
        wrong="random.shuffle(samples)", broken=pieces.repeating_shuffle,
        right="np.random.default_rng(seed).shuffle(samples)", sound=pieces.numpy_shuffle,
        found_by="counting the samples after shuffling",
        complaint=checks.lost_rows, reached=checks.reached_after_shuffling),
    Exhibit("pixels off by one byte", cost=(3, 100),
        published="tensorflow/models, pull request 2024",
        address=GITHUB + "tensorflow/models/pull/2024",
        wrong="offset = 15", broken=pieces.pixels_off_by_one,
        right="offset = 16", sound=pieces.read_right,
        found_by="writing images and reading them back",
        complaint=checks.images_that_change, reached=checks.reached_with_images),
    Exhibit("labels off by eight", cost=(60, 100),
        published="public scripts that skip 16 bytes of the label file; no thread found",
        wrong="offset = 16", broken=pieces.labels_off_by_eight,
        right="offset = 8", sound=pieces.read_right,
        found_by="counting labels and images",
        complaint=checks.labels_that_change, reached=checks.reached_with_labels),
    Exhibit("every twentieth sample", cost=(-100, -10),
        published="mlp_lab itself, the training accuracy in `train`, before it was found",
        wrong="samples[::20]", broken=pieces.every_twentieth,
        right="samples[generator.choice(n, n // 20, replace=False)]", sound=pieces.drawn_rows,
        found_by="samples that are right and wrong in turn",
        complaint=checks.misjudged_order, reached=checks.reported_of_subset),
]  # fmt: skip
