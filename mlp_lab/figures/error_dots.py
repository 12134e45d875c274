"""The errors of several settings, a dot a seed: how far apart they are, and how far chance goes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from mlp_lab.figures.paper import MARK, TRAIN, VALIDATION, subplots


def error_dots(
    errors: Mapping[str, Sequence[float]],
    published: Mapping[str, float] | None = None,
    reference: str | None = None,
) -> Axes:
    """Draw a line of dots for every setting, the first on top, and its mean as an upright stroke.

    Parameters
    ----------
    errors : mapping of str to sequence of float
        Per setting, in percent, one a seed.
    published : mapping of str to float, optional
        What others had, for some of the settings: a diamond.
    reference : str, optional
        A setting whose mean is drawn through all lines, to compare with.

    Raises
    ------
    ValueError
        If there is no setting, or one that is named has no errors.

    Examples
    --------
    >>> axes = error_dots({"plain": [1.8, 1.7], "both": [0.9, 0.8]}, published={"plain": 1.6})
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['plain', 'both']
    """
    published = published or {}
    named = {*published, *([] if reference is None else [reference])}
    if lost := sorted(named - errors.keys()):
        raise ValueError(f"there are no errors of {', '.join(lost)}, only of {', '.join(errors)}")
    if not errors or not all(map(len, errors.values())):
        raise ValueError("there is nothing to draw: pass at least one error for every setting")
    size = 7.5, 1.2 + 0.34 * len(errors)
    figure, drawn = subplots(figsize=size, layout="constrained")
    axes: Axes = drawn
    if reference is not None:
        axes.axvline(float(np.mean(errors[reference])), color=MARK, lw=1, ls=":")
    for height, (name, values) in enumerate(errors.items()):
        axes.plot(values, [height] * len(values), "o", color=TRAIN, alpha=0.6, label="a network")
        axes.plot(np.mean(values), height, "|", color=MARK, ms=15, mew=2.5, label="their mean")
        if name in published:
            axes.plot(published[name], height, "D", color=VALIDATION, label="published")
    axes.set(yticks=range(len(errors)), yticklabels=errors, xlabel="error (%)")
    axes.set_ylim(len(errors) - 0.4, -0.6)  # the first on top
    axes.grid(axis="x", alpha=0.3)
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    figure.legend(once.values(), once.keys(), loc="outside lower right", ncols=3, frameon=False)
    return axes
