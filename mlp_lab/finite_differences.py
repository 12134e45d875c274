"""Derivatives from values alone: forward, central and complex-step; Jacobians; relative error.

They are slow and, but for the complex step, never exact. They are also independent of anybody's
algebra, and so they are what a gradient is checked against.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mlp_lab.support.array_checks import as_floats
from mlp_lab.support.types import FloatArray

Function = Callable[[FloatArray], FloatArray]


def forward_difference(function: Function, x: ArrayLike, step: float | None = None) -> FloatArray:
    """Return ``(f(x + h) - f(x)) / h``, the derivative of an elementwise function.

    The error is about ``h |f''| / 2``, the truncated rest of the Taylor series, and
    ``eps |f| / h`` from rounding; the default step balances the two.

    Parameters
    ----------
    function : callable
        Elementwise: returns the shape it is given.
    x : array_like of float
        Where; the dtype decides the precision.
    step : float, optional
        h; by default the square root of the dtype's precision, times ``|x|`` where that is over 1.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If the step is not positive, or so small that rounding swallows it.

    Examples
    --------
    >>> bool(abs(forward_difference(np.exp, 0.0) - 1) < 1e-7)
    True
    """
    x = as_floats(x)
    above, _, _ = _around(x, step, 1 / 2)
    return np.asarray((function(above) - function(x)) / (above - x))


def central_difference(function: Function, x: ArrayLike, step: float | None = None) -> FloatArray:
    """Return ``(f(x + h) - f(x - h)) / 2h``, the derivative of an elementwise function.

    The error is about ``h² |f'''| / 6``, the truncated rest of the Taylor series, and
    ``eps |f| / h`` from rounding; the default step balances the two.

    Parameters
    ----------
    function, x, step
        As for `forward_difference`, which returns the same shape and raises the same errors; but h
        is by default the cube root of the dtype's precision.

    Examples
    --------
    >>> bool(abs(central_difference(np.exp, 0.0) - 1) < 1e-10)
    True
    """
    x = as_floats(x)
    above, below, width = _around(x, step, 1 / 3)
    return np.asarray((function(above) - function(below)) / width)


def complex_step(function: Function, x: ArrayLike, step: float = 1e-20) -> FloatArray:
    """Return ``imag(f(x + ih)) / h``, the derivative of an elementwise analytic function.

    Nothing is subtracted, so nothing cancels: the step can be tiny and the result is right to the
    last digits (Squire & Trapp 1998). The function has to take complex numbers and be analytic: no
    ``abs``, no comparison.

    Parameters
    ----------
    function : callable
        Elementwise, defined for complex numbers.
    x : array_like of float
    step : float
        h, as small as you like.

    Returns
    -------
    ndarray, shape of x, float64

    Raises
    ------
    ValueError
        If the step is not positive and finite.

    Examples
    --------
    >>> float(complex_step(np.exp, 0.0))
    1.0
    """
    if not 0 < step < np.inf:
        raise ValueError(f"step is {step}, wanted a positive number such as 1e-20")
    moved: Any = as_floats(x) + 1j * np.float64(step)
    return np.asarray(np.imag(function(moved)) / step)


def numerical_jacobian(function: Function, x: ArrayLike, step: float | None = None) -> FloatArray:
    """Return all derivatives of a function of arrays, by central differences.

    Parameters
    ----------
    function : callable
        From an array of the shape of `x` to an array of any shape.
    x : array_like of float
    step : float, optional
        As for `central_difference`.

    Returns
    -------
    ndarray, shape ``function(x).shape + x.shape``
        For vectors, entry (i, j) is the derivative of output i with respect to input j.

    Raises
    ------
    ValueError
        If the step is not positive, or so small that rounding swallows it.

    Examples
    --------
    >>> numerical_jacobian(lambda v: np.array([v[0] * v[1]]), [3.0, 5.0]).round(6)
    array([[5., 3.]])
    """
    x = as_floats(x)
    above, below, width = _around(x, step, 1 / 3)
    columns = []
    for index in np.ndindex(x.shape):
        moved_up, moved_down = x.copy(), x.copy()
        moved_up[index], moved_down[index] = above[index], below[index]
        columns.append((function(moved_up) - function(moved_down)) / width[index])
    if not columns:
        return np.zeros(np.shape(function(x)) + x.shape)
    outputs_last = np.stack(columns).reshape(x.shape + np.shape(columns[0]))
    return np.moveaxis(outputs_last, range(x.ndim), range(-x.ndim, 0))


def relative_error(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """Return ``|a - b| / (|a| + |b|)`` entry by entry: 0 for equal values, at most 1.

    An absolute error says nothing before one knows how large the values are; this one reads the
    same for gradients of 1e-6 and of 1e3, and does not care which value is called the right one.

    Parameters
    ----------
    a, b : array_like
        Of shapes that broadcast.

    Returns
    -------
    ndarray
        0 where both are 0, infinite where a value is not finite.

    Examples
    --------
    >>> relative_error([1.0, 0.0, 3.0], [1.0, 0.0, 1.0])
    array([0. , 0. , 0.5])
    """
    a, b = as_floats(a), as_floats(b)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # halves, because the sum of two finite numbers may overflow
        difference, size = np.abs(a / 2 - b / 2), np.abs(a / 2) + np.abs(b / 2)
        error = np.where(size == 0, 0.0, difference / size)
    return np.where(np.isfinite(a) & np.isfinite(b), error, np.inf)


def _around(
    x: FloatArray, step: float | None, power: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return x + h, x - h and the width between them as it was rounded.

    By default h is a power of the precision: 1/2 balances the errors of a forward difference, 1/3
    those of a central one.
    """
    if step is None:
        step = float(np.finfo(x.dtype).eps) ** power
        h = step * np.maximum(np.abs(x), 1)
    elif 0 < step < np.inf:
        h = np.full_like(x, step)
    else:
        raise ValueError(f"step is {step}, wanted a positive number such as 1e-5")
    above, below = x + h, x - h
    if (above == x).any() or (below == x).any():
        raise ValueError(f"step is {step}, too small for {x.dtype}: x + step is rounded to x")
    return np.asarray(above), np.asarray(below), np.asarray(above - below)
