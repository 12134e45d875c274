"""`train`: the steps it takes, its history, how it stops, and what it refuses."""

import inspect
import math
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from misfits import each_unfit_network
from networks import (
    LogisticRegression,
    OwnLoss,
    assert_same_bits,
    copies,
    make_network,
    make_split,
    tampered,
    untouched,
)
from runs import SPLIT, VALIDATION, Interrupted, quietly
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
from mlp_lab.training import mini_batches

steady = settings(derandomize=True, deadline=None, max_examples=30)


def all_finite(network):
    return all(np.isfinite(array).all() for array in network.parameters().values())


# the steps


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize("batch_size", [1, 20, 25, 60])
def test_plain_sgd_is_a_loop_of_gradients_and_updates_bit_for_bit(dtype, loss, batch_size):
    by_hand, trained = make_network(dtype=dtype), make_network(dtype=dtype)
    for epoch in range(3):
        order = np.random.default_rng([7, epoch]).permutation(50)
        for start in range(0, 50, batch_size):
            batch = order[start : start + batch_size]
            _, gradients = by_hand.gradients(SPLIT.inputs[batch], SPLIT.labels[batch], loss)
            for name, parameter in by_hand.parameters().items():
                parameter -= 0.5 * gradients[name]
    quietly(trained, loss=loss, seed=7, batch_size=batch_size)
    assert_same_bits(trained.parameters(), by_hand.parameters())
    assert trained.dtype == dtype


def test_the_defaults_are_those_of_the_documentation():
    stated = {"epochs": 10, "batch_size": 100, "learning_rate": 0.5, "seed": 0}
    by_default, as_stated = make_network(), make_network()
    history = train(by_default, make_split(150), progress=False)
    assert history == quietly(as_stated, make_split(150), **stated)
    assert_same_bits(by_default.parameters(), as_stated.parameters())


def test_a_network_needs_no_more_than_parameters_loss_and_gradients():
    history = quietly(LogisticRegression(n_classes=3), validation=VALIDATION, epochs=5)
    assert history.train_loss[-1] < history.train_loss[0]
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
    own, built_in = make_network(), make_network()
    quietly(own, loss=OwnLoss(0.5), learning_rate=0.5)
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
def test_the_same_random_2500_of_a_large_training_set_are_evaluated(n_samples, tmp_path):
    split, network, path = make_split(n_samples), make_network(), tmp_path / "run.npz"
    evaluated = random_subset(split, 2500, seed=3)
    options = {"batch_size": 1000, "seed": 3, "checkpoint": path}
    for epochs, resume in ((1, None), (2, None), (3, path)):
        history = quietly(network, split, epochs=epochs, resume=resume, **options)
        assert history.train_loss[-1] == mean_loss(network, evaluated)
        assert history.train_accuracy[-1] == accuracy(network, evaluated)


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
    assert caught[0].filename == inspect.getfile(quietly)  # the user's line, not ours


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


def test_bars_are_shown_and_count_the_epochs_of_the_first_run_too(capsys, tmp_path):
    path = tmp_path / "run.npz"
    train(make_network(), SPLIT, epochs=2, checkpoint=path)
    assert "2/2" in capsys.readouterr().err
    train(make_network(), SPLIT, epochs=3, resume=path)
    assert "3/3" in capsys.readouterr().err


# early stopping


class Scripted:
    """A network whose parameter counts the steps and whose validation loss follows a script."""

    def __init__(self, script):
        self.steps, self.script = np.zeros(1), script

    def parameters(self):
        return {"steps": self.steps}

    def gradients(self, x, labels, loss=None):
        return 1.0, {"steps": -np.ones(1)}

    def loss(self, x, labels, loss=None):
        return self.script[round(float(self.steps[0]))] if len(x) == 30 else 1.0


def run_scripted(script, epochs, **options):
    """Train with one step an epoch; the script starts with the loss before training."""
    network = Scripted([9.0, *script])
    options = {"batch_size": 50, "learning_rate": 1.0, "epochs": epochs, **options}
    return quietly(network, validation=VALIDATION, **options), network.steps[0]


@steady
@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 4))
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


