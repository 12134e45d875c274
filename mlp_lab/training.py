"""Training: epochs of mini-batches, each a step along the gradient; evaluation; early stopping."""

import inspect
import math
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mlp_lab.evaluation import (
    as_samples,
    check_finite,
    loss_and_accuracy,
    mean_loss,
    random_subset,
    warn_if_not_scaled,
)
from mlp_lab.losses import Loss, find_loss
from mlp_lab.optimizers import Optimizer, Schedule, check_rate, find_optimizer, find_schedule
from mlp_lab.support.arguments import check_count, check_shapes, copy_parameters, name_of
from mlp_lab.support.checkpoints import load_checkpoint, save_checkpoint
from mlp_lab.support.history import History, TrainingDiverged
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.threads import sensible_threads
from mlp_lab.support.types import FloatArray, IntArray, Network, Parameters, Samples

TRAIN_SAMPLES_EVALUATED = 2_500
"""After an epoch, the training loss and accuracy are measured on at most this many samples, taken
at random once a run. Chance moves an accuracy of 97 % on so many by a third of a point (its
standard error, the square root of 0.97 * 0.03 / 2500). An epoch takes a twentieth longer so; on
all of MNIST it would take half as long again."""
KEPT_EVERY = 10
"""A diverging run falls back on parameters that are at most so many steps old; to keep those of
every step would cost more time than the update itself."""
RECKLESS = 100
"""A learning rate so many times the optimizer's usual one draws a warning."""
SEE_CHECK = "; see what check_gradients says"
Callback = Callable[[Network, History], object]


