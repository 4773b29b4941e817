"""Whether a runtime can give a container its own root file system in the usual way, by pivot_root(2).

pivot_root(2) fails if the root is the kernel's first one: rootfs, an initramfs that no other file system was mounted
over. runc then needs --no-pivot, which dockerd passes to it if DOCKER_RAMDISK is in dockerd's environment (moby
daemon/start_linux.go). Unraid sets it (webgui etc/rc.d/rc.docker). For a runtime that
daemon.json adds by its type, the runtime's own options are used instead; it is considered only if it is the default
runtime (daemon/runtime_unix.go, initRuntimes). The option is NoPivotRoot in containerd's configuration of a runtime
(no_pivot in version 1 of the configuration), and no_pivot in CRI-O's. From Linux 7.0 on, the initramfs is
mounted on an empty first root, nullfs, so that it can be exchanged
(Documentation/filesystems/ramfs-rootfs-initramfs.rst).
"""

import re
from collections.abc import Iterable, Iterator

from hostcheck.host.base import Host
from hostcheck.host.mounts import mount_under, parse_mountinfo, read_mounts
from hostcheck.jsonvalues import mapping
from hostcheck.probes.engine.containersconf import SYSTEM, setting
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.environment import environments
from hostcheck.probes.kernel.release import read_release
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO = "/proc/self/mountinfo"
_FIRST = "rootfs"
_RAMDISK = r"\bDOCKER_RAMDISK=[\"']?[^\s\"'\0]"
_CONTAINERD = (
    *("/etc/containerd/config.toml", "/etc/k0s/containerd.toml", "/run/k0s/containerd-cri.toml"),
    *(f"/var/lib/rancher/{name}/agent/etc/containerd/config.toml" for name in ("k3s", "rke2")),
    *(f"/var/snap/microk8s/current/args/containerd{end}.toml" for end in ("", "-template")),
)
_CONTAINERD_PARTS = ("/etc/containerd/conf.d", "/etc/k0s/containerd.d")
"""Folders that a containerd's configuration imports: those of its manual and of k0s."""
_CRIO, _CRIO_PARTS = "/etc/crio/crio.conf", "/etc/crio/crio.conf.d"
_CRI_DOCKERD = "/run/cri-dockerd.sock"
_NO_PIVOT = re.compile(r"^[ \t]*(?:no_pivot|NoPivotRoot)[ \t]*=[ \t]*true\b", re.MULTILINE)
_WITH_NULLFS = (7, 0)


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.root_pivots and engine.without_pivot."""
    for fact in _root(host):
        yield fact
        # The settings matter only if the root cannot be exchanged.
        yield _without_pivot(host, asked=fact.known and fact.value is False)


def _root(host: Host) -> Iterator[Fact]:
    reading = read_mounts(host)
    mount = mount_under(parse_mountinfo(reading.text), "/") if reading.text else None
    if mount is None:
        reason = f"{_MOUNTINFO} shows no root file system: audit the host itself"
        yield Fact.unknown("host.root_pivots", reason, (reading.evidence("no root", reading.failure or "no root"),))
        return
    shown = f"/ is {mount.fs_type}"
    if mount.fs_type != _FIRST:
        says = "for: another file system than the kernel's first one"
        yield Fact("host.root_pivots", value=True, evidence=(Evidence(_MOUNTINFO, shown, says),))
        return
    version = read_release(host).version
    if version is not None and version >= _WITH_NULLFS:
        evidence = (Evidence(_MOUNTINFO, shown, "silent: this kernel may have nullfs below it"),)
        yield Fact.unknown(
            "host.root_pivots", "/ is rootfs, which kernels from 7.0 on may exchange: try --prove", evidence
        )
        return
    says = "against: pivot_root(2) refuses it"
    yield Fact("host.root_pivots", value=False, evidence=(Evidence(_MOUNTINFO, shown, says),))


def _without_pivot(host: Host, *, asked: bool) -> Fact:
    """Return engine.without_pivot: the engines that are set to make their runtime work without pivot_root(2).

    ``asked`` is whether the settings matter; if not, the fact has no engines.
    """
    found = {}
    if asked:
        found = {"docker": _ramdisk(host), "podman": _no_pivot_root(host)}
        found["containerd"] = _no_pivot(host, (*_CONTAINERD, *_parts(host, _CONTAINERD_PARTS)))
        found["crio"] = _no_pivot(host, (_CRIO, *_parts(host, (_CRIO_PARTS,))))
        if host.exists(_CRI_DOCKERD):
            found["cri-dockerd"] = found["docker"]
    evidence = tuple(shown for shown in found.values() if shown)
    none = (Evidence("DOCKER_RAMDISK, no_pivot_root, NoPivotRoot, no_pivot", None, "not set where it was looked for"),)
    return Fact(
        "engine.without_pivot", tuple(name for name, shown in found.items() if shown), evidence=evidence or none
    )


def _ramdisk(host: Host) -> Evidence | None:
    configuration = read_configuration(host)
    runtimes = mapping(configuration.values.get("runtimes"))
    runtime = mapping(runtimes.get(str(configuration.values.get("default-runtime"))))
    if runtime.get("runtimeType"):
        # Options of a type are the shim's: the variable does not change them.
        without = mapping(runtime.get("options")).get("NoPivotRoot") is True
        return Evidence(configuration.path, "NoPivotRoot", "for: set") if without else None
    found = (place for place, text in environments(host).items() if re.search(_RAMDISK, text))
    return next((Evidence(place, "DOCKER_RAMDISK", "for: set") for place in found), None)


def _no_pivot_root(host: Host) -> Evidence | None:
    value, reading = setting(host, SYSTEM, "engine", "no_pivot_root")
    return reading.evidence("for: set", "no_pivot_root") if value is True and reading is not None else None


def _parts(host: Host, folders: Iterable[str]) -> Iterator[str]:
    return (f"{folder}/{name}" for folder in folders for name in host.listdir(folder) or ())


def _no_pivot(host: Host, paths: Iterable[str]) -> Evidence | None:
    """Return evidence of the first of these files that makes runtimes work without pivot_root(2)."""
    for path in paths:
        reading = host.read(path)
        if found := _NO_PIVOT.search(reading.text or ""):
            return reading.evidence("for: set", found[0].strip())
    return None
