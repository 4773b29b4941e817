"""List how each host differs from the baseline, the worst first: metrics, then checks."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from hostcheck.comparison.model import Comparison, Row
from hostcheck.comparison.ratio import is_shown

_ORDER = ("worse", "better", "inconclusive", "not comparable", "same")
_WORDS = {
    "worse": "worse",
    "better": "better",
    "inconclusive": "cannot tell",
    "not comparable": "not comparable",
    "same": "the same within 5 %",
}
_RANK = ("fail", "unknown", "warn")
"""Statuses of checks, the worst first. Other statuses are not faults."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Metrics or checks in which a host differs from the baseline, all with one judgement or status.

    Attributes:
        host: the host's name.
        look: the judgement or status, which decides the sign and the colour.
        words: the judgement or status in words.
        things: the metrics or checks, the largest difference first.
    """

    host: str
    look: str
    words: str
    things: tuple[str, ...]


def differences(comparison: Comparison) -> Iterator[Difference]:
    """Yield the differences of each host from the baseline.

    The order is: worse metrics, better ones, inconclusive ones, equal ones, metrics that only one host has, and checks.
    """
    for place in range(1, len(comparison.names)):
        yield from _of_metrics(comparison, place)
        yield from _of_checks(comparison, place)


def _of_metrics(comparison: Comparison, place: int) -> Iterator[Difference]:
    name, baseline = comparison.names[place], comparison.names[0]
    found: dict[str, list[tuple[float, str]]] = {}
    only: dict[str, list[str]] = {name: [], baseline: []}
    for row in comparison.rows:
        ratio = row.cells[place].ratio
        if ratio is None:
            _sort_in(row, place, only, name, baseline)
            continue
        far = 0.0 if ratio.value is None else abs(math.log(ratio.value))
        described = f"{row.label} ({ratio.words})" if ratio.judgement in {"worse", "better"} else row.label
        found.setdefault(ratio.judgement, []).append((-far, described))
    for judgement in _ORDER:
        if judgement in found:
            things = tuple(described for _, described in sorted(found[judgement], key=lambda pair: pair[0]))
            yield Difference(name, judgement, _WORDS[judgement], things)
    for who, labels in only.items():
        if labels:
            yield Difference(name, "skip", f"only {who} has a value", tuple(labels))


def _sort_in(row: Row, place: int, only: dict[str, list[str]], name: str, baseline: str) -> None:
    ours, theirs = is_shown(row.cells[place].metric), is_shown(row.cells[0].metric)
    if ours != theirs:
        only[name if ours else baseline].append(row.label)


def _of_checks(comparison: Comparison, place: int) -> Iterator[Difference]:
    before, after = (
        {(verdict.profile, verdict.check): verdict.status for verdict in comparison.runs[number].verdicts}
        for number in (0, place)
    )
    name, baseline = comparison.names[place], comparison.names[0]
    both = [key for key in after if key in before and after[key] != before[key]]
    for status in _RANK:
        things = tuple(f"{check} for {profile}" for profile, check in both if after[profile, check] == status)
        if things:
            yield Difference(name, status, f"{status}, unlike on {baseline}", things)
    things = tuple(
        f"{check} for {profile}"
        for profile, check in both
        if after[profile, check] not in _RANK and before[profile, check] in _RANK
    )
    if things:
        yield Difference(name, "pass", f"no fault, unlike on {baseline}", things)
