"""What stays the same in all pictures of an interactive figure: drawn once, painted behind each."""

from collections.abc import Callable, Hashable
from functools import cache, wraps
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


def backdrop(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Let a function draw once for the same arguments, and return figures with that behind them.

    Ticks and text take most of the time that a picture takes. The axes of the new figures stand
    where the drawn one's do, with their limits, and draw nothing of their own.

    Parameters
    ----------
    draw : callable
        From arguments that can be hashed to a figure.

    Examples
    --------
    >>> @backdrop
    ... def empty(width):
    ...     print("drawn")
    ...     return Figure(figsize=(width, 3))
    >>> first, second = empty(4), empty(4)
    drawn
    >>> first is second, second.get_size_inches()
    (False, array([4., 3.]))
    """

    @cache
    def draw_once(*arguments: Hashable) -> tuple[Figure, NDArray[np.uint8]]:
        figure = draw(*arguments)
        lay_on_paper(figure)
        figure.dpi = DPI
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        return figure, np.asarray(canvas.buffer_rgba())[::-1]  # a renderer counts rows from below

    @wraps(draw)
    def front(*arguments: Hashable) -> Figure:
        figure, pixels = draw_once(*arguments)
        width, height = figure.get_size_inches()
        new = Figure(figsize=(width, height), dpi=DPI)
        new.add_artist(_Pixels(pixels))
        for axes in figure.axes:
            place, xlim, ylim = axes.get_position(original=True), axes.get_xlim(), axes.get_ylim()
            new.add_axes(place.bounds, xlim=xlim, ylim=ylim).set_axis_off()
        return new

    return front
