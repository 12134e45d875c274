"""Check a network's gradients against differences of its loss, by entries or along directions."""

import copy
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.losses import Loss, find_loss
from mlp_lab.network import MLP
from mlp_lab.support.arguments import (
    FloatArray,
    Parameters,
    as_array,
    check_count,
    check_inputs,
    check_labels,
)
from mlp_lab.support.loss_slopes import LossLine, moving_along, moving_entry, noise
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.threads import sensible_threads

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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


def check_gradients(
    network: Network,
    x: ArrayLike,
    labels: ArrayLike,
    loss: str | Loss = "cross_entropy",
    sample: int | None = None,
    seed: int = 0,
    tolerance: float = 1e-6,
    progress: bool = True,
    *,
    directions: int | None = None,
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
    directions : int, optional
        Instead of entry by entry, compare the slope along this many random directions of every
        tensor, in which each entry moves up or down by the same distance: all parameters in a few
        dozen evaluations of the loss. It does not say which entry is wrong, and it misses an error
        that is smaller than the tolerance times the whole tensor's gradient, however wrong its own
        entry. Two errors of one size cancel in half of the directions: in all of 8, one time in
        256.

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
    for name, count in (("sample", sample), ("directions", directions)):
        if count is not None:
            check_count(name, count)
    if sample is not None and directions is not None:
        raise ValueError("directions move all entries of a tensor: leave sample out")
    network = _float64_copy(network)
    x, labels = check_inputs(x).astype(np.float64), as_array(labels, "labels")
    network.loss(x, labels, loss=loss)  # what does not fit is refused here, in the network's words
    if len(x) == 1:
        x, labels = np.repeat(x, 2, axis=0), np.repeat(labels, 2, axis=0)

    parameters = dict(network.parameters())
    value, gradients, problems = _gradients_and_problems(network, x, labels, loss)
    loss_now = _loss_of_batch(network, x, labels, loss)
    base = loss_now()
    problems += _loss_problems(value, base, loss_now())
    generator = np.random.default_rng(seed)
    entries = {
        name: _entries(gradients.get(name), parameter, sample, generator)
        for name, parameter in parameters.items()
    }
    total = directions * len(parameters) if directions else sum(map(len, entries.values()))
    tensors = {}
    with (
        sensible_threads(parameters, len(x)),
        progress_bar(total, "checking gradients", progress, leave=False) as bar,
    ):
        for name, parameter in parameters.items():
            gradient = gradients.get(name)
            report = tensors[name] = _empty_report(name, gradient, parameter, directions)
            if gradient is None or report.problem:
                continue
            largest_slope = rounding = 0.0
            lines = _lines(gradient, parameter, entries[name], directions, generator)
            for index, move, step, expected in lines:
                line = LossLine(loss_now, base, move, step, tolerance)
                report.errors.flat[index], slope, at_kink = line.compare(expected)
                report.kinks += at_kink
                largest_slope = max(largest_slope, abs(slope))
                rounding = max(rounding, noise(base, step))
                bar.update()
            report.problem = _verdict(gradient, report, largest_slope, rounding, tolerance)
    return GradientReport(tensors, tolerance, problems)


def _gradients_and_problems(
    network: Network, x: FloatArray, labels: NDArray[Any], loss: str | Loss
) -> tuple[float, Parameters, list[str]]:
    """Return the loss, copies of the gradients, and what `gradients` did that it must not do."""
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
    problems += [
        f"gradients() returned {name!r}, which is no parameter"
        for name in gradients
        if name not in parameters
    ]
    return value, gradients, problems


def _loss_of_batch(
    network: Network, x: FloatArray, labels: NDArray[Any], loss: str | Loss
) -> Callable[[], float]:
    """Return a function that gives the loss of the batch for the parameters as they are."""
    if isinstance(network, MLP) and type(network).loss is MLP.loss:
        # the same number, without looking at x and labels again for each of 159,020 differences
        return partial(network.loss_of_checked, x, check_labels(labels, len(x)), find_loss(loss))
    return lambda: float(network.loss(x, labels, loss=loss))


def _empty_report(
    name: str, gradient: FloatArray | None, parameter: FloatArray, directions: int | None
) -> TensorReport:
    """Return the report on a tensor before anything is compared: what cannot be, says why."""
    problem = _misfit(gradient, parameter)
    unit = "entries" if directions is None else "directions"
    shape = parameter.shape if directions is None else (directions,)
    return TensorReport(name, np.full(shape, np.nan), 0, problem, parameter.shape, unit)


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


def _lines(
    gradient: FloatArray,
    parameter: FloatArray,
    entries: NDArray[np.intp],
    directions: int | None,
    generator: "np.random.Generator",
) -> Iterator[tuple[int, Callable[[float], None], float, float]]:
    """Yield where its error belongs, how to move, the step, and what the gradient says of it."""
    if directions is None:
        for entry in entries:
            yield entry, *moving_entry(parameter, entry), float(gradient.flat[entry])
        return
    for index in range(directions):
        # each entry moves by the same distance, so none is too small to count
        direction = generator.choice([-1.0, 1.0], parameter.shape)
        yield index, *moving_along(parameter, direction), float(np.sum(gradient * direction))


def _misfit(gradient: FloatArray | None, parameter: FloatArray) -> str:
    """Say why a gradient cannot be compared with differences at all, or nothing."""
    if gradient is None:
        return "no gradient: gradients() did not return this parameter"
    if gradient.dtype.kind not in "fiu":
        return f"the gradient has dtype {gradient.dtype}"
    if gradient.shape != parameter.shape:
        transposed = gradient.shape == parameter.shape[::-1]
        hint = ", the transpose of the parameter's" if transposed else ""
        return f"the gradient has shape {gradient.shape}{hint}"
    return ""


def _verdict(
    gradient: FloatArray,
    report: TensorReport,
    largest_slope: float,
    rounding: float,
    tolerance: float,
) -> str:
    """Say why a gradient that was compared fails, or nothing."""
    if not gradient.size:
        return "the parameter has no entries"
    if not np.isfinite(gradient).all():
        return "the gradient has entries that are not finite"
    largest = float(np.abs(gradient).max())
    wrong = int(np.count_nonzero(report.errors > tolerance))
    if largest_slope <= rounding and not largest:
        return (
            "zero, and so is the slope of the loss, or too small to tell from it: zeros that "
            "equal zeros prove nothing. Are the parameters() the arrays that loss() uses? "
            "Are all weights zero?"
        )
    if largest_slope <= rounding and not wrong:
        return (
            f"too small to tell: its largest entry is {largest:.0e}, and rounding alone moves a "
            f"difference by up to {rounding:.0e}. Scale the inputs to about [0, 1]"
        )
    if not largest:
        return "zero everywhere, but the loss changes with this parameter"
    if largest_slope <= rounding:
        return (
            "not zero, but the loss does not depend on this parameter. Are the parameters() "
            "the arrays that loss() uses?"
        )
    return f"{wrong} of {report.checked} {report.unit} are wrong" if wrong else ""
