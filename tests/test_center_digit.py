"""A drawn digit becomes an image like those of the data sets, wherever and however large it is."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from mlp_lab import load_digits
from mlp_lab.figures.center_digit import center_digit

SHAPES = [(28, 28), (8, 8)]


def stroke(top: int, left: int, scale: int = 1) -> np.ndarray:
    """Return ink with an L of 10 by 6 pixels, times a scale."""
    ink = np.zeros((90, 90))
    ink[top : top + 10 * scale, left : left + 2 * scale] = 1.0
    ink[top + 8 * scale : top + 10 * scale, left : left + 6 * scale] = 1.0
    return ink


@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None)
@given(top=st.integers(0, 60), left=st.integers(0, 70), scale=st.integers(1, 3))
def test_place_and_size_and_darkness_do_not_matter(shape, top, left, scale):
    expected = center_digit(stroke(0, 0), shape)
    moved = stroke(top, left, scale) if max(top, left) < 60 else stroke(top, left)
    np.testing.assert_allclose(center_digit(0.3 * moved, shape), expected, atol=1)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 1000), height=st.integers(1, 40), width=st.integers(1, 40))
def test_a_mnist_like_image_is_centred_and_fills_its_box(seed, height, width):
    ink = np.random.default_rng(seed).uniform(0.5, 1.0, (height, width))
    image = center_digit(ink)
    rows, columns = np.nonzero(image)
    assert (image.dtype, image.shape, image.max()) == (np.uint8, (28, 28), 255)
    assert 20 in (np.ptp(rows) + 1, np.ptp(columns) + 1)
    for axis, places in enumerate((rows, columns)):
        center = (places * image[rows, columns]).sum() / image.sum()
        assert abs(center - 13.5) <= 0.6 or np.ptp(places) + 1 > 18, axis


def test_no_ink_is_an_empty_image():
    assert not center_digit(np.zeros((70, 70))).any()


def test_an_image_of_the_digits_stays_what_it_is_nearly():
    images = load_digits().test.images[:100]
    changes = [center_digit(image, (8, 8)) / 255 - image / image.max() for image in images]
    assert np.abs(changes).mean() < 0.05


@pytest.mark.parametrize("ink", [np.zeros(70), np.full((3, 3), np.nan), -np.ones((3, 3))])
def test_what_is_no_ink_is_refused(ink):
    with pytest.raises(ValueError, match="wanted one image of numbers from 0 up"):
        center_digit(ink)
