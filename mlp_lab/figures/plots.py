"""The figures that more than one notebook needs.

Every function draws into the Axes it is given, or into a new figure, and returns the Axes. Colours
are safe for colour-blind readers: petroff10 for lines, cividis for magnitudes, PuOr for signs.
"""

import base64
import io
import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mlp_lab.learning_rate import LearningRateSearch
from mlp_lab.support.arguments import check_count
from mlp_lab.support.gradient_report import BANDS, GradientReport, TensorReport
from mlp_lab.support.history import History
from mlp_lab.support.types import FloatArray, Network

TRAIN, VALIDATION, MARK = "#3f90da", "#bd1f01", "#5b5b5b"
"""Colours of the training curve and of the validation curve (both of petroff10), and of markers."""
PAPER = "#f6f4ee"
"""Of the sheet that figures are drawn on: quiet on a dark page, light enough for print."""
DPI = 100
"""Pixels an inch, of every picture."""
BAND_COLOURS = ("#cfe0f0", "#8db8de", "#f08a24", "#7a1010")
"""From right to wrong, darker step by step, so that the order also shows in grey."""


def image_grid(
    images: ArrayLike,
    titles: Sequence[object] | None = None,
    columns: int | None = None,
    cmap: str = "gray_r",
    limit: float | None = None,
) -> list[Axes]:
    """Draw images in rows and columns.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        All are drawn on one scale, so that they can be compared.
    titles : sequence, optional
        One above each image.
    columns : int, optional
        By default up to 10.
    cmap : str
        matplotlib's name of a colour map.
    limit : float, optional
        Draw from ``-limit`` to ``limit`` instead of from the smallest to the largest value.

    Returns
    -------
    list of Axes
        One an image.

    Raises
    ------
    ValueError
        If the images are none or not a stack, or the titles are not one each.

    Examples
    --------
    >>> len(image_grid(np.zeros((3, 8, 8)), titles=[1, 2, 3]))
    3
    """
    stack = np.asarray(images)
    if stack.ndim != 3 or stack.size == 0:
        raise ValueError(f"images have shape {stack.shape}, wanted (n, height, width)")
    if titles is not None and len(titles) != len(stack):
        raise ValueError(f"there are {len(titles)} titles for {len(stack)} images")
    finite = stack[np.isfinite(stack)]
    low, high = (
        (-limit, limit) if limit is not None else (finite.min(initial=0), finite.max(initial=0))
    )
    columns = min(check_count("columns", 10 if columns is None else columns), len(stack))
    rows = math.ceil(len(stack) / columns)
    size = (0.9 * columns, (0.9 if titles is None else 1.15) * rows)
    _, grid = _subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    cells = list(grid.flat)
    for cell in cells:
        cell.set_axis_off()
    for index, (image, cell) in enumerate(zip(stack, cells, strict=False)):
        cell.imshow(image, cmap=cmap, vmin=low, vmax=high)
        if titles is not None:
            cell.set_title(str(titles[index]), fontsize=9)
    return cells[: len(stack)]


def training_curves(history: History) -> list[Axes]:
    """Draw the loss and the accuracy of a run over its epochs, side by side.

    Parameters
    ----------
    history : History
        What `train` returned.

    Returns
    -------
    list of Axes
        Loss, then accuracy.

    Examples
    --------
    >>> history = History(train_loss=[0.5, 0.25], train_accuracy=[0.9, 0.95])
    >>> [axes.get_ylabel() for axes in training_curves(history)]
    ['mean loss', 'accuracy (%)']
    """
    # a fixed layout: working one out takes as long as drawing, and live curves are drawn often
    margins = {"left": 0.08, "right": 0.99, "bottom": 0.15, "top": 0.91, "wspace": 0.2}
    _, (left, right) = _subplots(1, 2, figsize=(8, 3.2), gridspec_kw=margins)
    _curves(left, history.train_loss, history.validation_loss)
    _curves(right, _percent(history.train_accuracy), _percent(history.validation_accuracy))
    left.set(title="Loss after each epoch", ylabel="mean loss")
    right.set(title="Accuracy after each epoch", ylabel="accuracy (%)")
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if history.best_epoch is not None:
            axes.axvline(history.best_epoch, color=MARK, linestyle=":", label="best epoch")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(facecolor=axes.figure.get_facecolor())
    return [left, right]


