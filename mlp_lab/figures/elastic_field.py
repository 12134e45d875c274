"""The elastic distortion, seen: from where each pixel is read, and what becomes of the digit."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mlp_lab.data.augment import Distortion, read_between
from mlp_lab.figures.distorted_digits import MNIST_ROWS
from mlp_lab.figures.paper import MARK, PAPER, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Menu, Picture, Slider

DRAWS = 4
"""So many throws of the noise to choose from."""


def elastic_field(inputs: ArrayLike, image_shape: tuple[int, int]) -> LiveFigure:
    """Return the interactive figure: a digit with the field over it, and the digit it makes.

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
    >>> figure = elastic_field(data.train.inputs[:3], data.image_shape)
    >>> figure.move(bend=0)
    >>> figure.status
    'image 1, noise 1: bend 0 over 1.4 pixels moves a pixel by 0.0 on average, 0.0 at most'
    """
    images = np.asarray(inputs, dtype=np.float32).reshape(-1, *image_shape)
    size = image_shape[0] / MNIST_ROWS
    bends = [round(bend * size**2, 1) for bend in (0, 9, 18, 36, 72, 144)]
    pixels = [round(sigma * size, 1) for sigma in (1, 2, 3, 4, 5, 8)]

    def draw(image: int, noise: int, bend: float, smoothness: float) -> Picture:
        shape = Distortion(image_shape, bend=bend, smoothness=smoothness)
        (field,) = shape.elastic_field(1, np.random.default_rng(noise))
        digit = images[image - 1]
        places = (np.indices(image_shape) + field).reshape(1, 2, -1).astype(np.float32)
        bent = read_between(digit[np.newaxis], places).reshape(image_shape)
        moved = np.hypot(*field)
        strengths = f"bend {bend:g} over {smoothness:g} pixels"
        return Picture(
            _field_and_digit(digit, field, bent),
            f"A digit with an arrow on its pixels to where each is read, and the digit so read: "
            f"{strengths}.",
            f"image {image}, noise {noise}: {strengths} moves a pixel by {moved.mean():.1f} on "
            f"average, {moved.max():.1f} at most",
        )

    return LiveFigure(
        draw,
        image=Menu("image", list(range(1, len(images) + 1)), start=1),
        noise=Menu("noise", list(range(1, DRAWS + 1)), start=1),
        bend=Slider("bend", bends, start=bends[3]),
        smoothness=Slider("smoothness (pixels)", pixels, start=pixels[4]),
    )


def _field_and_digit(digit: ArrayLike, field: ArrayLike, bent: ArrayLike) -> Figure:
    """Return the figure: two images side by side, arrows over the first."""
    figure = Figure(figsize=(6.0, 3.2))
    left, right = (figure.add_axes((x, 0.02, 0.47, 0.86)) for x in (0.02, 0.51))
    down, across = np.asarray(field)
    step = max(1, len(down) // 14)  # more arrows than that hide the digit
    rows, columns = (places[::step, ::step] for places in np.indices(down.shape))
    for axes, image, title in ((left, digit, "read there …"), (right, bent, "… and put here")):
        axes.set_facecolor(PAPER)
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1, alpha=0.5 if axes is left else 1.0)
        axes.set_title(title, fontsize=11)
        axes.set(xticks=[], yticks=[])
        for side in axes.spines.values():
            side.set_color(MARK)
    left.quiver(
        columns, rows, across[::step, ::step], down[::step, ::step],
        color=VALIDATION, angles="xy", scale_units="xy", scale=1, width=0.006,
    )  # fmt: skip
    return figure
