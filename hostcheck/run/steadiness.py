"""Compute how steady a rate was, from its samples. These derived metrics are not in run files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean

from hostcheck.run.details import DiskDetail
from hostcheck.run.estimators import MOVING, OVER_HOURS, VARIATION, WORST, counted, estimate_of, estimator_of, turns_of
from hostcheck.run.independent import samples_by_run
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import HOURS, METRICS, MetricSpec, spec_of
from hostcheck.run.model import Run, Scalar
from hostcheck.run.times import parse_time
from hostcheck.run.underload import FOLLOWING, follows
from hostcheck.stats.steadiness import LEAST_TURNS, share, within
from hostcheck.stats.visits import LEAST_VISITS

LONG = 10
"""Length of the longest period within a turn whose slowest mean is computed, as a number of half seconds."""


LEAST_HOURS = 6.0
"""Minimum time in hours between the first and the last sample for a statement about variation over hours."""


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How a rate varied within a run. Rates are in the metric's unit.

    Attributes:
        within: coefficient of variation of the half seconds within a turn, as a share; the median over all turns.
        between: coefficient of variation of the turns, as a share.
        half_second: rate of the slowest half second; None if turns have no half seconds.
        turn: rate of the slowest turn.
        five_seconds: rate of the slowest five seconds within a turn; None if no turn is that long.
    """

    within: float
    between: float
    half_second: float | None
    turn: float
    five_seconds: float | None


def measured(run: Run, metric_id: str) -> Metric | None:
    """Return the metric with this id, which is in the run or computed from the run's samples; None if there is none."""
    spec = spec_of(metric_id)
    if spec is None or not spec.of:
        return run.metric(metric_id)
    if metric_id in FOLLOWING:
        return follows(run, metric_id)
    rate = run.metric(spec.of)
    known = _is_over_hours if metric_id.endswith(HOURS) else _is_known
    return _derived(spec, rate) if rate is not None and known(rate) else None


def why_unknown(run: Run, metric_id: str) -> str:
    """Return why a metric cannot be computed from a known rate; an empty text if it can, or the rate is unknown."""
    spec = spec_of(metric_id)
    rate = run.metric(spec.of) if spec and spec.of else None
    if rate is None or rate.value is None or metric_id in FOLLOWING:
        return ""
    if metric_id.endswith(HOURS):
        return (
            "" if _is_over_hours(rate) else f"{rate.id} was not measured over hours: measure with bench --endurance 24h"
        )
    if _is_known(rate):
        return ""
    if rate.state == "invalid":
        return f"{rate.id} is invalid: {rate.reason}"
    few = f"fewer than {LEAST_TURNS} turns, too few to show how steady it is"
    return f"{rate.id} has {few}; measure again with hostcheck bench"


def measured_ids(run: Run) -> tuple[str, ...]:
    """Return the ids of the run's metrics, and of the metrics that can be computed from their samples."""
    derived = (spec.id for spec in METRICS.values() if spec.of and measured(run, spec.id) is not None)
    return (*(metric.id for metric in run.metrics), *derived)


def steadiness_of(rate: Metric) -> Steadiness | None:
    """Return how a rate varied within the run; None if it was not measured in turns, or in too few turns."""
    if not _is_known(rate):
        return None
    values, turns = counted(rate.samples), turns_of(rate.samples)
    halves = [value for turn in turns if len(turn) > 1 for value in turn]
    stretches = [fmean(turn[at : at + LONG]) for turn in turns for at in range(len(turn) - LONG + 1)]
    return Steadiness(
        within(turns), share(values), min(halves, default=None), min(values), min(stretches, default=None)
    )


def _is_known(rate: Metric) -> bool:
    return (
        rate.value is not None
        and rate.state != "invalid"
        and rate.unit != "s"
        and estimator_of(rate) in MOVING
        and len(turns_of(rate.samples)) == len(counted(rate.samples))
        and min(map(len, samples_by_run(rate.samples))) >= LEAST_TURNS
    )


def _is_over_hours(rate: Metric) -> bool:
    """Return whether a rate has enough visits over enough hours. Endurance runs have them."""
    if rate.value is None or rate.state == "invalid" or len(samples_by_run(rate.samples)) < LEAST_VISITS:
        return False
    try:
        moments = [parse_time(sample.started) for sample in rate.samples if sample.valid]
    except ValueError:
        # A file may have any text there.
        return False
    return (max(moments) - min(moments)).total_seconds() >= LEAST_HOURS * 3600


def _derived(spec: MetricSpec, rate: Metric) -> Metric:
    varies = spec.unit == "%"
    estimator = OVER_HOURS if spec.id.endswith(HOURS) else VARIATION if varies else WORST
    found = estimate_of(estimator, rate.samples)
    assert found is not None
    return replace(
        rate,
        id=spec.id,
        unit=spec.unit,
        better=spec.better,
        state="partial" if rate.state == "partial" else "ok",
        reason="",
        value=found.value,
        interval=found.interval,
        settings=rate.settings if varies else {**rate.settings, **_length(rate)},
        estimator=estimator,
    )


def _length(rate: Metric) -> Mapping[str, Scalar]:
    """Return the duration of a turn in seconds as a setting, because the slowest turn is faster if turns are longer."""
    seconds = [DiskDetail(sample.detail).seconds for sample in rate.samples if sample.valid]
    known = sorted(round(each) for each in seconds if each is not None)
    return {"turn_seconds": known[len(known) // 2]} if known else {}
