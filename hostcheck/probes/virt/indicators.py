"""One piece of evidence about the virtual machine, and its rank among the others."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from hostcheck.host.base import Host, Reading
from hostcheck.run.model import Evidence

SOME = "other"
"""There is a virtual machine or a container, of a kind that is not named."""

NONE = "none"
"""There is no virtual machine, or no container."""


class Rank(IntEnum):
    """How far evidence of a virtual machine is believed: the lowest rank wins."""

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
        value: the hypervisor that it names; SOME when it names none, NONE when it speaks against a virtual machine.
        rank: the lower, the stronger.
        evidence: what was read.
    """

    value: str
    rank: Rank
    evidence: Evidence


class KernelKind(NamedTuple):
    """A kernel that contains its processes, or that only imitates Linux.

    Attributes:
        flavour: "openvz", "cloudlinux", "linux-vserver", "gvisor", "wsl1", "wsl2" or "illumos-lx".
        evidence: what was read.
        contained: whether this process runs in a container of that kernel; None where it is unknown.
    """

    flavour: str
    evidence: Evidence
    contained: bool | None


def indicator(value: str, rank: Rank, reading: Reading, shown: str | None = None, says: str = "") -> Indicator:
    """Return an indicator of what was read.

    Args:
        value: the hypervisor, SOME or NONE.
        rank: how far it is believed.
        reading: what was read.
        shown: the part of it to show; all of it by default.
        says: what it means; "for <value>" by default.
    """
    meaning = {NONE: "against a virtual machine", SOME: "for a virtual machine"}.get(value, f"for {value}")
    return Indicator(value, rank, reading.evidence(says or meaning, shown))


def read_first(host: Host, *paths: str) -> Reading:
    """Return the first of several files that can be read; when none can, the error of the first."""
    readings = [host.read(paths[0])]
    for path in paths[1:]:
        if readings[-1].data is not None:
            return readings[-1]
        readings.append(host.read(path))
    return readings[-1] if readings[-1].data is not None else readings[0]


def first(indicators: Iterable[Indicator], *values: str) -> Indicator | None:
    """Return the first indicator with one of these values."""
    return next((one for one in indicators if one.value in values), None)
