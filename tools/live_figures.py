"""Record the interactive figures of the lessons, so that they answer on the site without a kernel.

    python tools/live_figures.py          those of all lessons, into build/live
    python tools/live_figures.py 01 07    those of some

A lesson is run as far as its last interactive figure. A figure with few settings is drawn at every
one of them. One with many (thousands of distorted digits) is computed in the page, and so is the
answer of the drawing pad; for these the numbers are recorded that the page computes with.
`docs/_static/live` is the other half: the scripts that read what is written here.
"""

import base64
import io
import itertools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex
from numpy.typing import NDArray
from PIL import Image
from traitlets.config import Config

from mlp_lab import relu, softmax
from mlp_lab.data.datasets import Dataset
from mlp_lab.figures.center_digit import BOX
from mlp_lab.figures.distorted_digits import COLUMNS, ROWS
from mlp_lab.figures.elastic_field import DRAWS
from mlp_lab.figures.paper import VALIDATION, encode_png
from mlp_lab.figures.widgets import ConfusionTable, DrawingPad, LiveFigure

ROOT = Path(__file__).resolve().parent.parent
LIVE = ROOT / "build" / "live"
COLOURS = 12
"""Greys, and as many others, of what changes in a picture: more are not seen, and cost bytes."""
GREY = 16
"""A pixel is grey if its red, green and blue differ by less; our paper's differ by 8."""
SAMPLE = 25
"""Pictures that the common background of a group is the median of."""

Pixels = NDArray[np.uint8]
Description = dict[str, Any]


def is_interactive(cell: Any) -> bool:
    """Return whether a cell of an executed notebook shows an interactive figure."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    return any(text.startswith("Interactive figure: ") for text in texts)


def run_lesson(path: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Run a lesson as far as its last interactive figure; yield each, with the lesson's names."""
    cells = nbformat.read(path, as_version=4).cells
    last = max((i for i, cell in enumerate(cells) if is_interactive(cell)), default=-1)
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    for cell in cells[: last + 1]:
        if cell.cell_type != "code":
            continue
        with capture_output():
            done = shell.run_cell(cell.source)
        done.raise_error()
        if is_interactive(cell):
            yield done.result, shell.user_ns


