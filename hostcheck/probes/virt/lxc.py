"""Whether an engine's containers can start inside a container of LXC, LXD or Incus: by nesting and AppArmor.

Sources: lxc config/common.conf.d and nesting.conf; opencontainers/runc#4968, lxc/lxc#4609.
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.virt.indicators import read_first
from hostcheck.probes.virt.isolation import Isolation
from hostcheck.run.model import NONE, Evidence, Fact

_OF_LXC = frozenset({"lxc", "lxd", "incus"})
_NESTING_MOUNTS = frozenset({"/dev/.lxc/proc", "/dev/.lxc/sys"})
"""Mounts of complete instances of proc and sysfs. With them, the kernel lets a user namespace mount its own ones."""

_CONFINED = re.compile(r"(?:lxc|lxd|incus)-.*\((?:enforce|kill|mixed)\)")
_RUNC_VERSION = r"runc version (\d+)\.(\d+)\.(\d+)"
_LIMIT_SECONDS = 1.0


def lxc(host: Host, container: Fact, isolation: Isolation) -> Iterator[Fact]:
    """Yield virt.nesting and virt.lxc_confined.

    Args:
        host: the host.
        container: the fact virt.container.
        isolation: the mounts, and the table that they are from.
    """
    yield _nesting(container, isolation)
    yield _confined(host)


def reopens(version: tuple[int, int, int]) -> bool:
    """Whether runc of this version opens sysctls on a separate mount of proc and reopens the file (CVE-2025-52881)."""
    return version >= (1, 3, 3) or (1, 2, 8) <= version < (1, 3, 0)


def _nesting(container: Fact, isolation: Isolation) -> Fact:
    fact_id, table, mounts = "virt.nesting", isolation.table, isolation.mounts
    if not container.known:
        return Fact.unknown(fact_id, f"{container.id} is unknown: {container.reason}", container.evidence)
    if container.value not in _OF_LXC:
        return Fact(fact_id, NONE, evidence=(Evidence(container.id, str(container.value), "not of LXC"),))
    if not mounts:
        return Fact.unknown(fact_id, f"no mount could be read from {table}: audit inside this container")
    found = sorted(_NESTING_MOUNTS & {mount.mount_point for mount in mounts})
    on = len(found) == len(_NESTING_MOUNTS)
    if isolation.cut and not on:
        sought = " and ".join(sorted(_NESTING_MOUNTS))
        return Fact.unknown(fact_id, f"{table} is larger than 1 MiB and was read in part: see whether it has {sought}")
    shown = Evidence(table, ", ".join(found) or None, "for on: proc and sysfs are mounted whole" if on else "for off")
    return Fact(fact_id, "on" if on else "off", evidence=(shown,))


def _confined(host: Host) -> Fact:
    fact_id = "virt.lxc_confined"
    label = read_first(host, "/proc/self/attr/apparmor/current", "/proc/self/attr/current")
    text = (label.text or "").strip(" \n\0")
    if not _CONFINED.match(text):
        # Without AppArmor the file is absent or cannot be read (EINVAL); a label of another module is no label of LXC.
        return Fact(fact_id, value=False, evidence=(label.evidence("no profile of LXC"),))
    evidence = label.evidence("for: a profile of LXC")
    reading = host.run(("runc", "--version"), _LIMIT_SECONDS)
    found = re.search(_RUNC_VERSION, reading.text or "")
    if found is None:
        return Fact(fact_id, value=True, evidence=(evidence, reading.evidence("its version is unknown", None)))
    affected = reopens((int(found[1]), int(found[2]), int(found[3])))
    says = "for: it reopens sysctl files" if affected else "against: it is older than the change"
    return Fact(fact_id, affected, evidence=(evidence, reading.evidence(says, found[0])))
