"""Make the table of lesson 10: train every row from every seed that its file does not have yet.

    python tools/table.py --jobs 4                               all rows, four runs at a time
    python tools/table.py --jobs 1 --rows plain both --seeds 3   two rows, three runs each
    python tools/table.py --jobs 40 --cluster tcp://HOST:8786    forty at a time on a Dask cluster

Each run has one core. Results are appended to mlp_lab/table/results.csv as they finish: stop it at
any time, and the same command goes on. When all networks of a final row are there, the average of
their probabilities is one more line, and what it gets wrong stands in mlp_lab/table/mistakes.csv.
The probabilities lie in mlp_lab/table/probabilities.

A worker of a cluster needs mlp_lab[cluster] of this version, the data set, and one thread:
`dask worker tcp://HOST:8786 --nworkers CORES --nthreads 1`.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

import mlp_lab
from mlp_lab.data.datasets import load_dataset
from mlp_lab.evaluation import results_over_seeds
from mlp_lab.support.atomic_file import replacing
from mlp_lab.support.jobs import as_they_finish
from mlp_lab.support.progress import progress_bar
from mlp_lab.table.mistakes import MISTAKES, write_mistakes
from mlp_lab.table.results import RESULTS, append_result, errors_of, lines_of, read_results
from mlp_lab.table.rows import ROWS, Row
from mlp_lab.table.runs import Run, error_percent, parts, run


def make(rows: Sequence[Row], n_seeds: int, jobs: int, path: Path = RESULTS) -> None:
    """Run what the file does not have; each line is in it before its step of the bar is done."""
    lines = read_results(path)
    missing = [
        (row, seed)
        for seed in range(n_seeds)
        for row in rows
        if str(seed) not in lines_of(row, lines)
    ]
    calls = (((row, seed), partial(run, row, seed)) for row, seed in missing)
    # in epochs, as runs differ in length
    with progress_bar(sum(row.epochs for row, _ in missing), "epochs", shown=True) as bar:
        for (row, seed), outcome in as_they_finish(calls, jobs):
            if row.final:
                keep_probabilities(path, row, seed, outcome)
            if str(seed) not in lines_of(row, read_results(path)):  # another command may have been
                append_result(path, row, str(seed), outcome)
            bar.update(row.epochs)
    for row in rows:
        if row.final:
            add_average(path, row, n_seeds)


def add_average(path: Path, row: Row, n_seeds: int) -> None:
    """Append the line of the average of a row's networks, unless the file has it."""
    made, name = lines_of(row, read_results(path)), f"average of {n_seeds}"
    if name in made:
        return
    files = [probabilities_file(path, row, seed) for seed in range(n_seeds)]
    if lost := [file.name for file in files if not file.exists()]:
        print(f"No {name} for {row.name!r}: {files[0].parent} lacks {', '.join(lost)}. Take the "
              f"lines of these seeds out of {path.name} to run them again.")  # fmt: skip
        return
    probabilities = np.mean([np.load(file) for file in files], axis=0)
    _, judged = parts(load_dataset(row.dataset), row.final)
    seconds = sum(float(made[str(seed)]["seconds"]) for seed in range(n_seeds))
    error = error_percent(probabilities, judged.labels)
    write_mistakes(path.with_name(MISTAKES.name), row.name, probabilities, judged.labels)
    append_result(path, row, name, Run(error, seconds, os.cpu_count() or 1, probabilities))


def keep_probabilities(path: Path, row: Row, seed: int, outcome: Run) -> None:
    """Write the probabilities beside the results, before the line that stands for them."""
    file = probabilities_file(path, row, seed)
    file.parent.mkdir(exist_ok=True)
    with replacing(file) as unfinished, unfinished.open("wb") as opened:
        np.save(opened, outcome.probabilities)


def probabilities_file(path: Path, row: Row, seed: int) -> Path:
    """Return where the probabilities of a final row's run are kept."""
    return path.parent / "probabilities" / f"{row.name}-{seed}.npy"


@contextmanager
def workers_of(cluster: str | None) -> Iterator[None]:
    """Have joblib run its calls on the workers of a Dask scheduler, if there is an address.

    With a single worker joblib would run them here. For a worker that cannot import what it is sent
    it would wait forever.
    """
    if cluster is None:
        yield
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError("a cluster needs Dask: pip install 'mlp_lab[cluster]'") from error
    from joblib import parallel_config

    with Client(cluster) as client, parallel_config("dask", client=client):
        client.wait_for_workers(2, timeout=60)
        versions = client.run(version, "mlp_lab")
        if {*versions.values()} != {mlp_lab.__version__}:
            raise RuntimeError(f"workers have {versions}, wanted mlp_lab {mlp_lab.__version__}")
        yield


def main(arguments: Sequence[str]) -> None:
    """Make what the command line says, and print what the file has then."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, required=True, help="runs at a time")
    parser.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW")
    parser.add_argument("--seeds", type=int, default=5, help="runs of each row")
    options = parser.parse_args(arguments)
    rows = [row for name, row in ROWS.items() if name in options.rows]
    # as Ctrl-C does, it ends the processes, too
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with workers_of(options.cluster):
        make(rows, options.seeds, options.jobs)
    print(f"Errors in percent:\n{results_over_seeds(errors_of(rows, read_results()))}")


if __name__ == "__main__":
    main(sys.argv[1:])
