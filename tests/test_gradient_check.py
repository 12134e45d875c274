"""The gradient check: passes what is right, catches what is wrong, touches nothing."""

import re
from functools import partial
from html import escape
from itertools import count, product
from types import SimpleNamespace

import numpy as np
import pytest
from misfits import each_wrong_labels, each_wrong_x
from networks import Copying, LogisticRegression, Observed, Tampered, tampered, untouched
from networks import make_network as make_any_network

from mlp_lab import MLP, check_gradients
from mlp_lab.activations import ACTIVATIONS, Softmax
from mlp_lab.losses import LOSSES
from mlp_lab.museum.pieces import (
    AlwaysOnRelu,
    BatchSoftmax,
    ForgottenSlope,
    IgnoredLeak,
    SummedGradients,
    UpdatedTooEarly,
)
from mlp_lab.support.gradient_report import GradientReport

check = partial(check_gradients, progress=False)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
each_batch = pytest.mark.parametrize("n", [1, 7])
each_kinked = pytest.mark.parametrize("hidden", ["relu", "leaky_relu"])


def each_way(*options):
    """Parametrize a test by the options of a check: all entries, or some, or directions."""
    return pytest.mark.parametrize("options", options, ids=str)


def make_batch(n=7, features=4, seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, features)), generator.integers(0, 4, n)


def make_network(kind=MLP, sizes=(4, 4, 4), dtype="float64", **options):
    return make_any_network(kind, sizes, dtype, biased=True, **options)


def total_kinks(report):
    return sum(tensor.kinks for tensor in report.tensors.values())


# ---- what is right passes


RIGHT = [
    *product(ACTIVATIONS, ["softmax", "sigmoid"], LOSSES),
    *product(["tanh"], ["identity", "tanh", "relu", "leaky_relu"], ["squared_error"]),
]


@pytest.mark.parametrize(("hidden", "output", "loss"), RIGHT)
@each_dtype
@each_way({}, {"directions": 8})
@pytest.mark.parametrize("depths", [(0, 2), pytest.param((1, 3), marks=pytest.mark.slow)])
def test_a_right_network_passes(hidden, output, loss, dtype, options, depths):
    for depth, n in product(depths, (1, 7)):
        sizes, (x, labels) = [4, *[5] * depth, 4], make_batch(n)
        network = make_network(sizes=sizes, hidden=hidden, output=output, dtype=dtype, seed=depth)
        with untouched(network):
            report = check(network, x, labels, loss, **options)
        assert report.passed, report
        assert report.worst.max_relative_error <= report.tolerance == 1e-6
        for name, array in network.parameters().items():
            assert report.tensors[name].checked == options.get("directions", array.size)
        assert "relu" in hidden + output or total_kinks(report) == 0
        np.testing.assert_array_equal(x, make_batch(n)[0])
        np.testing.assert_array_equal(labels, make_batch(n)[1])


@each_kinked
@each_batch
def test_kinked_networks_raise_no_false_alarm(hidden, n):
    for seed in range(25):
        # from He's weights all units of so narrow a layer may be off, and nothing is left to check
        start = {"hidden": hidden, "initializer": "glorot_uniform", "seed": seed}
        network = make_network(sizes=(4, 6, 6, 4), **start)
        x, labels = make_batch(n, seed=seed)
        x = np.maximum(x, [[0, 0, 0, -9]])  # half of the pixels are blank, but no image is
        report = check(network, x, labels)
        assert report.passed, (seed, report)


@pytest.mark.parametrize(
    ("hidden", "scale"), [("identity", 1e-4), ("identity", 1e3), ("tanh", 255)]
)
def test_inputs_of_any_size_pass(hidden, scale):
    x, labels = make_batch(10, features=50)
    report = check(make_network(sizes=(50, 20, 4), hidden=hidden), scale * np.abs(x), labels)
    assert report.passed, report


@pytest.mark.parametrize("hidden", ["tanh", "relu", "leaky_relu"])
@pytest.mark.parametrize("scale", [1e-4, 1.0, 255.0])
def test_directions_through_thousands_of_entries_raise_no_false_alarm(hidden, scale):
    x, labels = make_batch(5, features=200)
    for seed in range(10):
        network = make_network(sizes=(200, 50, 50, 4), hidden=hidden, seed=seed)
        report = check(network, scale * np.abs(x), labels, directions=8, seed=seed)
        assert report.passed, (seed, report)


