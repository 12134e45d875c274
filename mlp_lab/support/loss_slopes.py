"""The slope of a loss along a line, by differences: how far rounding moves it, and what kinks do.

A line moves one entry of a parameter, or all of its entries at once along a direction. The gradient
check compares each slope with what the gradient says of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlp_lab.support.types import FloatArray

STEP = 1e-5
"""Half the distance of a central difference, times the size of the parameter where that is over 1:
near the cube root of float64's precision, where truncation and round-off are about equal."""


def noise(loss: float, step: float) -> float:
    """Return how far rounding alone can move a slope: some units in the loss's last place."""
    return 16 * float(np.finfo(np.float64).eps) * max(abs(loss), 1.0) / step


def moving_entry(parameter: FloatArray, entry: int) -> tuple[Callable[[float], None], float]:
    """Return a function that moves one entry away from its value, and the step for it."""
    value = float(parameter.flat[entry])

    def move(distance: float) -> None:
        parameter.flat[entry] = value + distance

    return move, STEP * max(1.0, abs(value))


def moving_along(
    parameter: FloatArray, direction: FloatArray
) -> tuple[Callable[[float], None], float]:
    """Return a function that moves a parameter along a direction, and the step for it."""
    values = parameter.copy()

    def move(distance: float) -> None:
        np.multiply(direction, distance, out=parameter)
        np.add(parameter, values, out=parameter)

    size = max(1.0, float(np.sqrt(np.mean(np.square(values)))))
    # a unit adds up what all of its inputs move, which grows with the root of their number
    inputs = len(values) if values.ndim > 1 else 1
    return move, STEP * size / float(np.sqrt(inputs))


@dataclass
class LossLine:
    """The loss along a line through the parameters."""

    loss_now: Callable[[], float]  # of the parameters as they are
    base: float  # the loss before anything moves
    move: Callable[[float], None]  # so far along the line; by 0 to where the parameters were
    step: float  # half the distance of a central difference
    tolerance: float  # the largest relative error that passes

    def slope(self, step: float) -> float:
        """Return the central difference of the loss."""
        return (self.loss_at(step) - self.loss_at(-step)) / (2 * step)

    def compare(self, expected: float, slope: float) -> tuple[float, bool]:
        """Return the relative error of what is expected of a slope, and whether it is a kink."""
        error = self._error(expected, slope, self.step)
        if error > self.tolerance:
            # large inputs bend the loss within a step: this has no error of order step² any more
            finer = (4 * self.slope(self.step / 2) - slope) / 3
            error = min(error, self._error(expected, finer, self.step / 2))
        if error > self.tolerance and self._is_kink(expected, slope):
            return 0.0, True
        return error, False

    def loss_at(self, distance: float) -> float:
        """Return the loss at some distance along the line."""
        try:
            self.move(distance)
            return self.loss_now()
        finally:  # an interrupt finds the parameters as they were
            self.move(0.0)

    def _error(self, expected: float, slope: float, step: float, terms: int = 1) -> float:
        """Return the relative error; a difference that may be rounding alone is in tolerance."""
        if not (np.isfinite(expected) and np.isfinite(slope)):
            return np.inf
        smallest = terms * noise(self.base, step) / self.tolerance
        return abs(expected - slope) / max(abs(expected) + abs(slope), smallest)

    def _is_kink(self, expected: float, slope: float) -> bool:
        """Tell a kink from an error: the gradient is the slope to one side, and not to the other.

        Where the loss is smooth the slopes to both sides are its slope, and excuse no error.
        """
        # a kink at a third of the step cancels out of both slopes and leaves no gap between them;
        # with half the step it does not
        gaps = [
            abs(np.subtract(*self._one_sided_slopes(width))) for width in (self.step, self.step / 2)
        ]
        if max(gaps) < abs(expected - slope) / 2:
            return False
        # kinks on both sides spoil both slopes; shorter steps stop short of them
        return any(
            self._is_one_of(expected, self._one_sided_slopes(shorter), shorter)
            for shorter in (self.step, self.step / 10, self.step / 100)
        )

    def _is_one_of(self, expected: float, slopes: tuple[float, float], step: float) -> bool:
        # the sizes of the coefficients of a one-sided slope, 4 + 1 + 3, add up to 8
        errors = [self._error(expected, slope, step, terms=8) for slope in slopes]
        return min(errors) <= self.tolerance

    def _one_sided_slopes(self, step: float) -> tuple[float, float]:
        """Return the slopes to the left and to the right, right to second order in the step."""
        left, right = (
            (4 * self.loss_at(move / 2) - self.loss_at(move) - 3 * self.base) / move
            for move in (-step, step)
        )
        return left, right
