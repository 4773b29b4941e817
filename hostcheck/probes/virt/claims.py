"""What a piece of evidence claims, and how much it counts against others."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from hostcheck.host.base import Host, Reading
from hostcheck.run.model import Evidence

SOME = "other"
"""A machine is virtual, or a process contained, but nothing says by what."""

NONE = "none"
"""Nothing virtual, or nothing contained."""


class Rank(IntEnum):
    """How much a witness of the virtual machine counts: the lowest is believed."""

    PERSONALITY = 0
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
    Rank.PERSONALITY: "it lost to what was read before it",
    Rank.XEN: "Xen's interface is there in its guests and in what runs below them",
    Rank.DISGUISED: "firmware strings can be rewritten",
    Rank.CPUID: "CPUID tells what lies below, and another hypervisor's signature may be shown to please guests",
    Rank.PARAVIRTUAL: "several hypervisors offer this interface",
    Rank.FIRMWARE: "providers rewrite firmware strings",
    Rank.HYPERV_LEAF: "other hypervisors show Hyper-V's signature to please Windows",
    Rank.HINT: "a device may be passed through, and a driver merely loaded",
    Rank.UNNAMED: "it does not say which hypervisor",
    Rank.ABSENCE: "a hypervisor can hide",
}
"""Why a witness of each rank may lose."""


class Claim(NamedTuple):
    """One witness heard.

    Attributes:
        value: what it names; SOME when it only says that there is something, NONE when it says there is nothing.
        rank: the lower, the more it counts.
        evidence: what was read.
    """

    value: str
    rank: Rank
    evidence: Evidence


class Personality(NamedTuple):
    """What a kernel turned out to be.

    Attributes:
        flavour: the kernel: "openvz", "cloudlinux", "linux-vserver", "gvisor", "wsl1", "wsl2", "illumos-lx".
        evidence: what was read.
        contained: whether what looks is in a container of that kernel; None where this is not told.
    """

    flavour: str
    evidence: Evidence
    contained: bool | None


def claim(value: str, rank: Rank, reading: Reading, shown: str | None = None, says: str = "") -> Claim:
    """Make a claim of what was read; ``shown`` picks the telling part, ``says`` tells more than the name."""
    meaning = {NONE: "against a virtual machine", SOME: "for a virtual machine"}.get(value, f"for {value}")
    return Claim(value, rank, reading.evidence(says or meaning, shown))


def read_first(host: Host, *paths: str) -> Reading:
    """Read the first of several files that can be read; when there is none, tell how the first one failed."""
    readings = [host.read(paths[0])]
    for path in paths[1:]:
        if readings[-1].data is not None:
            return readings[-1]
        readings.append(host.read(path))
    return readings[-1] if readings[-1].data is not None else readings[0]


def first(claims: Iterable[Claim], *values: str) -> Claim | None:
    """Find the first claim of one of these values."""
    return next((one for one in claims if one.value in values), None)
