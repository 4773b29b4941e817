"""Memory that other programs use on a host, and CPUs that schedulers set aside for running containers.

A scheduler allocates the memory of a host without regard to programs outside its control, and what it has set aside may
be for what a new version of the file replaces. Hence what is in use never makes a workload fail. A placement that needs
it is unknown, not certain.
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
"""The free amount of each resource on a host; of one that is not known, none."""

_OF_A_CPU = 1024.0
"""Shares of one CPU, in containers of Mesos and of the kubelet."""
_IN_SHARES: Mapping[str, tuple[Resource, float]] = {
    "nomad": ("mhz", 1.0),
    "mesos": ("cpu", _OF_A_CPU),
    "kubernetes": ("cpu", _OF_A_CPU),
}
"""The resource that each scheduler sets aside, and its shares for one of it."""


def free_of(view: HostView, marks: Collection[str], profiles: Collection[str]) -> Free:
    """Return what is free on a host.

    Of memory nothing where containers of the given workloads run: the new containers replace them, and how much memory
    that frees is unknown.

    Args:
        view: the host.
        marks: labels of the workloads.
        profiles: the engines of the files.
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
    """Return the shares of the running containers of a scheduler."""
    fact = view.fact("engine.cpu_set_aside")
    parts = [str(each).split(" ") for each in fact.value] if fact.known and isinstance(fact.value, tuple) else []
    return float(sum(int(words[1]) for words in parts if words[0] == profile and words[1].isdecimal()))


def within_free(problem: Problem, free: Sequence[Free]) -> Problem:
    """Return the problem with the resources of each host limited to what is free.

    Args:
        problem: demands and hosts.
        free: what is free on each host.
    """
    pairs = zip(problem.hosts, free, strict=True)
    hosts = (replace(room, capacity=_least(room.capacity, own)) for room, own in pairs)
    return Problem(problem.demands, tuple(hosts))


def _least(whole: Free, own: Free) -> Free:
    return {**whole, **{name: min(amount, whole.get(name, math.inf)) for name, amount in own.items()}}


def shortages(problem: Problem, free: Sequence[Free], assignment: Sequence[Sequence[int]] | None) -> Iterator[str]:
    """Yield the hosts on which an assignment needs what is in use, in words.

    Args:
        problem: demands and hosts.
        free: what is free on each host.
        assignment: the hosts of each demand's instances, by their index; None if there is no assignment.
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
    """Yield what is not known of the resources in use on hosts, in words; each once for all hosts.

    An engine sets nothing aside for a limit (``docker run --cpus``). What a scheduler has set aside for what is no
    container of Docker's, it alone knows.
    """
    wanted = {name for demand in problem.demands for name, amount in (demand.amounts or {}).items() if amount}
    silent = [host.name for host in hosts if not host.fact("hw.memory_available_bytes").known]
    if "memory" in wanted and silent:
        yield f"how much memory is in use on {', '.join(silent)} is not known: all of it counts as free"
    if not wanted & {"cpu", "mhz"}:
        return
    if all(host.fact("engine.cpu_set_aside").known for host in hosts):
        yield (
            "CPUs that schedulers set aside count as far as Docker's containers show them: what else has some, its "
            "scheduler alone knows"
        )
    else:
        yield "what runs already may have CPUs set aside, which its scheduler alone knows: all of them count as free"
