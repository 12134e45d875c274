"""What tests of files share: a limit of memory, files that are traps, small arrays for MNIST's."""

import io
import os
import tracemalloc
from contextlib import contextmanager

import numpy as np

from mlp_lab.data import mnist_files, write_idx

MIB = 1 << 20
NAMES = tuple(mnist_files.CONTENT_SHA256)


def small_arrays(seed):
    """Return arrays of the kinds of MNIST's four, by the names of its files."""
    generator = np.random.default_rng(seed)
    shapes = {name: (20, 28, 28) if "images" in name else (20,) for name in NAMES}
    return {name: generator.integers(0, 10, shape, np.uint8) for name, shape in shapes.items()}


MNIST = small_arrays(0)
"""What the fixture `data_folder` has the package take for MNIST."""


@contextmanager
def memory_below(limit):
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < limit, f"peak {peak / MIB:.1f} MiB"


class Trap:
    """Its pickle makes the folder named by it."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def npy_header(shape, descr="|u1"):
    """Return an .npy header that promises an array and keeps nothing of it."""
    buffer = io.BytesIO()
    promise = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, promise)
    return buffer.getvalue()


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())


def write_each(folder, *places, arrays=MNIST):
    """Write each array to each place below the folder, such as "raw/{name}.gz"."""
    for name, array in arrays.items():
        spellings = {"name": name, "dotted": name.replace("-idx", ".idx"), "title": name.title()}
        for place in places:
            path = folder / place.format(**spellings)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_idx(path, array)
