"""Calls that do not need each other, run several at a time through joblib."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mlp_lab.support.option_checks import check_count

Key = TypeVar("Key")
Result = TypeVar("Result")


def as_they_finish(
    calls: Iterable[tuple[Key, Callable[[], Result]]], jobs: int
) -> Iterator[tuple[Key, Result]]:
    """Yield the key and the result of each call, in the order in which they finish.

    So many are run at a time, in processes of their own; or where ``joblib.parallel_config`` says,
    on a cluster, say. Each has one BLAS thread.

    Raises
    ------
    ValueError
        If the number of jobs is no whole number of at least 1.
    ImportError
        If joblib is not installed.

    Examples
    --------
    >>> calls = [(name, name.upper) for name in ("one", "two")]
    >>> dict(as_they_finish(calls, jobs=1))
    {'one': 'ONE', 'two': 'TWO'}
    """
    check_count("jobs", jobs)
    try:
        from joblib import Parallel, delayed  # here, because it is optional
    except ImportError as error:
        raise ImportError("several jobs need joblib: pip install 'mlp_lab[jobs]'") from error
    # one call at a time: none waits for another to be handed back, or to be begun and left undone
    parallel = Parallel(jobs, batch_size=1, pre_dispatch=jobs, return_as="generator_unordered")
    yield from parallel(delayed(_with_one_thread)(key, call) for key, call in calls)


def _with_one_thread(key: Key, call: Callable[[], Result]) -> tuple[Key, Result]:
    """Return the key and the result of a call."""
    from threadpoolctl import threadpool_limits  # late: importing mlp_lab costs NumPy alone

    with threadpool_limits(1, user_api="blas"):
        return key, call()
