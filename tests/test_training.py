"""`train`: the steps it takes, its history, how it stops, and how a stopped run goes on."""

import math
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import (
    Observed,
    assert_same_bits,
    copies,
    make_network,
    make_split,
    tampered,
    untouched,
)
from tables import OldTable, Table

from mlp_lab import (
    MLP,
    SGD,
    Adam,
    History,
    Split,
    TrainingDiverged,
    learning_rate_range_test,
    load_digits,
    probe_learning_rates,
    train,
)
from mlp_lab.evaluation import accuracy, mean_loss, random_subset
from mlp_lab.losses import SquaredError
from mlp_lab.optimizers import Optimizer, exponential_decay
from mlp_lab.support.array_files import read_arrays, write_arrays

steady = settings(derandomize=True, deadline=None, max_examples=30)


SPLIT, VALIDATION = make_split(50), make_split(30, seed=1)


def quietly(network, samples=SPLIT, validation=None, **options):
    """Train without bars, in batches of 20: two whole ones and one of 10."""
    options = {"epochs": 3, "batch_size": 20, "learning_rate": 0.5, "progress": False, **options}
    return train(network, samples, validation, **options)


def all_finite(network):
    return all(np.isfinite(array).all() for array in network.parameters().values())


def interrupt_after(epoch):
    """Return a callback that interrupts a run, as Ctrl-C does."""

    def interrupt(network, history):
        if history.epochs == epoch:
            raise KeyboardInterrupt

    return interrupt


