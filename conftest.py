"""What every test, doctest and lesson runs under: no window, no download, nothing left over."""

import os
import tempfile
from collections.abc import Iterator

import matplotlib
import pytest
from nbval import plugin
from nbval.kernel import RunningKernel

matplotlib.use("Agg")
os.environ.setdefault("MLP_LAB_DATASET", "digits")


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    from matplotlib import pyplot

    pyplot.close("all")


def pytest_configure(config: pytest.Config) -> None:
    """Run the lessons in one temporary folder: what they save does not stay beside them."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)

    def start(kernel_name: str, cwd: str, startup_timeout: float) -> RunningKernel:
        return RunningKernel(kernel_name, folder.name, startup_timeout)

    plugin.RunningKernel = start  # nbval starts a kernel beside the notebook, and has no option