def train(
    network: Network,
    samples: Samples,
    validation: Samples | None = None,
    epochs: int = 10,
    batch_size: int = 100,
    learning_rate: float | Schedule | None = None,
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

    The history's training loss and accuracy are measured after each epoch: on all samples, or of
    more than 2,500 on so many, taken at random once a run. An accuracy of 97 % on 2,500 samples has
    a standard error of 0.34 percentage points.

    Parameters
    ----------
    network : Network
        `MLP`, a subclass, or any object with `parameters`, `loss` and `gradients`; accuracies are
        NaN if it has no `predict`.
    samples, validation : Samples
        Splits, such as ``data.train`` and ``data.validation``; or ``Split(inputs, labels)`` of
        arrays, tables, tensors or lists of your own. Inputs that are not scaled draw a warning.
    epochs, batch_size : int
        The last batch of an epoch may be smaller.
    learning_rate : float or Schedule, optional
        A number, or a function from the epochs done (a fraction within an epoch) to the rate; by
        default the optimizer's own: 0.5 for plain SGD, 0.001 for Adam. A number a hundred times
        beyond that warns.
    loss : str or Loss
        ``"cross_entropy"``, ``"squared_error"`` or an object of your own.
    optimizer : str or Optimizer
        ``"sgd"``, ``"adam"``, or an object such as ``SGD(momentum=0.9)``, which starts afresh.
    seed : int
        Of the order of the samples, and of the choice of those that are measured.
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
    FileNotFoundError
        If the checkpoint's folder does not exist.
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
    check_count("seed", seed, least=0)
    if not (isinstance(callbacks, Sequence) and all(map(callable, callbacks))):
        raise TypeError(f"callbacks is {callbacks!r}, wanted a list of callables")
    if checkpoint is not None and not (folder := Path(checkpoint).absolute().parent).is_dir():
        raise FileNotFoundError(f"there is no folder {folder} to write the checkpoint into")
    optimizer = find_optimizer(optimizer)
    optimizer.state.clear()
    schedule = find_schedule(_checked_rate(learning_rate, optimizer))
    run = _Run(network, samples, validation, find_loss(loss), optimizer, patience)
    run.check()
    for split in (run.samples, run.validation):
        if split is not None:
            warn_if_not_scaled(split.inputs)
    run.evaluated = random_subset(run.samples, TRAIN_SAMPLES_EVALUATED, seed)
    settings = {
        "batch_size": batch_size,
        "seed": str(seed),  # a seed may be larger than any integer in a file
        "n_samples": len(run.samples.inputs),
        "n_validation": 0 if run.validation is None else len(run.validation.inputs),
        "loss": name_of(run.loss),
        "optimizer": repr(optimizer),
        "patience": patience or 0,
    }
    history = run.history
    if resume is not None:
        run.best = load_checkpoint(resume, settings, run.parameters, optimizer.state, history)
        copy_parameters(run.parameters, run.kept)
    steps = math.ceil(len(run.samples.inputs) / batch_size)
    try:
        with (
            np.errstate(over="ignore", invalid="ignore"),  # TrainingDiverged says it better
            sensible_threads(run.parameters, batch_size),
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
                run.evaluate(steps, rate)
                epoch_bar.update()
                if checkpoint is not None:
                    save_checkpoint(
                        checkpoint, settings, run.parameters, run.best, optimizer.state, history
                    )
                answers = [callback(network, history) for callback in callbacks]
                if any(answer is True for answer in answers):
                    history.stop_reason = "stopped early"
                    break
    except KeyboardInterrupt:
        history.stop_reason = "interrupted"
        run.take_back_an_overflow()
        print(f"Interrupted in epoch {history.epochs + 1}; the network keeps what it has learned.")
    if run.out_of_patience():
        history.stop_reason = "stopped early"
    if run.best:
        copy_parameters(run.best, run.parameters)
    return history


@dataclass
class _Run:
    """A run of `train`: the network, what it learns from, and what has happened so far."""

    network: Network
    samples: Samples
    validation: Samples | None
    loss: Loss
    optimizer: Optimizer
    patience: int | None
    history: History = field(default_factory=History)
    best: Parameters = field(default_factory=dict)
    kept: Parameters = field(default_factory=dict)
    evaluated: Samples = field(init=False)
    takes_out: bool = field(init=False)
    filled: Parameters | None = None

    @property
    def parameters(self) -> Parameters:
        """The network's live arrays."""
        return self.network.parameters()

    def check(self) -> None:
        """Refuse what cannot be trained, before any step."""
        self.samples = as_samples(self.samples, self.network)
        if self.validation is not None:
            self.validation = as_samples(self.validation, self.network)
            check_finite(self.validation.inputs)
        if self.patience is not None:
            check_count("patience", self.patience)
            if self.validation is None:
                raise ValueError("patience watches the validation loss: pass validation=...")
        check_parameters(self.network)
        self.takes_out = "out" in inspect.signature(self.network.gradients).parameters
        self.kept = {name: array.copy() for name, array in self.parameters.items()}
        with np.errstate(over="ignore", invalid="ignore"):
            for samples in (self.samples, self.validation):
                if samples is not None:  # the extreme labels show what the network refuses
                    extremes = [samples.labels.argmin(), samples.labels.argmax()]
                    inputs, labels = samples.inputs[extremes], samples.labels[extremes]
                    self.network.loss(inputs, labels, loss=self.loss)

    def one_epoch(
        self, batch_size: int, schedule: Schedule, seed: int
    ) -> Iterator[tuple[float, float]]:
        """Step through all samples once; yield the loss before each step and the step's rate.

        Seed and epoch alone decide the order, so that a run can go on from any epoch.
        """
        inputs, labels, epoch = self.samples.inputs, self.samples.labels, self.history.epochs
        parameters = self.parameters
        order = np.random.default_rng([seed, epoch]).permutation(len(inputs))
        room = np.empty((min(batch_size, len(inputs)), inputs.shape[1]), inputs.dtype)
        for step, start in enumerate(range(0, len(inputs), batch_size), 1):
            batch = order[start : start + batch_size]
            rate = check_rate(schedule(epoch + start / len(inputs)))
            # "clip" writes into the room at once; all indices are in range
            x = np.take(inputs, batch, axis=0, out=room[: len(batch)], mode="clip")
            value, gradients = self.gradients(x, labels[batch])
            if step == 1:
                check_shapes("gradients()", gradients, parameters, SEE_CHECK)
            self.require_finite(value, step, rate)
            if step % KEPT_EVERY == 1:
                copy_parameters(parameters, self.kept)
            self.optimizer.step(parameters, gradients, rate)
            yield value, rate

    def gradients(self, x: FloatArray, labels: IntArray) -> tuple[float, Parameters]:
        """Return the loss of a batch, and gradients that the optimizer may overwrite.

        A network whose `gradients` takes `out` fills the same arrays in every step.
        """
        network: Any = self.network
        if self.takes_out:
            value, self.filled = network.gradients(x, labels, loss=self.loss, out=self.filled)
            return value, self.filled
        value, returned = network.gradients(x, labels, loss=self.loss)
        return value, {name: np.array(array) for name, array in returned.items()}

    def require_finite(self, value: float, step: int, rate: float) -> None:
        """Give up if a loss is not finite: with the network as it was a few steps before."""
        if math.isfinite(value):
            return
        copy_parameters(self.kept, self.parameters)
        check_finite(self.samples.inputs)
        self.history.stop_reason = "diverged"
        raise TrainingDiverged(self.history.epochs + 1, step, rate, value, self.history)

    def take_back_an_overflow(self) -> None:
        """Go back a few steps if the last one left parameters that are not finite."""
        if not all(np.isfinite(array).all() for array in self.parameters.values()):
            copy_parameters(self.kept, self.parameters)

    def evaluate(self, step: int, rate: float) -> None:
        """Measure loss and accuracy after an epoch, and add them to the history at once."""
        train_loss, train_accuracy = self._measure(self.evaluated)
        self.require_finite(train_loss, step, rate)
        if self.validation is not None:
            validation_loss, validation_accuracy = self._measure(self.validation)
            if self.patience is not None and validation_loss < self._best_loss():
                self.best = {name: array.copy() for name, array in self.parameters.items()}
                self.history.best_epoch = self.history.epochs + 1
            self.history.validation_loss.append(validation_loss)
            self.history.validation_accuracy.append(validation_accuracy)
        self.history.train_accuracy.append(train_accuracy)
        self.history.train_loss.append(train_loss)

    def _measure(self, samples: Samples) -> tuple[float, float]:
        """Return loss and accuracy; NaN for the accuracy of a network that cannot predict."""
        if hasattr(self.network, "predict"):
            return loss_and_accuracy(self.network, samples, self.loss)
        return mean_loss(self.network, samples, self.loss), math.nan

    def _best_loss(self) -> float:
        best = self.history.best_epoch
        return math.inf if best is None else self.history.validation_loss[best - 1]

    def out_of_patience(self) -> bool:
        """Tell whether the validation loss has not improved for `patience` epochs."""
        if self.patience is None:
            return False
        return self.history.epochs - (self.history.best_epoch or 0) >= self.patience


def _checked_rate(learning_rate: float | Schedule | None, optimizer: Optimizer) -> float | Schedule:
    """Return the rate to train with, and warn of a number that is far beyond what can learn."""
    usual = optimizer.usual_rate
    if learning_rate is None:
        return usual
    if not callable(learning_rate) and check_rate(learning_rate) >= RECKLESS * usual:
        warnings.warn(
            f"learning_rate={learning_rate:g} is {learning_rate / usual:,.0f} times the usual rate "
            f"of {optimizer!r}, {usual:g}: it will hardly learn. Leave learning_rate out for the "
            "usual one, or find one with learning_rate_range_test",
            stacklevel=3,
        )
    return learning_rate


def check_parameters(network: Network) -> None:
    """Refuse a network that has lost its numbers already, or hands out copies of them.

    Raises
    ------
    ValueError
        With the name of the first parameter that is a copy, or holds a NaN or an infinity.
    """
    again = network.parameters()
    for name, parameter in network.parameters().items():
        if not np.isfinite(parameter).all():
            raise ValueError(f"{name} has entries that are not finite: start from a new network")
        if not np.shares_memory(parameter, again[name]):
            raise ValueError(
                f"parameters() returns a copy of {name}, and changing a copy trains nothing: "
                "return the arrays that the network computes with"
            )
