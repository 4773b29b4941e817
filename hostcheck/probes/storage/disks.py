"""The disks below a block device: the disk of a partition, the disks of a volume or an array."""

import posixpath

from hostcheck.host.base import Host

_DEPTH = 8
"""Most devices that are followed, one below the other: LVM on md on partitions of disks makes four."""


def disks_of(host: Host, device: str) -> frozenset[str]:
    """Return the names of the disks below a device, such as "vda"; empty where they are unknown.

    Args:
        host: live or captured.
        device: "major:minor"; a major of 0 is not a block device.

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
    # The folder of a partition is in that of its disk: "…/block/vda/vda1".
    _, _, name = path.rpartition("/block/")
    return frozenset({name.partition("/")[0]} if name else ())
