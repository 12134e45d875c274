"""What the README claims of a plain run: ten epochs on MNIST, or forty on the bundled digits."""

import pytest

from mlp_lab import MLP, Split, load_digits, train
from mlp_lab.data.datasets import Dataset
from mlp_lab.evaluation import accuracy


@pytest.mark.slow
def test_ten_epochs_of_plain_sgd_reach_97_5_percent_on_mnist(mnist: Dataset) -> None:
    network = MLP([784, 100, 10], seed=0)

    train(network, mnist.train, epochs=10, batch_size=100, learning_rate=0.5, progress=False)

    assert accuracy(network, mnist.validation) >= 0.975
    assert accuracy(network, mnist.test) >= 0.975


def test_the_original_learning_rate_learns_nothing(mnist: Dataset) -> None:
    network = MLP([784, 100, 10], seed=0)
    some = Split(mnist.train.inputs[:10_000], mnist.train.labels[:10_000])
    before = accuracy(network, mnist.validation)

    train(network, some, epochs=1, learning_rate=10**-9.5, loss="squared_error", progress=False)

    assert accuracy(network, mnist.validation) == before


def test_the_bundled_digits_are_learned_to_95_percent() -> None:
    data = load_digits()
    network = MLP([64, 100, 10], seed=0)

    train(network, data.train, epochs=40, batch_size=20, learning_rate=0.1, progress=False)

    assert accuracy(network, data.validation) >= 0.95
    assert accuracy(network, data.test) >= 0.95
