"""What a mean hides is said: an allowance that was spent, a limit that holds."""

import contextlib
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hostcheck.bench import stopping
from hostcheck.bench.base import Context, Options
from hostcheck.bench.disk.levels import comes_in_steps, with_levels
from hostcheck.bench.disk.options import DiskOptions
from hostcheck.bench.disk.workload import DiskWorkload
from hostcheck.bench.emulated.disk import known_disk
from hostcheck.bench.emulated.throttle import find_throttle
from hostcheck.bench.emulated.tier import TIERS, parse_tier
from hostcheck.host.mounts import own_mounts
from hostcheck.run.measured import Metric, Sample


def metric(*series: list[float], unit: str = "IOPS", block: int = 4096) -> Metric:
    samples = tuple(
        Sample(1000.0, detail={"series": {"milliseconds": 500, "iops": rates}} if rates else {}) for rates in series
    )
    settings = {"block_bytes": block}
    return Metric("disk.x", unit, "higher", "ok", "", 1000.0, (990.0, 1010.0), samples, settings)


def test_a_burst_that_ends_within_a_sample_is_reported_with_its_length() -> None:
    found = with_levels(metric([3000.0] * 12 + [350.0] * 15))
    assert found.state == "unstable"
    assert found.reason == "3,000 IOPS for 6 s, then 350: an allowance or a cache was spent"


def test_a_burst_that_lasts_for_several_samples_is_reported_too() -> None:
    found = with_levels(metric([3000.0] * 4, [3000.0] * 4, [350.0] * 4, [350.0] * 4))
    assert found.reason == "3,000 IOPS for 4 s, then 350: an allowance or a cache was spent"


def test_a_bandwidth_is_reported_as_one() -> None:
    found = with_levels(metric([1200.0] * 8 + [120.0] * 8, unit="MB/s", block=1 << 20))
    assert found.reason.startswith("1,258 MB/s for 4 s, then 126")


def test_a_rate_that_rises_is_not_called_spent() -> None:
    assert (
        with_levels(metric([350.0] * 8 + [3000.0] * 8)).reason
        == "350 IOPS for 4 s, then 3,000: a mean would not describe it"
    )


def test_levels_that_alternate_are_no_trend() -> None:
    found = with_levels(metric(*([3000.0] * 8, [350.0] * 8) * 2))
    assert (found.state, found.reason) == ("unstable", "it moves between two levels, 350 and 3,000 IOPS")


@pytest.mark.parametrize("one", [metric([1000.0] * 20), metric([]), replace(metric([1.0] * 8 + [9.0] * 8), value=None)])
def test_one_level_or_no_series_or_no_figure_changes_nothing(one: Metric) -> None:
    assert with_levels(one) == one


def test_what_does_not_count_is_not_looked_at() -> None:
    one = metric([3000.0] * 8, [350.0] * 8)
    invalid = replace(one, samples=(one.samples[0], replace(one.samples[1], valid=False)))
    assert with_levels(invalid) == invalid


@pytest.mark.parametrize(
    ("percentiles", "steps"),
    [
        # Of a disk under blkio's limits: 32 in flight, one at a time, and durable ones.
        ((100.1, 100.1, 100.1, 101.2), True),
        ((0.02, 0.07, 99.1, 99.1), True),
        ((0.06, 99.1, 99.1, 103.3), True),
        ((200.3, 200.3, 299.9, 300.1), True),
        ((0.13, 94.9, 98.0, 103.3), True),
        ((98.0, 103.3, 105.4, 105.4), True),
        # Of disks without one.
        ((0.6, 0.8, 1.5, 4.4), False),
        ((0.1, 0.2, 4.0, 100.0), False),
        ((60.0, 180.0, 300.0, 400.0), False),
        ((8.0, 12.0, 99.0, 101.0), False),
    ],
)
def test_only_waits_of_whole_slices_are_a_limits_steps(percentiles, steps) -> None:
    assert comes_in_steps(dict(zip(("p50", "p95", "p99", "p99.9"), percentiles, strict=True))) is steps


class Quiet:
    """Progress without output; signals when the measuring has begun."""

    def __init__(self) -> None:
        self.measuring = threading.Event()

    def start(self, what: str, seconds: float) -> None:
        assert seconds > 0
        if "round" in what:
            self.measuring.set()

    def done(self, what: str, result: str) -> None:
        pass


@pytest.mark.real
def test_a_real_disk_whose_allowance_ends_is_seen_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk whose limit falls from 3,000 to 350 while fio writes: what a provider's burst bucket does."""
    # What the hypervisor takes meanwhile does not make the disk another one.
    monkeypatch.setattr(stopping, "STEAL_PERCENT", 100.0)
    progress = Quiet()
    with known_disk(parse_tier("3000,400"), 1536 << 20, "burst001") as disk:
        number = next(mount.device for mount in own_mounts() if mount.mount_point == str(disk.path))
        throttle = find_throttle(own_mounts(), Path("/proc/self/cgroup").read_text(), number, "burst001")

        def spend() -> None:
            progress.measuring.wait(60)
            time.sleep(6)
            throttle.set(TIERS["sata"])

        spender = threading.Thread(target=spend)
        spender.start()
        options = Options(given=(DiskOptions(("randwrite",), 0, 4, 0, 128 << 20),))
        with contextlib.closing(DiskWorkload().measure(Context("burst001", options, progress, disk.path))) as metrics:
            (*_, last) = metrics
        spender.join()
    assert last.state == "unstable"
    told_levels = re.fullmatch(r"([\d,]+) IOPS for \d s, then ([\d,]+): an allowance or a cache was spent", last.reason)
    assert told_levels is not None, last.reason
    fast, slow = (float(text.replace(",", "")) for text in told_levels.groups())
    # A busy host may not use all that a limit allows, and never gets more.
    assert 1500 < fast < 3300
    # The half second in which the limit falls is of one of the levels.
    assert 0.9 * 350 < slow < 1.25 * 350


@pytest.mark.real
def test_the_waits_of_a_real_limit_of_the_kernels_are_steps() -> None:
    options = Options(given=(DiskOptions(("randread", "randwrite-qd1"), 0, 2, 1, 64 << 20),))
    with known_disk(TIERS["sata"], 1600 << 20, "steps001") as disk:
        metrics = {one.id: one for one in DiskWorkload().measure(Context("steps001", options, Quiet(), disk.path))}
    for metric in metrics.values():
        assert any(sample.detail["steps"] for sample in metric.samples), metric
