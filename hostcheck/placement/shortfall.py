"""Explain why there is no assignment: a minimal set of requirements that conflict, and single changes that help."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from hostcheck.counts import number_of
from hostcheck.placement.judged import Answer
from hostcheck.placement.problem import Demand, Problem, Room
from hostcheck.placement.search import search

_STEPS = 20_000
_MOST_CHANGES = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One requirement of a demand, as a part of a conflict.

    Attributes:
        index: the index of the demand.
        kind: "instances", "host", "alone", "together"; or "amount", "port", "limit", "even", "apart" or "beside", with
            a key after a space.
        said: the requirement in words.
    """

    index: int
    kind: str
    said: str


class _UndecidedError(Exception):
    """A search reached its limit."""


def core(problem: Problem) -> tuple[Part, ...] | None:
    """Return a minimal set of parts that cannot be met together; without any one of them, the others can.

    The algorithm is QuickXplain (Junker, AAAI 2004): with a few dozen searches, it finds a handful out of thousands of
    parts.

    Returns:
        The parts; None if a search reached its limit.
    """

    def has_none(parts: Sequence[Part]) -> bool:
        outcome = search(_only(problem, parts), steps=_STEPS)
        if outcome.assignment is None and not outcome.proved:
            raise _UndecidedError
        return outcome.assignment is None

    def explained(given: list[Part], is_new: bool, parts: list[Part]) -> list[Part]:  # noqa: FBT001  as in the paper
        if is_new and has_none(given):
            return []
        if len(parts) == 1:
            return parts
        half = len(parts) // 2
        first, second = parts[:half], parts[half:]
        of_second = explained(given + first, bool(first), second)
        of_first = explained(given + of_second, bool(of_second), first)
        return of_first + of_second

    parts = [part for index, demand in enumerate(problem.demands) for part in _parts(index, demand)]
    try:
        found = set(explained([], False, parts))  # noqa: FBT003  the same
    except _UndecidedError:
        return None
    return tuple(part for part in parts if part in found)


def changes(problem: Problem, names: Callable[[int, str], str]) -> Iterator[str]:
    """Yield, in words, single changes each of which makes an assignment possible.

    Args:
        problem: a problem without an assignment.
        names: a function that takes the index of a demand and a rule that is left out, and returns the change in words.
    """
    for words, changed in islice(_single(problem, names), _MOST_CHANGES):
        if search(changed, steps=_STEPS).assignment is not None:
            yield words


def _single(problem: Problem, names: Callable[[int, str], str]) -> Iterator[tuple[str, Problem]]:
    held = sorted({(port, at) for at, host in enumerate(problem.hosts) for port in host.busy})
    wanted = {
        (port.protocol, number) for demand in problem.demands for port in demand.ports for number in (port.first,)
    }
    for (protocol, number), at in held:
        if (protocol, number) in wanted:
            yield f"free port {number}/{protocol} on {problem.hosts[at].name}", _freed(problem, at, (protocol, number))
    if not all(demand.together for demand in problem.demands):
        yield "one more host like the largest", _with_host(problem)
    for index, demand in enumerate(problem.demands):
        for number in range(len(demand.limits)):
            limits = (*demand.limits[:number], *demand.limits[number + 1 :])
            without = replace(demand, limits=limits)
            yield names(index, demand.limits[number].said), problem.with_demand(index, without)
        for number, even in enumerate(demand.even):
            without = replace(demand, even=(*demand.even[:number], *demand.even[number + 1 :]))
            yield names(index, even.said), problem.with_demand(index, without)
        if demand.count > 1 and demand.must is None:
            fewer = replace(demand, count=demand.count - 1)
            yield (
                f"{number_of(demand.count - 1, 'instance')} of {demand.name} instead of {demand.count}",
                problem.with_demand(index, fewer),
            )


