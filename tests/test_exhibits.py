"""Every exhibit of the museum is wrong, is found by the check it names, and costs what it says."""

from dataclasses import replace

import pytest

from mlp_lab import load_digits
from mlp_lab.museum.exhibits import EXHIBITS

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
def test_its_cost_is_within_the_bounds_that_are_stated(exhibit, data):
    sound, broken = (exhibit.accuracies(piece, data) for piece in (exhibit.sound, exhibit.broken))
    least, most = exhibit.cost
    assert least < sound.mean() - broken.mean() < most


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        ((-1, 1), "less than 1 point"),
        ((-3, 4), "less than 4 points"),
        ((1, 100), "more than 1 point"),
        ((-100, -5), "too good by more than 5 points"),
    ],
)
def test_the_words_say_the_bound_that_matters(cost, words):
    assert replace(EXHIBITS[0], cost=cost).cost_in_words() == words
