"""Every notebook in a real browser: it runs, its controls move its pictures, a drawn 7 is read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab_in_chromium import NOTEBOOKS, ROOT, Lab, find_chromium, open_lab
from operate import ANSWER, N_FIGURES, draw_a_seven, expect_status, ink, operate_all


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    chromium = find_chromium()
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    for kind, code in SABOTAGE.items():
        sabotage(folder / SABOTAGED.name, folder / f"{kind}_{SABOTAGED.name}", code)
    with open_lab(folder, chromium) as opened:
        yield opened


BEGIN = """code => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    window.waiting = true;
    kernel.requestExecute({ code }).done.then(() => { window.waiting = false; });
}"""
ENDED = "() => !window.waiting"
SABOTAGED = NOTEBOOKS[1]
SABOTAGE = {
    "not_redrawn": """
from mlp_lab.figures.widgets import LiveFigure
LiveFigure._redraw = lambda self, change=None: change or self._paint(
    self._draw(**{name: c.start for name, c in self._controls.items()})
)
""",
    "unwired": """
from mlp_lab.figures.widgets import LiveFigure
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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom_and_its_controls_move_its_pictures(
    lab: Lab, path: Path
) -> None:
    run_clean(lab, path.name)
    n_figures = lab.page.locator(".mlp-lab").count()
    assert n_figures == N_FIGURES.get(path.stem[:2], 0)
    operate_all(lab.page)
    if lab.page.locator(".mlp-lab-pad").count():
        use_the_pad(lab.page, lab.folder)
    assert not lab.complaints
    lab.close()


def use_the_pad(page: Any, folder: Path) -> None:
    """Draw with the mouse, with keys, and while the kernel is busy."""
    assert ink(page) > 0, "the digit that the lesson drew is not on the pad"
    pad = page.locator(".mlp-lab-pad")
    pad.press("Delete")
    assert ink(page) == 0
    pad.click()
    assert ink(page) > 0, "a tap leaves no dot"

    draw_a_seven(page)
    expect_status(page, "reads a 7")
    pad.press("Delete")
    expect_status(page, "The pad is empty")
    for key, times in (("ArrowLeft", 4), (" ", 1), ("ArrowRight", 8), ("ArrowDown", 10)):
        for _ in range(times):
            pad.press(key)
    assert ink(page) > 0, "the keys leave no ink"
    expect_status(page, "reads a ")

    pad.press("Delete")
    with busy_kernel(page, folder):
        draw_a_seven(page)
        assert ink(page) > 0, "the ink waits for the kernel"
    expect_status(page, "reads a 7")


@contextmanager
def busy_kernel(page: Any, folder: Path) -> Iterator[None]:
    """Keep the notebook's kernel in one cell until the block is done; refuse one that was not.

    The status that JupyterLab shows is no witness: where the kernel answers controls in a thread
    of their own, that thread's "idle" stands there, too. The cell says itself when it begins and
    when it ends.
    """
    begun, signal = folder / "begun", folder / "go_on"
    wait = f"""import time, pathlib
pathlib.Path({begun.name!r}).touch()
while not pathlib.Path({signal.name!r}).exists(): time.sleep(0.01)"""
    page.evaluate(BEGIN, wait)
    for _ in range(ANSWER // 20):
        if begun.exists():
            break
        page.wait_for_timeout(20)
    assert begun.exists(), "the kernel did not begin the cell"
    try:
        yield
        assert not page.evaluate(ENDED), "the kernel did not wait"
    finally:
        signal.touch()
    page.wait_for_function(ENDED, timeout=ANSWER)


@pytest.mark.parametrize("kind", SABOTAGE)
def test_a_figure_that_does_not_answer_is_noticed(lab: Lab, kind: str) -> None:
    lab.run(f"{kind}_{SABOTAGED.name}")
    with pytest.raises(AssertionError, match="picture did not change"):
        operate_all(lab.page)
    lab.close()