class Watched(MLP):
    """Keeps the inputs of every batch whose gradients it was asked for."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.batches = []

    def gradients(self, x, labels, loss="cross_entropy"):
        self.batches.append(np.array(x))
        return super().gradients(x, labels, loss)


class Bare:
    """A network with no more than what `train` asks for: logistic regression by hand."""

    def __init__(self):
        self.weights = np.zeros((4, 3))

    def parameters(self):
        return {"w": self.weights}

    def loss(self, x, labels, loss=None):
        return self.gradients(x, labels)[0]

    def gradients(self, x, labels, loss=None):
        exponentials = np.exp(x @ self.weights)
        shares = exponentials / exponentials.sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        value = float(-np.log(shares[rows, labels]).mean())
        shares[rows, labels] -= 1
        return value, {"w": x.T @ shares / len(labels)}


# the steps


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_plain_sgd_is_a_loop_of_gradients_and_updates_bit_for_bit(dtype, loss):
    by_hand, trained = make_network(dtype=dtype), make_network(dtype=dtype)
    for epoch in range(3):
        order = np.random.default_rng([7, epoch]).permutation(50)
        for start in range(0, 50, 20):
            batch = order[start : start + 20]
            _, gradients = by_hand.gradients(SPLIT.inputs[batch], SPLIT.labels[batch], loss)
            for name, parameter in by_hand.parameters().items():
                parameter -= 0.5 * gradients[name]
    quietly(trained, loss=loss, seed=7)
    assert_same_bits(trained.parameters(), by_hand.parameters())
    assert trained.dtype == dtype


def test_the_seed_alone_decides_the_run():
    def after(seed):
        network = make_network()
        return quietly(network, VALIDATION, SPLIT, seed=seed), network.parameters()

    (history, parameters), (again, same) = after(3), after(3)
    assert history == again
    assert_same_bits(parameters, same)
    _, other = after(4)
    assert any((parameters[name] != other[name]).any() for name in parameters)


@steady
@given(st.integers(1, 40), st.integers(1, 50), st.integers(1, 3))
def test_every_epoch_sees_every_sample_once_in_a_new_order(n_samples, batch_size, epochs):
    split, network = make_split(n_samples), make_network(Watched)
    quietly(network, split, epochs=epochs, batch_size=batch_size)
    steps = math.ceil(n_samples / batch_size)
    assert len(network.batches) == epochs * steps
    orders = []
    for epoch in range(epochs):
        batches = network.batches[epoch * steps : (epoch + 1) * steps]
        assert [len(batch) for batch in batches[:-1]] == [batch_size] * (steps - 1)
        orders.append(np.concatenate(batches))
        np.testing.assert_array_equal(
            np.sort(orders[-1], axis=0), np.sort(split.inputs, axis=0), strict=True
        )
    if n_samples > 10 and epochs > 1:
        assert (orders[0] != orders[1]).any()


def test_it_steps_along_whatever_gradients_returns():
    def forget(gradients):
        return gradients | {"layer1.weights": np.zeros_like(gradients["layer1.weights"])}

    network, fresh = make_network(tampered(forget)), make_network()
    history = quietly(network, epochs=20)
    np.testing.assert_array_equal(network.weights[0], fresh.weights[0])
    assert (network.weights[1] != fresh.weights[1]).any()
    assert history.train_loss[-1] < history.train_loss[0]


def test_a_network_needs_no_more_than_parameters_loss_and_gradients():
    history = quietly(Bare(), validation=VALIDATION, epochs=5)
    assert history.train_loss[-1] < history.train_loss[0] < math.log(3)
    assert np.isnan(history.train_accuracy + history.validation_accuracy).all()
    assert len(history.validation_accuracy) == 5


@pytest.mark.parametrize(
    "optimizer", [SGD(0.9), SGD(0.9, nesterov=True), Adam(), "adam", "sgd"], ids=str
)
def test_every_optimizer_learns_in_float32_and_starts_afresh_each_time(optimizer):
    first, second = make_network(), make_network()
    history = quietly(first, epochs=20, optimizer=optimizer, learning_rate=0.05)
    quietly(second, epochs=20, optimizer=optimizer, learning_rate=0.05)
    assert_same_bits(first.parameters(), second.parameters())
    assert {array.dtype for array in first.parameters().values()} == {np.dtype("float32")}
    assert history.train_loss[-1] < history.train_loss[0]


def test_a_loss_of_your_own_needs_a_call_and_a_gradient_only():
    class Halved:
        def __call__(self, outputs, labels):
            return SquaredError()(outputs, labels) / 2

        def gradient(self, outputs, labels):
            return SquaredError().gradient(outputs, labels) / 2

    own, built_in = make_network(), make_network()
    quietly(own, loss=Halved(), learning_rate=0.5)
    quietly(built_in, loss="squared_error", learning_rate=0.25)
    assert_same_bits(own.parameters(), built_in.parameters())


def test_schedules_get_the_epochs_done_as_a_fraction_of_the_samples():
    asked = []

    def schedule(epochs):
        asked.append(epochs)
        return 0.1 / (1 + epochs)

    history = quietly(make_network(), learning_rate=schedule, epochs=2, record_steps=True)
    assert asked == pytest.approx([0, 0.4, 0.8, 1, 1.4, 1.8])
    assert history.step_rate == [0.1 / (1 + epochs) for epochs in asked]


# the history


def test_the_history_holds_what_evaluation_measures_after_each_epoch():
    measured = History()

    def measure(network, history):
        measured.train_loss.append(mean_loss(network, SPLIT))
        measured.train_accuracy.append(accuracy(network, SPLIT))
        measured.validation_loss.append(mean_loss(network, VALIDATION))
        measured.validation_accuracy.append(accuracy(network, VALIDATION))

    history = quietly(make_network(), validation=VALIDATION, callbacks=[measure])
    assert history == measured
    assert (history.epochs, history.stop_reason, history.best_epoch) == (3, "finished", None)
    assert "3 epochs" in repr(history)


@pytest.mark.parametrize("n_samples", [2500, 2501, 5001])
def test_of_a_large_training_set_a_random_2500_samples_are_evaluated(n_samples):
    split, network = make_split(n_samples), make_network()
    history = quietly(network, split, epochs=1, batch_size=1000, seed=3)
    evaluated = random_subset(split, 2500, seed=3)
    assert history.train_loss == [mean_loss(network, evaluated)]
    assert history.train_accuracy == [accuracy(network, evaluated)]


def test_what_is_evaluated_does_not_depend_on_an_order_of_the_samples():
    class OnlyEven(Bare):
        """Knows the class of the samples in even places alone, as if they were easy."""

        def predict(self, x):
            return np.where(x[:, 0] > 0.5, 0, 1)

    labels = np.zeros(50_000, dtype=int)
    inputs = np.zeros((50_000, 4), np.float32)
    inputs[::2, 0] = 1.0
    # every 20th sample would say 1.0; half of the samples are right
    history = quietly(OnlyEven(), Split(inputs, labels), epochs=1, batch_size=50_000)
    assert abs(history.train_accuracy[0] - 0.5) < 0.05  # five standard errors


def test_the_same_samples_are_evaluated_in_every_epoch_and_after_resuming(tmp_path):
    class Remembering(Bare):
        """Keeps the first inputs of each batch it evaluates."""

        def __init__(self):
            super().__init__()
            self.seen = []

        def predict(self, x):
            self.seen.append(x[0].tobytes())
            return np.zeros(len(x), int)

    split, network = make_split(3000), Remembering()
    options = {"samples": split, "batch_size": 3000, "checkpoint": tmp_path / "run.npz"}
    quietly(network, **options, epochs=2)
    quietly(network, **options, epochs=3, resume=tmp_path / "run.npz")
    firsts = network.seen[::3]  # 2,500 samples are evaluated in three batches
    assert len(firsts) == 3
    assert len(set(firsts)) == 1


# arrays that are used again


def test_a_step_makes_no_new_gradients_where_the_network_can_fill_the_old():
    returned = []

    class Filling(MLP):
        def gradients(self, x, labels, loss="cross_entropy", out=None):
            value, gradients = super().gradients(x, labels, loss, out)
            returned.append(gradients)
            return value, gradients

    quietly(make_network(Filling), epochs=1)
    first = returned[0]
    assert all(gradients[name] is first[name] for gradients in returned for name in first)


def test_gradients_of_a_network_without_out_are_never_written_to():
    kept = []

    def keep(gradients):
        kept.append((gradients, copies(gradients)))
        return gradients

    for optimizer in (SGD(), SGD(0.9)):
        quietly(make_network(tampered(keep)), optimizer=optimizer, learning_rate=0.1)
        learning_rate_range_test(make_network(tampered(keep)), SPLIT, steps=10, progress=False)
        probe_learning_rates(make_network(tampered(keep)), SPLIT.inputs, SPLIT.labels)
    for gradients, as_they_were in kept:
        assert_same_bits(gradients, as_they_were)


# the rate


@pytest.mark.parametrize(
    ("optimizer", "rate"), [("sgd", 0.5), ("adam", 0.001), (SGD(0.9), 0.05), (Adam(), 0.001)]
)
def test_without_a_rate_the_optimizer_has_its_own(optimizer, rate):
    history = quietly(
        make_network(), optimizer=optimizer, learning_rate=None, epochs=1, record_steps=True
    )
    assert history.step_rate == pytest.approx([rate] * 3)


def test_adam_learns_the_digits_at_its_own_rate():
    data = load_digits()
    network = MLP([64, 30, 10])
    train(network, data.train, optimizer="adam", epochs=30, batch_size=20, progress=False)
    assert accuracy(network, data.validation) > 0.93


@pytest.mark.parametrize(
    ("optimizer", "rate", "usual"), [("adam", 0.1, "0.001"), ("sgd", 50, "0.5"), (Adam(), 5, "0.0")]
)
def test_a_reckless_rate_warns_with_the_usual_one(optimizer, rate, usual):
    with pytest.warns(UserWarning, match=f"learning_rate={rate}.*usual rate.*{usual}") as caught:
        quietly(make_network(), optimizer=optimizer, learning_rate=rate)
    assert caught[0].filename == __file__  # the user's line, not ours


@pytest.mark.parametrize(("optimizer", "rate"), [("adam", 0.09), ("sgd", 49.0)])
def test_a_rate_below_a_hundred_times_the_usual_one_is_the_users_affair(optimizer, rate):
    quietly(make_network(), optimizer=optimizer, learning_rate=rate)  # a warning would be an error


def test_steps_are_recorded_on_request_before_each_step():
    fresh, first_batch = make_network(), np.random.default_rng([0, 0]).permutation(50)[:20]
    history = quietly(make_network(), record_steps=True)
    assert history.step_rate == [0.5] * 9
    assert len(history.step_loss) == 9
    assert history.step_loss[0] == fresh.loss(SPLIT.inputs[first_batch], SPLIT.labels[first_batch])
    unrecorded = quietly(make_network())
    assert unrecorded.step_loss == unrecorded.step_rate == []


def test_callbacks_are_called_in_turn_once_an_epoch_and_can_stop():
    calls = []

    def second(network, history):
        calls.append(history.epochs)
        return history.epochs == 2

    callbacks = [lambda network, history: calls.append("first"), second]
    history = quietly(make_network(), callbacks=callbacks, epochs=5)
    assert calls == ["first", 1, "first", 2]
    assert (history.epochs, history.stop_reason) == (2, "stopped early")


@pytest.mark.parametrize("answer", [None, False, 0, np.zeros(3), "go on"], ids=repr)
def test_a_callback_may_return_anything_but_true(answer):
    assert quietly(make_network(), callbacks=[lambda network, history: answer]).epochs == 3


def test_bars_can_be_shown(capsys):
    quietly(make_network(), progress=True, epochs=2)
    assert "epochs" in capsys.readouterr().err


# early stopping


class Scripted(Bare):
    """A network whose parameter counts the steps and whose validation loss follows a script."""

    def __init__(self, script):
        self.weights, self.script = np.zeros(1), script

    def gradients(self, x, labels, loss=None):
        return 1.0, {"w": -np.ones(1)}

    def loss(self, x, labels, loss=None):
        return self.script[round(float(self.weights[0]))] if len(x) == 30 else 1.0


def run_scripted(script, epochs, **options):
    """Train with one step an epoch; the script starts with the loss before training."""
    network = Scripted([9.0, *script])
    options = {"batch_size": 50, "learning_rate": 1.0, "epochs": epochs, **options}
    return quietly(network, validation=VALIDATION, **options), network.weights[0]


@steady
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=12),
    st.integers(1, 4),
)
def test_patience_stops_so_many_epochs_after_the_best_and_gives_it_back(script, patience):
    history, steps_of_network = run_scripted(map(float, script), len(script), patience=patience)
    best, expected = 1, len(script)
    for epoch, value in enumerate(script, 1):
        if value < script[best - 1]:
            best = epoch
        elif epoch - best == patience:
            expected = epoch
            break
    assert (history.epochs, history.best_epoch, steps_of_network) == (expected, best, best)
    if expected < len(script):
        assert history.stop_reason == "stopped early"


def test_without_patience_the_last_parameters_stay():
    history, steps_of_network = run_scripted([1.0, 2.0, 3.0], 3)
    assert (history.best_epoch, steps_of_network) == (None, 3)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_validation_loss_that_is_no_number_counts_as_no_improvement(bad):
    history, steps_of_network = run_scripted([bad, 3.0, bad, 2.0, bad], 5, patience=3)
    assert (history.epochs, history.best_epoch, steps_of_network) == (5, 4, 4)


def test_an_interrupted_run_with_patience_ends_with_its_best_epoch(capsys):
    history, steps_of_network = run_scripted(
        [1.0, 2.0, 2.0, 0.0], 4, patience=9, callbacks=[interrupt_after(3)]
    )
    assert (history.stop_reason, history.best_epoch, steps_of_network) == ("interrupted", 1, 1)
    assert "has its best epoch, 1" in capsys.readouterr().out


# interrupts


def test_an_interrupt_before_the_first_step_is_an_interrupt(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("mlp_lab.support.training_guard.progress_bar", interrupted)
    network = make_network()
    with untouched(network), pytest.raises(KeyboardInterrupt):
        quietly(network)


class Interrupted(Observed):
    """Is interrupted at one of the calls that `train` makes, counted from the first gradients."""

    left = math.inf
    counting = False

    def before(self, method):
        self.counting = self.counting or (method == "gradients" and self.left < math.inf)
        if self.counting:
            self.left -= 1
            if self.left < 0:
                self.counting = False
                raise KeyboardInterrupt


@pytest.mark.parametrize("calls", range(17))
@pytest.mark.parametrize("patience", [None, 5])
def test_an_interrupt_anywhere_returns_the_history_and_a_usable_network(calls, patience, capsys):
    network = make_network(Interrupted)
    network.left = calls  # an epoch is 3 gradients, then 2 times predict and loss
    history = quietly(network, validation=VALIDATION, record_steps=True, patience=patience)
    assert (history.epochs, history.stop_reason) == (calls // 7, "interrupted")
    lengths = {len(values) for name, values in history.lists() if not name.startswith("step")}
    assert lengths == {calls // 7}
    assert len(history.step_loss) == len(history.step_rate) == calls // 7 * 3 + min(calls % 7, 3)
    assert (history.best_epoch or 0) <= history.epochs
    assert "nterrupted" in capsys.readouterr().out
    assert "interrupted" in repr(history)
    assert all_finite(network)
    network.left = math.inf
    assert quietly(network, epochs=10).train_loss[-1] < mean_loss(make_network(), SPLIT)


def test_an_interrupt_right_after_a_step_that_overflowed_leaves_a_finite_network(capsys):
    network = make_network(Interrupted, hidden="relu")
    network.left = 1
    history = quietly(network, learning_rate=lambda done: 1e39, loss="squared_error")
    assert (history.epochs, history.stop_reason) == (0, "interrupted")
    assert all_finite(network)


# divergence


@pytest.mark.parametrize("hidden", ["tanh", "relu", "identity", "sigmoid"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [("softmax", "cross_entropy"), ("softmax", "squared_error"), ("identity", "squared_error")],
)
def test_divergence_leaves_finite_parameters(hidden, output, loss):
    network = make_network(hidden=hidden, output=output)
    history = quietly(network, loss=loss, epochs=2, learning_rate=0.01)
    with pytest.raises(TrainingDiverged) as caught:
        quietly(network, loss=loss, epochs=30, learning_rate=lambda done: 0.1 if done < 2 else 1e39)
    error = caught.value
    assert history.stop_reason == "finished"
    assert error.epoch == error.history.epochs + 1 >= 3
    assert 1 <= error.step <= 3
    assert error.rate == 1e39
    assert error.history.stop_reason == "diverged"
    assert np.isfinite(error.history.train_loss).all()
    for part in (f"epoch {error.epoch}", f"step {error.step}", "1e+39", "range_test"):
        assert part in str(error)
    assert all_finite(network)
    assert math.isfinite(mean_loss(network, SPLIT, loss))


@pytest.mark.parametrize("bad_step", [1, 2, 10, 11, 12, 25])
def test_divergence_takes_back_at_most_ten_steps(bad_step):
    network, before = make_network(), []

    def schedule(done):
        before.append(copies(network.parameters()))
        return 1e39 if len(before) == bad_step else 0.1

    with pytest.raises(TrainingDiverged):
        quietly(network, make_split(1000), learning_rate=schedule, epochs=1)
    recent = before[max(bad_step - 10, 0) : bad_step]  # each asked before its step
    assert any(
        all((old[name] == array).all() for name, array in network.parameters().items())
        for old in recent
    )


def test_divergence_in_the_first_step_of_an_epoch_takes_back_no_more_than_that_epoch():
    diverged, stopped = make_network(), make_network()
    with pytest.raises(TrainingDiverged) as caught:
        quietly(diverged, learning_rate=lambda done: 0.1 if done < 2 else 1e39)
    history = quietly(stopped, learning_rate=0.1, epochs=2)
    assert (caught.value.epoch, caught.value.step) == (3, 2)
    assert caught.value.history.train_loss == history.train_loss
    assert_same_bits(diverged.parameters(), stopped.parameters())


def test_a_diverged_run_with_patience_ends_with_its_best_epoch():
    diverged, stopped = make_network(), make_network()
    turned = Split(SPLIT.inputs, (SPLIT.labels + 1) % 3)  # what it learns makes it worse on these
    with pytest.raises(TrainingDiverged, match="parameters of its best epoch, 1,") as caught:
        quietly(
            diverged, validation=turned, patience=9, epochs=9,
            learning_rate=lambda done: 0.1 if done < 1 else 2.0 if done < 2 else 1e39,
        )  # fmt: skip
    quietly(stopped, learning_rate=0.1, epochs=1)
    assert (caught.value.epoch, caught.value.history.best_epoch) == (3, 1)
    assert_same_bits(diverged.parameters(), stopped.parameters())


@pytest.mark.parametrize("batch_size", [50, 20])
def test_divergence_in_the_very_last_step_is_noticed(batch_size):
    network, steps_before = make_network(hidden="relu"), 3 - 1 / 50

    def schedule(done):
        return 1e39 if done + batch_size / 50 >= steps_before else 0.1

    before = []
    with pytest.raises(TrainingDiverged) as caught:
        quietly(
            network,
            batch_size=batch_size,
            learning_rate=schedule,
            loss="squared_error",
            callbacks=[lambda network, history: before.append(history.epochs)],
        )
    assert (caught.value.epoch, caught.value.step) == (3, math.ceil(50 / batch_size))
    assert before == [1, 2]
    assert all_finite(network)
    assert math.isfinite(mean_loss(network, SPLIT, "squared_error"))


@pytest.mark.filterwarnings("ignore:the inputs are too large")
def test_a_training_loss_that_is_infinite_outside_the_last_batch_is_noticed():
    class Blind(MLP):
        """Sees nothing wrong in its gradients."""

        def gradients(self, x, labels, loss="cross_entropy"):
            return 1.0, {name: 0 * array for name, array in self.parameters().items()}

    # sigmoid(-200) is 0 in float32, and the cross-entropy of a true class of probability 0 infinite
    inputs = np.array([[0, 1], [0, 1]], np.float32)
    inputs[np.random.default_rng([0, 0]).permutation(2)[0]] = [0, -200]
    network = make_network(Blind, sizes=(2, 2), output="sigmoid", initializer=lambda *_: np.eye(2))
    with pytest.raises(TrainingDiverged):
        quietly(network, Split(inputs, np.array([1, 1])), batch_size=1, epochs=1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
@pytest.mark.parametrize("sample", [0, 37])
def test_inputs_that_are_not_finite_are_blamed_and_the_network_is_unharmed(bad, hidden, sample):
    inputs = SPLIT.inputs.copy()
    inputs[sample, 2] = bad
    network = make_network(hidden=hidden)
    with pytest.raises(ValueError, match=f"sample {sample} "):
        quietly(network, Split(inputs, SPLIT.labels))
    assert all_finite(network)
    assert math.isfinite(mean_loss(network, SPLIT))
    with pytest.raises(ValueError, match=f"sample {sample} "):
        quietly(network, SPLIT, Split(inputs, SPLIT.labels))


def test_the_exception_survives_the_way_back_from_another_process():
    error = TrainingDiverged(2, 7, 0.5, math.nan, History(train_loss=[1.0]))
    copy = pickle.loads(pickle.dumps(error))  # results over seeds may come from a process pool
    assert str(copy) == str(error)
    assert (copy.epoch, copy.step, copy.rate, copy.history) == (2, 7, 0.5, error.history)


# refused at the door


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
@pytest.mark.parametrize("part", ["samples", "validation"])
def test_pixels_up_to_255_draw_a_warning_with_the_cure_before_the_first_step(dtype, hidden, part):
    network = make_network(Interrupted, hidden=hidden)
    network.left = 0  # it ends at its first step
    pixels = Split((255 * SPLIT.inputs).astype(dtype), SPLIT.labels)
    with pytest.warns(UserWarning, match=r"too large.*inputs / np\.float32\(255\)") as caught:
        quietly(network, **{part: pixels})
    assert caught[0].filename == __file__


def given(inputs=SPLIT.inputs, labels=SPLIT.labels):
    """Return samples that `Split` itself might refuse."""
    return SimpleNamespace(inputs=inputs, labels=labels)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": make_split(50, n_features=5)}, r"\(50, 5\), wanted \(N, 4\)"),
        ({"validation": make_split(50, n_features=3)}, r"\(50, 3\), wanted \(N, 4\)"),
        ({"samples": given(labels=SPLIT.labels + 1)}, "label 3"),
        ({"samples": given(labels=SPLIT.labels - 1)}, "label -1"),
        ({"validation": given(labels=SPLIT.labels + 1)}, "label 3"),
        ({"samples": given(labels=SPLIT.labels[1:])}, "49"),
        ({"samples": given(SPLIT.inputs[:0], SPLIT.labels[:0])}, r"\(0, 4"),
        ({"validation": given(SPLIT.inputs[:0], SPLIT.labels[:0])}, "0, 4"),
        ({"samples": given(SPLIT.inputs.reshape(50, 2, 2))}, r"\(50, 2, 2\)"),
        ({"samples": given(labels=np.eye(3)[SPLIT.labels])}, "argmax"),
        ({"samples": (SPLIT.inputs, SPLIT.labels)}, "got tuple.*Split"),
        ({"samples": SPLIT.inputs}, "got ndarray.*Split"),
        ({"samples": None}, "got NoneType.*Split"),
        ({"validation": (SPLIT.inputs, SPLIT.labels)}, "got tuple.*Split"),
        *(({"learning_rate": r}, f"learning rate is {r!r}") for r in (-0.1, math.nan, math.inf)),
        ({"learning_rate": "0.1"}, "learning rate is '0.1'"),
        ({"learning_rate": lambda done: -1.0}, "learning rate is -1.0"),
        *(({"epochs": epochs}, f"epochs is {epochs}") for epochs in (0, 1.5, True)),
        *(({"batch_size": size}, f"batch_size is {size!r}") for size in (0, "20")),
        *(({"seed": seed}, f"seed is {seed}") for seed in (-1, None, 1.5)),
        ({"patience": 2}, "validation"),
        ({"patience": 0, "validation": VALIDATION}, "patience is 0"),
        ({"patience": True, "validation": VALIDATION}, "patience is True"),
        ({"loss": "hinge"}, "'hinge'.*'cross_entropy'"),
        ({"loss": 3}, "3 is no loss"),
        ({"optimizer": "rmsprop"}, "'rmsprop'.*'adam'"),
        ({"optimizer": SGD}, "no optimizer"),
        ({"callbacks": lambda network, history: None}, "callbacks"),
        ({"callbacks": [None]}, "callback"),
        ({"checkpoint": "no such folder/run.npz"}, "no such folder"),
        ({"resume": "no such file.npz"}, "no such file"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_any_step(options, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    network = make_network(Watched)
    with (
        untouched(network),
        pytest.raises((ValueError, TypeError, OSError), match=message),
    ):
        quietly(network, **{"samples": SPLIT, **options})
    assert network.batches == []


def test_gradients_that_do_not_fit_the_parameters_are_refused_before_any_step():
    network = make_network(tampered(lambda gradients: dict(list(gradients.items())[:-1])))
    with untouched(network), pytest.raises(ValueError, match=r"layer2\.biases"):
        quietly(network)


def test_a_network_that_is_not_finite_is_refused_as_such():
    network = make_network()
    network.weights[0][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"layer1\.weights"):
        quietly(network)


def test_a_network_that_hands_out_copies_is_refused():
    class Copies(MLP):
        def parameters(self):
            return copies(super().parameters())

    with pytest.raises(ValueError, match=r"copy of layer1\.weights, and changing a copy trains"):
        quietly(make_network(Copies))


@pytest.mark.parametrize("table", [list, Table, OldTable])
def test_tables_and_lists_train_as_arrays_do_and_are_converted_once(table):
    of_arrays, of_tables = make_network(), make_network()
    tables = [given(table(split.inputs), table(split.labels)) for split in (SPLIT, VALIDATION)]
    expected = quietly(of_arrays, SPLIT, VALIDATION, epochs=2)
    assert quietly(of_tables, *tables, epochs=2) == expected
    assert_same_bits(of_tables.parameters(), of_arrays.parameters())
    for part in tables:
        assert getattr(part.inputs, "asked", 1) == getattr(part.labels, "asked", 1) == 1


# checkpoints

RUNS = {
    "plain": {},
    "momentum": {"optimizer": lambda: SGD(0.9), "learning_rate": 0.1},
    "nesterov": {"optimizer": lambda: SGD(0.9, nesterov=True), "learning_rate": 0.1},
    "adam": {"optimizer": Adam, "learning_rate": 0.01},
    "schedule": {"learning_rate": exponential_decay(0.5, 0.7)},
    "patience": {"optimizer": lambda: SGD(0.9), "learning_rate": 3.0, "patience": 2, "epochs": 12},
    "steps": {"optimizer": Adam, "learning_rate": 0.01, "record_steps": True},
    "float64": {"dtype": "float64", "optimizer": Adam, "learning_rate": 0.01},
}


def run(name, network_class=MLP, seed=0, **options):
    """Train as RUNS says; return network, history and optimizer."""
    settings = {"epochs": 6, **RUNS[name], **options}
    optimizer = settings.pop("optimizer", SGD)()
    network = make_network(network_class, dtype=settings.pop("dtype", "float32"), seed=seed)
    history = quietly(network, validation=VALIDATION, optimizer=optimizer, **settings)
    return network, history, optimizer


def assert_same_run(found, expected):
    assert_same_bits(found[0].parameters(), expected[0].parameters())
    assert found[1] == expected[1]
    assert_same_bits(found[2].state, expected[2].state)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_interrupted_after_an_epoch_resumes_to_the_same_bits(name, tmp_path, capsys):
    path, expected = tmp_path / "run.npz", run(name)
    stopped = run(name, checkpoint=path, callbacks=[interrupt_after(2)])
    assert (stopped[1].epochs, stopped[1].stop_reason) == (2, "interrupted")
    assert (expected[1].stop_reason == "stopped early") == (name == "patience")
    assert_same_run(run(name, seed=99, resume=path, checkpoint=path), expected)
    # the checkpoint of the last epoch has nothing left to do
    assert_same_run(run(name, seed=99, resume=path), expected)


@pytest.mark.parametrize("calls", [8, 10, 11, 13, 22, 23])
def test_a_run_interrupted_in_the_middle_of_an_epoch_resumes_to_the_same_bits(
    calls, tmp_path, capsys
):
    class InterruptedSoon(Interrupted):
        left = calls

    path = tmp_path / "run.npz"
    stopped = run("momentum", InterruptedSoon, checkpoint=path)
    assert stopped[1].stop_reason == "interrupted"
    assert_same_run(run("momentum", seed=99, resume=path), run("momentum"))


def test_a_killed_process_leaves_a_checkpoint_to_go_on_from(tmp_path):
    path = tmp_path / "run.npz"
    killed = (
        "import os, signal, sys\n"
        f"sys.path[:0] = [{str(Path(__file__).parent)!r}]\n"
        "import test_training\n"
        "def kill(network, history):\n"
        "    if history.epochs == 3:\n"
        "        os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        f"test_training.run('momentum', checkpoint={str(path)!r}, callbacks=[kill])\n"
    )
    done = subprocess.run([sys.executable, "-c", killed], capture_output=True, check=False)
    assert done.returncode in (-getattr(signal, "SIGKILL", 0), signal.SIGTERM), done.stderr
    assert_same_run(run("momentum", seed=99, resume=path), run("momentum"))


def test_a_custom_optimizer_resumes_too(tmp_path):
    class Signs(Optimizer):
        def step(self, parameters, gradients, rate):
            self.state.setdefault("count", np.zeros(1))[...] += 1
            for name, parameter in parameters.items():
                parameter -= rate / self.state["count"] * np.sign(gradients[name])

    def signs(**options):
        optimizer, network = Signs(), make_network()
        return network, quietly(network, optimizer=optimizer, **options), optimizer

    path = tmp_path / "run.npz"
    first = signs(epochs=1, checkpoint=path)
    assert_same_run(signs(epochs=3, resume=path), signs(epochs=3))
    assert first[1].epochs == 1


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "run.npz"
    run("momentum", epochs=1, checkpoint=path)
    return path


@pytest.mark.parametrize(
    ("difference", "message"),
    [
        ({"batch_size": 10}, "batch_size.*20.*10"),
        ({"seed": 5}, "seed.*0.*5"),
        ({"loss": "squared_error"}, "cross_entropy.*squared_error"),
        ({"optimizer": Adam(), "learning_rate": 0.01}, r"SGD\(momentum=0.9.*Adam"),
        ({"optimizer": SGD(0.8)}, r"momentum=0.9.*momentum=0.8"),
        ({"samples": make_split(40)}, "n_samples.*50.*40"),
        ({"patience": 3}, "patience.*3"),
        ({"validation": None}, "validation"),
        ({"network": make_network(sizes=(4, 6, 3))}, r"another network.*\(4, 5\)"),
        ({"network": make_network(sizes=(4, 5, 5, 3))}, "another network"),
        ({"network": Bare()}, "another network"),
        ({"network": make_network(dtype="float64")}, "float32"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused_by_the_difference(checkpoint, difference, message):
    options = {"network": make_network(seed=9), "samples": SPLIT, "validation": VALIDATION}
    options |= {"optimizer": SGD(0.9), "learning_rate": 0.1, **difference}
    with untouched(options["network"]), pytest.raises(ValueError, match=message):
        quietly(**options, resume=checkpoint)


def test_files_that_are_no_checkpoint_are_refused_by_name(checkpoint, tmp_path):
    content = checkpoint.read_bytes()
    (tmp_path / "text").write_text("epoch 1")
    (tmp_path / "empty").write_bytes(b"")
    make_network().save(tmp_path / "network")
    for length in (1, 100, len(content) // 2, len(content) - 1):
        (tmp_path / f"cut at {length}").write_bytes(content[:length])
    network = make_network()
    for path in sorted(tmp_path.iterdir()):
        with (
            untouched(network),
            pytest.raises(ValueError, match=f"{path.name}.* (checkpoint|network)"),
        ):
            quietly(network, validation=VALIDATION, optimizer=SGD(0.9), resume=path)


@pytest.mark.parametrize("lost", ["history:", "epoch:", "history:train_loss"])
def test_a_checkpoint_that_lacks_a_part_is_refused_and_changes_nothing(tmp_path, lost):
    path, kind = tmp_path / "run.npz", ("mlp_lab checkpoint", 1)
    quietly(make_network(), checkpoint=path)
    rest = {k: v for k, v in read_arrays(path, *kind).items() if not k.startswith(lost)}
    write_arrays(path, *kind, rest)
    network = make_network(seed=5)
    with untouched(network), pytest.raises(ValueError, match="does not hold what train writes"):
        quietly(network, epochs=9, resume=path)


@pytest.mark.slow
def test_a_flipped_byte_is_refused_or_does_no_harm(checkpoint, tmp_path):
    content, path = checkpoint.read_bytes(), tmp_path / "flipped"
    expected, messages = run("momentum", epochs=1), []
    for position in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[position] ^= 0xFF
        path.write_bytes(flipped)
        try:
            resumed = run("momentum", seed=99, epochs=1, resume=path)
        except ValueError as error:
            messages.append(str(error))
        else:
            assert_same_run(resumed, expected)
    assert len(messages) > len(content) / 7 / 2
    assert all(str(path) in message for message in messages)


def test_a_checkpoint_appears_whole_or_not_at_all(tmp_path):
    class Secretive(SGD):
        """Remembers what cannot be written to a file of plain arrays."""

        def step(self, parameters, gradients, rate):
            super().step(parameters, gradients, rate)
            self.state["secret"] = np.array([object()])

    path = tmp_path / "run.npz"
    quietly(make_network(), checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match="secret"):
        quietly(make_network(), optimizer=Secretive(), checkpoint=path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_resumed_run_that_fails_keeps_what_the_checkpoint_held(tmp_path):
    network, path = make_network(), tmp_path / "run.npz"
    quietly(network, checkpoint=path)
    fresh, broken = make_network(seed=5), Split(np.full_like(SPLIT.inputs, np.nan), SPLIT.labels)
    with pytest.raises(ValueError, match="not all finite"):
        quietly(fresh, broken, epochs=9, resume=path)
    assert_same_bits(fresh.parameters(), network.parameters())


def test_a_seed_larger_than_any_integer_type_can_be_saved_and_resumed(tmp_path):
    path = tmp_path / "run.npz"
    quietly(make_network(), seed=2**70, checkpoint=path)
    assert quietly(make_network(), seed=2**70, epochs=4, resume=path).epochs == 4
