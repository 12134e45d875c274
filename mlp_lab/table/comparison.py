"""The table itself: what was published, beside what our runs of the same networks have."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mlp_lab.table.results import Line, lines_of
from mlp_lab.table.rows import FINAL, PAPER


class Published(NamedTuple):
    """An error on MNIST's test images, in percent, and where it stands."""

    network: str
    error: float | None
    source: str


SIMARD = "Simard et al. 2003"
PUBLISHED = {
    "paper-300-squared-error": Published("300 units, squared error", 4.7, "LeCun et al. 1998"),
    "paper-800-cross-entropy": Published("800 units, cross-entropy", 1.6, SIMARD),
    "paper-800-affine": Published("800 units, affine distortion", 1.1, SIMARD),
    "paper-800-elastic": Published("800 units, elastic distortion", 0.7, SIMARD),
    "final-800": Published("800 units, affine and elastic", None, ""),
    "final-1600": Published("1600 units, affine and elastic", None, ""),
}
"""By the name of our row."""
HEADING = """\
| network | published | ours, mean of 5 | spread | average of the 5 | minutes for one |
|---|---|---|---|---|---|"""


def comparison_table(lines: Sequence[Line]) -> str:
    """Return the table in Markdown; errors in percent, of the rows that the lines have.

    The spread is the standard deviation over the seeds (n - 1). The average is of the five
    networks' probabilities.

    Examples
    --------
    >>> seeds = {seed: {"error": "1.50", "seconds": "120"} for seed in ("0", "1", "average of 5")}
    >>> lines = [PAPER[0].settings() | {"seed": seed} | line for seed, line in seeds.items()]
    >>> print(comparison_table(lines).splitlines()[-1])
    | 300 units, squared error | 4.7 (LeCun et al. 1998) | 1.50 | 0.00 | 1.50 | 2 |
    """
    rows = [HEADING]
    for row in (*PAPER, *FINAL):
        made = lines_of(row, lines)
        average = made.pop("average of 5", None)
        if average is None:
            continue
        network, published, source = PUBLISHED[row.name]
        errors = [float(line["error"]) for line in made.values()]
        minutes = np.mean([float(line["seconds"]) for line in made.values()]) / 60
        cells = (
            network,
            f"{published} ({source})" if published else "",
            f"{np.mean(errors):.2f}",
            f"{np.std(errors, ddof=1):.2f}",
            average["error"],
            f"{minutes:.0f}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
