"""Figures that others measured, into the metrics of a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hostcheck.bench.base import MetricSpec
from hostcheck.bench.summary import summarise
from hostcheck.run.model import Metric, Sample, Scalar

HEADLINES: dict[str, tuple[str, str, int]] = {
    "disk.seqread.bandwidth": ("read", "MB/s", 1 << 20),
    "disk.seqwrite.bandwidth": ("write", "MB/s", 1 << 20),
    "disk.randread.iops": ("randread", "IOPS", 4 << 10),
    "disk.randwrite.iops": ("randwrite", "IOPS", 4 << 10),
}
"""hostcheck's own disk metrics, with the pattern and the block size that make a job one of them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        spec: what the metric is called when it is none of hostcheck's own.
        settings: what must be equal for two figures to be comparable.
        sample: the value.
    """

    spec: MetricSpec
    settings: tuple[tuple[str, Scalar], ...]
    sample: Sample


_Key = tuple[MetricSpec, tuple[tuple[str, Scalar], ...]]


def to_metrics(figures: Iterable[Figure]) -> tuple[Metric, ...]:
    """Join equal jobs' figures as samples of one metric, in the order they came.

    A job that hostcheck has too gets its metric's name, so that the two stand in one row of a comparison; where they
    differ in a setting, such as the queue depth, the comparison says so. Of several such jobs only one can have it.
    """
    groups: dict[_Key, list[Sample]] = {}
    for figure in figures:
        groups.setdefault((figure.spec, figure.settings), []).append(figure.sample)
    named = _headlines(list(groups))
    seen: dict[str, int] = {}
    metrics = []
    for key, samples in groups.items():
        spec = named.get(key, key[0])
        seen[spec.id] = seen.get(spec.id, 0) + 1
        # The same but for what is not in the name, such as the engine.
        distinct = replace(spec, id=f"{spec.id}.{seen[spec.id]}") if seen[spec.id] > 1 else spec
        metrics.append(summarise(distinct, samples, dict(key[1]), wanted=len(samples)))
    return tuple(metrics)


def _headlines(groups: Sequence[_Key]) -> dict[_Key, MetricSpec]:
    named = {}
    for metric_id, (pattern, unit, block_bytes) in HEADLINES.items():
        alike = [
            (spec, settings)
            for spec, settings in groups
            if spec.unit == unit
            and dict(settings).get("pattern") == pattern
            and dict(settings).get("block_bytes") == block_bytes
        ]
        if alike:
            # hostcheck's own go deep and direct: the most alike is the deepest of the direct ones.
            nearest = max(alike, key=lambda key: (dict(key[1])["direct"] is True, _depth(dict(key[1]))))
            named[nearest] = replace(nearest[0], id=metric_id)
    return named


def _depth(settings: dict[str, Scalar]) -> int:
    depth = settings["queue_depth"]
    assert isinstance(depth, int)
    return depth
