"""Rank hosts by a metric. Hosts that cannot be distinguished share a place."""

from collections.abc import Sequence

from hostcheck.comparison.model import Row
from hostcheck.comparison.ratio import compare_cells, is_shown
from hostcheck.run.origins import is_imported

NAMED = 6
"""Maximum number of hosts, and of places, in one sentence."""


def ranking(names: Sequence[str], row: Row) -> tuple[tuple[str, ...], ...]:
    """Return the places of the hosts in a metric, the best first. Each place is a tuple of the hosts that share it.

    A host gets a new place only if the 95 % interval of its ratio to the best host of the current place shows that it
    is worse. Hosts without a value, or not comparable with the baseline, have no place. An imported value without an
    interval has no place either, because it could not be distinguished from the best one.
    """
    able = [
        (name, cell.metric, cell)
        for name, cell in zip(names, row.cells, strict=True)
        if cell.metric is not None
        and is_shown(cell.metric)
        and not (is_imported(cell.metric) and cell.metric.interval is None)
        and not (cell.ratio and cell.ratio.judgement == "not comparable")
    ]
    places: list[list[str]] = []
    leader = None
    for name, _, cell in sorted(able, key=lambda found: found[1].value or 0, reverse=row.better == "higher"):
        if leader is not None and compare_cells(cell, leader).judgement != "worse":
            places[-1].append(name)
        else:
            leader = cell
            places.append([name])
    return tuple(map(tuple, places))


def few(names: Sequence[str], word: str = "and") -> str:
    """Return a text with the first names, and the number of the others: "a, b and c", "a, b, c, d and 56 more"."""
    said = [*names] if len(names) <= NAMED else [*names[: NAMED - 2], f"{len(names) - NAMED + 2} more"]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {word} {said[-1]}"


_EVERY = {1: "", 2: "both hosts", 3: "all three hosts", 4: "all four hosts"}


def every_host(count: int) -> str:
    """Return words that something applies to all hosts; empty for a single host."""
    return _EVERY.get(count, f"all {count} hosts")
