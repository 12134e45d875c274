"""What a search for a learning rate found, and reasons not to trust what it suggests."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mlp_lab.support.types import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FLAT = 0.01
"""A curve whose loss falls by less than this share of its start says nothing about rates."""
FEW_STEPS = 20
"""A range test of fewer steps gives a coarse suggestion: half of them only fill the mean."""
COARSE = 2.0
"""So does one whose rate grows by more than so many powers of ten while a fall is measured."""


@dataclass
class LearningRateSearch:
    """The loss that each learning rate led to, and a suggestion.

    Attributes
    ----------
    rates : ndarray, shape (n,)
        Rising.
    losses : ndarray, shape (n,)
        The loss after a step of that rate; infinite where it overflowed.
    start : float
        The loss before.
    suggestion : float
        A rate to start from: see the function that made the search for how it is chosen.
    warnings : list of str
        Reasons not to trust the suggestion; empty if there are none.
    """

    rates: FloatArray
    losses: FloatArray
    start: float
    suggestion: float
    warnings: list[str] = field(default_factory=list)

    def plot(self) -> "Axes":
        """Draw the loss over the rates, with the suggestion marked."""
        from mlp_lab.figures.learning_rate_curve import learning_rate_curve

        return learning_rate_curve(self)

    def __repr__(self) -> str:
        lines = [f"LearningRateSearch({len(self.rates)} rates, suggestion={self.suggestion:.3g})"]
        return "\n".join(lines + [f"  warning: {warning}" for warning in self.warnings])


def doubts_about(rates: FloatArray, losses: FloatArray, start: float, chance: float) -> list[str]:
    """Say why a curve of losses over rates may mean nothing.

    `start` is the loss before the first step; `chance` is that of a guess, or NaN if nobody knows.
    """
    doubts = []
    lowest = int(np.argmin(losses))
    flat = not losses[lowest] < start - FLAT * abs(start)
    moved = np.flatnonzero(~(np.abs(losses - start) <= FLAT * abs(start)))
    if flat and not moved.size:
        doubts.append(
            "the curve is flat: no rate lowered the loss by 1 %; try larger rates, or see that the "
            "gradient is right with check_gradients"
        )
    elif flat:
        first = int(moved[0])
        where = f"between {rates[first - 1]:.3g} and {rates[first]:.3g}" if first else "below it"
        doubts.append(
            f"the loss never falls: no rate lowered it by 1 %, and {rates[first]:.3g} raises it to "
            f"{losses[first]:.3g}; try rates {where}, or see that the gradient is right with "
            "check_gradients"
        )
    if lowest in (0, len(losses) - 1) and not (flat and moved.size):
        doubts.append(
            f"the lowest loss is at an edge, rate {rates[lowest]:.3g}: try rates beyond it"
        )
    if start < chance / 2:
        doubts.append(
            f"the network seems trained already: its loss is {start:.3g} before the first "
            f"step, a guess has {chance:.3g}; start from a new network"
        )
    return doubts


def doubts_about_a_test(
    planned: FloatArray, n_done: int, steepest: int, span: int, doubted: bool
) -> list[str]:
    """Say why the steepest fall of a range test may be hard to make out.

    The test took `n_done` of the planned steps. The loss falls most at the step `steepest`; a fall
    is measured over `span` steps. `doubted`: there are other doubts about the curve.
    """
    low, high = planned[0], planned[n_done - 1]
    decades = span * math.log10(planned[1] / planned[0])
    if n_done < FEW_STEPS or decades > COARSE:
        reason = (
            f"the test ended after {n_done} of {len(planned)} steps, at rate {high:.2g}"
            if n_done < FEW_STEPS
            else f"ten steps, from which it is taken, cover {decades:.2g} powers of ten"
        )
        better = f"low={min(low, high / 1000):.2g}, high={high:.2g}, steps={max(len(planned), 100)}"
        return [f"the suggestion is coarse: {reason}; try {better}"]
    if steepest < span // 2 and not doubted:
        better = f"low={low / 100:.2g}"
        return [f"the loss falls most at the lowest rates, where the test began: try {better}"]
    return []
