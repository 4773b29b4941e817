"""What moves a rate over a day is named where the visits force it, and nothing is named of one that stays."""

import random

import pytest

from hostcheck.stats.visits import Visit, by_hour, cause

VISITS, TURNS, PERIOD = 48, 3, 0.5
"""A day of visits every half hour."""


def visits(level_of, seed, noise=0.08, count=VISITS):
    """Visits of three turns each, whose levels are those of level_of(visit, turn, chance), with the noise of a disk."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        begun = number * PERIOD + chance.uniform(0, PERIOD * 0.98)
        values = [level_of(number, turn, begun, chance) * chance.lognormvariate(0, noise) for turn in range(TURNS)]
        found.append(Visit(begun, tuple(values), 0.015))
    return found


def steady(_number, _turn, _hour, _chance):
    return 5000.0


def by_the_clock(first, length, seed):
    """A neighbour's hours: low for some hours, twice a day at the most."""
    return lambda _number, _turn, hour, _chance: 2200.0 if (hour - first) % 12 < length else 5000.0


def by_volume(seed):
    """A quota that is spent at a random byte of some visit; a visit's first turn begins after 4 % of its bytes."""
    when = random.Random(seed).uniform(6, VISITS - 6)
    visit, part = int(when), when % 1
    turn = 0 if part < 0.04 else 1 if part < 0.52 else 2
    return lambda number, at, _hour, _chance: 5000.0 if (number, at) < (visit, turn) else 1800.0


def by_credits(_number, turn, _hour, _chance):
    return (5000.0, 4200.0, 1500.0)[turn]


def share(of, expected, count=100):
    return sum(cause(of(seed)) in expected for seed in range(count)) / count


def test_a_steady_rate_is_never_blamed():
    assert share(lambda seed: visits(steady, seed), {"none"}) == 1
    # A restless disk, whose turns spread by a fifth.
    assert share(lambda seed: visits(steady, seed, noise=0.2), {"none", "unknown"}) == 1
    assert share(lambda seed: visits(steady, seed, noise=0.2), {"none"}) >= 0.98


def test_a_neighbours_hours_are_the_clock():
    def of(seed):
        chance = random.Random(seed)
        return visits(by_the_clock(chance.uniform(0, 12), chance.uniform(3, 8), seed), seed)

    assert share(of, {"clock"}) >= 0.95
    assert share(of, {"clock", "unknown"}) == 1


def test_a_quota_by_volume_falls_within_a_visit_and_stays():
    # Where it is spent before the first turn of its visit, one visit is as another, and nothing is said.
    of = lambda seed: visits(by_volume(seed), seed)  # noqa: E731
    assert share(of, {"volume"}) >= 0.92
    assert share(of, {"volume", "unknown"}) == 1


def test_credits_fall_in_each_visit_and_are_back_after_the_rest():
    assert share(lambda seed: visits(by_credits, seed), {"credits"}) == 1


def test_what_fell_between_two_visits_and_stayed_may_be_either():
    assert cause(visits(lambda number, *_: 5000.0 if number < 20 else 2000.0, 1)) == "unknown"
    # Visits that are half of the time meet the clock too often.
    often = [Visit(v.hour, v.values, 0.5) for v in visits(lambda n, t, *_: 5000.0 if (n, t) < (20, 1) else 2000.0, 1)]
    assert cause(often) == "unknown"


def test_a_rest_that_was_longer_may_have_brought_the_level_back():
    moved = visits(lambda number, *_: 2000.0 if 20 <= number < 28 else 5000.0, 1)
    assert cause(moved) == "clock"
    assert cause([Visit(v.hour + 9 * (at >= 28), v.values, v.share) for at, v in enumerate(moved)]) == "unknown"


def test_a_quota_that_is_given_anew_each_day_is_not_the_clock():
    spent = lambda number, turn, *_: 2000.0 if (number % 24, turn) >= (12, 1) else 5000.0  # noqa: E731
    assert cause(visits(spent, 1)) == "unknown"


def test_few_visits_say_nothing():
    assert cause(visits(steady, 1, count=7)) == "unknown"
    assert cause([]) == "unknown"


def test_an_hour_has_the_middle_of_its_visits():
    assert by_hour([Visit(5.1, (1.0, 2.0, 3.0), 0.01), Visit(5.9, (4.0,), 0.01), Visit(7.0, (9.0,), 0.01)]) == {
        5: pytest.approx(3.0),
        7: 9.0,
    }
