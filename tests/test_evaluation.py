"""Evaluation against direct computation over all samples at once."""

import math
import statistics
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from misfits import each_wrong_labels
from tables import OldTable, Table

from mlp_lab import MLP, Split, load_digits, train
from mlp_lab.data.samples import warn_if_not_scaled
from mlp_lab.evaluation import (
    accuracy,
    as_samples,
    confusion_matrix,
    mean_loss,
    misclassified,
    random_subset,
    results_over_seeds,
)
from mlp_lab.support.array_checks import check_finite

steady = settings(derandomize=True, deadline=None, max_examples=40)
NETWORK = MLP([4, 3], dtype="float64", seed=1)


def make_split(n_samples, n_classes=3):
    generator = np.random.default_rng(n_samples)
    return Split(generator.random((n_samples, 4)), generator.integers(0, n_classes, n_samples))


class Fixed:
    """Answers with given classes: its inputs are the indices of the samples."""

    def __init__(self, answers):
        self.answers = np.asarray(answers)
        self.largest_batch = 0

    def predict(self, x):
        self.largest_batch = max(self.largest_batch, len(x))
        return self.answers[x[:, 0].astype(int)]


def fixed(labels, answers):
    labels = np.asarray(labels)
    return Fixed(answers), Split(np.arange(len(labels), dtype=float).reshape(-1, 1), labels)


answered = st.integers(1, 60).flatmap(
    lambda n_samples: st.tuples(
        *2 * [st.lists(st.integers(0, 5), min_size=n_samples, max_size=n_samples)]
    )
)


@pytest.mark.parametrize("n_samples", [1, 2, 999, 1000, 1001, 2500])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_batches_do_not_show_in_the_results(n_samples, loss):
    split = make_split(n_samples)
    predicted = NETWORK.forward(split.inputs).argmax(axis=1)
    assert accuracy(NETWORK, split) == pytest.approx(np.mean(predicted == split.labels))
    direct = NETWORK.loss(split.inputs, split.labels, loss)
    assert mean_loss(NETWORK, split, loss) == pytest.approx(direct, rel=1e-12)
    mistakes = misclassified(NETWORK, split)
    np.testing.assert_array_equal(
        np.sort(mistakes.indices), (predicted != split.labels).nonzero()[0]
    )
    assert confusion_matrix(NETWORK, split).sum() == n_samples


def test_samples_are_evaluated_a_thousand_at_a_time():
    network, split = fixed(np.zeros(2500, int), np.zeros(2500, int))
    assert accuracy(network, split) == 1.0
    assert network.largest_batch == 1000


@steady
@given(answered)
def test_confusions_are_counted_one_by_one(pair):
    labels, answers = pair
    matrix = confusion_matrix(*fixed(labels, answers))
    n_classes = max(labels + answers) + 1
    expected = np.zeros((n_classes, n_classes), int)
    for label, answer in zip(labels, answers, strict=True):
        expected[label, answer] += 1
    np.testing.assert_array_equal(matrix, expected, strict=True)
    np.testing.assert_array_equal(matrix.sum(axis=1), np.bincount(labels, minlength=n_classes))
    np.testing.assert_array_equal(matrix.sum(axis=0), np.bincount(answers, minlength=n_classes))
    assert accuracy(*fixed(labels, answers)) == pytest.approx(np.trace(matrix) / len(labels))