@pytest.mark.parametrize("scale", [1e-8, 1e-9, 1e-10, 1e-12])
@each_way({}, {"sample": 3}, {"directions": 4})
def test_a_right_gradient_below_the_noise_is_too_small_to_tell(scale, options):
    x, labels = make_batch()
    for seed in range(5):
        report = check(make_network(seed=seed), scale * x, labels, **options)
        weights, biases, *_ = report.tensors.values()
        assert biases.passed
        # just above the noise it may pass; it is never called wrong
        assert weights.passed or weights.problem.startswith("too small to tell")
        assert scale > 1e-12 or not weights.passed


# ---- kinks


def kinked_network(hidden, bias, kind=MLP):
    """Return a network whose first hidden unit sees its kink on a blank image, and a batch."""
    network = make_network(kind, hidden=hidden)
    network.biases[0][0] = bias
    x, labels = make_batch()
    x[0] = 0
    return network, x, labels


@each_kinked
@pytest.mark.parametrize("bias", [0.0, 3e-6, -3e-6, 9e-6, -9e-6, 1e-7])
def test_a_kink_within_the_step_is_counted_and_no_alarm(hidden, bias):
    report = check(*kinked_network(hidden, bias))
    assert report.passed, report
    biases = report.tensors["layer1.biases"]
    assert biases.kinks == total_kinks(report) == 1
    row = next(line for line in str(report).splitlines() if line.startswith("layer1.biases"))
    assert row.split()[2:] == ["4", "1", f"{biases.max_relative_error:.1e}", "ok"]
    assert "kinks" in str(report).splitlines()[1]


@each_kinked
@pytest.mark.parametrize("factor", [0.0, 0.99, 1.01, -1.0, 2.0])
def test_a_kink_excuses_no_wrong_gradient(hidden, factor):
    wrong = tampered(replace("layer1.biases", lambda a: factor * a))
    report = check(*kinked_network(hidden, 0.0, wrong))
    assert not report.tensors["layer1.biases"].passed
    assert report.tensors["layer1.weights"].passed


@pytest.mark.slow
@pytest.mark.parametrize("error", [1e-2, 1e-3, 1e-4, 1e-5])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu"])
def test_a_small_error_in_a_smooth_loss_is_never_taken_for_a_kink(hidden, error):
    wrong = tampered(every(lambda gradient: gradient * (1 + error)))
    network = make_network(wrong, (20, 15, 10), hidden=hidden)
    x, labels = make_batch(8, 20)
    report = check(network, x, labels)
    assert error < 1e-3 or total_kinks(report) == 0
    _, gradients = network.gradients(x, labels)
    for name, tensor in report.tensors.items():
        large = np.abs(gradients[name]) * error > 5e-8  # far above the noise of a difference
        assert large.any()
        assert (tensor.errors[large] > report.tolerance).all()  # a kink's would be 0


# ---- what is wrong is caught


def put(name, index, new):
    def change(gradients):
        gradients[name][index] = new(gradients[name][index])
        return gradients

    return change


def replace(name, new):
    return lambda gradients: gradients | {name: new(gradients[name])}


def every(new):
    return lambda gradients: {name: new(gradient) for name, gradient in gradients.items()}


