"""What comes out of a run of `train`: its history, or why it ended early."""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass
class History:
    """What happened in a run of `train`: one entry an epoch, measured after the epoch.

    Attributes
    ----------
    train_loss, train_accuracy : list of float
        On the training set; of a large one, on 2,500 samples taken at random.
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
        from mlp_lab.figures.training_curves import training_curves

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


class TrainingDiverged(ArithmeticError):  # noqa: N818 - the name is part of the public interface
    """The loss became NaN or infinite. The network has parameters of at most ten steps before.

    If `train` was given a patience, it has those of its best epoch, ``history.best_epoch``, if
    there is one.

    Attributes
    ----------
    epoch, step : int
        Where, from 1; the step within its epoch.
    rate : float
        The learning rate there.
    value : float
        What the loss became.
    history : History
        The epochs before.
    """

    def __init__(self, epoch: int, step: int, rate: float, value: float, history: History) -> None:
        best = history.best_epoch
        before = "a few steps before, whose loss was finite"
        parameters = f"its best epoch, {best}" if best else before
        super().__init__(
            f"the loss became {value} in epoch {epoch}, step {step}, at learning rate {rate:g}. "
            f"Try a tenth of that rate, or mlp_lab.learning_rate_range_test to find one; see that "
            f"the inputs are scaled to about [0, 1]. The network has the parameters of "
            f"{parameters}, and this exception has the history."
        )
        self.epoch, self.step, self.rate = epoch, step, rate
        self.value, self.history = value, history

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:  # or no process pool could hand it on
        return type(self), (self.epoch, self.step, self.rate, self.value, self.history)
