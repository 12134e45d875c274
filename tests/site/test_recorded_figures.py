"""What is recorded of the interactive figures: small, and what Python draws and says."""

import base64
import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("myst_nb", reason="needs: python -m pip install --group site")

from mlp_lab.figures.activation_cloud import activation_cloud
from mlp_lab.figures.backprop_steps import backprop_steps
from mlp_lab.figures.descent_paths import descent_paths
from mlp_lab.figures.difference_errors import difference_errors
from mlp_lab.figures.injected_bugs import injected_bugs
from mlp_lab.figures.museum_patients import museum_patients

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from live_figures import ROOT, write_arrays

LIVE = ROOT / "build" / "site" / "_static" / "live"
FOLDERS = sorted(path for path in LIVE.iterdir() if path.is_dir())
WITHOUT_DATA = {
    "01_activations_0": activation_cloud,
    "02_finite_differences_0": difference_errors,
    "04_backprop_0": backprop_steps,
    "04_backprop_1": injected_bugs,
    "06_learning_rate_search_0": descent_paths,
    "08_bug_museum_0": museum_patients,
}
"""Figures that show no data set, so that they can be drawn again here."""


def test_a_figure_weighs_at_most_a_megabyte_and_a_half():
    assert len(FOLDERS) == 13
    for folder in FOLDERS:
        weight = sum(file.stat().st_size for file in folder.iterdir())
        assert weight <= 1_500_000, f"{folder.name} has {weight} bytes"


def states_of(folder):
    return json.loads((folder / "states.json").read_text(encoding="utf-8"))


def painted(folder, number):
    """Return a state's picture as the page lays it together, shape (height, width, 3)."""
    background = states_of(folder)["backgrounds"][number]
    picture = Image.open(folder / f"background_{background}.webp").convert("RGBA")
    picture.alpha_composite(Image.open(folder / f"{number}.webp").convert("RGBA"))
    return np.asarray(picture.convert("RGB")).astype(int)


@pytest.mark.parametrize("name", WITHOUT_DATA)
def test_a_recorded_state_has_the_words_and_the_picture_that_python_gives(name):
    figure = WITHOUT_DATA[name]()
    sizes = [len(control["values"]) for control in figure.controls]
    states = states_of(LIVE / name)
    assert len(states["words"]) == len(states["backgrounds"]) == math.prod(sizes)
    for number in np.random.default_rng(0).permutation(math.prod(sizes))[:12]:
        indices = np.unravel_index(number, sizes)
        figure.indices = {
            control["name"]: int(index)
            for control, index in zip(figure.controls, indices, strict=True)
        }
        assert states["words"][number] == [figure.status, figure.alt]
        drawn = np.asarray(Image.open(io.BytesIO(base64.b64decode(figure.png))).convert("RGB"))
        shown = painted(LIVE / name, number)
        apart = np.abs(shown - drawn)
        assert apart.mean() < 0.5  # of 255: what changes has few colours
        text = np.ptp(drawn, axis=2) < 16
        assert np.ptp(shown, axis=2)[text].max() < 30  # and text stays grey
        assert (apart.max(axis=2) > 60).mean() < 0.001


def test_numbers_in_three_bytes_are_as_exact_as_float32(tmp_path):
    numbers = np.random.default_rng(0).normal(size=(30, 7)).astype(np.float32)
    shapes = write_arrays(tmp_path, numbers=numbers, none=np.zeros(3))
    content = (tmp_path / "arrays.bin").read_bytes()
    read = [
        int.from_bytes(content[place : place + 3], "little", signed=True)
        for place in range(0, len(content), 3)
    ]
    largest = np.abs(numbers).max()
    back = np.array(read[:210]).reshape(30, 7) * shapes["numbers"]["scale"]
    np.testing.assert_allclose(back, numbers, rtol=0, atol=largest / 2**23)
    assert read[210:] == [0, 0, 0]
