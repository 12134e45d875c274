"""Small networks to train and to check, right and tampered with, and what tests ask of all."""

from contextlib import contextmanager

import numpy as np

from mlp_lab import MLP, Split
from mlp_lab.losses import SquaredError


def make_network(kind=MLP, sizes=(4, 5, 3), dtype="float32", biased=False, **options):
    """Return a new network of some kind; `biased` gives it biases that are not zero."""
    network = kind(list(sizes), dtype=dtype, **options)
    if biased:
        generator = np.random.default_rng(options.get("seed", 0) + 100)
        for biases in network.biases:
            biases[...] = generator.normal(0, 0.5, biases.shape)
    return network


def make_split(n_samples, seed=0, n_features=4):
    """Return samples of three classes; the inputs are all different and tell the class."""
    inputs = np.random.default_rng(seed).random((n_samples, n_features), dtype=np.float32)
    return Split(inputs, inputs[:, :3].argmax(axis=1))


class Tampered(MLP):
    """Its gradients are right until `tamper` has had them."""

    def tamper(self, gradients, x, labels):
        raise NotImplementedError

    def gradients(self, x, labels, loss="cross_entropy"):
        value, gradients = super().gradients(x, labels, loss)
        return value, self.tamper(gradients, x, labels)


def tampered(change):
    """Return a kind of `Tampered` for which the gradients alone matter."""

    class TamperedBlindly(Tampered):
        def tamper(self, gradients, x, labels):
            return change(gradients)

    return TamperedBlindly


class Observed(MLP):
    """Calls `before` with the name of a method that is about to compute."""

    def before(self, method):
        raise NotImplementedError

    def gradients(self, x, labels, loss="cross_entropy"):
        self.before("gradients")
        return super().gradients(x, labels, loss)

    def loss(self, x, labels, loss="cross_entropy"):
        self.before("loss")
        return super().loss(x, labels, loss)

    def predict(self, x):
        self.before("predict")
        return super().predict(x)


class Copying(MLP):
    """Hands out copies of its parameters."""

    def parameters(self):
        return copies(super().parameters())


class LogisticRegression:
    """Three methods and two arrays, with names that HTML would trip over."""

    factor = 1.0  # of the gradients: another than 1 makes them wrong

    def __init__(self, dtype="float64", n_classes=4):
        self.w = np.random.default_rng(0).normal(size=(4, n_classes)).astype(dtype)
        self.b = np.zeros(n_classes, dtype)

    def parameters(self):
        return {"<w>": self.w, "b & c": self.b}

    def logits(self, x):
        w, b, *_ = self.parameters().values()
        return x @ w + b

    def loss(self, x, labels, loss=None):
        z = self.logits(x)
        return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels])

    def gradients(self, x, labels, loss=None):
        powers = np.exp(self.logits(x))
        delta = powers / powers.sum(axis=1, keepdims=True) - np.eye(len(self.b))[labels]
        delta *= self.factor / len(x)
        return self.loss(x, labels), {"<w>": x.T @ delta, "b & c": delta.sum(axis=0)}


class OwnLoss:
    """A loss of a user's own has a call and a gradient, and may know how many classes there are."""

    def __init__(self, factor=1.0, offset=0.0):
        self.factor, self.offset = factor, offset

    def __call__(self, outputs, labels):
        assert outputs.shape[1] == 3
        return self.factor * SquaredError()(outputs, labels) + self.offset

    def gradient(self, outputs, labels):
        return self.factor * SquaredError().gradient(outputs, labels)


def copies(arrays):
    return {name: array.copy() for name, array in arrays.items()}


def assert_same_bits(found, expected):
    assert found.keys() == expected.keys()
    for name, array in found.items():
        np.testing.assert_array_equal(array, expected[name], err_msg=name, strict=True)
        assert array.tobytes() == expected[name].tobytes(), name  # 0.0 is not -0.0


@contextmanager
def untouched(network):
    """Assert that the block leaves every bit of the network's parameters as it was."""
    before = copies(network.parameters())
    yield
    assert_same_bits(network.parameters(), before)
