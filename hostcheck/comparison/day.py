"""Report how a host's rates varied over the hours of an endurance run, and the cause if the visits prove it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone

from hostcheck.comparison.labels import in_a_sentence, label
from hostcheck.comparison.ranking import few
from hostcheck.counts import number_of
from hostcheck.quantities import amount, duration
from hostcheck.run.independent import samples_by_run
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import Run
from hostcheck.run.steadiness import LEAST_HOURS
from hostcheck.run.times import parse_time
from hostcheck.spelling import upper_first
from hostcheck.stats.visits import LEAST_VISITS, Cause, Visit, by_hour, cause, only_fall

_HOURS_OF_A_DAY = 24.0

_CAUSES: Mapping[Cause, str] = {
    "clock": "with the time of day, not with the load of the measurements: low during whole measurements, and high "
    "again later",
    "credits": "down while it is used, and back after each rest: an allowance (credits) or a cache is spent, or heat "
    "slows it",
    "volume": "down for good while it was used: a quota by volume is spent, or a cache is full",
    "unknown": "to another level, for a reason that the measurements do not show",
}


def day(name: str, run: Run) -> Iterator[str]:
    """Yield for each rate a sentence with its variation over the hours and its slowest hour, then the causes."""
    moved: list[str] = []
    causes: dict[Cause, list[str]] = {}
    count, hours = 0, 0.0
    found_of = causes_by_metric(run)
    for metric, visits in _measured(run):
        count, hours = max(count, len(visits)), max(hours, visits[-1].hour - visits[0].hour)
        levels = [visit.level for visit in visits]
        what = in_a_sentence(label(metric.id))
        moved.append(
            f"{what} {amount(min(levels), metric.unit)} to {amount(max(levels), metric.unit)} {metric.unit}"
            f"{_slowest_hour(visits)}"
        )
        causes.setdefault(found_of[metric.id], []).append(what)
    if moved:
        yield f"{number_of(count, 'measurement')} in {_hours(hours)} on {name}: {'; '.join(moved)}."
    yield from (
        upper_first(f"{few(causes[found])} moved on {name} {said}.")
        for found, said in _CAUSES.items()
        if found in causes
    )


def causes_by_metric(run: Run) -> dict[str, Cause]:
    """Return the cause of each rate's variation, by the rate's id.

    Only a disk can have a spent volume or a full cache. Then all rates of the disk fall. So if the visits prove this
    cause for one rate, it is also the cause for another rate that fell once at about the same time.
    """
    visits = {metric.id: found for metric, found in _measured(run)}
    causes = {metric_id: cause(found) for metric_id, found in visits.items()}
    spent = [fell for each, why in causes.items() if why == "volume" and (fell := only_fall(visits[each])) is not None]
    for metric_id, why in causes.items():
        if not metric_id.startswith("disk."):
            causes[metric_id] = "unknown" if why == "volume" else why
        elif why == "unknown" and (fell := only_fall(visits[metric_id])) is not None:
            causes[metric_id] = "volume" if any(abs(fell - each) <= 1 for each in spent) else why
    return causes


def _measured(run: Run) -> Iterator[tuple[Metric, list[Visit]]]:
    """Yield each rate that has visits, and its visits."""
    for metric in run.metrics:
        visits = visits_of(metric) if metric.id in METRICS and metric.unit not in {"s", "%"} else []
        if visits:
            yield metric, visits


def causes_of(name: str, run: Run) -> list[str]:
    """Return the sentences of ``day`` that name a cause."""
    return list(day(name, run))[1:]


def visits_of(metric: Metric) -> list[Visit]:
    """Return the visits of an endurance run in order of time; empty for a metric that was not measured repeatedly."""
    found = []
    for samples in samples_by_run(metric.samples):
        counted = [sample for sample in samples if sample.valid and sample.value and sample.value > 0]
        moments = [moment for sample in counted if (moment := moment_of(sample)) is not None]
        if counted and len(moments) == len(counted):
            found.append((min(moments), max(moments), counted))
    found.sort(key=lambda each: each[0])
    if len(found) < LEAST_VISITS:
        return []
    period = (found[-1][0] - found[0][0]) / (len(found) - 1)
    return [
        Visit(
            begun / 3600,
            tuple(sample.value for sample in counted if sample.value),
            (ended - begun + counted[-1].seconds) / period if period > 0 else 1.0,
        )
        for begun, ended, counted in found
    ]


def moment_of(sample: Sample) -> float | None:
    """Return when a sample began, in seconds since the epoch; None if the file does not have a valid time."""
    try:
        return parse_time(sample.started).timestamp()
    except ValueError:
        return None


def _slowest_hour(visits: Sequence[Visit]) -> str:
    levels = by_hour(visits)
    if visits[-1].hour - visits[0].hour < LEAST_HOURS or len(levels) < LEAST_HOURS:
        return ""
    slowest = min(levels, key=lambda hour: levels[hour])
    first = datetime.fromtimestamp(slowest * 3600, timezone.utc)
    days = visits[-1].hour - visits[0].hour > _HOURS_OF_A_DAY
    moment = f"{first:%H:%M} UTC on {first:%Y-%m-%d}" if days else f"{first:%H:%M} UTC"
    return f", slowest in the hour of {moment}, at {levels[slowest] / max(levels.values()):.0%} of the fastest"


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours >= 2 else duration(3600 * hours)
