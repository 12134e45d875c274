"""The same epoch, by others: the bare matrix products, PyTorch eager, and scikit-learn.

Each function returns the seconds of one epoch of a 784-100-10 network in mini-batches of 100;
making the network is not counted. PyTorch and scikit-learn raise ImportError where they are
not installed.
"""

import time
import warnings

import numpy as np

from mlp_lab import MLP, SGD, Split, load_mnist
from mlp_lab.data import Dataset

BATCH, HIDDEN, CLASSES, RATE = 100, 100, 10, 0.5


def mnist_or_random() -> tuple[Dataset | None, Split]:
    """Return MNIST and its training set; where it is not at hand, random numbers of its shape."""
    try:
        data = load_mnist()
        return data, data.train
    except (OSError, ValueError) as error:
        print(f"On random numbers of MNIST's shape, because {error}\n")
        generator = np.random.default_rng(0)
        inputs = generator.random((50_000, 784), dtype=np.float32)
        return None, Split(inputs, generator.integers(0, 10, 50_000))


def bare_products(samples: Split) -> float:
    """Time the five matrix products that every step needs, and nothing else."""
    generator = np.random.default_rng(0)

    def random(*shape: int) -> np.ndarray:
        return generator.random(shape, dtype=np.float32)

    n_pixels = samples.inputs.shape[1]
    weights1, weights2 = random(n_pixels, HIDDEN), random(HIDDEN, CLASSES)
    hidden, delta1, delta2 = random(BATCH, HIDDEN), random(BATCH, HIDDEN), random(BATCH, CLASSES)
    start = time.perf_counter()
    for first in range(0, len(samples), BATCH):
        x = samples.inputs[first : first + BATCH]
        x @ weights1
        hidden @ weights2
        hidden.T @ delta2
        delta2 @ weights2.T
        x.T @ delta1
    return time.perf_counter() - start


def pytorch(samples: Split) -> float:
    """Time PyTorch's eager loop over tensors sliced from memory, in file order."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    inputs, labels = torch.from_numpy(samples.inputs), torch.from_numpy(samples.labels)
    model = nn.Sequential(
        nn.Linear(samples.inputs.shape[1], HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, CLASSES)
    )
    loss, optimizer = nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=RATE)
    start = time.perf_counter()
    for first in range(0, len(samples), BATCH):
        optimizer.zero_grad()
        batch = slice(first, first + BATCH)
        loss(model(inputs[batch]), labels[batch]).backward()
        optimizer.step()
    return time.perf_counter() - start


def check_pytorch_agrees() -> None:
    """Refuse the comparison if PyTorch, from the same weights, does not compute our losses."""
    import torch
    from torch import nn

    generator = np.random.default_rng(0)
    x, labels = generator.random((20, 6), dtype=np.float32), generator.integers(0, 4, 20)
    network = MLP([6, 5, 4])
    model = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4))
    with torch.no_grad():
        for layer, weights in zip((model[0], model[2]), network.weights, strict=True):
            layer.weight.copy_(torch.from_numpy(weights.T.copy()))
            layer.bias.zero_()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    for _ in range(5):
        value, gradients = network.gradients(x, labels)
        SGD().step(network.parameters(), gradients, RATE)
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(torch.from_numpy(x)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        if not np.isclose(value, loss.item(), rtol=1e-5):
            raise ArithmeticError(f"PyTorch's loss is {loss.item()}, ours {value}")


def scikit_learn(samples: Split) -> float:
    """Time one epoch of MLPClassifier, plain SGD without momentum, decay or early stopping."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (HIDDEN,), activation="tanh", solver="sgd", alpha=0.0, batch_size=BATCH,
        learning_rate_init=RATE, momentum=0.0, max_iter=1,
    )  # fmt: skip
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # after one epoch, of course
        model.fit(samples.inputs, samples.labels)
    return time.perf_counter() - start
