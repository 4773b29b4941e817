"""Read the facts by which a promise is judged from a run.

A run file may hold any value: a value of the wrong type is read as unknown.
"""

import re
from dataclasses import dataclass
from typing import Literal

from hostcheck.run.model import NONE, Fact, Run

SYSTEM = ("openvz", "lxc", "lxd", "incus", "lxc-libvirt", "systemd-nspawn", "linux-vserver", "wsl1", "wsl2", "gvisor")
"""Kinds of containers with a system of their own."""
_OF_LXC = ("lxc", "lxd", "incus", "lxc-libvirt")
"""LXD, Incus and libvirt run containers of LXC, and look like it from within."""
SOLD = ("openvz", *_OF_LXC, "linux-vserver")
"""Kinds of containers that are sold as servers; containers of other engines are started by a user on a server."""
DOM0 = "xen-dom0"
PROMISED = "promise.virtualization"
"""Fact of a judged run: the kind of host that the line ``virtualization`` promises; unknown without such a line."""
_DISK = re.compile(r"[a-z]{2,8}[a-z0-9]{0,12}")
"""A name that a kernel gives; a run file may have another, such as one with a serial number."""
WITHHELD = "An audit of this system, booted without kernel parameters that leave CPUs or memory out."
Place = Literal["machine", "sold", "started", "unknown"]
"""Where hostcheck ran.

"machine": outside of a container. The system itself, and so the buyer, sets limits on processes. "sold": in a container
that is sold as a server. The seller sets the limits on its first process. "started": in a container that a user
started.
"""


def fact_of(run: Run, fact_id: str) -> Fact:
    """Return a fact; an unknown one if the run does not have it."""
    found = run.facts.get(fact_id)
    return found if found is not None else Fact.unknown(fact_id, f"the run has no fact {fact_id}")


def word_of(run: Run, fact_id: str) -> str | None:
    """Return the value of a fact that is a word; None if unknown."""
    fact = fact_of(run, fact_id)
    return fact.value if fact.known and isinstance(fact.value, str) else None


def number_of_fact(run: Run, fact_id: str) -> float | None:
    """Return the value of a fact that is a number from 0 to 2^62; None if it is unknown or "none"."""
    fact = fact_of(run, fact_id)
    if not fact.known or isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        return None
    return float(fact.value) if 0 <= fact.value < 1 << 62 else None


def words_of(run: Run, fact_id: str) -> tuple[str, ...] | None:
    """Return the value of a fact that is a set of words; None if unknown."""
    fact = fact_of(run, fact_id)
    if not fact.known or not isinstance(fact.value, tuple | list):
        return None
    return tuple(word for word in fact.value if isinstance(word, str))


def is_alone(run: Run) -> bool | None:
    """Return whether the audit ran outside of a container; None if unknown."""
    container = word_of(run, "virt.container")
    return None if container is None else container == NONE


def place_of(run: Run) -> Place:
    """Return where hostcheck ran, which shows who set the limits on this process: see ``Place``."""
    container = word_of(run, "virt.container")
    if container is None:
        return "unknown"
    if container == NONE:
        return "machine"
    promised = word_of(run, PROMISED)
    # The buyer of a machine, virtual or not, may have made a container in it.
    is_sold = word_of(run, "virt.vm") == NONE if promised is None else container in kinds_of(promised)
    return "sold" if container in SOLD and is_sold else "started"


def in_place(place: Place) -> str:
    """Return the container around hostcheck in words, if a user may have started it; otherwise an empty text."""
    return {"unknown": "perhaps in a container", "started": "in a container"}.get(place, "")


def kinds_of(container: str) -> tuple[str, ...]:
    """Return the kinds of containers that look like this one from within, and itself."""
    return _OF_LXC if container in _OF_LXC else (container,)


def withheld(run: Run, fact_id: str) -> str:
    """Return in words why a kernel that knows of less does not prove that less was given; empty if it does."""
    if word_of(run, "virt.vm") == DOM0:
        return "Xen, which the owner of this domain 0 may have set up, may keep the rest"
    parameters = word_of(run, fact_id)
    if parameters == NONE:
        return ""
    if parameters is None:
        return "whether kernel parameters leave some out is unknown"
    return f"kernel parameters leave some out ({parameters})"


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk in the fact hw.disks.

    Attributes:
        name: the kernel's name.
        transport: "nvme", "virtio", "scsi"… "network" for one that a server of the seller's or the buyer's may have.
        size: the size in bytes.
        says: "flash", "rotational" or "unsaid", as the kernel states it.
    """

    name: str
    transport: str
    size: int
    says: str

    @property
    def is_local(self) -> bool:
        """Whether the kernel does not reach the disk over its own network."""
        return self.transport != "network"


def disks_of(run: Run) -> tuple[Disk, ...] | None:
    """Return the disks of the fact hw.disks; None if unknown."""
    words = words_of(run, "hw.disks")
    if words is None:
        return None
    rows = [word.split() for word in words]
    return tuple(
        Disk(row[0] if _DISK.fullmatch(row[0]) else "a disk", row[1], int(row[2]), row[3])
        for row in rows
        if len(row) == 4 and row[2].isdecimal()
    )
