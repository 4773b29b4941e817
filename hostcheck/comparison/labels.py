"""The labels of metrics, and their order in tables."""

import re
from collections.abc import Iterable

from hostcheck.comparison.bounds import is_bound
from hostcheck.quantities import amount, times
from hostcheck.run.metrics import METRICS, spec_of
from hostcheck.run.model import Metric

_FIO = re.compile(
    r"fio\.(?P<random>rand)?(?:(?P<one>read|write)|rw-(?P<reads>\d+))\.(?P<block>\d+[km]?)"
    r"\.q(?P<depth>\d+)(?:\.j(?P<processes>\d+))?(?:\.(?P<part>read|write|mixed))?\.(?:iops|bandwidth)"
)
"""The id of a job of fio that has no option beside these, as ``hostcheck.imports.names`` writes it."""


def label(metric_id: str) -> str:
    """Return the metric's label; the id if it has no label."""
    if found := _FIO.fullmatch(metric_id):
        return _of_fio(**found.groupdict())
    spec = spec_of(metric_id)
    return spec.label if spec else metric_id


def _of_fio(
    *,
    random: str | None,
    one: str | None,
    reads: str | None,
    block: str,
    depth: str,
    processes: str | None,
    part: str | None,
) -> str:
    """Return what such a job does: "Random 50/50 read, 4k, 2×64 in flight"."""
    mix = f" {reads}/{100 - int(reads)}" if reads else ""
    flight = f"{processes}×{depth}" if processes else depth
    return f"{'Random' if random else 'Sequential'}{mix} {one or part or 'mixed'}, {block}, {flight} in flight"


def in_a_sentence(text: str) -> str:
    """Write a label without capitals, and without what would part two: "random read (one at a time)"."""
    name, *which = re.split("[,:] ", text.lower(), maxsplit=1)
    return f"{name} ({which[0]})" if which else name


def in_order(metric_ids: Iterable[str]) -> list[str]:
    """Return the ids in the order of tables."""
    places = {metric_id: place for place, metric_id in enumerate(METRICS)}
    return sorted(set(metric_ids), key=lambda metric_id: (places.get(metric_id, len(places)), metric_id))


def heading(metric_id: str, unit: str) -> str:
    """Return the label with the unit, for a table whose values have no unit: "Sequential read, MB/s"."""
    return label(metric_id) if unit == "s" else f"{label(metric_id)}, {unit}"


def amount_of(metric: Metric) -> str:
    """Format a metric's value. A lower bound gets a plus sign: "25,000+"."""
    assert metric.value is not None
    return amount(metric.value, metric.unit) + ("+" if is_bound(metric) else "")


def times_better(value: float, unit: str) -> str:
    """Return how many times better or worse in words: "1.6× faster", of a variation "3.0× less steady"."""
    better, worse = ("steadier", "less steady") if unit == "%" else ("faster", "slower")
    return f"{times(value)}× {better}" if value >= 1 else f"{times(1 / value)}× {worse}"
