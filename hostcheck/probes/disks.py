"""Which disks a block device is on: a partition is on its disk, a volume on what it was made of."""

import posixpath

from hostcheck.host.base import Host

_DEPTH = 8
"""Devices that lie on one another, at the most: a partition in LVM on md on partitions makes four."""


def disks_of(host: Host, device: str) -> frozenset[str]:
    """Return the names of the disks below a device, such as "vda"; empty where they cannot be told.

    Args:
        host: live or captured.
        device: "major:minor"; those of major 0 have no block device.

    Source: sysfs-rules.rst, and Documentation/ABI/stable/sysfs-block (slaves).
    """
    link = host.readlink(f"/sys/dev/block/{device}").text
    return _below(host, posixpath.normpath(posixpath.join("/sys/dev/block", link)), _DEPTH) if link else frozenset()


def _below(host: Host, path: str, depth: int) -> frozenset[str]:
    slaves = host.listdir(f"{path}/slaves") or ()
    if slaves and depth:
        links = [host.readlink(f"{path}/slaves/{name}").text for name in slaves]
        paths = [posixpath.normpath(posixpath.join(path, "slaves", link)) for link in links if link]
        return frozenset().union(*(_below(host, below, depth - 1) for below in paths))
    # A partition is a folder in its disk's, and a disk one in the folder of all ("…/block/vda/vda1").
    _, _, name = path.rpartition("/block/")
    return frozenset({name.partition("/")[0]} if name else ())
