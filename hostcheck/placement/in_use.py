"""Memory that other programs use on a host, and CPUs that schedulers have set aside for running containers.

A scheduler allocates the memory of a host without regard to programs outside its control. Resources that it has set
aside may be for containers that the file replaces. So a workload never fails because resources are in use. A placement
that needs them is unknown, not certain.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from hostcheck.placement.capacity import capacity
from hostcheck.placement.problem import Problem
from hostcheck.placement.views import HostView
from hostcheck.profiles.wording import data
from hostcheck.workloadfiles.needs import Resource

Free = Mapping[Resource, float]
"""The free amount of each resource on a host, in bytes, CPUs or MHz; an unknown resource is absent."""

_OF_A_CPU = 1024.0
"""CPU shares that stand for one CPU, in containers of Mesos and of the kubelet."""
_IN_SHARES: Mapping[str, tuple[Resource, float]] = {
    "nomad": ("mhz", 1.0),
    "mesos": ("cpu", _OF_A_CPU),
    "kubernetes": ("cpu", _OF_A_CPU),
}
"""For each scheduler, the resource that it sets aside, and the CPU shares that stand for one unit of it."""


def free_of(view: HostView, marks: Collection[str], profiles: Collection[str]) -> Free:
    """Return the free resources of a host.

    Memory is absent if containers of the given workloads run there: new containers replace them, and how much memory
    that frees is unknown.

    Args:
        view: the host.
        marks: the labels of the workloads.
        profiles: the profiles of the files' engines.
    """
    found: dict[Resource, float] = {}
    fact = view.fact("hw.memory_available_bytes")
    if fact.known and isinstance(fact.value, int) and set(marks).isdisjoint(view.running or ()):
        found["memory"] = float(fact.value)
    for profile in sorted(_IN_SHARES.keys() & set(profiles)):
        resource, of_one = _IN_SHARES[profile]
        whole = capacity(view, resource, profile).value
        aside = _set_aside(view, profile)
        if whole is not None and aside:
            found[resource] = min(found.get(resource, math.inf), max(whole - aside / of_one, 0.0))
    return found


def _set_aside(view: HostView, profile: str) -> float:
    """Return the sum of the CPU shares of a scheduler's running containers."""
    fact = view.fact("engine.cpu_set_aside")
    parts = [str(each).split(" ") for each in fact.value] if fact.known and isinstance(fact.value, tuple) else []
    return float(sum(int(words[1]) for words in parts if words[0] == profile and words[1].isdecimal()))


def within_free(problem: Problem, free: Sequence[Free]) -> Problem:
    """Return the problem with the capacity of each host limited to its free resources.

    Args:
        problem: the demands and the hosts.
        free: the free resources of each host.
    """
    pairs = zip(problem.hosts, free, strict=True)
    hosts = (replace(room, capacity=_least(room.capacity, own)) for room, own in pairs)
    return Problem(problem.demands, tuple(hosts))


def _least(whole: Free, own: Free) -> Free:
    return {**whole, **{name: min(amount, whole.get(name, math.inf)) for name, amount in own.items()}}


def shortages(problem: Problem, free: Sequence[Free], assignment: Sequence[Sequence[int]] | None) -> Iterator[str]:
    """Yield, in words, the hosts on which an assignment needs resources that are in use.

    Args:
        problem: the demands and the hosts.
        free: the free resources of each host.
        assignment: for each demand, the indexes of its instances' hosts; None if there is no assignment.
    """
    for at, (room, own) in enumerate(zip(problem.hosts, free, strict=True)):
        for name, spare in own.items():
            wanted = sum(
                (demand.amounts or {}).get(name, 0.0) * list(places).count(at)
                for demand, places in zip(problem.demands, assignment or (), strict=bool(assignment))
            )
            if wanted > spare:
                yield _SHORTAGES[name].format(host=room.name, wanted=_shown(name, wanted), free=_shown(name, spare))


_SHORTAGES: Mapping[str, str] = {
    "memory": "{host}: {wanted} of memory wanted, {free} free: other programs use the rest",
    "cpu": "{host}: {wanted} CPUs wanted, {free} free: the scheduler set the rest aside for what runs",
    "mhz": "{host}: {wanted} MHz wanted, {free} free: the scheduler set the rest aside for what runs",
}


def _shown(resource: Resource, amount: float) -> str:
    return data(amount) if resource == "memory" else f"{amount:.4g}" if resource == "cpu" else f"{amount:.0f}"


def not_known(problem: Problem, hosts: Sequence[HostView]) -> Iterator[str]:
    """Yield, in words, what is unknown about the resources in use; one sentence for all hosts.

    An engine sets nothing aside for a limit (``docker run --cpus``). Only a scheduler knows what it has set aside for
    anything but Docker's containers.
    """
    wanted = {name for demand in problem.demands for name, amount in (demand.amounts or {}).items() if amount}
    silent = [host.name for host in hosts if not host.fact("hw.memory_available_bytes").known]
    if "memory" in wanted and silent:
        yield f"how much memory is in use on {', '.join(silent)} is not known: all of it counts as free"
    if not wanted & {"cpu", "mhz"}:
        return
    if all(host.fact("engine.cpu_set_aside").known for host in hosts):
        yield (
            "CPUs that schedulers reserved are counted only for Docker's containers: only the schedulers know the "
            "others"
        )
    else:
        yield "running workloads may have reserved CPUs, which only their scheduler knows: all CPUs count as free"
