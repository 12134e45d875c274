"""Time things in pairs, so that a machine that slows down slows both, and print a table."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def seconds(action: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long one call took."""
    start = clock()
    action()
    return clock() - start


def ratios(
    ours: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[list[float], list[float]]:
    """Return our times, and their ratios to the other's: in turn, after one round to warm up.

    Both are called for the seconds that they measured themselves.
    """
    ours(), other()
    pairs = [(ours(), other()) for _ in range(rounds)]
    return [mine for mine, _ in pairs], [mine / theirs for mine, theirs in pairs]


def spread(values: Sequence[float]) -> str:
    """Return the smallest and the largest value; nothing for one alone."""
    return f"{min(values):.3g} to {max(values):.3g}" if len(values) > 1 else ""


@dataclass
class Row:
    """One measurement: several values of one figure, and the bound it should hold.

    Attributes
    ----------
    what, unit : str
    values : sequence of float
    bound : float or None
        From the design; none if the figure is only for information.
    at_least : bool
        Whether the bound is a lower one.
    note : str
        In place of the values, if there are none.
    """

    what: str
    values: Sequence[float]
    unit: str = ""
    bound: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the median holds the bound; true if there is none to hold."""
        if self.bound is None or not self.values:
            return True
        median = statistics.median(self.values)
        return median >= self.bound if self.at_least else median <= self.bound

    def __str__(self) -> str:
        if not self.values:
            return f"| {self.what} | {self.note} | | | |"
        median = f"{statistics.median(self.values):.3g}{self.unit}"
        bound = verdict = ""
        if self.bound is not None:
            bound = f"{'at least' if self.at_least else 'at most'} {self.bound:g}{self.unit}"
            verdict = "yes" if self.holds else "**no**"
        return f"| {self.what} | {median} | {spread(self.values)} | {bound} | {verdict} |"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    head = "| what | median | spread | bound | holds |\n|---|---|---|---|---|"
    return "\n".join([head, *map(str, rows)])
