"""The labels of metrics, and their order in tables."""

import re
from collections.abc import Iterable

from hostcheck.comparison.bounds import is_bound
from hostcheck.quantities import amount, times
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import METRICS, spec_of

_FIO = re.compile(
    r"fio\.(?P<random>rand)?(?:(?P<one>read|write)|rw-(?P<reads>\d+))\.(?P<block>\d+[km]?)"
    r"\.q(?P<depth>\d+)(?:\.j(?P<processes>\d+))?(?:\.(?P<part>read|write|mixed))?\.(?:iops|bandwidth)"
)
"""A pattern for the ids of imported fio jobs (``hostcheck.imports.names``) that have no options other than these."""


def label(metric_id: str) -> str:
    """Return the metric's label; the id if it has no label."""
    if found := _FIO.fullmatch(metric_id):
        return _of_fio(**found.groupdict())
    spec = spec_of(metric_id)
    return spec.label if spec else metric_id


def row_label(metric_id: str, metrics: Iterable[Metric]) -> str:
    """Return the label of a row of these metrics. A storm's has the number: "Storm of 20 containers"."""
    name = label(metric_id)
    count = _containers(metrics)
    whole = name.replace("Storm: all ready", f"Storm of {count} containers", 1)
    return whole.replace("Storm: ", f"Storm of {count}: ", 1) if count else name


def headline_of(metric_id: str, metrics: Iterable[Metric]) -> str:
    """Return a headline metric's name in sentences, such as "a storm of 20 containers"; empty for any other metric."""
    spec = spec_of(metric_id)
    name = spec.headline if spec else ""
    count = _containers(metrics)
    return name.replace("storm of containers", f"storm of {count} containers") if count else name


def _containers(metrics: Iterable[Metric]) -> int | None:
    """Return how many containers are launched at the same time; None if these metrics differ in that."""
    counts = {metric.settings.get("containers") for metric in metrics}
    count = counts.pop() if len(counts) == 1 else None
    return count if isinstance(count, int) else None


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
    """Return a description of a fio job: "Random 50/50 read, 4k, 2×64 in flight"."""
    mix = f" {reads}/{100 - int(reads)}" if reads else ""
    flight = f"{processes}×{depth}" if processes else depth
    return f"{'Random' if random else 'Sequential'}{mix} {one or part or 'mixed'}, {block}, {flight} in flight"


def in_a_sentence(text: str) -> str:
    """Return a label without capitals, and without separators of a list: "random read (one at a time)"."""
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
    """Return a ratio in words: "1.6× faster"; for a variation, "3.0× less steady"."""
    better, worse = ("steadier", "less steady") if unit == "%" else ("faster", "slower")
    return f"{times(value)}× {better}" if value >= 1 else f"{times(1 / value)}× {worse}"
