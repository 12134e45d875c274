"""Make the outputs of a notebook what its page shows: pictures in files, interactive figures alive.

A picture in a notebook is text within it, up to a megabyte a notebook. On a page each becomes a
file of half the bytes, which does not hold up the text. An interactive figure gets what
`tools/live_figures.py` recorded of it.
"""

import base64
import io
import json
import os
import re
import shutil
from html import escape
from pathlib import Path

import nbformat
from PIL import Image

from mlp_lab.figures.paper import image_tag
from mlp_lab.figures.widgets import ConfusionTable, DrawingPad, LiveFigure

INTERACTIVE = "Interactive figure: "
"""How the text of an interactive figure's output begins."""
PICTURE = re.compile(r'src="data:image/png;base64,([^"]+)" style="max-width: 100%;')
FIGURE = """\
<div class="mlp-live" data-folder="{folder}/"><script type="application/json">{described}</script>
{picture}<p>{status}</p></div>
<script type="module" src="{static}/live/live.js"></script>"""


def write_widgets(static: Path) -> None:
    """Write the widgets' own scripts and style, which Jupyter gets from the package."""
    for widget in (ConfusionTable, DrawingPad, LiveFigure):
        path = static / "live" / f"{widget.__name__}.js"
        path.write_text(str(widget._esm), encoding="utf-8")
    (static / "live" / "widgets.css").write_text(str(LiveFigure._css), encoding="utf-8")


def write_outputs(notebook: Path, static: Path, live: Path) -> None:
    """Write a notebook over with its page's outputs, and the files that these show.

    Parameters
    ----------
    notebook : Path
        A copy, in the folder that its page will have.
    static : Path
        The folder of the site's other files, beside the pages.
    live : Path
        Where `tools/live_figures.py` put the figures of the lessons.
    """
    content = nbformat.read(notebook, as_version=4)
    outputs = [output for cell in content.cells for output in cell.get("outputs", [])]
    bundles = [output.data for output in outputs if "text/html" in output.get("data", {})]
    n_figures = 0
    for number, data in enumerate(bundles):
        html = data["text/html"]
        if data["text/plain"].startswith(INTERACTIVE):
            recorded = live / f"{notebook.stem}_{n_figures}"
            n_figures += 1
            html = _figure(recorded, static, notebook.parent)
        files = static / "pictures" / f"{notebook.stem}_{number}"
        data["text/html"] = _pictures_to_files(html, files, notebook.parent)
    nbformat.write(content, notebook)


def _figure(recorded: Path, static: Path, page: Path) -> str:
    """Copy what was recorded of an interactive figure, and return its HTML."""
    folder = static / "live" / recorded.name
    apart = shutil.ignore_patterns("first.png", "figure.json")
    shutil.copytree(recorded, folder, ignore=apart)
    described = (recorded / "figure.json").read_text(encoding="utf-8")
    traits = json.loads(described)["traits"]
    png = base64.b64encode((recorded / "first.png").read_bytes()).decode("ascii")
    return FIGURE.format(
        folder=_address(folder, page), static=_address(static, page),
        described=described.replace("<", "\\u003c"),  # or a "</script>" in it would end it
        picture=image_tag(png, traits["alt"]), status=escape(traits["status"]),
    )  # fmt: skip


def _pictures_to_files(html: str, files: Path, page: Path) -> str:
    """Save the pictures within some HTML, none with a loss, and return it with their addresses."""

    def save(found: "re.Match[str]") -> str:
        nonlocal n_saved
        path = files.with_name(f"{files.name}_{n_saved}.webp")
        n_saved += 1
        path.parent.mkdir(exist_ok=True)
        image = Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGB")
        image.save(path, lossless=True, method=6)
        size = f'width="{image.width}" height="{image.height}"'
        return f'src="{_address(path, page)}" {size} style="max-width: 100%; height: auto;'

    n_saved = 0
    return PICTURE.sub(save, html)


def _address(path: Path, page: Path) -> str:
    """Return the address of a file as a page says it."""
    return Path(os.path.relpath(path, page)).as_posix()
