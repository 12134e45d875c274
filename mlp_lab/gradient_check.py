"""Check the gradients of a network against differences of its loss.

Whatever `gradients` computes, each of its entries claims to be a slope: how fast the loss changes
with one entry w of a parameter. The loss itself can tell, without any backpropagation::

    slope = (loss(w + h) - loss(w - h)) / 2h                # perturb, take the difference,
    error = |gradient - slope| / (|gradient| + |slope|)     # and compare

What rounding and the kinks of relu do to a slope is in `support.loss_slopes`, the reasons for which
a gradient fails are in `support.gradient_verdicts`, and what is reported in
`support.gradient_report`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.losses import Loss, find_loss
from mlp_lab.network import MLP
from mlp_lab.support.array_checks import as_array, check_inputs, check_labels
from mlp_lab.support.gradient_report import GradientReport
from mlp_lab.support.gradient_verdicts import (
    empty_report,
    float64_copy,
    gradients_and_problems,
    loss_problems,
    verdict,
)
from mlp_lab.support.loss_slopes import LossLine, moving_along, moving_entry, noise
from mlp_lab.support.option_checks import check_count
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.threads import sensible_threads
from mlp_lab.support.types import FloatArray, Network


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
    one sample is doubled, because a mean over one cannot be told from a sum. What rounding, a kink
    of relu or a bend of the loss within the step does to a difference is no error.

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
        How many entries of every tensor to check, instead of all (entries, not samples of the
        batch). Half of them are drawn from those with a gradient, or the weights of blank pixels
        alone might pass for a check.
    seed : int
        Of the draw.
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
    network = float64_copy(network)
    x, labels = check_inputs(x).astype(np.float64), as_array(labels, "labels")
    network.loss(x, labels, loss=loss)  # what does not fit is refused here, in the network's words
    if len(x) == 1:
        x, labels = np.repeat(x, 2, axis=0), np.repeat(labels, 2, axis=0)

    parameters = dict(network.parameters())
    value, gradients, problems = gradients_and_problems(network, x, labels, loss)
    loss_now = _loss_of_batch(network, x, labels, loss)
    base = loss_now()
    problems += loss_problems(value, base, loss_now())
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
            report = tensors[name] = empty_report(name, gradient, parameter, directions)
            if gradient is None or report.problem:
                continue
            largest_slope = rounding = 0.0
            lines = _lines(gradient, parameter, entries[name], directions, generator)
            for index, move, step, expected in lines:
                line = LossLine(loss_now, base, move, step, tolerance)
                slope = line.slope(step)  # perturb, take the difference
                report.errors.flat[index], at_kink = line.compare(expected, slope)
                report.kinks += at_kink
                largest_slope = max(largest_slope, abs(slope))
                rounding = max(rounding, noise(base, step))
                bar.update()
            report.problem = verdict(gradient, report, largest_slope, rounding, tolerance)
    return GradientReport(tensors, tolerance, problems)


def _loss_of_batch(
    network: Network, x: FloatArray, labels: NDArray[Any], loss: str | Loss
) -> Callable[[], float]:
    """Return a function that gives the loss of the batch for the parameters as they are."""
    if isinstance(network, MLP) and type(network).loss is MLP.loss:
        # the same number, without looking at x and labels again for each of 159,020 differences
        return partial(network.loss_of_checked, x, check_labels(labels, len(x)), find_loss(loss))
    return lambda: float(network.loss(x, labels, loss=loss))


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
    nonzero = np.flatnonzero(gradient)
    chosen = generator.choice(nonzero, min(len(nonzero), (sample + 1) // 2), replace=False)
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
