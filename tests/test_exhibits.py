"""Every exhibit of the museum is wrong, is found by the check it names, and costs what it says."""

import numpy as np
import pytest

from mlp_lab import load_digits
from mlp_lab.exhibits import EXHIBITS

NAMES = [exhibit.name for exhibit in EXHIBITS]


@pytest.fixture(scope="module")
def data():
    return load_digits()


def test_there_are_a_dozen_exhibits_or_more_with_names_of_their_own():
    assert len(set(NAMES)) == len(EXHIBITS) >= 12


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=NAMES)
def test_its_check_complains_of_the_broken_piece_and_not_of_the_sound_one(exhibit):
    assert exhibit.complaint(exhibit.broken)
    assert exhibit.complaint(exhibit.sound) == ""


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=NAMES)
def test_it_says_where_it_was_published_and_what_is_wrong(exhibit):
    assert exhibit.published
    assert exhibit.address == "" or exhibit.address.startswith("https://")
    assert exhibit.wrong != exhibit.right


@pytest.mark.slow
@pytest.mark.parametrize("exhibit", EXHIBITS, ids=NAMES)
def test_its_cost_is_the_cost_that_is_measured(exhibit, data):
    for piece, stated in zip((exhibit.sound, exhibit.broken), exhibit.cost, strict=True):
        measured = 100 * np.array(exhibit.accuracies(piece, data))
        # other processors round otherwise; a run that is near chaos shows it by its spread
        assert abs(measured.mean() - stated) < 1 + measured.std()
