"""The interactive figures: controls in the browser, and a picture that the kernel repaints.

Each is an ordinary cell output. Without a kernel (on GitHub, in print) its first picture stands in
its place. All of them take the keyboard, and a screen reader speaks their labels and status lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from ipywidgets.widgets.trait_types import bytes_serialization
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from mlp_lab.data.datasets import Split
from mlp_lab.evaluation import confusion_matrix, predictions
from mlp_lab.figures.center_digit import center_digit
from mlp_lab.figures.images import image_row, reading
from mlp_lab.figures.paper import PAPER, encode_png, image_tag
from mlp_lab.support.types import Classifier, FloatArray

JAVASCRIPT = Path(__file__).with_name("js")
INK_SIDE = 70
"""Pixels along a side of the ink that the drawing pad sends."""
SHOWN = 36
"""Images that an open cell of the confusion table shows at most."""
EMPTY = "The pad is empty: draw a digit."


@dataclass(frozen=True)
class Picture:
    """What an interactive figure shows at one setting.

    Attributes
    ----------
    figure : Figure
        With a fixed layout: working one out takes as long as drawing.
    alt : str
        What the figure shows, for those who cannot see it.
    status : str
        The line beside the figure: the numbers that change.
    """

    figure: Figure
    alt: str
    status: str


@dataclass(frozen=True)
class Slider:
    """A slider over a few values.

    Attributes
    ----------
    label : str
        What the reader sees beside it.
    values : sequence
        What it stands on, from left to right.
    start : object
        The value it begins with.
    """

    label: str
    values: Sequence[Any]
    start: Any
    kind = "slider"


@dataclass(frozen=True)
class Menu(Slider):
    """A menu of a few values."""

    kind = "menu"


def _source(*names: str) -> str:
    """Return what files for the browser hold, one after the other."""
    return "".join((JAVASCRIPT / name).read_text("utf-8") for name in names)


class _Painted(anywidget.AnyWidget):
    """A widget with a picture and a status line that the kernel repaints."""

    _css = f".mlp-lab {{ --paper: {PAPER}; }}\n{_source('widgets.css')}"
    png = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def _paint(self, picture: Picture) -> None:
        with self.hold_sync():  # one message, so that picture and words change together
            self.png = encode_png(picture.figure, compress_level=1)
            self.alt, self.status = picture.alt, picture.status

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live view, and beside it the picture that stays when there is no kernel."""
        live, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        still = {
            "image/png": self.png,
            "text/html": f"{image_tag(self.png, self.alt)}<p>{escape(self.status)}</p>",
            "text/plain": f"Interactive figure: {self.alt}",
        }
        return {**live, **still}, metadata


class LiveFigure(_Painted):
    """A figure that is drawn anew whenever one of its controls moves.

    Parameters
    ----------
    draw : callable
        Takes the controls' values by keyword, returns a `Picture`.
    controls : Slider or Menu
        By the keyword that `draw` knows them by.

    Raises
    ------
    ValueError
        If a control begins with a value that it does not have.

    Examples
    --------
    >>> def draw(width):
    ...     return Picture(Figure(figsize=(width, 1)), "An empty figure.", f"{width} inches")
    >>> live = LiveFigure(draw, width=Slider("width", [1, 2, 3], start=2))
    >>> live.move(width=3)
    >>> live.status
    '3 inches'
    """

    _esm = _source("shared.js", "live_figure.js")
    controls: traitlets.List[Any] = traitlets.List().tag(sync=True)
    indices = traitlets.Dict().tag(sync=True)

    def __init__(self, draw: Callable[..., Picture], **controls: Slider) -> None:
        self._draw, self._controls = draw, controls
        described = [
            {"name": name, "label": c.label, "kind": c.kind, "values": list(map(_text, c.values))}
            for name, c in controls.items()
        ]
        starts = {name: _index(control, control.start) for name, control in controls.items()}
        super().__init__(controls=described, indices=starts)
        self._redraw()
        self.observe(self._redraw, "indices")

    def move(self, **values: Any) -> None:
        """Move controls to these values, as a reader would."""
        moved = {name: _index(self._controls[name], value) for name, value in values.items()}
        self.indices = {**self.indices, **moved}

    def _redraw(self, _: object = None) -> None:
        settings = {name: c.values[self.indices[name]] for name, c in self._controls.items()}
        self._paint(self._draw(**settings))


