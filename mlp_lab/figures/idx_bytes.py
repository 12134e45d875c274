"""The bytes of an IDX file of images: its header, and one row of one image beside the image."""

import struct
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from mlp_lab.figures.backdrop import backdrop
from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION
from mlp_lab.figures.widgets import LiveFigure, Picture, Slider
from mlp_lab.museum.checks import idx_content

HEADER_BYTES, BYTES_A_LINE = 16, 14
FIELDS = (("magic", MARK), ("images", TRAIN), ("rows", VALIDATION), ("columns", "#6b4c9a"))
"""The four numbers of the header, four bytes each, and the colours of their text."""


def row_offset(index: int, row: int, image_shape: tuple[int, int]) -> int:
    """Return where in the file a row of an image begins.

    Examples
    --------
    >>> row_offset(index=1, row=2, image_shape=(28, 28))
    856
    """
    height, width = image_shape
    return HEADER_BYTES + (index * height + row) * width


def hex_lines(content: bytes, offset: int, count: int) -> list[tuple[int, bytes]]:
    """Return the offset and the bytes of every line of a hex view.

    Examples
    --------
    >>> [(start, len(part)) for start, part in hex_lines(bytes(40), offset=16, count=20)]
    [(16, 14), (30, 6)]
    """
    shown = content[: offset + count]
    starts = range(offset, len(shown), BYTES_A_LINE)
    return [(start, shown[start : start + BYTES_A_LINE]) for start in starts]


@backdrop
def behind_the_row(header: bytes) -> Figure:
    """Write the header's four fields, the number that each stands for below it."""
    figure = Figure(figsize=(8.2, 3.0))
    write = partial(figure.text, family="monospace", fontsize=11)
    figure.text(0.02, 0.9, "header, offset 0 to 15", fontsize=11)
    numbers = struct.unpack(">4i", header)
    for place, ((name, colour), number) in enumerate(zip(FIELDS, numbers, strict=True)):
        left = 0.02 + 0.155 * place
        write(left, 0.8, header[4 * place : 4 * place + 4].hex(" "), color=colour, weight="bold")
        write(left, 0.71, f"{number:,}", color=colour)
        write(left, 0.63, name, color=colour)
    return figure


def write_row(figure: Figure, lines: list[tuple[int, bytes]]) -> None:
    """Write the bytes of a row of pixels, those with ink in bold."""
    write = partial(figure.text, family="monospace", fontsize=10, va="top", linespacing=1.5)
    write(0.02, 0.42, "\n".join(f"{offset:>6,}" for offset, _ in lines), color=MARK)
    pairs = [[f"{byte:02x}" for byte in part] for _, part in lines]
    paper = [" ".join(pair if pair == "00" else "  " for pair in line) for line in pairs]
    ink = [" ".join(pair if pair != "00" else "  " for pair in line) for line in pairs]
    # two texts from one origin: monospaced, so each byte keeps its place
    write(0.13, 0.42, "\n".join(paper), color="#6b6b6b")
    write(0.13, 0.42, "\n".join(ink), color="black", weight="bold")


def draw_image(axes: Axes, image: NDArray[Any], row: int) -> None:
    """Draw the image with one row framed."""
    axes.imshow(image, cmap="gray_r")
    axes.add_patch(Rectangle((-0.5, row - 0.5), image.shape[1], 1, fill=False, color=VALIDATION))
    axes.set(xticks=[], yticks=[])


def idx_bytes(images: NDArray[np.uint8]) -> LiveFigure:
    """Return the interactive figure: choose an image and a row, see where its bytes are.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
        The file's; the slider goes over the first 20.

    Examples
    --------
    >>> figure = idx_bytes(np.zeros((3, 8, 8), dtype=np.uint8))
    >>> figure.move(image=2, row=0)
    >>> figure.status
    'image 2, row 0: 8 bytes from offset 144 on, 0 of them ink'
    """
    content = idx_content(images)
    _, height, width = images.shape

    def draw(image: int, row: int) -> Picture:
        offset = row_offset(image, row, (height, width))
        figure = behind_the_row(content[:HEADER_BYTES])
        figure.text(0.02, 0.47, f"image {image}, row {row}", fontsize=11)
        write_row(figure, hex_lines(content, offset, width))
        axes = figure.add_axes((0.68, 0.06, 0.31, 0.86))
        draw_image(axes, images[image], row)
        ink = np.count_nonzero(images[image, row])
        words = f"{width} bytes from offset {offset:,} on, {ink} of them ink"
        return Picture(
            figure,
            f"Left, the 16 bytes of the header as four numbers, and the bytes of row {row} of "
            f"image {image}: {words}. Right, the image with that row framed.",
            f"image {image}, row {row}: {words}",
        )

    return LiveFigure(
        draw,
        image=Slider("image", range(min(20, len(images))), start=0),
        row=Slider("row", range(height), start=height // 2),
    )
