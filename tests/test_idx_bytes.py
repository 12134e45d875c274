"""The hex view of lesson 03 shows the bytes that are in the file, where they are."""

import io

import numpy as np
import pytest

from mlp_lab import load_digits
from mlp_lab.data import read_idx
from mlp_lab.figures.idx_bytes import hex_lines, row_offset
from mlp_lab.museum.checks import idx_content

IMAGES = load_digits().train.images
CONTENT = idx_content(IMAGES)


def test_the_bytes_are_those_of_a_file_that_can_be_read():
    np.testing.assert_array_equal(read_idx(io.BytesIO(CONTENT)), IMAGES)


@pytest.mark.parametrize(("image", "row"), [(0, 0), (3, 5), (19, 7)])
def test_a_row_stands_at_its_offset(image, row):
    offset = row_offset(image, row, IMAGES.shape[1:])
    assert CONTENT[offset : offset + 8] == IMAGES[image, row].tobytes()


def test_the_lines_of_the_view_together_are_the_row():
    lines = hex_lines(CONTENT, offset=30, count=45)
    assert b"".join(part for _, part in lines) == CONTENT[30:75]
    assert [offset for offset, _ in lines] == [30, 44, 58, 72]
