"""The mosaic of distorted digits: the digit first, the others as `Distortion` makes them."""

import numpy as np
import pytest

from mlp_lab import load_digits
from mlp_lab.data.augment import Distortion
from mlp_lab.figures.distorted_digits import COLUMNS, ROWS, distorted_digits, mosaic


def tiles(framed, shape):
    """Cut a mosaic into its images, one a row of pixels."""
    height, width = shape
    places = [(row, column) for row in range(ROWS) for column in range(COLUMNS)]
    corners = [(row * (height + 1), column * (width + 1)) for row, column in places]
    return np.array([framed[y : y + height, x : x + width].ravel() for y, x in corners])


@pytest.mark.parametrize("shape", [(8, 8), (5, 7)])
def test_the_first_image_is_as_it_is_and_the_others_are_distorted(shape):
    image = np.random.default_rng(1).random(shape, dtype=np.float32)
    distortion = Distortion(shape, shift=1.0, rotation=10)
    first, *others = tiles(mosaic(image, distortion), shape)
    np.testing.assert_array_equal(first, image.ravel())
    copies = np.repeat(image.reshape(1, -1), len(others), axis=0)
    np.testing.assert_array_equal(others, distortion(copies, np.random.default_rng(0)))
    assert len(np.unique(others, axis=0)) == len(others)


def test_without_distortion_all_are_alike():
    image = np.random.default_rng(1).random((8, 8), dtype=np.float32)
    for tile in tiles(mosaic(image, Distortion((8, 8))), (8, 8)):
        np.testing.assert_array_equal(tile, image.ravel())


def test_the_figure_moves_nothing_when_every_strength_is_zero():
    data = load_digits()
    figure = distorted_digits(data.train.inputs[:2], data.image_shape)
    figure.move(shift=0, rotation=0, scale=0, bend=0)
    still = figure.png
    figure.move(smoothness=0.6)
    assert figure.png == still  # there is nothing to smooth
    figure.move(rotation=5)
    assert figure.png != still
