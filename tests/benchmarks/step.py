"""Where the time of an epoch goes: products, elementwise work, gathering, update, evaluation.

    python tests/benchmarks/step.py

One BLAS thread, 784-100-10, batches of 100, MNIST if it is at hand, else random numbers of its
shape. Each part is run by itself over a whole epoch; the fastest of several rounds is shown.
"""

from collections.abc import Callable

import numpy as np
from peers import BATCH, bare_products, mnist_or_random
from threadpoolctl import threadpool_limits
from timing import seconds

from mlp_lab import MLP, SGD, Split, train
from mlp_lab.evaluation import loss_and_accuracy, random_subset
from mlp_lab.support.networks import copy_parameters
from mlp_lab.support.training_guard import KEPT_EVERY

ROUNDS = 9


def parts(samples: Split) -> dict[str, Callable[[], object]]:
    """Return the parts of an epoch of `train`, by name, each to be called for a whole epoch."""
    network, optimizer = MLP([samples.inputs.shape[1], 100, 10]), SGD()
    parameters = network.parameters()
    kept = {name: array.copy() for name, array in parameters.items()}
    order = np.random.default_rng(0).permutation(len(samples))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    x, labels = samples.inputs[batches[0]], samples.labels[batches[0]]
    _, gradients = network.gradients(x, labels)
    evaluated = random_subset(samples, 2500)

    def gather() -> None:
        for batch in batches:
            np.take(samples.inputs, batch, axis=0, out=x[: len(batch)], mode="clip")

    def backpropagate() -> None:
        for _ in batches:
            network.gradients(x, labels, out=gradients)

    def update() -> None:
        for step in range(len(batches)):
            if step % KEPT_EVERY == 0:
                copy_parameters(parameters, kept)
            optimizer.step(parameters, gradients, 1e-9)

    def evaluate() -> None:
        loss_and_accuracy(network, evaluated)

    return {
        "products": lambda: bare_products(samples),
        "gradients": backpropagate,
        "gather": gather,
        "update": update,
        "evaluation": evaluate,
        "three epochs": lambda: train(network, samples, epochs=3, progress=False),
    }


def main() -> None:
    """Print the table."""
    _, samples = mnist_or_random()
    actions = parts(samples)
    with threadpool_limits(1):
        rounds = [{name: seconds(part) for name, part in actions.items()} for _ in range(ROUNDS)]
    fastest = {name: min(found[name] for found in rounds) for name in actions}
    rows = {
        "the five matrix products": fastest["products"],
        "tanh, softmax, loss and their way back": fastest["gradients"] - fastest["products"],
        "gathering the batches": fastest["gather"],
        "update, and a copy of the parameters now and then": fastest["update"],
        "evaluation on 2,500 samples": fastest["evaluation"],
    }
    epoch = fastest["three epochs"] / 3
    rows["the loop around them, and a third of the start"] = epoch - sum(rows.values())
    rows["an epoch of train"] = epoch
    print("| part of an epoch | ms | of the products |\n|---|---|---|")
    for name, value in rows.items():
        print(f"| {name} | {1000 * value:.0f} | {value / fastest['products']:.2f} |")


if __name__ == "__main__":
    main()
