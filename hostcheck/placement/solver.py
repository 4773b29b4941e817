"""Large placements by CP-SAT of OR-tools, the extra ``placement``: the rules of ``search`` as an integer model.

Each variable is the number of instances of a demand on a host. The solver can also prove that there is no assignment
(https://developers.google.com/optimization/cp/cp_solver).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from hostcheck.placement.problem import Demand, Problem
from hostcheck.placement.search import Outcome
from hostcheck.workloadfiles.addresses import wildcard
from hostcheck.workloadfiles.needs import HostPort

EFFORT = 20.0
"""Limit of CP-SAT's deterministic time; a unit takes about three seconds of CPU time."""
_LARGE = 20_000
"""Above this product of demands and hosts, the solver omits steps that mainly serve a proof, and take minutes."""
_SCALE = {"cpu": 1_000_000, "mhz": 1, "memory": 1, "disk": 1, "pods": 1}
"""Factor for the amounts of each resource, because the solver uses only whole numbers."""


def is_installed() -> bool:
    """Return whether OR-tools is installed, without importing it."""
    return find_spec("ortools") is not None


def solve(problem: Problem, *, effort: float = EFFORT) -> Outcome:
    """Search for an assignment, or prove that there is none.

    If the effort is not sufficient, the outcome has neither an assignment nor a proof.

    A port range on one of several addresses is not modelled: the outcome then has neither, too.

    Args:
        problem: the demands and the hosts.
        effort: the limit, in CP-SAT's deterministic time.
    """
    if any(port.address for demand in problem.demands for port in demand.ports if port.first != port.last):
        return Outcome(None)
    from ortools.sat.python import cp_model  # noqa: PLC0415  an extra, and slow to import

    model = _Model(problem, cp_model.CpModel())
    model.build()
    solver = cp_model.CpSolver()
    # One worker gives the same answer each time.
    solver.parameters.num_workers = 1
    if len(problem.demands) * len(problem.hosts) > _LARGE:
        # Preparing a proof that there is no assignment takes minutes here, before the search begins.
        solver.parameters.linearization_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model.model)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Outcome(tuple(tuple(model.places(index, solver)) for index in range(len(problem.demands))))
    return Outcome(None, proved=status == cp_model.INFEASIBLE)


