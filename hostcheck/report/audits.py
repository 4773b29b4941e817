"""The audit on the page: one for all hosts, with a column for each. Differences are shown, the rest is folded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from hostcheck.comparison.model import Comparison
from hostcheck.comparison.newer import newer_checks
from hostcheck.profiles.loader import load, names
from hostcheck.report.environment import VIRTUALIZATION
from hostcheck.run.model import Fact, Run, Severity, Status, Verdict

WORST_FIRST: tuple[Status, ...] = ("fail", "unknown", "warn", "skip", "pass")
_MISSED = WORST_FIRST[:3]

WORDS_UP_TO = 4
"""Maximum number of hosts whose columns have room for the findings.

With more hosts, a column has only the status.
"""


@dataclass(frozen=True)
class CheckRow:
    """One check on all hosts, for the profiles that judge it alike.

    Attributes:
        check: the check's id.
        profiles: the profiles that have the check.
        names: names of the hosts.
        verdicts: the verdict for each host; None if the host was not audited for it.
    """

    check: str
    profiles: tuple[str, ...]
    names: tuple[str, ...]
    verdicts: tuple[Verdict | None, ...]

    @cached_property
    def any(self) -> Verdict:
        """The gravest verdict. Its title and other fields that do not depend on the host are valid for all hosts."""
        return min((verdict for verdict in self.verdicts if verdict), key=lambda v: WORST_FIRST.index(v.status))

    @property
    def title(self) -> str:
        """The subject of the check."""
        return title_of(self.any)

    @property
    def differs(self) -> bool:
        """Whether the audited hosts have different statuses."""
        return len({verdict.status for verdict in self.verdicts if verdict}) > 1

    @property
    def is_complete(self) -> bool:
        """Whether every host was audited for the check."""
        return None not in self.verdicts

    @property
    def is_missed(self) -> bool:
        """Whether any host fails the check, misses a recommendation, or has an unknown result."""
        return self.any.status in _MISSED

    @cached_property
    def groups(self) -> tuple[tuple[Status, str, tuple[str, ...]], ...]:
        """Groups of hosts with equal results, the gravest first: status, what was found, and names of the hosts."""
        found: dict[tuple[Status, str], list[str]] = {}
        for name, verdict in zip(self.names, self.verdicts, strict=True):
            if verdict:
                found.setdefault((verdict.status, said(verdict)), []).append(name)
        ordered = sorted(found.items(), key=lambda item: WORST_FIRST.index(item[0][0]))
        return tuple((status, words, tuple(who)) for (status, words), who in ordered)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The meaning of a check for some profiles.

    Attributes:
        profiles: the profiles.
        severity: whether these profiles require or recommend the check.
        expected: what they expect, in words.
        why: why the check matters.
        fix: how to meet the check.
        source: the source of the rule.
    """

    profiles: tuple[str, ...]
    severity: Severity
    expected: str
    why: str
    fix: str
    source: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact on all hosts.

    Attributes:
        id: the fact's id.
        groups: for each value, the fact of the first host with this value, and the names of the hosts with it.
    """

    id: str
    groups: tuple[tuple[Fact, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit of all hosts.

    Attributes:
        names: the hosts that were audited.
        differing: the checks whose status differs between hosts; for a single host, the checks that it misses.
        missed: further checks that all hosts miss.
        closed: checks that all hosts pass, or that apply to no host.
        explanations: explanations by the check's id, for checks that a host misses and checks that differ.
        anchors: for each check with an explanation, the id of its place on the page.
        unlike: facts that differ between hosts.
        alike: facts that do not differ.
        unasked: number of facts that none of the profiles needs, which are left out.
        lacking: names of the hosts whose audits were made with earlier profiles, by the number of current checks that
            the audits lack.
        contradictions: contradictory evidence on the kind of host (machine, guest, container), each with the names of
            the hosts that have it.
    """

    names: tuple[str, ...]
    differing: tuple[CheckRow, ...]
    missed: tuple[CheckRow, ...]
    closed: tuple[CheckRow, ...]
    explanations: Mapping[str, tuple[Explanation, ...]]
    anchors: Mapping[str, str]
    unlike: tuple[FactRow, ...]
    alike: tuple[FactRow, ...]
    unasked: int
    lacking: Mapping[int, tuple[str, ...]]
    contradictions: Mapping[str, tuple[str, ...]]

    @property
    def explained(self) -> tuple[CheckRow, ...]:
        """One row for each check with an explanation."""
        return tuple({row.check: row for row in reversed((*self.differing, *self.missed))}.values())[::-1]


def title_of(verdict: Verdict) -> str:
    """Return the title of a check.

    Verdicts in early run files have no title: then it is taken from the current profile, or else the check's id is
    used.
    """
    return verdict.title or _titles(verdict.profile).get(verdict.check, verdict.check)


@cache
def _titles(profile: str) -> Mapping[str, str]:
    return {check.id: check.title for check in load(profile).checks} if profile in names() else {}


def said(verdict: Verdict) -> str:
    """Return what was found, in words that continue the check's title."""
    return verdict.sentence or verdict.found


