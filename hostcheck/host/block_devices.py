"""The block devices below a device: the disk of a partition, the members of a volume or an array.

A device is a folder of sysfs, such as "/sys/devices/pci0000:00/…/block/sda/sda1". Source: sysfs-rules.rst, and
Documentation/ABI/stable/sysfs-block ("slaves", "partition").
"""

import posixpath
from collections.abc import Iterator

from hostcheck.host.base import Host

NUMBERS = "/sys/dev/block"
"""Folder of the links to the devices, whose names are the devices' numbers: "major:minor"."""

_MOST = 32
"""Maximum number of devices in a stack: LVM on md on the partitions of two disks makes six."""


def find_device(host: Host, number: str) -> str | None:
    """Return the folder of the device with this number, "major:minor"; None if there is none."""
    link = host.readlink(f"{NUMBERS}/{number}").text
    return posixpath.normpath(posixpath.join(NUMBERS, link)) if link else None


def is_partition(host: Host, device: str) -> bool:
    """Whether a device is a partition. The folder of a partition is in the folder of its disk."""
    # A captured root may lack the file.
    inside = device.rpartition("/block/")[2]
    return host.exists(f"{device}/partition") is True or (inside != device and inside.count("/") == 1)


def below(host: Host, device: str) -> tuple[str, ...]:
    """Return the devices directly below a device: the disk of a partition, or the members of a volume or an array."""
    if is_partition(host, device):
        return (posixpath.dirname(device),)
    links = [host.readlink(f"{device}/slaves/{name}").text for name in host.listdir(f"{device}/slaves") or ()]
    return tuple(posixpath.normpath(posixpath.join(device, "slaves", link)) for link in links if link)


def stack(host: Host, device: str) -> Iterator[str]:
    """Yield a device and all devices below it, each once, the nearest first."""
    waiting = [device]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST:
        one = waiting.pop(0)
        if one not in seen:
            seen.add(one)
            yield one
            waiting += below(host, one)


def disks(host: Host, device: str) -> tuple[str, ...]:
    """Return the whole disks that a device is stored on: those with no device below."""
    return tuple(one for one in stack(host, device) if not below(host, one))


def queue_owner(host: Host, device: str) -> str:
    """Return the device whose folder "queue" applies to this device: for a partition, its disk."""
    return posixpath.dirname(device) if is_partition(host, device) else device
