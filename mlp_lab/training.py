"""Training: epochs of mini-batches, each one step along the gradient of its loss.

In every epoch, for every mini-batch: ``parameters -= rate * gradients`` (or what another optimizer
makes of the two), then loss and accuracy are measured. What guards a run (interrupts, a loss that
is not finite, patience, checkpoints, callbacks, bars) hooks on to this loop from
`support.training_guard`.
"""

import math
import os
from collections.abc import Iterator, Sequence

import numpy as np

from mlp_lab.data.samples import warn_if_not_scaled
from mlp_lab.evaluation import as_samples, loss_and_accuracy, mean_loss, random_subset
from mlp_lab.losses import Loss, find_loss
from mlp_lab.optimizers import (
    Optimizer,
    Schedule,
    find_optimizer,
    find_schedule,
    shrink_weights,
)
from mlp_lab.support.array_checks import check_finite, check_transformed
from mlp_lab.support.dropout import dropping
from mlp_lab.support.history import History
from mlp_lab.support.networks import check_loss_of_extremes, check_parameters
from mlp_lab.support.option_checks import check_count, check_rate, name_of
from mlp_lab.support.training_guard import Callback, TrainingGuard, gradients_of_batches
from mlp_lab.support.types import FloatArray, IntArray, Network, Samples, Transform

TRAIN_SAMPLES_EVALUATED = 2_500
"""After an epoch, the training loss and accuracy are measured on at most this many samples, taken
at random once a run. Chance moves an accuracy of 97 % on so many by a third of a point (its
standard error, the square root of 0.97 * 0.03 / 2500). An epoch takes a twentieth longer so; on
all of MNIST it would take half as long again."""


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
    weight_decay: float = 0.0,
    transform: Transform | None = None,
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
        network ends with the parameters of its best epoch, if there is one, however the run ends.
    weight_decay : float
        In every step each weight, but no bias, shrinks by this times the rate. For SGD that is the
        gradient of ``weight_decay / 2`` times the sum of the squared weights.
    transform : callable, optional
        ``transform(inputs, generator)`` returns what is trained on in place of a mini-batch; a
        `mlp_lab.data.augment.Distortion`, say, gives other images every time. Seed and epoch decide
        what the generator draws. Nothing that is evaluated goes through it.
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
    loss, optimizer = find_loss(loss), find_optimizer(optimizer)
    optimizer.state.clear()
    schedule = find_schedule(learning_rate, optimizer)
    samples = as_samples(samples, network)
    if validation is not None:
        validation = as_samples(validation, network)
        check_finite(validation.inputs)
    if patience is not None:
        check_count("patience", patience)
        if validation is None:
            raise ValueError("patience watches the validation loss: pass validation=...")
    check_parameters(network)
    settings = {
        "batch_size": batch_size,
        "seed": str(seed),  # a seed may be larger than any integer in a file
        "n_samples": len(samples.inputs),
        "n_validation": 0 if validation is None else len(validation.inputs),
        "loss": name_of(loss),
        "optimizer": repr(optimizer),
        "patience": patience or 0,
        "weight_decay": check_rate(weight_decay, "weight_decay"),
        "transform": name_of(transform),
    }
    guard = TrainingGuard(
        network, samples.inputs, settings, optimizer.state,
        patience, callbacks, record_steps, checkpoint,
    )  # fmt: skip
    for part in (samples, validation):
        if part is not None:
            check_loss_of_extremes(network, part, loss)
            warn_if_not_scaled(part.inputs)
    measured = random_subset(samples, TRAIN_SAMPLES_EVALUATED, seed)
    if resume is not None:
        guard.resume(resume)
    gradients_of = gradients_of_batches(network, loss)
    steps = math.ceil(len(samples.inputs) / batch_size)
    with guard.watching(epochs, steps, batch_size, progress):
        for epoch in guard.epochs_to_go(epochs):
            parameters, dropped = network.parameters(), np.random.default_rng([seed, epoch, 1])
            for x, labels, share in mini_batches(samples, batch_size, seed, epoch, transform):
                rate = check_rate(schedule(epoch + share))
                with dropping(network, len(x), dropped):
                    value, gradients = gradients_of(x, labels)
                guard.before_step(value, gradients, rate)
                if weight_decay:
                    shrink_weights(parameters, rate * weight_decay)
                optimizer.step(parameters, gradients, rate)
                guard.after_step(value)
            guard.after_epoch(
                _measure(network, measured, loss),
                None if validation is None else _measure(network, validation, loss),
            )
    return guard.history


def mini_batches(
    samples: Samples, batch_size: int, seed: int, epoch: int, transform: Transform | None = None
) -> Iterator[tuple[FloatArray, IntArray, float]]:
    """Yield the mini-batches of an epoch, in a new order, and the share of it that is done.

    Seed and epoch alone decide the order, and what a transform draws, so that a run can go on from
    any epoch. Each batch overwrites the inputs of the one before: copy what you want to keep.
    """
    inputs, n_samples = samples.inputs, len(samples.inputs)
    generator = np.random.default_rng([seed, epoch])
    order = generator.permutation(n_samples)
    buffer = np.empty((min(batch_size, n_samples), inputs.shape[1]), inputs.dtype)
    for start in range(0, n_samples, batch_size):
        batch = order[start : start + batch_size]
        # "clip" writes into the buffer at once; all indices are in range
        x = np.take(inputs, batch, axis=0, out=buffer[: len(batch)], mode="clip")
        if transform is not None:
            x = check_transformed(transform(x, generator), x)
        yield x, samples.labels[batch], start / n_samples


def _measure(network: Network, samples: Samples, loss: Loss) -> tuple[float, float]:
    """Return loss and accuracy; NaN for the accuracy of a network that cannot predict."""
    if hasattr(network, "predict"):
        return loss_and_accuracy(network, samples, loss)
    return mean_loss(network, samples, loss), math.nan
