"""A drawn digit, made into an image like those that the networks learn from."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlp_lab.support.types import FloatArray

BOX = {(28, 28): 20, (8, 8): 8}
"""Side of the box that a digit fills, by image shape. MNIST's digits were scaled into 20x20 pixels,
their aspect ratio kept, and their centre of mass was moved to the middle of 28x28 (LeCun, Cortes &
Burges); the UCI digits fill their image."""


def center_digit(ink: ArrayLike, image_shape: tuple[int, int] = (28, 28)) -> NDArray[np.uint8]:
    """Return drawn ink as an image of a data set: scaled, its centre of mass in the middle.

    Parameters
    ----------
    ink : array_like, shape (height, width)
        0 where the paper is empty, larger where there is ink.
    image_shape : tuple of int
        Of the data set: (28, 28) for MNIST, (8, 8) for the bundled digits.

    Returns
    -------
    ndarray of uint8, shape `image_shape`
        The darkest pixel is 255; all are 0 if there is no ink.

    Raises
    ------
    ValueError
        If the ink is not one image of finite numbers that are not negative.

    Examples
    --------
    >>> ink = np.zeros((70, 70))
    >>> ink[5:15, 40:44] = 1.0  # a short stroke in a corner
    >>> rows, columns = np.nonzero(center_digit(ink))
    >>> int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())
    (4, 23, 10, 17)
    """
    drawn = np.asarray(ink, dtype=np.float64)
    if drawn.ndim != 2 or not np.isfinite(drawn).all() or (drawn < 0).any():
        raise ValueError(f"ink has shape {drawn.shape}, wanted one image of numbers from 0 up")
    image = np.zeros(image_shape, dtype=np.uint8)
    rows, columns = np.nonzero(drawn)
    if not len(rows):
        return image
    crop = drawn[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = BOX.get(image_shape, min(image_shape)) / max(crop.shape)
    height, width = (max(1, round(side * scale)) for side in crop.shape)
    small = _averaging(crop.shape[0], height) @ crop @ _averaging(crop.shape[1], width).T
    top = _first(small.sum(axis=1), image_shape[0])
    left = _first(small.sum(axis=0), image_shape[1])
    image[top : top + height, left : left + width] = np.rint(255 * small / small.max())
    return image


def _averaging(n_from: int, n_to: int) -> FloatArray:
    """Return the matrix, shape (n_to, n_from), that averages neighbours to change a length."""
    edges = np.linspace(0, n_from, n_to + 1)[:, np.newaxis]
    pixel = np.arange(n_from)
    overlap = np.minimum(edges[1:], pixel + 1) - np.maximum(edges[:-1], pixel)
    weights: FloatArray = np.maximum(overlap, 0) * n_to / n_from
    return weights


def _first(profile: FloatArray, length: int) -> int:
    """Return where a profile begins if its centre of mass is in the middle of `length` pixels."""
    center = np.arange(len(profile)) @ profile / profile.sum()
    return int(np.clip(round((length - 1) / 2 - center), 0, length - len(profile)))
