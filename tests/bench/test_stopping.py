"""When enough has been measured."""

import pytest

from hostcheck.bench.stopping import MOST, is_settled, stolen
from hostcheck.run.model import Sample


def samples(*values: float) -> list[Sample]:
    return [Sample(value) for value in values]


@pytest.mark.parametrize(
    ("taken", "settled"),
    [
        (samples(100, 100), False),
        (samples(100, 100, 100), True),
        (samples(100, 101, 99), True),
        (samples(100, 120, 80), False),
        (samples(100, 120, 80, *[100] * 4), False),
        (samples(100, 120, 80, 100, 101, 99, 100, 100), True),
        ([*samples(100, 100), Sample(50, valid=False, reason="stolen")], False),
        ([*samples(100, 100), Sample(50, valid=False, reason="stolen"), *samples(100)], True),
        ([Sample(None, valid=False)] * MOST, True),
    ],
)
def test_three_that_agree_are_enough_and_eight_that_do_not_are_too(taken: list[Sample], *, settled: bool) -> None:
    assert is_settled(taken) is settled


def test_steal_above_five_percent_is_a_reason_and_an_unknown_one_is_none() -> None:
    assert stolen(5.0) == ""
    assert stolen(None) == ""
    assert stolen(17.4).startswith("the hypervisor gave 17 % of the CPU time to others")
