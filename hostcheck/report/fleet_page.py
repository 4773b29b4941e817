"""The page of many hosts: the spread of each metric, the outliers, and each host in a folded section."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hostcheck.comparison.labels import in_a_sentence
from hostcheck.comparison.model import Comparison
from hostcheck.comparison.spread import Place, Spread, spreads
from hostcheck.counts import number_of
from hostcheck.report.figures.plots import Plot
from hostcheck.report.figures.set_plot import set_plot
from hostcheck.report.svg import WIDE, draw
from hostcheck.run.metrics import headlines
from hostcheck.run.model import Run, Verdict
from hostcheck.verdicts import readiness

MOST_BESIDE = 8
"""Maximum number of hosts side by side in a table. More hosts get the page of many hosts."""

NAMED = 12
"""Maximum number of hosts that one sentence names. Further hosts are counted."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """The folded section of one host.

    Attributes:
        name: the host's name.
        summary: the metrics in which it is an outlier, and the profiles for which it is not ready; may be empty.
        figures: for each metric the label, value, interval, ratio to the median and ratio to the baseline.
        properties: the host's properties by title.
        troubles: failed and unknown checks, with what was found.
        notes: notes for the reader.
    """

    name: str
    summary: str
    figures: tuple[tuple[str, str, str, str, str], ...]
    properties: Mapping[str, str]
    troubles: tuple[Verdict, ...]
    notes: tuple[str, ...]


def set_context(comparison: Comparison, properties: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the variables for the template of many hosts.

    Args:
        comparison: a comparison of more than ``MOST_BESIDE`` hosts.
        properties: properties of the hosts: "title", and "values" in the hosts' order.
    """
    found = spreads(comparison)
    return {
        "spreads": found,
        "answer": tuple(_answer(comparison, found)),
        "findings": tuple(_findings(comparison, found)),
        "plots": tuple(_plots(found)),
        "groups": tuple(_groups(properties)),
        "hosts": _hosts(comparison, found, properties),
    }


def some(names: Sequence[str]) -> str:
    """Return the names of a few hosts, and the number of the others."""
    names = list(names)
    return (
        ", ".join(names)
        if len(names) <= NAMED
        else f"{', '.join(names[: NAMED - 2])} and {len(names) - NAMED + 2} more"
    )


def _answer(comparison: Comparison, found: Sequence[Spread]) -> Iterator[str]:
    total = len(comparison.names)
    unlike: dict[str, list[tuple[float, str]]] = {}
    for spread in found:
        for place in spread.unlike:
            said = f"{place.words} in {in_a_sentence(spread.label)}"
            unlike.setdefault(place.name, []).append((abs(math.log(place.times)), said))
    if not found:
        yield f"{total} hosts; none of them has a measurement."
        return
    if not unlike:
        yield f"{total} hosts; none of them is unlike the rest in the measured metrics."
    else:
        furthest = sorted(unlike, key=lambda name: -max(unlike[name])[0])
        named = "; ".join(f"{name} is {_furthest(unlike[name])}" for name in furthest[:3])
        more = f"; {number_of(len(furthest) - 3, 'more is', 'more are')} below" if len(furthest) > 3 else ""
        yield f"{len(unlike)} of {total} hosts {'is' if len(unlike) == 1 else 'are'} unlike the rest: {named}{more}."
    yield from comparison.answer[:1]


def _findings(comparison: Comparison, found: Sequence[Spread]) -> Iterator[str]:
    for spread in found:
        if spread.id in headlines():
            low, middle, high = map(spread.scale.amount, (spread.low, spread.middle, spread.high))
            yield (
                f"{spread.label}: half of the hosts {_reach(spread)} {middle} {spread.scale.unit}; nine in ten are "
                f"between {low} and {high}."
            )
    for profile, counts in _readiness(comparison):
        yield f"For {profile}: {counts}."


def _furthest(said: Sequence[tuple[float, str]]) -> str:
    others = f" and stands out in {len(said) - 1} more" if len(said) > 1 else ""
    return f"{max(said)[1]}{others}"