TAMPERINGS = {
    "all zero": every(np.zeros_like),
    "all one": every(np.ones_like),
    "all a constant": every(lambda a: np.full_like(a, 1e-8)),
    "nothing returned": lambda g: {},
    "negated": every(np.negative),
    "doubled": every(lambda a: 2 * a),
    "absolute": every(np.abs),
    "all complex": every(lambda a: a + 1e-9j),
    "one tensor zero": replace("layer1.biases", np.zeros_like),
    "one tensor stale": replace("layer2.weights", lambda a: np.full_like(a, 0.3)),
    "one entry NaN": put("layer2.weights", (1, 2), lambda v: np.nan),
    "one entry infinite": put("layer1.biases", 3, lambda v: np.inf),
    "all NaN": replace("layer1.weights", lambda a: a * np.nan),
    "one entry zero": put("layer1.weights", (2, 3), lambda v: 0.0),
    "one entry off by 1 %": put("layer1.weights", (2, 3), lambda v: v * 1.01),
    "square transposed": replace("layer1.weights", np.transpose),
    "transposed": replace("layer2.weights", np.transpose),
    "reshaped": replace("layer2.weights", lambda a: a.reshape(a.T.shape)),
    "biases as a row": replace("layer2.biases", lambda a: a[np.newaxis]),
    "a number": replace("layer2.biases", np.sum),
    "None": replace("layer2.biases", lambda a: None),
    "missing": lambda g: {name: g[name] for name in list(g)[:-1]},
    "one more": lambda g: g | {"layer3.weights": np.ones((2, 2))},
    "shifted by a unit": replace("layer2.biases", lambda a: np.roll(a, 1)),
    "layers swapped": lambda g: dict(zip(g, [*g.values()][2:] + [*g.values()][:2], strict=True)),
    "first unit only": replace("layer1.biases", lambda a: a * (np.arange(a.size) == 0)),
}


@pytest.mark.parametrize("tamper", TAMPERINGS.values(), ids=TAMPERINGS)
@each_dtype
@each_batch
@each_way({}, {"directions": 8})
def test_every_tampering_is_caught(tamper, dtype, n, options):
    network = make_network(tampered(tamper), (4, 4, 3), dtype)
    x, labels = make_batch(n)
    report = check(network, x, labels % 3, **options)
    assert not report.passed, report
    assert "FAILED" in str(report).splitlines()[0]
    problems = [tensor.problem for tensor in report.tensors.values() if not tensor.passed]
    assert all(problems)
    assert problems + report.problems
    assert report.problems or not report.worst.passed


@pytest.mark.parametrize(
    ("tampering", "tensor", "message"),
    [
        ("all zero", "layer1.weights", "zero everywhere, but the loss changes"),
        ("all complex", "layer1.weights", "dtype complex128"),
        ("one entry NaN", "layer2.weights", "not finite"),
        ("one entry infinite", "layer1.biases", "not finite"),
        ("transposed", "layer2.weights", r"shape \(3, 4\), the transpose"),
        ("missing", "layer2.biases", r"gradients\(\) did not return"),
        ("one entry zero", "layer1.weights", "1 of 16 entries"),
    ],
)
def test_the_reason_names_the_mistake(tampering, tensor, message):
    network = make_network(tampered(TAMPERINGS[tampering]), (4, 4, 3))
    x, labels = make_batch()
    report = check(network, x, labels % 3)
    assert re.search(message, report.tensors[tensor].problem)
    failed = [name for name, each in report.tensors.items() if not each.passed]
    assert failed == ([*report.tensors] if tampering.startswith("all") else [tensor])
    assert report.worst.name in failed


def test_a_wrong_gradient_below_the_noise_of_a_loss_that_depends_is_still_wrong():
    x, labels = make_batch()
    for wrong, words in ((np.zeros_like, "zero"), (lambda a: a + 1e-3, "does not depend")):
        network = make_network(tampered(replace("layer1.weights", wrong)))
        assert words in check(network, 1e-10 * x, labels).tensors["layer1.weights"].problem


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1.01, 1.0001, 0.9999, -1.0, 0.0])
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_one_wrong_entry_among_thousands_is_found(factor, hidden):
    x, labels = make_batch(5, 60)
    sizes = (60, 40, 4)
    _, gradients = make_network(sizes=sizes, hidden=hidden).gradients(x, labels)
    telling = np.abs(gradients["layer1.weights"]).ravel()
    entry = np.flatnonzero(telling > 1e-3)[400]
    index = np.unravel_index(entry, (60, 40))
    wrong = tampered(put("layer1.weights", index, lambda v: v * factor))
    report = check(make_network(wrong, sizes, hidden=hidden), x, labels)
    tensor = report.tensors["layer1.weights"]
    assert tensor.problem == "1 of 2400 entries are wrong"
    assert report.worst is tensor
    assert np.flatnonzero(tensor.errors > report.tolerance).tolist() == [entry]
    assert tensor.max_relative_error == pytest.approx(abs(factor - 1) / (abs(factor) + 1), rel=1e-2)


