"""How much of each resource an engine's scheduler can allocate on a host, with its default settings."""

from dataclasses import dataclass

from hostcheck.placement.views import HostView
from hostcheck.profiles.wording import data
from hostcheck.workloadfiles.needs import Resource

_GIB = 1 << 30
_EVICTION = 100 << 20
"""Memory that a kubelet keeps free: evictionHard memory.available (kubernetes.io/docs/concepts/scheduling-eviction)."""
_PODS = 110
"""Maximum number of pods of a kubelet: maxPods (kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1)."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """The amount of a resource that a scheduler can allocate on a host.

    Attributes:
        value: the number of CPUs, MHz, bytes or pods; None if unknown.
        said: the amount in words, or why it is unknown.
        fix: how to make it known, with {} for the host's name; may be empty.
    """

    value: float | None
    said: str
    fix: str = ""


def capacity(view: HostView, resource: Resource, profile: str) -> Capacity:
    """Return how much of a resource the scheduler of an engine can allocate on an idle host.

    Allocations of running workloads are not subtracted, because hostcheck does not know them.

    Args:
        view: the host.
        resource: "cpu", "mhz", "memory", "disk" or "pods".
        profile: the profile of the engine.
    """
    if resource == "pods":
        return Capacity(_PODS, f"a kubelet takes {_PODS}")
    if resource == "mhz":
        return _compute(view)
    fact = view.fact({"cpu": "hw.cpus", "memory": "hw.memory_bytes", "disk": "storage.free_bytes"}[resource])
    if not fact.known or not isinstance(fact.value, int):
        return Capacity(None, f"unknown: {fact.reason}")
    total = float(fact.value)
    if resource == "cpu":
        return Capacity(total, f"the host has {total:g}")
    if resource == "disk":
        return Capacity(total, f"{data(total)} are free")
    given = _given(total, profile)
    if given == total:
        return Capacity(total, f"the host has {data(total)}")
    return Capacity(given, f"of the host's {data(total)}, {_GIVERS[profile]} gives away {data(given)}")


def _compute(view: HostView) -> Capacity:
    """Return the capacity of a Nomad client in MHz: as the attribute gives it, otherwise that of the processors."""
    given = view.attribute("attr.cpu.totalcompute")
    if given is not None and given.isascii() and given.isdigit():
        return Capacity(float(given), f"the client has {given} MHz")
    fact = view.fact("hw.cpu_mhz")
    if not fact.known or not isinstance(fact.value, int):
        fix = "Name it, as nomad node status -verbose shows it: --attribute {}:attr.cpu.totalcompute=MHZ."
        return Capacity(None, f"unknown: {fact.reason}", fix)
    return Capacity(float(fact.value), f"the host's processors have {fact.value} MHz")


_GIVERS = {"mesos": "a Mesos agent", "kubernetes": "the kubelet"}


def _given(total: float, profile: str) -> float:
    """Return the memory that a scheduler can allocate, in bytes.

    A Mesos agent reserves 1 GB for the system if the host has more (slave/containerizer/containerizer.cpp).
    """
    if profile == "mesos":
        return total - _GIB if total > _GIB else total
    return max(total - _EVICTION, 0.0) if profile == "kubernetes" else total
