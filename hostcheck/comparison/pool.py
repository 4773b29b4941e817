"""Pool several runs of one host into one run with all samples, and report how much the runs differ."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hostcheck.comparison.labels import in_a_sentence, in_order, label
from hostcheck.run.estimators import (
    MOVING,
    POOLED,
    POOLED_TURNS,
    UNSTABLE_SHARE,
    estimate_of,
    estimator_of,
    spread_share,
)
from hostcheck.run.independent import RUN, Deviation, by_run, independent, spread_of
from hostcheck.run.measured import Metric, Sample, State
from hostcheck.run.model import Run
from hostcheck.run.settings import comparable


def group(runs: Sequence[Run]) -> tuple[tuple[Run, ...], ...]:
    """Group the runs of each host, if there is more than one host. Otherwise each run is a group.

    Runs belong to one host if name, architecture and number of CPUs agree. They are grouped if they measured with the
    same settings. Published values have no samples, and are never grouped. A run that occurs twice is not grouped.
    """
    if len({run.host.name for run in runs}) == 1:
        return tuple((run,) for run in runs)
    groups: list[list[Run]] = []
    for run in runs:
        for known in groups:
            if all(_poolable(run, other) for other in known):
                known.append(run)
                break
        else:
            groups.append([run])
    return tuple(tuple(sorted(known, key=lambda run: run.started)) for known in groups)


def _poolable(run: Run, other: Run) -> bool:
    return (
        run.id != other.id
        and run.host.key == other.host.key
        and not run.is_published
        and not other.is_published
        and all(alike(metric, other.metric(metric.id)) for metric in run.metrics)
    )


def alike(metric: Metric, other: Metric | None) -> bool:
    """Return whether a metric has equal settings in two runs, or has no value in one of them."""
    if other is None or metric.value is None or other.value is None:
        return True
    return (metric.unit, metric.better, comparable(metric)) == (other.unit, other.better, comparable(other))


def pool(runs: Sequence[Run]) -> Run:
    """Pool the runs of one host, the oldest first, into one run with the latest run's facts and all samples.

    Raises:
        ValueError: if there is no run.
    """
    if not runs:
        raise ValueError("nothing to pool")
    latest = runs[-1]
    if len(runs) == 1:
        return latest
    ids = dict.fromkeys(metric.id for run in runs for metric in run.metrics)
    pooled = {metric_id: _pool_metric([run.metric(metric_id) for run in runs]) for metric_id in ids}
    notes = dict.fromkeys(note for run in runs for note in run.notes)
    return replace(
        latest,
        started=runs[0].started,
        metrics=tuple(metric for metric, _ in pooled.values()),
        notes=(*notes, _note(runs, {metric_id: spread for metric_id, (_, spread) in pooled.items() if spread})),
    )


def _pool_metric(metrics: Sequence[Metric | None]) -> tuple[Metric, Deviation | None]:
    measured = [(number, m) for number, m in enumerate(metrics, 1) if m is not None and m.value is not None]
    if not measured:
        # No run has a value: use the reason of the latest.
        return next(metric for metric in reversed(metrics) if metric is not None), None
    if len(measured) == 1:
        return measured[0][1], None
    samples = tuple(_marked(sample, number) for number, metric in measured for sample in metric.samples)
    merged = replace(measured[-1][1], samples=samples)
    values = independent(samples)
    moving = all(estimator_of(metric) in MOVING for _, metric in measured)
    estimator = POOLED_TURNS if moving else POOLED
    found = estimate_of(estimator, samples)
    if found is None:
        return measured[-1][1], None
    spread = spread_of(by_run(samples))
    if moving and spread is not None:
        spread = replace(spread, differ=False)
    share = spread_share(values)
    state: State = "ok"
    reason = ""
    if all(metric.state == "partial" for _, metric in measured):
        state, reason = "partial", f"in every run; {merged.reason}"
    elif share >= UNSTABLE_SHARE and not moving:
        state = "unstable"
        what = "runs" if spread and spread.differ else "samples"
        reason = f"{what} spread by {share:.0%}; measure again when the host is idle"
    merged = replace(
        merged, value=found.value, interval=found.interval, state=state, reason=reason, estimator=estimator
    )
    return merged, spread


def _marked(sample: Sample, number: int) -> Sample:
    # Of what was pooled before, each run stays a separate run.
    before = sample.detail.get(RUN)
    detail: Mapping[str, object] = {**sample.detail, RUN: number if before is None else f"{number}.{before}"}
    return replace(sample, detail=detail)


def _note(runs: Sequence[Run], spreads: Mapping[str, Deviation]) -> str:
    said = f"pooled from {len(runs)} runs, {runs[0].started} to {runs[-1].started}; the audit is that of the latest run"
    apart = [
        f"{in_a_sentence(label(metric_id))} {spreads[metric_id].share:.0%}{'*' if spreads[metric_id].differ else ''}"
        for metric_id in in_order(spreads)
    ]
    if not apart:
        return said + "."
    said += f". Standard deviation between the runs: {'; '.join(apart)}."
    if any(spread.differ for spread in spreads.values()):
        said += " * the runs differ by more than their samples explain: each run counts as one sample."
    return said
