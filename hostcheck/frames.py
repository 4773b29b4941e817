"""Convert runs to tidy pandas frames: one row for each sample, metric or verdict, with the unit in a column.

pandas is loaded when a frame is made. It is in the extra "report".
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hostcheck.run.measured import Conditions, Metric
from hostcheck.run.model import Run

if TYPE_CHECKING:
    import pandas as pd

_RUN = ["host", "run", "started"]
_CONDITIONS = list(Conditions.__dataclass_fields__)
_SAMPLES = [*_RUN, "metric", "unit", "better", "number", "value", "valid", "reason", "seconds", "taken", *_CONDITIONS]
_METRICS = [*_RUN, "metric", "unit", "better", "state", "value", "low", "high", "samples", "reason"]
_VERDICTS = [
    *_RUN,
    *("profile", "check", "status", "severity", "title", "sentence", "fix", "command", "source"),
]


def samples_frame(runs: Run | Sequence[Run]) -> "pd.DataFrame":
    """Return one row for each sample, valid or not.

    Columns: host, run (id), started (start of the run, UTC), metric (id), unit ("MB/s" is 10⁶ bytes per second), better
    ("higher" or "lower"), number (from 1), value (in the unit), valid, reason (why it is invalid), seconds (wall time),
    taken (start of the sample, UTC), and the sample's conditions in percent of its wall time: busy_percent,
    iowait_percent, steal_percent, psi_io_some_percent, psi_io_full_percent, psi_cpu_some_percent. The last condition,
    load1, is the load average over one minute at the start of the sample. A value that the kernel does not report is
    NaN.
    """
    rows = [
        {
            **_of_run(run),
            **_of_metric(metric),
            "number": number,
            "value": sample.value,
            "valid": sample.valid,
            "reason": sample.reason,
            "seconds": sample.seconds,
            "taken": sample.started,
            **{name: getattr(sample.conditions, name) for name in _CONDITIONS},
        }
        for run in _runs(runs)
        for metric in run.metrics
        for number, sample in enumerate(metric.samples, 1)
    ]
    return _framed(rows, _SAMPLES, ("value", "seconds", *_CONDITIONS), times=("started", "taken"))


def metrics_frame(runs: Run | Sequence[Run]) -> "pd.DataFrame":
    """Return one row for each metric.

    Columns: host, run, started, metric, unit and better as in ``samples_frame``; state, value (the estimate), low and
    high (its 95 % interval), samples (number of valid samples), reason (why the state is not ok). Missing numbers are
    NaN.
    """
    rows = [
        {
            **_of_run(run),
            **_of_metric(metric),
            "state": metric.state,
            "value": metric.value,
            "low": metric.interval[0] if metric.interval else None,
            "high": metric.interval[1] if metric.interval else None,
            "samples": sum(sample.valid for sample in metric.samples),
            "reason": metric.reason,
        }
        for run in _runs(runs)
        for metric in run.metrics
    ]
    return _framed(rows, _METRICS, ("value", "low", "high"))


def verdicts_frame(runs: Run | Sequence[Run]) -> "pd.DataFrame":
    """Return one row for each verdict.

    Columns: host, run and started as in ``samples_frame``; profile, check (id), status (pass, warn, fail, skip,
    unknown), severity, title, sentence (what was found), fix, command, source.
    """
    rows = [
        {**_of_run(run), **{name: getattr(verdict, name) for name in _VERDICTS if name not in _RUN}}
        for run in _runs(runs)
        for verdict in run.verdicts
    ]
    return _framed(rows, _VERDICTS, ())


def _runs(runs: Run | Sequence[Run]) -> Sequence[Run]:
    return (runs,) if isinstance(runs, Run) else runs


def _of_run(run: Run) -> dict[str, Any]:
    return {"host": run.host.name, "run": run.id, "started": run.started}


def _of_metric(metric: Metric) -> dict[str, Any]:
    return {"metric": metric.id, "unit": metric.unit, "better": metric.better}


def _framed(
    rows: Sequence[dict[str, Any]], columns: Sequence[str], numbers: Sequence[str], times: Sequence[str] = ("started",)
) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    import hostcheck.report  # noqa: F401, PLC0415 - it says how to add the extra where it is missing

    frame: pd.DataFrame = pd.DataFrame(rows, columns=list(columns))
    # A column of None alone is of objects: NaN is what pandas calculates with.
    frame[list(numbers)] = frame[list(numbers)].astype(float)
    for name in times:
        frame[name] = pd.to_datetime(frame[name], utc=True, errors="coerce", format="ISO8601")
    return frame
