"""The boot loader, which passes the command line to the kernel.

So the remedy that changes the command line depends on the boot loader.

Sources: ostree(1) (/run/ostree-booted); https://www.raspberrypi.com/documentation/computers/configuration.html
(cmdline.txt); Alpine's update-extlinux(8); https://uapi-group.org/specifications/specs/boot_loader_specification/;
transactional-update(8).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hostcheck.host.base import Host
from hostcheck.host.mounts import mount_under, parse_mountinfo, read_mounts
from hostcheck.probes.readings import undetermined, unread_reason
from hostcheck.run.model import Evidence, Fact

_FILES: Mapping[str, str] = MappingProxyType(
    {
        "/run/ostree-booted": "ostree",
        "/boot/firmware/cmdline.txt": "raspberry-pi",
        "/boot/cmdline.txt": "raspberry-pi",
        "/etc/default/grub": "grub",
        "/etc/update-extlinux.conf": "extlinux",
        "/etc/kernel/cmdline": "systemd-boot",
        "/boot/loader/loader.conf": "systemd-boot",
        "/efi/loader/loader.conf": "systemd-boot",
    }
)
"""Files that show a boot loader.

The first one that exists decides, because images with ostree also have GRUB's file.
"""
_SNAPSHOTS = "/usr/sbin/transactional-update"
"""The program that changes the next snapshot of a read-only root file system, as openSUSE MicroOS and SL Micro have."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield os.boot: the boot loader."""
    if host.exists(_SNAPSHOTS):
        table = read_mounts(host)
        root = mount_under(parse_mountinfo(table.text or ""), "/")
        if root is None:
            yield Fact.unknown("os.boot", f"whether / is read-only is unknown: {unread_reason(table)}")
            return
        if "ro" in root.options:
            yield Fact("os.boot", "transactional-update", evidence=(Evidence(_SNAPSHOTS, "present", "/ is read-only"),))
            return
    seen = []
    for path, loader in _FILES.items():
        there = host.exists(path)
        if there:
            yield Fact("os.boot", loader, evidence=(Evidence(path, "present", f"for {loader}"),))
            return
        seen.append(there)
    if host.proves_absence and None not in seen:
        yield Fact("os.boot", "other", evidence=(Evidence(", ".join(_FILES), None, "none of them exists"),))
    else:
        yield Fact.unknown("os.boot", undetermined("the configuration of a boot loader"))
