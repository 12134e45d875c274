"""The field of an elastic distortion, and its figure."""

import numpy as np
import pytest

from mlp_lab import load_digits
from mlp_lab.data.augment import Distortion, read_between
from mlp_lab.figures.elastic_field import elastic_field


def test_a_distortion_that_only_bends_reads_where_its_field_says():
    shape = (9, 7)
    distort = Distortion(shape, bend=20, smoothness=2)
    images = np.random.default_rng(1).random((5, 63), dtype=np.float32)
    generator = np.random.default_rng(2)
    distort._affine_places(5, generator)  # what it draws first
    places = np.indices(shape) + distort.elastic_field(5, generator)
    bent = read_between(images.reshape(-1, *shape), places.reshape(5, 2, -1).astype(np.float32))
    np.testing.assert_allclose(bent, distort(images, np.random.default_rng(2)), atol=1e-5)


@pytest.mark.parametrize("smoothness", [1, 2, 4])
def test_the_field_is_as_strong_as_smoothed_noise_is(smoothness):
    field = Distortion((60, 60), bend=10, smoothness=smoothness).elastic_field(
        400, np.random.default_rng(0)
    )
    middle = field[:, :, 29:31, 29:31]  # the edges are weaker: beyond them there is no noise
    # a mean of noise of variance 1/3 whose squared weights sum to 1 / (4 pi sigma^2)
    expected = 10 * np.sqrt(1 / 3 / (4 * np.pi * smoothness**2))
    assert middle.std() == pytest.approx(expected, rel=0.1)
    assert abs(middle.mean()) < 0.1 * expected


def test_each_image_has_a_field_of_its_own_and_twice_the_bend_doubles_it():
    once, twice = (
        Distortion((8, 8), bend=bend, smoothness=1).elastic_field(2, np.random.default_rng(0))
        for bend in (3, 6)
    )
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-6)
    assert not np.allclose(once[0], once[1])
    assert not np.allclose(once[0, 0], once[0, 1])


def test_every_control_of_the_figure_moves_its_picture():
    data = load_digits()
    figure = elastic_field(data.train.inputs[:2], data.image_shape)
    for setting in ({"image": 2}, {"noise": 3}, {"bend": 5.9}, {"smoothness": 0.6}):
        before = figure.png, figure.status
        figure.move(**setting)
        assert figure.png != before[0], setting
        assert figure.status != before[1], setting


def test_the_status_says_how_far_pixels_move():
    data = load_digits()
    figure = elastic_field(data.train.inputs[:2], data.image_shape)
    figure.move(noise=2, bend=5.9, smoothness=1.1)
    field = Distortion((8, 8), bend=5.9, smoothness=1.1).elastic_field(1, np.random.default_rng(2))
    moved = np.hypot(*field[0])
    assert f"by {moved.mean():.1f} on average, {moved.max():.1f} at most" in figure.status
