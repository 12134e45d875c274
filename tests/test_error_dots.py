"""Dots of errors: where each setting's dots, mean and published value stand."""

import numpy as np
import pytest

from mlp_lab.figures.error_dots import error_dots

ERRORS = {"plain": [1.8, 1.6], "bent": [0.9]}


def drawn(axes, label):
    """Return the points of all lines of that label."""
    return [
        point
        for line in axes.lines
        if line.get_label() == label
        for point in np.transpose(line.get_data()).tolist()
    ]


def test_dots_means_and_published_values_stand_in_the_line_of_their_setting():
    axes = error_dots(ERRORS, published={"bent": 0.7}, reference="bent")
    assert drawn(axes, "a network") == [[1.8, 0], [1.6, 0], [0.9, 1]]
    np.testing.assert_allclose(drawn(axes, "their mean"), [[1.7, 0], [0.9, 1]])
    assert drawn(axes, "published") == [[0.7, 1]]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["plain", "bent"]
    bottom, top = axes.get_ylim()
    assert bottom > 1 > 0 > top  # the first is on top, and none on the edge
    (across,) = [line for line in axes.lines if list(line.get_xdata()) == [0.9, 0.9]]
    assert across.get_label().startswith("_")  # it is no entry of the legend


def test_the_legend_names_each_mark_once():
    (legend,) = error_dots(ERRORS, published={"plain": 2.0}).figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["a network", "their mean", "published"]


@pytest.mark.parametrize(
    ("errors", "options", "message"),
    [
        ({}, {}, "nothing to draw"),
        ({"plain": []}, {}, "nothing to draw"),
        (ERRORS, {"reference": "both"}, "no errors of both, only of plain, bent"),
        (ERRORS, {"published": {"elastic": 0.7}}, "no errors of elastic"),
    ],
)
def test_what_cannot_be_drawn_is_refused(errors, options, message):
    with pytest.raises(ValueError, match=message):
        error_dots(errors, **options)
