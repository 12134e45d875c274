"""A digit and what distortions make of it: how much each does, and how much is too much."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mlp_lab.data.augment import Distortion
from mlp_lab.figures.paper import PAPER
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture, Slider
from mlp_lab.support.types import FloatArray

ROWS, COLUMNS = 2, 6
"""Of the mosaic: the digit itself, and the others."""
MNIST_ROWS = 28
"""The sliders are in pixels of MNIST; images of fewer rows get as much less."""


def mosaic(image: FloatArray, distortion: Distortion) -> FloatArray:
    """Return an image and what a distortion makes of it, each as it is drawn, side by side.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
        From 0 to 1.

    Returns
    -------
    ndarray, shape (2 * (rows + 1) - 1, 6 * (columns + 1) - 1)
        A line of NaN between any two.

    Examples
    --------
    >>> image = np.ones((3, 2), dtype=np.float32)
    >>> mosaic(image, Distortion((3, 2))).shape
    (7, 17)
    """
    height, width = image.shape
    copies = np.repeat(image.reshape(1, -1), ROWS * COLUMNS, axis=0)
    copies[1:] = distortion(copies[1:], np.random.default_rng(0))  # the same draw in every picture
    framed = np.full((ROWS * COLUMNS, height + 1, width + 1), np.nan)
    framed[:, :-1, :-1] = copies.reshape(-1, height, width)
    side_by_side = framed.reshape(ROWS, COLUMNS, height + 1, width + 1).swapaxes(1, 2)
    whole: FloatArray = side_by_side.reshape(ROWS * (height + 1), -1)[:-1, :-1]
    return whole


def distorted_digits(inputs: ArrayLike, image_shape: tuple[int, int]) -> LiveFigure:
    """Return the interactive figure: sliders for the strengths of a `Distortion`.

    Parameters
    ----------
    inputs : array_like, shape (n, rows * columns)
        The digits to choose from, with pixels from 0 to 1.
    image_shape : (int, int)
        Rows and columns.

    Examples
    --------
    >>> from mlp_lab import load_digits
    >>> data = load_digits()
    >>> figure = distorted_digits(data.train.inputs[:3], data.image_shape)
    >>> figure.move(rotation=40)
    >>> figure.status
    'image 1: shift 0.4 pixels, rotation 40 degrees, scale 0.1, bend 3 over 1.4 pixels'
    """
    images = np.asarray(inputs, dtype=np.float32).reshape(-1, *image_shape)
    size = image_shape[0] / MNIST_ROWS

    def in_pixels(*values: float) -> list[float]:
        return [round(value * size, 1) for value in values]

    def draw(
        image: int, shift: float, rotation: float, scale: float, bend: float, smoothness: float
    ) -> Picture:
        distortion = Distortion(
            image_shape, shift, rotation, scale, bend=bend * size**2, smoothness=smoothness
        )
        figure = Figure(figsize=(6.0, 2.1))
        axes = figure.add_axes((0.01, 0.02, 0.98, 0.86))
        axes.set_facecolor(PAPER)
        axes.imshow(mosaic(images[image - 1], distortion), cmap="gray_r", vmin=0, vmax=1)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title("The first is as it is. Can you read all the others?", fontsize=11)
        strengths = (
            f"shift {shift:g} pixels, rotation {rotation:g} degrees, scale {scale:g}, "
            f"bend {bend * size**2:.0f} over {smoothness:g} pixels"
        )
        n_others = ROWS * COLUMNS - 1
        return Picture(
            figure,
            f"A digit and {n_others} distorted forms of it: {strengths}.",
            f"image {image}: {strengths}",
        )

    return LiveFigure(
        draw,
        image=Menu("image", list(range(1, len(images) + 1)), start=1),
        shift=Slider("shift (pixels)", in_pixels(0, 0.5, 1, 1.5, 2, 4, 8), start=in_pixels(1.5)[0]),
        rotation=Slider("rotation (degrees)", [0, 5, 10, 20, 40, 90, 180], start=10),
        scale=Slider("scale (logarithm)", [0.0, 0.05, 0.1, 0.2, 0.4, 0.8], start=0.1),
        bend=Slider("bend", [0, 18, 36, 72, 144], start=36),
        smoothness=Slider(
            "smoothness of the bend (pixels)", in_pixels(2, 3, 5, 8), start=in_pixels(5)[0]
        ),
    )
