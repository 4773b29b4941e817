"""The rows of the page of many hosts: one for each host, with all findings on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hostcheck.comparison.labels import in_a_sentence, label
from hostcheck.counts import number_of
from hostcheck.population.columns import Population
from hostcheck.population.unlike import RareFact, Spread

NAMED = 12
"""Maximum number of hosts, or of findings on a host, in one sentence or cell. Of the others, only the number is
shown."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """The row of one host.

    Attributes:
        name: the host's name.
        kind: the host's provider, plan and location.
        marks: the words that the page's filters use: unready, unlike, changed, missing.
        ready: the profiles for which the host is ready.
        figures: the value of each headline metric without its unit; empty if it was not measured.
        said: why the host is not ready, how it differs from the others, and what changed.
    """

    name: str
    kind: str
    marks: str
    ready: str
    figures: tuple[str, ...]
    said: str


def host_rows(
    population: Population, found: Sequence[Spread], shown: Sequence[Spread], rare: Sequence[RareFact]
) -> Iterator[HostRow]:
    """Yield a row for each host. Hosts with findings are first."""
    count = len(population.members)
    said: list[list[str]] = [[] for _ in range(count)]
    marks: list[dict[str, None]] = [{} for _ in range(count)]
    ready: list[dict[bool | None, list[str]]] = [{} for _ in range(count)]
    for profile, states in population.ready.items():
        for state, hosts in states.items():
            for host in hosts:
                ready[host].setdefault(state, []).append(profile)
                if state is not True:
                    marks[host]["unready"] = None
    for host, member in enumerate(population.members):
        if member.placed.state != "done":
            marks[host]["missing"] = None
            said[host].append(": ".join(filter(None, (member.placed.state, member.placed.reason))))
    for row in _failed(population):
        for host in row[1]:
            said[host].append(f"✗ {row[0]}")
    for spread in found:
        for outlier in spread.outliers:
            marks[outlier.host]["unlike"] = None
            said[outlier.host].append(f"{outlier.words} in {in_a_sentence(spread.label)}")
    for fact in rare:
        for host in fact.hosts:
            marks[host]["unlike"] = None
            said[host].append(f"{fact.fact}: {fact.value}")
    for host, (_, changes) in population.changes.items():
        if changes:
            marks[host]["changed"] = None
            said[host].append(f"{number_of(len(changes), 'change')}")
    for drift in population.drift:
        marks[drift.host]["changed"] = None
        said[drift.host].append(f"{drift.words} than before in {in_a_sentence(label(drift.metric))}")
    cells: list[list[str]] = [[""] * len(shown) for _ in range(count)]
    for place, spread in enumerate(shown):
        column = population.figures[spread.id]
        for host, value in zip(column.hosts, column.values, strict=True):
            cells[host][place] = spread.scale.amount(value)
    for host in sorted(range(count), key=lambda host: not said[host]):
        member = population.members[host]
        kind = ", ".join(filter(None, (member.provider, member.plan, member.placed.domain)))
        yield HostRow(
            member.placed.name,
            kind,
            " ".join(marks[host]),
            _ready_words(ready[host]),
            tuple(cells[host]),
            _cut(said[host]),
        )


def _failed(population: Population) -> Iterator[tuple[str, list[int]]]:
    """Yield the title of each check that hosts fail, and the indexes of these hosts, once for all profiles."""
    who: dict[tuple[str, str], set[int]] = {}
    for (_, check), column in population.checks.items():
        who.setdefault((check, column.title), set()).update(column.hosts("fail"))
    yield from ((title, sorted(hosts)) for (_, title), hosts in who.items() if hosts)


def _ready_words(states: dict[bool | None, list[str]]) -> str:
    if not states:
        return ""
    if set(states) == {True}:
        return "✓ all" if len(states[True]) > 1 else f"✓ {states[True][0]}"
    parts = [f"✗ {', '.join(states[False])}"] if False in states else []
    parts += [f"? {', '.join(states[None])}"] if None in states else []
    return "; ".join(parts)


def _cut(said: Sequence[str]) -> str:
    """Join the findings of a host. A long list is cut, because the tables above contain all of it."""
    return "; ".join(said) if len(said) <= NAMED else f"{'; '.join(said[:NAMED])}; and {len(said) - NAMED} more"
