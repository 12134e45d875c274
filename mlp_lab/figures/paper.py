"""The paper that figures are drawn on: its colours, and how a figure gets onto a page.

Colours are safe for colour-blind readers: petroff10 for lines, cividis for magnitudes, PuOr for
signs.
"""

import base64
import io
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

TRAIN, VALIDATION, MARK = "#3f90da", "#bd1f01", "#5b5b5b"
"""Colours of the training curve and of the validation curve (both of petroff10), and of markers."""
PAPER = "#f6f4ee"
"""Of the sheet that figures are drawn on: quiet on a dark page, light enough for print."""
DPI = 100
"""Pixels an inch, of every picture."""


def subplots(*args: Any, **options: Any) -> tuple[Figure, Any]:
    """Return `plt.subplots` on paper, as Jupyter draws a figure by itself, too."""
    figure, axes = plt.subplots(*args, **options)
    lay_on_paper(figure)
    return figure, axes


def lay_on_paper(figure: Any) -> None:
    """Give a figure, its axes and their legends the colour of our paper in place of white.

    A white sheet glares on a dark page.

    Examples
    --------
    >>> figure, axes = plt.subplots()
    >>> lay_on_paper(figure)
    >>> axes.get_facecolor()  # transparent
    (0.0, 0.0, 0.0, 0.0)
    """
    figure.set_facecolor(PAPER)
    for axes in figure.axes:
        axes.set_facecolor("none")
        if legend := axes.get_legend():
            legend.get_frame().set_facecolor(PAPER)


def encode_png(figure: Any, compress_level: int = 6) -> str:
    """Return the figure as a PNG in base64, opaque, at the size it has on the page.

    Parameters
    ----------
    figure : Figure
    compress_level : int
        From 1, fast, to 9, small. A figure that is repainted while one waits takes 1.

    Examples
    --------
    >>> encode_png(Figure()).startswith("iVBORw0KGgo")  # every PNG does
    True
    """
    lay_on_paper(figure)
    buffer = io.BytesIO()
    # no version of matplotlib in the file: the same figure gives the same bytes
    figure.savefig(
        buffer, format="png", dpi=DPI, facecolor=PAPER, metadata={"Software": None},
        pil_kwargs={"compress_level": compress_level},
    )  # fmt: skip
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def image_tag(png: str, alt: str) -> str:
    """Return the HTML of a picture that a screen reader can speak.

    Examples
    --------
    >>> image_tag("iVBOR", "a 7")
    '<img alt="a 7" src="data:image/png;base64,iVBOR" style="max-width: 100%; border-radius: 8px">'
    """
    style = "max-width: 100%; border-radius: 8px"
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{png}" style="{style}">'


def show(drawn: Axes | Sequence[Axes] | Figure, alt: str) -> None:
    """Show a figure in a notebook, with text for those who cannot see it, and close it.

    JupyterLab gives alt text to a screen reader only from an HTML image tag, and GitHub shows only
    the PNG, so the output holds both.

    Parameters
    ----------
    drawn : Axes, sequence of Axes, or Figure
        What to show.
    alt : str
        What the figure shows, in a sentence or two: the message, not the colours.

    Raises
    ------
    ValueError
        If the text is empty.
    TypeError
        If there is no figure.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the figure shows")
    from IPython.display import display

    first = drawn[0] if isinstance(drawn, Sequence | np.ndarray) and len(drawn) else drawn
    figure: Any = first.figure if isinstance(first, Axes) else drawn
    if not isinstance(figure, Figure):
        raise TypeError(f"got {drawn!r}, wanted Axes, a list of Axes, or a Figure")
    png = encode_png(figure)
    plt.close(figure)
    bundle = {"image/png": png, "text/html": image_tag(png, alt), "text/plain": f"Figure: {alt}"}
    display(bundle, raw=True)
