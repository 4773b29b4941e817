"""The page of many hosts: which are ready for which profile, which are outliers, what changed, and all hosts."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from hostcheck.comparison.labels import in_a_sentence, label, times_better
from hostcheck.counts import number_of
from hostcheck.formats.findings_text import weight
from hostcheck.plaintext import plain
from hostcheck.population.columns import Member, Population
from hostcheck.population.minutes import SlowMinute
from hostcheck.population.unlike import Outlier, RareFact, Spread, kinds_of, rare_facts, spreads
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.set_plot import set_plot
from hostcheck.report.fleet_hosts import NAMED, host_rows
from hostcheck.report.pairs_table import pair_rows, reached
from hostcheck.report.svg import WIDE, draw
from hostcheck.run.changes import subject, values
from hostcheck.run.metrics import headlines
from hostcheck.run.model import Status
from hostcheck.run.times import utc
from hostcheck.stats.outliers import FEWEST
from hostcheck.stats.quantiles import quantile

ROWS = 60
"""Maximum number of rows of a table of findings. Of further rows, only the number is shown."""

FIGURES = 5
"""Maximum number of metrics in the row of a host. Of further ones, only the number is shown."""

_WORST_FIRST: tuple[Status, ...] = ("fail", "unknown", "warn")

_SEARCH = Path(__file__).with_name("templates") / "search.js"


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """The numbers of hosts that are ready, not ready, unknown and missing for one profile.

    Attributes:
        profile: name of the profile.
        ready: number of hosts that are ready.
        not_ready: number of hosts that are not ready.
        unknown: number of hosts whose readiness is unknown.
        missing: number of hosts without a result, or not audited for the profile.
        reasons: the checks that most often keep hosts from being ready, with the number of hosts.
    """

    profile: str
    ready: int
    not_ready: int
    unknown: int
    missing: int
    reasons: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check that some hosts miss.

    Attributes:
        title: subject of the check.
        profiles: the profiles for which these hosts miss the check.
        status: fail, warn or unknown.
        count: number of hosts that miss the check.
        who: names of these hosts.
        found: what was found on these hosts, the most frequent first.
        why: why the check matters.
        fix: how to meet the check.
    """

    title: str
    profiles: str
    status: Status
    count: int
    who: str
    found: str
    why: str
    fix: str


def fleet_context(population: Population) -> dict[str, Any]:
    """Return the variables for the template of many hosts."""
    found, rare = spreads(population), rare_facts(population)
    shown = [spread for spread in found if spread.id in headlines()]
    minutes = population.minutes.shared([member.placed.domain for member in population.members])
    ready, checks = list(_ready(population)), list(_checks(population))
    hosts = list(host_rows(population, found, shown, rare))
    script = _SEARCH.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "fleet": population.name,
        "total": len(population.members),
        "answer": list(_answer(population, ready, found, rare, minutes)),
        "ready": ready,
        "missing": [
            (state, who, some([population.members[host].placed.name for host in who]), _reasons(population, who))
            for state, who in population.without_result.items()
        ],
        "checks": checks,
        "outliers": _outliers(population, found),
        "rare": [(row, some([population.members[host].placed.name for host in row.hosts])) for row in rare],
        "most_rows": ROWS,
        "most_figures": FIGURES,
        "audited": sum(bool(member.started) for member in population.members),
        "spreads": found,
        "would_find": _would_find,
        "plots": list(_plots(found)),
        "by": [(spread, list(_by(population, spread))) for spread in shown],
        "changes": list(_changes(population)),
        "drift": [
            (population.members[drift.host].placed.name, label(drift.metric), drift.words, drift.since)
            for drift in sorted(population.drift, key=lambda drift: drift.value)
        ],
        "compared": len(population.changes),
        "pairs": population.pairs,
        "pair_rows": list(pair_rows(population.pairs)) if population.pairs else [],
        "minutes": list(_minutes(population, minutes)),
        "properties": [(title, counts.most_common()) for title, counts in population.properties.items()],
        "headings": [spread.heading for spread in shown],
        "hosts": hosts,
        "marks": {mark: sum(mark in row.marks.split() for row in hosts) for mark in _FILTERS},
        "filters": _FILTERS,
        "script": Markup(script),  # noqa: S704 - our own file
        "script_source": f"'sha256-{digest}'",
        "scrubbed": all(member.scrubbed for member in population.members if member.started),
    }