def _reach(spread: Spread) -> str:
    return "reach" if spread.better == "higher" else "need at most"


def _plots(found: Sequence[Spread]) -> Iterator[Plot]:
    if not found:
        return
    title = "How far the hosts are apart"
    parts = [f"{in_a_sentence(spread.label)}: {len(spread.unlike)}" for spread in found if spread.unlike]
    finding = (
        f"Each dot is a host, or several. Unlike the rest are, {'; '.join(parts)}."
        if parts
        else "Each dot is a host, or several. None is unlike the rest."
    )
    drawings = draw(lambda room: set_plot(found, room), "set", title, finding, WIDE)
    rows = [
        (
            spread.heading,
            str(len(spread.places)),
            *map(spread.scale.amount, (spread.low, spread.middle, spread.high)),
            str(len(spread.unlike)),
        )
        for spread in found
    ]
    header = ("Metric", "Hosts", "5 % are below", "Median", "5 % are above", "Unlike the rest")
    yield Plot("set", title, finding, drawings, header, rows)


def _readiness(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield each profile, and the number of hosts that are ready for it, are not, and of which it is unknown."""
    states: dict[str, list[bool | None]] = {}
    for run in comparison.runs:
        for profile in dict.fromkeys(verdict.profile for verdict in run.verdicts):
            states.setdefault(profile, []).append(readiness(profile, run.verdicts).ready)
    counts = {True: "ready", False: "not ready", None: "unknown"}
    for profile, found in states.items():
        yield profile, ", ".join(f"{found.count(state)} {word}" for state, word in counts.items() if state in found)


def _groups(properties: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield each property with its values and the number of hosts that have each value, the most frequent first."""
    for row in properties:
        values = sorted(str(value) if value is not None else "unknown" for value in row["values"])
        counted = [(value, len(list(same))) for value, same in groupby(values)]
        yield row["title"], sorted(counted, key=lambda item: (-item[1], item[0]))


def _hosts(
    comparison: Comparison, found: Sequence[Spread], properties: Sequence[Mapping[str, Any]]
) -> tuple[HostRow, ...]:
    places: dict[str, dict[str, Place]] = {}
    for spread in found:
        for place in spread.places:
            places.setdefault(place.name, {})[spread.id] = place
    rows = [
        _host(comparison, number, name, run, places.get(name, {}), properties)
        for number, (name, run) in enumerate(zip(comparison.names, comparison.runs, strict=True))
    ]
    # Hosts with a summary come first.
    return tuple(sorted(rows, key=lambda row: not row.summary))


def _host(  # noqa: PLR0917 - what one row is made of
    comparison: Comparison,
    number: int,
    name: str,
    run: Run,
    places: Mapping[str, Place],
    properties: Sequence[Mapping[str, Any]],
) -> HostRow:
    figures = []
    for row in comparison.rows:
        cell = row.cells[number]
        metric = cell.metric
        if metric is None:
            continue
        value = row.amount_of(metric) if metric.value is not None else f"{metric.state}: {metric.reason}"
        interval = row.span_of(metric)
        median_words = places[row.id].words if row.id in places else ""
        figures.append((row.heading, value, interval, median_words, cell.ratio.words if cell.ratio else ""))
    said = [
        f"{places[row.id].words} in {in_a_sentence(row.label)}"
        for row in comparison.rows
        if _stands_out(places, row.id)
    ]
    for profile in dict.fromkeys(verdict.profile for verdict in run.verdicts):
        state = readiness(profile, run.verdicts)
        if state.ready is not True:
            said.append(state.sentence)
    return HostRow(
        name,
        "; ".join(said),
        tuple(figures),
        {row["title"]: str(row["values"][number]) for row in properties if row["values"][number] is not None},
        tuple(verdict for verdict in run.verdicts if verdict.status in {"fail", "unknown"}),
        run.notes,
    )


def _stands_out(places: Mapping[str, Place], metric_id: str) -> bool:
    return metric_id in places and places[metric_id].unlike
