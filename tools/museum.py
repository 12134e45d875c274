"""Measure what the bugs of the museum cost, on the bundled digits: the numbers of the catalogue.

python tools/museum.py
"""

import numpy as np

from mlp_lab import load_digits
from mlp_lab.exhibits import EXHIBITS, Exhibit


def measured_cost(exhibit: Exhibit) -> tuple[float, float]:
    """Return the mean accuracy in percent with the sound and with the broken piece."""
    data = load_digits()
    pieces = exhibit.sound, exhibit.broken
    sound, broken = (100 * float(np.mean(exhibit.accuracies(piece, data))) for piece in pieces)
    return round(sound, 1), round(broken, 1)


if __name__ == "__main__":
    for exhibit in EXHIBITS:
        print(f"{exhibit.name:32} {measured_cost(exhibit)}  stated {exhibit.cost}", flush=True)
