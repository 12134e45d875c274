"""Settings over seeds: each is run with every seed; what came out is a table, and curves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mlp_lab.support.history import History
from mlp_lab.support.jobs import as_they_finish
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.results_table import ResultsTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Comparison:
    """The histories of several settings, each over several seeds: print it, or `plot` it.

    Attributes
    ----------
    histories : dict of str to list of History
        Per setting, one a seed.
    """

    histories: dict[str, list[History]]

    @property
    def table(self) -> ResultsTable:
        """The validation accuracy that each run ended with, or with patience its best epoch's."""
        return ResultsTable(
            {
                name: [run.validation_accuracy[(run.best_epoch or 0) - 1] for run in runs]
                for name, runs in self.histories.items()
            }
        )

    def plot(self) -> "list[Axes]":
        """Draw the validation loss and accuracy of all settings over the epochs, two Axes."""
        from mlp_lab.figures.compared_curves import compared_curves

        return compared_curves(self.histories)

    def __repr__(self) -> str:
        return f"Validation accuracy at the end:\n{self.table}"

    def _repr_html_(self) -> str:
        return f"<p>Validation accuracy at the end:</p>{self.table._repr_html_()}"


def compare(
    settings: Mapping[str, Callable[[int], History]],
    seeds: Sequence[int] = (0, 1, 2),
    progress: bool = True,
    jobs: int = 1,
) -> Comparison:
    """Run every setting with every seed, and return what came out, to print and to plot.

    Parameters
    ----------
    settings : mapping of str to callable
        Each takes a seed, trains a new network from it with a validation set, and returns the
        history.
    seeds : sequence of int
        Two or more tell how far chance alone moves a result.
    progress : bool
        Whether to show a bar.
    jobs : int
        How many runs at a time, each in a process of its own with one BLAS thread. What they train
        with is copied to them; more than 1 needs joblib.

    Raises
    ------
    ValueError
        If there is no setting, seed or job, or a history has no validation accuracy.
    ImportError
        If there is more than one job and no joblib.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits, train
    >>> data = load_digits()
    >>> def run(seed, rate):
    ...     network = MLP([64, 10], seed=seed)
    ...     return train(network, data.train, data.validation, 2, learning_rate=rate, seed=seed,
    ...                  progress=False)
    >>> settings = {"slow": lambda seed: run(seed, 0.01), "fast": lambda seed: run(seed, 0.5)}
    >>> comparison = compare(settings, seeds=(0, 1), progress=False)
    >>> comparison.table.mean("slow") < comparison.table.mean("fast")
    True
    """
    if not settings or not len(seeds):
        raise ValueError("there is nothing to compare: pass at least one setting and one seed")
    # all settings with one seed before the next: a stop leaves fair pairs
    calls = [
        ((place, name), partial(run, seed))
        for place, seed in enumerate(seeds)
        for name, run in settings.items()
    ]
    runs = ((key, call()) for key, call in calls) if jobs == 1 else as_they_finish(calls, jobs)
    found: dict[tuple[int, str], History] = {}
    with progress_bar(len(calls), "runs", progress) as bar:
        for (place, name), history in runs:
            if not getattr(history, "validation_accuracy", None):
                raise ValueError(
                    f"the run of {name!r} returned {history!r}, wanted the history of a run "
                    "with a validation set: return train(network, data.train, data.validation)"
                )
            found[place, name] = history
            bar.update()
    return Comparison(
        {name: [found[place, name] for place in range(len(seeds))] for name in settings}
    )
