#!/usr/bin/env python3
"""Whether a limit is named of recorded disks that have one, and of none that has none.

    .venv/bin/python benchmarks/own/limits.py [FILE…]

Takes from what record_series.py recorded (benchmarks/own/series without files) thirty pairs of quick runs each, as
random reads and random writes of one host, and counts in how many the comparison says that an I/O limit sets the speed.
fio's latencies and CPU time are not recorded: under a limit the I/Os are taken to wait in steps, and fio to use half of
a CPU. Prints Markdown.
"""

import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

from coverage import SERIES, pieces, runs

from hostcheck.comparison.throttled import held_metrics
from hostcheck.run.measured import Conditions, Metric
from hostcheck.run.model import Fact, HostIdentity, Run

PAIRS = 30
JOBS = ("disk.randread.iops", "disk.randwrite.iops")
FIO_CPU_PERCENT = 50.0


def measured(metric: Metric, metric_id: str) -> Metric:
    """Return a rate as a job's of a host, with what fio took meanwhile."""
    conditions = Conditions(steal_percent=0.0)
    samples = tuple(
        replace(
            sample,
            conditions=conditions,
            detail={**sample.detail, "fio_cpu_percent": FIO_CPU_PERCENT},
        )
        for sample in metric.samples
    )
    return replace(metric, id=metric_id, samples=samples)


def hosts(path: Path) -> Iterator[Run]:
    """Yield a run of each two neighbouring quick runs of a recording."""
    found, rate = pieces(path)
    for piece in found:
        for pair in pairwise(metric for _, metric in runs(piece, rate)):
            metrics = tuple(measured(metric, name) for metric, name in zip(pair, JOBS, strict=True))
            yield Run("", "", "", HostIdentity(""), facts={"hw.cpus": Fact("hw.cpus", 2)}, metrics=metrics)


def main() -> None:
    """Print the table."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(SERIES.glob("*.json.gz"))
    sys.stdout.write("| disk | limit named | turns are apart (median) |\n|---|---|---|\n")
    for path in paths:
        every = list(hosts(path))
        chosen = list(islice(every, 0, None, max(1, len(every) // PAIRS)))[:PAIRS]
        apart = statistics.median(
            statistics.stdev(values) / statistics.fmean(values)
            for run in chosen
            if (values := [sample.value or 0.0 for sample in run.metrics[0].samples])
        )
        named = sum(bool(held_metrics(run)) for run in chosen)
        name = path.name.removesuffix(".json.gz")
        sys.stdout.write(f"| {name} | {named} of {len(chosen)} | {apart:.2%} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