@pytest.mark.parametrize(("error", "found"), [(1e-4, True), (1e-8, False)])
def test_one_wrong_entry_of_thousands_is_found_if_it_counts_beside_the_whole_tensor(error, found):
    network = make_network(sizes=(200, 50, 4))
    x, labels = make_batch(features=200)
    _, gradients = network.gradients(x, labels)
    change = error * np.linalg.norm(gradients["layer1.weights"])
    entry = put("layer1.weights", (17, 3), lambda value: value + change)
    wrong = make_network(tampered(entry), (200, 50, 4))
    for seed in range(5):
        report = check(wrong, x, labels, directions=8, seed=seed)
        assert report.passed is not found
        assert [tensor.passed for tensor in report.tensors.values()][1:] == [True] * 3


# ---- networks that are broken


class UpdatedInPlace(Tampered):
    """Takes a step inside of `gradients`."""

    def tamper(self, gradients, x, labels):
        self.weights[0] -= 1e-9 * gradients["layer1.weights"]
        return gradients


class UpdatedByRebinding(Tampered):
    """Puts new arrays in the place of its weights."""

    def tamper(self, gradients, x, labels):
        self.weights = [weights * 0.999 for weights in self.weights]
        return gradients


class Ignoring(MLP):
    """A stub: the loss depends on nothing, and zeros equal zeros."""

    def loss(self, x, labels, loss="cross_entropy"):
        return 1.0

    def gradients(self, x, labels, loss="cross_entropy"):
        return 1.0, {name: np.zeros_like(a) for name, a in self.parameters().items()}


class Noisy(MLP):
    """Drops other units at every call, or so."""

    noise = count()

    def loss(self, x, labels, loss="cross_entropy"):
        return super().loss(x, labels, loss) + 1e-7 * next(self.noise)


class OtherValue(MLP):
    """Reports the sum where `loss` reports the mean."""

    def gradients(self, x, labels, loss="cross_entropy"):
        value, gradients = super().gradients(x, labels, loss)
        return value * len(x), gradients


class NaNLoss(MLP):
    def loss(self, x, labels, loss="cross_entropy"):
        return float("nan")


class SoftmaxDiagonal(Softmax):
    name = "softmax as if elementwise"

    def backward(self, outputs, upstream):
        return upstream * outputs * (1 - outputs)


HIDDEN = [AlwaysOnRelu(), ForgottenSlope(), IgnoredLeak(), IgnoredLeak(0.3)]
OUTPUT = [BatchSoftmax(), SoftmaxDiagonal()]
ALL_WEIGHTS_ZERO = partial(MLP, initializer="zeros")
BROKEN_KINDS = [
    *(SummedGradients, UpdatedTooEarly, UpdatedInPlace, UpdatedByRebinding),
    *(Ignoring, Noisy, OtherValue, NaNLoss),
]
BROKEN = {kind.__name__: kind for kind in BROKEN_KINDS} | {"all weights zero": ALL_WEIGHTS_ZERO}
BROKEN |= {f"hidden {piece}": partial(MLP, hidden=piece) for piece in HIDDEN}
BROKEN |= {f"output {piece}": partial(MLP, output=piece) for piece in OUTPUT}


@pytest.mark.parametrize("kind", BROKEN.values(), ids=BROKEN)
@each_dtype
@each_batch
@each_way({}, {"sample": 6}, {"directions": 8})
def test_every_broken_network_is_caught(kind, dtype, options, n):
    network = make_network(kind, dtype=dtype)
    with untouched(network):
        report = check(network, *make_batch(n), **options)
    assert not report.passed, report


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (UpdatedInPlace, r"gradients\(\) changed layer1\.weights"),
        (Noisy, r"loss\(\) returned .* and then"),
        (NaNLoss, r"loss\(\) is nan"),
        (OtherValue, r"gradients\(\) returned the loss .*, but loss\(\) returned"),
        (Ignoring, "zeros that equal zeros prove nothing"),
        (ALL_WEIGHTS_ZERO, r"layer1\.weights.*zeros that equal zeros.* Are all weights zero"),
        (Copying, r"does not depend.* Are the parameters\(\) the arrays that loss\(\) uses"),
    ],
)
def test_the_report_says_what_is_broken(kind, message):
    report = check(make_network(kind), *make_batch())
    assert not report.passed
    assert re.search(message, str(report))


