"""Measure what the bugs of the museum cost, and whether what the catalogue states of it holds.

    python tools/museum.py digits
    python tools/museum.py mnist

What is stated is the mean of three seeds. Here it is measured twenty times, each time with three
seeds of its own and with inputs that differ by a millionth, as other processors round otherwise.
Beside the mean stand the least and the most, and the room that is left to the stated bounds.
"""

import sys
from dataclasses import replace

import numpy as np

from mlp_lab import load_dataset
from mlp_lab.data import Dataset
from mlp_lab.evaluation import random_subset
from mlp_lab.museum.exhibits import EXHIBITS, SEEDS, Exhibit

REPEATS = 20


def nudged(data: Dataset, seed: int) -> Dataset:
    """Return the data set with training inputs that differ by a millionth, up or down."""
    sign = np.random.default_rng(seed).choice([-1, 1], data.train.inputs.shape)
    inputs = data.train.inputs * (1 + 1e-6 * sign).astype(np.float32)
    return replace(data, train=replace(data.train, inputs=inputs))


def costs(exhibit: Exhibit, data: Dataset) -> list[float]:
    """Return the points of accuracy that a bug costs, for each repetition."""
    found = []
    for repeat in range(REPEATS):
        seeds = [len(SEEDS) * repeat + seed for seed in SEEDS]
        again = nudged(data, repeat)
        right, wrong = (
            exhibit.accuracies(piece, again, seeds) for piece in (exhibit.sound, exhibit.broken)
        )
        found.append(float(right.mean() - wrong.mean()))
    return found


def verdict(exhibit: Exhibit, found: list[float]) -> str:
    """Return a line: what was measured, what is stated, and whether it holds."""
    least, most = exhibit.cost
    room = min(min(found) - least, most - max(found))
    return (
        f"{exhibit.name:32} mean {np.mean(found):6.1f}, from {min(found):6.1f} to "
        f"{max(found):6.1f}; stated {exhibit.cost_in_words()}: "
        + (f"holds, room {room:.1f}" if room > 0 else f"FAILS by {-room:.1f}")
    )


def main(arguments: list[str]) -> int:
    """Measure on the data set that the command line names; return an exit status."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    data = load_dataset(arguments[0])
    data = replace(data, train=random_subset(data.train, 10_000))
    for exhibit in EXHIBITS:
        print(verdict(exhibit, costs(exhibit, data)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
