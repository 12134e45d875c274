"""How long every notebook runs, and how much memory its kernel takes: Binder gives it 1 GB.

    python tests/benchmarks/footprint.py

One BLAS thread, on one core. The exit status is 1 if a notebook takes over 60 s or over 1 GB.
Not on Windows.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import Row, table

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
RUN = """
import resource, sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def measure(path: Path) -> tuple[float, float]:
    """Return the seconds that a notebook takes, and the MiB that its kernel has at most."""
    one_thread = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(path)], cwd=folder, env=os.environ | one_thread,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
        )  # fmt: skip
        return time.perf_counter() - start, float(done.stdout)


def main() -> int:
    """Print the table; return 1 if a bound is missed."""
    if hasattr(os, "sched_setaffinity"):  # elsewhere a kernel may use more cores than Binder has
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        seconds, mebibytes = measure(path)
        rows.append(Row(f"{path.name}, from its first cell to its last", [seconds], " s", bound=60))
        rows.append(Row(f"{path.name}, memory of its kernel", [mebibytes], " MiB", bound=1000))
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
