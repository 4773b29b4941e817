"""Find a host for every instance, or prove that there is none.

First each instance is put on the host with the fewest instances, as schedulers do: this is fast and nearly always finds
an assignment. If it fails, a complete search tries all hosts. Equal instances are tried in one order only. A search
that reaches its limit proves nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hostcheck.placement.host_ports import HostPorts
from hostcheck.placement.problem import Demand, Problem
from hostcheck.workloadfiles.needs import Resource

STEPS = 100_000
"""Maximum number of attempts to place an instance in one search."""
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a search.

    Attributes:
        assignment: for each demand, the indexes of its instances' hosts; None if no assignment was found.
        proved: whether it is proved that there is no assignment.
    """

    assignment: tuple[tuple[int, ...], ...] | None
    proved: bool = False


def search(problem: Problem, *, steps: int = STEPS) -> Outcome:
    """Search for an assignment of all instances.

    Args:
        problem: the demands and the hosts. A host whose answer for a demand is "unknown" is possible. To find only
            certain assignments, change the answer to "fail" first.
        steps: the limit of the complete search.
    """
    if _is_too_much(problem):
        return Outcome(None, proved=True)
    order = _order(problem)
    greedy = _Placing(problem)
    if all(greedy.spread(at) for at in order) and greedy.is_complete():
        return Outcome(greedy.result())
    complete = _Placing(problem, steps=steps)
    if complete.try_all([at for index in order for at in complete.instances(index)]):
        return Outcome(complete.result())
    return Outcome(None, proved=complete.steps > 0)


def _is_too_much(problem: Problem) -> bool:
    """Return whether counting alone proves that there is no assignment.

    A demand has too few hosts, or all demands together need too much of a resource or of a port.
    """
    total: dict[Resource, float] = defaultdict(float)
    exclusive: dict[tuple[str, int], int] = {}
    for demand in problem.demands:
        hosts = [at for at, answer in enumerate(demand.may) if answer != "fail"]
        if demand.must is not None and not set(demand.must) <= set(hosts):
            return True
        count = demand.count if demand.must is None else len(demand.must)
        if count and not hosts:
            return True
        if _is_exclusive(demand) and count > len(hosts):
            return True
        for port in demand.ports:
            if port.first == port.last and not port.address:
                key = (port.protocol, port.first)
                exclusive[key] = exclusive.get(key, 0) + count
        for resource, value in (demand.amounts or {}).items():
            total[resource] += value * count
    if any(count > len(problem.hosts) for count in exclusive.values()):
        return True
    for resource, wanted in total.items():
        given = [host.capacity.get(resource) for host in problem.hosts]
        if None not in given and wanted > sum(each for each in given if each is not None) * (1 + _TOLERANCE):
            return True
    return False


def _is_exclusive(demand: Demand) -> bool:
    """Return whether two instances of a demand cannot be on one host."""
    return bool(demand.alone) or any(port.first == port.last for port in demand.ports)


def _order(problem: Problem) -> list[int]:
    """Return the indexes of the demands in the order of placement.

    Those that need certain hosts come first, then those that are the hardest to place.
    """

    def difficulty(at: int) -> tuple[bool, int, int, float, int]:
        demand = problem.demands[at]
        hosts = sum(answer != "fail" for answer in demand.may)
        share = max(
            (
                value / max((host.capacity.get(resource, value) for host in problem.hosts), default=value)
                for resource, value in (demand.amounts or {}).items()
                if value
            ),
            default=0.0,
        )
        return (demand.must is None, len(demand.beside), hosts - _is_exclusive(demand) * demand.count, -share, at)

    return sorted(range(len(problem.demands)), key=difficulty)


