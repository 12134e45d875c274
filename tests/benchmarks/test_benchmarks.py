"""The benchmarks measure what they say, without a verdict that depends on the clock."""

import pytest
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
