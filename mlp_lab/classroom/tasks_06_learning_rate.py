"""Tasks of lesson 06: steps, curvature, and a learning rate chosen on evidence."""

from typing import Any

import numpy as np

from mlp_lab.classroom.checks import Case, Mistake, Task

STEP = 'lesson 06, "Take one step at every rate"'
LIMIT = 'lesson 06, "Why is there an upper limit?"'
MEASURE = 'lesson 06, "Measure the limit on a slice of a real network"'
RANGE = 'lesson 06, "Let the rate grow while you train"'
RUNS = 'lesson 06, "Hold the suggestion against real runs"'
FALL = 'lesson 06, "Let the rate fall"'


def bowl(w: Any) -> Any:
    """Return (1 w₀² + 10 w₁² + ...) / 2."""
    return float((10.0 ** np.arange(len(w)) * w**2).sum() / 2)


def bowl_gradient(w: Any) -> Any:
    """Return the gradient of `bowl`."""
    return 10.0 ** np.arange(len(w)) * w


def ripple(w: Any) -> Any:
    """Return the sum of the sines."""
    return float(np.sin(w).sum())


def _sweep(rule: Any) -> Any:
    return lambda loss, w, g, rates: np.array([rule(loss, w, g, rate) for rate in rates])


def _one_after_the_other(loss: Any, w: Any, g: Any, rates: Any) -> Any:
    losses = []
    for rate in rates:
        w = w - rate * g
        losses.append(loss(w))
    return np.array(losses)


def _curvature(loss: Any, w: Any, direction: Any, h: float) -> float:
    step = h * direction / np.linalg.norm(direction)
    return float((loss(w + step) - 2 * loss(w) + loss(w - step)) / h**2)


def _place(rates: Any, losses: Any) -> int:
    finite = np.where(np.isfinite(losses), losses, np.inf)
    with np.errstate(invalid="ignore"):
        slopes = np.nan_to_num(np.diff(finite) / np.diff(np.log10(rates)), nan=np.inf)
    return int(slopes.argmin())


RATES = 10.0 ** np.arange(-4.0, 2.0)


