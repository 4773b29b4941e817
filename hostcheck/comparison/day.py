"""Say how a host's figures moved over the hours of an endurance, and by what, where the visits force it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

from hostcheck.comparison.labels import in_a_sentence, label
from hostcheck.counts import number_of
from hostcheck.quantities import amount, duration
from hostcheck.run.independent import samples_by_run
from hostcheck.run.metrics import METRICS
from hostcheck.run.model import Metric, Run
from hostcheck.run.times import is_moment, parse_time
from hostcheck.stats.visits import LEAST_VISITS, Visit, by_hour, cause

LEAST_HOURS = 6.0
"""Hours that the visits must span before an hour is called the slowest."""

_CAUSES = {
    "none": "",
    "clock": "It moves by the clock, not by this host's own work: it is low through whole measurements and high again "
    "later, after equal rests",
    "credits": "It falls while it is used, and is back after each rest: an allowance (credits) is spent",
    "volume": "It fell while it was used, and has not come back: a quota by volume is spent, or a cache is full",
    "unknown": "It changed its level, and the measurements do not show by what",
}


def day(name: str, run: Run) -> Iterator[str]:
    """Yield how far each rate moved over the hours, its slowest hour, and what moved it."""
    for metric in run.metrics:
        spec = METRICS.get(metric.id)
        visits = visits_of(metric) if spec is not None and metric.unit not in {"s", "%"} else []
        if len(visits) < LEAST_VISITS:
            continue
        levels = [visit.level for visit in visits]
        what = in_a_sentence(label(metric.id))
        hours = visits[-1].hour - visits[0].hour
        yield (
            f"Over {duration(3600 * hours)}, {number_of(len(visits), 'measurement')} of {what} on {name} lie between "
            f"{amount(min(levels), metric.unit)} and {amount(max(levels), metric.unit)} {metric.unit}"
            f"{_slowest_hour(visits, hours)}."
        )
        if said := _CAUSES[cause(visits)]:
            yield f"{_upper(what)} on {name}: {said[:1].lower()}{said[1:]}."


def visits_of(metric: Metric) -> list[Visit]:
    """Return the visits of an endurance, in order of time, of what was measured again and again; else nothing."""
    found = []
    for samples in samples_by_run(metric.samples):
        counted = [sample for sample in samples if sample.valid and sample.value and sample.value > 0]
        if counted and all(is_moment(sample.started) for sample in counted):
            moments = [parse_time(sample.started).timestamp() for sample in counted]
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


def _slowest_hour(visits: Sequence[Visit], hours: float) -> str:
    levels = by_hour(visits)
    if hours < LEAST_HOURS or len(levels) < LEAST_HOURS:
        return ""
    slowest = min(levels, key=lambda hour: levels[hour])
    first = datetime.fromtimestamp(slowest * 3600, timezone.utc)
    last = first + timedelta(hours=1)
    share = levels[slowest] / max(levels.values())
    return f"; the slowest hour, {first:%H:%M} to {last:%H:%M} UTC, has {share:.0%} of the fastest"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
