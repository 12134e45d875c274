"""Draw the pictures of the README and of the lessons' opening cells; needs MNIST.

    python tools/pictures.py

Writes into notebooks/images: map_NN.svg, one map a lesson; overview.png; and lesson_NN.png, a
small copy of one figure of each lesson as it stands in the notebook.
"""

import base64
import io
from pathlib import Path

import matplotlib
import nbformat

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from mlp_lab import MLP, History, load_mnist, train
from mlp_lab.figures.paper import PAPER, TRAIN, VALIDATION, encode_png

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
IMAGES = NOTEBOOKS / "images"
LESSONS = (
    "Start here", "Activations", "Finite differences", "Loading data",
    "Backpropagation", "Training", "Learning rate", "Looking inside", "Bug museum",
    "Less by heart", "Beat the table",
)  # fmt: skip
FIGURES = (0, 1, 2, 4, 0, 0, 2, 2, 1, 2, 1)
"""Which of its figures, counted from 0, stands for each lesson in the README."""
SVG_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="76" viewBox="0 0 {width} 76"
     role="img" aria-label="Lesson {here:02} of the series" font-family="sans-serif">
<rect width="{width}" height="76" rx="8" fill="{paper}"/>
<line x1="50" y1="28" x2="{last}" y2="28" stroke="#94a4a2" stroke-width="3"/>"""
SVG_STOP = """\
<circle cx="{x}" cy="28" r="17" fill="{fill}" stroke="#1f5f99" stroke-width="2"/>
<text x="{x}" y="33" text-anchor="middle" font-size="14" fill="{ink}">{number:02}</text>
<text x="{x}" y="65" text-anchor="middle" font-size="11" font-weight="{weight}"
      fill="#333333">{title}</text>"""


def series_map(here: int) -> str:
    """Return an SVG of all lessons in order, the one at `here` filled."""
    width = 100 * len(LESSONS)
    parts = [SVG_HEAD.format(here=here, width=width, last=width - 50, paper=PAPER)]
    for number, title in enumerate(LESSONS):
        x = 50 + 100 * number
        fill, ink = ("#1f5f99", "white") if number == here else ("white", "#333333")
        weight = "bold" if number == here else "normal"
        parts.append(
            SVG_STOP.format(x=x, fill=fill, ink=ink, weight=weight, number=number, title=title)
        )
    return "\n".join([*parts, "</svg>", ""])


def overview(network: MLP, history: History, images: np.ndarray, labels: np.ndarray) -> plt.Figure:
    """Return the README's picture: digits go in, a network learns, and this is what it looks at."""
    figure = plt.figure(figsize=(10, 3.2), layout="constrained")
    left, middle, right = figure.subfigures(1, 3, width_ratios=[1, 1.25, 1])
    left.suptitle("Handwritten digits go in …", fontsize=11)
    for cell, image, label in zip(left.subplots(4, 4).flat, images, labels, strict=False):
        cell.imshow(image, cmap="gray_r")
        cell.set_title(label, fontsize=8, pad=1)
        cell.set_axis_off()
    middle.suptitle("… a network in plain NumPy learns …", fontsize=11)
    axes = middle.subplots()
    epochs = range(1, history.epochs + 1)
    for shares, colour, name in (
        (history.train_accuracy, TRAIN, "training images"),
        (history.validation_accuracy, VALIDATION, "new images"),
    ):
        axes.plot(epochs, [100 * share for share in shares], color=colour, marker=".", label=name)
    axes.set(xlabel="epoch", ylabel="read correctly (%)")
    axes.legend()
    axes.grid(alpha=0.3)
    right.suptitle("… and you see what it looks at", fontsize=11)
    strongest = np.argsort(-np.abs(network.weights[1]).max(axis=1))[:16]
    limit = np.percentile(np.abs(network.weights[0]), 99)
    for cell, unit in zip(right.subplots(4, 4).flat, strongest, strict=True):
        weights = network.weights[0][:, unit].reshape(28, 28)
        cell.imshow(weights, cmap="PuOr", vmin=-limit, vmax=limit)
        cell.set_axis_off()
    return figure


def lesson_figure(path: Path, number: int) -> Image.Image:
    """Return a small copy of one of the figures that stand in a notebook."""
    notebook = nbformat.read(path, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pictures = [out["data"]["image/png"] for out in outputs if "image/png" in out.get("data", {})]
    figure = Image.open(io.BytesIO(base64.b64decode(pictures[number]))).convert("RGB")
    figure.thumbnail((300, 200))
    return figure


def main() -> None:
    """Write all pictures."""
    IMAGES.mkdir(exist_ok=True)
    for path, number in zip(sorted(NOTEBOOKS.glob("*.ipynb")), FIGURES, strict=True):
        lesson_figure(path, number).save(IMAGES / f"lesson_{path.name[:2]}.png", optimize=True)
    for number in range(len(LESSONS)):
        (IMAGES / f"map_{number:02}.svg").write_text(series_map(number), encoding="utf-8")
    data = load_mnist()
    network = MLP([784, 100, 10], seed=0)
    history = train(network, data.train, data.validation)
    figure = overview(network, history, data.train.images[:16], data.train.labels[:16])
    (IMAGES / "overview.png").write_bytes(base64.b64decode(encode_png(figure, compress_level=9)))


if __name__ == "__main__":
    main()
