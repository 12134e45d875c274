"""Data: IDX files, and the data sets that are made of them."""

from mlp_lab.data.datasets import Dataset, Split, load_dataset, load_digits, load_mnist
from mlp_lab.data.idx import IdxFormatError, read_idx, write_idx

__all__ = [
    "Dataset",
    "IdxFormatError",
    "Split",
    "load_dataset",
    "load_digits",
    "load_mnist",
    "read_idx",
    "write_idx",
]
