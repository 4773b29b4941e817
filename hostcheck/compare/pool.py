"""Several runs of one host as one: their samples together, and how far the runs are apart."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev, variance

from hostcheck.compare.labels import in_order, label
from hostcheck.run.independent import values_of
from hostcheck.run.model import Metric, Run, Sample, State
from hostcheck.stats.estimate import estimate

UNSTABLE_SHARE = 0.10
"""Standard deviation as a share of the mean from which a pooled metric is unstable, as for one run's (pyperf check)."""

RUNS_DIFFER = 2.0
"""Mean square between runs over that within them, from which a run counts as one sample.

It is the preliminary test of whether samples of several runs may be pooled (Bancroft, "Analysis and inference for
incompletely specified models", Biometrics 20, 1964, who recommends a level of about 0.25): F exceeds 2 in about a
fifth of the cases where two to five runs of three samples do not differ.
"""

RUN = "pooled_run"
"""Key of a pooled sample's detail: the number of its run."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far several runs' figures of one metric are apart.

    Attributes:
        share: standard deviation of the runs' means, as a share of their mean.
        differ: whether the runs differ by more than their samples make likely, so that a run is one sample.
    """

    share: float
    differ: bool


def group(runs: Sequence[Run]) -> tuple[tuple[Run, ...], ...]:
    """Put runs of one host together, where there is more than one host; else each run stands for itself.

    Runs are of one host when name, architecture and CPUs agree, and are pooled when they measured with the same
    settings. Published figures have no samples and are never pooled; neither is a run with itself.
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
    ours, theirs = run.host, other.host
    return (
        run.id != other.id
        and (ours.name, ours.arch, ours.cpus) == (theirs.name, theirs.arch, theirs.cpus)
        and not run.is_published
        and not other.is_published
        and all(_alike(metric, other.metric(metric.id)) for metric in run.metrics)
    )


def _alike(metric: Metric, other: Metric | None) -> bool:
    if other is None or metric.value is None or other.value is None:
        return True
    return (metric.unit, metric.better, metric.settings) == (other.unit, other.better, other.settings)


def pool(runs: Sequence[Run]) -> Run:
    """Make one run of several of one host, the oldest first: the latest's facts, and everybody's samples.

    Raises:
        ValueError: without a run.
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
        notes=(*notes, _told(runs, {metric_id: spread for metric_id, (_, spread) in pooled.items() if spread})),
    )


def independent(metric: Metric) -> list[float]:
    """Return the values that may be taken for independent: the samples', or one a run where pooled runs differ."""
    groups = _groups(metric)
    spread = _spread(groups)
    if spread is None or not spread.differ:
        return [value for values in groups for value in values]
    return [math.exp(fmean(map(math.log, values))) for values in groups]


def runs_of(metric: Metric) -> int:
    """Return how many runs a metric's valid samples are of."""
    return len(_groups(metric))


def _groups(metric: Metric) -> list[list[float]]:
    found: dict[object, list[float]] = {}
    for sample in metric.samples:
        if values := values_of(sample):
            found.setdefault(str(sample.detail.get(RUN)), []).extend(values)
    return list(found.values())


def _spread(groups: Sequence[Sequence[float]]) -> Spread | None:
    """Compare the runs' means with the noise within runs, on logarithms; None for fewer than two runs."""
    if len(groups) < 2:
        return None
    logs = [[math.log(value) for value in values] for values in groups]
    means = [fmean(values) for values in logs]
    share = stdev([math.exp(mean - means[0]) for mean in means]) / fmean([math.exp(mean - means[0]) for mean in means])
    count = sum(map(len, logs))
    grand = fmean([value for values in logs for value in values])
    between = sum(len(values) * (mean - grand) ** 2 for values, mean in zip(logs, means, strict=True)) / (len(logs) - 1)
    if count == len(logs):
        return Spread(share, differ=True)
    inner = sum(variance(values) * (len(values) - 1) for values in logs if len(values) > 1) / (count - len(logs))
    return Spread(share, differ=between > RUNS_DIFFER * inner)


def _pool_metric(metrics: Sequence[Metric | None]) -> tuple[Metric, Spread | None]:
    measured = [(number, m) for number, m in enumerate(metrics, 1) if m is not None and m.value is not None]
    if not measured:
        # None has a figure: the latest says why.
        return next(metric for metric in reversed(metrics) if metric is not None), None
    if len(measured) == 1:
        return measured[0][1], None
    samples = tuple(_marked(sample, number) for number, metric in measured for sample in metric.samples)
    merged = replace(measured[-1][1], samples=samples)
    values = independent(merged)
    if not values:
        return measured[-1][1], None
    found = estimate(values)
    spread = _spread(_groups(merged))
    share = stdev(values) / fmean(values) if len(values) > 1 else 0.0
    state: State = "ok"
    reason = ""
    if all(metric.state == "partial" for _, metric in measured):
        state, reason = "partial", f"in every run; {merged.reason}"
    elif share >= UNSTABLE_SHARE:
        state = "unstable"
        what = "runs" if spread and spread.differ else "samples"
        reason = f"{what} spread by {share:.0%}; measure again when the host is quiet"
    return replace(merged, value=found.value, interval=found.interval, state=state, reason=reason), spread


def _marked(sample: Sample, number: int) -> Sample:
    detail: Mapping[str, object] = {**sample.detail, RUN: number}
    return replace(sample, detail=detail)


def _told(runs: Sequence[Run], spreads: Mapping[str, Spread]) -> str:
    said = f"pooled from {len(runs)} runs, {runs[0].started} to {runs[-1].started}; its audit is the latest's"
    apart = [
        f"{label(metric_id).lower()} {spreads[metric_id].share:.0%}{'*' if spreads[metric_id].differ else ''}"
        for metric_id in in_order(spreads)
    ]
    if not apart:
        return said + "."
    said += f". Between its runs, figures spread by (standard deviation): {'; '.join(apart)}."
    if any(spread.differ for spread in spreads.values()):
        said += " * the runs differ by more than their samples explain: each run counts as one sample."
    return said
