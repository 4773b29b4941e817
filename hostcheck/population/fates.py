"""Which hosts share the fate of their disks: what each waits for its own while another loads its disk.

A turn is one host's, which loads its disk, or no host's. A block has a turn of each in random order, so that an hour of
trouble is in all of them. What counts is the share: how much longer another host waits for its disk than when none is
loaded, of how much longer the loading host waits for its own. Its interval is Fieller's (1954), over the blocks.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hostcheck.jsonvalues import items, number
from hostcheck.stats.student import t_quantile

IDLE = -1
"""In an order of turns: none loads."""
SHARE = 0.1
"""Hosts whose share is above it depend on each other; below it they do not."""
SLOWED = 2.0
"""Times that a host has to wait longer for its own disk while it loads it, or its load says nothing of others."""
LEAST_BLOCKS = 5
_MOST_SECONDS = 1e6
"""Of one write: what a host says beyond it is no time, and its square might be no number."""
_CHANCE = 0.05
"""Of a wrong statement about any of the hosts together."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the load of one host's disk does to another host.

    Attributes:
        source: the host that loads its disk.
        target: the host that watches its own.
        state: "depends", "independent" or "unknown".
        reason: of what is unknown; empty otherwise.
        idle: seconds that a write of the target takes while no disk is loaded; None where that is unknown.
        loaded: the same while the source loads its disk.
        own_idle: seconds that a write of the source takes while no disk is loaded.
        own_loaded: the same while it loads it.
        low: the lower end of the interval of the share.
        high: its upper end.
    """

    source: str
    target: str
    state: str
    reason: str = ""
    idle: float | None = None
    loaded: float | None = None
    own_idle: float | None = None
    own_loaded: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Fates:
    """What hosts do to each other.

    Attributes:
        hosts: their names.
        folder: on the disks that were loaded.
        time: when, UTC, ISO 8601 with "Z".
        missing: the hosts without a result, and why.
        effects: of each host with a result on each other one.
    """

    hosts: tuple[str, ...]
    folder: str
    time: str
    missing: Mapping[str, str]
    effects: tuple[Effect, ...]

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Yield each two hosts, and "depends" where one way does, "independent" where both do not, or "unknown"."""
        states = {(effect.source, effect.target): effect.state for effect in self.effects}
        for one, other in combinations(self.hosts, 2):
            both = {states.get((one, other), "unknown"), states.get((other, one), "unknown")}
            yield one, other, "depends" if "depends" in both else both.pop() if len(both) == 1 else "unknown"


def random_order(hosts: int, blocks: int) -> list[int]:
    """Return whose turn each turn is: blocks of one of each host and one of none."""
    order: list[int] = []
    for _ in range(blocks):
        block = [IDLE, *range(hosts)]
        random.SystemRandom().shuffle(block)
        order += block
    return order


def fates_of(hosts: Sequence[str], folder: str, order: Sequence[int], time: str, found: Mapping[str, Any]) -> Fates:
    """Return what hosts do to each other.

    Args:
        hosts: their names.
        folder: on their disks.
        order: of ``random_order``.
        time: when, UTC.
        found: by host what it answered, a stranger's values of JSON; or, as text, why it did not answer.
    """
    slots = {name: _slots(found.get(name), len(order)) for name in hosts}
    missing = {
        name: each if isinstance(each := found.get(name), str) else "it gave no answer"
        for name in hosts
        if slots[name] is None
    }
    size = len(hosts) + 1
    blocks = [order[begin : begin + size] for begin in range(0, len(order), size)]
    ways = [(one, other) for one in range(len(hosts)) for other in range(len(hosts)) if one != other]
    quantile = 1 - _CHANCE / 2 / len(ways)
    effects: list[Effect] = []
    for source, target in ways:
        own, others = slots[hosts[source]], slots[hosts[target]]
        if own is None or others is None:
            continue
        rows: list[tuple[float, float, float, float]] = []
        for start, block in zip(range(0, len(order), size), blocks, strict=True):
            idle, loaded = start + block.index(IDLE), start + block.index(source)
            row = others[idle], others[loaded], own[idle], own[loaded]
            rows += [row] if all(row) else []
        effects.append(_effect(hosts[source], hosts[target], rows, quantile))
    return Fates(tuple(hosts), folder, time, missing, tuple(effects))


def _slots(answer: Any, count: int) -> list[float] | None:
    """Return the mean seconds of a write in each turn, 0 where there was none; None where it is no answer."""
    rows = items(answer.get("slots")) if isinstance(answer, Mapping) else ()
    if len(rows) != count:
        return None
    means: list[float] = []
    for row in rows:
        pair = [number(value) for value in items(row)]
        writes, seconds = pair if len(pair) == 2 else (None, None)
        mean = seconds / writes if writes and seconds else 0.0
        means.append(mean if mean < _MOST_SECONDS else 0.0)
    return means


def _effect(source: str, target: str, rows: Sequence[tuple[float, float, float, float]], quantile: float) -> Effect:
    if len(rows) < LEAST_BLOCKS:
        return Effect(source, target, "unknown", "too few of its writes ended")
    idle, loaded, own_idle, own_loaded = (math.fsum(column) / len(rows) for column in zip(*rows, strict=True))
    means = (idle, loaded, own_idle, own_loaded)
    interval = _share([(row[1] - row[0], row[3] - row[2]) for row in rows], quantile)
    if own_loaded < SLOWED * own_idle or interval is None:
        return Effect(source, target, "unknown", f"the load of {source} did not slow its own disk enough", *means)
    low, high = interval
    if low > SHARE:
        return Effect(source, target, "depends", "", *means, low, high)
    if high < SHARE:
        return Effect(source, target, "independent", "", *means, low, high)
    return Effect(source, target, "unknown", "noise hides it", *means, low, high)


def _share(differences: Sequence[tuple[float, float]], quantile: float) -> tuple[float, float] | None:
    """Return Fieller's interval of the ratio of two means; None where the lower one may be 0."""
    count = len(differences)
    top, bottom = (math.fsum(column) / count for column in zip(*differences, strict=True))

    def covariance(one: int, other: int) -> float:
        means = top, bottom
        products = ((row[one] - means[one]) * (row[other] - means[other]) for row in differences)
        return math.fsum(products) / (count - 1) / count

    above, both, below = covariance(0, 0), covariance(0, 1), covariance(1, 1)
    square = t_quantile(quantile, count - 1) ** 2
    # The shares s with (top - s bottom)^2 <= t^2 (above - 2 s both + s^2 below).
    a, b, c = bottom**2 - square * below, top * bottom - square * both, top**2 - square * above
    if bottom <= 0 or a <= 0:
        return None
    root = math.sqrt(max(0.0, b * b - a * c))
    return (b - root) / a, (b + root) / a
