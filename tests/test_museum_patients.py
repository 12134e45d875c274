"""The patients: the picture does not name the bug, the answer does."""

import pytest

from mlp_lab.figures.museum_patients import museum_patients, patients
from mlp_lab.museum.exhibits import EXHIBITS


def test_every_exhibit_of_the_gradient_check_is_a_patient_once():
    names = [exhibit.name for exhibit in patients()]
    found = [exhibit.name for exhibit in EXHIBITS if exhibit.found_by == "the gradient check"]
    assert sorted(names) == sorted(found)
    assert names != found


@pytest.mark.slow
def test_the_diagnosis_is_told_only_when_it_is_asked_for():
    figure = museum_patients()
    for number, exhibit in enumerate(patients(), 1):
        figure.move(patient=number, answer="hidden")
        assert exhibit.name not in figure.status + figure.alt
        figure.move(answer="shown")
        assert exhibit.name in figure.status
