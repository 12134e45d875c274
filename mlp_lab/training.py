"""Training: mini-batches, steps, the history of a run, early stopping and checkpoints."""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mlp_lab.array_files import read_arrays, write_arrays
from mlp_lab.arrays import FloatArray, IntArray, Parameters, check_count
from mlp_lab.evaluation import Samples, accuracy, check_finite, check_samples, mean_loss
from mlp_lab.gradient_check import Network
from mlp_lab.losses import Loss, find_loss
from mlp_lab.optimizers import Optimizer, Schedule, check_rate, find_optimizer, find_schedule
from mlp_lab.progress import progress_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FILE_KIND, FILE_VERSION = "mlp_lab checkpoint", 1
TRAIN_SAMPLES_EVALUATED = 5_000
"""After an epoch, the training loss and accuracy are measured on at most this many samples, spread
evenly over the training set: an accuracy near 97 % is then right to about a quarter of a point, and
an epoch takes a tenth longer, not as long again."""


@dataclass
class History:
    """What happened in a run of `train`: one entry an epoch, measured after the epoch.

    Attributes
    ----------
    train_loss, train_accuracy : list of float
        On the training set; of a large one, on 5,000 samples spread evenly over it.
    validation_loss, validation_accuracy : list of float
        On the validation set; empty without one.
    step_loss, step_rate : list of float
        Loss of every mini-batch before its step, and the step's learning rate; empty unless
        `train` was asked to record steps.
    best_epoch : int or None
        With early stopping, the epoch (from 1) whose parameters the network was given back.
    stop_reason : str
        ``"finished"``, ``"interrupted"``, ``"stopped early"`` or ``"diverged"``.

    Examples
    --------
    >>> History(train_loss=[0.5, 0.25]).epochs
    2
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    step_loss: list[float] = field(default_factory=list)
    step_rate: list[float] = field(default_factory=list)
    best_epoch: int | None = None
    stop_reason: str = "finished"

    @property
    def epochs(self) -> int:
        """The number of whole epochs."""
        return len(self.train_loss)

    def plot(self) -> "list[Axes]":
        """Draw loss and accuracy over the epochs, two Axes."""
        from mlp_lab.plots import training_curves

        return training_curves(self)

    def __repr__(self) -> str:
        if not self.epochs:
            return f"History(no whole epoch, {self.stop_reason})"
        last = [f"{name}={values[-1]:.4f}" for name, values in self.lists() if values]
        return f"History({self.epochs} epochs, {self.stop_reason}: {', '.join(last)})"

    def lists(self) -> list[tuple[str, list[float]]]:
        """Return the recorded lists with their names."""
        named = [(entry.name, getattr(self, entry.name)) for entry in fields(self)]
        return [(name, values) for name, values in named if isinstance(values, list)]


Callback = Callable[[Network, History], object]


class TrainingDiverged(ArithmeticError):  # noqa: N818 - the name is part of the public interface
    """The loss became NaN or infinite. The network has the last parameters whose loss was finite.

    Attributes
    ----------
    epoch, step : int
        Where, from 1; the step within its epoch.
    rate : float
        The learning rate there.
    history : History
        The epochs before.
    """

    def __init__(self, epoch: int, step: int, rate: float, value: float, history: History) -> None:
        super().__init__(
            f"the loss became {value} in epoch {epoch}, step {step}, at learning rate {rate:g}. "
            f"Try a tenth of that rate, or mlp_lab.learning_rate_range_test to find one; see that "
            "the inputs are scaled to about [0, 1]. The network has the last parameters with a "
            "finite loss, and this exception has the history."
        )
        self.epoch, self.step, self.rate, self.history = epoch, step, rate, history


def train(
    network: Network,
    samples: Samples,
    validation: Samples | None = None,
    epochs: int = 10,
    batch_size: int = 100,
    learning_rate: float | Schedule = 0.5,
    loss: str | Loss = "cross_entropy",
    optimizer: str | Optimizer = "sgd",
    seed: int = 0,
    progress: bool = True,
    callbacks: Sequence[Callback] = (),
    *,
    patience: int | None = None,
    record_steps: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | None = None,
) -> History:
    """Train a network, in place, along what its `gradients` returns.

    Every epoch goes through the samples once, in a new order, in mini-batches; each mini-batch is
    one step of the optimizer. An interrupt (Ctrl-C, or the notebook's stop button) ends the run and
    returns the history so far; the network is usable.

    Parameters
    ----------
    network : Network
        `MLP`, a subclass, or any object with `parameters`, `loss` and `gradients`; accuracies are
        NaN if it has no `predict`.
    samples, validation : Samples
        Splits, such as ``data.train`` and ``data.validation``.
    epochs, batch_size : int
        The last batch of an epoch may be smaller.
    learning_rate : float or Schedule
        A number, or a function from the epochs done (a fraction within an epoch) to the rate.
    loss : str or Loss
        ``"cross_entropy"``, ``"squared_error"`` or an object of your own.
    optimizer : str or Optimizer
        ``"sgd"``, ``"adam"``, or an object such as ``SGD(momentum=0.9)``, which starts afresh.
    seed : int
        Of the order of the samples.
    progress : bool
        Whether to show bars for epochs and steps.
    callbacks : sequence of callable
        Each is called after every epoch with the network and the history; if one returns True,
        training stops.
    patience : int, optional
        Stop early when the validation loss has not improved for so many epochs. With it, the
        network ends with the parameters of its best epoch.
    record_steps : bool
        Whether the history keeps the loss and the rate of every step.
    checkpoint : path-like, optional
        A file to write after every epoch.
    resume : path-like, optional
        A checkpoint to go on from, to the same bits as a run that never stopped. Pass the same
        samples and settings; `epochs` counts from the beginning of the first run.

    Returns
    -------
    History

    Raises
    ------
    TrainingDiverged
        If the loss of a mini-batch is NaN or infinite.
    ValueError, TypeError
        If samples, rate, sizes, names or the checkpoint are not fit to train with: before any step,
        but for inputs that are not finite, which show in the first loss that is not.

    Examples
    --------
    >>> from mlp_lab import MLP, load_digits
    >>> data = load_digits()
    >>> history = train(MLP([64, 10]), data.train, data.validation, epochs=3, progress=False)
    >>> history.epochs, history.validation_accuracy[-1] > 0.85
    (3, True)
    """
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)
    optimizer = find_optimizer(optimizer)
    optimizer.state.clear()
    run = _Run(network, samples, validation, find_loss(loss), optimizer, patience)
    run.check()
    schedule = find_schedule(learning_rate)
    settings = {
        "batch_size": batch_size,
        "seed": seed,
        "n_samples": len(samples.inputs),
        "loss": run.loss.name,
        "optimizer": repr(optimizer),
        "patience": patience or 0,
    }
    if resume is not None:
        run.restore(resume, settings)
    history = run.history
    steps = math.ceil(len(samples.inputs) / batch_size)
    try:
        with (
            np.errstate(over="ignore", invalid="ignore"),  # TrainingDiverged says it better
            progress_bar(epochs, "epochs", progress) as epoch_bar,
            progress_bar(steps, "steps", progress, leave=False) as step_bar,
        ):
            epoch_bar.update(history.epochs)
            while history.epochs < epochs and not run.out_of_patience():
                step_bar.reset()
                for value, rate in run.one_epoch(batch_size, schedule, seed):
                    step_bar.update()
                    if record_steps:
                        history.step_loss.append(value)
                        history.step_rate.append(rate)
                run.evaluate()
                epoch_bar.update()
                if checkpoint is not None:
                    run.save(checkpoint, settings)
                answers = [callback(network, history) for callback in callbacks]
                if True in answers:
                    history.stop_reason = "stopped early"
                    break
    except KeyboardInterrupt:
        history.stop_reason = "interrupted"
        print(f"Interrupted in epoch {history.epochs + 1}; the network keeps what it has learned.")
    if run.out_of_patience():
        history.stop_reason = "stopped early"
    run.give_back_best()
    return history


def copy_parameters(source: Parameters, destination: Parameters) -> None:
    """Copy values array by array; the destination's arrays stay the same objects."""
    for name, array in destination.items():
        np.copyto(array, source[name])


@dataclass
class _Run:
    """A run of `train`: what its checkpoints have to hold."""

    network: Network
    samples: Samples
    validation: Samples | None
    loss: Loss
    optimizer: Optimizer
    patience: int | None
    history: History = field(default_factory=History)
    best: Parameters = field(default_factory=dict)
    last_finite: Parameters = field(default_factory=dict)

    def __post_init__(self) -> None:
        parameters = self.network.parameters()
        self.last_finite = {name: array.copy() for name, array in parameters.items()}

    def check(self) -> None:
        """Refuse what cannot be trained, before any step."""
        check_samples(self.samples)
        if self.validation is not None:
            check_samples(self.validation)
            check_finite(self.validation)
        if self.patience is not None:
            check_count("patience", self.patience)
            if self.validation is None:
                raise ValueError("patience watches the validation loss: pass validation=...")
        for samples in (self.samples, self.validation):
            if samples is not None:  # one sample of each class shows what the network refuses
                _, firsts = np.unique(samples.labels, return_index=True)
                self.network.loss(samples.inputs[firsts], samples.labels[firsts], loss=self.loss)

    def one_epoch(
        self, batch_size: int, schedule: Schedule, seed: int
    ) -> Iterator[tuple[float, float]]:
        """Step through all samples once; yield the loss before each step and the step's rate.

        Seed and epoch alone decide the order, so that a run can go on from any epoch.
        """
        inputs, labels, epoch = self.samples.inputs, self.samples.labels, self.history.epochs
        parameters = self.network.parameters()
        order = np.random.default_rng([seed, epoch]).permutation(len(inputs))
        for step, start in enumerate(range(0, len(inputs), batch_size), 1):
            batch = order[start : start + batch_size]
            rate = check_rate(schedule(epoch + start / len(inputs)))
            value, gradients = self.network.gradients(inputs[batch], labels[batch], loss=self.loss)
            self.require_finite(value, step, rate)
            copy_parameters(parameters, self.last_finite)
            self.optimizer.step(parameters, gradients, rate)
            yield value, rate
        # what the last step did shows in no mini-batch of this epoch
        value = self.network.loss(inputs[batch], labels[batch], loss=self.loss)
        self.require_finite(value, step, rate)

    def require_finite(self, value: float, step: int, rate: float) -> None:
        """Give up if a loss is not finite: with the network as it was when the loss last was."""
        if math.isfinite(value):
            return
        copy_parameters(self.last_finite, self.network.parameters())
        check_finite(self.samples)
        self.history.stop_reason = "diverged"
        raise TrainingDiverged(self.history.epochs + 1, step, rate, value, self.history)

    def evaluate(self) -> None:
        """Measure loss and accuracy after an epoch, and add them to the history at once."""
        every = math.ceil(len(self.samples.inputs) / TRAIN_SAMPLES_EVALUATED)
        evaluated = _Arrays(self.samples.inputs[::every], self.samples.labels[::every])
        train_loss, train_accuracy = self._measure(evaluated)
        if self.validation is not None:
            validation_loss, validation_accuracy = self._measure(self.validation)
            if self.patience is not None and validation_loss < self._best_loss():
                parameters = self.network.parameters()
                self.best = {name: array.copy() for name, array in parameters.items()}
                self.history.best_epoch = self.history.epochs + 1
            self.history.validation_loss.append(validation_loss)
            self.history.validation_accuracy.append(validation_accuracy)
        self.history.train_accuracy.append(train_accuracy)
        self.history.train_loss.append(train_loss)

    def _measure(self, samples: Samples) -> tuple[float, float]:
        """Return loss and accuracy; NaN for the accuracy of a network that cannot predict."""
        network: Any = self.network
        share = accuracy(network, samples) if hasattr(network, "predict") else math.nan
        return mean_loss(network, samples, self.loss), share

    def _best_loss(self) -> float:
        return min(self.history.validation_loss, default=math.inf)

    def out_of_patience(self) -> bool:
        """Tell whether the validation loss has not improved for `patience` epochs."""
        if self.patience is None:
            return False
        return self.history.epochs - (self.history.best_epoch or 0) >= self.patience

    def give_back_best(self) -> None:
        """With early stopping, put the parameters of the best epoch into the network."""
        if self.best:
            copy_parameters(self.best, self.network.parameters())

    def save(self, path: str | os.PathLike[str], settings: dict[str, Any]) -> None:
        """Write everything that the rest of the run depends on."""
        arrays = {f"setting:{name}": value for name, value in settings.items()}
        groups: dict[str, dict[str, Any]] = {
            "parameter": self.network.parameters(),
            "best": self.best,
            "optimizer": self.optimizer.state,
            "history": dict(self.history.lists()),
        }
        for group, members in groups.items():
            arrays |= {f"{group}:{name}": array for name, array in members.items()}
        arrays["best_epoch"] = self.history.best_epoch or 0
        write_arrays(path, FILE_KIND, FILE_VERSION, arrays)

    def restore(self, path: str | os.PathLike[str], settings: dict[str, Any]) -> None:
        """Take up the run that `save` wrote, or say why this is not its continuation."""
        groups: dict[str, dict[str, Any]] = {}
        for key, array in read_arrays(path, FILE_KIND, FILE_VERSION).items():
            group, _, name = key.partition(":")
            groups.setdefault(group, {})[name] = array
        saved = {name: array.item() for name, array in groups.get("setting", {}).items()}
        if saved != settings:
            raise ValueError(
                f"{os.fspath(path)} was written by a run with {saved}; this run has {settings}"
            )
        parameters = self.network.parameters()
        found = {name: array.shape for name, array in groups.get("parameter", {}).items()}
        if found != {name: array.shape for name, array in parameters.items()}:
            raise ValueError(f"{os.fspath(path)} holds another network: its parameters are {found}")
        copy_parameters(groups["parameter"], parameters)
        self.best = groups.get("best", {})
        self.optimizer.state.update(groups.get("optimizer", {}))
        for name, array in groups.get("history", {}).items():
            getattr(self.history, name)[:] = array.tolist()
        self.history.best_epoch = int(groups["best_epoch"][""]) or None


@dataclass(frozen=True)
class _Arrays:
    """Inputs and labels, the least that can be evaluated."""

    inputs: FloatArray
    labels: IntArray