@pytest.mark.parametrize(
    "settings", [{"hidden": piece} for piece in HIDDEN] + [{"output": piece} for piece in OUTPUT]
)
@pytest.mark.parametrize("loss", LOSSES)
@each_batch
def test_a_broken_activation_spoils_the_layers_below_it_alone(settings, loss, n):
    for seed in range(3):
        network = make_network(seed=seed, **settings)
        report = check(network, *make_batch(n, seed=seed), loss)
        assert not report.passed, report
        assert report.tensors["layer1.weights"].passed == report.tensors["layer1.biases"].passed
        assert report.tensors["layer2.weights"].passed == ("hidden" in settings)


# ---- networks that are not MLPs


class FlatRegression(LogisticRegression):
    """Keeps one vector; its parameters are views made on demand."""

    def __init__(self, dtype):
        super().__init__(dtype)
        self.flat = np.concatenate([self.w.ravel(), self.b])

    def parameters(self):
        return {"<w>": self.flat[:16].reshape(4, 4), "b & c": self.flat[16:]}


class TransposedRegression(LogisticRegression):
    """Its weights are a transposed view of what it keeps."""

    def __init__(self, dtype):
        super().__init__(dtype)
        self.w = np.ascontiguousarray(self.w.T).T


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        (LogisticRegression, "float64"),
        (LogisticRegression, "float32"),
        (FlatRegression, "float64"),
        (TransposedRegression, "float64"),
        (TransposedRegression, "float32"),
    ],
)
@each_batch
def test_any_object_with_three_methods_can_be_checked(kind, dtype, n):
    for factor in (1.0, 1.001):
        network = kind(dtype)
        network.factor = factor
        with untouched(network):
            report = check(network, *make_batch(n))
        assert report.passed == (factor == 1.0), report
        assert list(report.tensors) == ["<w>", "b & c"]


@pytest.mark.parametrize(
    ("network", "name"),
    [
        (FlatRegression("float32"), "<w>"),
        (make_network(Copying, dtype="float32"), "layer1.weights"),
    ],
    ids=["views", "copies"],
)
def test_parameters_that_cannot_become_float64_are_refused_with_a_way_out(network, name):
    with pytest.raises(ValueError, match=f"{name} is float32.*make the network with float64"):
        check(network, *make_batch())


def closed_over(network):
    """Return an object of functions: copying it copies none of the arrays that they use."""
    return SimpleNamespace(
        parameters=lambda: network.parameters(),
        loss=lambda *args, **kwargs: network.loss(*args, **kwargs),
        gradients=lambda *args, **kwargs: network.gradients(*args, **kwargs),
    )


class Counting(Observed):
    """Counts the losses it was asked for, in all of its copies; is interrupted when they are up."""

    losses = 0
    at_most = np.inf

    def before(self, method):
        if method == "loss":
            Counting.losses += 1
            if Counting.losses > self.at_most:
                raise KeyboardInterrupt


@pytest.mark.parametrize("calls", [1, 2, 3, 4, 5, 20, 21])
@pytest.mark.parametrize("closed", [False, True], ids=["object", "closure"])
def test_an_interrupted_check_leaves_every_bit_where_it_was(calls, closed, monkeypatch):
    monkeypatch.setattr(Counting, "losses", 0)
    network = make_network(Counting)
    network.at_most = calls
    with untouched(network), pytest.raises(KeyboardInterrupt):
        check(closed_over(network) if closed else network, *make_batch())


@pytest.mark.parametrize("kind", [MLP, UpdatedInPlace])
def test_a_network_of_closures_is_left_alone(kind):
    network = make_network(kind)
    with untouched(network):
        assert check(closed_over(network), *make_batch()).passed == (kind is MLP)


