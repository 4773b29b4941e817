"""One piece of evidence about the virtual machine, and its rank among the others."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from hostcheck.host.base import Host, Reading
from hostcheck.run.model import Evidence

SOME = "other"
"""Value for a virtual machine or a container of unnamed kind."""

NONE = "none"
"""Value for no virtual machine, or no container."""


class Rank(IntEnum):
    """The strength of evidence about a virtual machine: the lowest number is the strongest."""

    SELF_NAMED = 0
    XEN = 1
    DISGUISED = 2
    CPUID = 3
    PARAVIRTUAL = 4
    FIRMWARE = 5
    HYPERV_LEAF = 6
    HINT = 7
    UNNAMED = 8
    ABSENCE = 9


WEAKNESS: dict[Rank, str] = {
    Rank.SELF_NAMED: "stronger evidence was read before it",
    Rank.XEN: "Xen shows its interface to guests, and to the hosts that run below them",
    Rank.DISGUISED: "firmware strings can be rewritten",
    Rank.CPUID: "CPUID may show the layer below, or the signature of another hypervisor that guests expect",
    Rank.PARAVIRTUAL: "several hypervisors offer this interface",
    Rank.FIRMWARE: "providers rewrite firmware strings",
    Rank.HYPERV_LEAF: "other hypervisors show the signature of Hyper-V for Windows guests",
    Rank.HINT: "a device may be passed through, and a driver may be loaded without its device",
    Rank.UNNAMED: "it does not name the hypervisor",
    Rank.ABSENCE: "a hypervisor can hide",
}
"""Why evidence of each rank may be wrong."""


class Indicator(NamedTuple):
    """One piece of evidence about the virtual machine.

    Attributes:
        value: the hypervisor that it names; SOME if it names none; NONE if it speaks against a virtual machine.
        rank: its strength.
        evidence: the source that was read, and its content.
    """

    value: str
    rank: Rank
    evidence: Evidence


class KernelKind(NamedTuple):
    """A kernel that runs containers of its own kind (OpenVZ, Linux-VServer), or that only imitates Linux.

    Attributes:
        flavour: "openvz", "cloudlinux", "linux-vserver", "gvisor", "wsl1", "wsl2" or "illumos-lx".
        evidence: the source that was read, and its content.
        contained: whether this process runs in a container of that kernel; None if it is unknown.
    """

    flavour: str
    evidence: Evidence
    contained: bool | None


def indicator(value: str, rank: Rank, reading: Reading, shown: str | None = None, says: str = "") -> Indicator:
    """Return an indicator whose evidence is a reading.

    Args:
        value: the hypervisor, SOME or NONE.
        rank: its strength.
        reading: the reading.
        shown: the part of the reading to show; None for all of it.
        says: its meaning; if empty, "for <value>" or the like.
    """
    meaning = {NONE: "against a virtual machine", SOME: "for a virtual machine"}.get(value, f"for {value}")
    return Indicator(value, rank, reading.evidence(says or meaning, shown))


def read_first(host: Host, *paths: str) -> Reading:
    """Return the reading of the first file that can be read; if none can, the failed reading of the first file."""
    readings = [host.read(paths[0])]
    for path in paths[1:]:
        if readings[-1].data is not None:
            return readings[-1]
        readings.append(host.read(path))
    return readings[-1] if readings[-1].data is not None else readings[0]


def first(indicators: Iterable[Indicator], *values: str) -> Indicator | None:
    """Return the first indicator with one of these values; None if there is none."""
    return next((one for one in indicators if one.value in values), None)
