"""The lessons with what a browser's Python lacks switched off: threads, and every connection.

Pyodide's NumPy comes from a public network, which CI may not have. This is what can be had without
it: the same code paths, on this machine's Python, in one process, because a Jupyter kernel itself
needs threads here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("myst_nb", reason="needs: python -m pip install --group site")

ROOT = Path(__file__).resolve().parents[2]
AS_IN_A_PAGE = """
import socket, sys, threading
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

def no_thread(*_):
    raise RuntimeError("can't start new thread")

def no_connection(*_):
    raise OSError("no sockets in a page")

threading.Thread.start = no_thread
socket.socket.connect = no_connection
sys.platform = "emscripten"

shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    if cell.cell_type == "code":
        shell.run_cell(cell.source).raise_error()
"""


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.name)
def test_a_lesson_runs_and_nothing_warns(path, tmp_path):
    unset = ("MLP_LAB_DATA", "MLP_LAB_DATASET")
    environment = {key: value for key, value in os.environ.items() if key not in unset}
    environment |= {"XDG_CACHE_HOME": str(tmp_path), "MPLBACKEND": "agg"}  # no MNIST in the cache
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", AS_IN_A_PAGE, path],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "Warning" not in done.stderr
    if "load_dataset" in path.read_text(encoding="utf-8"):
        assert "in a web page nothing is downloaded" in done.stdout
