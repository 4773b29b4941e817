"""Whether a container may mount proc: what covers parts of /proc here can keep it from that.

In a user namespace other than the first one, the kernel mounts proc only where a whole one is mounted already: not one
that is read-only, nor one on parts of which something else is mounted, as engines do in their containers. Source:
linux fs/namespace.c, mnt_already_visible; runc#1658; containers/podman#20453.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hostcheck.host.base import Host
from hostcheck.host.mounts import Mount, parse_mountinfo, read_mounts
from hostcheck.probes.virt.limits import parse_uid_map
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO, _UID_MAP = "/proc/self/mountinfo", "/proc/self/uid_map"
_FIRST_NAMESPACE = ((0, 0, 4294967295),)
_MADE_FOR_MOUNTS = ("/sys/fs/binfmt_misc", "/fs/nfsd", "/openprom", "/xen")
"""Folders of proc that are always empty: a mount there covers nothing (proc_create_mount_point)."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield ns.user_proc_mount, of containers of an ordinary user, and ns.proc_mount, of those of root here."""
    own = "ns.proc_mount"
    uid_map = host.read(_UID_MAP)
    rows = parse_uid_map(uid_map.text or "")
    of_users = _of_users(parse_mountinfo(read_mounts(host).text or ""))
    yield of_users
    if rows == _FIRST_NAMESPACE:
        shown = uid_map.evidence("for: root of the first user namespace may mount it")
        yield Fact(own, value=True, evidence=(shown,))
    elif rows or of_users.value is True:
        yield replace(of_users, id=own)
    else:
        yield Fact.unknown(own, f"{_UID_MAP} does not show root's user namespace", of_users.evidence)


def _of_users(mounts: Sequence[Mount]) -> Fact:
    fact_id = "ns.user_proc_mount"
    refused: list[Evidence] = []
    for proc in (mount for mount in mounts if mount.fs_type == "proc" and mount.root == "/"):
        reason = _why_not(proc, mounts)
        if not reason:
            shown = Evidence(_MOUNTINFO, proc.mount_point, "for: a whole proc, which permits another one")
            return Fact(fact_id, value=True, evidence=(shown,))
        refused.append(Evidence(_MOUNTINFO, reason, "against: this proc permits no other one"))
    if not refused:
        return Fact.unknown(fact_id, f"{_MOUNTINFO} shows no proc")
    return Fact(fact_id, value=False, evidence=tuple(refused))


def _why_not(proc: Mount, mounts: Sequence[Mount]) -> str:
    """Return why a mount of proc is not a whole one; empty if it is."""
    if "ro" in proc.options:
        return f"{proc.mount_point} is read-only"
    free = {f"{proc.mount_point}{folder}" for folder in _MADE_FOR_MOUNTS}
    over = next((each for each in mounts if each.parent == proc.id and each.mount_point not in free), None)
    return f"{over.fs_type} on {over.mount_point}" if over else ""
