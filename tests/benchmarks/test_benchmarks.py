"""The benchmarks measure what they say, without a verdict that depends on the clock."""

import sys
from pathlib import Path

import numpy as np
import pytest

from mlp_lab import MLP, SGD, cross_entropy

sys.path.insert(0, str(Path(__file__).parent))
from timing import Row, ratios, seconds, table


def test_seconds_is_the_time_between_before_and_after() -> None:
    now = iter([10.0, 12.5])

    assert seconds(lambda: None, clock=lambda: next(now)) == 2.5


def test_ratios_go_in_turn_and_leave_the_first_round_out() -> None:
    calls: list[str] = []

    def answering(name: str, *answers: float):
        waiting = iter(answers)
        return lambda: calls.append(name) or next(waiting)

    times, found = ratios(answering("ours", 99, 1, 2), answering("other", 1, 2, 8), rounds=2)

    assert (times, found) == ([1, 2], [0.5, 0.25])
    assert calls == ["ours", "other"] * 3


@pytest.mark.parametrize(
    ("bound", "at_least", "holds"),
    [(2.0, False, True), (1.9, False, False), (2.0, True, True), (2.1, True, False)],
)
def test_the_median_is_held_against_the_bound(bound: float, at_least: bool, holds: bool) -> None:
    row = Row("figure", [1.0, 9.0, 2.0], bound=bound, at_least=at_least)

    assert row.holds is holds
    assert ("**no**" in table([row])) is not holds


def test_what_is_not_installed_is_said_and_fails_no_bound() -> None:
    row = Row("figure", [], bound=1.0, note="not installed")

    assert row.holds
    assert "not installed" in table([row])


def test_the_peers_do_the_same_arithmetic() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (group peers)")
    generator = np.random.default_rng(0)
    x, labels = generator.random((20, 6), dtype=np.float32), generator.integers(0, 4, 20)
    network = MLP([6, 5, 4])
    first, second = torch.nn.Linear(6, 5), torch.nn.Linear(5, 4)
    with torch.no_grad():
        for layer, weights in zip((first, second), network.weights, strict=True):
            layer.weight.copy_(torch.from_numpy(weights.T.copy()))
            layer.bias.zero_()
    model = torch.nn.Sequential(first, torch.nn.Tanh(), second)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(5):
        value, gradients = network.gradients(x, labels, loss=cross_entropy)
        SGD().step(network.parameters(), gradients, 0.5)
        optimizer.zero_grad()
        loss = torch.nn.CrossEntropyLoss()(model(torch.from_numpy(x)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        assert value == pytest.approx(loss.item(), rel=1e-5)
