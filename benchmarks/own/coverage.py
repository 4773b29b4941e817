#!/usr/bin/env python3
"""How often the interval of a run covers the mean of the twenty minutes around it, on recorded disks.

    .venv/bin/python benchmarks/own/coverage.py [FILE…]

Reads what record_series.py recorded (benchmarks/own/series without files), and takes from it the turns that a run of
``bench --quick --only disk`` would have had, at each start that fits. Prints as Markdown, for each disk:

- how far its minutes are apart (smallest and largest mean of a minute, as a share of the whole's mean), and how busy
  the guest's CPUs were meanwhile;
- how often the run's 95 % interval covers the mean of what was recorded within ten minutes before and after its
  middle, and half its width (median);
- how far the run's figure is from that mean, and how far the mean of 30 s at a stretch is, as a script measures
  (root mean squares);
- of runs that do not overlap, how many pairs are called different; and how many where one of two neighbouring runs is
  of a disk that is half as fast;
- the variation of a run's half seconds (median), and how many of those pairs are called steadier or less steady.
"""

import gzip
import json
import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from operator import mul
from pathlib import Path

from hostcheck.bench.disk.bursts import SMOOTH_SECONDS
from hostcheck.bench.disk.sampling import CROWDED_PERCENT
from hostcheck.bench.summary import summarise
from hostcheck.comparison.ratio import compare_metrics
from hostcheck.run.details import HALF_SECOND
from hostcheck.run.estimators import TURNS
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import HostIdentity, Run
from hostcheck.run.steadiness import measured as derived

SERIES = Path(__file__).parent / "series"
COUNT, SECONDS, APART = 7, 1.0, 7.5
"""The turns of a job in a quick run, the measured time of each, and the time from one to the next, in seconds."""

STRETCH = 30.0
AROUND = 600.0
STEP = 2.5
SPEC = METRICS["disk.randwrite.iops"]
VARIATION = "disk.randwrite.variation.percent"


@dataclass(frozen=True)
class Piece:
    """What was recorded without a pause: its start in seconds, the I/Os a second of each window, and how busy.

    A disk under a limit lets its I/Os through in steps, which fio's latencies would show.
    """

    start: float
    iops: Sequence[float]
    busy_percent: Sequence[float]
    in_steps: bool


def pieces(path: Path) -> tuple[list[Piece], int]:
    """Return the recorded pieces, and the windows in a second."""
    whole = json.loads(gzip.decompress(path.read_bytes()))
    found = [
        Piece(
            datetime.fromisoformat(piece["started"]).timestamp(),
            piece["iops"],
            piece["busy_percent"],
            path.name.startswith("throttled"),
        )
        for piece in whole["pieces"]
    ]
    return found, round(1000 / whole["milliseconds"])


def around(found: Sequence[Piece], rate: int, moment: float) -> float:
    """Return the mean of what was recorded within AROUND seconds of a moment."""
    parts = [
        piece.iops[max(0, round((moment - AROUND - piece.start) * rate)) :][
            : max(
                0,
                round(
                    (min(moment + AROUND, piece.start + len(piece.iops) / rate) - max(moment - AROUND, piece.start))
                    * rate
                ),
            )
        ]
        for piece in found
    ]
    return statistics.fmean([value for part in parts for value in part])


def runs(piece: Piece, rate: int, factor: float = 1.0) -> Iterator[tuple[float, Metric]]:
    """Yield the middle of the run that begins at each STEP of a piece, and its metric."""
    turn, apart = round(SECONDS * rate), round(APART * rate)
    crowded = statistics.fmean(piece.busy_percent) > CROWDED_PERCENT
    for start in range(0, len(piece.iops) - COUNT * apart, round(STEP * rate)):
        turns = [[factor * value for value in piece.iops[start + n * apart :][:turn]] for n in range(COUNT)]
        samples = [_sample(windows, rate, crowded=crowded, in_steps=piece.in_steps) for windows in turns]
        metric = summarise(SPEC, samples, {}, wanted=COUNT, estimator=TURNS)
        yield piece.start + start / rate + COUNT * APART / 2, metric


