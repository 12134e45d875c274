"""How many threads the matrix products may use: one, where they are too small to share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from mlp_lab.support.option_checks import check_count
from mlp_lab.support.types import Parameters

THREADS_SETTING = "MLP_LAB_THREADS"
WORTH_SHARING = 200_000_000
"""Multiplications in the largest product of a step from which on threads pay: 800 units and
batches of 1,000 have 627 million, 100 units and batches of 100 have 8 million. Threads wait for
each other at the end of every product. Where other work holds a core, that takes a time slice of
some milliseconds: ten times the small product, but little beside a large one."""


@contextmanager
def sensible_threads(parameters: Parameters, n_samples: int) -> Iterator[None]:
    """Limit the threads of NumPy's matrix products for a while, as the products are large or small.

    NumPy gives every product as many threads as there are cores. On a machine that has other work,
    an epoch of small products can then take ten times as long as with one thread
    (``tests/benchmarks/threads.py`` shows it). The setting MLP_LAB_THREADS overrides the choice.
    """
    setting = os.environ.get(THREADS_SETTING, "").strip()
    largest = n_samples * max((array.size for array in parameters.values()), default=0)
    if setting:
        threads = check_count(THREADS_SETTING, int(setting) if setting.isdecimal() else setting)
    elif largest < WORTH_SHARING:
        threads = 1
    else:
        yield  # as many as NumPy takes
        return
    from threadpoolctl import threadpool_limits  # late: importing mlp_lab costs NumPy alone

    with threadpool_limits(threads, user_api="blas"):
        yield
