"""Results of several settings over several seeds, as a table to print or to show in a notebook."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ResultsTable:
    """Results of several settings, each over several seeds: print it, or show it in a notebook.

    Attributes
    ----------
    results : dict of str to list of float
        Per setting, one result a seed.
    """

    results: dict[str, list[float]]

    def mean(self, setting: str) -> float:
        """Return the mean over the seeds."""
        return float(np.mean(self.results[setting]))

    def spread(self, setting: str) -> float:
        """Return the standard deviation over the seeds (n - 1); NaN for a single seed."""
        values = self.results[setting]
        return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan

    def __str__(self) -> str:
        width = max(map(len, (*self.results, "setting")))
        rows = [f"{'setting':{width}}  seeds    mean  spread     min     max"]
        rows += [f"{name:{width}}  " + "  ".join(cells) for name, cells in self._rows()]
        return "\n".join(rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        titles = ("setting", "seeds", "mean", "spread", "min", "max")
        head = "".join(f'<th scope="col">{title}</th>' for title in titles)
        body = "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{cell.strip()}</td>" for cell in cells)
            + "</tr>"
            for name, cells in self._rows()
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _rows(self) -> Iterator[tuple[str, list[str]]]:
        for name, values in self.results.items():
            numbers = (self.mean(name), self.spread(name), min(values), max(values))
            yield name, [f"{len(values):5}", *(f"{number:6.4f}" for number in numbers)]
