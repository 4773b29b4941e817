"""Rank hosts by a metric. Hosts that cannot be distinguished share a place."""

from collections.abc import Sequence

from hostcheck.comparison.model import Row
from hostcheck.comparison.ratio import compare_metrics, is_imported, is_shown
from hostcheck.run.metrics import headlines

FEWEST = 3
"""Minimum number of hosts for a ranking. For two hosts, their ratio says the same."""

NAMED = 6
"""Maximum number of hosts, and of places, in one sentence."""


def ranking(names: Sequence[str], row: Row) -> tuple[tuple[str, ...], ...]:
    """Return the places of a metric, the best first. Each place is a tuple of the hosts that share it.

    A host gets a new place only if the 95 % interval of its ratio to the best host of the current place shows that it
    is worse. Hosts without a value, or not comparable with the baseline, have no place. An imported value without an
    interval has no place either, because it could not be distinguished from the first.
    """
    able = [
        (name, cell.metric)
        for name, cell in zip(names, row.cells, strict=True)
        if cell.metric is not None
        and is_shown(cell.metric)
        and not (is_imported(cell.metric) and cell.metric.interval is None)
        and not (cell.ratio and cell.ratio.judgement == "not comparable")
    ]
    places: list[list[str]] = []
    leader = None
    for name, metric in sorted(able, key=lambda pair: pair[1].value or 0, reverse=row.better == "higher"):
        if leader is not None and compare_metrics(metric, leader).judgement != "worse":
            places[-1].append(name)
        else:
            leader = metric
            places.append([name])
    return tuple(map(tuple, places))


def ranked(names: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Return a sentence on which hosts are best and worst, then one for each headline metric; empty below FEWEST."""
    if len(names) < FEWEST:
        return []
    rankings = [(row, ranking(names, row)) for row in rows if row.id in headlines()]
    rankings = [(row, places) for row, places in rankings if sum(map(len, places)) > 1]
    if not rankings:
        return []
    deciding = [places for _, places in rankings if len(places) > 1]
    return [_leaders(names, deciding, len(rankings)), *(_in_order(row.label, places) for row, places in rankings)]


def _leaders(names: Sequence[str], deciding: Sequence[Sequence[Sequence[str]]], of: int) -> str:
    if not deciding:
        return f"No headline metric distinguishes these {len(names)} hosts."
    firsts = {name: sum(name in places[0] for places in deciding) for name in names}
    lasts = {name: sum(name in places[-1] for places in deciding) for name in names}
    most, least = max(firsts.values()), max(lasts.values())
    first = few([name for name, count in firsts.items() if count == most])
    last = few([name for name, count in lasts.items() if count == least])
    alike = f" ({of - len(deciding)} of {of} headline metrics distinguish no hosts)" if len(deciding) < of else ""
    return (
        f"Of {len(names)} hosts, most often first, alone or tied: {first}, in {most} of {len(deciding)} headline "
        f"metrics; most often last: {last}, in {least}{alike}."
    )


def _in_order(label: str, places: Sequence[Sequence[str]]) -> str:
    if len(places) == 1:
        return f"{label}: {few(places[0])} cannot be distinguished."
    said = [f"{few(place)} (tied)" if len(place) > 1 else place[0] for place in places]
    if len(said) > NAMED:
        said = [*said[: NAMED - 2], f"{len(said) - NAMED + 1} more places", said[-1]]
    return f"{label}, best first: {'; then '.join(said)}."


def few(names: Sequence[str]) -> str:
    """Join names in words, and count those that are too many: "a, b and c", "a, b, c, d and 56 more"."""
    said = [*names] if len(names) <= NAMED else [*names[: NAMED - 2], f"{len(names) - NAMED + 2} more"]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
