"""Find hosts that share a disk: while one host loads its disk, the others measure how long writes take on their own.

CPUs are loaded and measured in the same way, by a short computation in place of a write.

In each turn, one host loads its disk, or none does. A block has one turn of each host and one idle turn, in random
order, so that a disturbance of an hour affects all of them. The result is the share: how much longer another host's
writes take under the load than in the idle turn, divided by how much longer the loading host's own writes take. Its
interval over the blocks is Fieller's (1954).
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from hostcheck.jsonvalues import items, number
from hostcheck.stats.student import t_quantile

WORDS = {"disk": "disk", "cpu": "CPUs"}
"""The words of messages for a loaded resource."""
IDLE = -1
"""The entry of an idle turn in an order of turns."""
SHARE = 0.1
"""A host depends on another if the interval of its share is above this; it does not if the interval is below."""
SLOWED = 2.0
"""A load must slow the host's own writes at least this many times. Otherwise it shows nothing about other hosts."""
LEAST_BLOCKS = 5
_MOST_SECONDS = 1e6
"""Maximum mean time of a write, in seconds. A larger one is not plausible, and its square may overflow."""
_CHANCE = 0.05
"""Maximum probability that the statements about all pairs of hosts contain a wrong one."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of the load on one host's disk on another host.

    Attributes:
        source: the host that loads its disk.
        target: the host that measures its own disk.
        state: "depends", "independent" or "unknown".
        reason: why the state is unknown; otherwise empty.
        idle: seconds that a write of the target takes while no disk is loaded; None if unknown.
        loaded: seconds that a write of the target takes while the source loads its disk; None if unknown.
        own_idle: seconds that a write of the source takes while no disk is loaded; None if unknown.
        own_loaded: seconds that a write of the source takes while it loads its disk; None if unknown.
        low: the lower end of the interval of the share; None if unknown.
        high: the upper end of the interval of the share; None if unknown.
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
    """The effects of the hosts' loads on each other.

    Attributes:
        hosts: the names of the hosts.
        folder: the folder on each host whose disk was loaded; None if CPUs were loaded.
        time: the time of the measurement, UTC, ISO 8601 with "Z".
        missing: the hosts without a result, each with the reason.
        effects: the effect of each host with a result on each other one.
    """

    hosts: tuple[str, ...]
    folder: str | None
    time: str
    missing: Mapping[str, str]
    effects: tuple[Effect, ...]

    @property
    def what(self) -> str:
        """The loaded resource, a key of ``WORDS``."""
        return "cpu" if self.folder is None else "disk"

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Yield each pair of hosts and its state.

        The state is "depends" if one host depends on the other, "independent" if neither does, and otherwise "unknown".
        """
        states = {(effect.source, effect.target): effect.state for effect in self.effects}
        for one, other in combinations(self.hosts, 2):
            both = {states.get((one, other), "unknown"), states.get((other, one), "unknown")}
            yield one, other, "depends" if "depends" in both else both.pop() if len(both) == 1 else "unknown"


def random_order(hosts: int, blocks: int) -> list[int]:
    """Return for each turn the index of the host that loads its disk, or IDLE.

    Each block has one turn of each host and one idle turn.
    """
    order: list[int] = []
    for _ in range(blocks):
        block = [IDLE, *range(hosts)]
        random.SystemRandom().shuffle(block)
        order += block
    return order


def fates_of(
    hosts: Sequence[str], folder: str | None, order: Sequence[int], time: str, found: Mapping[str, Any]
) -> Fates:
    """Return the effects of the hosts' loads on each other.

    Args:
        hosts: the names of the hosts.
        folder: the folder on their disks; None if CPUs were loaded.
        order: the turns, as ``random_order`` returned them.
        time: the time of the measurement, UTC, ISO 8601 with "Z".
        found: for each host the JSON object that it answered, whose values are not checked yet; or a text: why there is
            no answer.
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
        effects.append(
            _effect((hosts[source], hosts[target]), WORDS["cpu" if folder is None else "disk"], rows, quantile)
        )
    return Fates(tuple(hosts), folder, time, missing, tuple(effects))


def _slots(answer: Any, count: int) -> list[float] | None:
    """Return the mean seconds of a write in each turn, 0 if the turn has none; None if the answer is not valid."""
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


def _effect(
    way: tuple[str, str], word: str, rows: Sequence[tuple[float, float, float, float]], quantile: float
) -> Effect:
    source, target = way
    if len(rows) < LEAST_BLOCKS:
        return Effect(source, target, "unknown", "too few of its measurements ended")
    idle, loaded, own_idle, own_loaded = (math.fsum(column) / len(rows) for column in zip(*rows, strict=True))
    means = (idle, loaded, own_idle, own_loaded)
    interval = _share([(row[1] - row[0], row[3] - row[2]) for row in rows], quantile)
    if own_loaded < SLOWED * own_idle or interval is None:
        return Effect(source, target, "unknown", f"the load of {source} did not slow its own {word} enough", *means)
    low, high = interval
    if low > SHARE:
        return Effect(source, target, "depends", "", *means, low, high)
    if high < SHARE:
        return Effect(source, target, "independent", "", *means, low, high)
    return Effect(source, target, "unknown", "noise hides it", *means, low, high)


def _share(differences: Sequence[tuple[float, float]], quantile: float) -> tuple[float, float] | None:
    """Return Fieller's interval of the ratio of two means; None if the second mean may be 0.

    Args:
        differences: for each block, how much longer a write takes under load: on the target, and on the source.
        quantile: the quantile of Student's t for each end of the interval.
    """
    count = len(differences)
    top, bottom = (math.fsum(column) / count for column in zip(*differences, strict=True))

    def covariance(one: int, other: int) -> float:
        means = top, bottom
        products = ((row[one] - means[one]) * (row[other] - means[other]) for row in differences)
        return math.fsum(products) / (count - 1) / count

    above, both, below = covariance(0, 0), covariance(0, 1), covariance(1, 1)
    square = t_quantile(quantile, count - 1) ** 2
    # The interval has the shares s with (top - s bottom)^2 <= t^2 (above - 2 s both + s^2 below).
    a, b, c = bottom**2 - square * below, top * bottom - square * both, top**2 - square * above
    if bottom <= 0 or a <= 0:
        return None
    root = math.sqrt(max(0.0, b * b - a * c))
    return (b - root) / a, (b + root) / a