TASKS = [
    Task("06.sweep", _sweep(lambda loss, w, g, rate: loss(w - rate * g)), read=STEP,
        cases=lambda rng: [
            Case("there is one rate",
                bowl, np.array([2.0]), bowl_gradient(np.array([2.0])), np.array([0.5])),
            Case("there are four rates",
                bowl, np.array([2.0, 1.0]), bowl_gradient(np.array([2.0, 1.0])), RATES[1:5]),
            Case("the start is another",
                ripple, rng.normal(size=3), rng.normal(size=3), RATES[1:5]),
        ],
        mistakes=[
            Mistake("the step goes uphill", _sweep(lambda loss, w, g, rate: loss(w + rate * g))),
            Mistake("each rate goes on where the one before ended", _one_after_the_other),
            Mistake("the gradient is made one long: then the rate means something else",
                _sweep(lambda loss, w, g, rate: loss(w - rate * g / np.linalg.norm(g)))),
            Mistake("the rate is left out", _sweep(lambda loss, w, g, rate: loss(w - g))),
            Mistake("the loss before the step is returned",
                _sweep(lambda loss, w, g, rate: loss(w))),
            Mistake("the fall is returned, not the loss",
                _sweep(lambda loss, w, g, rate: loss(w) - loss(w - rate * g))),
        ]),
    Task("06.largest_rate", lambda curvatures: float(2 / curvatures.max()), read=LIMIT,
        cases=lambda rng: [
            Case("there is one curvature", np.array([4.0])),
            Case("there are two", np.array([1.0, 10.0])),
            Case("the largest comes first", np.array([50.0, 2.0, 0.1])),
            Case("there are many", rng.uniform(0.1, 20, size=6)),
        ],
        mistakes=[
            Mistake("the flattest direction decides nothing: it is the steepest",
                lambda c: 2 / c.min()),
            Mistake("1/λ is the rate that reaches the bottom in one step, not the limit",
                lambda c: 1 / c.max()),
            Mistake("the mean curvature is taken", lambda c: 2 / c.mean()),
            Mistake("the curvatures are added up", lambda c: 2 / c.sum()),
            Mistake("the fraction is upside down", lambda c: c.max() / 2),
            Mistake("one limit for each direction: which of them counts?", lambda c: 2 / c),
        ]),
    Task("06.curvature", _curvature, read=MEASURE,
        cases=lambda rng: [
            Case("there is one parameter", bowl, np.array([3.0]), np.array([1.0]), 0.1),
            Case("the direction is not of length 1", bowl, np.array([3.0]), np.array([2.0]), 0.1),
            Case("there are two parameters", bowl, np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.1),
            Case("the loss is no bowl, and the direction is long",
                ripple, np.array([0.5, 1.0]), np.array([3.0, 4.0]), 0.2),
            Case("the loss is no bowl", ripple, rng.normal(size=3), rng.normal(size=3), 0.2),
        ],
        mistakes=[
            Mistake("the direction is not brought to length 1",
                lambda loss, w, d, h: (loss(w + h * d) - 2 * loss(w) + loss(w - h * d)) / h**2),
            Mistake("it divides by h, not by h²",
                lambda loss, w, d, h: h * _curvature(loss, w, d, h)),
            Mistake("this is the slope",
                lambda loss, w, d, h: (
                    loss(w + h * d / np.linalg.norm(d)) - loss(w - h * d / np.linalg.norm(d))
                ) / (2 * h)),
            Mistake("the value in the middle counts twice",
                lambda loss, w, d, h: _curvature(loss, w, d, h) + loss(w) / h**2),
            Mistake("the sign is turned round", lambda loss, w, d, h: -_curvature(loss, w, d, h)),
            Mistake("the two points are taken to be 2 h from the middle",
                lambda loss, w, d, h: _curvature(loss, w, d, h) / 4),
        ]),
    Task("06.suggest", lambda rates, losses: rates[_place(rates, losses)], read=RANGE,
        cases=lambda rng: [
            Case("the loss falls once", RATES[:3], np.array([2.0, 1.0, 0.9])),
            Case("the fall is in the middle", RATES, np.array([2.3, 2.3, 2.0, 0.8, 0.7, 9.0])),
            Case("the steepest fall is the last", RATES[:4], np.array([2.3, 2.2, 2.1, 0.5])),
            Case("all falls are small", RATES[:5], np.array([0.9, 0.88, 0.5, 0.45, 0.45])),
            Case("the loss ends as NaN", RATES, np.array([2.3, 2.2, 1.0, 0.9, np.inf, np.nan])),
            Case("the losses are others", RATES[:5], np.append(np.sort(rng.random(4))[::-1], 7.0)),
        ],
        mistakes=[
            Mistake("this is the lowest point: there the fall is over",
                lambda rates, losses: rates[np.nanargmin(losses)]),
            Mistake("the steepest rise is taken, not the steepest fall",
                lambda rates, losses: rates[np.nanargmax(np.diff(losses))]),
            Mistake("the place in the list is returned, not the rate", _place),
            Mistake("the slope is taken over the rate, not over its logarithm",
                lambda rates, losses: rates[np.nanargmin(np.diff(losses) / np.diff(rates))]),
            Mistake("the right end of the fall is taken",
                lambda rates, losses: rates[_place(rates, losses) + 1]),
            Mistake("the smallest rate is always the safest", lambda rates, losses: rates[0]),
        ]),
    Task("06.falling_rate", lambda epoch, epochs, start: start * (1 - epoch / epochs), read=FALL,
        cases=lambda rng: [
            Case("training begins", 0, 10, 0.5),
            Case("half of it is done", 5, 10, 0.5),
            Case("the last epoch begins", 9, 10, 0.5),
            Case("start and length are others", 3, 8, rng.uniform(0.1, 1)),
        ],
        mistakes=[
            Mistake("the rate rises", lambda epoch, epochs, start: start * epoch / epochs),
            Mistake("it never falls", lambda epoch, epochs, start: start),
            Mistake("it falls from 1, wherever it should start",
                lambda epoch, epochs, start: 1 - epoch / epochs),
            Mistake("it is one epoch ahead",
                lambda epoch, epochs, start: start * (1 - (epoch + 1) / epochs)),
            Mistake("it halves every epoch: that is not a straight line",
                lambda epoch, epochs, start: start * 0.5**epoch),
            Mistake("the share is taken off the rate, whatever the rate is",
                lambda epoch, epochs, start: start - epoch / epochs),
        ]),
    Task("06.mean_and_spread", read=RUNS,
        reference=lambda runs: (float(np.mean(runs)), float(np.std(runs, ddof=1))),
        cases=lambda rng: [
            Case("there are two runs", [0.9, 0.92]),
            Case("all runs are alike", [0.5, 0.5, 0.5]),
            Case("there are three runs", [0.90, 0.91, 0.95]),
            Case("there are more", list(rng.random(7))),
        ],
        mistakes=[
            Mistake("a few runs need the divisor n - 1 (ddof=1)",
                lambda runs: (np.mean(runs), np.std(runs))),
            Mistake("this is the variance, not its root",
                lambda runs: (np.mean(runs), np.var(runs, ddof=1))),
            Mistake("this is the distance from the worst to the best run",
                lambda runs: (np.mean(runs), np.ptp(runs))),
            Mistake("this is the standard error of the mean",
                lambda runs: (np.mean(runs), np.std(runs, ddof=1) / np.sqrt(len(runs)))),
            Mistake("the best run is reported, not the mean",
                lambda runs: (np.max(runs), np.std(runs, ddof=1))),
            Mistake("the median is taken for the mean",
                lambda runs: (np.median(runs), np.std(runs, ddof=1))),
        ]),
]  # fmt: skip
