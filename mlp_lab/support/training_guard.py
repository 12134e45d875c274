"""What watches over a run of `train`, so that nothing is lost: it hooks on to the loop.

A loss that is not finite or an interrupt finds parameters to fall back on; patience brings back
those of the best epoch, however the run ends; after each epoch a checkpoint is written, and
callbacks are called.
"""

import inspect
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mlp_lab.support.array_checks import check_finite
from mlp_lab.support.array_files import NamedArrays
from mlp_lab.support.checkpoints import load_checkpoint, save_checkpoint
from mlp_lab.support.history import History, TrainingDiverged
from mlp_lab.support.networks import check_gradients_fit, copies_of, copy_parameters
from mlp_lab.support.progress import progress_bar
from mlp_lab.support.threads import sensible_threads
from mlp_lab.support.types import FloatArray, IntArray, Network, Parameters

KEPT_EVERY = 10
"""A diverging run falls back on parameters that are at most so many steps old; to keep those of
every step would cost more time than the update itself."""
Callback = Callable[[Network, History], object]
Measured = tuple[float, float]  # mean loss and accuracy


@dataclass
class TrainingGuard:
    """Watches over one run; patience, callbacks, record_steps and checkpoint are as for `train`."""

    network: Network
    inputs: FloatArray  # of the training set: if a loss is not finite, they may be why
    settings: Mapping[str, object]  # what a checkpoint of this run has to agree with
    optimizer_state: NamedArrays
    patience: int | None
    callbacks: Sequence[Callback]
    record_steps: bool
    checkpoint: str | os.PathLike[str] | None
    history: History = field(default_factory=History)
    best: Parameters = field(default_factory=dict)  # of the best epoch
    kept: Parameters = field(init=False)  # of at most `KEPT_EVERY` steps ago
    step: int = 0
    rate: float = math.nan
    stopped: bool = False
    bars: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not (isinstance(self.callbacks, Sequence) and all(map(callable, self.callbacks))):
            raise TypeError(f"callbacks is {self.callbacks!r}, wanted a list of callables")
        if self.checkpoint is not None:
            folder = Path(self.checkpoint).absolute().parent
            if not folder.is_dir():
                raise FileNotFoundError(f"there is no folder {folder} to write the checkpoint into")
        self.kept = copies_of(self.parameters)

    @property
    def parameters(self) -> Parameters:
        """The network's live arrays."""
        return self.network.parameters()

    def resume(self, path: str | os.PathLike[str]) -> None:
        """Take up the run that a checkpoint holds."""
        self.best = load_checkpoint(
            path, self.settings, self.parameters, self.optimizer_state, self.history
        )
        copy_parameters(self.parameters, self.kept)

    @contextmanager
    def watching(self, epochs: int, steps: int, batch_size: int, progress: bool) -> Iterator[None]:
        """Show the bars, and end the run in order if it is interrupted."""
        begun = False
        try:
            with (
                np.errstate(over="ignore", invalid="ignore"),  # TrainingDiverged says it better
                sensible_threads(self.parameters, batch_size),
                progress_bar(epochs, "epochs", progress) as epoch_bar,
                progress_bar(steps, "steps", progress, leave=False) as step_bar,
            ):
                self.bars = [epoch_bar, step_bar]
                epoch_bar.update(self.history.epochs)
                begun = True
                yield
        except KeyboardInterrupt:
            if not begun:
                raise  # before the first step there is nothing to end in order
            self.history.stop_reason = "interrupted"
            if not all(np.isfinite(array).all() for array in self.parameters.values()):
                copy_parameters(self.kept, self.parameters)
        finally:
            if begun and self.best:
                copy_parameters(self.best, self.parameters)
        if self.out_of_patience():
            self.history.stop_reason = "stopped early"
        if self.history.stop_reason == "interrupted":
            epoch, best = self.history.epochs + 1, self.history.best_epoch
            has = f"has its best epoch, {best}" if best else "keeps what it has learned"
            print(f"Interrupted in epoch {epoch}; the network {has}.")

    def epochs_to_go(self, epochs: int) -> Iterator[int]:
        """Yield the number of epochs done before each epoch that is still to be trained."""
        while self.history.epochs < epochs and not self.stopped and not self.out_of_patience():
            self.step = 0
            self.bars[1].reset()
            yield self.history.epochs

    def before_step(self, value: float, gradients: Parameters, rate: float) -> None:
        """Look at a loss and its gradients, and keep the parameters from time to time."""
        self.step, self.rate = self.step + 1, rate
        if self.step == 1:
            check_gradients_fit(gradients, self.parameters)
        self.require_finite(value)
        if self.step % KEPT_EVERY == 1:
            copy_parameters(self.parameters, self.kept)

    def after_step(self, value: float) -> None:
        """Move the bar, and record the step if that was asked for."""
        self.bars[1].update()
        if self.record_steps:
            self.history.step_loss.append(value)
            self.history.step_rate.append(self.rate)

    def after_epoch(self, train: Measured, validation: Measured | None) -> None:
        """Enter what was measured into the history; patience, checkpoint and callbacks follow."""
        self.require_finite(train[0])
        if validation is not None:
            if self.patience is not None and validation[0] < self._best_loss():
                self.best = copies_of(self.parameters)
                self.history.best_epoch = self.history.epochs + 1
            self.history.validation_loss.append(validation[0])
            self.history.validation_accuracy.append(validation[1])
        self.history.train_accuracy.append(train[1])
        self.history.train_loss.append(train[0])  # last: an epoch counts once its loss is here
        self.bars[0].update()
        if self.checkpoint is not None:
            save_checkpoint(
                self.checkpoint, self.settings, self.parameters, self.best,
                self.optimizer_state, self.history,
            )  # fmt: skip
        answers = [callback(self.network, self.history) for callback in self.callbacks]
        if any(answer is True for answer in answers):
            self.history.stop_reason, self.stopped = "stopped early", True

    def require_finite(self, value: float) -> None:
        """Give up if a loss is not finite: with the best parameters, or those of some steps ago."""
        if math.isfinite(value):
            return
        copy_parameters(self.best or self.kept, self.parameters)
        check_finite(self.inputs)
        self.history.stop_reason = "diverged"
        raise TrainingDiverged(self.history.epochs + 1, self.step, self.rate, value, self.history)

    def out_of_patience(self) -> bool:
        """Tell whether the validation loss has not improved for `patience` epochs."""
        if self.patience is None:
            return False
        return self.history.epochs - (self.history.best_epoch or 0) >= self.patience

    def _best_loss(self) -> float:
        best = self.history.best_epoch
        return math.inf if best is None else self.history.validation_loss[best - 1]


def gradients_of_batches(
    network: Network, loss: object
) -> Callable[[FloatArray, IntArray], tuple[float, Parameters]]:
    """Return a function from a batch to its loss, and to gradients that may be overwritten.

    A network whose `gradients` takes `out` fills the same arrays in every step.
    """
    takes_out = "out" in inspect.signature(network.gradients).parameters
    filling: Any = network
    filled: Parameters | None = None

    def gradients(x: FloatArray, labels: IntArray) -> tuple[float, Parameters]:
        nonlocal filled
        if takes_out:
            value, filled = filling.gradients(x, labels, loss=loss, out=filled)
            return value, filled
        value, returned = network.gradients(x, labels, loss=loss)
        return value, copies_of(returned)

    return gradients
