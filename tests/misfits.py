"""What fits no network of four inputs and three classes, networks that are not fit to train, and
what is said: the same at every door.

`test_arrays.py` tries out that the cures work.
"""

import numpy as np
import pytest
from networks import Copying, make_network, tampered

WRONG_INPUTS = {
    "one sample": (np.ones(4), ValueError, r"\(4,\), wanted \(N, \w+\); .*x\.reshape\(1, 4\)"),
    "image stack": (np.ones((5, 2, 2)), ValueError, r"\(5, 2, 2\).*x\.reshape\(len\(x\), -1\)"),
    "one image": (np.ones((2, 2)), ValueError, r"\(2, 2\), wanted \(N, 4\); .*reshape\(1, 4\)"),
    "transposed": (np.ones((4, 6)), ValueError, r"\(4, 6\), wanted \(N, 4\)"),
    "empty": (np.ones((0, 4)), ValueError, "no sample in this batch"),
    "nothing": ([], ValueError, r"\(0,\), wanted \(N, \w+\)"),
    "a number": (3.0, ValueError, r"\(\), wanted \(N, \w+\)"),
    "complex": (np.ones((1, 4)) * 1j, TypeError, "real inputs, got complex"),
    "strings": ([["1", "2", "3", "4"]], TypeError, "numbers, got dtype <U1"),
    "objects": (np.full((1, 4), None), TypeError, "numbers, got dtype object"),
    "booleans": (np.ones((1, 4), bool), TypeError, "numbers, got dtype bool"),
    "none": (None, TypeError, "numbers, got dtype object"),
    "ragged": ([[1, 2, 3, 4], [1, 2]], (TypeError, ValueError), "expected an array of numbers"),
}
WRONG_LABELS = {  # of three samples
    "one-hot": (np.eye(3, dtype=int), ValueError, r"\(3, 3\).*wanted \(3,\).*argmax\(axis=1\)"),
    "column": (np.array([[0], [1], [2]]), ValueError, r"\(3, 1\).*labels\.ravel\(\)"),
    "floats": (np.array([0.0, 1.0, 2.0]), TypeError, r"float64.*labels\.astype\(int\)"),
    "booleans": (np.array([True, False, True]), TypeError, r"bool.*labels\.astype\(int\)"),
    "complex": (np.array([0j, 1, 2]), TypeError, "complex128, wanted integers"),
    "strings": (["a", "b", "c"], TypeError, "dtype <U1, wanted integers.*np.unique"),
    "objects": (np.array([0, 1, None]), TypeError, "dtype object, wanted integers"),
    "negative": ([0, -1, 2], ValueError, "label -1 at index 1, wanted 0 to 2"),
    "too large": ([0, 1, 3], ValueError, "label 3 at index 2, wanted 0 to 2"),
    "huge": (np.array([0, 1, 2**64 - 1], np.uint64), ValueError, "label 18446744073709551615"),
    "too few": ([0, 1], ValueError, r"\(2,\), wanted \(3,\)"),
    "none": ([], ValueError, r"\(0,\), wanted \(3,\)"),
    "a number": (1, ValueError, r"\(\), wanted \(3,\)"),
    "ragged": ([[0], [1, 2], 2], (TypeError, ValueError), "labels"),
}


def each(table, name):
    """Parametrize a test by a table: the thing itself under its name, the error, the message."""
    return pytest.mark.parametrize((name, "error", "message"), table.values(), ids=table)


each_wrong_x = each(WRONG_INPUTS, "x")
each_wrong_labels = each(WRONG_LABELS, "labels")


def not_finite():
    network = make_network()
    network.weights[0][0, 0] = np.nan
    return network


def last_missing(gradients):
    return {name: gradients[name] for name in [*gradients][:-1]}


def not_summed(gradients):
    return gradients | {"layer1.biases": np.ones((50, 5))}


each_unfit_network = pytest.mark.parametrize(
    ("network", "message"),
    [
        (not_finite(), r"layer1\.weights has entries that are not finite"),
        (make_network(Copying), r"copy of layer1\.weights, and changing a copy trains"),
        (make_network(tampered(last_missing)), r"for layer2\.biases"),
        (make_network(tampered(not_summed)), r"for layer1\.biases, wanted shape"),
    ],
    ids=["not finite", "copies", "a gradient missing", "a gradient not summed"],
)
