"""What BLAS threads are worth to a training step: as many as there are cores, against one.

    python tests/benchmarks/threads.py

Run it once on a quiet machine and once beside other work: threads that wait for each other make a
small step many times slower there. MLP_LAB_THREADS is set for the run, and overrides what
`mlp_lab.support.threads` would choose; the last column says what that is.
"""

import os
from functools import partial

import numpy as np
from timing import ratios, seconds, spread

from mlp_lab import MLP, Split, train
from mlp_lab.support.threads import THREADS_SETTING, WORTH_SHARING

STEPS, ROUNDS, PIXELS = 20, 7, 784


def epoch(hidden: int, batch_size: int, threads: int) -> float:
    """Return the seconds of a few steps with so many threads."""
    generator = np.random.default_rng(0)
    n = STEPS * batch_size
    samples = Split(generator.random((n, PIXELS), np.float32), generator.integers(0, 10, n))
    network = MLP([PIXELS, hidden, 10])
    os.environ[THREADS_SETTING] = str(threads)
    return seconds(lambda: train(network, samples, epochs=1, batch_size=batch_size, progress=False))


def main() -> None:
    """Print the table."""
    cores = os.cpu_count() or 1
    print(f"| hidden units | batch | time with {cores} threads / with 1 | spread | ours |")
    print("|---|---|---|---|---|")
    for hidden, batch_size in ((100, 10), (100, 100), (100, 1000), (800, 100), (800, 1000)):
        many, one = (partial(epoch, hidden, batch_size, threads) for threads in (cores, 1))
        _, values = ratios(many, one, ROUNDS)
        ours = "1" if PIXELS * hidden * batch_size < WORTH_SHARING else "all"
        print(f"| {hidden} | {batch_size} | {np.median(values):.2f} | {spread(values)} | {ours} |")


if __name__ == "__main__":
    main()
