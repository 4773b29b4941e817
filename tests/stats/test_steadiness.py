"""How much a rate varies, and its slowest turn: what is known of them from few turns."""

import math
import random

import pytest

from hostcheck.stats.steadiness import FLOOR, level_of_variation, within, worst_of_turns


def turn(chance: random.Random, between: float, inner: float) -> list[float]:
    level = chance.gauss(100, 100 * between)
    return [chance.gauss(level, 100 * inner) for _ in range(2)]


@pytest.mark.parametrize(("between", "inner"), [(0.1, 0.1), (0.2, 0.05), (0.02, 0.1)])
def test_its_interval_covers_the_true_variation(between: float, inner: float) -> None:
    chance, truth, covered, trials = random.Random(7), math.hypot(between, inner, FLOOR), 0, 500
    for _ in range(trials):
        low, high = level_of_variation([turn(chance, between, inner) for _ in range(12)]).estimate.interval or (0, 0)
        covered += low <= truth <= high
    assert covered / trials >= 0.88


def test_the_variation_of_disks_that_hold_still_is_the_floor() -> None:
    for turns in ([[350.0, 350.0]] * 7, [[350.0, 351.0], [349.0, 350.0]] * 4):
        assert level_of_variation(turns).estimate.value == pytest.approx(FLOOR, rel=0.01)


def test_one_turn_that_decides_a_variation_makes_it_uncertain() -> None:
    even = [[90.0, 110.0]] * 6
    alike = level_of_variation([*even, [90.0, 110.0]])
    apart = level_of_variation([*even, [10.0, 12.0]])
    assert apart.error > 5 * (alike.error or 0.01)  # type: ignore[operator]


def test_the_slowest_turn_is_the_less_known_the_further_it_lies_below_the_others() -> None:
    near, far = worst_of_turns([100, 104, 96, 101, 99, 103, 97]), worst_of_turns([100, 104, 96, 101, 99, 103, 30])
    assert (near.estimate.value, far.estimate.value) == (pytest.approx(96), pytest.approx(30))
    assert far.error > 5 * near.error  # type: ignore[operator]


def test_what_varies_within_turns_is_no_difference_between_them() -> None:
    assert within([[90.0, 110.0], [900.0, 1100.0], [1.0, 1.0]]) == pytest.approx(0.1414, rel=0.01)


@pytest.mark.parametrize("level", [level_of_variation, worst_of_turns])
def test_few_turns_say_nothing(level) -> None:
    with pytest.raises(ValueError, match="needs 5 turns"):
        level([[1.0, 2.0]] * 4)