def test_a_callback_that_fails_leaves_the_best_epoch_to_a_run_with_patience():
    def fail_in_epoch_3(network, history):
        if history.epochs == 3:
            raise OSError("no space left")

    network = Scripted([9.0, 2.0, 1.0, 3.0])
    with pytest.raises(OSError, match="no space left"):
        quietly(
            network, validation=VALIDATION, patience=9, batch_size=50, learning_rate=1.0,
            callbacks=[fail_in_epoch_3],
        )  # fmt: skip
    assert network.steps[0] == 2


def interrupt_in_epoch_3(network, history):
    if history.epochs == 3:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("script", "options", "epochs", "best", "steps_of_network"),
    [
        ([1.0, 2.0, 3.0], {}, 3, None, 3),
        ([math.nan, 3.0, math.nan, 2.0, math.nan], {"patience": 3}, 5, 4, 4),
        ([math.inf, 3.0, math.inf, 2.0, math.inf], {"patience": 3}, 5, 4, 4),
        ([1.0, 2.0, 2.0, 0.0], {"patience": 9, "callbacks": [interrupt_in_epoch_3]}, 3, 1, 1),
    ],
    ids=["without patience the last", "NaN is no improvement", "nor is infinity", "interrupted"],
)
def test_the_parameters_at_the_end(script, options, epochs, best, steps_of_network, capsys):
    history, found = run_scripted(script, len(script), **options)
    assert (history.epochs, history.best_epoch, found) == (epochs, best, steps_of_network)
    assert (f"has its best epoch, {best}" in capsys.readouterr().out) == ("callbacks" in options)


# interrupts


def test_an_interrupt_before_the_first_step_is_an_interrupt(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("mlp_lab.support.training_guard.progress_bar", interrupted)
    network = make_network()
    with untouched(network), pytest.raises(KeyboardInterrupt):
        quietly(network)


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
            network, batch_size=batch_size, learning_rate=schedule, loss="squared_error",
            callbacks=[lambda network, history: before.append(history.epochs)],
        )  # fmt: skip
    assert (caught.value.epoch, caught.value.step) == (3, math.ceil(50 / batch_size))
    assert before == [1, 2]
    assert all_finite(network)
    assert math.isfinite(mean_loss(network, SPLIT, "squared_error"))


def test_a_training_loss_that_is_infinite_after_finite_batches_is_noticed():
    network = Scripted([9.0, math.inf])
    with pytest.raises(TrainingDiverged):
        quietly(network, VALIDATION, batch_size=30, learning_rate=1.0, epochs=1)
    assert all_finite(network)


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
    assert caught[0].filename == inspect.getfile(quietly)


def unchecked(inputs=SPLIT.inputs, labels=SPLIT.labels):
    """Return samples that `Split` itself might refuse."""
    return SimpleNamespace(inputs=inputs, labels=labels)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"samples": make_split(50, n_features=5)}, r"\(50, 5\), wanted \(N, 4\)"),
        ({"validation": make_split(50, n_features=3)}, r"\(50, 3\), wanted \(N, 4\)"),
        ({"samples": unchecked(labels=SPLIT.labels + 1)}, "label 3"),
        ({"samples": unchecked(labels=SPLIT.labels - 1)}, "label -1"),
        ({"validation": unchecked(labels=SPLIT.labels + 1)}, "label 3"),
        ({"samples": (SPLIT.inputs, SPLIT.labels)}, "got tuple.*Split"),
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
    network = make_network(Interrupted)
    network.left = 0  # a run that takes a step ends without an error
    with untouched(network), pytest.raises((ValueError, TypeError, OSError), match=message):
        quietly(network, **options)


@each_unfit_network
def test_a_network_that_is_not_fit_to_train_is_refused_before_any_step(network, message):
    with untouched(network), pytest.raises(ValueError, match=message):
        quietly(network)


def test_a_label_that_a_network_of_ones_own_cannot_take_is_refused_before_any_step():
    labels = SPLIT.labels.copy()
    labels[np.random.default_rng([0, 0]).permutation(50)[-1]] = 3  # it would come last
    network = LogisticRegression(n_classes=3)
    with untouched(network), pytest.raises(IndexError):
        quietly(network, Split(SPLIT.inputs, labels))


