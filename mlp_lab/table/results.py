"""The file of results: a CSV with a line for each run that has finished, settings and all.

One process appends to it. A line counts once its end is written: what a kill has torn off is
dropped, and run again.
"""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import mlp_lab
from mlp_lab.table.rows import Row
from mlp_lab.table.runs import Run

RESULTS = Path(__file__).with_name("results.csv")
COLUMNS = (*Row("").settings(), "seed", "error", "seconds", "version", "cores")
Line = Mapping[str, str]


def read_results(path: Path = RESULTS) -> list[Line]:
    """Return the lines of a file of results, each a text by its column; none without a file.

    Raises
    ------
    ValueError
        If the file has other columns.
    """
    whole = _whole_lines(path).decode()
    if not whole:
        return []
    reader = csv.DictReader(io.StringIO(whole))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"{path} has other columns than {', '.join(COLUMNS)}: move it away")
    return list(reader)


def append_result(path: Path, row: Row, seed: str, outcome: Run) -> None:
    """Write one more line, to the disk."""
    numbers = f"{outcome.error:.2f}", f"{outcome.seconds:.1f}", mlp_lab.__version__, outcome.cores
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    whole = _whole_lines(path)
    if not whole:
        writer.writerow(COLUMNS)
    writer.writerow([*row.settings().values(), seed, *numbers])
    with path.open("ab") as file:
        file.truncate(len(whole))  # drops a torn line
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())


def lines_of(row: Row, lines: Sequence[Line]) -> dict[str, Line]:
    """Return, by seed, the lines that a row has made with the settings that it has now."""
    settings = row.settings().items()
    return {line["seed"]: line for line in lines if settings <= line.items()}


def errors_of(rows: Iterable[Row], lines: Sequence[Line]) -> dict[str, list[float]]:
    """Return the errors, in percent, that stand there for each row, and for each average of one.

    Examples
    --------
    >>> row = Row("plain")
    >>> lines = [row.settings() | {"seed": seed, "error": "1.75"} for seed in ("0", "1")]
    >>> errors_of([row], lines)
    {'plain': [1.75, 1.75]}
    """
    errors: dict[str, list[float]] = {}
    for row in rows:
        for seed, line in lines_of(row, lines).items():
            name = row.name if seed.isdecimal() else f"{row.name}, {seed}"
            errors.setdefault(name, []).append(float(line["error"]))
    return errors


def _whole_lines(path: Path) -> bytes:
    """Return what the file has, up to the end of its last whole line."""
    content = path.read_bytes() if path.exists() else b""
    return content[: content.rfind(b"\n") + 1]
