"""How much of a resource the scheduler of each engine gives away on a host, where its settings are the defaults."""

from dataclasses import dataclass

from hostcheck.placement.views import HostView
from hostcheck.profiles.wording import data
from hostcheck.workloadfiles.model import Resource

_GIB = 1 << 30
_EVICTION = 100 << 20
"""What a kubelet keeps free: evictionHard memory.available (kubernetes.io/docs/concepts/scheduling-eviction)."""
_PODS = 110
"""Pods that a kubelet takes: maxPods (kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1)."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a host has to give.

    Attributes:
        value: CPUs, bytes, or pods; None where that is unknown.
        said: it in words, or why it is unknown.
    """

    value: float | None
    said: str


def capacity(view: HostView, resource: Resource, profile: str) -> Capacity:
    """Return what the scheduler of an engine gives away; what runs on the host already is not known to hostcheck.

    Args:
        view: the host.
        resource: CPUs, memory, disk or pods.
        profile: of the engine.
    """
    if resource == "pods":
        return Capacity(_PODS, f"a kubelet takes {_PODS}")
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


_GIVERS = {"mesos": "a Mesos agent", "kubernetes": "the kubelet"}


def _given(total: float, profile: str) -> float:
    """Return the bytes of memory that are given away.

    A Mesos agent leaves 1 GB to the system where it has more (slave/containerizer/containerizer.cpp).
    """
    if profile == "mesos":
        return total - _GIB if total > _GIB else total
    return max(total - _EVICTION, 0.0) if profile == "kubernetes" else total
