"""The rate of I/Os that come in bursts, wherever the measured time begins and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostcheck.bench.disk.bursts import comes_in_bursts, even_rate, evened
from hostcheck.bench.disk.device_counter import count_at

TICK = 0.02
SLICE = 0.1
BURST = 35
RATE = BURST / SLICE


def bursts(phase: float, seconds: float, tick: float = TICK) -> list[tuple[float, int]]:
    """A count that gains BURST at once every SLICE, looked at every ``tick``."""
    return [(i * tick, BURST * int((i * tick + phase) / SLICE)) for i in range(int(seconds / tick) + 1)]


@given(phase=st.floats(0, SLICE), late=st.floats(0, 0.9), seconds=st.sampled_from([2.0, 2.5, 5.0, 10.0]))
def test_a_throttled_disk_has_its_limits_rate_wherever_the_time_is_cut(
    phase: float, late: float, seconds: float
) -> None:
    points = bursts(phase, seconds + 1)
    assert even_rate(points, seconds + late, seconds) == pytest.approx(RATE, rel=0.03 / seconds)


def test_a_time_that_ends_within_a_burst_is_off_by_it_unless_evened() -> None:
    found = [bursts(phase / 100, 3) for phase in range(10)]
    plain = [(count_at(points, 2.9) - count_at(points, 0.85)) / 2.05 / RATE for points in found]
    assert max(plain) - min(plain) > 0.04
    even = [(even_rate(points, 2.9, 2.05) or 0) / RATE for points in found]
    assert max(even) - min(even) < 0.01


def test_a_steady_count_has_its_rate() -> None:
    assert even_rate([(i * TICK, i * 1000) for i in range(200)], 3.5, 2.0) == pytest.approx(50_000)


def test_a_time_without_two_ends_has_no_even_rate() -> None:
    assert even_rate(bursts(0, 1), 0.9, 0.4) is None


@pytest.mark.parametrize(
    ("iops", "even", "taken"),
    [(367.5, 350.0, 350.0), (350.0, 332.6, 332.6), (350.0, 328.0, 350.0), (350.0, 372.0, 350.0), (350.0, None, 350.0)],
)
def test_what_differs_by_more_than_a_burst_is_not_evened(iops: float, even: float | None, taken: float) -> None:
    assert evened(iops, even, 2.0) == taken


def test_only_a_count_that_mostly_stands_still_comes_in_bursts() -> None:
    assert comes_in_bursts(bursts(0, 3), 2.9, 2.0)
    assert not comes_in_bursts([(i * TICK, i * 1000) for i in range(200)], 3.5, 2.0)
    assert not comes_in_bursts([(i * TICK, i // 2 * 7) for i in range(200)], 3.5, 2.0)
    assert not comes_in_bursts([], 3.5, 2.0)
