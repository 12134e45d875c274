"""Images of digits: in a grid, in a row, and as the drawing pad shows them."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mlp_lab.figures.paper import TRAIN, subplots
from mlp_lab.support.option_checks import check_count
from mlp_lab.support.types import FloatArray


def image_grid(
    images: ArrayLike,
    titles: Sequence[object] | None = None,
    columns: int = 10,
    cmap: str = "gray_r",
    limit: float | None = None,
) -> list[Axes]:
    """Draw images in rows and columns.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        All are drawn on one scale, so that they can be compared.
    titles : sequence, optional
        One above each image.
    columns : int
        Images a row, at most.
    cmap : str
        matplotlib's name of a colour map.
    limit : float, optional
        Draw from ``-limit`` to ``limit`` instead of from the smallest to the largest value.

    Returns
    -------
    list of Axes
        One an image.

    Raises
    ------
    ValueError
        If the images are none or not a stack, or the titles are not one each.

    Examples
    --------
    >>> len(image_grid(np.zeros((3, 8, 8)), titles=[1, 2, 3]))
    3
    """
    stack = np.asarray(images)
    if stack.ndim != 3 or stack.size == 0:
        raise ValueError(f"images have shape {stack.shape}, wanted (n, height, width)")
    if titles is not None and len(titles) != len(stack):
        raise ValueError(f"there are {len(titles)} titles for {len(stack)} images")
    finite = stack[np.isfinite(stack)]
    low, high = finite.min(initial=0), finite.max(initial=0)
    if limit is not None:
        low, high = -limit, limit
    columns = min(check_count("columns", columns), len(stack))
    rows = math.ceil(len(stack) / columns)
    size = (0.9 * columns, (0.9 if titles is None else 1.15) * rows)
    _, grid = subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    cells = list(grid.flat)
    for cell in cells:
        cell.set_axis_off()
    for index, (image, cell) in enumerate(zip(stack, cells, strict=False)):
        cell.imshow(image, cmap=cmap, vmin=low, vmax=high)
        if titles is not None:
            cell.set_title(str(titles[index]), fontsize=9)
    return cells[: len(stack)]


def image_row(images: ArrayLike, title: str) -> Figure:
    """Return a figure of small images under a title, quick enough to be redrawn while one waits.

    Examples
    --------
    >>> figure = image_row(np.zeros((3, 8, 8)), "3 images of 4 were read as 9")
    """
    stack, columns = np.asarray(images), 12
    n_rows = max(1, math.ceil(len(stack) / columns))
    height = 0.62 * n_rows + 0.3
    figure = Figure(figsize=(0.62 * columns, height))
    figure.text(0.01, 1 - 0.15 / height, title, fontsize=11, va="center")
    axes = figure.add_axes((0, 0, 1, 1 - 0.3 / height))
    axes.set_axis_off()
    if len(stack):
        axes.imshow(tile(stack, columns), cmap="gray_r", vmin=0, vmax=stack.max())
        axes.set_xlim(-0.5, columns * (stack.shape[2] + 1) - 1.5)
    return figure


def tile(images: ArrayLike, columns: int) -> FloatArray:
    """Return images side by side as one, a pixel of NaN between them.

    One large image is drawn a hundred times as fast as a hundred Axes.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
    columns : int
        Images a row.

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> tile(np.ones((2, 1, 1)), columns=2)
    array([[ 1., nan,  1.]])
    """
    stack = np.asarray(images)
    n_images, height, width = stack.shape
    rows = math.ceil(n_images / columns)
    mosaic = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for index, image in enumerate(stack):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        mosaic[top : top + height, left : left + width] = image
    return mosaic


def reading(ink: ArrayLike, seen: ArrayLike, probabilities: ArrayLike) -> Figure:
    """Return a figure of a drawn digit, of the image that the network sees, and of its answer.

    Parameters
    ----------
    ink : array_like, shape (side, side)
    seen : array_like of uint8, shape (height, width)
        What `mlp_lab.figures.center_digit.center_digit` returned.
    probabilities : array_like, shape (n_classes,)

    Examples
    --------
    >>> figure = reading(np.zeros((70, 70)), np.zeros((8, 8)), [0.5, 0.5])
    """
    figure = Figure(figsize=(7.5, 2.6), layout="constrained")
    drawn, sees, thinks = figure.subplots(1, 3, width_ratios=(1, 1, 1.4))
    for axes, image, title in (
        (drawn, ink, "what you drew"),
        (sees, seen, "what the network sees"),
    ):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        axes.set(title=title, xticks=[], yticks=[])
    heights = np.asarray(probabilities)
    thinks.barh(range(len(heights)), heights, color=TRAIN)
    thinks.set(
        title="what it thinks", xlabel="probability", xlim=(0, 1), yticks=range(len(heights))
    )
    thinks.invert_yaxis()
    return figure
