"""Check a network's gradients against differences of its loss, entry by entry."""

import copy
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.arrays import FloatArray, Parameters, as_array, check_count, check_inputs
from mlp_lab.losses import Loss
from mlp_lab.progress import progress_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BANDS = (1e-7, 1e-4, 1e-2)
"""Relative errors below the first are right, above the last wrong, between them worth a look
(the rule of thumb of Stanford's CS231n notes on gradient checks)."""
STEP = 1e-5
"""Half the distance of a central difference, times the size of the parameter where that is over 1:
near the cube root of float64's precision, where truncation and round-off are about equal."""


class Network(Protocol):
    """What can be checked and trained: `MLP`, a subclass, or anything with these three methods."""

    def parameters(self) -> Parameters:
        """Return the arrays that the network computes with, by name."""

    def loss(self, x: Any, labels: Any, loss: Any = ...) -> float:
        """Return the mean loss over a batch."""

    def gradients(self, x: Any, labels: Any, loss: Any = ...) -> tuple[float, Parameters]:
        """Return the mean loss and its gradient with respect to every parameter."""


@dataclass
class TensorReport:
    """How one parameter's gradient compares with the differences.

    Attributes
    ----------
    name : str
        Of the parameter.
    errors : ndarray, shape of the parameter
        Relative error of every entry that was checked, NaN for the others.
    kinks : int
        Entries where a kink of relu or leaky_relu lies within the step: there the difference
        mixes two slopes, and the gradient is right if it equals one of them.
    problem : str
        Why the gradient fails; empty if it passes.
    """

    name: str
    errors: FloatArray
    kinks: int = 0
    problem: str = ""

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
        from html import escape

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
        from mlp_lab.plots import gradient_heat_maps

        return gradient_heat_maps(self)

    def _verdict(self) -> str:
        checked = sum(tensor.checked for tensor in self.tensors.values())
        verdict = "passed" if self.passed else "FAILED"
        return (
            f"Gradient check {verdict}: {checked:,} entries against central differences, "
            f"tolerance {self.tolerance:.0e}"
        )

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                tensor.name,
                " x ".join(map(str, tensor.errors.shape)),
                str(tensor.checked),
                str(tensor.kinks),
                f"{tensor.max_relative_error:.1e}",
                tensor.problem or "ok",
            )
            for tensor in self.tensors.values()
        ]