@dataclass(slots=True)
class _Placing:
    """A partial assignment during a search."""

    problem: Problem
    steps: int = STEPS
    used: list[dict[Resource, float]] = field(init=False)
    ports: list[HostPorts] = field(init=False)
    counts: list[int] = field(init=False)
    present: list[Counter[int]] = field(init=False)
    placed: list[list[int]] = field(init=False)
    joined: dict[str, Counter[int]] = field(init=False)
    apart: bool = field(init=False)

    def __post_init__(self) -> None:
        hosts = self.problem.hosts
        self.used = [defaultdict(float) for _ in hosts]
        self.ports = [HostPorts(host.busy) for host in hosts]
        self.counts = [0] * len(hosts)
        self.apart = any(demand.apart for demand in self.problem.demands)
        self.present = [Counter() for _ in hosts]
        self.joined = defaultdict(Counter)
        self.placed = [[] for _ in self.problem.demands]

    def instances(self, index: int) -> Sequence[tuple[int, int | None]]:
        """Return the instances of a demand: its index, and the required host of each instance or None."""
        demand = self.problem.demands[index]
        if demand.must is not None:
            return [(index, at) for at in demand.must]
        stays: list[tuple[int, int | None]] = [(index, at) for at in demand.stays]
        return [*stays, *[(index, None)] * (demand.count - len(stays))]

    def spread(self, index: int) -> bool:
        """Place all instances of a demand, each on the host with the fewest instances; return whether this worked."""
        for _, fixed in self.instances(index):
            hosts = [fixed] if fixed is not None else self._fewest_first(index)
            at = next((at for at in hosts if self._can(index, at)), None)
            if at is None:
                return False
            self._put(index, at)
        return True

    def try_all(self, instances: Sequence[tuple[int, int | None]]) -> bool:
        """Place all instances by trying all hosts for each.

        Return False if it is impossible, or the limit of steps is reached.
        """
        stack: list[Iterator[int]] = []
        chosen: list[int] = []
        while True:
            if len(stack) == len(instances):
                if self.is_complete():
                    return True
            else:
                stack.append(self._choices(instances[len(stack)]))
            while stack:
                if len(chosen) == len(stack):
                    self._take(instances[len(stack) - 1][0], chosen.pop())
                found = self._next(stack[-1], instances[len(stack) - 1][0])
                if found is not None:
                    chosen.append(found)
                    break
                stack.pop()
                if self.steps <= 0:
                    return False
            else:
                return False

    def _next(self, choices: Iterator[int], index: int) -> int | None:
        for at in choices:
            self.steps -= 1
            if self.steps <= 0:
                return None
            if self._can(index, at):
                self._put(index, at)
                return at
        return None

    def _choices(self, instance: tuple[int, int | None]) -> Iterator[int]:
        index, fixed = instance
        if fixed is not None:
            return iter((fixed,))
        # Equal instances are tried in one order only: none on a host with a lower index than the previous one's.
        free = self.placed[index][len(self.problem.demands[index].stays) :]
        first = free[-1] if free else 0
        return iter(range(first, len(self.problem.hosts)))

    def _fewest_first(self, index: int) -> list[int]:
        """Return the indexes of the hosts, those with the fewest instances first.

        For a demand with a rule on even distribution, groups with the fewest of its own instances come first.
        """
        even = self.problem.demands[index].even
        if not even:
            return sorted(range(len(self.problem.hosts)), key=lambda at: (self.counts[at], at))
        groups = even[0].groups
        own = Counter(groups[at] for at in self.placed[index])
        return sorted(range(len(self.problem.hosts)), key=lambda at: (own[groups[at]], self.counts[at], at))

    def _can(self, index: int, at: int) -> bool:
        demand, host = self.problem.demands[index], self.problem.hosts[at]
        if demand.may[at] == "fail" or (demand.alone and self.present[at][index]):
            return False
        if demand.together and self.joined[demand.together][at] < self.joined[demand.together].total():
            return False
        for resource, value in (demand.amounts or {}).items():
            most = host.capacity.get(resource)
            if most is not None and self.used[at][resource] + value > most * (1 + _TOLERANCE):
                return False
        if demand.ports and not self.ports[at].fit(demand.ports):
            return False
        for limit in demand.limits:
            group = limit.groups[at]
            if group is None:
                continue
            if sum(limit.groups[each] == group for each in self.placed[index]) >= limit.count:
                return False
        return not self.apart or (
            not any(
                demand.is_apart_from(self.problem.demands[other]) and (other != index)
                for other, count in self.present[at].items()
                if count
            )
            and not (self.present[at][index] and demand.is_apart_from(demand))
        )

    def _put(self, index: int, at: int) -> None:
        demand = self.problem.demands[index]
        for resource, value in (demand.amounts or {}).items():
            self.used[at][resource] += value
        self.ports[at].add(demand.ports)
        self.counts[at] += 1
        self.present[at][index] += 1
        self.joined[demand.together][at] += 1
        self.placed[index].append(at)

    def _take(self, index: int, at: int) -> None:
        demand = self.problem.demands[index]
        for resource, value in (demand.amounts or {}).items():
            self.used[at][resource] -= value
        self.ports[at].remove(demand.ports)
        self.counts[at] -= 1
        self.present[at][index] -= 1
        self.joined[demand.together][at] -= 1
        self.placed[index].pop()

    def is_complete(self) -> bool:
        """Return whether the rules hold that need a whole assignment: even distribution, and workloads on one host."""
        if not all(
            even.holds(places)
            for demand, places in zip(self.problem.demands, self.placed, strict=True)
            for even in demand.even
        ):
            return False
        names = {demand.name: index for index, demand in enumerate(self.problem.demands)}
        return all(
            name not in names or self.present[at][names[name]]
            for index, demand in enumerate(self.problem.demands)
            for name in demand.beside
            for at in self.placed[index]
        )

    def result(self) -> tuple[tuple[int, ...], ...]:
        """Return for each demand the indexes of its instances' hosts."""
        return tuple(tuple(places) for places in self.placed)
