"""What a rootless engine needs from the kernel: user namespaces, delegated control groups, a storage driver."""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.engine.dockerd import docker_is_installed
from hostcheck.probes.engine.stores import store_of
from hostcheck.probes.kernel.kconfig import read_config
from hostcheck.probes.kernel.namespaces import NO_PRIVILEGE, user_namespace_here
from hostcheck.probes.kernel.release import read_release
from hostcheck.probes.paths import other_folders
from hostcheck.probes.readings import undetermined, unread_reason
from hostcheck.probes.storage.dataroot import DataRoot, locate
from hostcheck.probes.storage.drivers import fuse_overlayfs, refused_below_overlay
from hostcheck.run.model import Evidence, Fact

_APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
_SWITCHES = (
    ("/proc/sys/user/max_user_namespaces", "0"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0"),
    (_APPARMOR, "1"),
)
"""Settings that can forbid ordinary users to create user namespaces, and the value that forbids it.

Source: user_namespaces(7). The second exists in Debian's kernels; the third in Ubuntu's and, since 6.7, in all. The
third makes an exception for programs that AppArmor allows to create them.
"""

_PROGRAMS = ("podman", "rootlesskit")
"""The programs that create the user namespace of a rootless engine."""
_FOLDERS = ("/usr/local/bin", "/usr/bin", "/bin")

_OVERLAY = (5, 11)
_WITHOUT_OWNERS = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "vboxsf", "vfat", "exfat"})
"""File systems on which a user cannot change the owner of files to subordinate ids, so that no driver can store images.

Source: containers/podman rootless.md ("NFS and parallel filesystems"); mount.cifs(8), mount(8) of vfat (uid).
"""
_MAPPED = "idmapped"
_MAY_LACK_IDS = (
    "the home is mounted with mapped ids, as by systemd-homed, and subordinate ids outside of its range cannot own "
    "files there: choose them from 524288 on, or put the images elsewhere"
)
"""Source: https://systemd.io/UIDS-GIDS/ (container ranges of systemd-homed); systemd/systemd#29297."""
_UNIFIED = "/sys/fs/cgroup/cgroup.controllers"
_SLICES = "/sys/fs/cgroup/user.slice"
_LOG_IN = "log in as the user who will run the engine, and audit again"
_SLICE = re.compile(r"^user-(\d+)\.slice$")


def probe(host: Host) -> Iterator[Fact]:
    """Yield ns.user_unprivileged, ns.user_programs, cgroup.delegated and storage.rootless_drivers."""
    yield from _namespaces(host)
    yield _delegated(host)
    store = store_of(host, "docker_rootless" if docker_is_installed(host) else "podman_rootless")
    root = locate(host, *store)
    yield from root.facts_of((drivers(host, root),))


def _namespaces(host: Host) -> Iterator[Fact]:
    """Yield ns.user_unprivileged, about any program, and ns.user_programs, about those that start a rootless engine."""
    config = read_config(host)
    readings = [(host.read(path), forbids) for path, forbids in _SWITCHES]
    there = [(reading, forbids) for reading, forbids in readings if reading.text is not None]
    evidence = tuple(reading.evidence(f"{forbids} forbids it") for reading, forbids in there)
    forbidding = {reading.source for reading, forbids in there if (reading.text or "").strip() == forbids}
    if config.state("USER_NS") == "n":
        option = config.witness("USER_NS").evidence
        evidence, forbidding = (option,), {option.source}
    tried = user_namespace_here(host)
    # AppArmor decides by program: what it refuses Python, it may permit an engine.
    if tried.answer is False and not (forbidding == {_APPARMOR} and tried.evidence.value in NO_PRIVILEGE):
        evidence = (tried.evidence, *evidence)
        forbidding.add(tried.evidence.source)
    if not forbidding and readings[0][0].text is None:
        reason = unread_reason(readings[0][0])
        yield Fact.unknown("ns.user_unprivileged", reason, evidence)
        yield Fact.unknown("ns.user_programs", reason, evidence)
        return
    yield Fact("ns.user_unprivileged", not forbidding, evidence=evidence)
    if forbidding == {_APPARMOR}:
        yield _granted(host, evidence)
    else:
        yield Fact("ns.user_programs", dict.fromkeys(_PROGRAMS, not forbidding), evidence=evidence)


