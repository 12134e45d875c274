"""What stays the same in all pictures of an interactive figure: drawn once, painted behind each."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mlp_lab.figures.paper import DPI, lay_on_paper


class _Pixels(Artist):
    """Pixels for a whole figure, copied onto it: `Figure.figimage` would resample them first."""

    zorder = -1

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        super().__init__()
        self._pixels = pixels

    def draw(self, renderer: RendererAgg) -> None:  # type: ignore[override]
        renderer.draw_image(renderer.new_gc(), 0, 0, self._pixels)


def backdrop(figure: Figure) -> Callable[[], Figure]:
    """Return a function that makes figures with this one painted behind them.

    Ticks and text take most of the time that a picture takes. The axes of the new figures stand
    where this one's do, with their limits, and draw nothing of their own.

    Examples
    --------
    >>> front = backdrop(Figure(figsize=(4, 3)))
    >>> front().get_size_inches()
    array([4., 3.])
    """
    lay_on_paper(figure)
    figure.dpi = DPI
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1]  # a renderer counts rows from below
    width, height = figure.get_size_inches()

    def front() -> Figure:
        new = Figure(figsize=(width, height), dpi=DPI)
        new.add_artist(_Pixels(pixels))
        for axes in figure.axes:
            place, xlim, ylim = axes.get_position(original=True), axes.get_xlim(), axes.get_ylim()
            new.add_axes(place.bounds, xlim=xlim, ylim=ylim).set_axis_off()
        return new

    return front
