"""Distorted images: what stays as it is, and what may not happen to a pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_lab import load_digits
from mlp_lab.data.augment import Distortion

SHAPE = (9, 7)
STRENGTHS = {"shift": 2.0, "rotation": 15.0, "scale": 0.15, "shear": 0.2, "bend": 20.0}


class AlwaysTheMost:
    """A generator that draws the largest value each time."""

    def uniform(self, low, high, shape):
        return np.full(shape, high)


def blob(n=3, shape=SHAPE, dtype=np.float32):
    """Return images of ink in the middle that differ from one another."""
    images = np.zeros((n, *shape), dtype)
    images[:, 3:6, 2:5] = np.random.default_rng(0).random((n, 3, 3))
    return images.reshape(n, -1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_strengths_of_0_change_nothing(dtype):
    inputs = np.random.default_rng(0).random((4, 63)).astype(dtype)
    made = Distortion(SHAPE)(inputs, np.random.default_rng(1))
    assert made.dtype == dtype
    assert np.array_equal(made, inputs)
    assert not np.shares_memory(made, inputs)


@pytest.mark.parametrize("pixels", [1, 2, 3])
def test_a_shift_by_whole_pixels_is_exact_and_does_not_come_in_again_on_the_other_side(pixels):
    images = np.random.default_rng(0).random((2, *SHAPE)).astype(np.float32)
    made = Distortion(SHAPE, shift=pixels)(images.reshape(2, -1), AlwaysTheMost())
    expected = np.zeros_like(images)
    expected[:, pixels:, pixels:] = images[:, :-pixels, :-pixels]
    assert np.array_equal(made.reshape(images.shape), expected)


def test_a_quarter_turn_of_a_square_image_is_exact():
    images = np.random.default_rng(0).random((2, 5, 5)).astype(np.float32)
    made = Distortion((5, 5), rotation=90)(images.reshape(2, -1), AlwaysTheMost())
    turned = np.rot90(images, axes=(2, 1))
    assert np.allclose(made.reshape(images.shape), turned, atol=1e-5)


@pytest.mark.parametrize("name", STRENGTHS)
def test_each_strength_changes_images_each_in_its_own_way_and_keeps_the_ink_about(name):
    inputs = blob(200)
    inputs[:] = inputs[0]
    made = Distortion(SHAPE, **{name: STRENGTHS[name]})(inputs, np.random.default_rng(0))
    assert len(np.unique(made.round(4), axis=0)) > 190  # two draws may be nearly alike
    assert made.mean() == pytest.approx(inputs.mean(), rel=0.1)
    assert 0 <= made.min() <= made.max() <= inputs.max() + 1e-6


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.sampled_from([np.float32, np.float64]))
def test_the_generator_decides_and_the_inputs_stay(seed, dtype):
    inputs = blob(dtype=dtype)
    before, distort = inputs.copy(), Distortion(SHAPE, **STRENGTHS)
    first, second = (distort(inputs, np.random.default_rng(seed)) for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(inputs, before)
    assert not np.array_equal(first, distort(inputs, np.random.default_rng(seed + 1)))


def test_an_image_is_distorted_alone_whatever_is_beside_it():
    inputs = blob(2)
    inputs[1] = 0
    made = Distortion(SHAPE, **STRENGTHS)(inputs, np.random.default_rng(0))
    assert made[1].max() == 0
    assert made[0].max() > 0


def test_a_bend_is_smooth_and_as_strong_as_the_paper_says():
    # with alpha 36 and sigma 5 on 28 x 28 pixels, a pixel is read about a pixel and a half away
    ramp = np.tile(np.arange(28, dtype=np.float32), (28, 1)).reshape(1, -1).repeat(50, axis=0)
    made = Distortion((28, 28), bend=36)(ramp, np.random.default_rng(0)) - ramp
    moved = made.reshape(-1, 28, 28)[:, 6:-6, 6:-6]
    assert 0.7 < np.sqrt(np.mean(moved**2)) < 2
    assert np.abs(np.diff(moved, axis=2)).max() < 0.6


def test_digits_stay_readable_to_a_network_that_has_not_seen_distortion():
    from mlp_lab import MLP, train
    from mlp_lab.evaluation import accuracy

    data = load_digits()
    network = MLP([64, 50, 10])
    train(network, data.train, epochs=30, progress=False)
    mild = Distortion((8, 8), rotation=8, scale=0.05, bend=1.5, smoothness=2)
    distorted = mild(data.test.inputs, np.random.default_rng(0))
    assert (
        np.mean(network.predict(distorted) == data.test.labels)
        > accuracy(network, data.test) - 0.15
    )


@pytest.mark.parametrize(
    ("settings_of_one", "words"),
    [({"shift": -1}, "shift is -1"), ({"bend": np.nan}, "bend is nan"),
     ({"scale": np.inf}, "scale is inf"), ({"smoothness": 0}, "smoothness is 0")],
)  # fmt: skip
def test_a_strength_that_is_none_is_refused(settings_of_one, words):
    with pytest.raises(ValueError, match=words):
        Distortion(SHAPE, **settings_of_one)


@pytest.mark.parametrize("shape", [(3, 64), (63,), (1, 9, 7)])
def test_inputs_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"wanted \(N, 63\) for images of 9 rows and 7 columns"):
        Distortion(SHAPE)(np.zeros(shape), np.random.default_rng(0))