def _freed(problem: Problem, at: int, port: tuple[str, int]) -> Problem:
    """Return the problem with one port of a host freed.

    A demand whose only obstacle on this host was the port can then run there.
    """
    hosts = list(problem.hosts)
    hosts[at] = replace(hosts[at], busy=hosts[at].busy - {port})

    def freed(demand: Demand) -> Demand:
        if demand.lacks[at : at + 1] != (frozenset({port}),):
            return demand
        passes: Answer = "pass"
        return replace(demand, may=(*demand.may[:at], passes, *demand.may[at + 1 :]))

    return Problem(tuple(map(freed, problem.demands)), tuple(hosts))


def _with_host(problem: Problem) -> Problem:
    """Return the problem with one more host that every demand accepts. It is as large as the largest."""
    largest = max(problem.hosts, key=lambda host: host.capacity.get("memory", 0.0))
    added = Room("one more", largest.capacity)
    passes: Answer = "pass"
    demands = tuple(
        replace(
            demand,
            may=(*demand.may, passes),
            limits=tuple(replace(limit, groups=(*limit.groups, "one more")) for limit in demand.limits),
            even=tuple(replace(even, groups=(*even.groups, "one more")) for even in demand.even),
        )
        for demand in problem.demands
    )
    return Problem(demands, (*problem.hosts, added))


def _parts(index: int, demand: Demand) -> Iterator[Part]:
    yield Part(index, "instances", f"{demand.name}: {_count(demand)}")
    if "fail" in demand.may:
        yield Part(index, "host", f"{demand.name}: it cannot run on every host")
    for resource in demand.amounts or {}:
        said = "CPU in MHz" if resource == "mhz" else resource
        yield Part(index, f"amount {resource}", f"{demand.name}: {said}")
    for number, port in enumerate(demand.ports):
        yield Part(index, f"port {number}", f"{demand.name}: port {port.label}")
    if demand.alone:
        yield Part(index, "alone", f"{demand.name}: {demand.alone}")
    for number, limit in enumerate(demand.limits):
        yield Part(index, f"limit {number}", f"{demand.name}: {limit.said}")
    for number, even in enumerate(demand.even):
        yield Part(index, f"even {number}", f"{demand.name}: {even.said}")
    for pattern in demand.apart:
        yield Part(index, f"apart {pattern}", f"{demand.name}: apart from {pattern}")
    if demand.together:
        yield Part(index, "together", f"{demand.name}: {demand.together}")
    for name in demand.beside:
        yield Part(index, f"beside {name}", f"{demand.name}: beside {name}")


def _count(demand: Demand) -> str:
    if demand.must is not None:
        return "one on each host"
    return number_of(demand.count, "instance")


def _only(problem: Problem, parts: Sequence[Part]) -> Problem:
    """Return the problem with only these parts."""
    kept = {(part.index, part.kind) for part in parts}
    passes: tuple[Answer, ...] = ("pass",)
    demands = []
    for index, demand in enumerate(problem.demands):
        if (index, "instances") not in kept:
            continue
        demands.append(
            replace(
                demand,
                may=demand.may if (index, "host") in kept else passes * len(demand.may),
                amounts={
                    resource: value
                    for resource, value in (demand.amounts or {}).items()
                    if (index, f"amount {resource}") in kept
                },
                ports=tuple(port for at, port in enumerate(demand.ports) if (index, f"port {at}") in kept),
                alone=demand.alone if (index, "alone") in kept else "",
                limits=tuple(limit for at, limit in enumerate(demand.limits) if (index, f"limit {at}") in kept),
                even=tuple(even for at, even in enumerate(demand.even) if (index, f"even {at}") in kept),
                apart=tuple(pattern for pattern in demand.apart if (index, f"apart {pattern}") in kept),
                together=demand.together if (index, "together") in kept else "",
                beside=tuple(name for name in demand.beside if (index, f"beside {name}") in kept),
            )
        )
    return Problem(tuple(demands), problem.hosts)
