"""The performance claims, as one command that prints a table of ratios and medians.

    python tests/benchmarks/run.py

One BLAS thread. MNIST if it is at hand (MLP_LAB_DATA or the cache), else random numbers of its
shape.
For the peers: python -m pip install --group peers. The exit status is 1 if a bound is missed.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"  # before NumPy is loaded

import platform
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path
from unittest import mock

import numpy as np
import peers
from timing import Row, ratios, seconds, table

from mlp_lab import MLP, Split, check_gradients, load_mnist, train
from mlp_lab.data import Dataset, mnist_files, write_idx
from mlp_lab.evaluation import accuracy

ROUNDS, EPOCHS = 7, 5
"""Rounds, and epochs in each: the fastest counts, as other work on the machine only adds time."""
SAMPLE = 2_000
"""Entries of each tensor that a timed gradient check looks at."""
ROOM = 0.36
"""Of a framework's epoch, the share of the products that leaves room for the bound of 0.60: an
epoch of ours takes 1.5 to 1.65 times the products, as the processor's caches are."""
MEMORY = """
import resource
from mlp_lab import MLP, load_mnist, train
data = load_mnist()
parts = (data.train, data.validation, data.test)
held = sum(part.inputs.nbytes + part.images.nbytes for part in parts)
train(MLP([784, 100, 10]), data.train, data.validation, epochs=1, progress=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, held / 2**20)
"""
IMPORT = """
import time, numpy
start = time.perf_counter()
import mlp_lab
print(time.perf_counter() - start)
"""


def our_epoch(samples: Split, sizes: tuple[int, ...] = (100,), batch_size: int = 100) -> float:
    """Return the seconds of the fastest of several epochs of `train`, their evaluation included."""
    network, ends = MLP([samples.inputs.shape[1], *sizes, 10]), []
    train(
        network, samples, epochs=EPOCHS + 1, batch_size=batch_size, progress=False,
        callbacks=[lambda network, history: ends.append(time.perf_counter())],
    )  # fmt: skip
    return min(after - before for before, after in pairwise(ends))


def fastest(epoch: Callable[[Split], float], samples: Split) -> float:
    """Return the seconds of the fastest of as many epochs of somebody else."""
    return min(epoch(samples) for _ in range(EPOCHS))


def against_products(samples: Split) -> list[Row]:
    """Compare our epoch with the five matrix products that no step can do without."""
    times, values = ratios(
        lambda: our_epoch(samples), lambda: fastest(peers.bare_products, samples), ROUNDS
    )
    return [
        Row("epoch of 784-100-10, batch 100, 50,000 images", times, " s"),
        Row("epoch, ratio to five bare matrix products", values, bound=1.55),
    ]


def against_peer(name: str, peer: Callable[[Split], float], samples: Split) -> list[Row]:
    """Compare our epoch with a framework's, as a whole and beyond the matrix products.

    How much of an epoch the products take is a matter of the processor: where they take a third of
    the framework's epoch, ours is held to 0.60 of it. Where they take more, no loop around them
    could do that, and only what is beyond the products is held to that bound.
    """
    whole = f"epoch, ratio to {name}"
    try:
        if peer is peers.pytorch:
            peers.check_pytorch_agrees()
        peer(samples)
    except ImportError:
        return [Row(whole, [], note="not installed: python -m pip install --group peers")]
    turns = [
        (our_epoch(samples), fastest(peer, samples), fastest(peers.bare_products, samples))
        for _ in range(ROUNDS)
    ]
    shares = [products / theirs for _, theirs, products in turns]
    room = statistics.median(shares) <= ROOM
    beyond = [(ours - products) / (theirs - products) for ours, theirs, products in turns]
    return [
        Row(whole, [ours / theirs for ours, theirs, _ in turns], bound=0.60 if room else None),
        Row(f"the bare products, ratio to {name}", shares),
        Row(f"epoch beyond the products, ratio to {name}'s", beyond, bound=0.60),
    ]


def growth(samples: Split) -> list[Row]:
    """Show how an epoch's time grows, as ratios to 100 hidden units and batches of 100."""
    rows = []
    for name, options in (
        ("batch 10", {"batch_size": 10}),
        ("batch 1000", {"batch_size": 1000}),
        ("50 hidden units", {"sizes": (50,)}),
        ("200 hidden units", {"sizes": (200,)}),
        ("400 hidden units", {"sizes": (400,)}),
        ("2 hidden layers of 100", {"sizes": (100, 100)}),
        ("3 hidden layers of 100", {"sizes": (100, 100, 100)}),
    ):
        _, values = ratios(
            partial(our_epoch, samples, **options), partial(our_epoch, samples), rounds=3
        )
        rows.append(Row(f"epoch, {name}, ratio to the first row", values))
    return rows


