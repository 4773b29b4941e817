"""A comparison as tidy frames: one observation a row. What the plots draw and the tables under them list."""

import pandas as pd

from hostcheck.compare.model import Comparison
from hostcheck.run.model import Run, Sample

STORM = "storm.makespan.seconds"


def ratios(comparison: Comparison) -> pd.DataFrame:
    """One row for each host and metric that has a ratio to the baseline.

    Columns: metric (id), label, host, ratio, low, high (NaN where there is no interval), judgement, words.
    """
    rows = [
        {
            "metric": row.id,
            "label": row.label,
            "host": name,
            "ratio": cell.ratio.value,
            "low": cell.ratio.interval[0] if cell.ratio.interval else float("nan"),
            "high": cell.ratio.interval[1] if cell.ratio.interval else float("nan"),
            "judgement": cell.ratio.judgement,
            "words": cell.ratio.words,
        }
        for row in comparison.rows
        for name, cell in zip(comparison.names, row.cells, strict=True)
        if cell.ratio is not None and cell.ratio.value is not None
    ]
    return pd.DataFrame(rows, columns=["metric", "label", "host", "ratio", "low", "high", "judgement", "words"])


def typical_storm(run: Run) -> Sample | None:
    """Return the storm whose makespan is the middle one of the run's valid storms; None when it has none."""
    metric = run.metric(STORM)
    storms = (
        [s for s in metric.samples if s.valid and s.value is not None and s.detail.get("containers")] if metric else []
    )
    return sorted(storms, key=lambda sample: sample.value or 0)[(len(storms) - 1) // 2] if storms else None


def containers(storm: Sample) -> pd.DataFrame:
    """One row for each container that became ready, the first ready first. Times in seconds after the release.

    Columns: container, create_start, create_end, start_start, start_end, ready, removed.
    """
    rows = [
        {
            "container": item["index"],
            "create_start": item["create"][0],
            "create_end": item["create"][1],
            "start_start": item["start"][0],
            "start_end": item["start"][1],
            "ready": item["ready"],
            "removed": item["removed"],
        }
        for item in storm.detail["containers"]
        if not item["error"] and None not in {item["ready"], item["removed"]}
    ]
    return pd.DataFrame(rows).sort_values(["ready", "container"], ignore_index=True) if rows else pd.DataFrame()


def series(storm: Sample) -> pd.DataFrame:
    """One row for each look at the machine during the storm: t in seconds after the release, and percentages.

    Columns: t, busy_percent, iowait_percent, steal_percent, psi_io_full_percent (NaN where the kernel does not tell).
    """
    columns = ["t", "busy_percent", "iowait_percent", "steal_percent", "psi_io_full_percent"]
    return pd.DataFrame(storm.detail.get("series") or [], columns=columns).astype(float)
