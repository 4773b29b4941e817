"""Memory that other programs use on a host.

A scheduler allocates the memory of a host without regard to programs outside its control. Hence memory in use never
makes a workload fail. A placement that needs this memory is unknown, not certain.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from hostcheck.placement.problem import Problem, Room
from hostcheck.placement.views import HostView
from hostcheck.profiles.wording import data


def free_memory(view: HostView, marks: Collection[str]) -> float | None:
    """Return the bytes of memory that are free on a host.

    None if that is unknown, or if containers of the given workloads run there: the new containers replace them, and how
    much memory that frees is unknown.

    Args:
        view: the host.
        marks: labels of the workloads.
    """
    fact = view.fact("hw.memory_available_bytes")
    if not fact.known or not isinstance(fact.value, int) or not set(marks).isdisjoint(view.running or ()):
        return None
    return float(fact.value)


def within_free(problem: Problem, free: Sequence[float | None]) -> Problem:
    """Return the problem with the memory of each host limited to what is free.

    Args:
        problem: demands and hosts.
        free: bytes for each host; None if unknown.
    """
    hosts = (
        room if spare is None else replace(room, capacity={**room.capacity, "memory": min(spare, _memory(room))})
        for room, spare in zip(problem.hosts, free, strict=True)
    )
    return Problem(problem.demands, tuple(hosts))


def _memory(room: Room) -> float:
    return room.capacity.get("memory", math.inf)


def shortages(
    problem: Problem, free: Sequence[float | None], assignment: Sequence[Sequence[int]] | None
) -> Iterator[str]:
    """Yield the hosts on which an assignment needs memory that is in use, in words.

    Args:
        problem: demands and hosts.
        free: bytes for each host; None if unknown.
        assignment: the hosts of each demand's instances, by their index; None if there is no assignment.
    """
    for at, (room, spare) in enumerate(zip(problem.hosts, free, strict=True)):
        wanted = sum(
            (demand.amounts or {}).get("memory", 0.0) * list(places).count(at)
            for demand, places in zip(problem.demands, assignment or (), strict=bool(assignment))
        )
        if spare is not None and wanted > spare:
            yield f"{room.name}: {data(wanted)} of memory wanted, {data(spare)} free: other programs use the rest"


def not_known(problem: Problem, hosts: Sequence[HostView]) -> Iterator[str]:
    """Yield what is not known of the resources in use on hosts, in words; each once for all hosts.

    An engine sets nothing aside for a limit (``docker run --cpus``). What a scheduler has set aside, it alone knows.
    """
    wanted = {name for demand in problem.demands for name, amount in (demand.amounts or {}).items() if amount}
    silent = [host.name for host in hosts if not host.fact("hw.memory_available_bytes").known]
    if "memory" in wanted and silent:
        yield f"how much memory is in use on {', '.join(silent)} is not known: all of it counts as free"
    if wanted & {"cpu", "mhz"}:
        yield "what runs already may have CPUs set aside, which its scheduler alone knows: all of them count as free"
