"""Arrays in the clothes of other packages."""

import numpy as np


class Table:
    """What a DataFrame and a tensor have in common: NumPy can ask it for an array."""

    def __init__(self, array):
        self.array = np.asarray(array)
        self.asked = 0

    def __array__(self, dtype=None, copy=None):
        self.asked += 1
        return np.array(self.array, dtype=dtype, copy=copy)

    def __len__(self):
        return len(self.array)


class OldTable(Table):
    """As before NumPy 2."""

    def __array__(self, dtype=None):
        self.asked += 1
        return np.asarray(self.array, dtype=dtype)
