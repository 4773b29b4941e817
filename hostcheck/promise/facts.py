"""Read the facts by which a promise is judged from a run.

A run file may hold any value: a value of the wrong type is read as unknown.
"""

from dataclasses import dataclass

from hostcheck.run.model import NONE, Fact, Run

SYSTEM = ("openvz", "lxc", "lxd", "incus", "lxc-libvirt", "systemd-nspawn", "linux-vserver", "wsl1", "wsl2", "gvisor")
"""Kinds of containers that are sold as servers. A container of any other kind was started by the server's user."""
AUDIT = "hostcheck promise {plan} on the host itself, as root"


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


def own_container(run: Run) -> str:
    """Return "in a container" or "perhaps in a container", if the user may have set the limits around hostcheck.

    Returns:
        The words; empty if there is no container, or if the container is one that is sold as a server.
    """
    container = word_of(run, "virt.container")
    if container is None:
        return "perhaps in a container"
    return "" if container in {NONE, *SYSTEM} else "in a container"


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk in the fact hw.disks.

    Attributes:
        name: the kernel's name.
        transport: "nvme", "virtio", "scsi"…
        size: the size in bytes.
        says: "flash", "rotational" or "unsaid", as the kernel states it.
    """

    name: str
    transport: str
    size: int
    says: str


def disks_of(run: Run) -> tuple[Disk, ...] | None:
    """Return the disks of the fact hw.disks; None if unknown."""
    words = words_of(run, "hw.disks")
    if words is None:
        return None
    rows = [word.split() for word in words]
    return tuple(Disk(row[0], row[1], int(row[2]), row[3]) for row in rows if len(row) == 4 and row[2].isdecimal())
