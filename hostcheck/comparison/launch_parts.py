"""Report the parts of the time to launch and remove one container, and which phase is longer than in a baseline."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from hostcheck.comparison.ratio import compare_metrics
from hostcheck.quantities import duration
from hostcheck.run.details import StormDetail
from hostcheck.run.measured import Metric
from hostcheck.run.metrics import ALONE
from hostcheck.run.model import Run
from hostcheck.stats.differences import Difference, difference, difference_of_means

PHASES: Mapping[str, str] = {
    "create": "the create request",
    "start": "the start request",
    "ready": "becoming ready",
    "remove": "the removal",
}
"""Names of the phases in sentences."""
CAUSES: Mapping[str, str] = {
    "disk": "waits for the disk",
    "lock": "locks of the kernel",
    "firewall": "the firewall's programs",
    "hook": "hooks",
    "runtime": "the runtime",
    "engine": "the engine",
    "container": "the container",
}
"""Names of the causes in sentences."""

_NAMED_SHARE = 0.05
"""Minimum share of the time for a cause to be named in a sentence."""

Turns = Sequence[Mapping[str, float]]
"""For each turn, seconds by name."""


def parts(name: str, run: Run) -> Iterator[str]:
    """Yield a sentence on the parts of the time to launch and remove a container, the largest first if certain."""
    metric = run.metric(ALONE)
    if metric is None or metric.value is None:
        return
    by_phase, by_cause = turns_of(metric)
    if len(by_cause) < 2:
        unknown = next((why for one in metric.samples if (why := StormDetail(one.detail).parts_unknown)), "")
        if unknown:
            yield f"What takes the time of a container's launch on {name} is unknown: {unknown}."
        return
    whole = fmean(sum(turn.values()) for turn in by_cause)
    phases = ", ".join(f"{PHASES[phase]} {_percent(seconds, whole)}" for phase, seconds in _named(by_phase, whole))
    shares = {cause: f"{CAUSES[cause]} {_percent(seconds, whole)}" for cause, seconds in _named(by_cause, whole)}
    first, *others = [[shares[cause] for cause in rank] for rank in ranked(by_cause, tuple(shares))]
    about = f"One container alone on {name} is launched and removed in {duration(whole)} ({phases})"
    if not others and len(first) > 1:
        yield f"{about}: {'; '.join(first)}; the turns do not show which takes longest."
        return
    unordered = " (the turns do not show which takes longer)" if len(first) > 1 else ""
    rest = "".join(f"; {' and '.join(rank)}" for rank in others)
    yield f"{about}: most of it is {' and '.join(first)}{unordered}{rest}."


def grown(name: str, run: Run, base_name: str, base: Run) -> Iterator[str]:
    """Yield a sentence on the phase of a launch or removal that is longer than in a baseline, and the cause."""
    metric, before = run.metric(ALONE), base.metric(ALONE)
    if metric is None or before is None or metric.value is None or before.value is None:
        return
    if compare_metrics(metric, before).judgement != "worse":
        return
    found = [_most_grown(now, then) for now, then in zip(turns_of(metric), turns_of(before), strict=True)]
    if found[0] is None:
        return
    phase, by = found[0]
    cause = f", and in all phases {CAUSES[found[1][0]]} most, by {_amount(found[1][1])}" if found[1] else ""
    yield f"Against {base_name}, {PHASES[phase]} of one container grew most on {name}, by {_amount(by)}{cause}."


def turns_of(metric: Metric) -> tuple[Turns, Turns]:
    """Return the seconds of each observed turn, by phase and by cause."""
    observed = [found for one in metric.samples if one.valid and (found := StormDetail(one.detail).parts)]
    by_phase = [{phase: sum(causes.values()) for phase, causes in one.items() if phase in PHASES} for one in observed]
    by_cause = [{cause: sum(causes.get(cause, 0.0) for causes in one.values()) for cause in CAUSES} for one in observed]
    return by_phase, by_cause


def exceeds(turns: Turns, first: str, others: Sequence[str]) -> bool:
    """Return whether the turns show that the part ``first`` takes longer than each of the others."""
    return all(
        difference([turn.get(first, 0.0) for turn in turns], [turn.get(other, 0.0) for turn in turns]).is_above_zero
        for other in others
    )


def ranked(turns: Turns, names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the names in ranks. The turns show that each name takes longer than those of later ranks.

    Args:
        turns: for each turn, the seconds by name.
        names: the names, the largest mean first.
    """
    ends = [end for end in range(1, len(names) + 1) if all(exceeds(turns, name, names[end:]) for name in names[:end])]
    return tuple(tuple(names[begin:end]) for begin, end in zip((0, *ends), ends, strict=False))


def _named(turns: Turns, whole: float) -> list[tuple[str, float]]:
    """Return the parts with a noticeable share, as pairs of the name and the mean in seconds, the largest first."""
    names = dict.fromkeys(name for turn in turns for name in turn)
    means = [(name, fmean(turn.get(name, 0.0) for turn in turns)) for name in names]
    return sorted(((n, m) for n, m in means if m >= _NAMED_SHARE * whole), key=lambda pair: -pair[1])


def _most_grown(now: Turns, then: Turns) -> tuple[str, Difference] | None:
    """Return the part that grew most, and the difference; None if the turns show no growth."""
    if min(len(now), len(then)) < 2:
        return None
    names = dict.fromkeys(name for turn in (*now, *then) for name in turn)
    grown = [
        (name, difference_of_means([turn.get(name, 0.0) for turn in now], [turn.get(name, 0.0) for turn in then]))
        for name in names
    ]
    name, found = max(grown, key=lambda pair: pair[1].value)
    return (name, found) if found.is_above_zero else None


def _percent(seconds: float, whole: float) -> str:
    return f"{100 * seconds / whole:.0f} %"


def _amount(found: Difference) -> str:
    assert found.interval is not None
    low, high = (1000 * edge for edge in found.interval)
    return f"{1000 * found.value:.0f} ms ({low:.0f} – {high:.0f})"