def test_a_class_that_is_only_predicted_or_only_true_has_its_row_and_column():
    np.testing.assert_array_equal(
        confusion_matrix(*fixed([0, 0], [0, 2])), [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    )
    np.testing.assert_array_equal(confusion_matrix(*fixed([1, 1], [0, 0])), [[0, 0], [2, 0]])


def test_narrow_label_types_count_as_far_as_wide_ones():
    labels = np.arange(300, dtype=np.uint16) % 250
    matrix = confusion_matrix(*fixed(labels.astype(np.uint8), labels.astype(int)))
    assert np.trace(matrix) == 300
    assert matrix.shape == (250, 250)


def test_mistakes_come_with_the_most_confident_first():
    split = make_split(300)
    mistakes, outputs = misclassified(NETWORK, split), NETWORK.forward(split.inputs)
    assert 0 < len(mistakes) < 300
    assert (np.diff(mistakes.confidence) <= 0).all()
    np.testing.assert_array_equal(mistakes.labels, split.labels[mistakes.indices])
    np.testing.assert_array_equal(mistakes.predicted, outputs.argmax(axis=1)[mistakes.indices])
    np.testing.assert_allclose(mistakes.confidence, outputs.max(axis=1)[mistakes.indices])
    assert (mistakes.predicted != mistakes.labels).all()


def test_equally_confident_mistakes_stay_in_their_order_and_none_are_fine():
    network = MLP([4, 3], initializer="zeros")  # answers class 0 with a third, always
    split = make_split(50)
    mistakes = misclassified(network, split)
    np.testing.assert_array_equal(mistakes.indices, split.labels.nonzero()[0])
    assert len(misclassified(network, Split(split.inputs, np.zeros(50, int)))) == 0


EVALUATIONS = pytest.mark.parametrize(
    "evaluate", [accuracy, mean_loss, confusion_matrix, misclassified]
)


@EVALUATIONS
@pytest.mark.parametrize(
    ("inputs", "labels", "message"),
    [
        (np.zeros((0, 4)), np.zeros(0, int), r"\(0, 4\)"),
        (np.zeros((5, 4)), np.zeros(1, int), r"labels have shape \(1,\), wanted \(5,\)"),
        (np.zeros((5, 2, 2)), np.zeros(5, int), r"\(5, 2, 2\).*x\.reshape\(len\(x\), -1\)"),
        (np.zeros(5, int), np.zeros((5, 4)), r"\(5,\) and labels \(5, 4\): they seem swapped"),
        # the shape and the place are those among all samples, not in a batch
        (np.zeros((2500, 3)), np.zeros(2500, int), r"have shape \(2500, 3\), wanted \(N, 4\)"),
        (np.zeros((2, 2)), np.zeros(2, int), r"inputs have shape \(2, 2\), wanted"),
        (np.zeros((4, 2500)), np.zeros(4, int), r"inputs have shape \(4, 2500\), wanted"),
        (np.zeros((2500, 4)), 3 * (np.arange(2500) == 1700), "label 3 at index 1700"),
    ],
)
def test_samples_that_do_not_fit_are_refused_in_our_words(evaluate, inputs, labels, message):
    with pytest.raises((ValueError, TypeError), match=message):
        evaluate(NETWORK, SimpleNamespace(inputs=inputs, labels=labels))


@EVALUATIONS
@each_wrong_labels
def test_wrong_labels_are_refused(evaluate, labels, error, message):
    with pytest.raises(error, match=message):
        evaluate(NETWORK, SimpleNamespace(inputs=np.zeros((3, 4)), labels=labels))


class Summing:
    """A network of another kind, which takes inputs of any width."""

    sizes = (1, 3)

    def forward(self, x):
        return np.eye(3)[np.asarray(x).sum(axis=1).astype(int) % 3]

    def predict(self, x):
        return self.forward(x).argmax(axis=1)

    def loss(self, x, labels, loss=None):
        return 1.0


@EVALUATIONS
def test_a_network_of_ones_own_judges_for_itself_what_fits(evaluate):
    evaluate(Summing(), make_split(50, n_classes=5))


@EVALUATIONS
@pytest.mark.parametrize("table", [list, Table, OldTable])
def test_tables_and_lists_are_evaluated_as_arrays_are(evaluate, table):
    split = make_split(50)
    found = evaluate(NETWORK, Split(table(split.inputs), table(split.labels)))
    assert repr(found) == repr(evaluate(NETWORK, split))


def test_samples_that_are_arrays_are_not_copied():
    for dtype in (np.uint8, np.float16, np.float32):
        split = Split(np.ones((3, 4), dtype), np.zeros(3, np.uint8))
        found = as_samples(split, NETWORK)
        assert found.inputs is split.inputs
        assert found.labels is split.labels


@EVALUATIONS
def test_arrays_instead_of_a_split_are_refused(evaluate):
    with pytest.raises(TypeError, match="Split"):
        evaluate(NETWORK, (np.zeros((5, 4)), np.zeros(5, int)))


@steady
@given(st.lists(st.floats(-10, 10), min_size=2, max_size=8))
def test_means_and_spreads_over_seeds(values):
    table = results_over_seeds({"one": values[:1], "all": values})
    assert table.mean("all") == pytest.approx(statistics.mean(values), abs=1e-12)
    assert table.spread("all") == pytest.approx(np.std(values, ddof=1), abs=1e-9)
    assert table.mean("one") == values[0]
    assert math.isnan(table.spread("one"))


def test_the_table_of_results_reads_the_same_as_text_and_as_html():
    table = results_over_seeds({"<plain>": [0.5, 0.25], 0.1: np.array([0.75])})
    head, plain, number = str(table).splitlines()
    assert plain.split() == ["<plain>", "2", "0.3750", "0.1768", "0.2500", "0.5000"]
    assert number.split() == ["0.1", "1", "0.7500", "nan", "0.7500", "0.7500"]
    assert len(head) == len(plain) == len(number)
    assert repr(table) == str(table)
    html = table._repr_html_()
    assert "&lt;plain&gt;" in html
    assert "<plain>" not in html
    assert "0.1" in html
    for cell in plain.split()[1:] + number.split()[1:]:
        assert f"<td>{cell}</td>" in html


@pytest.mark.parametrize(
    "results",
    [{}, {"a": []}, {"a": [1.0], "b": []}, {"a": 0.97}, {"a": "0.97"}, {"a": [None]}, [0.97], None],
)
def test_results_that_make_no_table_are_refused_in_our_words(results):
    with pytest.raises((ValueError, TypeError), match="wanted"):
        results_over_seeds(results)


# what no network learns from


def standardized(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def rare(n_samples):
    """A column that is nearly always 0: standardized, its rare values are far out."""
    x = np.zeros((n_samples, 2))
    x[0] = 1, -1
    return standardized(x)


DIGITS = load_digits().train
NORMAL = np.random.default_rng(0).normal(size=(3000, 5)).astype(np.float32)


@pytest.mark.parametrize(
    "inputs",
    [
        DIGITS.inputs,
        2 * DIGITS.inputs - 1,
        (DIGITS.inputs > 0.5).astype(np.int8),
        NORMAL,
        rare(3000),
        rare(900),
        np.full((3, 2), np.nan),
        np.full((3, 2), -np.inf),
        np.full((3, 2), 1e308),
    ],
)
def test_inputs_of_about_one_pass_however_far_their_rare_values_go(inputs):
    warn_if_not_scaled(inputs)  # a warning is an error here


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (DIGITS.images.reshape(-1, 64), r"inputs / np\.float32\(16\)"),
        ((255 * DIGITS.inputs).astype(np.uint8), r"inputs / np\.float32\(255\)"),
        (255 * DIGITS.inputs, r"inputs / np\.float32\(255\)"),
        (NORMAL * [1, 1, 1, 2000, 1], r"column 3 .*\(inputs - mean\) / std"),
        (NORMAL + np.array([0, 2026, 0, 0, 0]), "column 1 has a mean size of 2.03e[+]03"),
        (np.full((5, 2), -128, np.int8), "128"),
        (np.full((1, 2), 3e38, np.float32), "3e[+]38"),
    ],
)
def test_inputs_that_train_to_chance_are_warned_of_with_the_cure(inputs, words):
    with pytest.warns(UserWarning, match=words) as caught:
        warn_if_not_scaled(inputs)
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)