def audit_of(comparison: Comparison) -> Audit | None:
    """Return the audit of the hosts that have one; None if no host has."""
    hosts = [
        (name, run) for name, run in zip(comparison.names, comparison.runs, strict=True) if run.facts or run.verdicts
    ]
    if not hosts:
        return None
    rows = sorted(_checks(hosts), key=lambda row: (WORST_FIRST.index(row.any.status), row.any.severity != "required"))
    differing = tuple(row for row in rows if row.differs or (len(hosts) == 1 and row.is_missed))
    missed = tuple(row for row in rows if row.is_missed and row not in differing)
    explanations = _explanations((*differing, *missed), hosts)
    facts, unasked = _facts(hosts)
    return Audit(
        names=tuple(name for name, _ in hosts),
        differing=differing,
        missed=missed,
        closed=tuple(row for row in rows if row not in differing and row not in missed),
        explanations=explanations,
        anchors={check: f"check-{number}" for number, check in enumerate(explanations, 1)},
        unlike=tuple(fact for fact in facts if len(fact.groups) > 1),
        alike=tuple(fact for fact in facts if len(fact.groups) == 1),
        unasked=unasked,
        lacking=_lacking(hosts),
        contradictions=_contradictions(hosts),
    )


def _lacking(hosts: Sequence[tuple[str, Run]]) -> Mapping[int, tuple[str, ...]]:
    """Return the names of hosts by the number of checks of the current profiles that their audits lack."""
    found: dict[int, list[str]] = {}
    for name, run in hosts:
        if newer := newer_checks(run):
            found.setdefault(newer, []).append(name)
    return {count: tuple(who) for count, who in found.items()}


def _contradictions(hosts: Sequence[tuple[str, Run]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, run in hosts:
        for fact_id, _ in VIRTUALIZATION:
            for conflict in run.facts[fact_id].conflicts if fact_id in run.facts else ():
                found.setdefault(conflict, {})[name] = None
    return {conflict: tuple(who) for conflict, who in found.items()}


def _checks(hosts: Sequence[tuple[str, Run]]) -> list[CheckRow]:
    """Return a row for each check. Profiles with equal verdicts share a row."""
    by_check: dict[tuple[str, str], list[Verdict | None]] = {}
    for place, (_, run) in enumerate(hosts):
        for verdict in run.verdicts:
            by_check.setdefault((verdict.check, verdict.profile), [None] * len(hosts))[place] = verdict
    alike: dict[tuple[object, ...], list[str]] = {}
    for (check, profile), verdicts in by_check.items():
        results = tuple(verdict and (verdict.status, verdict.found) for verdict in verdicts)
        alike.setdefault((check, results), []).append(profile)
    return [
        CheckRow(check, tuple(profiles), tuple(name for name, _ in hosts), tuple(by_check[check, profiles[0]]))
        for (check, _), profiles in alike.items()
        if isinstance(check, str)
    ]


def _explanations(rows: Sequence[CheckRow], hosts: Sequence[tuple[str, Run]]) -> Mapping[str, tuple[Explanation, ...]]:
    """Return explanations of the checks in these rows, by the check's id. Profiles with equal texts share one."""
    found: dict[str, dict[tuple[Severity, str, str, str, str], dict[str, None]]] = {row.check: {} for row in rows}
    for _, run in hosts:
        for verdict in run.verdicts:
            if verdict.check in found:
                key = (verdict.severity, verdict.expected, verdict.why, verdict.fix, verdict.source)
                found[verdict.check].setdefault(key, {})[verdict.profile] = None
    return {
        check: tuple(Explanation(tuple(profiles), *key) for key, profiles in meanings.items())
        for check, meanings in found.items()
    }


def _facts(hosts: Sequence[tuple[str, Run]]) -> tuple[list[FactRow], int]:
    """Return the facts that the profiles need, and the number of the other facts."""
    asked = _asked_by({verdict.profile for _, run in hosts for verdict in run.verdicts})
    by_id: dict[str, list[tuple[str, Fact]]] = {}
    for name, run in hosts:
        for fact_id, fact in run.facts.items():
            by_id.setdefault(fact_id, []).append((name, fact))
    shown = {fact_id: found for fact_id, found in by_id.items() if any(_matters(fact, asked) for _, fact in found)}
    return [FactRow(fact_id, _by_value(found)) for fact_id, found in shown.items()], len(by_id) - len(shown)


def _by_value(found: Sequence[tuple[str, Fact]]) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
    groups: list[tuple[Fact, list[str]]] = []
    for name, fact in found:
        for first, who in groups:
            if (first.known, first.value, first.reason) == (fact.known, fact.value, fact.reason):
                who.append(name)
                break
        else:
            groups.append((fact, [name]))
    return tuple((fact, tuple(who)) for fact, who in groups)


def _asked_by(profiles: set[str]) -> set[str] | None:
    """Return the ids of the facts that these profiles need; None if a profile does not ship with hostcheck."""
    if not profiles <= set(names()):
        return None
    checks = [check for profile in profiles for check in load(profile).checks]
    return {question.subject for check in checks for question in (check.test, *(when.test for when in check.when))}


def _matters(fact: Fact, asked: set[str] | None) -> bool:
    return asked is None or fact.id in asked or fact.id.startswith("virt.") or bool(fact.conflicts)


def commands(row: CheckRow) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each command that meets a check, and the hosts for which it is."""
    found: dict[str, list[str]] = {}
    for name, verdict in zip(row.names, row.verdicts, strict=True):
        if verdict and verdict.command and verdict.status in {"fail", "warn"}:
            found.setdefault(verdict.command, []).append(name)
    yield from ((command, tuple(who)) for command, who in found.items())
