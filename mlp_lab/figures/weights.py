"""What the units of a network look at: their weights as images."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from mlp_lab.figures.images import tile
from mlp_lab.figures.paper import subplots

UNITS_A_ROW = 10


def weight_mosaic(weights: ArrayLike, image_shape: tuple[int, int]) -> Axes:
    """Draw what each unit of the first layer looks at: its weights, laid out as an image.

    The ends of the colour scale are the 99th percentile of the weights' sizes.

    Parameters
    ----------
    weights : array_like, shape (n_features, n_units)
        Such as ``network.weights[0]``.
    image_shape : tuple of int
        Height and width, whose product is n_features.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the image shape does not hold the weights of one unit.

    Examples
    --------
    >>> axes = weight_mosaic(np.ones((64, 20)), (8, 8))
    """
    tiles = np.asarray(weights)
    if np.shape(image_shape) != (2,):
        raise ValueError(f"image_shape is {image_shape}, wanted (height, width)")
    height, width = image_shape
    if tiles.ndim != 2 or tiles.shape[0] != height * width or tiles.size == 0:
        raise ValueError(f"weights have shape {tiles.shape}, wanted ({height * width}, n_units)")
    columns = min(UNITS_A_ROW, tiles.shape[1])
    mosaic = tile(tiles.T.reshape(-1, height, width), columns)
    finite = np.abs(tiles[np.isfinite(tiles)])
    limit = (float(np.percentile(finite, 99)) if finite.size else 0.0) or 1.0
    across = max(4.0, 0.75 * columns)
    shape = (across + 1.1, max(1.4, across * mosaic.shape[0] / mosaic.shape[1] + 0.4))
    axes: Axes
    figure, axes = subplots(figsize=shape, layout="constrained")
    image = axes.imshow(mosaic, cmap="PuOr", vmin=-limit, vmax=limit)
    figure.colorbar(image, ax=axes, label="weight", shrink=0.8)
    axes.set_axis_off()
    axes.set_title(f"Weights of {tiles.shape[1]} hidden units, one image each")
    return axes