def _granted(host: Host, evidence: tuple[Evidence, ...]) -> Fact:
    """Return ns.user_programs if only AppArmor forbids user namespaces: its profile may still allow a program."""
    from hostcheck.probes.kernel.apparmor import grant  # noqa: PLC0415 - only where AppArmor forbids it

    granted = {name: grant(host, _path(host, name)) for name in _PROGRAMS}
    return Fact(
        "ns.user_programs",
        {name: witness.answer for name, witness in granted.items()},
        reason=next((witness.reason for witness in granted.values() if witness.answer is None), ""),
        evidence=(*evidence, *(witness.evidence for witness in granted.values())),
    )


def _path(host: Host, name: str) -> str:
    """Return the path of a program: in ~/bin, where the rootless installer puts it, or in a folder of the host."""
    home = host.environ("HOME") or ""
    folders = (*((f"{home}/bin",) if home.startswith("/") else ()), *_FOLDERS, *other_folders(host))
    return next((path for folder in folders if host.exists(path := f"{folder}/{name}")), f"/usr/bin/{name}")


def _delegated(host: Host) -> Fact:
    """Return cgroup.delegated: the controllers that the systemd manager of the first logged-in user has."""
    fact_id = "cgroup.delegated"
    names = host.listdir(_SLICES)
    if names is None:
        return Fact.unknown(fact_id, _no_slices(host))
    found = {name: match[1] for name in names if (match := _SLICE.match(name))}
    readings = [host.read(f"{_SLICES}/{name}/user@{user}.service/cgroup.controllers") for name, user in found.items()]
    for reading in readings:
        if reading.text is not None:
            controllers = tuple(sorted(reading.text.split()))
            return Fact(fact_id, controllers, evidence=(reading.evidence("delegated"),))
    if not readings:
        return Fact.unknown(fact_id, f"no user is logged in: {_LOG_IN}")
    if readings[0].failure == "absent":
        user = next(iter(found.values()))
        return Fact.unknown(
            fact_id, f"user {user} is logged in without a systemd manager (user@{user}.service): {_LOG_IN}"
        )
    return Fact.unknown(fact_id, unread_reason(readings[0]))


def _no_slices(host: Host) -> str:
    """Return why the folder of the slices of users cannot be listed."""
    if host.exists(_UNIFIED) is False:
        return "cgroup v2 is not mounted at /sys/fs/cgroup, and v1 delegates no controllers: see findmnt /sys/fs/cgroup"
    if host.exists(_SLICES) is False:
        return f"there is no {_SLICES}, which systemd makes when a user logs in: {_LOG_IN}"
    return undetermined(_SLICES)


def drivers(host: Host, root: DataRoot) -> Fact:
    """Return storage.rootless_drivers for an engine's folder."""
    version = read_release(host).version
    option = read_config(host).witness("OVERLAY_FS")
    fs_type = root.mount.fs_type if root.mount else ""
    refused = refused_below_overlay(host, fs_type)
    mountable = None if version is None else version >= _OVERLAY and option.answer
    value: dict[str, bool | None] = {
        "overlay": mountable if refused.answer is None else False,
        "fuse-overlayfs": False if fs_type in _WITHOUT_OWNERS else fuse_overlayfs(host),
        "btrfs": None if root.mount is None else root.mount.fs_type == "btrfs",
        "vfs": True,
    }
    if root.mount is not None and _MAPPED in root.mount.options:
        mapped = Evidence("/proc/self/mountinfo", f"{root.mount.mount_point} {_MAPPED}", "silent: ids may be missing")
        value = {name: None if answer else answer for name, answer in value.items()}
        return Fact("storage.rootless_drivers", value, reason=_MAY_LACK_IDS, evidence=(mapped,))
    release = ".".join(map(str, version)) if version else None
    shown = Evidence("the kernel's release", release, "users may mount overlay since 5.11, FUSE since 4.18")
    reasons = (option.reason, undetermined("fuse-overlayfs") if value["fuse-overlayfs"] is None else "")
    return Fact(
        "storage.rootless_drivers",
        value,
        reason="; ".join(filter(None, reasons)),
        evidence=(shown, option.evidence, *((refused.evidence,) if refused.answer is False else ())),
    )
