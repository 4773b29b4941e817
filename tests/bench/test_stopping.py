"""When enough has been measured."""

import math
import random

import pytest

from hostcheck.bench.stopping import Repeats, is_precise, stolen
from hostcheck.run.measured import Sample
from hostcheck.stats.estimate import estimate


def samples(*values: float) -> list[Sample]:
    return [Sample(value) for value in values]


@pytest.mark.parametrize(
    ("taken", "settled"),
    [
        (samples(100, 100, 100), False),
        (samples(100, 100, 100, 100), True),
        (samples(100, 101, 99, 100), True),
        # Narrow for the first time.
        (samples(100, 104, 98, 101), False),
        (samples(100, 104, 98, 101, 100), True),
        (samples(100, 120, 80, 100), False),
        (samples(100, 120, 80, *[100] * 4), False),
        ([*samples(100, 100, 100), Sample(50, valid=False, reason="stolen")], False),
        ([*samples(100, 100, 100), Sample(50, valid=False, reason="stolen"), *samples(100)], True),
    ],
)
def test_four_that_agree_twice_are_enough(taken: list[Sample], *, settled: bool) -> None:
    assert is_precise(taken) is settled


@pytest.mark.parametrize("spread", [0.01, 0.04, 0.058, 0.1, 0.276])
def test_intervals_of_what_was_repeated_until_it_was_settled_cover_93_to_97_in_100(spread: float) -> None:
    """The spreads are of a throttled disk, of quiet shared ones and of a noisy one; what is estimated is the median."""
    chance, trials, covered = random.Random(f"{spread}"), 2000, 0
    for _ in range(trials):
        taken: list[Sample] = []
        while not Repeats(3, 8, math.inf).are_enough(taken, 0):
            taken.append(Sample(350 * math.exp(chance.gauss(0, math.sqrt(math.log(1 + spread**2))))))
        found = estimate([sample.value for sample in taken if sample.value]).interval
        covered += found is not None and found[0] <= 350 <= found[1]
    # Within 93 to 97, and the luck of so many trials (2.6 standard errors).
    assert 0.93 - 0.013 <= covered / trials <= 0.97 + 0.013


def test_steal_above_five_percent_is_a_reason_and_an_unknown_one_is_none() -> None:
    assert stolen(5.0) == ""
    assert stolen(None) == ""
    assert stolen(17.4).startswith("the hypervisor gave 17 % of the CPU time to others")
    assert stolen(5.04).startswith("the hypervisor gave 5.04 % of the CPU time to others")


@pytest.mark.parametrize(
    ("taken", "spent", "enough"),
    [
        (samples(), 0, False),
        (samples(7, 7, 7), 21, False),
        (samples(7, 7, 7, 7), 28, True),
        (samples(7, 9, 7), 23, False),
        (samples(7, 9, 7, 8), 101, True),
        (samples(7, 9, 7, 8, 7, 9), 50, True),
        (samples(140, 140), 280, False),
        (samples(160, 160), 320, True),
    ],
)
def test_repeats_go_on_until_they_agree_or_reach_their_number_or_their_time(taken, spent, *, enough):
    assert Repeats(3, 6, 100).are_enough(taken, spent) is enough


def test_a_repeat_is_named_by_its_number_and_the_most_there_may_be():
    assert (Repeats(3, 8, 1).place(3), Repeats(3, 8, 1).place(4)) == ("3 of 3", "4 of 8 at most")
