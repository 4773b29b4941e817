"""Report why a container's launch is slow, by the differences between storms that were launched in turns."""

from collections.abc import Iterator, Mapping
from statistics import fmean, median

from hostcheck.run.details import StormDetail
from hostcheck.run.measured import Metric, Sample
from hostcheck.run.metrics import launch_of, removal_of
from hostcheck.run.model import Run
from hostcheck.stats.differences import Difference, difference

_STEPS = (
    ("the network namespace", "none", "host", 1),
    ("the bridge", "bridge", "none", 1),
    ("a published port", "port", "bridge", 1),
    ("each further port", "ports", "port", 9),
    ("a volume", "volumes", "none", 4),
)
"""Name of an addition, the variant with it, the variant without it, and how many of it the variant has."""

_PHASE_SHARE = 0.5
"""Minimum share of a container's latency for one request to be named as the slow one."""


def launches(name: str, run: Run) -> Iterator[str]:
    """Yield sentences: how much each addition lengthens a launch, and which request takes most of the time."""
    metrics = {metric.id: metric for metric in run.metrics}
    said, unshown = [], []
    for what, with_it, without, count in _STEPS:
        launch = _difference(metrics, launch_of(with_it).id, launch_of(without).id, count)
        removal = _difference(metrics, removal_of(with_it).id, removal_of(without).id, count)
        if launch is None or removal is None:
            continue
        adds = [_amount(launch)] if launch.is_above_zero else []
        adds += [f"{_amount(removal)} to remove"] if removal.is_above_zero else []
        if adds:
            said.append(f"{what} {' and '.join(adds)}")
        else:
            unshown.append(what)
    if said:
        yield f"What adds to the launch of each container on {name}: {'; '.join(said)}."
    if unshown:
        yield f"No time of {' and '.join(unshown)} is shown on {name}."
    yield from _phase(name, metrics)


def _difference(metrics: Mapping[str, Metric], with_it: str, without: str, count: int) -> Difference | None:
    """Return the time for one of ``count`` additions, from turns in which both storms are valid; None without any."""
    if with_it not in metrics or without not in metrics:
        return None
    pairs = [
        (one.value / count, other.value / count)
        for one, other in zip(metrics[with_it].samples, metrics[without].samples, strict=False)
        if one.value is not None and other.value is not None
    ]
    return difference(*zip(*pairs, strict=True)) if pairs else None


def _amount(found: Difference) -> str:
    assert found.interval is not None
    low, high = (1000 * edge for edge in found.interval)
    return f"{1000 * found.value:.0f} ms ({low:.0f} – {high:.0f})"


def _phase(name: str, metrics: Mapping[str, Metric]) -> Iterator[str]:
    """Yield a sentence on the request that takes at least half of a launch without a network in every storm, if any."""
    metric = metrics.get(launch_of("none").id)
    shares = [share for sample in (metric.samples if metric else ()) if (share := _shares(sample))]
    for phase in ("create", "start"):
        found = [share[phase] for share in shares]
        if found and min(found) >= _PHASE_SHARE:
            percent = f"{100 * fmean(found):.0f} %"
            yield f"The {phase} request is {percent} of a container's launch without a network on {name}."


def _shares(sample: Sample) -> Mapping[str, float]:
    """Return the median share of a container's latency that its create and its start request take."""
    found = [
        ((one.create[1] - one.create[0]) / whole, (one.start[1] - one.start[0]) / whole)
        for one in StormDetail(sample.detail).containers
        if one.create and one.start and one.ready is not None and (whole := one.ready - one.create[0]) > 0
    ]
    if not found:
        return {}
    return {"create": median(pair[0] for pair in found), "start": median(pair[1] for pair in found)}
