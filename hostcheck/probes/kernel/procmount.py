"""Whether a container may mount proc. Mounts over parts of /proc can prevent it.

In a new user namespace, the kernel mounts proc only if a complete proc is mounted already. A proc is not complete if it
is read-only, or if other mounts cover parts of it, as engines do in their containers. In the user namespace in which
the parts were covered, the covers prevent nothing: only their copies in a new user namespace are locked. LXC covers the
parts in the container's own user namespace. So the mount table is evidence against a container that root starts only if
mounting proc was tried too. Sources: linux fs/namespace.c, mnt_already_visible and lock_mnt_tree; runc#1658;
containers/podman#20453.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hostcheck.host.base import Host
from hostcheck.host.mounts import Mount, parse_mountinfo, read_mounts
from hostcheck.jsonvalues import items
from hostcheck.probes.engine.containersconf import SYSTEM, setting
from hostcheck.probes.engine.users import home_of_user
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.virt.limits import ALL_USERS, parse_uid_map
from hostcheck.probes.virt.mounts import may_have_admin
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO, _UID_MAP = "/proc/self/mountinfo", "/proc/self/uid_map"
_TRY_IT = "audit as root, without --no-experiments"
_MADE_FOR_MOUNTS = ("/sys/fs/binfmt_misc", "/fs/nfsd", "/openprom", "/xen")
"""Folders of proc that are always empty: a mount there covers nothing (proc_create_mount_point)."""
_BIND = "/proc:/proc"
_SYSBOX = "sysboxfs"
_MANAGER, _NSPAWN = "/run/systemd/container", "systemd-nspawn"


def probe(host: Host) -> Iterator[Fact]:
    """Yield ns.user_proc_mount (containers of users), ns.proc_mount (those of root) and engine.podman_own_proc."""
    own = "ns.proc_mount"
    uid_map = host.read(_UID_MAP)
    rows = parse_uid_map(uid_map.text or "")
    mounts = parse_mountinfo(read_mounts(host).text or "")
    listed = _of_users(mounts)
    # A trial can only correct a no: it is not made where the table permits one.
    tried = (host.experiment("proc") or {}) if listed.value is False else {}
    of_users = _tried(listed, tried.get("user")) or _doubted(host, listed, mounts)
    yield of_users
    yield _own_proc(host, asked=listed.value is False)
    if may_have_admin(host) is False:
        # Root mounts in a new user namespace too then, as Podman does (podman#10079), or not at all.
        yield replace(of_users, id=own)
    elif rows == ALL_USERS:
        shown = uid_map.evidence("for: root of the first user namespace may mount it")
        yield Fact(own, value=True, evidence=(shown,))
    elif listed.value is True:
        yield replace(listed, id=own)
    elif not rows:
        yield Fact.unknown(own, f"{_UID_MAP} does not show root's user namespace", listed.evidence)
    elif listed.known:
        reason = f"parts of /proc are covered, and mounting another one was not tried: {_TRY_IT}"
        yield _tried(replace(listed, id=own), tried.get("own")) or Fact.unknown(own, reason, listed.evidence)
    else:
        yield replace(listed, id=own)


def _own_proc(host: Host, *, asked: bool) -> Fact:
    """Return engine.podman_own_proc: whether Podman mounts proc for a container. Reads settings only if ``asked``."""
    fact_id = "engine.podman_own_proc"
    home = home_of_user(host) if asked else ""
    folders = (*((f"{home}/.config/containers",) if home else ()), *SYSTEM) if asked else ()
    for key, shares in (("volumes", lambda value: _BIND in items(value)), ("pidns", lambda value: value == "host")):
        value, reading = setting(host, folders, "containers", key)
        if reading is not None and reading.text is None:
            return Fact.unknown(fact_id, unread_reason(reading))
        if reading is not None and shares(value):
            return Fact(
                fact_id, value=False, evidence=(reading.evidence("against: containers get that of the host", key),)
            )
    assumed = "assumed: neither volumes nor pidns gives them that of the host, where it matters"
    return Fact(fact_id, value=True, evidence=(Evidence("containers.conf(5)", None, assumed),))


def _tried(listed: Fact, result: Mapping[str, Any] | None) -> Fact | None:
    """Return the result of mounting proc if the mount table speaks against it; None if the trial did not get there."""
    source = "mounting another proc"
    if result and result.get("ok"):
        return replace(listed, value=True, evidence=(Evidence(source, "ok", "for: mounted"),))
    if result and result.get("stage") == "mount":
        shown = Evidence(source, str(result.get("error", "")), "against: it was refused")
        return replace(listed, evidence=(shown, *listed.evidence))
    return None


def _doubted(host: Host, listed: Fact, mounts: Sequence[Mount]) -> Fact:
    """Return the conclusion from the mount table alone: unknown if a proc may be mounted that it does not show.

    sysbox-fs answers for the kernel when a container mounts proc (nestybox/sysbox, docs/user-guide/design.md).
    systemd-nspawn moves its root over that of the host, whose proc stays in the mount namespace (MS_MOVE).
    """
    if listed.value is not False:
        return listed
    by_sysbox = any(mount.source == _SYSBOX for mount in mounts)
    if not by_sysbox and (host.read(_MANAGER).text or "").strip() != _NSPAWN:
        return listed
    who = "Sysbox" if by_sysbox else "systemd-nspawn"
    reason = f"mounting another proc was not tried, and {who} may permit it: {_TRY_IT}"
    return Fact.unknown(listed.id, reason, listed.evidence)


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
        return Fact.unknown(fact_id, f"{_MOUNTINFO} shows no mount of proc: audit the host itself")
    return Fact(fact_id, value=False, evidence=tuple(refused))


def _why_not(proc: Mount, mounts: Sequence[Mount]) -> str:
    """Return why a mounted proc is not complete; empty if it is."""
    if "ro" in proc.options:
        return f"{proc.mount_point} is read-only"
    free = {f"{proc.mount_point}{folder}" for folder in _MADE_FOR_MOUNTS}
    over = next((each for each in mounts if each.parent == proc.id and each.mount_point not in free), None)
    return f"{over.fs_type} on {over.mount_point}" if over else ""
