"""Workloads and hosts as a search sees them: who may run where, what is shared, and what clashes.

Instances of one workload are alike. A need or a rule that a host alone decides is decided before the search; what
instances share is left to it: CPUs, memory and disk, ports, names, and rules between workloads.
"""

import fnmatch
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hostcheck.placement.judging import Answer
from hostcheck.workloadfiles.model import HostPort, Resource


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many instances on the hosts of one group.

    Attributes:
        count: of instances.
        groups: the group of each host, by its place in ``Problem.hosts``; None where that is not known: what is
            there counts in no group.
        said: the rule as it stands in the file.
    """

    count: int
    groups: tuple[str | None, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Even:
    """No group of hosts with many more instances than another one.

    Attributes:
        skew: by how many the most may exceed the fewest.
        groups: the group of each host; None where that is not known, or the host does not count.
        said: the rule as it stands in the file.
        least: groups there have to be; with fewer the fewest are none.
    """

    skew: int
    groups: tuple[str | None, ...]
    said: str
    least: int = 1

    def holds(self, places: Sequence[int]) -> bool:
        """Whether it does for instances on the hosts of these places.

        Instances can be started so that it holds after each of them if and only if it holds at the end: the fewest
        never become fewer.
        """
        counts = Counter(self.groups[at] for at in places)
        groups = {group for group in self.groups if group is not None}
        fewest = min((counts[group] for group in groups), default=0) if len(groups) >= self.least else 0
        return all(counts[group] - fewest <= self.skew for group in groups)


@dataclass(frozen=True, slots=True)
class Demand:
    """A workload in a search.

    Attributes:
        name: of the workload.
        count: of instances.
        must: the places of the hosts that each get one, whatever the count; None where the count decides.
        may: the answer of each host alone, by its place in ``Problem.hosts``.
        lacks: the ports that something else holds, for each host where nothing but those stands in the way.
        amounts: what one instance sets aside.
        ports: of the host.
        alone: why two cannot be on one host; empty where they can.
        limits: rules on where several may be.
        even: rules on how evenly they are spread.
        apart: patterns of the names that it is kept apart from; they hold both ways.
        beside: names of workloads that have to be on its host.
        stays: the places of the hosts on which the first of its instances have to be: they run there already.
    """

    name: str
    count: int
    must: tuple[int, ...] | None = None
    may: tuple[Answer, ...] = ()
    lacks: tuple[frozenset[tuple[str, int]], ...] = ()
    amounts: Mapping[Resource, float] | None = None
    ports: tuple[HostPort, ...] = ()
    alone: str = ""
    limits: tuple[Limit, ...] = ()
    even: tuple[Even, ...] = ()
    apart: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    stays: tuple[int, ...] = ()

    def is_apart_from(self, other: "Demand") -> bool:
        """Whether the two may not be on one host."""
        return any(fnmatch.fnmatchcase(other.name, pattern) for pattern in self.apart) or any(
            fnmatch.fnmatchcase(self.name, pattern) for pattern in other.apart
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A host in a search.

    Attributes:
        name: of the host.
        capacity: what it has to give; a resource that is unknown is absent.
        busy: its ports that something else holds: ("tcp", 80).
    """

    name: str
    capacity: Mapping[Resource, float]
    busy: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """All demands and all hosts.

    Attributes:
        demands: the workloads.
        hosts: where they may be.
    """

    demands: tuple[Demand, ...]
    hosts: tuple[Room, ...]

    def without(self, index: int) -> "Problem":
        """Return the problem without one demand."""
        return replace(self, demands=self.demands[:index] + self.demands[index + 1 :])

    def with_demand(self, index: int, demand: Demand) -> "Problem":
        """Return the problem with a demand exchanged."""
        return replace(self, demands=(*self.demands[:index], demand, *self.demands[index + 1 :]))


def clash(one: HostPort, other: HostPort) -> bool:
    """Whether two single ports are one: of the same number and protocol, on an address that both have.

    An empty address is every address (kubernetes/pkg/scheduler/framework, HostPortInfo.CheckConflict).
    """
    return (
        one.first == other.first
        and one.protocol == other.protocol
        and (not one.address or not other.address or one.address == other.address)
    )