class _Model:
    """The model under construction."""

    def __init__(self, problem: Problem, model: Any) -> None:
        self.problem, self.model = problem, model
        self.counts: list[list[Any]] = [
            [self._count(demand, index, at) for at in range(len(problem.hosts))]
            for index, demand in enumerate(problem.demands)
        ]
        self.present: dict[tuple[int, int], Any] = {}

    def _count(self, demand: Demand, index: int, at: int) -> Any:
        """Return the number of instances of a demand on a host: a variable, or 0 if none is possible."""
        if demand.must is not None:
            most = least = demand.must.count(at)
        else:
            least, most = demand.stays.count(at), 1 if _is_single(demand) else demand.count
        if demand.may[at] == "fail":
            most = 0
        if most < least:
            # The host must have the demand and cannot: the model has no solution.
            self.model.add_bool_or([])
        return self.model.new_int_var(least, most, f"{index} on {at}") if most else 0

    def build(self) -> None:
        """Add all rules."""
        for index, demand in enumerate(self.problem.demands):
            if demand.must is None:
                self.model.add(sum(self.counts[index]) == demand.count)
            self._limits(index, demand)
            self._evenly(index, demand)
        self._together()
        for at in range(len(self.problem.hosts)):
            self._amounts(at)
            self._ports(at)
            self._neighbours(at)

    def places(self, index: int, solver: Any) -> Iterator[int]:
        """Yield the index of the host of each instance of a demand."""
        for at, count in enumerate(self.counts[index]):
            yield from [at] * (count if isinstance(count, int) else solver.value(count))

    def _limits(self, index: int, demand: Demand) -> None:
        for limit in demand.limits:
            for group in _groups(limit.groups):
                self.model.add(self._in_group(index, limit.groups, group) <= limit.count)

    def _evenly(self, index: int, demand: Demand) -> None:
        for even in demand.even:
            groups = _groups(even.groups)
            most = demand.count if demand.must is None else len(demand.must)
            fewest = self.model.new_int_var(0, most, "") if len(groups) >= even.least else 0
            for group in groups:
                inside = self._in_group(index, even.groups, group)
                self.model.add(inside >= fewest)
                self.model.add(inside <= fewest + even.skew)

    def _together(self) -> None:
        """Require one host for all instances of the demands that must be together."""
        for words in sorted({demand.together for demand in self.problem.demands} - {""}):
            chosen = [self.model.new_bool_var("") for _ in self.problem.hosts]
            self.model.add_exactly_one(chosen)
            for index, demand in enumerate(self.problem.demands):
                for at, flag in enumerate(chosen):
                    if demand.together == words:
                        self.model.add(self.counts[index][at] + self.model.new_constant(0) <= demand.count * flag)

    def _in_group(self, index: int, groups: tuple[str | None, ...], group: str) -> Any:
        counts = [count for count, own in zip(self.counts[index], groups, strict=True) if own == group]
        # The sum of no variables is a plain 0, which is not an expression of the solver.
        return sum(counts) + self.model.new_constant(0)

    def _amounts(self, at: int) -> None:
        for resource, most in self.problem.hosts[at].capacity.items():
            scale = _SCALE[resource]
            wanted = [
                (math.ceil(value * scale - 1e-6), self.counts[index][at])
                for index, demand in enumerate(self.problem.demands)
                if (value := (demand.amounts or {}).get(resource, 0.0)) and not isinstance(self.counts[index][at], int)
            ]
            if wanted:
                self.model.add(sum(amount * count for amount, count in wanted) <= math.floor(most * scale * (1 + 1e-9)))

    def _ports(self, at: int) -> None:
        single: dict[tuple[str, int], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        ranges: list[tuple[HostPort, Any]] = []
        for index, demand in enumerate(self.problem.demands):
            count = self.counts[index][at]
            if isinstance(count, int):
                continue
            for port in demand.ports:
                if port.first == port.last:
                    single[port.protocol, port.first][port.address].append(count)
                else:
                    ranges.append((port, count))
        for by_address in single.values():
            for address in tuple(by_address):
                rivals = {"", wildcard(address), address} & by_address.keys()
                self.model.add(sum(count for each in rivals for count in by_address[each]) <= 1)
        if ranges:
            self._ranges(at, single, ranges)

    def _ranges(
        self, at: int, single: dict[tuple[str, int], dict[str, list[Any]]], ranges: list[tuple[HostPort, Any]]
    ) -> None:
        """Require a port of its own for each range: no interval needs more ports than are free (Hall's theorem)."""
        busy = self.problem.hosts[at].busy
        taken: dict[tuple[str, int], Any] = {}
        for key, by_address in single.items():
            taken[key] = self.model.new_bool_var("")
            for count in (each for counts in by_address.values() for each in counts):
                self.model.add(count <= taken[key])
        for protocol in {port.protocol for port, _ in ranges}:
            own = [(port, count) for port, count in ranges if port.protocol == protocol]
            for first in {port.first for port, _ in own}:
                for last in {port.last for port, _ in own}:
                    inside = [count for port, count in own if first <= port.first and port.last <= last]
                    if not inside:
                        continue
                    free = sum((protocol, number) not in busy for number in range(first, last + 1))
                    by_single = [
                        flag
                        for (kind, number), flag in taken.items()
                        if kind == protocol and first <= number <= last and (kind, number) not in busy
                    ]
                    self.model.add(sum(inside) + sum(by_single) <= free)

    def _neighbours(self, at: int) -> None:
        demands = self.problem.demands
        names = {demand.name: index for index, demand in enumerate(demands)}
        if any(demand.apart for demand in demands):
            for index, demand in enumerate(demands):
                for other in range(index):
                    if demand.is_apart_from(demands[other]):
                        self.model.add(self._is_on(index, at) + self._is_on(other, at) <= 1)
        for index, demand in enumerate(demands):
            for name in demand.beside:
                if name in names:
                    self.model.add(self._is_on(index, at) <= self._is_on(names[name], at))

    def _is_on(self, index: int, at: int) -> Any:
        """Return whether a host has an instance of a demand, as an expression of the solver.

        It is a Boolean variable, or the constant 0 if the host cannot have one.
        """
        count = self.counts[index][at]
        if isinstance(count, int):
            return self.model.new_constant(0)
        if (index, at) not in self.present:
            flag = self.model.new_bool_var("")
            self.model.add(count >= 1).only_enforce_if(flag)
            self.model.add(count == 0).only_enforce_if(~flag)
            self.present[index, at] = flag
        return self.present[index, at]


def _is_single(demand: Demand) -> bool:
    """Return whether a host can have only one instance of a demand."""
    fixed = any(port.first == port.last for port in demand.ports)
    return bool(demand.alone) or fixed or demand.is_apart_from(demand)


def _groups(groups: tuple[str | None, ...]) -> list[str]:
    return sorted(Counter(group for group in groups if group is not None))