@pytest.mark.parametrize("table", [list, Table, OldTable])
def test_tables_and_lists_train_as_arrays_do_and_are_converted_once(table):
    of_arrays, of_tables = make_network(), make_network()
    tables = [unchecked(table(split.inputs), table(split.labels)) for split in (SPLIT, VALIDATION)]
    expected = quietly(of_arrays, SPLIT, VALIDATION, epochs=2)
    assert quietly(of_tables, *tables, epochs=2) == expected
    assert_same_bits(of_tables.parameters(), of_arrays.parameters())
    for part in tables:
        assert getattr(part.inputs, "asked", 1) == getattr(part.labels, "asked", 1) == 1


# weight decay, and inputs that are transformed


def test_weight_decay_is_the_gradient_of_the_squared_weights_and_spares_biases():
    decayed, by_hand = make_network(), make_network()
    quietly(decayed, weight_decay=0.3, epochs=2, learning_rate=0.2)
    for epoch in range(2):
        for x, labels, _ in mini_batches(SPLIT, 20, 0, epoch):
            _, gradients = by_hand.gradients(x, labels)
            for name, parameter in by_hand.parameters().items():
                decay = 0.3 * parameter if name.endswith("weights") else 0.0
                parameter -= 0.2 * (gradients[name] + decay)
    for name, parameter in decayed.parameters().items():
        assert np.allclose(parameter, by_hand.parameters()[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", SGD(momentum=0.9)])
def test_weight_decay_leaves_smaller_weights(optimizer):
    networks = [make_network(), make_network()]
    for network, decay in zip(networks, (0.0, 0.1), strict=True):
        quietly(network, optimizer=optimizer, learning_rate=0.05, weight_decay=decay, epochs=20)
    sizes = [sum(np.square(w).sum() for w in network.weights) for network in networks]
    assert sizes[1] < sizes[0]


def halved(inputs, generator):
    """Halve the inputs, and add a little noise."""
    return inputs / 2 + generator.normal(0, 0.01, inputs.shape)


def test_every_batch_is_transformed_and_nothing_that_is_evaluated():
    seen, network = [], make_network()

    def double(inputs, generator):
        seen.append(inputs.copy())
        return 2 * inputs

    history = quietly(network, transform=double, epochs=1, validation=VALIDATION)
    trained = np.concatenate(seen)
    assert sorted(map(tuple, trained)) == sorted(map(tuple, SPLIT.inputs.astype(trained.dtype)))
    assert history.train_loss[-1] == pytest.approx(mean_loss(network, SPLIT))
    assert history.validation_loss[-1] == pytest.approx(mean_loss(network, VALIDATION))
    twice = make_network()
    quietly(twice, Split(2 * SPLIT.inputs, SPLIT.labels), epochs=1)
    assert_same_bits(network.parameters(), twice.parameters())


def test_a_transformed_run_goes_on_to_the_same_bits(tmp_path):
    whole, parted = make_network(), make_network()
    options = {"transform": halved, "weight_decay": 0.01, "seed": 5}
    quietly(whole, epochs=4, **options)
    quietly(parted, epochs=2, checkpoint=tmp_path / "run.npz", **options)
    again = make_network()
    quietly(again, epochs=4, resume=tmp_path / "run.npz", **options)
    assert_same_bits(again.parameters(), whole.parameters())
    with pytest.raises(ValueError, match="weight_decay"):
        quietly(make_network(), epochs=4, resume=tmp_path / "run.npz", seed=5, transform=halved)


@pytest.mark.parametrize(
    ("made", "words"),
    [(lambda x, generator: x[:, 1:], "inputs have shape"), (lambda x, generator: x[1:], "samples"),
     (lambda x, generator: None, "numbers"), (lambda x, generator: x.astype(str), "numbers")],
)  # fmt: skip
def test_a_transform_that_returns_something_else_is_refused(made, words):
    with pytest.raises((TypeError, ValueError), match=words):
        quietly(make_network(), transform=made)


@pytest.mark.parametrize("decay", [-0.1, math.nan, math.inf, "0.1"])
def test_a_weight_decay_that_is_none_is_refused_before_any_step(decay):
    network = make_network()
    with pytest.raises(ValueError, match="weight_decay"):
        quietly(network, weight_decay=decay)
    assert_same_bits(network.parameters(), make_network().parameters())
