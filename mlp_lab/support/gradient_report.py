"""What a gradient check found, as a table to print, to show in a notebook, or to draw."""

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from mlp_lab.support.types import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass
class TensorReport:
    """How one parameter's gradient compares with the differences.

    Attributes
    ----------
    name : str
        Of the parameter.
    errors : ndarray
        Relative error of every entry that was checked, NaN for the others, in the shape of the
        parameter; or of every direction.
    kinks : int
        Entries or directions where a kink of relu or leaky_relu lies within the step: there the
        difference mixes two slopes, and the gradient is right if it equals one of them.
    problem : str
        Why the gradient fails; empty if it passes.
    shape : tuple of int
        Of the parameter.
    unit : {"entries", "directions"}
        What was checked.
    """

    name: str
    errors: FloatArray
    kinks: int = 0
    problem: str = ""
    shape: tuple[int, ...] | None = None
    unit: str = "entries"

    @property
    def checked(self) -> int:
        """The number of entries that were checked."""
        return int(np.count_nonzero(~np.isnan(self.errors)))

    @property
    def max_relative_error(self) -> float:
        """The largest error of all entries checked; infinite if there was nothing to compare."""
        return float(np.nanmax(self.errors)) if self.checked else np.inf

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with this gradient."""
        return not self.problem


@dataclass
class GradientReport:
    """What `check_gradients` found.

    Attributes
    ----------
    tensors : dict of TensorReport
        By the names of the parameters.
    problems : list of str
        What is wrong with the network as a whole, apart from any one gradient.
    tolerance : float
        The largest relative error that passes.
    """

    tensors: dict[str, TensorReport]
    tolerance: float
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every gradient of every parameter is right."""
        all_tensors_pass = all(tensor.passed for tensor in self.tensors.values())
        return bool(self.tensors) and all_tensors_pass and not self.problems

    @property
    def worst(self) -> TensorReport:
        """The tensor with a problem and the largest error, or just with the largest error.

        Raises
        ------
        ValueError
            If there are no parameters.
        """
        if not self.tensors:
            raise ValueError("nothing was checked: parameters() is empty")
        return max(
            self.tensors.values(), key=lambda tensor: (not tensor.passed, tensor.max_relative_error)
        )

    def __str__(self) -> str:
        rows = [("tensor", "shape", "checked", "kinks", "max error", "verdict"), *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([self._verdict(), *lines, *self.problems])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{title}</th>'
            for title in ("tensor", "shape", "checked", "kinks", "max relative error", "verdict")
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._rows()
        )
        problems = "".join(f"<p>{escape(problem)}</p>" for problem in self.problems)
        return (
            f"<p><strong>{escape(self._verdict())}</strong></p>{problems}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def plot(self) -> "list[Axes]":
        """Draw the errors of every tensor as a heat map, one Axes each."""
        from mlp_lab.figures.gradient_errors import gradient_heat_maps

        return gradient_heat_maps(self.tensors.values())

    def _verdict(self) -> str:
        checked = sum(tensor.checked for tensor in self.tensors.values())
        verdict = "passed" if self.passed else "FAILED"
        units = {tensor.unit for tensor in self.tensors.values()} or {"entries"}
        return (
            f"Gradient check {verdict}: {checked:,} {units.pop()} against central differences, "
            f"tolerance {self.tolerance:.0e}"
        )

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                tensor.name,
                " x ".join(map(str, tensor.shape or tensor.errors.shape)),
                str(tensor.checked),
                str(tensor.kinks),
                f"{tensor.max_relative_error:.1e}",
                tensor.problem or "ok",
            )
            for tensor in self.tensors.values()
        ]
