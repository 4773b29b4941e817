"""A comparison as tidy pandas frames (one observation in each row), for the plots and the tables below them."""

import math
import re
from itertools import product
from statistics import median

import numpy as np
import pandas as pd

from hostcheck.comparison.launch_parts import CAUSES, PHASES
from hostcheck.comparison.model import Comparison
from hostcheck.run.details import BuildDetail, DiskDetail, StormDetail
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import ALONE, BUILD, MAKESPAN, of_steadiness
from hostcheck.run.model import Run
from hostcheck.run.typical import typical

DEVICE = ("writes", "flushes")

MOST_LOOKS = 150
"""Maximum number of points of a line. More points cannot be distinguished on a page."""


def ratios(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with one row for each host and metric that has a ratio to the baseline.

    Columns: metric (id), label, host, number (of the host; the baseline is 0), ratio, low and high (NaN if there is no
    interval), judgement, words, spread (the interval in words), towards (1 or -1: the true
    ratio may be higher or lower).
    """
    rows = [
        {
            "metric": row.id,
            "label": row.label,
            "host": name,
            "number": number,
            "ratio": cell.ratio.value,
            "low": cell.ratio.interval[0] if cell.ratio.interval else float("nan"),
            "high": cell.ratio.interval[1] if cell.ratio.interval else float("nan"),
            "judgement": cell.ratio.judgement,
            "words": cell.ratio.words,
            "spread": cell.ratio.spread,
            "towards": row.towards(number),
        }
        for row in comparison.rows
        for number, (name, cell) in enumerate(zip(comparison.names, row.cells, strict=True))
        if cell.ratio is not None and cell.ratio.value is not None
    ]
    columns = ["metric", "label", "host", "number", "ratio", "low", "high", "judgement", "words", "spread", "towards"]
    return pd.DataFrame(rows, columns=columns)


def typical_storm(run: Run) -> Sample | None:
    """Return the storm with the median makespan of the run's valid storms; None if there is none."""
    storms = run.metric(MAKESPAN)
    if storms is None:
        return None
    return typical(storms.samples, lambda sample: bool(StormDetail(sample.detail).columns)) or typical(
        storms.samples, lambda sample: bool(StormDetail(sample.detail).containers)
    )


def containers(storm: Sample) -> pd.DataFrame:
    """Return a frame with one row for each container that became ready, in the order of readiness.

    Columns: container, create_start, create_end, start_start, start_end, ready, removed. Times are in seconds since all
    launches began.
    """
    rows = [
        {
            "container": one.index,
            "create_start": one.create[0],
            "create_end": one.create[1],
            "start_start": one.start[0],
            "start_end": one.start[1],
            "ready": one.ready,
            "removed": one.removed,
        }
        for one in StormDetail(storm.detail).containers
        if not one.error
        and one.create is not None
        and one.start is not None
        and one.ready is not None
        and one.removed is not None
    ]
    return pd.DataFrame(rows).sort_values(["ready", "container"], ignore_index=True) if rows else pd.DataFrame()


def series(storm: Sample) -> pd.DataFrame:
    """Return a frame with one row for each reading of the machine's load during the storm.

    Columns: t (seconds since all launches began), busy_percent, iowait_percent, steal_percent, psi_io_full_percent,
    queue (mean number of requests at the device), writes and flushes (per second). NaN if the kernel does not report a
    value. If there are more than MOST_LOOKS readings, neighbours are replaced by their means.
    """
    columns = ["t", "busy_percent", "iowait_percent", "steal_percent", "psi_io_full_percent", "queue", *DEVICE]
    found = StormDetail(storm.detail).columns
    looks = pd.DataFrame({name: pd.Series(found.get(name, ()), dtype=object) for name in columns})
    looks = looks.apply(pd.to_numeric, errors="coerce").dropna(subset="t").astype(float)
    together = max(1, math.ceil(len(looks) / MOST_LOOKS))
    merged: pd.DataFrame = looks.groupby(np.arange(len(looks)) // together).mean()
    return merged


def latencies(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with one row for each disk metric, host and percentile of the valid samples. Times are in ms.

    Columns: metric (id), label, host, number (as in ``ratios``), percent (50, 95…), low, middle and high (smallest,
    median and largest value of the samples).
    """
    rows = []
    for row in comparison.rows:
        if of_steadiness(row.id):
            continue
        for number, (name, cell) in enumerate(zip(comparison.names, row.cells, strict=True)):
            samples = [sample for sample in cell.metric.samples if sample.valid] if cell.metric else []
            found: dict[float, list[float]] = {}
            for sample in samples:
                for percent, value in DiskDetail(sample.detail).latency_ms.items():
                    if value > 0:
                        found.setdefault(percent, []).append(value)
            rows += [
                {
                    "metric": row.id,
                    "label": row.label,
                    "host": name,
                    "number": number,
                    "percent": percent,
                    "low": min(values),
                    "middle": median(values),
                    "high": max(values),
                }
                for percent, values in sorted(found.items())
            ]
    return pd.DataFrame(rows, columns=["metric", "label", "host", "number", "percent", "low", "middle", "high"])


def launch_parts(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with one row for each part of the launch and removal of a container alone, in order.

    Columns: host, step (the phase, and the cause of its time), seconds (the median of the turns).
    """
    rows = []
    for name, run in zip(comparison.names, comparison.runs, strict=True):
        metric = run.metric(ALONE)
        turns = [found for one in metric.samples if (found := StormDetail(one.detail).parts)] if metric else []
        for phase, cause in product(PHASES, CAUSES):
            seconds = median(turn.get(phase, {}).get(cause, 0.0) for turn in turns) if turns else 0.0
            if seconds:
                rows.append({"host": name, "step": f"{PHASES[phase]}: {CAUSES[cause]}", "seconds": seconds})
    return pd.DataFrame(rows, columns=["host", "step", "seconds"])


def steps(comparison: Comparison) -> pd.DataFrame:
    """Return a frame with one row for each step of each host's typical build, in the build's order.

    Columns: host, step (the instruction; a number is added to a repeated text), seconds.
    """
    rows = []
    for name, run in zip(comparison.names, comparison.runs, strict=True):
        metric = run.metric(BUILD)
        build = typical(metric.samples, lambda sample: bool(BuildDetail(sample.detail).steps)) if metric else None
        seen: dict[str, int] = {}
        for item in BuildDetail(build.detail).steps if build else ():
            # LABEL steps contain the run's id, which differs in each run.
            step = re.sub(r"^LABEL .*", "LABEL", item.step, flags=re.DOTALL)
            seen[step] = seen.get(step, 0) + 1
            step = step if seen[step] == 1 else f"{step} ({seen[step]})"
            rows.append({"host": name, "step": step, "seconds": item.seconds})
    return pd.DataFrame(rows, columns=["host", "step", "seconds"])
