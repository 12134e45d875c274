"""Which class is taken for which: the counts of a confusion matrix."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from mlp_lab.figures.paper import PAPER, subplots


def confusion(matrix: ArrayLike) -> Axes:
    """Draw a confusion matrix: counts in the cells, coloured by the mistakes.

    Parameters
    ----------
    matrix : array_like of int, shape (n_classes, n_classes)
        What `mlp_lab.evaluation.confusion_matrix` returned: row true class, column prediction.

    Returns
    -------
    Axes

    Examples
    --------
    >>> confusion([[9, 1], [0, 10]]).get_xlabel()
    'predicted class'
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"the matrix has shape {counts.shape}, wanted (n_classes, n_classes)")
    axes: Axes
    _, axes = subplots(figsize=(5.4, 5), layout="constrained")
    mistakes = counts - np.diag(np.diag(counts))  # the diagonal would drown the rest
    most = max(1, mistakes.max())
    shades = LinearSegmentedColormap.from_list("mistakes", [PAPER, "#f5b13d", "#8c1c13"])
    axes.imshow(mistakes, cmap=shades, vmin=0, vmax=most)
    for diagonal in range(len(counts)):
        axes.add_patch(Rectangle((diagonal - 0.5, diagonal - 0.5), 1, 1, color="#e6e6e6"))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            red, green, blue, _ = shades(mistakes[row, column] / most)
            light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
            dark = row != column and light < 0.18
            colour, weight = ("white" if dark else "black"), ("bold" if row == column else "normal")
            axes.text(column, row, str(count), ha="center", va="center", color=colour,
                      fontsize=8, fontweight=weight)  # fmt: skip
    axes.set_xticks(range(len(counts)))
    axes.set_yticks(range(len(counts)))
    axes.set(xlabel="predicted class", ylabel="true class", title="Who is taken for whom")
    return axes
