"""The view from inside: it measures what it says, and disturbs nothing."""

import math

import numpy as np
import pytest
from networks import assert_same_bits, copies, make_network, make_split

from mlp_lab import MLP, Split, train
from mlp_lab.figures.inside import SAMPLES_LOOKED_AT, Inside, inside_panels
from mlp_lab.optimizers import SGD

DATA = make_split(200)
DEPTHS = [(4, 3), (4, 5, 3), (4, 6, 5, 4, 3)]


def run(network, callbacks=(), epochs=3, data=DATA, **options):
    return train(network, data, epochs=epochs, callbacks=callbacks, progress=False, **options)


@pytest.mark.parametrize("sizes", DEPTHS, ids=str)
@pytest.mark.parametrize("optimizer", ["sgd", "adam", SGD(momentum=0.9)], ids=repr)
def test_the_training_ends_at_the_same_bits_with_and_without(sizes, optimizer):
    alone, watched = (make_network(sizes=sizes, dropout=0.2) for _ in range(2))

    expected = run(alone, optimizer=optimizer)
    found = run(watched, [Inside(watched, DATA)], optimizer=optimizer)

    assert found == expected
    assert_same_bits(watched.parameters(), alone.parameters())


@pytest.mark.parametrize("sizes", DEPTHS, ids=str)
def test_every_look_has_a_number_for_each_layer(sizes):
    network = make_network(sizes=sizes)
    watch = Inside(network, DATA)

    run(network, [watch])

    assert watch.epochs == [0, 1, 2, 3]
    n_layers = len(sizes) - 1
    assert np.shape(watch.gradient) == np.shape(watch.moved) == (4, n_layers)
    assert np.shape(watch.flat) == (4, n_layers - 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_movement_is_the_change_of_the_weights_over_their_length(dtype):
    network = make_network(dtype=dtype)
    watch = Inside(network, DATA)
    seen = [copies(network.parameters())]

    run(network, [watch, lambda net, _: seen.append(copies(net.parameters()))])

    assert all(map(math.isnan, watch.moved[0]))
    for moved, before, after in zip(watch.moved[1:], seen, seen[1:], strict=False):
        for layer, ratio in enumerate(moved, 1):
            old, new = (each[f"layer{layer}.weights"] for each in (before, after))
            by_hand = math.sqrt(np.sum((new - old) ** 2) / np.sum(old**2))
            assert ratio == pytest.approx(by_hand, rel=1e-5)
            assert ratio > 0


def test_on_one_batch_the_movement_is_that_of_a_single_step():
    network = make_network(dtype="float64")
    watch = Inside(network, DATA)
    _, gradients = network.gradients(DATA.inputs, DATA.labels)
    steps = {name: 0.1 * np.linalg.norm(array) for name, array in gradients.items()}
    lengths = {name: np.linalg.norm(array) for name, array in network.parameters().items()}

    run(network, [watch], epochs=1, batch_size=len(DATA), learning_rate=0.1)

    for layer, ratio in enumerate(watch.moved[1], 1):
        name = f"layer{layer}.weights"
        assert ratio == pytest.approx(steps[name] / lengths[name], rel=1e-9)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_the_gradient_is_that_of_the_loss_on_the_samples(loss):
    network = make_network(dtype="float64")
    watch = Inside(network, DATA, loss=loss)

    _, gradients = network.gradients(DATA.inputs, DATA.labels, loss=loss)

    expected = [np.linalg.norm(gradients[f"layer{layer}.weights"]) for layer in (1, 2)]
    assert watch.gradient == [pytest.approx(expected)]


def test_flat_outputs_of_relu_are_those_that_are_0():
    network = make_network(sizes=(4, 6, 5, 3), hidden="relu", biased=True)
    network.weights[1][:, :2] = -1.0  # of outputs that are not negative: two of five units are dead
    network.biases[1][:2] = 0.0
    first = np.maximum(0, DATA.inputs @ network.weights[0] + network.biases[0])
    second = np.maximum(0, first @ network.weights[1] + network.biases[1])

    (shares,) = Inside(network, DATA).flat

    assert shares == pytest.approx([np.mean(first == 0), np.mean(second == 0)])
    assert shares[1] >= 0.4


@pytest.mark.parametrize(
    ("hidden", "z", "flat"),
    [("tanh", 2.5, 1.0), ("tanh", 1.5, 0.0), ("sigmoid", -3.5, 1.0), ("sigmoid", -2.0, 0.0)],
)
def test_flat_outputs_of_others_are_those_with_hardly_any_slope(hidden, z, flat):
    network = make_network(hidden=hidden, initializer="zeros")
    network.biases[0][...] = z

    assert Inside(network, DATA).flat == [[flat]]


def test_of_many_samples_some_are_looked_at():
    many = make_split(3 * SAMPLES_LOOKED_AT)
    network = make_network(dtype="float64")

    part, whole = Inside(network, many).gradient[0], network.gradients(many.inputs, many.labels)[1]

    assert part[0] != pytest.approx(np.linalg.norm(whole["layer1.weights"]), rel=1e-9)
    assert part[0] == pytest.approx(np.linalg.norm(whole["layer1.weights"]), rel=0.2)


@pytest.mark.parametrize("same_watch", [True, False], ids=["same", "new"])
def test_a_resumed_run_goes_on_as_if_it_had_never_stopped(same_watch, tmp_path):
    straight, stopped = make_network(), make_network()
    expected, watch = Inside(straight, DATA), Inside(stopped, DATA)
    run(straight, [expected], epochs=4)
    run(stopped, [watch], epochs=2, checkpoint=tmp_path / "half.npz")
    if not same_watch:
        stopped = make_network()
        watch = Inside(stopped, DATA)

    run(stopped, [watch], epochs=4, resume=tmp_path / "half.npz")

    # what was not seen is not made up: fresh weights are not those that epoch 3 began with
    n_seen = 5 if same_watch else 2
    assert watch.epochs == expected.epochs[-n_seen:]
    assert watch.gradient == expected.gradient[-n_seen:]
    assert watch.flat == expected.flat[-n_seen:]
    np.testing.assert_array_equal(watch.moved[1:], expected.moved[1 - n_seen :])
    assert np.isnan(watch.moved[0]).all()


def test_a_second_run_begins_anew():
    network = make_network()
    watch = Inside(network, DATA)
    run(network, [watch], epochs=3)

    run(network, [watch], epochs=2)

    assert watch.epochs == [1, 2]
    assert [list(line.get_xdata()) for line in watch.plot()[1].get_lines()] == [[1, 2], [1, 2]]
    assert np.isnan(watch.moved).tolist() == [[True, True], [False, False]]


def test_another_network_and_samples_that_do_not_fit_are_refused():
    network = make_network()

    with pytest.raises(ValueError, match="another network"):
        run(make_network(), [Inside(network, DATA)])
    with pytest.raises(ValueError, match="4"):
        Inside(network, make_split(5, n_features=6))
    with pytest.raises(ValueError, match="softmax has no slope"):
        Inside(make_network(hidden="softmax"), DATA)
    with pytest.raises(ValueError, match="loss"):
        Inside(network, DATA, loss="hinge")


# what is drawn


def lines(axes):
    return [np.array([line.get_xdata(), line.get_ydata()]) for line in axes.get_lines()]


@pytest.mark.parametrize("sizes", DEPTHS, ids=str)
def test_each_panel_draws_a_line_for_each_layer(sizes):
    network = make_network(sizes=sizes)
    watch = Inside(network, DATA)
    run(network, [watch])

    panels = watch.plot()

    panels[0].figure.canvas.draw()
    for axes, values in zip(panels, (watch.flat, watch.gradient, watch.moved), strict=True):
        assert axes.get_title()
        assert axes.get_xlabel() == "epoch"
        drawn = lines(axes)
        assert len(drawn) == np.shape(values)[1]
        for line, expected in zip(drawn, np.array(values).T, strict=True):
            np.testing.assert_array_equal(line, [watch.epochs, expected])
        assert len({line.get_marker() for line in axes.get_lines()}) == len(drawn)


def test_two_networks_stand_below_each_other_on_one_scale():
    small, large = Inside(make_network(), DATA), Inside(make_network(), DATA)
    run(small.network, [small], learning_rate=0.001)
    run(large.network, [large], learning_rate=1.0)

    panels = inside_panels({"small": small, "large": large})

    panels[0].figure.canvas.draw()
    assert [axes.get_ylabel().split("\n")[0] for axes in panels[::3]] == ["small", "large"]
    for above, below in zip(panels[:3], panels[3:], strict=True):
        assert above.get_ylim() == below.get_ylim()


@pytest.mark.filterwarnings("error")
def test_what_has_no_logarithm_is_left_out():
    blank = MLP([4, 3, 3], initializer="zeros")
    data = Split(np.zeros_like(DATA.inputs), DATA.labels)
    watch = Inside(blank, data)
    run(blank, [watch], data=data)

    assert watch.gradient[0][0] == 0
    assert np.isnan(watch.moved[1]).all()  # of weights that are 0 no share can be moved
    watch.plot()[0].figure.canvas.draw()
