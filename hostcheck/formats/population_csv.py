"""A fleet as CSV: a row for each figure, fact and check of each host, for data frames and spreadsheets."""

import csv
import io
from collections.abc import Iterator, Sequence
from math import isnan

from hostcheck.formats.comparison_csv import harmless
from hostcheck.formats.terminal import Style
from hostcheck.population.columns import Population

COLUMNS = (
    "host",
    "state",
    "provider",
    "plan",
    "failure_domain",
    "groups",
    "started",
    "what",
    "id",
    "profile",
    "value",
    "low",
    "high",
    "unit",
)

_Row = tuple[int, str, str, str, str | float, float | str, float | str, str]


def render(population: Population, _style: Style | None = None) -> str:
    """Return the rows in the format of RFC 4180, with Unix line ends.

    The column "what" has the kind of a row: figure, fact or check. A host without any of these has one row with its
    state. Texts are quoted, numbers are not. A missing number is an empty text.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(population):
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in row])
    return stream.getvalue()


def rows(population: Population) -> Iterator[Sequence[str | float]]:
    """Yield a row for each figure, fact and check of each host; for a host without any, one row."""
    hosts = [
        (
            member.placed.name,
            member.placed.state,
            member.provider,
            member.plan,
            member.placed.domain,
            " ".join(member.placed.groups),
            member.started,
        )
        for member in population.members
    ]
    seen = set()
    for host, *values in _rows(population):
        seen.add(host)
        yield (*hosts[host], *values)
    for host, placed in enumerate(hosts):
        if host not in seen:
            yield (*placed, *[""] * (len(COLUMNS) - len(placed)))


def _rows(population: Population) -> Iterator[_Row]:
    for metric, column in population.figures.items():
        for host, value, low, high in zip(column.hosts, column.values, column.lows, column.highs, strict=True):
            ends = ("", "") if isnan(low) else (low, high)
            yield host, "figure", metric, "", value, *ends, column.unit
    for fact, values in population.facts.items():
        for words, hosts in values.items():
            yield from ((host, "fact", fact, "", words, "", "", "") for host in hosts)
    for (profile, check), checked in population.checks.items():
        for (status, _), hosts in checked.found.items():
            yield from ((host, "check", check, profile, status, "", "", "") for host in hosts)
