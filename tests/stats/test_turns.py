"""The interval of a rate that moves, from turns that are spread over a run."""

import math
import random
from collections.abc import Callable, Iterator
from statistics import fmean, stdev

import pytest

from hostcheck.stats.estimate import Level, ratio_of
from hostcheck.stats.turns import LASTING, level_of_runs, level_of_turns

TURNS, APART, LONG = 7, 7.5, 1200.0
"""A quick run: so many turns, so many seconds apart; and how long the disk is looked at around it."""


def autoregression(chance: random.Random, seconds: float, share: float) -> Iterator[float]:
    """Yield a value every APART seconds whose logarithm is correlated over so many seconds."""
    memory = math.exp(-APART / seconds)
    log = chance.gauss(0, share)
    while True:
        yield 5000 * math.exp(log)
        log = memory * log + chance.gauss(0, share * math.sqrt(1 - memory**2))


def coverage(make: Callable[[random.Random], Iterator[float]], trials: int = 400) -> float:
    """Return how often the interval of a run covers the mean of the twenty minutes around it."""
    chance, covered = random.Random(19), 0
    for _ in range(trials):
        values = make(chance)
        around = [next(values) for _ in range(round(LONG / APART))]
        first = chance.randrange(len(around) - TURNS)
        low, high = level_of_turns(around[first : first + TURNS]).estimate.interval or (0, 0)
        covered += low <= fmean(around) <= high
    return covered / trials


@pytest.mark.parametrize(
    ("seconds", "least"),
    [(0.1, 0.97), (4.0, 0.97), (10.0, 0.95), (30.0, 0.86), (60.0, 0.78)],
)
def test_intervals_cover_the_mean_of_the_minutes_around_a_run(seconds: float, least: float) -> None:
    """Where a disk moves within seconds they are too wide; what moves in minutes cannot all be seen in one."""
    assert coverage(lambda chance: autoregression(chance, seconds, 0.15)) >= least


def test_a_drift_widens_the_interval_beyond_that_of_the_same_turns_without_one() -> None:
    values = [100, 104, 108, 112, 116, 120, 124, 128]
    mixed = [100, 128, 108, 116, 112, 120, 104, 124]
    assert level_of_turns(values).error > 1.3 * level_of_turns(mixed).error  # type: ignore[operator]
    assert level_of_turns(values).log == level_of_turns(mixed).log


def test_more_turns_do_not_narrow_what_outlasts_the_run() -> None:
    chance = random.Random(1)
    many = [math.exp(chance.gauss(0, 0.1)) for _ in range(1000)]
    assert level_of_turns(many).error == pytest.approx(0.1 * LASTING, rel=0.1)


def test_turns_that_are_alike_by_chance_are_not_known_better_than_what_moved_within_them() -> None:
    values = [100, 104, 97, 101, 99, 103, 98]
    restless = [[80.0, 120.0]] * 7
    assert level_of_turns(values, restless).error > 1.5 * level_of_turns(values).error  # type: ignore[operator]
    assert level_of_turns(values, restless).log == level_of_turns(values).log
    assert level_of_turns(values, restless).degrees == 13


def test_turns_that_hold_still_within_make_a_movement_between_them_no_smaller_than_by_half() -> None:
    values, still = [100, 150, 80, 120, 70, 130, 90], [[100.0, 101.0]] * 7
    assert level_of_turns(values, still).error > level_of_turns(values).error / 2  # type: ignore[operator]


@pytest.mark.parametrize("windows", [[], [[100.0]] * 7, [[0.0, 200.0]] * 7])
def test_windows_that_show_nothing_change_nothing(windows: list[list[float]]) -> None:
    values = [100, 104, 97, 101, 99, 103, 98]
    assert level_of_turns(values, windows) == level_of_turns(values)


def test_bursts_that_windows_cut_leave_a_limit_as_exact_as_it_is() -> None:
    low, high = level_of_turns(
        [350.0, 350.4, 349.8, 350.1, 350.0, 349.6, 350.2], [[280.0, 420.0]] * 7
    ).estimate.interval or (0, 0)
    assert high / low < 1.02


def test_one_turn_that_stalled_does_not_move_the_level_much() -> None:
    steady = [100, 101, 99, 100, 102, 98, 100]
    assert level_of_turns([*steady, 5]).estimate.value == pytest.approx(100, rel=0.02)


def test_a_disk_that_a_limit_holds_is_known_as_exactly_as_a_run_measures() -> None:
    low, high = level_of_turns([350.0] * 7).estimate.interval or (0, 0)
    assert (low / 350 - 1, high / 350 - 1) == pytest.approx((-0.005, 0.005), abs=0.0005)


def test_one_turn_has_no_interval_and_none_no_level() -> None:
    assert level_of_turns([350.0]).estimate.interval is None
    with pytest.raises(ValueError, match="above zero"):
        level_of_turns([])


def test_the_ratio_of_levels_has_the_errors_of_both() -> None:
    one, other = Level(math.log(200), 0.03, 6), Level(math.log(100), 0.04, 6)
    low, high = ratio_of(one, other).interval or (0, 0)
    assert ratio_of(one, other).value == pytest.approx(2)
    # Welch: 0.05 at 11.1 degrees of freedom, for which t is 2.2.
    assert (math.log(low / 2), math.log(high / 2)) == pytest.approx((-0.11, 0.11), rel=0.01)
    assert ratio_of(one, Level(0.0, None, 0)).interval is None
    assert ratio_of(Level(0.0, 0.0, 6), Level(0.0, 0.0, 6)).interval == (1.0, 1.0)


def test_runs_that_agree_are_known_better_than_one() -> None:
    one = Level(math.log(100), 0.06, 6)
    both = level_of_runs([one, Level(math.log(101), 0.06, 6)])
    assert both.log == pytest.approx(math.log(100.5), rel=1e-4)
    assert (both.error, both.degrees) == (pytest.approx(0.06 / math.sqrt(2)), pytest.approx(12))


def test_runs_that_lie_apart_have_the_error_of_their_distance() -> None:
    runs = [Level(math.log(value), 0.001, 6) for value in (100, 120, 110, 90)]
    found = level_of_runs(runs)
    assert found.error == pytest.approx(stdev([run.log for run in runs]) / 2, rel=0.01)
    assert found.degrees == pytest.approx(3, rel=0.01)
    assert level_of_runs(runs[:1]) == runs[0]
    assert level_of_runs([*runs, Level(math.log(100), None, 0)]).estimate.interval is None