def _sample(windows: Sequence[float], rate: int, *, crowded: bool, in_steps: bool) -> Sample:
    value, half = _even(windows, rate), round(HALF_SECOND * rate)
    halves = [statistics.fmean(windows[at : at + half]) for at in range(0, len(windows), half)]
    times = [HALF_SECOND * place for place in range(1, len(halves) + 1)]
    series = {"t": times, "iops": halves}
    return Sample(value, detail={"iops": value, "crowded": crowded, "steps": in_steps, "series": series})


def variation(rate: Metric) -> Metric:
    """Return how much a run's half seconds vary."""
    found = derived(Run("", "", "", HostIdentity(""), metrics=(rate,)), VARIATION)
    assert found is not None
    return found


def _even(windows: Sequence[float], rate: int) -> float:
    """Return the mean of a turn, with as little weight of its ends as hostcheck gives them (bench/disk/bursts)."""
    smooth = round(SMOOTH_SECONDS * rate)
    ramp = [(place + 0.5) / smooth for place in range(smooth)]
    weights = [*ramp, *[1.0] * (len(windows) - 2 * smooth), *reversed(ramp)]
    return math.fsum(map(mul, weights, windows)) / math.fsum(weights)


def off(pairs: Sequence[tuple[float, float]]) -> str:
    """Return how far values are from their truths, as a share."""
    return f"{math.sqrt(statistics.fmean((value / truth - 1) ** 2 for value, truth in pairs)):.1%}"


def row(path: Path) -> str:
    """Return the row of one disk."""
    found, rate = pieces(path)
    flat = [value for piece in found for value in piece.iops]
    minute, stretch, each = 60 * rate, round(STRETCH * rate), math.ceil(COUNT * APART / STEP)
    whole = statistics.fmean(flat)
    minutes = [
        statistics.fmean(piece.iops[at : at + minute]) / whole
        for piece in found
        for at in range(0, len(piece.iops) - minute, minute)
    ]
    measured = [(run, around(found, rate, middle)) for piece in found for middle, run in runs(piece, rate)]
    inside = [run.interval[0] <= truth <= run.interval[1] for run, truth in measured if run.interval]
    wide = [(run.interval[1] - run.interval[0]) / 2 / run.value for run, _ in measured if run.interval and run.value]
    stretches = [
        (statistics.fmean(piece.iops[at : at + stretch]), around(found, rate, piece.start + (at + stretch / 2) / rate))
        for piece in found
        for at in range(0, len(piece.iops) - stretch, round(STEP * rate))
    ]
    disjoint = [run for piece in found for _, run in list(runs(piece, rate))[::each]]
    halved = [run for piece in found for _, run in list(runs(piece, rate, 0.5))[::each]]
    pairs = [compare_metrics(one, other).judgement for one, other in combinations(disjoint, 2)]
    varying = [variation(run) for run in disjoint]
    steadier = [compare_metrics(one, other).judgement for one, other in combinations(varying, 2)]
    halves = [compare_metrics(slow, one).judgement for one, slow in zip(disjoint, halved[1:], strict=False)]
    cells = (
        path.name.removesuffix(".json.gz"),
        f"{len(flat) / minute:.0f}",
        f"{min(minutes):.2f} – {max(minutes):.2f}",
        f"{statistics.fmean(percent for piece in found for percent in piece.busy_percent):.0f} %",
        f"{statistics.fmean(inside):.1%} of {len(inside)}",
        f"±{statistics.median(wide):.1%}",
        off([(run.value or 0, truth) for run, truth in measured]),
        off(stretches),
        f"{len(pairs) - pairs.count('inconclusive') - pairs.count('same')} of {len(pairs)}",
        f"{halves.count('worse')} of {len(halves)}",
        f"{statistics.median([run.value or 0 for run in varying]):.0f} %",
        f"{steadier.count('better') + steadier.count('worse')} of {len(steadier)}",
    )
    return f"| {' | '.join(cells)} |\n"


def main() -> None:
    """Print the table."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(SERIES.glob("*.json.gz"))
    sys.stdout.write(
        "| disk | minutes | minutes are apart | busy | covered | half width | off by | 30 s off by | called different "
        "| half found | variation | called steadier |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    for path in paths:
        sys.stdout.write(row(path))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
