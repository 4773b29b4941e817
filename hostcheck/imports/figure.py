"""Convert imported values to the metrics of a run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hostcheck.bench.disk.jobs import figure_spec, standard_job
from hostcheck.bench.disk.options import ALL_JOBS, CHURN_JOB, LIKE
from hostcheck.bench.summary import summarise
from hostcheck.fio.definition import LIMITS, SYNCS, WITHOUT_DATA, Definition
from hostcheck.imports.entries import SYNCED
from hostcheck.imports.names import ELSEWHERE, TARGET, TOGETHER
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import MetricSpec
from hostcheck.run.model import Scalar

OWN = tuple(job for job in ALL_JOBS if job != CHURN_JOB)
"""hostcheck's own jobs that need only fio."""


Key = tuple[MetricSpec, tuple[tuple[str, Scalar], ...]]
"""What equal figures have in common: metric and settings."""


@dataclass(frozen=True, slots=True)
class Target:
    """What was measured.

    Attributes:
        places: folders and devices, joined by colons, such as "/mnt/data" or "/dev/sda"; empty if unknown.
        disks: names of the disks that were counted; empty if unknown.
    """

    places: str = ""
    disks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportedFigure:
    """One measured value.

    Attributes:
        spec: name and unit of the metric, if it is not one of hostcheck's own.
        settings: parameters that must be equal for two figures to be comparable.
        sample: the value.
        name: the name of the test, if the settings may lack a difference that it shows; otherwise empty.
        target: what was measured.
    """

    spec: MetricSpec
    settings: tuple[tuple[str, Scalar], ...]
    sample: Sample
    name: str = ""
    target: Target = Target()

    @property
    def key(self) -> Key:
        """Metric and settings."""
        return self.spec, self.settings


def to_metrics(figures: Iterable[ImportedFigure]) -> tuple[Metric, ...]:
    """Join the values of equal jobs as samples of one metric, in their order.

    A job that is also one of hostcheck's gets hostcheck's metric name, so that both are in one row of a comparison. If
    a setting such as the queue depth differs, the comparison reports that. Only one of several such jobs gets the name.
    A job that equals one of ``bench --like`` keeps the name that ``bench --like`` gives it, so that these two are in
    one row.
    """
    groups: dict[Key, list[Sample]] = {}
    for figure in figures:
        groups.setdefault(figure.key, []).append(figure.sample)
    named = _headlines(list(groups))
    seen: dict[str, int] = {}
    metrics = []
    for key, samples in groups.items():
        spec = named.get(key, key[0])
        seen[spec.id] = seen.get(spec.id, 0) + 1
        # The same but for what is not in the name, such as the engine.
        distinct = spec._replace(id=f"{spec.id}.{seen[spec.id]}") if seen[spec.id] > 1 else spec
        metrics.append(summarise(distinct, samples, dict(key[1]), wanted=len(samples)))
    return tuple(metrics)


def _headlines(groups: Sequence[Key]) -> dict[Key, MetricSpec]:
    own = list(_own())
    # One I/O at a time is a question of its own, where hostcheck asks it: it is no shallow one of many.
    asked_alone = {(job.pattern, job.block_bytes) for _, job in own if job.queue_depth == 1}
    others = {
        figure_spec(figure) for names in LIKE.values() for job in map(standard_job, names) for figure in job.figures
    }
    named: dict[Key, MetricSpec] = {}
    for spec, job in own:
        alike = [
            key
            for key in groups
            if key[0].unit == spec.unit
            and key[0] not in others
            and _is_alike(job, dict(key[1]))
            and (job.read_percent is None or key[0].id.split(".")[-2] == "mixed")
            and (_is_alone(dict(key[1])) == (job.queue_depth == 1) or (job.pattern, job.block_bytes) not in asked_alone)
        ]
        if alike:
            # hostcheck's own go deep and direct: the most alike is the deepest of the direct ones.
            nearest = max(alike, key=lambda key: (dict(key[1])["direct"] is job.direct, _depth(dict(key[1]))))
            named[nearest] = spec
    return named


def _own() -> Iterator[tuple[MetricSpec, Definition]]:
    """Yield hostcheck's own metrics, each with the parameters of its job."""
    for name in OWN:
        job = standard_job(name)
        for figure in job.figures:
            yield figure_spec(figure), job.does


def _is_alike(job: Definition, settings: dict[str, Scalar]) -> bool:
    same = (
        ("pattern", job.pattern),
        ("block_bytes", job.block_bytes),
        ("read_percent", job.read_percent),
        *((key, dict(job.syncs).get(key)) for key in SYNCS),
        *((key, dict(job.limits).get(key)) for key in LIMITS),
    )
    # The sum of several hosts is the figure of none; what ran beside others is not what the disk can do for one.
    # A figure of files in memory is none of a disk.
    apart = {"hosts", TOGETHER, SYNCED, ELSEWHERE, TARGET, "job"} & settings.keys()
    is_other = apart or settings.get("io_engine") in WITHOUT_DATA
    return not is_other and all(settings.get(key) == value for key, value in same)


def _is_alone(settings: dict[str, Scalar]) -> bool:
    return _depth(settings) == 1 and "processes" not in settings


def _depth(settings: dict[str, Scalar]) -> int:
    depth = settings["queue_depth"]
    assert isinstance(depth, int)
    return depth
