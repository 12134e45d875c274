"""Evaluation against direct computation over all samples at once."""

import math
import statistics
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlp_lab import MLP, Split
from mlp_lab.evaluation import (
    accuracy,
    confusion_matrix,
    mean_loss,
    misclassified,
    results_over_seeds,
)

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
        (np.zeros((5, 4)), np.zeros(4, int), r"labels have shape \(4,\), wanted \(5,\)"),
        (np.zeros((5, 4)), np.zeros(1, int), r"labels have shape \(1,\), wanted \(5,\)"),
        (np.zeros((5, 4)), np.zeros((5, 1), int), r"labels\.ravel"),
        (np.zeros((3, 4)), np.eye(3, dtype=int), r"labels\.argmax"),
        (np.zeros((5, 4)), np.full(5, -1), "label -1"),
        (np.zeros((5, 4)), np.zeros(5), "labels have dtype float64"),
        (np.zeros((5, 3)), np.zeros(5, int), r"wanted \(N, 4\)"),
        (np.zeros((5, 2, 2)), np.zeros(5, int), r"\(5, 2, 2\)"),
    ],
)
def test_samples_that_do_not_fit_are_refused_in_our_words(evaluate, inputs, labels, message):
    with pytest.raises((ValueError, TypeError), match=message):
        evaluate(NETWORK, SimpleNamespace(inputs=inputs, labels=labels))


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
    table = results_over_seeds({"<plain>": [0.5, 0.25], "momentum": np.array([0.75])})
    head, plain, momentum = str(table).splitlines()
    assert plain.split() == ["<plain>", "2", "0.3750", "0.1768", "0.2500", "0.5000"]
    assert momentum.split() == ["momentum", "1", "0.7500", "nan", "0.7500", "0.7500"]
    assert len(head) == len(plain) == len(momentum)
    assert repr(table) == str(table)
    html = table._repr_html_()
    assert "&lt;plain&gt;" in html
    assert "<plain>" not in html
    for cell in plain.split()[1:] + momentum.split()[1:]:
        assert f"<td>{cell}</td>" in html


def test_settings_may_be_numbers():
    table = results_over_seeds({0.1: [0.5], 1: [0.25]})
    assert "0.1" in str(table)
    assert "0.1" in table._repr_html_()


@pytest.mark.parametrize(
    "results",
    [{}, {"a": []}, {"a": [1.0], "b": []}, {"a": 0.97}, {"a": "0.97"}, {"a": [None]}, [0.97], None],
)
def test_results_that_make_no_table_are_refused_in_our_words(results):
    with pytest.raises((ValueError, TypeError), match="wanted"):
        results_over_seeds(results)
