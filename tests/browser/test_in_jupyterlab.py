"""Every notebook in a real browser: it runs, its controls move its pictures, a drawn 7 is read."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab_in_chromium import NOTEBOOKS, ROOT, Lab, find_chromium, open_lab

ANSWER = 10_000
"""Milliseconds in which a picture must change; how fast it is, tests/benchmarks measures."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    chromium = find_chromium()
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    for path in NOTEBOOKS:
        for kind, code in SABOTAGE.items():
            sabotage(folder / path.name, folder / f"{kind}_{path.name}", code)
    with open_lab(folder, chromium) as opened:
        yield opened


def has_figure(path: Path, name: str) -> bool:
    notebook = nbformat.read(path, as_version=4)
    return any(name in cell.source for cell in notebook.cells if cell.cell_type == "code")


LIVE = [path for path in NOTEBOOKS if has_figure(path, "mlp_lab.demos")]
PADS = [path for path in NOTEBOOKS if has_figure(path, "DrawingPad")]
SABOTAGE = {
    "not_redrawn": """
from mlp_lab.widgets import LiveFigure
LiveFigure._redraw = lambda self, change=None: change or self._paint(
    self._draw(**{name: c.start for name, c in self._controls.items()})
)
""",
    "unwired": """
from mlp_lab.widgets import LiveFigure
script = str(LiveFigure._esm)
LiveFigure._esm = script.replace("model.save_changes()", "")
assert LiveFigure._esm != script
""",
}


def sabotage(path: Path, copy: Path, code: str) -> None:
    """Write a copy of a notebook whose interactive figures no longer work."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, copy)


def run_clean(lab: Lab, name: str) -> None:
    """Run a notebook; refuse errors in its outputs and in the browser's console."""
    lab.complaints.clear()
    cells = [cell for cell in lab.run(name) if cell["cell_type"] == "code"]

    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    errors = [out for cell in cells for out in cell["outputs"] if out["output_type"] == "error"]
    assert not errors
    assert not lab.complaints


def move_first_control(page: Any) -> None:
    """Press a key on the first control; refuse a picture or a status line that stays."""
    figure = page.locator(".mlp-lab:has(input[type=range], select)").first
    control = figure.locator("input[type=range], select").first
    before = figure.locator("img").get_attribute("src"), figure.get_by_role("status").inner_text()
    control.scroll_into_view_if_needed()
    control.focus()
    at_the_end = control.evaluate("c => c.value === (c.max || String(c.options.length - 1))")
    page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")
    page.wait_for_timeout(1500)
    after = figure.locator("img").get_attribute("src"), figure.get_by_role("status").inner_text()
    assert before[0] != after[0], "the picture did not change"
    assert before[1] != after[1], "the status line did not change"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom_and_its_first_control_moves_a_picture(
    lab: Lab, path: Path
) -> None:
    run_clean(lab, path.name)
    if path in LIVE:
        move_first_control(lab.page)
    if path in PADS:
        draw_a_seven(lab.page)
    lab.close()


def draw_a_seven(page: Any) -> None:
    """Draw a 7 with the mouse; refuse another answer."""
    pad = page.locator(".mlp-lab-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    pad.press("Delete")
    for number, (x, y) in enumerate([(0.27, 0.22), (0.72, 0.22), (0.45, 0.85)]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=10)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    status = page.locator(".mlp-lab:has(.mlp-lab-pad)").get_by_role("status")
    status.filter(has_text="reads a 7").wait_for(timeout=ANSWER)


@pytest.mark.parametrize("kind", SABOTAGE)
def test_a_figure_that_does_not_answer_is_noticed(lab: Lab, kind: str) -> None:
    lab.run(f"{kind}_{LIVE[0].name}")
    with pytest.raises(AssertionError, match="picture did not change"):
        move_first_control(lab.page)
    lab.close()