_FILTERS = {
    "unready": "not ready for a profile",
    "unlike": "unlike the rest",
    "changed": "changed",
    "missing": "without a result",
}


def some(names: Sequence[str]) -> str:
    """Return the names of a few hosts, and the number of the others."""
    names = list(names)
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: NAMED - 2])} and {len(names) - NAMED + 2:,} more"


def _answer(
    population: Population,
    ready: Sequence[ReadyRow],
    found: Sequence[Spread],
    rare: Sequence[RareFact],
    minutes: Sequence[SlowMinute],
) -> Iterator[str]:
    total = len(population.members)
    for row in ready[:2]:
        rest = [
            text
            for count, text in (
                (row.not_ready, f"{row.not_ready:,} not"),
                (row.unknown, f"{row.unknown:,} unknown"),
                (row.missing, f"{row.missing:,} without a result"),
            )
            if count
        ]
        yield f"For {row.profile}, {row.ready:,} of {total:,} hosts are ready{_joined(rest)}."
    if not ready:
        yield f"{total:,} hosts; none of them was audited."
    if missing := population.without_result:
        states = ", ".join(f"{len(hosts):,} {state}" for state, hosts in missing.items())
        yield f"{number_of(sum(map(len, missing.values())), 'host has', 'hosts have')} no result: {states}."
    yield from _unlike(population, found, rare)
    if population.changes:
        changed = sum(bool(changes) for _, changes in population.changes.values())
        worse = {drift.host for drift in population.drift if drift.value < 1}
        yield (
            f"Since the run before: facts or checks changed on {changed:,} of {len(population.changes):,} hosts"
            f"{f', and {len(worse):,} measured worse' if worse else ''}."
        )
    if minutes:
        hosts = {host for minute in minutes for host in minute.slow}
        yield (
            f"{number_of(len(hosts), 'host was', 'hosts were')} slow in the same minutes, "
            f"{number_of(len({minute.minute for minute in minutes}), 'minute')} in all."
        )
    if population.pairs:
        yield reached(population.pairs)


def _joined(parts: Sequence[str]) -> str:
    return f", {', '.join(parts)}" if parts else ""


def _unlike(population: Population, found: Sequence[Spread], rare: Sequence[RareFact]) -> Iterator[str]:
    by_host: dict[int, list[Outlier]] = {}
    for spread in found:
        for outlier in spread.outliers:
            by_host.setdefault(outlier.host, []).append(outlier)
    measured = len({host for spread in found for host in spread.hosts})
    if not measured:
        yield "None of them has a measurement."
    elif not any(fault for spread in found for fault in spread.faults.values()):
        hosts = number_of(measured, "host was measured", "hosts were measured")
        yield f"{hosts}: too few of a kind to say which is unlike the rest."
    elif not by_host:
        yield f"None of the {measured:,} measured hosts is unlike the rest in a figure."
    else:
        furthest = sorted(by_host, key=lambda host: -max(_far(outlier) for outlier in by_host[host]))
        named = Markup("; ").join(
            _stands_out(population, host, by_host[host], number) for number, host in enumerate(furthest[:3], 1)
        )
        more = f"; {number_of(len(furthest) - 3, 'more is', 'more are')} below" if len(furthest) > 3 else ""
        verb = "is" if len(by_host) == 1 else "are"
        yield Markup("{:,} of {:,} measured hosts {} unlike the rest: {}{}.").format(
            len(by_host), measured, verb, named, more
        )
    if rare:
        few = rare[0]
        others = f"; {number_of(len(rare) - 1, 'more such value', 'more such values')} below" if len(rare) > 1 else ""
        yield (
            f"Facts that few hosts have: {few.fact} is {few.value} on {number_of(len(few.hosts), 'host')}, "
            f"{few.usual} on {few.count:,}{others}."
        )


