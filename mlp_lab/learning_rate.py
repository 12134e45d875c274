"""Find a learning rate: one step along one gradient, or a short run with growing rates."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from mlp_lab.evaluation import Samples, as_samples, check_finite, warn_if_not_scaled
from mlp_lab.gradient_check import Network
from mlp_lab.losses import CrossEntropy, Loss, SquaredError, find_loss
from mlp_lab.optimizers import SGD, Optimizer, check_rate, find_optimizer
from mlp_lab.support.arguments import (
    FloatArray,
    IntArray,
    Parameters,
    as_array,
    check_count,
    check_shapes,
    copy_parameters,
)
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.threads import sensible_threads
from mlp_lab.training import SEE_CHECK, check_parameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FLAT = 0.01
"""A curve whose loss falls by less than this share of its start says nothing about rates."""
DIVERGED = 4.0
"""A range test ends when the smoothed loss exceeds its lowest value so many times."""
RISE = 0.02
"""A loss so much higher than the lowest before it ends a valley."""
SMOOTHING = 0.9
"""Weight of the past in the range test's running mean: about the last ten steps count."""
HALF_SPAN = 5
"""A fall is taken from so many steps before a rate to as many after: over ten, like the mean."""
FEW_STEPS = 20
"""A range test of fewer steps gives a coarse suggestion: half of them only fill the mean."""
COARSE = 2.0
"""So does one whose rate grows by more than so many powers of ten within the ten steps."""


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


def probe_learning_rates(
    network: Network,
    x: ArrayLike,
    labels: ArrayLike,
    rates: ArrayLike | None = None,
    loss: str | Loss = "cross_entropy",
) -> LearningRateSearch:
    """Take one step along this batch's gradient at every rate, and see the loss it leads to.

    Every step starts from the same parameters, which the network has again at the end, exactly.
    The suggestion is half the rate at the bottom of the curve's first valley. The bottom is the
    best rate for one step from here on this batch; a run of many steps, on many batches, needs
    less. What the suggestion is worth is for a run to show.

    Parameters
    ----------
    network : Network
        Not trained yet, as a rule.
    x : array_like, shape (N, n_features)
    labels : array_like of int, shape (N,)
    rates : array_like of float, optional
        By default 33 rates from 1e-6 to 100, four a power of ten.
    loss : str or Loss

    Returns
    -------
    LearningRateSearch

    Raises
    ------
    ValueError
        If a rate is negative or not finite, or the batch does not fit the network.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> split = load_digits().train
    >>> search = probe_learning_rates(MLP([64, 10]), split.inputs[:100], split.labels[:100])
    >>> 0.1 < search.suggestion < 10
    True
    """
    loss = find_loss(loss)
    try:
        tried = np.asarray(np.logspace(-6, 2, 33) if rates is None else rates, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"rates are {rates!r}, wanted numbers") from error
    if tried.ndim != 1 or tried.size == 0:
        raise ValueError(f"rates have shape {tried.shape}, wanted at least one rate in a row")
    for rate in tried:
        check_rate(float(rate))
    x, labels = as_array(x, "inputs, a sample a row"), as_array(labels, "labels, one a sample")
    tried = np.sort(tried)
    check_parameters(network)
    losses = np.full(len(tried), np.inf)
    with _undisturbed(network, np.size(labels)) as original:
        start, gradients = network.gradients(x, labels, loss=loss)
        require_finite_start(start, x)
        warn_if_not_scaled(x)
        parameters = network.parameters()
        check_shapes("gradients()", gradients, parameters, SEE_CHECK)
        for index, rate in enumerate(tried):
            copy_parameters(original, parameters)
            SGD().step(parameters, _copies(gradients), float(rate))
            losses[index] = network.loss(x, labels, loss=loss)
    losses[np.isnan(losses)] = np.inf
    suggestion = max(tried[_valley(losses)] / 2, tried[0])
    search = LearningRateSearch(tried, losses, start, float(suggestion))
    search.warnings = _warnings(search, _chance_loss(loss, labels))
    return search


