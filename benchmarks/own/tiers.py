#!/usr/bin/env python3
"""The build and the storm on emulated disks of 350 and 700 I/Os a second: is half the disk twice the time? Root.

    .venv/bin/python benchmarks/own/tiers.py [ROUNDS]

Two disks of known speed side by side, as ``hostcheck bench --tier`` makes them, each an ext4 in 3 GB of memory with an
engine of its own. A round is one build and one storm of 20 on each, as ``hostcheck bench`` times them, one after the
other; every second round begins with the other disk. Prints the seconds, and the slower disk's time as a multiple of
the faster one's with the 95 % interval of the rounds' ratios, as Markdown. The bar is the build's: within 10 % of 2,
judged by the whole interval. The storm's ratio has no bar, since a storm waits for the CPUs too. A round takes about
five minutes. Run it where nothing else runs.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from uuid import uuid4

from hostcheck.bench.base import CannotRun, Context, Options
from hostcheck.bench.build.workload import BuildWorkload
from hostcheck.bench.emulated.disk import KnownDisk, known_disk
from hostcheck.bench.emulated.tier import parse_tier
from hostcheck.bench.storm.workload import StormWorkload
from hostcheck.stats.estimate import Estimate, estimate

SLOW, FAST = "350,120", "700,120"
TIERS = (SLOW, FAST)
DISK_BYTES = 3 << 30
WORKLOADS: Mapping[str, BuildWorkload | StormWorkload] = {
    "build.cold.seconds": BuildWorkload(),
    "storm.makespan.seconds": StormWorkload(),
}
"""By the metric that is compared."""

EXPECTED, MARGIN = 2.0, 0.10

Times = dict[tuple[str, str], list[float]]
"""Seconds by metric and tier."""


class Quiet:
    """A progress that tells nobody."""

    def start(self, what: str, seconds: float) -> None:
        """Tell nothing."""

    def done(self, what: str, result: str) -> None:
        """Tell nothing."""


def once(metric_id: str, disk: KnownDisk) -> float:
    """Take one sample on a disk and return its seconds; the workload ends, and cleans up, when it is closed.

    Raises:
        RuntimeError: when there is none.
    """
    context = Context(uuid4().hex, Options("quick"), Quiet(), docker_host=disk.engine)
    with ExitStack() as stack:
        metrics = WORKLOADS[metric_id].measure(context)
        stack.callback(metrics.close)  # type: ignore[attr-defined]  # a generator, as all workloads' are
        found = next(metric for metric in metrics if metric.id == metric_id)
    if found.value is None:
        raise RuntimeError(f"{metric_id} at {disk.tier.title}: {found.reason}")
    return found.value


def measure(rounds: int) -> Times:
    """Measure both disks in turns."""
    times: Times = {(metric_id, tier): [] for metric_id in WORKLOADS for tier in TIERS}
    with ExitStack() as stack:
        disks = {
            tier: stack.enter_context(known_disk(parse_tier(tier), DISK_BYTES, uuid4().hex, engine=True))
            for tier in TIERS
        }
        for turn in range(rounds):
            for metric_id in WORKLOADS:
                for tier in TIERS if turn % 2 else reversed(TIERS):
                    times[metric_id, tier].append(once(metric_id, disks[tier]))
                    sys.stderr.write(f"round {turn + 1}: {metric_id} at {tier}: {times[metric_id, tier][-1]:.2f} s\n")
    return times


def quotient(slow: Sequence[float], fast: Sequence[float]) -> Estimate:
    """Return the slower disk's time as a multiple of the faster one's, of pairs taken in the same round."""
    return estimate([one / other for one, other in zip(slow, fast, strict=True)])


def judge(found: Estimate) -> str:
    """Say whether the bar is met: by the whole interval, or not known."""
    assert found.interval is not None
    low, high = found.interval
    least, most = EXPECTED * (1 - MARGIN), EXPECTED * (1 + MARGIN)
    if least <= low and high <= most:
        return "met"
    return "missed" if high < least or low > most else "not decided: run more rounds, or on a quieter host"


def table(times: Times) -> str:
    """Return all of it as Markdown."""
    lines = ["| | 350 IOPS, s | 700 IOPS, s | ratio (95 % interval) |", "|---|---|---|---|"]
    ratios = {metric_id: quotient(times[metric_id, SLOW], times[metric_id, FAST]) for metric_id in WORKLOADS}
    for metric_id, found in ratios.items():
        assert found.interval is not None
        low, high = found.interval
        told = [", ".join(f"{seconds:.2f}" for seconds in times[metric_id, tier]) for tier in TIERS]
        lines.append(f"| {metric_id} | {' | '.join(told)} | {found.value:.3f} ({low:.3f} - {high:.3f}) |")
    verdict = judge(ratios["build.cold.seconds"])
    return "\n".join([*lines, "", f"The bar of {EXPECTED:g} within {MARGIN:.0%} for the build is {verdict}.", ""])


def main() -> None:
    """Measure both in turns, and compare."""
    rounds = max(2, int(sys.argv[1])) if len(sys.argv) > 1 else 5
    try:
        times = measure(rounds)
    except CannotRun as error:
        sys.exit(f"{sys.argv[0]}: {error}")
    sys.stdout.write(table(times))


if __name__ == "__main__":
    main()