def pixels_of(png: str) -> Pixels:
    """Return a picture in base64 as pixels, shape (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"))


def save_webp(pixels: Pixels, path: Path) -> None:
    """Save a picture without a loss, RGB or RGBA."""
    Image.fromarray(pixels).save(path, lossless=True, method=4)


def difference(picture: Pixels, background: Pixels) -> Pixels:
    """Return the pixels in which a picture differs from its background; the others transparent."""
    changed = (picture != background).any(axis=2)
    overlay = np.zeros((*changed.shape, 4), np.uint8)
    grey = np.ptp(picture, axis=2) < GREY
    for part in (changed & grey, changed & ~grey):  # apart, or text takes the colour of a line
        if part.any():
            few = Image.fromarray(picture[part][np.newaxis]).quantize(
                COLOURS, kmeans=3, dither=Image.Dither.NONE
            )
            overlay[part] = np.asarray(few.convert("RGBA"))[0]
    return overlay


def record_live(figure: LiveFigure, folder: Path, _: dict[str, Any]) -> Description:
    """Draw a figure at every setting.

    The pictures of a group, the settings that share what the menus say, have a background in
    common; each is stored as what lies on it.
    """
    start = figure.indices
    controls = figure.controls
    menus = [control["name"] for control in controls if control["kind"] == "menu"]
    ranges = [range(len(control["values"])) for control in controls]
    names = [control["name"] for control in controls]
    words: list[tuple[str, str]] = []
    groups: dict[tuple[int, ...], list[tuple[int, Pixels]]] = {}
    for number, indices in enumerate(itertools.product(*ranges)):
        figure.indices = dict(zip(names, indices, strict=True))
        words.append((figure.status, figure.alt))
        group = tuple(figure.indices[menu] for menu in menus)
        groups.setdefault(group, []).append((number, pixels_of(figure.png)))
    figure.indices = start
    backgrounds = [0] * len(words)
    for place, pictures in enumerate(groups.values()):
        chosen = np.random.default_rng(0).permutation(len(pictures))[:SAMPLE]
        middle = np.median([pictures[i][1] for i in chosen], axis=0).astype(np.uint8)
        save_webp(middle, folder / f"background_{place}.webp")
        for number, picture in pictures:
            backgrounds[number] = place
            save_webp(difference(picture, middle), folder / f"{number}.webp")
    write_json(folder / "states.json", {"words": words, "backgrounds": backgrounds})
    return {
        "widget": "LiveFigure",
        "answers": "recorded",
        "traits": traits_of(figure, "indices", "controls"),
    }


def record_table(table: ConfusionTable, folder: Path, _: dict[str, Any]) -> Description:
    """Draw the images of every cell of a confusion table."""
    start, size = table.cell, len(table.counts)
    words = []
    for number, cell in enumerate(itertools.product(range(size), repeat=2)):
        table.cell = list(cell)
        words.append((table.status, table.alt))
        save_webp(pixels_of(table.png), folder / f"{number}.webp")
    table.cell = start
    write_json(folder / "states.json", {"words": words})
    return {
        "widget": "ConfusionTable",
        "answers": "recorded",
        "traits": traits_of(table, "cell", "counts"),
    }


def record_pad(pad: DrawingPad, folder: Path, _: dict[str, Any]) -> Description:
    """Record the network behind a drawing pad."""
    network: Any = pad._forward.__self__  # type: ignore[attr-defined]
    if network.hidden is not relu or network.output is not softmax or len(network.weights) != 2:
        raise ValueError(f"the page computes relu and softmax in two layers, not {network}")
    (weights1, weights2), (biases1, biases2) = network.weights, network.biases
    shapes = write_arrays(
        folder, weights1=weights1, biases1=biases1, weights2=weights2, biases2=biases2
    )
    traits = traits_of(pad, "image_shape", "n_classes", "probabilities", "answers")
    for name in ("ink", "seen"):
        traits[name] = list(getattr(pad, name))
    box = BOX[tuple(pad.image_shape)]  # type: ignore[index]
    return {
        "widget": "DrawingPad",
        "answers": "pad",
        "traits": traits,
        "arrays": shapes,
        "box": box,
    }


def record_distorted(figure: LiveFigure, folder: Path, names: dict[str, Any]) -> Description:
    """Record the digits that lesson 09 distorts, and what chance gives to each."""
    data: Dataset = names["data"]
    rows, columns = data.image_shape
    n = ROWS * COLUMNS - 1  # the digit itself is as it is
    generator = np.random.default_rng(0)
    draws = {name: generator.uniform(-1, 1, (n, *shape)) for name, shape in (
        ("angles", ()), ("shears", ()), ("scales", (2,)), ("shifts", (2,)),
        ("noise", (2, rows, columns)),
    )}  # fmt: skip
    del draws["shears"]  # drawn in their turn, and not used: nothing is sheared here
    images = data.train.inputs[:5].reshape(5, rows, columns)
    shapes = write_arrays(folder, images=images, **draws)
    return describe_computed(figure, folder, "distorted_digits", shapes)


def record_elastic(figure: LiveFigure, folder: Path, names: dict[str, Any]) -> Description:
    """Record the digits that lesson 10 bends, and the noise of every draw."""
    data: Dataset = names["data"]
    rows, columns = data.image_shape
    noise = [
        np.random.default_rng(seed).uniform(-1, 1, (2, rows, columns))
        for seed in range(1, DRAWS + 1)
    ]
    images = data.train.inputs[:5].reshape(5, rows, columns)
    shapes = write_arrays(folder, images=images, noise=np.array(noise))
    return describe_computed(figure, folder, "elastic_field", shapes)


def describe_computed(
    figure: LiveFigure, folder: Path, answers: str, shapes: dict[str, Any]
) -> Description:
    """Draw a figure without its digits, and say where they belong."""
    settings = {name: c.values[figure.indices[name]] for name, c in figure._controls.items()}
    drawn = figure._draw(**settings).figure
    encode_png(drawn)  # only what has been drawn knows its place
    height = drawn.bbox.height
    boxes = []
    for axes in drawn.axes:
        box = axes.get_window_extent()
        boxes.append([box.x0, height - box.y1, box.width, box.height])
        for artist in [*axes.images, *axes.collections]:
            artist.remove()
    save_webp(pixels_of(encode_png(drawn)), folder / "background_0.webp")
    values = {name: list(control.values) for name, control in figure._controls.items()}
    return {
        "widget": "LiveFigure", "answers": answers, "arrays": shapes, "boxes": boxes,
        "colours": {"arrows": VALIDATION, "frame": to_hex(axes.spines["left"].get_edgecolor())},
        "values": values, "traits": traits_of(figure, "indices", "controls"),
    }  # fmt: skip


def traits_of(figure: Any, *names: str) -> dict[str, Any]:
    """Return what the page's script asks a figure for; the first picture stands on the page."""
    return {name: getattr(figure, name) for name in ("status", "alt", *names)}