@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_where_a_warning_is_given_networks_learn_nothing_and_with_its_cure_they_do(hidden):
    pixels = (255 * DIGITS.inputs).astype(np.uint8)
    results = []
    for inputs in (pixels, pixels / np.float32(255)):
        network, split = MLP([64, 30, 10], hidden=hidden), Split(inputs, DIGITS.labels)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            train(network, split, epochs=5, learning_rate=0.5, progress=False)
        results.append(accuracy(network, split))
    assert results[0] < 0.2
    assert results[1] > 0.9


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_inputs_that_are_not_finite_are_named_by_sample_and_column(bad):
    inputs = np.zeros((5, 4))
    inputs[2, 3] = inputs[3, 0] = bad
    with pytest.raises(ValueError, match=f"sample 2 are not all finite: column 3 is {bad}; fill"):
        check_finite(inputs)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_random_subset_stands_in_order_holds_no_sample_twice_and_depends_on_the_seed(seed):
    numbered = Split(np.arange(1000.0)[:, None], np.arange(1000))
    taken = random_subset(numbered, 100, seed).labels
    assert len(taken) == 100
    assert (np.diff(taken) > 0).all()
    assert not np.array_equal(taken, random_subset(numbered, 100, seed + 1).labels)
    assert len(random_subset(numbered, 5000, seed)) == 1000
