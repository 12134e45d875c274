"""How fast the interactive figures answer, measured in a real browser: moved control to picture.

    MLP_LAB_CHROMIUM=/usr/bin/chromium python tests/benchmarks/latency.py [NOTEBOOK ...]

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
from lab_in_chromium import NOTEBOOKS, ROOT, open_lab
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


def main(names: list[str]) -> int:
    """Print the table; return 1 if a figure is slower than it should be."""
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "notebooks")
        shutil.copytree(ROOT / "notebooks", folder)
        with open_lab(folder, os.environ["MLP_LAB_CHROMIUM"]) as lab:
            for name in names or [path.name for path in NOTEBOOKS]:
                lab.run(name)
                for number, figure in enumerate(figures(lab.page), 1):
                    times = lab.page.evaluate(MOVE, [figure, MOVES_AT_MOST])
                    rows.append(Row(f"{name}, figure {number}", times, " s", bound=0.1))
                lab.close()
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
