"""What every test, doctest and lesson runs under: no window, no download, nothing left over."""

import os
import tempfile
from collections.abc import Iterator

import pytest
from nbval import plugin
from nbval.kernel import RunningKernel

os.environ.setdefault("MLP_LAB_DATASET", "digits")
# more threads gain nothing on networks this small, and lose much where the cores are shared
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    from matplotlib import pyplot

    pyplot.close("all")


def pytest_configure(config: pytest.Config) -> None:
    """Show no window; start kernels in one temporary folder, so that lessons litter nothing."""
    import matplotlib  # not above: it loads NumPy, which reads the number of threads just once

    matplotlib.use("Agg")
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)

    def start(kernel_name: str, cwd: str, startup_timeout: float) -> RunningKernel:
        return RunningKernel(kernel_name, folder.name, startup_timeout)

    plugin.RunningKernel = start  # nbval starts a kernel beside the notebook, and has no option
