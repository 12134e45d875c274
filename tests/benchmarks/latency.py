"""How fast the interactive figures answer, measured in a real browser: moved control to picture.

    MLP_LAB_CHROMIUM=/usr/bin/chromium python tests/benchmarks/latency.py [NOTEBOOK ...]
    MLP_LAB_CHROMIUM=/usr/bin/chromium python tests/benchmarks/latency.py site

The second measures the built site in build/site, which has no kernel, served on this machine.

Each move is made from rest. One made at once after another waits about 0.04 s longer: ipywidgets
sends nothing while the kernel has not said that it is idle again, so that a drag cannot flood it.

The exit status is 1 if a median is over a tenth of a second. See CONTRIBUTING.md for what it needs.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
from lab_in_chromium import CHROMIUM_FLAGS, NOTEBOOKS, ROOT, open_lab
from site_in_chromium import served_site
from timing import Row, table

MOVES_AT_MOST = 30
MOVE = """([figure, moves]) => new Promise(async (done) => {
    const input = figure.querySelector("input[type=range], select");
    const picture = figure.querySelector("img");
    const last = Number(input.max || input.options.length - 1);
    const times = [];
    for (let move = 0; move < Math.min(moves, last); move++) {  // each position once
        const changed = new Promise((resolve) => {
            const observer = new MutationObserver(() => {
                observer.disconnect();
                picture.decode().then(resolve);
            });
            observer.observe(picture, { attributes: true, attributeFilter: ["src"] });
        });
        const start = performance.now();
        input.value = (Number(input.value) + 1) % (last + 1);
        input.dispatchEvent(new Event("input"));
        await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, 3000))]);
        times.push((performance.now() - start) / 1000);
        await new Promise((resolve) => setTimeout(resolve, 250));
    }
    done(times);
})"""


def figures(page: Any) -> list[Any]:
    """Return the interactive figures of an open notebook, those with a control."""
    found: list[Any] = page.query_selector_all(".mlp-lab:has(input[type=range], select)")
    return found


def measure(page: Any, name: str) -> list[Row]:
    """Return the times of each figure of an open notebook or page."""
    return [
        Row(f"{name}, figure {number}", page.evaluate(MOVE, [figure, MOVES_AT_MOST]), " s", 0.1)
        for number, figure in enumerate(figures(page), 1)
    ]


def in_jupyterlab(names: list[str]) -> list[Row]:
    """Measure notebooks, each run first."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "notebooks")
        shutil.copytree(ROOT / "notebooks", folder)
        with open_lab(folder, os.environ["MLP_LAB_CHROMIUM"]) as lab:
            for name in names:
                lab.run(name)
                rows += measure(lab.page, name)
                lab.close()
    return rows


def on_the_site(names: list[str]) -> list[Row]:
    """Measure the pages of notebooks."""
    from playwright.sync_api import sync_playwright

    rows = []
    with served_site() as address, sync_playwright() as playwright:
        chromium = os.environ["MLP_LAB_CHROMIUM"]
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        page = browser.new_page(base_url=address)
        for name in names:
            page.goto(f"/notebooks/{Path(name).stem}.html", wait_until="load")
            rows += measure(page, name)
    return rows


def main(names: list[str]) -> int:
    """Print the table; return 1 if a figure is slower than it should be."""
    everything = [path.name for path in NOTEBOOKS]
    rows = on_the_site(everything) if names == ["site"] else in_jupyterlab(names or everything)
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
