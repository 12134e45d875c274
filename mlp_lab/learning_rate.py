"""Find a learning rate: one step along one gradient, or a short run with growing rates."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from mlp_lab.data.samples import warn_if_not_scaled
from mlp_lab.evaluation import as_samples
from mlp_lab.losses import CrossEntropy, Loss, SquaredError, find_loss
from mlp_lab.optimizers import SGD, Optimizer, find_optimizer
from mlp_lab.support.array_checks import as_array, check_finite
from mlp_lab.support.networks import (
    check_gradients_fit,
    check_parameters,
    copies_of,
    copy_parameters,
    require_finite_start,
    undisturbed,
)
from mlp_lab.support.option_checks import check_count, check_rate
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.rate_search import LearningRateSearch, doubts_about, doubts_about_a_test
from mlp_lab.support.types import FloatArray, IntArray, Network, Samples

DIVERGED = 4.0
"""A range test ends when the smoothed loss is more than this many times its lowest value."""
RISE = 0.02
"""A valley ends at a loss that is above the lowest so far by more than this share of it."""
SMOOTHING = 0.9
"""Weight of the past in the range test's running mean: about the last ten steps count."""
HALF_SPAN = 5
"""A fall is taken from so many steps before a rate to as many after: over ten, like the mean."""


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
    with undisturbed(network, np.size(labels)) as original:
        start, gradients = network.gradients(x, labels, loss=loss)
        require_finite_start(start, x)
        warn_if_not_scaled(x)
        parameters = network.parameters()
        check_gradients_fit(gradients, parameters)
        for index, rate in enumerate(tried):
            copy_parameters(original, parameters)
            SGD().step(parameters, copies_of(gradients), float(rate))
            losses[index] = network.loss(x, labels, loss=loss)
    losses[np.isnan(losses)] = np.inf
    suggestion = max(tried[_valley(losses)] / 2, tried[0])
    doubts = doubts_about(tried, losses, start, _chance_loss(loss, labels))
    return LearningRateSearch(tried, losses, start, float(suggestion), doubts)


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
    with undisturbed(network, batch_size):
        batches = _random_batches(len(samples.inputs), batch_size, seed)
        with progress_bar(steps, "growing the rate", progress, leave=False) as bar:
            # one batch more than rates, with a step of 0: it shows what the last rate has done
            for rate, batch in zip([*rates, 0.0], batches, strict=False):
                value, gradients = network.gradients(
                    samples.inputs[batch], samples.labels[batch], loss=loss
                )
                if not values:
                    require_finite_start(value, samples.inputs)
                    check_gradients_fit(gradients, network.parameters())
                if not math.isfinite(value):
                    check_finite(samples.inputs)
                values.append(value)
                losses = _smooth(values)
                lowest = losses.min()
                # "not <=", so that NaN ends it as well; abs, for a loss below 0
                if not losses[-1] <= lowest + (DIVERGED - 1) * abs(lowest):
                    break
                optimizer.step(network.parameters(), copies_of(gradients), float(rate))
                bar.update()
    optimizer.state.clear()
    # the loss of a batch shows what the steps before it did, so it belongs to the rate before
    tested, losses = rates[: len(losses) - 1], losses[1:]
    losses[~np.isfinite(losses)] = np.inf
    steepest = _steepest_fall(losses)
    doubts = doubts_about(tested, losses, values[0], _chance_loss(loss, samples.labels))
    doubts += doubts_about_a_test(rates, len(tested), steepest, 2 * HALF_SPAN, bool(doubts))
    return LearningRateSearch(tested, losses, values[0], float(tested[steepest]), doubts)


def _valley(losses: FloatArray) -> int:
    """Return where the first valley is deepest: far beyond it, a low loss is luck."""
    lowest = 0
    for index, value in enumerate(losses):
        if value <= losses[lowest] and value < np.inf:
            lowest = index
        elif value > (1 + RISE) * losses[lowest]:
            break
    return lowest


def _steepest_fall(losses: FloatArray) -> int:
    """Return where the loss falls most on its way to the lowest, over twice `HALF_SPAN` steps."""
    lowest = int(np.argmin(losses))
    # from one step to the next, the noise of the first few batches outdoes every fall
    step = np.arange(lowest + 1)
    before, after = np.maximum(step - HALF_SPAN, 0), np.minimum(step + HALF_SPAN, lowest)
    return int(np.argmin(losses[after] - losses[before])) if lowest else 0


def _random_batches(n_samples: int, batch_size: int, seed: int) -> Iterator[IntArray]:
    """Yield indices of mini-batches for ever: `training.mini_batches` ends with its epoch."""
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
