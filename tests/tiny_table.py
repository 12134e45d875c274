"""A small table on the bundled digits, made as the large one is: by `tools/table.py`.

python tests/tiny_table.py RESULTS JOBS [ADDRESS]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from table import make, workers_of

from mlp_lab.data.augment import Distortion
from mlp_lab.table.results import read_results
from mlp_lab.table.rows import Row

SIZES, BENT = (64, 100, 10), Distortion((8, 8), shift=0.5, bend=5, smoothness=2)
ROWS = (
    Row("plain", SIZES, epochs=20, dataset="digits"),
    Row("bent", SIZES, distortion=BENT, epochs=20, dataset="digits"),
    Row("final", SIZES, epochs=20, final=True, dataset="digits"),
)
SEEDS = 4
ALL_RUNS = {(row.name, str(seed)) for row in ROWS for seed in range(SEEDS)}


def runs_in(path):
    """Return row and seed of each line of a file of results."""
    return [(line["name"], line["seed"]) for line in read_results(path)]


def command(path, *options):
    """Return the command that makes the table in a process of its own."""
    return [sys.executable, __file__, str(path), *options]


if __name__ == "__main__":
    results, jobs, *address = sys.argv[1:]
    with workers_of(*address or [None]):
        make(ROWS, SEEDS, int(jobs), Path(results))
