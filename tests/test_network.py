"""MLP: outputs, losses and gradients against the reference; what it refuses; save and load."""

from itertools import product

import numpy as np
import pytest
from misfits import each_wrong_labels, each_wrong_x
from networks import OwnLoss, assert_same_bits, copies, untouched
from networks import make_network as make_any_network
from reference import multilayer_perceptron, notebook_gradients

from mlp_lab import MLP, check_gradients
from mlp_lab.activations import ACTIVATIONS, Elementwise, LeakyRelu, Relu, Softmax, Tanh
from mlp_lab.initializers import INITIALIZERS
from mlp_lab.losses import LOSSES, CrossEntropy
from mlp_lab.support.array_files import write_arrays

SIZES = {0: [4, 3], 1: [4, 5, 3], 2: [4, 5, 6, 3], 3: [4, 5, 6, 2, 3]}
each_loss = pytest.mark.parametrize("loss", LOSSES)
each_hidden = pytest.mark.parametrize("hidden", ACTIVATIONS)
each_output = pytest.mark.parametrize("output", ACTIVATIONS)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def make_network(hidden="tanh", output="softmax", depth=1, dtype="float64", seed=0, shift=0.0):
    """Return a network with biases that are not zero; `shift` raises the last ones."""
    options = {"hidden": hidden, "output": output, "seed": seed}
    network = make_any_network(MLP, SIZES[depth], dtype, biased=True, **options)
    network.biases[-1][...] += shift
    return network


def make_batch(n=6, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, 4)), generator.integers(0, 3, n)


def assert_close(actual, expected, tolerance=1e-10):
    error = np.abs(np.asarray(actual) - expected) / np.maximum(1.0, np.abs(expected))
    assert np.max(error) <= tolerance


@each_hidden
@each_output
@each_loss
def test_outputs_loss_and_gradients_agree_with_the_reference(hidden, output, loss):
    for depth, n in product(SIZES, (1, 2, 7)):
        x, labels = make_batch(n, seed=depth)
        shift = 6.0 if loss == "cross_entropy" and output not in ("softmax", "sigmoid") else 0.0
        network = make_network(hidden, output, depth, seed=depth, shift=shift)
        expected = multilayer_perceptron(network.parameters(), hidden, output, loss, x, labels)
        outputs, mean_loss, gradients = expected
        assert_close(network.forward(x), outputs)
        np.testing.assert_array_equal(network.predict(x), network.forward(x).argmax(axis=1))
        assert_close(network.loss(x, labels, loss), mean_loss)
        value, actual = network.gradients(x, labels, loss)
        assert value == network.loss(x, labels, loss)
        assert list(actual) == list(network.parameters())
        for name, gradient in gradients.items():
            assert actual[name].shape == network.parameters()[name].shape
            assert_close(actual[name], gradient)


def test_gradients_equal_the_original_notebook_image_by_image():
    x, labels = make_batch(20)
    network = make_network()
    _, gradients = network.gradients(x, labels, loss="squared_error")
    expected = notebook_gradients(*network.parameters().values(), x, labels)
    assert gradients.keys() == expected.keys()
    for name, gradient in expected.items():
        assert_close(gradients[name], gradient, 1e-14)


@each_hidden
@each_output
@each_loss
@each_dtype
def test_logits_of_a_million_leave_everything_finite_and_in_its_dtype(hidden, output, loss, dtype):
    network, (x, labels) = make_network(hidden, output, dtype=dtype, seed=3), make_batch()
    for biases in ([1e6, 3e5, 1e6], [-1e6, 0, 1e6] if output == "softmax" else [1e6] * 3):
        network.biases[-1][...] = biases
        value, gradients = network.gradients(x, labels, loss)
        arrays = [network.forward(x), *gradients.values()]
        assert all(array.dtype == dtype and np.isfinite(array).all() for array in arrays)
        assert np.isfinite(value)


@pytest.mark.parametrize("output", ["sigmoid", "relu"])
@each_dtype
def test_probability_zero_costs_infinitely_much_without_a_warning(output, dtype):
    network = make_network(output=output, dtype=dtype, shift=-1e6)
    x, labels = make_batch()
    value, _ = network.gradients(x, labels)
    assert value == np.inf == network.loss(x, labels)