def check_gradients(
    network: Network,
    x: ArrayLike,
    labels: ArrayLike,
    loss: str | Loss = "cross_entropy",
    sample: int | None = None,
    seed: int = 0,
    tolerance: float = 1e-6,
    progress: bool = True,
) -> GradientReport:
    """Compare what `network.gradients` returns with central differences of `network.loss`.

    The network is copied and the copy's parameters are float64, so a float32 network can be
    checked and no parameter of yours is touched. The check cannot pass vacuously: a gradient that
    is zero everywhere fails, and so does a parameter that the loss does not depend on. A batch of
    one sample is checked twice over, because a mean over one cannot be told from a sum.

    Parameters
    ----------
    network : Network
        `MLP`, a subclass, or any object with `parameters`, `loss` and `gradients`.
    x : array_like, shape (N, n_features)
        A few samples will do: the time grows with N, the insight hardly.
    labels : array_like of int, shape (N,)
    loss : str or Loss
        Handed on to the network.
    sample : int, optional
        Check this many entries of every tensor instead of all; half of them are drawn from the
        entries with a gradient, so that a sample of blank pixels is not taken for a check.
    seed : int
        Of the sample.
    tolerance : float
        The largest relative error, ``|a - b| / (|a| + |b|)``, that passes.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    GradientReport
        Print it, look at `passed`, `tensors` and `worst`, or `plot` it.

    Raises
    ------
    ValueError
        If the sample or the tolerance is out of range, the batch is not one, or the parameters
        cannot be copied to float64.
    TypeError
        If `gradients` does not return a number and a dict.

    Examples
    --------
    >>> from mlp_lab import MLP
    >>> network = MLP([3, 4, 2], seed=1)
    >>> x = np.random.default_rng(0).normal(size=(5, 3))
    >>> report = check_gradients(network, x, [0, 1, 1, 0, 1], progress=False)
    >>> report.passed
    True
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance is {tolerance}, wanted a positive number such as 1e-6")
    if sample is not None:
        check_count("sample", sample)
    network = _float64_copy(network)
    x, labels = check_inputs(x).astype(np.float64), as_array(labels, "labels")
    network.loss(x, labels, loss=loss)  # what does not fit is refused here, in the network's words
    if len(x) == 1:
        x, labels = np.repeat(x, 2, axis=0), np.repeat(labels, 2, axis=0)

    parameters = dict(network.parameters())
    before = {name: parameter.copy() for name, parameter in parameters.items()}
    value, gradients = _value_and_gradients(network.gradients(x, labels, loss=loss))
    problems = _restore_if_changed(parameters, before)
    problems += [
        f"gradients() added {name!r} to parameters(): keep it in a variable, not in the network"
        for name in network.parameters()
        if name not in parameters
    ]
    if not parameters:
        problems.append("parameters() is empty: there is nothing to check")

    def loss_now() -> float:
        return float(network.loss(x, labels, loss=loss))

    base = loss_now()
    problems += _loss_problems(value, base, loss_now())
    problems += [
        f"gradients() returned {name!r}, which is no parameter"
        for name in gradients
        if name not in parameters
    ]
    generator = np.random.default_rng(seed)
    entries = {
        name: _entries(gradients.get(name), parameter, sample, generator)
        for name, parameter in parameters.items()
    }
    tensors = {}
    total = sum(map(len, entries.values()))
    with progress_bar(total, "checking gradients", progress, leave=False) as bar:
        for name, parameter in parameters.items():
            comparison = _Comparison(parameter, loss_now, base, tolerance, bar.update)
            tensors[name] = comparison.report(name, gradients.get(name), entries[name])
    return GradientReport(tensors, tolerance, problems)


def _float64_copy(network: Network) -> Network:
    """Return a copy of the network whose parameters are float64."""
    arrays = list(network.parameters().values())  # kept, so that no other object takes an id
    # deepcopy takes what its memo holds for an object in place of a copy of that object
    memo = {id(array): array.astype(np.float64) for array in arrays}
    duplicate = copy.deepcopy(network, memo)
    for name, parameter in duplicate.parameters().items():
        if parameter.dtype != np.float64:
            raise ValueError(
                f"{name} is {parameter.dtype} and could not be copied to float64, which the "
                "differences need; make the network with float64 parameters"
            )
    return duplicate


def _value_and_gradients(returned: object) -> tuple[float, Parameters]:
    """Return the loss and copies of the gradients, or say what should have been returned."""
    value, gradients = returned if isinstance(returned, tuple) and len(returned) == 2 else (None, 0)
    if not (isinstance(value, int | float | np.number) and isinstance(gradients, Mapping)):
        raise TypeError(
            f"gradients() returned {reprlib.repr(returned)}, wanted the loss and a dict of arrays"
        )
    return float(value.real), {name: np.array(array) for name, array in gradients.items()}


def _restore_if_changed(parameters: Parameters, before: Parameters) -> list[str]:
    """Undo what `gradients` did to the parameters, and say so."""
    changed = [
        n for n in parameters if not np.array_equal(parameters[n], before[n], equal_nan=True)
    ]
    for name in changed:
        parameters[name][...] = before[name]
    if not changed:
        return []
    return [f"gradients() changed {', '.join(changed)}: it must only read the parameters"]


def _loss_problems(value: float, first: float, second: float) -> list[str]:
    """Say what makes the loss itself unfit for a check."""
    if not np.isfinite(first):
        return [f"loss() is {first}: there is nothing to compare with"]
    if first != second:
        return [f"loss() returned {first} and then {second}: differences need a loss that repeats"]
    if not np.isclose(value, first, rtol=1e-9, atol=1e-12):
        return [f"gradients() returned the loss {value}, but loss() returned {first}"]
    return []


def _entries(
    gradient: FloatArray | None,
    parameter: FloatArray,
    sample: int | None,
    generator: "np.random.Generator",
) -> NDArray[np.intp]:
    """Return the flat indices to check: none where shapes differ, all, or a sample."""
    if gradient is None or gradient.shape != parameter.shape:
        return np.empty(0, dtype=np.intp)
    if sample is None or sample >= parameter.size:
        return np.arange(parameter.size)
    telling = np.flatnonzero(gradient)
    chosen = generator.choice(telling, min(len(telling), (sample + 1) // 2), replace=False)
    others = np.setdiff1d(np.arange(parameter.size), chosen)
    return np.concatenate([chosen, generator.choice(others, sample - len(chosen), replace=False)])


@dataclass
class _Comparison:
    """Compares one tensor's gradient with differences, changing the parameter for a moment."""

    parameter: FloatArray
    loss_now: Callable[[], float]
    base: float
    tolerance: float
    tick: Callable[[], object]

    def report(
        self, name: str, gradient: FloatArray | None, entries: NDArray[np.intp]
    ) -> TensorReport:
        """Return the report on the entries of one tensor."""
        report = TensorReport(name, np.full(self.parameter.shape, np.nan))
        if gradient is None:
            report.problem = "no gradient: gradients() did not return this parameter"
            return report
        if gradient.dtype.kind not in "fiu":
            report.problem = f"the gradient has dtype {gradient.dtype}"
            return report
        if gradient.shape != self.parameter.shape:
            report.problem = f"the gradient has shape {gradient.shape}"
            if gradient.shape == self.parameter.shape[::-1]:
                report.problem += ", the transpose of the parameter's"
            return report
        largest_slope = 0.0
        for entry in entries:
            error, slope, at_kink = self._entry(entry, float(gradient.flat[entry]))
            report.errors.flat[entry] = error
            report.kinks += at_kink
            largest_slope = max(largest_slope, abs(slope))
            self.tick()
        report.problem = self._problem(gradient, report, largest_slope)
        return report

    def _problem(self, gradient: FloatArray, report: TensorReport, largest_slope: float) -> str:
        """Say why the gradient fails, or nothing."""
        if not gradient.size:
            return "the parameter has no entries"
        if not np.isfinite(gradient).all():
            return "the gradient has entries that are not finite"
        if max(np.abs(gradient).max(), largest_slope) <= self._noise(STEP):
            return (
                "zero, or too small to tell from it, and so is the slope of the loss: zeros that "
                "equal zeros prove nothing. Are the parameters() the arrays that loss() uses? "
                "Are all weights zero?"
            )
        if not gradient.any():
            return "zero everywhere, but the loss changes with this parameter"
        if largest_slope <= self._noise(STEP):
            return (
                "not zero, but the loss does not depend on this parameter. Are the parameters() "
                "the arrays that loss() uses?"
            )
        wrong = int(np.count_nonzero(report.errors > self.tolerance))
        return f"{wrong} of {report.checked} entries are wrong" if wrong else ""

    def _entry(self, entry: int, gradient: float) -> tuple[float, float, bool]:
        """Return the relative error of an entry, the slope there, and whether it is a kink."""
        step = STEP * max(1.0, abs(float(self.parameter.flat[entry])))
        slope = self._slope(entry, step)
        error = self._error(gradient, slope, self._noise(step))
        if error > self.tolerance:
            # large inputs bend the loss within a step: this has no error of order step² any more
            finer = (4 * self._slope(entry, step / 2) - slope) / 3
            error = min(error, self._error(gradient, finer, self._noise(step / 2)))
        if error > self.tolerance and self._is_kink(entry, gradient, slope, step):
            return 0.0, slope, True
        return error, slope, False

    def _slope(self, entry: int, step: float) -> float:
        """Return the central difference of the loss along one entry."""
        return (self._loss_at(entry, step) - self._loss_at(entry, -step)) / (2 * step)

    def _loss_at(self, entry: int, move: float) -> float:
        """Return the loss with one entry moved."""
        value = self.parameter.flat[entry]
        self.parameter.flat[entry] = value + move
        try:
            return self.loss_now()
        finally:  # an interrupt finds the parameter as it was
            self.parameter.flat[entry] = value

    def _noise(self, step: float) -> float:
        """Return how far rounding alone can move a slope: some units in the loss's last place."""
        return 16 * float(np.finfo(np.float64).eps) * max(abs(self.base), 1.0) / step

    def _error(self, gradient: float, slope: float, noise: float) -> float:
        """Return the relative error; a difference that may be rounding alone is in tolerance."""
        if not (np.isfinite(gradient) and np.isfinite(slope)):
            return np.inf
        return abs(gradient - slope) / max(abs(gradient) + abs(slope), noise / self.tolerance)

    def _is_kink(self, entry: int, gradient: float, slope: float, step: float) -> bool:
        """Tell a kink from an error: the gradient is the slope to one side, and not to the other.

        Where the loss is smooth the slopes to both sides are its slope, and excuse no error.
        """
        # a kink at a third of the step moves both slopes alike, but not those of half the step
        gaps = [
            abs(np.subtract(*self._one_sided_slopes(entry, width))) for width in (step, step / 2)
        ]
        if max(gaps) < abs(gradient - slope) / 2:
            return False
        # kinks on both sides spoil both slopes; shorter steps stop short of them
        return any(
            self._is_one_of(gradient, self._one_sided_slopes(entry, shorter), shorter)
            for shorter in (step, step / 10, step / 100)
        )

    def _is_one_of(self, gradient: float, slopes: tuple[float, float], step: float) -> bool:
        noise = 8 * self._noise(step)  # the coefficients of a one-sided slope add up to 8
        return min(self._error(gradient, slope, noise) for slope in slopes) <= self.tolerance

    def _one_sided_slopes(self, entry: int, step: float) -> tuple[float, float]:
        """Return the slopes to the left and to the right, right to second order in the step."""
        left, right = (
            (4 * self._loss_at(entry, move / 2) - self._loss_at(entry, move) - 3 * self.base) / move
            for move in (-step, step)
        )
        return left, right
