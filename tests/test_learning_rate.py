"""The learning-rate searches: what they measure and suggest, and that they leave no trace."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from misfits import each_unfit_network
from networks import Observed, OwnLoss, Tampered, make_network, make_split, tampered, untouched
from tables import OldTable, Table

from mlp_lab import (
    MLP,
    Split,
    learning_rate_range_test,
    load_digits,
    probe_learning_rates,
    train,
)
from mlp_lab.evaluation import mean_loss
from mlp_lab.optimizers import SGD, Adam

steady = settings(derandomize=True, deadline=None, max_examples=25)
SPLIT = make_split(60)


def probe(network, split=SPLIT, rates=None, **options):
    return probe_learning_rates(network, split.inputs, split.labels, rates, **options)


def range_test(network, split=SPLIT, **options):
    return learning_rate_range_test(network, split, **{"progress": False, **options})


SEARCHES = pytest.mark.parametrize("search", [probe, range_test])


def over(search, low, high, n_rates=None):
    """Return the options with which a search covers a range of rates."""
    if search is range_test:
        return {"low": low, "high": high} | ({"steps": n_rates} if n_rates else {})
    return {"rates": np.geomspace(low, high, n_rates or 20)}


def kinds(search):
    """Return which warnings there are, by their first words."""
    words = ("flat", "never falls", "edge", "trained already", "coarse", "at the lowest rates")
    known = [word for word in words for warning in search.warnings if word in warning]
    assert len(known) == len(search.warnings)
    return known


# what they measure


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_the_probe_is_one_step_of_gradient_descent_at_every_rate(dtype, loss):
    rates = [0.1, 3.0, 0.0, 0.5]
    search = probe(make_network(dtype=dtype), rates=rates, loss=loss)
    start, gradients = make_network(dtype=dtype).gradients(SPLIT.inputs, SPLIT.labels, loss)
    by_hand = []
    for rate in sorted(rates):
        network = make_network(dtype=dtype)
        for name, parameter in network.parameters().items():
            parameter -= rate * gradients[name]
        by_hand.append(network.loss(SPLIT.inputs, SPLIT.labels, loss))
    assert search.start == start
    np.testing.assert_array_equal(search.rates, sorted(rates))
    np.testing.assert_array_equal(search.losses, by_hand)
    assert 0.1 < search.suggestion <= 3.0


def test_the_probes_own_rates_are_those_of_the_documentation():
    np.testing.assert_array_equal(probe(make_network()).rates, np.logspace(-6, 2, 33))


@pytest.mark.parametrize("make_optimizer", [SGD, lambda: SGD(0.9), Adam])
def test_the_range_test_is_a_short_run_with_growing_rates(make_optimizer):
    search = range_test(
        make_network(), steps=12, low=1e-3, high=1.0, batch_size=25, seed=5,
        optimizer=make_optimizer(),
    )  # fmt: skip
    generator, network, optimizer = np.random.default_rng(5), make_network(), make_optimizer()
    batches = [
        order[start : start + 25]
        for order in (generator.permutation(60) for _ in range(5))
        for start in (0, 25, 50)
    ]
    rates, values = np.geomspace(1e-3, 1.0, 12), []
    for rate, batch in zip([*rates, 0.0], batches, strict=False):
        value, gradients = network.gradients(SPLIT.inputs[batch], SPLIT.labels[batch])
        values.append(value)
        optimizer.step(network.parameters(), gradients, float(rate))
    past = 0.9 ** np.arange(13)
    smoothed = [np.average(values[: n + 1], weights=past[: n + 1][::-1]) for n in range(13)]
    np.testing.assert_allclose(search.rates, rates)
    np.testing.assert_allclose(search.losses, smoothed[1:])
    assert search.start == values[0]


def test_the_range_test_stops_when_the_loss_explodes():
    search = range_test(make_network(hidden="relu"), low=1e-3, high=1e6, steps=200)
    assert len(search.rates) < 200
    assert search.losses[-1] > 4 * search.losses.min()
    assert (search.losses[:-1] <= 4 * np.minimum.accumulate(search.losses[:-1])).all()


def test_the_range_tests_defaults_are_those_of_the_documentation(capsys):
    stated = {"low": 1e-4, "high": 10.0, "steps": 100, "seed": 0, "batch_size": 100}
    expected = range_test(make_network(), make_split(150), **stated)
    found = learning_rate_range_test(make_network(), make_split(150))
    np.testing.assert_array_equal(found.rates, expected.rates)
    np.testing.assert_array_equal(found.losses, expected.losses)
    assert "growing the rate" in capsys.readouterr().err


@steady
@given(
    st.floats(1e-8, 1e30),
    st.floats(1.5, 1e8),
    st.sampled_from(["tanh", "relu", "identity"]),
    st.sampled_from(["cross_entropy", "squared_error"]),
)
def test_whatever_the_rates_the_result_is_usable_and_the_network_untouched(
    low, factor, hidden, loss
):
    network = make_network(hidden=hidden)
    for search in (probe, range_test):
        with untouched(network):
            found = search(network, loss=loss, **over(search, low, low * factor, 12))
        assert not np.isnan(found.losses).any()
        assert len(found.rates) == len(found.losses) >= 1
        assert (np.diff(found.rates) > 0).all()
        assert found.rates[0] <= found.suggestion <= found.rates[-1]
        assert math.isfinite(found.start)
        assert f"{len(found.rates)} rates" in repr(found)


# no trace


class Failing(Observed):
    """Fails after so many calls of `loss` and `gradients`."""

    left, error = 5, RuntimeError

    def before(self, method):
        self.left -= 1
        if self.left < 0:
            raise self.error


@SEARCHES
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("left", [0, 1, 5])
def test_the_network_is_untouched_whatever_happens(search, error, left):
    network = make_network(Failing)
    network.error, network.left = error, left
    arrays = list(network.parameters().values())
    with untouched(network), pytest.raises(error):
        search(network)
    assert all(a is b for a, b in zip(network.parameters().values(), arrays, strict=True))


@SEARCHES
def test_a_network_that_changes_itself_has_its_parameters_back_too(search):
    class StepsInGradients(Tampered):
        def tamper(self, gradients, x, labels):
            self.weights[0] -= gradients["layer1.weights"]
            return gradients

    network = make_network(StepsInGradients)
    with untouched(network):
        search(network)


@SEARCHES
def test_a_search_in_which_rates_overflow_leaves_the_network_untouched_and_warns(search):
    network = make_network(hidden="relu")
    for low, high in ((1e37, 1e39), (1e39, 1e40)):
        with untouched(network):
            found = search(network, loss="squared_error", **over(search, low, high))
        assert found.losses[-1] == np.inf
        assert kinds(found)[0] == "never falls"
        assert found.suggestion == found.rates[0]


def test_the_range_test_leaves_the_optimizer_as_if_new():
    optimizer = Adam()
    range_test(make_network(), optimizer=optimizer)
    assert optimizer.state == {}


# suggestions and warnings


@SEARCHES
@pytest.mark.parametrize("seed", range(5))
def test_a_fresh_network_with_the_default_rates_gives_no_warning(search, seed):
    assert kinds(search(make_network(seed=seed))) == []


def scaled(factor):
    """Return a kind of network that multiplies its gradients by a factor."""
    return tampered(lambda gradients: {name: factor * a for name, a in gradients.items()})


@SEARCHES
@pytest.mark.parametrize(("factor", "low", "high"), [(1, 1e-9, 1e-7), (0, 1e-4, 10.0)])
def test_steps_that_move_nothing_are_called_flat_in_the_repr_and_on_the_plot(
    search, factor, low, high
):
    found = search(make_network(scaled(factor)), **over(search, low, high))
    assert "flat" in kinds(found)
    assert all(warning in repr(found) for warning in found.warnings)
    assert "warning" in found.plot().get_title()


def test_the_best_rate_at_an_edge_is_pointed_out():
    network = make_network()
    low = probe(network, rates=[1.0, 100.0, 1000.0])
    high = probe(network, rates=[1e-3, 1e-2, 1e-1])
    assert low.suggestion == 1.0
    assert high.suggestion <= 0.1
    assert "edge" in kinds(low)
    assert "edge" in kinds(high)
    assert "edge" in kinds(range_test(network, low=1e-4, high=1e-2))


@SEARCHES
def test_a_loss_that_never_falls_is_told_from_a_flat_one_and_points_the_right_way(search):
    def told(network, low, high):
        found = search(network, **over(search, low, high))
        warning, *others = (text for text in found.warnings if "coarse" not in text)
        assert others == []
        return found, warning

    found, warning = told(make_network(hidden="relu"), 100.0, 1000.0)
    assert "100 raises it" in warning
    assert "try rates below it" in warning
    assert found.suggestion == found.rates[0]
    found, warning = told(make_network(scaled(-1)), 1e-6, 1.0)
    assert "never falls" in warning
    assert "check_gradients" in warning
    first = int(np.argmax(found.losses > 1.01 * found.start))
    assert f"between {found.rates[first - 1]:.3g} and {found.rates[first]:.3g}" in warning


@pytest.mark.parametrize(
    "options",
    [
        {"low": 0.1, "high": 1e9, "steps": 60},  # it explodes after a few steps
        {"low": 10.0, "high": 1e9},  # at once
        {"low": 1e-4, "high": 1e12, "steps": 60},  # five steps multiply the rate by twenty
        {"steps": 15},
    ],
    ids=str,
)
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_a_coarse_suggestion_says_so_and_the_numbers_that_it_proposes_do_better(options, hidden):
    network, digits = MLP([64, 30, 10], hidden=hidden), load_digits().train
    found = range_test(network, digits, **options)
    (warning,) = (text for text in found.warnings if "coarse" in text)
    low, high, steps = re.search(r"low=(\S+), high=(\S+), steps=(\d+)$", warning).groups()
    again = range_test(network, digits, low=float(low), high=float(high), steps=int(steps))
    assert "coarse" not in kinds(again)
    assert len(again.rates) > len(found.rates)
    assert 0.1 < again.suggestion < 1.0


def test_a_fall_that_begins_with_the_test_asks_for_lower_rates():
    network = MLP([64, 30, 10], hidden="relu", initializer="glorot_uniform")  # learns at rate 1
    digits = load_digits().train
    found = range_test(network, digits, low=1.0, high=100.0)
    assert kinds(found) == ["at the lowest rates"]
    assert found.warnings[0].endswith("try low=0.01")
    assert kinds(range_test(network, digits, low=0.01, high=100.0)) == []


class Fragile(MLP):
    """Its loss is NaN after so many steps."""

    left = 12

    def gradients(self, x, labels, loss="cross_entropy"):
        value, gradients = super().gradients(x, labels, loss)
        self.left -= 1
        return value if self.left >= 0 else math.nan, gradients

    def loss(self, x, labels, loss="cross_entropy"):
        return math.nan


def test_a_loss_that_is_no_number_stays_out_of_the_result():
    tested, probed = range_test(make_network(Fragile), steps=60), probe(make_network(Fragile))
    assert len(tested.rates) == 12
    assert any("ended after 12 of 60 steps" in warning for warning in tested.warnings)
    assert kinds(probed) == ["never falls"]
    assert probed.suggestion == probed.rates[0]
    for found in (tested, probed):
        assert not np.isnan(found.losses).any()
        assert found.losses[-1] == np.inf
        assert math.isfinite(found.suggestion)


@SEARCHES
@pytest.mark.parametrize("table", [Table, OldTable])
def test_tables_are_searched_as_arrays_are_and_converted_once(search, table):
    split = Split(table(SPLIT.inputs), table(SPLIT.labels))
    found, expected = search(make_network(), split), search(make_network())
    np.testing.assert_array_equal(found.losses, expected.losses)
    assert (found.suggestion, found.warnings) == (expected.suggestion, expected.warnings)
    assert split.inputs.asked == split.labels.asked == 1


@SEARCHES
def test_inputs_that_are_not_scaled_are_warned_of_at_the_callers_line(search):
    pixels = (255 * SPLIT.inputs).astype(np.uint8)
    function = probe_learning_rates if search is probe else learning_rate_range_test
    arguments = (pixels, SPLIT.labels) if search is probe else (Split(pixels, SPLIT.labels), 1e-4)
    with pytest.warns(UserWarning, match=r"np\.float32\(25\d\)") as caught:
        function(make_network(), *arguments)
    assert [warning.filename for warning in caught] == [__file__]


@SEARCHES
def test_a_trained_network_is_recognised(search):
    network = make_network()
    train(network, SPLIT, epochs=300, batch_size=20, progress=False)
    assert mean_loss(network, SPLIT) < 0.5
    assert "trained already" in kinds(search(network))


# on real data


def probe_100(network, split):
    return probe(network, Split(split.inputs[:100], split.labels[:100]))


@pytest.mark.parametrize("search", [range_test, probe, probe_100])
@pytest.mark.parametrize("seed", range(3))
def test_the_suggestion_trains_the_digits(search, seed):
    digits = load_digits().train
    network = MLP([64, 30, 10], seed=seed)
    found, before = search(network, digits), mean_loss(network, digits)
    assert found.warnings == []
    history = train(network, digits, epochs=5, learning_rate=found.suggestion, progress=False)
    assert history.train_loss[-1] < 0.3 * before
    assert history.train_accuracy[-1] > 0.85


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("seed", range(6))
def test_the_noise_of_small_batches_is_not_taken_for_a_fall(seed, momentum):
    """Before the running mean has gathered its ten steps, it jumps with every batch."""
    network = MLP([64, 200, 10], hidden="relu", initializer="he_normal", seed=seed)
    search = range_test(
        network, load_digits().train, batch_size=10, seed=seed, optimizer=SGD(momentum)
    )
    assert search.suggestion > 0.01
    assert search.suggestion < search.rates[np.argmin(search.losses)]


@SEARCHES
def test_a_negative_loss_of_ones_own_can_be_searched(search):
    few = Split(SPLIT.inputs[SPLIT.labels < 2], SPLIT.labels[SPLIT.labels < 2])
    found = search(make_network(), few, loss=OwnLoss(offset=-5.0))
    assert found.losses.min() < found.start < 0


# what is refused


@pytest.mark.parametrize(
    ("search", "options", "message"),
    [
        (probe, {"rates": [0.1, -0.1]}, "learning rate is -0.1"),
        (probe, {"rates": [0.1, math.nan]}, "learning rate is nan"),
        (probe, {"rates": [0.1, math.inf]}, "learning rate is inf"),
        (probe, {"rates": []}, r"\(0,\)"),
        (probe, {"rates": [[0.1]]}, r"\(1, 1\)"),
        (probe, {"rates": 0.1}, r"\(\)"),
        (probe, {"rates": ["a"]}, "rates"),
        (range_test, {"low": 0.0}, "low is 0.0"),
        (range_test, {"low": -1.0}, "learning rate is -1.0"),
        (range_test, {"low": 1.0, "high": 1.0}, "low is 1.0 and high is 1.0"),
        (range_test, {"low": 1.0, "high": 0.1}, "0 < low < high"),
        (range_test, {"high": math.inf}, "learning rate is inf"),
        (range_test, {"low": math.nan}, "learning rate is nan"),
        (range_test, {"low": "1"}, "learning rate is '1'"),
        (range_test, {"steps": 9}, "steps is 9.*at least 10"),
        (range_test, {"steps": 10.5}, "steps is 10.5"),
        (range_test, {"batch_size": 0}, "batch_size is 0"),
        (range_test, {"loss": "hinge"}, "'hinge'"),
        (range_test, {"optimizer": "rmsprop"}, "'rmsprop'"),
        (range_test, {"seed": -1}, "seed is -1"),
        (range_test, {"split": (SPLIT.inputs, SPLIT.labels)}, "got tuple.*Split"),
        (range_test, {"split": make_split(60, n_features=3)}, r"\(60, 3\), wanted \(N, 4\)"),
        (range_test, {"split": Split(SPLIT.inputs, SPLIT.labels + 1)}, r"label 3 .*np\.unique"),
    ],
)
def test_bad_settings_are_refused(search, options, message):
    network = make_network()
    with untouched(network), pytest.raises((ValueError, TypeError), match=message):
        search(network, **options)


@SEARCHES
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("sample", [0, 41])
def test_inputs_that_are_not_finite_are_refused_by_sample(search, bad, sample):
    inputs, network = SPLIT.inputs.copy(), make_network()
    inputs[sample] = bad
    with untouched(network), pytest.raises(ValueError, match=f"sample {sample} "):
        search(network, Split(inputs, SPLIT.labels))


def test_a_sample_that_is_not_finite_is_named_whenever_its_batch_comes():
    inputs = SPLIT.inputs.copy()
    inputs[-1, 0] = np.nan
    with pytest.raises(ValueError, match=f"sample {len(inputs) - 1} are not all finite"):
        range_test(make_network(), Split(inputs, SPLIT.labels), batch_size=5, high=1e-3)


@pytest.mark.filterwarnings("ignore:the inputs are too large")
@SEARCHES
def test_inputs_that_overflow_at_once_are_refused(search):
    huge = Split(np.full_like(SPLIT.inputs, 3e38), SPLIT.labels)
    with pytest.raises(ValueError, match="before the first step: are the inputs scaled"):
        search(make_network(hidden="identity", output="identity"), huge, loss="squared_error")


@SEARCHES
@each_unfit_network
def test_a_network_that_is_not_fit_to_train_is_refused(search, network, message):
    with untouched(network), pytest.raises(ValueError, match=message):
        search(network)