# ---- a sample of the entries


@pytest.mark.parametrize("k", [1, 2, 3, 10, 16, 17, 1000])
def test_a_sample_checks_exactly_that_many_entries_of_every_tensor(k):
    network = make_network()
    report = check(network, *make_batch(), sample=k)
    assert report.passed
    for name, tensor in report.tensors.items():
        size = network.parameters()[name].size
        assert tensor.checked == np.count_nonzero(~np.isnan(tensor.errors)) == min(k, size)


def test_a_sample_is_seeded():
    network, batch = make_network(), make_batch()

    def entries(seed):
        tensors = check(network, *batch, sample=5, seed=seed).tensors
        return [np.flatnonzero(~np.isnan(tensor.errors)).tolist() for tensor in tensors.values()]

    assert entries(0) == entries(0)
    assert len({str(entries(seed)) for seed in range(5)}) == 5


@pytest.mark.parametrize("k", [1, 4, 7])
def test_a_sample_of_blank_pixels_is_not_taken_for_a_check(k):
    x = np.zeros((5, 300))
    x[:, 123] = 1.0
    labels = [0, 1, 2, 3, 0]
    for seed in range(5):
        network = make_network(sizes=(300, 4, 4), seed=seed)
        _, gradients = network.gradients(x, labels)
        tensor = check(network, x, labels, sample=k, seed=seed).tensors["layer1.weights"]
        assert tensor.passed
        checked = ~np.isnan(tensor.errors)
        telling = np.count_nonzero(gradients["layer1.weights"][checked])
        assert telling >= min(4, (k + 1) // 2)


@pytest.mark.parametrize(
    ("tampering", "k"),
    [
        *product(["all zero", "doubled", "negated", "all NaN", "missing"], [1, 3]),
        ("one entry NaN", 1),  # outside of most samples
    ],
)
def test_a_sample_catches_nan_anywhere_and_what_is_wrong_with_a_whole_tensor(tampering, k):
    network = make_network(tampered(TAMPERINGS[tampering]))
    for seed in range(20):
        assert not check(network, *make_batch(), sample=k, seed=seed).passed


def test_a_check_along_directions_takes_a_few_dozen_losses(monkeypatch):
    monkeypatch.setattr(Counting, "losses", 0)
    assert check(make_network(Counting), *make_batch(), directions=8).passed
    assert 64 <= Counting.losses <= 70


# ---- the report


@pytest.mark.parametrize(
    ("options", "checked", "row"),
    [
        ({}, "20 entries", "<w>     4 x 4  16       0      3.3e-01    16 of 16 entries are wrong"),
        (
            {"directions": 5},
            "10 directions",
            "<w>     4 x 4  5        0      3.3e-01    5 of 5 directions are wrong",
        ),
    ],
)
def test_the_report_reads_as_text_and_as_html(options, checked, row):
    network = LogisticRegression()
    network.factor = 2.0
    report = check(network, *make_batch(), **options)
    first, head, *rows = str(report).splitlines()
    assert first.startswith(f"Gradient check FAILED: {checked} against central differences")
    assert head.split() == ["tensor", "shape", "checked", "kinks", "max", "error", "verdict"]
    assert rows[0] == row
    assert repr(report) == str(report)
    html = report._repr_html_()
    assert html.count('<th scope="col">') == 6
    assert "<w>" not in html
    for part in ("&lt;w&gt;", "b &amp; c", "FAILED", row.partition("e-01    ")[2]):
        assert part in html
    assert "passed" in check(make_network(), *make_batch())._repr_html_()


class Storing(LogisticRegression):
    """Its parameters are all that is stored in it, as in lesson 04; its gradients store h."""

    def parameters(self):
        return vars(self)

    def gradients(self, x, labels, loss=None):
        self.h = np.tanh(x)
        value, gradients = super().gradients(x, labels)
        return value, {"w": gradients["<w>"], "b": gradients["b & c"]}


EMPTY = SimpleNamespace(
    parameters=dict, loss=lambda *_, **__: 1.0, gradients=lambda *_, **__: (1.0, {})
)


@pytest.mark.parametrize(
    ("network", "problem"),
    [
        (
            make_network(tampered(TAMPERINGS["one more"])),
            "gradients() returned 'layer3.weights', which is no parameter",
        ),
        (Storing(), "gradients() added 'h' to parameters()"),
        (EMPTY, "parameters() is empty"),
    ],
    ids=["one more", "stored", "empty"],
)
def test_problems_of_the_whole_network_are_in_both_texts(network, problem):
    report = check(network, *make_batch())
    assert not report.passed
    assert problem in str(report)
    assert escape(problem) in report._repr_html_()
    assert all(tensor.passed for tensor in report.tensors.values())
    assert "h" not in report.tensors


def test_worst_is_the_tensor_with_the_largest_error():
    report = check(make_network(), *make_batch())
    errors = {name: tensor.max_relative_error for name, tensor in report.tensors.items()}
    assert report.worst.name == max(errors, key=errors.__getitem__)
    assert report.worst is report.tensors[report.worst.name]


def test_there_is_no_worst_of_nothing():
    with pytest.raises(ValueError, match=r"parameters\(\) is empty"):
        _ = GradientReport({}, 1e-6).worst


def test_progress_shows_a_bar_of_all_entries(capsys):
    check_gradients(make_network(), *make_batch(), progress=True)
    assert "checking gradients" in (shown := "".join(capsys.readouterr()))
    assert "40" in shown
    check_gradients(make_network(), *make_batch(), progress=False)
    assert "".join(capsys.readouterr()) == ""


# ---- hostile input

ONE = {"x": np.ones((1, 4))}
DOORS = [
    ({"sample": 0}, "sample is 0, wanted a whole number"),
    ({"sample": -1}, "sample is -1, wanted a whole number"),
    ({"sample": 2.5}, "sample is 2.5, wanted a whole number"),
    ({"sample": True}, "sample is True, wanted a whole number"),
    ({"directions": 0}, "directions is 0, wanted a whole number"),
    ({"directions": 2.5}, "directions is 2.5, wanted a whole number"),
    ({"directions": 2, "sample": 2}, "leave sample out"),
    ({"tolerance": 0}, "tolerance is 0, wanted a positive"),
    ({"tolerance": -1}, "tolerance is -1, wanted a positive"),
    ({"tolerance": float("nan")}, "tolerance is nan, wanted a positive"),
    ({"tolerance": float("inf")}, "tolerance is inf, wanted a positive"),
    ({"tolerance": 1.0}, "tolerance is 1.0, wanted a positive"),
    ({"loss": "mse"}, "unknown loss 'mse'; choose one of"),
    # a batch of one is doubled, but what does not fit is refused as it was given
    (ONE | {"labels": [[0, 1, 0, 0]]}, r"labels have shape \(1, 4\), wanted \(1,\)"),
    (ONE | {"labels": [0, 1]}, r"labels have shape \(2,\), wanted \(1,\)"),
    (ONE | {"labels": 1}, r"labels have shape \(\), wanted \(1,\)"),
]


@pytest.mark.parametrize(("arguments", "message"), DOORS)
def test_wrong_arguments_are_refused(arguments, message):
    x, labels = make_batch()
    with pytest.raises(ValueError, match=message):
        check(make_network(), **({"x": x, "labels": labels} | arguments))


@each_wrong_x
def test_wrong_inputs_are_refused(x, error, message):
    with pytest.raises(error, match=message):
        check(make_network(), x, [0])


@each_wrong_labels
def test_wrong_labels_are_refused(labels, error, message):
    with pytest.raises(error, match=message):
        check(make_network(sizes=(4, 3)), np.ones((3, 4)), labels)


@pytest.mark.parametrize(
    "returned", [None, (None, {}), (1.0, None), (None, None), {}, 1.0, (1.0, [])]
)
def test_an_unfinished_gradients_method_is_told_what_to_return(returned):
    """As the stub of an assignment is."""
    network = make_network()
    network.gradients = lambda x, labels, loss: returned
    with pytest.raises(TypeError, match=r"gradients\(\) returned .*, wanted the loss and a dict"):
        check(network, *make_batch())