@pytest.mark.parametrize("output", ["identity", "tanh", "leaky_relu"])
def test_cross_entropy_refuses_outputs_that_have_no_logarithm(output):
    network = make_network(output=output, shift=-6.0)
    for function in (network.loss, network.gradients):
        with pytest.raises(ValueError, match=r"softmax.*squared_error"):
            function(*make_batch())


@each_hidden
@each_loss
@each_dtype
@pytest.mark.parametrize("x_dtype", ["float16", "float32", "float64", "uint8"])
def test_a_network_keeps_its_dtype_whatever_comes_in(hidden, loss, dtype, x_dtype):
    network = make_network(hidden, dtype=dtype, depth=2)
    x = np.arange(8).reshape(2, 4).astype(x_dtype)
    value, gradients = network.gradients(x, [0, 2], loss)
    assert network.dtype == dtype
    assert network.forward(x).dtype == dtype
    assert type(value) is type(network.loss(x, [0, 2], loss)) is float
    arrays = [*network.parameters().values(), *gradients.values()]
    assert all(array.dtype == dtype for array in arrays)
    assert network.predict(x).dtype.kind == "i"


def test_the_defaults_are_those_of_the_documentation():
    by_default, stated = MLP([4, 3]), {"hidden": "tanh", "output": "softmax", "seed": 0}
    as_stated = MLP([4, 3], initializer="glorot_uniform", dtype="float32", **stated)
    assert repr(by_default) == "MLP([4, 3], hidden=tanh, output=softmax, dtype=float32)"
    assert_same_bits(by_default.parameters(), as_stated.parameters())


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_same_seed_same_bits_and_float32_rounds_the_same_weights(initializer):
    double, again, single = (
        MLP([7, 5, 3], initializer=initializer, dtype=dtype, seed=9)
        for dtype in ("float64", "float64", "float32")
    )
    for a, b, rounded in zip(double.weights, again.weights, single.weights, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a.astype(np.float32), rounded)
    assert not any(biases.any() for biases in double.biases)
    other = MLP([7, 5, 3], initializer=initializer, dtype="float64", seed=10)
    assert (initializer == "zeros") == np.array_equal(double.weights[0], other.weights[0])


@pytest.mark.parametrize(
    ("initializer", "deviation", "limit"),
    [
        ("glorot_uniform", np.sqrt(2 / 500), np.sqrt(6 / 500)),
        ("glorot_normal", np.sqrt(2 / 500), np.inf),
        ("he_normal", np.sqrt(2 / 300), np.inf),
        ("uniform", np.sqrt(1 / 900), np.sqrt(1 / 300)),
        ("zeros", 0.0, 0.0),
    ],
)
def test_initial_weights_have_the_published_spread(initializer, deviation, limit):
    weights = MLP([300, 200], initializer=initializer, dtype="float64").weights[0]
    assert abs(weights).max() <= limit
    assert weights.std() == pytest.approx(deviation, rel=0.02)
    assert abs(weights.mean()) <= 4 * deviation / np.sqrt(weights.size)


@pytest.mark.parametrize(
    ("hidden", "default"),
    [
        *product(["relu", "leaky_relu", Relu(), LeakyRelu(0.3)], ["he_normal"]),
        *product(["tanh", "sigmoid", "identity", Tanh()], ["glorot_uniform"]),
    ],
)
def test_relu_starts_from_he_and_everything_else_from_glorot(hidden, default):
    sizes = [30, 20, 10]
    for unasked, named in zip(
        MLP(sizes, hidden).weights, MLP(sizes, hidden, initializer=default).weights, strict=True
    ):
        np.testing.assert_array_equal(unasked, named)


@each_loss
def test_gradients_change_nothing_and_can_be_called_again(loss):
    network, (x, labels) = make_network(depth=2), make_batch()
    with untouched(network):
        value, first = network.gradients(x, labels, loss)
        same_value, second = network.gradients(x, labels, loss)
    assert same_value == value
    assert_same_bits(second, first)
    for name, parameter in network.parameters().items():
        others = [first[name], second[name], x]
        assert not any(np.shares_memory(parameter, other) for other in others)
        assert not np.shares_memory(first[name], second[name])
    np.testing.assert_array_equal(x, make_batch()[0])
    np.testing.assert_array_equal(labels, make_batch()[1])


