"""The four curves keep the shapes that they are told apart by; the answer waits to be asked for."""

import os
from pathlib import Path

import numpy as np
import pytest

from mlp_lab import load_digits, load_mnist
from mlp_lab.figures.four_diagnoses import (
    CASES,
    GUESS,
    WRONG,
    four_diagnoses,
    run_case,
    spoil_labels,
)

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "mnist"
LETTERS = {case.diagnosis: letter for letter, case in CASES.items()}


def load(name):
    if name == "digits":
        return load_digits()
    folder = Path(os.environ.get("MLP_LAB_DATA") or SHARED)
    if not folder.is_dir():
        pytest.skip("MNIST is not at hand: set MLP_LAB_DATA to a folder with its four files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLP_LAB_DATA", str(folder))
        return load_mnist()


@pytest.fixture(
    scope="module",
    params=[
        ("digits", 0),
        *(pytest.param(("digits", seed), marks=pytest.mark.slow) for seed in (1, 2)),
        *(pytest.param(("mnist", seed), marks=pytest.mark.slow) for seed in (0, 1, 2)),
    ],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def curves(request):
    """Training and validation loss of all four, by their diagnosis."""
    name, seed = request.param
    data = load(name)
    histories = {case.diagnosis: run_case(case, data, seed) for case in CASES.values()}
    return {
        diagnosis: (np.array(history.train_loss), np.array(history.validation_loss))
        for diagnosis, history in histories.items()
    }


def test_too_low_a_rate_falls_all_the_time_and_has_far_to_go(curves):
    training, validation = curves["rate too low"]
    right, _ = curves["rate right"]
    assert (np.diff(training) < 0).all()
    assert training[-1] > 0.6 * training[0]
    assert training[-1] > right[-1] + 0.4
    assert abs(training - validation).max() < 0.3


def test_the_right_rate_falls_far_and_levels_off_with_its_curves_together(curves):
    training, validation = curves["rate right"]
    assert training[-1] < 0.75 * training[0]
    assert training[-6] - training[-1] < 0.25 * (training[0] - training[-1])
    assert validation[-1] < 1.1 * validation.min()
    assert abs(training - validation).max() < 0.6


def test_too_high_a_rate_jumps_and_stays_above_a_guess(curves):
    for losses in curves["rate too high"]:
        assert (np.diff(losses) > 0.05 * losses[:-1]).sum() >= 3
        assert losses.min() > GUESS


def test_who_overfits_learns_by_heart_while_the_validation_loss_turns_and_rises(curves):
    training, validation = curves["overfit"]
    assert training[-1] < 0.4
    assert validation.argmin() < len(validation) / 2
    assert validation[-1] > 1.15 * validation.min()
    assert validation[-1] > training[-1] + 1


def test_the_letters_do_not_give_the_order_away():
    assert len(LETTERS) == 4
    rates = [case.rate for case in CASES.values()]
    assert rates not in (sorted(rates), sorted(rates, reverse=True))


def test_a_tenth_of_the_labels_that_are_drawn_are_right_by_chance():
    samples = load_digits().train
    spoilt = spoil_labels(samples, seed=3)
    np.testing.assert_array_equal(spoilt.inputs, samples.inputs)
    assert np.mean(spoilt.labels != samples.labels) == pytest.approx(0.9 * WRONG, abs=0.05)
    np.testing.assert_array_equal(spoilt.labels, spoil_labels(samples, seed=3).labels)


@pytest.fixture(scope="module")
def figure():
    return four_diagnoses(load_digits())


def test_the_diagnosis_is_told_only_when_it_is_asked_for(figure):
    for letter, case in CASES.items():
        figure.move(curve=letter, diagnosis="hidden")
        hidden = figure.png
        assert case.diagnosis not in figure.status + figure.alt
        figure.move(diagnosis="shown")
        assert case.diagnosis in figure.status
        assert figure.png != hidden


def test_each_curve_has_a_picture_and_words_of_its_own(figure):
    pictures, lines, alts = set(), set(), set()
    for letter in CASES:
        figure.move(curve=letter, diagnosis="hidden")
        assert f"Curve {letter}" in figure.status
        assert f"curve {letter}" in figure.alt
        pictures.add(figure.png)
        lines.add(figure.status)
        alts.add(figure.alt)
    assert len(pictures) == len(lines) == len(alts) == len(CASES)


def test_the_words_are_those_of_the_curves(figure):
    history = run_case(CASES[LETTERS["overfit"]], load_digits())
    best = int(np.argmin(history.validation_loss)) + 1
    figure.move(curve=LETTERS["overfit"])
    assert f"training loss {history.train_loss[0]:.2f} to" in figure.status
    assert f"after epoch {best} of {history.epochs}" in figure.status
    assert f"after epoch {best} of {history.epochs}" in figure.alt
