"""The rounding of processors one does not have: `tests/rounding.py` puts this folder on PYTHONPATH.

Python imports a `sitecustomize` by itself as it starts, so this reaches the kernels of notebooks
and the subprocesses of tests. When mlp_lab is imported, what its activations and losses return, and
the products of its layers, is from then on multiplied by 1 + size or 1 - size. Which of the two, a
hash of the value's own bits and of ROUNDING_SEED says: as on a real processor, the same value
always comes out the same, whatever its batch. What no processor rounds stays: 0, 1, 0.25.
"""

import functools
import os
import sys
from importlib.machinery import PathFinder
from types import FunctionType

SIZES = {"float32": 1e-7, "float64": 1e-15}
FRACTION_BITS = {"float32": 23, "float64": 52}
"""The rest are sign and exponent, on which no rounding depends: tanh(-z) is -tanh(z) everywhere."""


def otherwise_rounded(values, dtype=None):
    """Return `values`, computed in `dtype` (by default their own), as another processor might."""
    import numpy as np

    array = np.asarray(values)
    dtype = np.dtype(dtype or array.dtype)
    if dtype.name not in SIZES:
        return values
    with np.errstate(over="ignore"):
        numbers = np.atleast_1d(array).astype(dtype)
    n_bits = FRACTION_BITS[dtype.name]
    bits = numbers.view(f"u{dtype.itemsize}").astype(np.uint64) % np.uint64(2**n_bits)
    mixed = (bits + np.uint64(os.environ["ROUNDING_SEED"])) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    change = np.where(mixed >> np.uint64(63), SIZES[dtype.name], -SIZES[dtype.name])
    # half of the bits are 0: nothing was rounded, this is 0, infinite or a simple fraction
    exact = bits % np.uint64(2 ** (n_bits // 2)) == 0
    change[exact | (np.abs(numbers) > np.finfo(dtype).max / 2)] = 0
    return array * (1 + change).astype(array.dtype).reshape(array.shape)


def activation(outputs, *_):
    """Activations keep their range: tanh, sigmoid and softmax never leave [-1, 1]."""
    return otherwise_rounded(outputs).clip(-1, 1)


def slope(gradient, *_):
    return otherwise_rounded(gradient)


def loss(value, outputs, *_):
    """A loss is a float, of outputs that may have been computed in float32."""
    return float(otherwise_rounded(value, getattr(outputs, "dtype", "float64")))


def loss_first(returned, *_):
    value, exponentials, sums = returned
    return loss(value, exponentials), exponentials, sums


def delta_last(returned, *_):
    value, delta = returned
    return value, otherwise_rounded(delta)


def wrap(owner, name, after):
    """Let `after` change what a method or function returns, given the second and more arguments."""
    method = getattr(owner, name)

    def changed(self, *arguments, **named):
        return after(method(self, *arguments, **named), *arguments)

    # doctest collects a method only if its globals are those of its module
    changed = FunctionType(changed.__code__, method.__globals__, closure=changed.__closure__)
    setattr(owner, name, functools.wraps(method)(changed))


def perturb():
    """Change mlp_lab, which has just been imported."""
    from mlp_lab import activations, losses, network

    for kind in (activations.Tanh, activations.Sigmoid, activations.Softmax):
        wrap(kind, "__call__", activation)
    for kind in (activations.Elementwise, activations.Softmax):
        wrap(kind, "backward", slope)
    for kind in (losses.SquaredError, losses.CrossEntropy):
        wrap(kind, "__call__", loss)
        wrap(kind, "gradient", slope)
    wrap(losses, "_cross_entropy_of_softmax", loss_first)
    wrap(losses, "_cross_entropy_and_delta", delta_last)
    wrap(network.MLP, "_pre_activation", slope)


class PerturbedImport:
    """Finds mlp_lab as Python would, and perturbs it as soon as it has run."""

    def find_spec(self, name, path=None, target=None):
        if name != "mlp_lab":
            return None
        spec = PathFinder.find_spec(name, path)
        execute = spec.loader.exec_module

        def execute_and_perturb(module):
            execute(module)
            perturb()

        spec.loader.exec_module = execute_and_perturb
        return spec


sys.meta_path.insert(0, PerturbedImport())
