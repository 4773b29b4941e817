#!/usr/bin/env python3
"""False alarms: one host measured again and again, each run compared with each other one.

    .venv/bin/python benchmarks/own/same_host.py RUNS FOLDER [OPTIONS OF BENCH…]

Runs ``hostcheck bench`` so often with these options (``--only disk`` when none is given) and keeps the run files in
the folder; files that are there already count, so that it can be stopped and continued. Whatever a comparison of two
of them calls better or worse is a false alarm, for the host is the same. Prints for each metric how many of the pairs
were called so, how far the runs' figures are apart (standard deviation, as a share), and how wide a run's own interval
is (half of it, median), as Markdown. The bar is one pair of a metric in a hundred.
"""

import itertools
import json
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hostcheck.comparison.compare import compare
from hostcheck.comparison.labels import in_order
from hostcheck.run.files import read_run
from hostcheck.run.model import Run


def measured(count: int, folder: Path, options: Sequence[str]) -> list[Run]:
    """Return so many runs of this host, measuring those that the folder lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"run-{number:03}.json" for number in range(1, count + 1)]
    for path in paths:
        if not path.exists() or not json.loads(path.read_text(encoding="utf-8"))["ended"]:
            argv = [sys.executable, "-m", "hostcheck", "bench", "--no-store", *options, "-o", str(path)]
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return [read_run(str(path)) for path in paths]


def main() -> None:
    """Measure, compare each with each, and print the table."""
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    runs = measured(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or ["--only", "disk"])
    called: dict[str, Counter[str]] = {}
    for first, second in itertools.combinations(runs, 2):
        for row in compare([first, second]).rows:
            if (ratio := row.cells[1].ratio) is not None:
                called.setdefault(row.id, Counter())[ratio.judgement] += 1
    write = sys.stdout.write
    write("| metric | pairs | called different | the same | cannot tell | runs are apart | a run's interval |\n")
    write("|---|---|---|---|---|---|---|\n")
    total: Counter[str] = Counter()
    for metric_id in in_order(called):
        counts = called[metric_id]
        metrics = [metric for run in runs if (metric := run.metric(metric_id)) is not None and metric.value]
        values = [metric.value for metric in metrics if metric.value]
        halves = [(m.interval[1] - m.interval[0]) / 2 / m.value for m in metrics if m.interval and m.value]
        apart = statistics.stdev(values) / statistics.fmean(values) if len(values) > 1 else 0.0
        wide = f"±{statistics.median(halves):.1%}" if halves else "none"
        different = counts["better"] + counts["worse"]
        told = f"{counts.total()} | {different} | {counts['same']} | {counts['inconclusive']} | {apart:.1%} | {wide}"
        write(f"| {metric_id} | {told} |\n")
        total += counts
    different = total["better"] + total["worse"]
    write(f"\n{different} of {total.total()} pairs were called different: {different / max(1, total.total()):.1%}.\n")


if __name__ == "__main__":
    main()