def _curves(axes: Axes, train: list[float], validation: list[float]) -> None:
    """Draw one quantity of both sets; markers tell the lines apart without their colours."""
    for values, label, colour, marker in (
        (train, "training", TRAIN, "o"),
        (validation, "validation", VALIDATION, "s"),
    ):
        if values:
            epochs = range(1, len(values) + 1)
            axes.plot(epochs, values, color=colour, marker=marker, markersize=4, label=label)
    axes.grid(alpha=0.3)


def _percent(shares: list[float]) -> list[float]:
    return [100 * share for share in shares]


def live_curves() -> Callable[[Network, History], None]:
    """Show the training curves below the cell, and return a callback that keeps them up to date.

    Pass it to `train`: ``train(..., callbacks=[live_curves()])``. The picture is repainted after
    every epoch; its alt text says the newest numbers.

    Returns
    -------
    callable
        Called by `train` with the network and the history.
    """
    from IPython.display import display
    from ipywidgets import HTML

    class Picture(HTML):  # type: ignore[misc]
        """A picture without an address in its repr, which is what a saved notebook shows."""

        def __repr__(self) -> str:
            return "Live training curves: run this cell to see them grow, epoch by epoch."

    picture = Picture()
    display(picture)

    def repaint(network: Network, history: History) -> None:
        axes = training_curves(history)
        alt = f"Training curves: {history!r}"
        picture.value = image_tag(encode_png(axes[0].figure), alt)
        plt.close(axes[0].figure.number)  # type: ignore[union-attr]

    return repaint


def tile(images: ArrayLike, columns: int) -> FloatArray:
    """Return images side by side as one, a pixel of NaN between them.

    One large image is drawn a hundred times as fast as a hundred Axes.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
    columns : int
        Images a row.

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> tile(np.ones((2, 1, 1)), columns=2)
    array([[ 1., nan,  1.]])
    """
    stack = np.asarray(images)
    n_images, height, width = stack.shape
    rows = math.ceil(n_images / columns)
    mosaic = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for index, image in enumerate(stack):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        mosaic[top : top + height, left : left + width] = image
    return mosaic


def weight_mosaic(
    weights: ArrayLike, image_shape: tuple[int, int], columns: int = 10, limit: float | None = None
) -> Axes:
    """Draw what each unit of the first layer looks at: its weights, laid out as an image.

    Parameters
    ----------
    weights : array_like, shape (n_features, n_units)
        Such as ``network.weights[0]``.
    image_shape : tuple of int
        Height and width, whose product is n_features.
    columns : int
        Units a row.
    limit : float, optional
        Weight at the ends of the colour scale; by default the 99th percentile of their sizes.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the image shape does not hold the weights of one unit.

    Examples
    --------
    >>> axes = weight_mosaic(np.ones((64, 20)), (8, 8))
    """
    tiles = np.asarray(weights)
    columns = min(check_count("columns", columns), max(1, tiles.shape[-1]))
    if np.shape(image_shape) != (2,):
        raise ValueError(f"image_shape is {image_shape}, wanted (height, width)")
    height, width = image_shape
    if tiles.ndim != 2 or tiles.shape[0] != height * width or tiles.size == 0:
        raise ValueError(f"weights have shape {tiles.shape}, wanted ({height * width}, n_units)")
    mosaic = tile(tiles.T.reshape(-1, height, width), columns)
    finite = np.abs(tiles[np.isfinite(tiles)])
    limit = limit or (float(np.percentile(finite, 99)) if finite.size else 0.0) or 1.0
    across = max(4.0, 0.58 * columns)
    shape = (across + 1.1, max(1.4, across * mosaic.shape[0] / mosaic.shape[1] + 0.4))
    axes: Axes
    figure, axes = _subplots(figsize=shape, layout="constrained")
    image = axes.imshow(mosaic, cmap="PuOr", vmin=-limit, vmax=limit)
    figure.colorbar(image, ax=axes, label="weight", shrink=0.8)
    axes.set_axis_off()
    axes.set_title(f"Weights of {tiles.shape[1]} hidden units, one image each")
    return axes