def _far(outlier: Outlier) -> float:
    return max(outlier.times, 1 / outlier.times)


def _stands_out(population: Population, host: int, outliers: Sequence[Outlier], number: int) -> Markup:
    """Return how a host stands out, as HTML. The host's name is a link to the row with this number."""
    worst = max(outliers, key=_far)
    others = (
        f" and stands out in {number_of(len(outliers) - 1, 'more figure', 'more figures')}" if len(outliers) > 1 else ""
    )
    name = plain(population.members[host].placed.name)
    what = f"{worst.words} in {in_a_sentence(label(worst.metric))}{others}"
    return Markup('<a href="#unlike-{}">{}</a> is {}').format(number, name, what)


def _ready(population: Population) -> Iterator[ReadyRow]:
    total = len(population.members)
    for profile, states in population.ready.items():
        counts = {state: len(states.get(state, ())) for state in (True, False, None)}
        reasons = sorted(
            (
                (len(hosts), column.title)
                for (owner, _), column in population.checks.items()
                if owner == profile and column.severity == "required" and (hosts := column.hosts("fail"))
            ),
            key=lambda item: (-item[0], item[1]),
        )
        said = "; ".join(f"{title}: {count:,}" for count, title in reasons[:3])
        more = f"; {number_of(len(reasons) - 3, 'more check')}" if len(reasons) > 3 else ""
        yield ReadyRow(profile, counts[True], counts[False], counts[None], total - sum(counts.values()), said + more)


def _reasons(population: Population, hosts: Sequence[int]) -> str:
    """Return the most frequent reasons why hosts have no result, in words."""
    reasons = sorted(population.members[host].placed.reason for host in hosts)
    counted = sorted(((len(list(same)), reason) for reason, same in groupby(reasons) if reason), reverse=True)
    return "; ".join(f"{reason} (× {count:,})" if count > 1 else reason for count, reason in counted[:3])


def _checks(population: Population) -> Iterator[CheckRow]:
    """Yield the checks that hosts miss, in the order in which to fix them, as in an audit.

    Equally grave checks are ordered by the number of hosts that miss them, then by the number of profiles, both
    descending, then as in the profiles.
    """
    alike: dict[tuple[str, str, Status, tuple[int, ...]], list[str]] = {}
    found: dict[tuple[str, str, Status, tuple[int, ...]], str] = {}
    for (profile, check), column in population.checks.items():
        for status in _WORST_FIRST:
            if hosts := tuple(column.hosts(status)):
                key = (check, column.title, status, hosts)
                alike.setdefault(key, []).append(profile)
                words = sorted(
                    ((len(who), text) for (state, text), who in column.found.items() if state == status),
                    key=lambda item: (-item[0], item[1]),
                )
                more = f"; {number_of(len(words) - 3, 'other finding')}" if len(words) > 3 else ""
                found[key] = "; ".join(text for _, text in words[:3]) + more

    def gravest(key: tuple[str, str, Status, tuple[int, ...]]) -> tuple[int, int, int]:
        check, _, status, hosts = key
        weights = (weight(status, population.checks[profile, check].severity) for profile in alike[key])
        return min(weights), -len(hosts), -len(alike[key])

    for key in sorted(alike, key=gravest):
        check, title, status, hosts = key
        names = [population.members[host].placed.name for host in hosts]
        column = population.checks[alike[key][0], check]
        yield CheckRow(
            title, ", ".join(alike[key]), status, len(hosts), some(names), found[key], column.why, column.fix
        )