def learning_rate_range_test(
    network: Network,
    samples: Samples,
    low: float = 1e-4,
    high: float = 10.0,
    steps: int = 100,
    seed: int = 0,
    batch_size: int = 100,
    loss: str | Loss = "cross_entropy",
    optimizer: str | Optimizer = "sgd",
    progress: bool = True,
) -> LearningRateSearch:
    """Train for a few steps with a rate that grows from step to step, and watch the loss.

    The range test of Smith 2017: while the rate is too small the loss stays, then it falls, then it
    rises. The test ends early when the smoothed loss is four times its lowest. The network has its
    parameters again at the end, exactly. The suggestion is the rate in the middle of the ten steps
    over which the smoothed loss falls most; read it off the plot with your own eyes before you
    trust it.

    Parameters
    ----------
    network : Network
        Not trained yet: a trained network has little left to fall.
    samples : Samples
        The training set.
    low, high : float
        The first and the last rate; in between they grow by a constant factor.
    steps : int
        At least 10.
    seed : int
        Of the mini-batches.
    batch_size : int
        The one you will train with: the best rate depends on it.
    loss, optimizer
        As for `train`.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    LearningRateSearch
        Its losses are the smoothed ones.

    Raises
    ------
    ValueError, TypeError
        If the rates, counts or samples are not fit for a test.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> search = learning_rate_range_test(MLP([64, 10]), load_digits().train, progress=False)
    >>> 0.01 < search.suggestion < 10, search.warnings
    (True, [])
    """
    loss, optimizer = find_loss(loss), find_optimizer(optimizer)
    optimizer.state.clear()
    if not 0 < check_rate(low) < check_rate(high):
        raise ValueError(f"low is {low} and high is {high}, wanted 0 < low < high")
    check_count("steps", steps, least=10)
    check_count("batch_size", batch_size)
    samples = as_samples(samples, network)
    warn_if_not_scaled(samples.inputs)
    check_count("seed", seed, least=0)
    check_parameters(network)
    rates = np.geomspace(low, high, steps)
    values: list[float] = []
    with _undisturbed(network, batch_size):
        batches = _random_batches(len(samples.inputs), batch_size, seed)
        with progress_bar(steps, "growing the rate", progress, leave=False) as bar:
            for rate, batch in zip([*rates, 0.0], batches, strict=False):
                value, gradients = network.gradients(
                    samples.inputs[batch], samples.labels[batch], loss=loss
                )
                if not values:
                    require_finite_start(value, samples.inputs)
                    check_shapes("gradients()", gradients, network.parameters(), SEE_CHECK)
                if not math.isfinite(value):
                    check_finite(samples.inputs)
                values.append(value)
                losses = _smooth(values)
                lowest = losses.min()
                if not losses[-1] <= lowest + (DIVERGED - 1) * abs(lowest):
                    break
                optimizer.step(network.parameters(), _copies(gradients), float(rate))
                bar.update()
    optimizer.state.clear()
    # the loss of a batch shows what the steps before it did, so it belongs to the rate before
    return _read_range_test(rates, losses[1:], values[0], _chance_loss(loss, samples.labels))


def require_finite_start(value: float, inputs: ArrayLike) -> None:
    """Refuse a search whose loss is not finite before the first step.

    Raises
    ------
    ValueError
        With the first sample that is not finite, if there is one.
    """
    if not math.isfinite(value):
        check_finite(inputs)
        raise ValueError(f"the loss is {value} before the first step: are the inputs scaled?")


def _valley(losses: FloatArray) -> int:
    """Return where the first valley is deepest: far beyond it, a low loss is luck."""
    lowest = 0
    for index, value in enumerate(losses):
        if value <= losses[lowest] and value < np.inf:
            lowest = index
        elif value > (1 + RISE) * losses[lowest]:
            break
    return lowest