def confusion(matrix: ArrayLike, axes: Axes | None = None) -> Axes:
    """Draw a confusion matrix: counts in the cells, coloured by the mistakes.

    Parameters
    ----------
    matrix : array_like of int, shape (n_classes, n_classes)
        What `mlp_lab.evaluation.confusion_matrix` returned: row true class, column prediction.
    axes : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> confusion([[9, 1], [0, 10]]).get_xlabel()
    'predicted class'
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"the matrix has shape {counts.shape}, wanted (n_classes, n_classes)")
    if axes is None:
        _, axes = _subplots(figsize=(5.4, 5), layout="constrained")
    mistakes = counts - np.diag(np.diag(counts))  # the diagonal would drown the rest
    most = max(1, mistakes.max())
    shades = LinearSegmentedColormap.from_list("mistakes", [PAPER, "#f5b13d", "#8c1c13"])
    axes.imshow(mistakes, cmap=shades, vmin=0, vmax=most)
    for diagonal in range(len(counts)):
        axes.add_patch(Rectangle((diagonal - 0.5, diagonal - 0.5), 1, 1, color="#e6e6e6"))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            red, green, blue, _ = shades(mistakes[row, column] / most)
            light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
            dark = row != column and light < 0.18
            colour, weight = ("white" if dark else "black"), ("bold" if row == column else "normal")
            axes.text(column, row, str(count), ha="center", va="center", color=colour,
                      fontsize=8, fontweight=weight)  # fmt: skip
    axes.set_xticks(range(len(counts)))
    axes.set_yticks(range(len(counts)))
    axes.set(xlabel="predicted class", ylabel="true class", title="Who is taken for whom")
    return axes


def gradient_heat_map(tensor: TensorReport, axes: Axes | None = None) -> Axes:
    """Draw the relative error of every entry of one parameter, in four bands.

    An error of exactly 0 is white: nearly always zero was compared with zero, which proves little.

    Parameters
    ----------
    tensor : TensorReport
        One of ``report.tensors``.
    axes : Axes, optional
        Where to draw; a new figure with a colour bar if left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> gradient_heat_map(TensorReport("layer1.biases", np.zeros(3))).get_title()
    'layer1.biases: ok'
    """
    if axes is None:
        figure, axes = _subplots(figsize=(6, 3.4), layout="constrained")
        _error_bar(figure, [_draw_errors(tensor, axes)])
    else:
        _draw_errors(tensor, axes)
    return axes


def _draw_errors(tensor: TensorReport, axes: Axes) -> Axes:
    errors = tensor.errors.reshape(tensor.errors.shape[0], -1).T
    colours = ListedColormap(BAND_COLOURS).with_extremes(under="white", bad="#cfcfcf")
    # errors are at most 1, or infinite; both belong into the last band
    norm = BoundaryNorm([np.nextafter(0, 1), *BANDS, 2], len(BAND_COLOURS))
    axes.imshow(np.minimum(errors, 1.0), cmap=colours, norm=norm, aspect="auto",
                interpolation="nearest")  # fmt: skip
    axes.set_title(f"{tensor.name}: {tensor.problem.split(':')[0] or 'ok'}", fontsize=10)
    along = "direction" if tensor.unit == "directions" else "unit"
    axes.set_xlabel("input" if tensor.errors.ndim == 2 else along, fontsize=9)
    axes.set_ylabel("unit" if tensor.errors.ndim == 2 else "", fontsize=9)
    axes.locator_params(axis="both", integer=True)
    if tensor.errors.ndim == 1:
        axes.set_yticks([])
    return axes


def _error_bar(figure: Figure, cells: list[Axes]) -> None:
    """Draw one colour bar for heat maps of errors."""
    bar = figure.colorbar(cells[0].get_images()[0], ax=cells, spacing="uniform")
    edges = ["0", *(f"{edge:.0e}" for edge in BANDS), "1"]
    bar.set_ticks([np.nextafter(0, 1), *BANDS, 2], labels=edges)
    bar.set_label("relative error\n(white: exactly 0; grey: not checked)", fontsize=8)


def gradient_heat_maps(report: GradientReport) -> list[Axes]:
    """Draw the heat maps of all parameters of a gradient check in one figure, two a row."""
    rows = math.ceil(len(report.tensors) / 2)
    figure, grid = _subplots(
        rows, 2, figsize=(8, 2.2 * rows + 0.4), squeeze=False, layout="constrained",
        width_ratios=(2, 1),
    )  # fmt: skip
    cells = list(grid.flat)
    for cell in cells[len(report.tensors) :]:
        cell.set_axis_off()
    cells = cells[: len(report.tensors)]
    for tensor, cell in zip(report.tensors.values(), cells, strict=True):
        gradient_heat_map(tensor, cell)
    _error_bar(figure, cells)
    return cells


def learning_rate_curve(search: LearningRateSearch, axes: Axes | None = None) -> Axes:
    """Draw the loss over the learning rate on a logarithmic axis, and mark the suggestion.

    Parameters
    ----------
    search : LearningRateSearch
    axes : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Examples
    --------
    >>> rates, losses = np.array([0.1, 1.0, 10.0]), np.array([2.0, 1.0, np.inf])
    >>> learning_rate_curve(LearningRateSearch(rates, losses, 2.3, 1.0)).get_xscale()
    'log'
    """
    if axes is None:
        _, axes = _subplots(figsize=(6, 3.4), layout="constrained")
    axes.plot(search.rates, search.losses, color=TRAIN, marker=".", label="loss")
    axes.axhline(search.start, color=MARK, linestyle=":", label="loss before")
    axes.axvline(search.suggestion, color=VALIDATION, linestyle="--",
                 label=f"suggestion {search.suggestion:.2g}")  # fmt: skip
    seen = [loss for loss in (*search.losses, search.start) if math.isfinite(loss)]
    if seen:
        lowest, start = min(seen), search.start if math.isfinite(search.start) else max(seen)
        top = start + max(start - lowest, 0.1 * abs(start), 1e-12)
        axes.set_ylim(lowest - 0.05 * (top - lowest), top)
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
    axes.set_title("Loss by learning rate" + (" (see the warnings)" if search.warnings else ""))
    axes.legend(facecolor=axes.figure.get_facecolor())
    axes.grid(alpha=0.3)
    return axes


def image_row(images: ArrayLike, columns: int = 12) -> Figure:
    """Return a figure of small images, `columns` a row, quick enough to be redrawn while one waits.

    Examples
    --------
    >>> figure = image_row(np.zeros((3, 8, 8)))
    """
    stack = np.asarray(images)
    n_rows = max(1, math.ceil(len(stack) / columns))
    figure = Figure(figsize=(0.62 * columns, 0.62 * n_rows))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    if len(stack):
        axes.imshow(tile(stack, columns), cmap="gray_r", vmin=0, vmax=stack.max())
        axes.set_xlim(-0.5, columns * (stack.shape[2] + 1) - 1.5)
    return figure


def reading(ink: ArrayLike, seen: ArrayLike, probabilities: ArrayLike) -> Figure:
    """Return a figure of a drawn digit, of the image that the network sees, and of its answer.

    Parameters
    ----------
    ink : array_like, shape (side, side)
    seen : array_like of uint8, shape (height, width)
        What `mlp_lab.figures.handwriting.center_digit` returned.
    probabilities : array_like, shape (n_classes,)

    Examples
    --------
    >>> figure = reading(np.zeros((70, 70)), np.zeros((8, 8)), [0.5, 0.5])
    """
    figure = Figure(figsize=(7.5, 2.6), layout="constrained")
    drawn, sees, thinks = figure.subplots(1, 3, width_ratios=(1, 1, 1.4))
    for axes, image, title in (
        (drawn, ink, "what you drew"),
        (sees, seen, "what the network sees"),
    ):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        axes.set(title=title, xticks=[], yticks=[])
    heights = np.asarray(probabilities)
    thinks.barh(range(len(heights)), heights, color=TRAIN)
    thinks.set(
        title="what it thinks", xlabel="probability", xlim=(0, 1), yticks=range(len(heights))
    )
    thinks.invert_yaxis()
    return figure


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
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the figure shows")
    from IPython.display import display

    if not isinstance(drawn, Axes | Figure) and not (
        isinstance(drawn, Sequence | np.ndarray) and len(drawn) and isinstance(drawn[0], Axes)
    ):
        raise TypeError(f"got {drawn!r}, wanted Axes, a list of Axes, or a Figure")
    first: Any = drawn if isinstance(drawn, Axes | Figure) else drawn[0]
    figure: Any = first if isinstance(first, Figure) else first.figure
    png = encode_png(figure)
    plt.close(figure)
    bundle = {"image/png": png, "text/html": image_tag(png, alt), "text/plain": f"Figure: {alt}"}
    display(bundle, raw=True)


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


def _subplots(*args: Any, **options: Any) -> tuple[Figure, Any]:
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


def image_tag(png: str, alt: str) -> str:
    """Return the HTML of a picture that a screen reader can speak.

    Examples
    --------
    >>> image_tag("iVBOR", "a 7")
    '<img alt="a 7" src="data:image/png;base64,iVBOR" style="max-width: 100%; border-radius: 8px">'
    """
    style = "max-width: 100%; border-radius: 8px"
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{png}" style="{style}">'