@each_dtype
@each_loss
def test_gradients_written_into_old_arrays_are_those_of_new_ones(dtype, loss):
    network = make_network(depth=2, dtype=dtype)
    _, old = network.gradients(*make_batch(5, seed=1), loss)
    value, expected = network.gradients(*make_batch(7), loss)
    again, found = network.gradients(*make_batch(7), loss, out=old)
    assert again == value
    assert found is old
    assert_same_bits(found, expected)


@pytest.mark.parametrize(
    ("misfit", "message"),
    [
        ({"layer1.weights": np.zeros((5, 4))}, r"out has shape \(5, 4\) for layer1\.weights.*\(4,"),
        ({"layer2.biases": None}, r"out has nothing for layer2\.biases"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_before_any_is_written_to(misfit, message):
    network, (x, labels) = make_network(), make_batch()
    _, out = network.gradients(x, labels)
    out = {name: array for name, array in (out | misfit).items() if array is not None}
    before = copies(out)
    with pytest.raises(ValueError, match=message):
        network.gradients(-x, labels, out=out)
    assert_same_bits(out, before)


def test_parameters_are_the_live_arrays():
    network = make_network()
    x, labels = make_batch()
    before = network.loss(x, labels)
    network.parameters()["layer1.weights"][...] = 0
    assert not network.weights[0].any()
    assert network.loss(x, labels) != before


@each_dtype
def test_an_initializer_that_reuses_its_array_does_not_tie_layers_together(dtype):
    shared = np.ones((3, 3), dtype)
    network = MLP([3, 3, 3], initializer=lambda generator, n_in, n_out: shared, dtype=dtype)
    network.weights[0][...] = 5
    assert (network.weights[1] == 1).all()
    assert (shared == 1).all()


class Sine(Elementwise):
    name = "sine"

    def __call__(self, z):
        return np.sin(z)

    def slope(self, outputs):
        return np.sqrt(1.0 - outputs * outputs)  # right where |z| < pi / 2


class TemperedSoftmax(Softmax):
    name = "tempered"

    def __call__(self, z):
        return super().__call__(z / 2)

    def backward(self, outputs, upstream):
        return super().backward(outputs, upstream) / 2


def test_an_activation_a_loss_and_an_initializer_of_ones_own_plug_in():
    def small(generator, n_in, n_out):
        return generator.uniform(-0.1, 0.1, (n_in, n_out))

    x, labels = make_batch()
    for hidden, output in product([Sine(), TemperedSoftmax()], repeat=2):
        network = MLP([4, 5, 3], hidden, output, small, dtype="float64", seed=2)
        value, _ = network.gradients(x, labels, OwnLoss(0.5))
        assert (
            value
            == network.loss(x, labels, OwnLoss(0.5))
            == network.loss(x, labels, "squared_error") / 2
        )
        assert check_gradients(network, x, labels, OwnLoss(0.5), progress=False).passed


class SmoothedCrossEntropy(CrossEntropy):
    name = "smoothed"

    def __call__(self, outputs, labels):
        return 0.9 * super().__call__(outputs, labels) - 0.1 * float(np.log(outputs).mean())


@pytest.mark.parametrize(
    ("output", "loss"),
    [("softmax", SmoothedCrossEntropy()), (TemperedSoftmax(), CrossEntropy())],
    ids=str,
)
def test_a_subclass_of_cross_entropy_or_softmax_is_used_not_bypassed(output, loss):
    network, (x, labels) = make_network(output=output), make_batch()
    expected = loss(network.forward(x), labels)
    assert network.loss(x, labels, loss) == pytest.approx(expected, rel=1e-14)


@each_wrong_x
def test_wrong_inputs_are_refused_at_every_door(x, error, message):
    network = make_network()
    for use in (
        network.forward,
        network.predict,
        lambda x: network.loss(x, [0]),
        lambda x: network.gradients(x, [0]),
    ):
        with pytest.raises(error, match=message):
            use(x)


@each_output
@each_loss
@each_wrong_labels
def test_wrong_labels_are_refused_for_every_output_and_loss(output, loss, labels, error, message):
    network = make_network(output=output)
    for function in (network.loss, network.gradients):
        with pytest.raises(error, match=message):
            function(np.ones((3, 4)), labels, loss)


def transposed(generator, n_in, n_out):
    return np.ones((n_out, n_in))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sizes": [4]}, r"sizes is \[4\], wanted a list"),
        ({"sizes": 4}, "sizes is 4"),
        ({"sizes": None}, "sizes is None"),
        ({"sizes": [4, 0, 3]}, "size is 0, wanted a whole number of at least 1"),
        ({"sizes": [4, -2]}, "size is -2"),
        ({"sizes": [4, 2.5]}, r"size is 2\.5"),
        ({"sizes": [4, True]}, "size is True"),
        ({"sizes": "42"}, "size is '4'"),
        ({"hidden": "gelu"}, "activation 'gelu'; choose one of"),
        ({"output": None}, "None is no activation"),
        ({"hidden": Sine}, "is no activation"),
        ({"initializer": "he"}, "initializer 'he'.*'he_normal'"),
        ({"initializer": transposed}, r"initializer gave shape \(3, 4\), not \(4, 3\)"),
        ({"dtype": "float16"}, "dtype is .float16., wanted 'float32'"),
        ({"dtype": int}, r"dtype is .*int.*, wanted .float32."),
        ({"dtype": ">f4"}, "dtype is .>f4."),
        ({"dtype": "float99"}, "wanted 'float32' or"),
        ({"dtype": None}, "wanted 'float32' or"),
    ],
    ids=str,
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises((TypeError, ValueError), match=message):
        MLP(**({"sizes": [4, 3]} | settings))


@pytest.mark.parametrize("loss", ["mse", None, CrossEntropy], ids=str)
def test_unknown_losses_are_refused(loss):
    for function in (make_network().loss, make_network().gradients):
        with pytest.raises((TypeError, ValueError), match=r"unknown loss 'mse'; choose|is no loss"):
            function(*make_batch(), loss=loss)


# ---- files


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network.npz"


@each_hidden
@each_output
@each_dtype
def test_a_saved_network_comes_back_bit_for_bit(hidden, output, dtype, path):
    network = make_network(hidden, output, depth=2, dtype=dtype)
    network.weights[0][0, :3] = [-0.0, np.nan, np.finfo(dtype).smallest_subnormal]
    network.save(path)
    loaded = MLP.load(str(path))
    assert repr(loaded) == repr(network)
    assert (loaded.sizes, loaded.dtype) == (network.sizes, dtype)
    assert_same_bits(loaded.parameters(), network.parameters())
    assert all(parameter.flags.writeable for parameter in loaded.parameters().values())
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_saving_twice_replaces_the_file_and_a_live_network_goes_on(path):
    network = make_network()
    network.save(path)
    network.weights[0] += 1
    network.save(path)
    np.testing.assert_array_equal(MLP.load(path).weights[0], network.weights[0])
    network.weights[0] += 1
    assert (MLP.load(path).weights[0] != network.weights[0]).all()


class SteeperTanh(Tanh):
    """An activation of one's own that inherits the name of one of ours."""

    def __call__(self, z):
        return np.tanh(2 * np.asarray(z))


class Nameless(Elementwise):
    def __call__(self, z):
        return np.tanh(z)

    def slope(self, outputs):
        return 1 - outputs * outputs


@pytest.mark.parametrize("role", ["hidden", "output"])
@pytest.mark.parametrize(
    ("activation", "name"),
    [
        (Sine(), "'sine'"),
        (LeakyRelu(0.2), r"'leaky_relu\(0\.2\)'"),
        (SteeperTanh(), "'SteeperTanh', which mlp_lab does not have"),
        (Nameless(), "'Nameless'"),
    ],
    ids=["own", "own setting", "inherited name", "no name"],
)
def test_an_activation_of_ones_own_is_handed_to_load(role, activation, name, path):
    network = MLP([4, 5, 3], **{role: activation}, dtype="float64")
    network.save(path)
    words = rf"{role} activation is {name}.*MLP\.load\(path, {role}=\.\.\."
    with pytest.raises(ValueError, match=words):
        MLP.load(path)
    loaded = MLP.load(path, **{role: activation})
    x, _ = make_batch()
    np.testing.assert_array_equal(loaded.forward(x), network.forward(x))


def test_a_subclass_is_loaded_as_itself(path):
    class Own(MLP):
        pass

    Own([3, 2]).save(path)
    assert repr(Own.load(path)) == "Own([3, 2], hidden=tanh, output=softmax, dtype=float32)"


def test_another_activation_than_the_saved_one_is_refused(path):
    MLP([3, 2], hidden="relu").save(path)
    with pytest.raises(ValueError, match="hidden activation is 'relu', not 'tanh'"):
        MLP.load(path, hidden=Tanh())


def saved_arrays(**changes):
    """Return what `MLP([3, 2]).save` writes, with entries replaced, or left out where None."""
    arrays = {
        "sizes": np.array([3, 2]),
        "hidden": np.array("tanh"),
        "output": np.array("softmax"),
        "layer1.weights": np.ones((3, 2), np.float32),
        "layer1.biases": np.ones(2, np.float32),
    }
    return {name: a for name, a in (arrays | changes).items() if a is not None}


WRONG_FILES = {
    "biases missing": {"layer1.biases": None},
    "weights missing": {"layer1.weights": None},
    "sizes missing": {"sizes": None},
    "hidden missing": {"hidden": None},
    "output missing": {"output": None},
    "one more": {"layer2.weights": np.ones((2, 2), np.float32)},
    "renamed": {"layer1.biases": None, "biases": np.ones(2, np.float32)},
    "transposed": {"layer1.weights": np.ones((2, 3), np.float32)},
    "flat": {"layer1.weights": np.ones(6, np.float32)},
    "mixed dtypes": {"layer1.biases": np.ones(2, np.float64)},
    "integers": {"layer1.weights": np.ones((3, 2), int), "layer1.biases": np.ones(2, int)},
    "complex": {"layer1.weights": np.ones((3, 2), complex)},
    "big-endian": {"layer1.weights": np.ones((3, 2), ">f4"), "layer1.biases": np.ones(2, ">f4")},
    "strings": {"layer1.weights": np.full((3, 2), "a")},
    "other sizes": {"sizes": np.array([2, 3])},
    "same count": {"sizes": np.array([1, 4])},
    "fractions": {"sizes": np.array([3.0, 2.0])},
    "negative": {"sizes": np.array([-5, -2])},
    "zero": {"sizes": np.array([3, 2, 0])},
    "one size": {"sizes": np.array([3])},
    "no sizes": {"sizes": np.array([])},
    "a number": {"sizes": np.array(3)},
    "nested": {"sizes": np.array([[3, 2]])},
    "words": {"sizes": np.array(["3", "2"])},
    "dates": {"sizes": np.array(["2020", "2021"], "M8[Y]")},
    "records": {"sizes": np.array([(3, 2)], dtype="i4,i4")},
    "gigabytes": {"sizes": np.array([100_000, 100_000])},
    "terabytes": {"sizes": np.array([10**9, 10**9])},
    "overflow": {"sizes": np.array([2**63 - 1, 2])},
    "unknown": {"hidden": np.array("gelu")},
    "number": {"hidden": np.array(5)},
    "list": {"hidden": np.array(["tanh", "tanh"])},
}


@pytest.mark.parametrize("changes", WRONG_FILES.values(), ids=WRONG_FILES)
def test_files_that_hold_no_network_are_refused(changes, path):
    write_arrays(path, "mlp_lab network", 1, saved_arrays(**changes))
    with pytest.raises(ValueError, match=r"network\.npz does not hold a network: "):
        MLP.load(path)


def test_the_right_file_is_not_refused(path):
    write_arrays(path, "mlp_lab network", 1, saved_arrays())
    assert repr(MLP.load(path)) == "MLP([3, 2], hidden=tanh, output=softmax, dtype=float32)"


@pytest.mark.parametrize(("kind", "version"), [("mlp_lab network", 2), ("mlp_lab checkpoint", 1)])
def test_another_kind_or_version_is_refused(kind, version, path):
    write_arrays(path, kind, version, saved_arrays())
    with pytest.raises(ValueError, match=f"'{kind} {version}', wanted 'mlp_lab network 1'"):
        MLP.load(path)


def test_files_from_elsewhere_are_refused(path):
    np.savez(path, w1=np.ones(3))
    with pytest.raises(ValueError, match="is not a whole mlp_lab network file"):
        MLP.load(path)
    with pytest.raises(FileNotFoundError):
        MLP.load(path.with_name("nowhere.npz"))
