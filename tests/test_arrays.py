"""What passes at the door, and what is said to a user whose arrays do not: the cure has to work."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from tables import OldTable, Table

from mlp_lab.support.array_checks import as_array, as_floats, check_inputs, check_labels, check_rows


def said(check, *arguments):
    """Return what the check says."""
    with pytest.raises((ValueError, TypeError)) as caught:
        check(*arguments)
    return str(caught.value)


def cure(message, **names):
    """Do what a message tells one to pass, or to run."""
    code = re.search(r"(?:pass|split them:) (.*)$", message)[1]
    scope = {"np": np, **names}
    if code.startswith("classes, labels = "):
        exec(code, scope)
        return scope["labels"]
    return eval(code, scope)


# inputs


@pytest.mark.parametrize("kind", [Table, OldTable])
def test_whatever_numpy_can_read_is_an_array(kind):
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    table = kind(pixels)
    for array in (as_array(table, "numbers"), check_rows(table)):
        np.testing.assert_array_equal(array, pixels, strict=True)
    np.testing.assert_array_equal(check_inputs(table), pixels.astype(float), strict=True)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_pass_as_they_are_and_so_do_the_integers_of_a_split(dtype):
    x = np.ones((2, 3), dtype)
    assert check_inputs(x) is as_floats(x) is check_rows(x) is x
    pixels = np.ones((2, 3), np.uint8)
    assert check_rows(pixels) is pixels
    assert check_inputs(pixels).dtype == np.float64


@settings(derandomize=True, deadline=None, max_examples=200)
@given(array_shapes(min_dims=1, max_dims=4, max_side=6), st.integers(1, 6))
def test_what_a_hint_on_shapes_proposes_is_accepted_or_says_the_next_thing(shape, n_features):
    x = np.zeros(shape)
    if len(shape) == 2 and shape[1] == n_features:
        assert check_inputs(x, n_features) is x
        return
    message = said(check_inputs, x, n_features)
    assert message.startswith(f"inputs have shape {shape}, wanted (N, {n_features})")
    if "; for " in message or "x.T" in message:
        mended = cure(message, x=x)
        assert mended.ndim == 2
        if "stack" not in message:
            check_inputs(mended, n_features)
    elif len(shape) == 2:
        assert message.endswith(f"a network for these inputs is MLP([{shape[1]}, ...])")


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((6,), "for one sample, pass x.reshape(1, 6)"),
        ((2, 3), "for one sample, pass x.reshape(1, 6)"),
        ((1, 2, 3), "for one sample, pass x.reshape(1, 6)"),
        ((5, 2, 3), "for a stack of images, pass x.reshape(len(x), -1)"),
        ((6, 50), "if each column is a sample, pass x.T"),
        ((50, 7), "a network for these inputs is MLP([7, ...])"),
    ],
)
def test_each_wrong_shape_has_its_hint(shape, hint):
    message = said(check_inputs, np.zeros(shape), 6)
    assert message == f"inputs have shape {shape}, wanted (N, 6); {hint}"


def test_a_row_of_numbers_may_be_one_sample_or_one_feature():
    message = said(check_inputs, np.zeros(3))
    assert "one sample, pass x.reshape(1, 3)" in message
    assert "one feature x.reshape(-1, 1)" in message
    assert cure(said(check_inputs, np.zeros(3), 1), x=np.zeros(3)).shape == (3, 1)


@pytest.mark.parametrize(
    "x",
    [
        np.array([[True, False]]),
        np.array([["1.5", "2"]]),
        np.array([[1.5, True]], dtype=object),
        [["1", "2"]],
    ],
)
def test_numbers_in_disguise_have_a_cure_that_works(x):
    x = np.asarray(x)
    message = said(check_inputs, x)
    assert str(x.dtype) in message
    assert check_inputs(cure(message, x=x), 2).dtype == np.float64


def test_a_word_among_the_numbers_is_shown_and_images_of_different_sizes_are_no_batch():
    table = np.array([[1.5, 2.0], [0.5, "red"]], dtype=object)
    assert re.search("object.*'red'; make numbers of such entries", said(check_inputs, table))
    message = said(check_inputs, [np.zeros((2, 2)), np.zeros((2, 3))])
    assert "expected an array of numbers, but the rows differ in length or shape" in message


# labels


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "dog", "cat"],
        np.array(["cat", "dog", "cat"], dtype=object),
        np.array([b"cat", b"dog", b"cat"]),
        np.array(["7", "x", "7"]),
        np.array(["2.5", "-1", "2.5"]),
        np.array([3, 8, 3]),
        np.array([1, 2, 1]),
        np.array([-1, 1, -1]),
        np.array([1, 2**63, 1], dtype=np.uint64),
    ],
    ids=repr,
)
def test_names_and_numbers_with_gaps_are_numbered_from_zero(labels):
    message = said(check_labels, labels, 3, 2)
    assert "before you split" in message  # each part by itself may lack a class
    np.testing.assert_array_equal(np.unique(cure(message, labels=labels)), [0, 1])
    check_labels(cure(message, labels=labels), 3, 2)


def test_too_few_outputs_are_another_cure_but_not_for_negative_labels():
    assert "label 8 at index 1, wanted 0 to 1; give the network as many outputs" in said(
        check_labels, [3, 8, 3], 3, 2
    )
    assert "outputs" not in said(check_labels, [-1, 1], 2, 2)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0.0, 1.0, 2.0], np.float32),
        np.array([False, True, True]),
        np.array(["0", "1", "10"]),
        np.array([0, 1, 2], dtype=object),
        np.array([0.0, 1.0, 2.0], dtype=object),
        np.array(["0", "1", "2"], dtype=object),
    ],
    ids=repr,
)
def test_whole_numbers_of_another_type_are_cast_without_loss(labels):
    mended = cure(said(check_labels, labels, 3), labels=labels)
    np.testing.assert_array_equal(check_labels(mended, 3), [int(label) for label in labels])


class NotAvailable:
    """As the missing value of a table: not even unequal to itself."""

    def __eq__(self, other):
        raise TypeError

    __hash__ = None


MISSING = "at index 1 is no class: leave such samples out"
REAL = r"0\.5 at index 1 is no class.*\(regression\)"
USELESS = "dtype .*, wanted integers; one class number a sample$"
NO_CLASSES = [
    (np.array([0.0, np.nan, 1.0]), MISSING),
    (np.array([0.0, np.inf, 1.0]), MISSING),
    (np.array([0, None, 1], dtype=object), MISSING),
    (np.array(["cat", np.nan, "dog"], dtype=object), MISSING),
    (np.array([0, NotAvailable(), 1], dtype=object), MISSING),
    (np.array([1.0, 0.5, 2.0], np.float32), REAL),
    (np.array([1.0, 0.5, 2.0], dtype=object), REAL),
    *[(np.zeros(3, dtype), USELESS) for dtype in ("M8[D]", complex, "V2")],
]


@pytest.mark.parametrize(("labels", "what"), NO_CLASSES)
def test_what_is_no_class_is_found_by_its_index_and_gets_no_cure_that_fails(labels, what):
    message = said(check_labels, labels, 3)
    assert re.search(what, message)
    assert "astype" not in message


@pytest.mark.parametrize("dtype", [int, float, bool])
def test_one_hot_rows_and_columns_have_a_cure(dtype):
    labels = np.array([2, 0, 1])
    rows = np.eye(3, dtype=dtype)[labels]
    np.testing.assert_array_equal(cure(said(check_labels, rows, 3), labels=rows), labels)
    for column in (labels.reshape(3, 1), labels.reshape(1, 3)):
        np.testing.assert_array_equal(cure(said(check_labels, column, 3), labels=column), labels)


@pytest.mark.parametrize("rows", [np.full((3, 2), 0.5), np.ones((3, 2), int), np.arange(6.0)])
def test_rows_that_are_not_one_hot_are_not_taken_for_classes(rows):
    message = said(check_labels, rows, 3)
    assert message.endswith("wanted (3,): one class number a sample")