def write_arrays(folder: Path, **arrays: NDArray[np.floating[Any]]) -> dict[str, Any]:
    """Write numbers, three bytes each, and return what it takes to read them.

    A number is a multiple of the largest divided by 2²³ - 1: as exact as float32, and a quarter
    shorter.
    """
    content, shapes = b"", {}
    for name, array in arrays.items():
        scale = float(np.abs(array).max()) / (2**23 - 1) or 1.0
        whole = np.rint(np.asarray(array, np.float64) / scale).astype("<i4")
        content += whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        shapes[name] = {"shape": array.shape, "scale": scale}
    (folder / "arrays.bin").write_bytes(content)
    return shapes


def write_json(path: Path, content: Any) -> None:
    """Write what a page reads."""
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")


Recorder = Callable[[Any, Path, dict[str, Any]], Description]
COMPUTED: dict[str, Recorder] = {
    "mlp_lab.figures.distorted_digits": record_distorted,
    "mlp_lab.figures.elastic_field": record_elastic,
}


def recorder_of(figure: Any) -> Recorder:
    """Return the function that records a figure."""
    if isinstance(figure, ConfusionTable):
        return record_table
    if isinstance(figure, DrawingPad):
        return record_pad
    return COMPUTED.get(figure._draw.__module__, record_live)


def record_lesson(path: Path) -> str:
    """Record the figures of a lesson, each in a folder of its own; return what was done."""
    mpl.use("agg")
    os.chdir(tempfile.mkdtemp())  # lessons save networks beside them
    said = []
    for number, (figure, names) in enumerate(run_lesson(path)):
        folder = LIVE / f"{path.stem}_{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        description = recorder_of(figure)(figure, folder, names)
        weight = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        write_json(folder / "figure.json", description)
        (folder / "first.png").write_bytes(base64.b64decode(figure.png))
        data = names.get("data")
        shown = f", on {data.name}" if isinstance(data, Dataset) else ""
        said.append(f"{folder.name}: {weight:.2f} MB{shown}")
    return "\n".join(said)


def main(numbers: list[str]) -> int:
    """Record the figures of the lessons that the command line names, two lessons at a time."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    chosen = [path for path in paths if not numbers or path.stem[:2] in numbers]
    # a process for each: a shell leaves its mark on the one that it ran in
    with ProcessPoolExecutor(max_workers=2, max_tasks_per_child=1) as pool:
        for said in pool.map(record_lesson, chosen):
            print(said, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
