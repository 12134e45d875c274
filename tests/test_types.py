"""What a type checker tells somebody who plugs in a class of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # a type checker takes some seconds
ROOT = Path(__file__).resolve().parent.parent

HEAD = """
import numpy as np
from numpy.typing import ArrayLike
from mlp_lab import MLP, Split, check_gradients, train
from mlp_lab.activations import Elementwise
from mlp_lab.losses import Loss
from mlp_lab.support.types import FloatArray, Parameters

class Softplus(Elementwise):
    name = "softplus"
    def __call__(self, z: ArrayLike) -> FloatArray:
        return np.asarray(np.logaddexp(0.0, np.asarray(z, dtype=float)))
    def slope(self, outputs: FloatArray) -> {slope}:
        return 1.0 - np.exp(-outputs)

class Mine:
    weights = np.ones((2, 2))
    def parameters(self) -> Parameters:
        return {{"weights": self.weights}}
    def loss(self, x: FloatArray, labels: FloatArray, loss: object = None) -> float:
        return 0.0
    def {gradients}(
        self, x: FloatArray, labels: FloatArray, loss: object = None
    ) -> tuple[float, Parameters]:
        return 0.0, {{"weights": self.weights}}

split = Split(np.ones((2, 2)), np.array([0, 1]))
"""
USE = """
check_gradients(MLP([2, 2], hidden=Softplus()), split.inputs, split.labels)
train(Mine(), split)
"""


def complaints(tmp_path: Path, code: str) -> str:
    """Return what mypy says of some code, without the line numbers."""
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "mine.py"]
    paths = {"MYPYPATH": str(ROOT), "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | paths, capture_output=True, text=True
    )
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith("mine.py"))


def test_a_right_activation_and_a_right_network_are_accepted(tmp_path: Path) -> None:
    assert complaints(tmp_path, HEAD.format(slope="FloatArray", gradients="gradients") + USE) == ""


@pytest.mark.parametrize(
    ("slope", "gradients", "code", "expected"),
    [
        ("str", "gradients", "", 'in supertype "mlp_lab.activations.Elementwise"'),
        ("FloatArray", "gradient", "train(Mine(), split)", 'expected "Network"'),
        ("FloatArray", "gradients", "train(MLP([2, 2]), split.inputs)", 'expected "Samples"'),
        ("FloatArray", "gradients", "MLP([2, 2], hidden=abs)", 'expected "str | Activation"'),
        ("FloatArray", "gradients", "class Bad(Loss):\n    pass\nBad()",
         'Cannot instantiate abstract class "Bad"'),
    ],
)  # fmt: skip
def test_a_wrong_one_is_refused_and_what_was_wanted_is_named(
    tmp_path: Path, slope: str, gradients: str, code: str, expected: str
) -> None:
    assert expected in complaints(tmp_path, HEAD.format(slope=slope, gradients=gradients) + code)