def _index(control: Slider, value: Any) -> int:
    """Return where on a control a value is."""
    values = list(control.values)
    if value not in values:
        raise ValueError(f"{control.label} is {value!r}, wanted one of {values}")
    return values.index(value)


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class ConfusionTable(_Painted):
    """A confusion matrix whose cells open the images that they count.

    The cell of the largest mistake is open at first.

    Parameters
    ----------
    network : Classifier
    split : Split
        With inputs, labels and images, such as ``data.validation``.
    """

    _esm = _source("shared.js", "confusion_table.js")
    counts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    cell: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, network: Classifier, split: Split) -> None:
        if split.images is None:
            raise ValueError("this split has no images to open: pass one such as data.validation")
        self._labels, self._images = split.labels, split.images
        self._answers = predictions(network, split)
        counts = confusion_matrix(network, split)
        mistakes = counts - np.diag(np.diag(counts))
        largest = np.unravel_index(mistakes.argmax(), mistakes.shape)
        super().__init__(counts=counts.tolist(), cell=[int(i) for i in largest])
        self._open()
        self.observe(self._open, "cell")

    def _open(self, _: object = None) -> None:
        true, answer = self.cell
        chosen = np.flatnonzero((self._labels == true) & (self._answers == answer))
        images = self._images[chosen[:SHOWN]]
        number, verb = ("image", "was") if len(chosen) == 1 else ("images", "were")
        more = f" (the first {SHOWN} are shown)" if len(chosen) > SHOWN else ""
        words = f"{len(chosen)} {number} of {true} {verb} read as {answer}{more}"
        alt = f"Images of the digit {true} that the network read as {answer}."
        self._paint(Picture(image_row(images, words), alt, words))


class DrawingPad(_Painted):
    """A pad to draw a digit on, beside the image that the network sees and what it makes of it.

    Parameters
    ----------
    forward : callable
        From inputs, shape (1, n_features), to probabilities, shape (1, n_classes):
        ``network.forward``.
    image_shape : tuple of int
        Of the images that the network learned from: ``data.image_shape``.
    ink : array_like of uint8, shape (70, 70), optional
        What is on the pad at first.

    Examples
    --------
    >>> from mlp_lab import MLP
    >>> pad = DrawingPad(MLP([64, 10]).forward, (8, 8))
    >>> pad.status
    'The pad is empty: draw a digit.'
    """

    _esm = _source("shared.js", "drawing_pad.js")
    ink = traitlets.Bytes(bytes(INK_SIDE**2)).tag(sync=True, **bytes_serialization)
    image_shape: traitlets.List[Any] = traitlets.List().tag(sync=True)
    n_classes = traitlets.Int().tag(sync=True)
    seen = traitlets.Bytes().tag(sync=True, **bytes_serialization)
    probabilities: traitlets.List[Any] = traitlets.List().tag(sync=True)
    answers = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        forward: Callable[[FloatArray], FloatArray],
        image_shape: tuple[int, int],
        ink: ArrayLike | None = None,
    ) -> None:
        self._forward = forward
        super().__init__(image_shape=list(image_shape))
        if ink is not None:
            self.ink = np.asarray(ink, dtype=np.uint8).tobytes()
        drawn, seen = self._read()
        self._paint(Picture(reading(drawn, seen, self.probabilities), self.alt, self.status))
        self.observe(self._read, "ink")

    def _read(self, _: object = None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        drawn = np.frombuffer(self.ink, dtype=np.uint8).reshape(INK_SIDE, INK_SIDE)
        seen = center_digit(drawn, tuple(self.image_shape))
        inputs = seen.reshape(1, -1) / np.float32(255)
        probabilities = self._forward(inputs)[0]
        with self.hold_sync():
            self.seen, self.n_classes = seen.tobytes(), len(probabilities)
            self.probabilities = (probabilities * drawn.any()).tolist()  # of nothing, nothing
            self.alt = "The drawn digit, scaled and centred: the image that the network sees."
            self.status = _answer(probabilities) if drawn.any() else EMPTY
            self.answers += 1  # the page waits for this: all else may be as it was
        return drawn, seen


def _answer(probabilities: FloatArray) -> str:
    """Say what the network reads, and what it would say next."""
    second, first = np.argsort(probabilities)[-2:]
    return (
        f"The network reads a {first} ({probabilities[first]:.0%}); "
        f"its next guess is {second} ({probabilities[second]:.0%})."
    )
