"""Whether a runtime can give a container its own root file system in the usual way, by pivot_root(2).

pivot_root(2) fails if the root is the kernel's first one: rootfs, an initramfs that no other file system was mounted
over. runc then needs --no-pivot, which dockerd passes to it if DOCKER_RAMDISK is in dockerd's environment (moby
daemon/start_linux.go). Unraid sets it (webgui etc/rc.d/rc.docker).
"""

import re
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.host.mounts import mount_under, parse_mountinfo
from hostcheck.probes.engine.environment import environments
from hostcheck.probes.readings import toml_of
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO = "/proc/self/mountinfo"
_FIRST = "rootfs"
_RAMDISK = r"\bDOCKER_RAMDISK=[\"']?[^\s\"'\0]"
_CONTAINERS_CONF = ("/etc/containers/containers.conf", "/usr/share/containers/containers.conf")


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.root_pivots and engine.without_pivot."""
    for fact in _root(host):
        yield fact
        # The settings matter only if the root cannot be exchanged.
        yield _without_pivot(host, asked=fact.known and fact.value is False)


def _root(host: Host) -> Iterator[Fact]:
    reading = host.read(_MOUNTINFO)
    mount = mount_under(parse_mountinfo(reading.text), "/") if reading.text else None
    if mount is None:
        reason = f"{_MOUNTINFO} shows no root file system: audit the host itself"
        yield Fact.unknown("host.root_pivots", reason, (reading.evidence("no root", reading.failure or "no root"),))
        return
    pivots = mount.fs_type != _FIRST
    says = "for: another file system than the kernel's first one" if pivots else "against: pivot_root(2) refuses it"
    yield Fact("host.root_pivots", pivots, evidence=(Evidence(_MOUNTINFO, f"/ is {mount.fs_type}", says),))


def _without_pivot(host: Host, *, asked: bool) -> Fact:
    """Return engine.without_pivot: the engines that are set to make their runtime work without pivot_root(2).

    ``asked`` is whether the settings matter; if not, the fact has no engines.
    """
    found = {"docker": _ramdisk(host), "podman": _no_pivot_root(host)} if asked else {}
    evidence = tuple(shown for shown in found.values() if shown)
    none = (Evidence("DOCKER_RAMDISK, no_pivot_root", None, "not set where it was looked for"),)
    return Fact(
        "engine.without_pivot", tuple(name for name, shown in found.items() if shown), evidence=evidence or none
    )


def _ramdisk(host: Host) -> Evidence | None:
    found = (place for place, text in environments(host).items() if re.search(_RAMDISK, text))
    return next((Evidence(place, "DOCKER_RAMDISK", "for: set") for place in found), None)


def _no_pivot_root(host: Host) -> Evidence | None:
    for path in _CONTAINERS_CONF:
        reading = host.read(path)
        engine = toml_of(reading).get("engine")
        if isinstance(engine, Mapping) and engine.get("no_pivot_root") is True:
            return reading.evidence("for: set", "no_pivot_root")
    return None
