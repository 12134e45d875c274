"""Verdicts of a gradient check: what `gradients` must not do, and why a gradient fails."""

import copy
import reprlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlp_lab.support.gradient_report import TensorReport
from mlp_lab.support.types import FloatArray, Network, Parameters


def float64_copy(network: Network) -> Network:
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


def gradients_and_problems(
    network: Network, x: FloatArray, labels: NDArray[Any], loss: object
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


def loss_problems(value: float, first: float, second: float) -> list[str]:
    """Say what makes the loss itself unfit for a check."""
    if not np.isfinite(first):
        return [f"loss() is {first}: there is nothing to compare with"]
    if first != second:
        return [f"loss() returned {first} and then {second}: differences need a loss that repeats"]
    if not np.isclose(value, first, rtol=1e-9, atol=1e-12):
        return [f"gradients() returned the loss {value}, but loss() returned {first}"]
    return []


def empty_report(
    name: str, gradient: FloatArray | None, parameter: FloatArray, directions: int | None
) -> TensorReport:
    """Return the report on a tensor before anything is compared: what cannot be, says why."""
    problem = _misfit(gradient, parameter)
    unit = "entries" if directions is None else "directions"
    shape = parameter.shape if directions is None else (directions,)
    return TensorReport(name, np.full(shape, np.nan), 0, problem, parameter.shape, unit)


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


def verdict(
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