def in_a_new_process(code: str, settings: Mapping[str, str] = {}) -> list[float]:
    """Return the numbers that some code prints."""
    command, environment = [sys.executable, "-c", code], {**os.environ, **settings}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def import_seconds() -> list[float]:
    """Time the import as it is from the second on: Python has compiled the modules by then."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        return [in_a_new_process(IMPORT, compiled)[0] for _ in range(ROUNDS + 1)][1:]


def loading() -> Row:
    """Time MNIST from the cache, the second load in each of several rounds."""
    arrays = {name: mnist_files.mnist_array(name) for name in mnist_files.CONTENT_SHA256}
    with tempfile.TemporaryDirectory() as folder:
        for name, array in arrays.items():
            write_idx(Path(folder, name), array)
        del arrays
        with mock.patch.dict(os.environ, {mnist_files.FOLDER_SETTING: folder}):
            load_mnist()
            times = [seconds(load_mnist) for _ in range(ROUNDS)]
    return Row("MNIST from raw files on disk, verified, as float32", times, " s", bound=0.3)


def gradient_checks(samples: Split) -> list[Row]:
    """Time the check of all 79,510 parameters on five images: by entries, and along directions.

    An evaluation is held to 0.10 ms where its largest product leaves half of that; else to 2.5
    times that product, for the second one, tanh, the loss and the bookkeeping of the check.
    """
    network, batch = MLP([784, 100, 10]), (samples.inputs[:5], samples.labels[:5])
    sizes = [array.size for array in network.parameters().values()]
    evaluations = 2 * sum(min(size, SAMPLE) for size in sizes)
    x, weights = batch[0].astype(np.float64), network.weights[0].astype(np.float64)

    def evaluation() -> float:
        check = partial(check_gradients, network, *batch, sample=SAMPLE, progress=False)
        return seconds(check) / evaluations

    times, values = ratios(
        evaluation, lambda: min(timeit.repeat(lambda: x @ weights, number=1000)) / 1000, ROUNDS
    )
    has_room = statistics.median(times) / statistics.median(values) <= 0.05e-3
    entries = seconds(lambda: check_gradients(network, *batch))
    directions = [
        seconds(lambda: check_gradients(network, *batch, directions=8, progress=False))
        for _ in range(ROUNDS)
    ]
    each = [1000 * value for value in times]
    return [
        Row("all 79,510 gradients checked on 5 images, with a bar", [entries], " s"),
        Row("of a check, a loss evaluation", each, " ms", bound=0.10 if has_room else None),
        Row("a loss evaluation, ratio to its matrix product alone", values, bound=2.5),
        Row("the same along 8 directions of each tensor", directions, " s"),
    ]


def memory() -> list[Row]:
    """Measure a training run on MNIST in a process of its own, while this one is still small.

    On Linux a new process begins with the peak of the process that it was forked from.
    """
    try:
        peak, held = in_a_new_process(MEMORY)
    except (subprocess.CalledProcessError, ImportError):
        return [Row("peak memory of a training run", [], note="needs MNIST, and not Windows")]
    return [
        Row("peak memory of a training run on MNIST", [peak], " MiB", bound=1000),
        Row("of which MNIST itself, uint8 and float32", [held], " MiB"),
    ]


def with_mnist(data: Dataset) -> list[Row]:
    """Measure what only the real data can show: loading and accuracy."""
    rows = [loading()]
    shares: dict[str, list[float]] = {"validation": [], "test": []}
    for seed in range(3):
        network = MLP([784, 100, 10], seed=seed)
        train(network, data.train, epochs=10, seed=seed, progress=False)
        shares["validation"].append(100 * accuracy(network, data.validation))
        shares["test"].append(100 * accuracy(network, data.test))
    return rows + [
        Row(f"{name} accuracy, 10 epochs of plain SGD, 3 seeds", values, " %", 97.5, at_least=True)
        for name, values in shares.items()
    ]


def main() -> int:
    """Print the table; return 1 if a bound is missed."""
    rows = memory()
    data, samples = peers.mnist_or_random()
    rows = against_products(samples) + rows
    rows += against_peer("PyTorch eager", peers.pytorch, samples)
    rows += against_peer("scikit-learn MLPClassifier", peers.scikit_learn, samples)
    rows += gradient_checks(samples)
    imports = import_seconds()
    rows.append(Row("import mlp_lab beyond import numpy", imports, " s", bound=0.05))
    if data is not None:
        rows += with_mnist(data)
    rows += growth(samples)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}, one")
    print("BLAS thread. Our epoch shuffles and gathers its batches, keeps copies of its")
    print("parameters, and ends with an evaluation on 2,500 images; the peers do not evaluate.\n")
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
