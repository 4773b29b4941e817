"""Whether a container can be given a root file system of its own in the usual way.

A runtime exchanges the root by pivot_root(2), which refuses where the root is the kernel's first one: rootfs, an
initramfs that no other file system was mounted over. runc then needs --no-pivot, which dockerd gives it with
DOCKER_RAMDISK in its environment (moby daemon/start_linux.go).
"""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.host.mounts import mount_under, parse_mountinfo
from hostcheck.run.model import Evidence, Fact

_MOUNTINFO = "/proc/self/mountinfo"
_FIRST = "rootfs"


def probe(host: Host) -> Iterator[Fact]:
    """Yield host.root_pivots."""
    reading = host.read(_MOUNTINFO)
    mount = mount_under(parse_mountinfo(reading.text), "/") if reading.text else None
    if mount is None:
        reason = f"{_MOUNTINFO} shows no root file system: audit the host itself"
        yield Fact.unknown("host.root_pivots", reason, (reading.evidence("no root", reading.failure or "no root"),))
        return
    pivots = mount.fs_type != _FIRST
    says = "for: another file system than the kernel's first one" if pivots else "against: pivot_root(2) refuses it"
    yield Fact("host.root_pivots", pivots, evidence=(Evidence(_MOUNTINFO, f"/ is {mount.fs_type}", says),))