def _read_range_test(
    planned: FloatArray, losses: FloatArray, start: float, chance: float
) -> LearningRateSearch:
    """Suggest the rate of the steepest fall, and warn where the curve does not bear it out."""
    rates, losses = planned[: len(losses)], np.where(np.isfinite(losses), losses, np.inf)
    lowest = int(np.argmin(losses))
    # from one step to the next, the noise of the first few batches outdoes every fall
    step = np.arange(lowest + 1)
    before, after = np.maximum(step - HALF_SPAN, 0), np.minimum(step + HALF_SPAN, lowest)
    steepest = int(np.argmin(losses[after] - losses[before])) if lowest else 0
    search = LearningRateSearch(rates, losses, start, float(rates[steepest]))
    search.warnings = _warnings(search, chance)
    decades = 2 * HALF_SPAN * math.log10(planned[1] / planned[0])
    if len(rates) < FEW_STEPS or decades > COARSE:
        reason = (
            f"the test ended after {len(rates)} of {len(planned)} steps, at rate {rates[-1]:.2g}"
            if len(rates) < FEW_STEPS
            else f"ten steps, from which it is taken, cover {decades:.2g} powers of ten"
        )
        search.warnings.append(
            f"the suggestion is coarse: {reason}; try low={min(rates[0], rates[-1] / 1000):.2g}, "
            f"high={rates[-1]:.2g}, steps={max(len(planned), 100)}"
        )
    elif steepest < HALF_SPAN and not search.warnings:
        search.warnings.append(
            "the loss falls most at the lowest rates, where the test began: "
            f"try low={rates[0] / 100:.2g}"
        )
    return search


@contextmanager
def _undisturbed(network: Network, n_samples: int) -> Iterator[dict[str, FloatArray]]:
    """Search without a trace: the network gets its parameters back; yield a copy of them."""
    original = _copies(network.parameters())
    try:
        with (
            np.errstate(over="ignore", invalid="ignore"),  # an overflow is an answer here
            sensible_threads(original, n_samples),
        ):
            yield original
    finally:
        copy_parameters(original, network.parameters())


def _copies(arrays: Parameters) -> Parameters:
    """Return copies, of gradients because an optimizer overwrites what it is given."""
    return {name: np.array(array) for name, array in arrays.items()}


def _random_batches(n_samples: int, batch_size: int, seed: int) -> Iterator[IntArray]:
    """Yield indices of mini-batches for ever, epoch after epoch."""
    generator = np.random.default_rng(seed)
    while True:
        order = generator.permutation(n_samples)
        for start in range(0, n_samples, batch_size):
            yield order[start : start + batch_size]


def _smooth(values: list[float]) -> FloatArray:
    """Return the running mean of the losses, each divided by the weight it has gathered so far."""
    smoothed, mean = [], 0.0
    for count, value in enumerate(values, 1):
        mean = SMOOTHING * mean + (1 - SMOOTHING) * value
        smoothed.append(mean / (1 - SMOOTHING**count))
    return np.array(smoothed)


def _chance_loss(loss: Loss, labels: IntArray) -> float:
    """Return the loss of a guess that gives each class the same share; NaN if it is not known."""
    if not isinstance(loss, CrossEntropy | SquaredError) or labels.ndim != 1:
        return math.nan  # a loss or labels of the user's own: nobody knows what a guess costs
    n_classes = int(labels.max()) + 1
    return loss(np.full((len(labels), n_classes), 1 / n_classes), labels)


def _warnings(search: LearningRateSearch, chance: float) -> list[str]:
    """Say why the suggestion may mean nothing."""
    warnings = []
    rates, losses, start = search.rates, search.losses, search.start
    lowest = int(np.argmin(losses))
    flat = not losses[lowest] < start - FLAT * abs(start)
    moved = np.flatnonzero(~(np.abs(losses - start) <= FLAT * abs(start)))
    if flat and not moved.size:
        warnings.append(
            "the curve is flat: no rate lowered the loss by 1 %; try larger rates, or see that the "
            "gradient is right with check_gradients"
        )
    elif flat:
        first = int(moved[0])
        where = f"between {rates[first - 1]:.3g} and {rates[first]:.3g}" if first else "below it"
        warnings.append(
            f"the loss never falls: no rate lowered it by 1 %, and {rates[first]:.3g} raises it to "
            f"{losses[first]:.3g}; try rates {where}, or see that the gradient is right with "
            "check_gradients"
        )
    if lowest in (0, len(losses) - 1) and not (flat and moved.size):
        warnings.append(
            f"the lowest loss is at an edge, rate {rates[lowest]:.3g}: try rates beyond it"
        )
    if start < chance / 2:
        warnings.append(
            f"the network seems trained already: its loss is {start:.3g} before the first "
            f"step, a guess has {chance:.3g}; start from a new network"
        )
    return warnings
