"""The input of a search: demands and hosts, with shared resources and conflicts.

Instances of one workload are alike. Needs and rules that depend on one host alone are judged before the search. The
search decides on what instances share: CPUs, memory and disk, ports, names, and rules between workloads.
"""

import fnmatch
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hostcheck.placement.judged import Answer
from hostcheck.workloadfiles.needs import HostPort, Resource


@dataclass(frozen=True, slots=True)
class Limit:
    """A maximum number of instances on the hosts of one group.

    Attributes:
        count: the maximum number of instances.
        groups: the group of each host, by its index in ``Problem.hosts``; None if unknown: the host belongs to no
            group.
        said: the rule as it is written in the file.
    """

    count: int
    groups: tuple[str | None, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Even:
    """A maximum difference between the numbers of instances in two groups of hosts.

    Attributes:
        skew: the maximum difference between the largest and the smallest number.
        groups: the group of each host; None if unknown, or if the rule does not apply to the host.
        said: the rule as it is written in the file.
        least: the minimum number of groups; if there are fewer, the smallest number is taken as 0.
    """

    skew: int
    groups: tuple[str | None, ...]
    said: str
    least: int = 1

    def holds(self, places: Sequence[int]) -> bool:
        """Return whether the rule holds for instances on the hosts with these indexes.

        If the rule holds at the end, the instances can be started in an order in which it holds after each start: the
        smallest number never decreases.
        """
        counts = Counter(self.groups[at] for at in places)
        groups = {group for group in self.groups if group is not None}
        fewest = min((counts[group] for group in groups), default=0) if len(groups) >= self.least else 0
        return all(counts[group] - fewest <= self.skew for group in groups)


@dataclass(frozen=True, slots=True)
class Demand:
    """A workload in a search.

    Attributes:
        name: the name of the workload.
        count: the number of instances.
        must: the indexes of the hosts that each get one instance, regardless of ``count``; None if ``count`` decides.
        may: for each host of ``Problem.hosts``, whether one instance can run there if no other instance does.
        lacks: for each host, the ports in use there, if these are the only obstacle; otherwise empty.
        amounts: the resources that one instance reserves.
        ports: the host ports of one instance.
        alone: why two instances cannot be on one host; empty if they can.
        limits: limits on the number of instances in a group of hosts.
        even: rules on an even distribution over groups of hosts.
        apart: patterns of the names of workloads that must be on other hosts; they apply in both directions.
        beside: the names of workloads that must be on the same host.
        together: a text that is equal for all demands that must be on one host; empty if the demand is free.
        stays: the indexes of the hosts on which the first instances run already, in this order, and must stay.
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
    together: str = ""
    stays: tuple[int, ...] = ()

    def is_apart_from(self, other: "Demand") -> bool:
        """Return whether two demands must not be on one host."""
        return any(fnmatch.fnmatchcase(other.name, pattern) for pattern in self.apart) or any(
            fnmatch.fnmatchcase(self.name, pattern) for pattern in other.apart
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A host in a search.

    Attributes:
        name: the name of the host.
        capacity: the amount of each resource that can be allocated; an unknown one is absent.
        busy: the ports that other programs use: ("tcp", 80).
        perhaps_busy: the ports that other programs use on some addresses. They may be free for a range of ports on one
            address.
    """

    name: str
    capacity: Mapping[Resource, float]
    busy: frozenset[tuple[str, int]] = frozenset()
    perhaps_busy: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """All demands and all hosts of a search.

    Attributes:
        demands: the workloads.
        hosts: the hosts.
    """

    demands: tuple[Demand, ...]
    hosts: tuple[Room, ...]

    def without(self, index: int) -> "Problem":
        """Return the problem without one demand."""
        return replace(self, demands=self.demands[:index] + self.demands[index + 1 :])

    def with_demand(self, index: int, demand: Demand) -> "Problem":
        """Return the problem with one demand replaced."""
        return replace(self, demands=(*self.demands[:index], demand, *self.demands[index + 1 :]))
