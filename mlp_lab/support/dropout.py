"""Dropout: while a network learns, some of its hidden outputs are left out, others every time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from mlp_lab.support.types import FloatArray


@contextmanager
def dropping(network: Any, n_samples: int, generator: "np.random.Generator") -> Iterator[None]:
    """Let a network drop the same hidden outputs in all that it computes within.

    A network without dropout, or of another kind, computes as always.
    """
    share = getattr(network, "dropout", 0.0)
    if not share:
        yield
        return
    network.masks = [
        mask(share, (n_samples, n_units), network.dtype, generator)
        for n_units in network.sizes[1:-1]
    ]
    try:
        yield
    finally:
        network.masks = None


def mask(
    share: float, shape: tuple[int, int], dtype: Any, generator: "np.random.Generator"
) -> FloatArray:
    """Return 0 for the share that is dropped; the others make up for it: their mean stays 1."""
    kept = generator.random(shape, dtype=np.float32) >= share
    factors: FloatArray = kept.astype(dtype) / dtype.type(1 - share)
    return factors
