"""What holds for every interactive figure of the lessons, whatever it shows."""

import pytest

from mlp_lab import load_digits
from mlp_lab.figures.activation_cloud import activation_cloud
from mlp_lab.figures.backprop_steps import backprop_steps
from mlp_lab.figures.descent_paths import descent_paths
from mlp_lab.figures.difference_errors import difference_errors
from mlp_lab.figures.distorted_digits import distorted_digits
from mlp_lab.figures.elastic_field import elastic_field
from mlp_lab.figures.four_diagnoses import four_diagnoses
from mlp_lab.figures.idx_bytes import idx_bytes
from mlp_lab.figures.initial_scales import initial_scales
from mlp_lab.figures.injected_bugs import injected_bugs
from mlp_lab.figures.museum_patients import museum_patients

DATA = load_digits()
SET_PIECES = {
    "activation_cloud": activation_cloud,
    "backprop_steps": backprop_steps,
    "descent_paths": descent_paths,
    "difference_errors": difference_errors,
    "distorted_digits": lambda: distorted_digits(DATA.train.inputs[:5], DATA.image_shape),
    "elastic_field": lambda: elastic_field(DATA.train.inputs[:5], DATA.image_shape),
    "four_diagnoses": lambda: four_diagnoses(DATA),
    "idx_bytes": lambda: idx_bytes(DATA.train.images),
    "initial_scales": lambda: initial_scales(DATA.validation.inputs),
    "injected_bugs": injected_bugs,
    "museum_patients": museum_patients,
}


@pytest.mark.parametrize("make", SET_PIECES.values(), ids=SET_PIECES)
def test_every_position_of_a_control_has_a_picture_and_a_status_of_its_own(make):
    figure = make()
    start, first = figure.indices, figure.png
    for control in figure.controls:
        positions = range(len(control["values"]))
        pictures, lines = set(), set()
        for position in positions:
            figure.indices = {**start, control["name"]: position}
            pictures.add(figure.png)
            lines.add(figure.status)
        assert len(pictures) == len(lines) == len(positions), control["label"]
    figure.indices = start
    assert figure.png == first