def _outliers(population: Population, found: Sequence[Spread]) -> list[tuple[str, str, list[tuple[Spread, Outlier]]]]:
    """Return the outliers: name and kind of each host, and the metrics in which it is one. The furthest are first."""
    kinds = kinds_of(population)
    by_host: dict[int, list[tuple[Spread, Outlier]]] = {}
    for spread in found:
        for outlier in spread.outliers:
            by_host.setdefault(outlier.host, []).append((spread, outlier))
    rows = [(host, sorted(figures, key=lambda item: -_far(item[1]))) for host, figures in by_host.items()]
    rows.sort(key=lambda row: -_far(row[1][0][1]))
    return [(population.members[host].placed.name, kinds[host], figures) for host, figures in rows]


def _would_find(spread: Spread) -> str:
    """Return the minimum size of a fault that would be found, as a range over the kinds of hosts, in words."""
    known = sorted(fault for fault in spread.faults.values() if fault is not None)
    if not known:
        return f"none: fewer than {FEWEST} hosts of a kind"
    words = times_better(1 / known[0], spread.unit)
    if len(known) > 1 and round(known[-1], 1) > round(known[0], 1):
        words += f" to {times_better(1 / known[-1], spread.unit)}, by kind"
    few = len(spread.faults) - len(known)
    return f"{words}; in {number_of(few, 'kind')} none" if few else words


def _plots(found: Sequence[Spread]) -> Iterator[Plot]:
    if not found:
        return
    title = "How far the hosts are apart"
    parts = [f"{in_a_sentence(spread.label)}: {len(spread.outliers):,}" for spread in found if spread.outliers]
    finding = (
        f"Each dot is a host, or several. Hosts unlike the rest, by metric: {'; '.join(parts)}."
        if parts
        else "Each dot is a host, or several. None is unlike the rest."
    )
    drawings = draw(lambda room: set_plot(found, room), "set", title, finding, WIDE)
    rows = [
        (
            spread.heading,
            f"{len(spread.hosts):,}",
            *map(spread.scale.amount, (spread.low, spread.middle, spread.high)),
            f"{len(spread.outliers):,}",
        )
        for spread in found
    ]
    header = ("Metric", "Hosts", "5 % are below", "Median", "5 % are above", "Unlike the rest")
    yield Plot("set", title, finding, drawings, header, rows)


def _by(population: Population, spread: Spread) -> Iterator[tuple[str, str, int, str, str]]:
    """Yield a property ("Provider"), its value, the number of hosts with it, and their median and 90 % range."""
    shared: dict[str, Callable[[Member], Sequence[str]]] = {
        "Provider": lambda member: (member.provider,),
        "Plan": lambda member: (member.plan,),
        "Group": lambda member: member.placed.groups,
        "Failure domain": lambda member: (member.placed.domain,),
    }
    column = population.figures[spread.id]
    for title, of in shared.items():
        values: dict[str, list[float]] = {}
        for host, value in zip(column.hosts, column.values, strict=True):
            for name in filter(None, of(population.members[host])):
                values.setdefault(name, []).append(value)
        rows = sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
        for name, of_them in rows[:ROWS]:
            ordered = sorted(of_them)
            low, middle, high = (quantile(ordered, share) for share in (0.05, 0.5, 0.95))
            yield title, name, len(ordered), spread.scale.amount(middle), spread.scale.span(low, high)


def _changes(population: Population) -> Iterator[tuple[str, str, str, int, str]]:
    """Yield what changed, the old and new value, and number and names of the hosts, the most frequent first."""
    who: dict[tuple[str, str, str], list[int]] = {}
    for host, (_, changes) in population.changes.items():
        for change in changes:
            who.setdefault((subject(change), *values(change)), []).append(host)
    for (what, before, now), hosts in sorted(who.items(), key=lambda item: (-len(item[1]), item[0])):
        yield what, before, now, len(hosts), some([population.members[host].placed.name for host in hosts])


def _minutes(population: Population, found: Sequence[SlowMinute]) -> Iterator[tuple[str, str, str, str, str]]:
    for minute in found:
        names = [population.members[host].placed.name for host in minute.slow]
        yield (
            utc(minute.minute * 60)[:16].replace("T", " "),
            minute.domain or "all",
            f"{len(minute.slow):,} of {minute.measured:,}",
            f"{minute.times:.2g}×",
            some(names),
        )
