"""The disk and the file system under the data-root: whether it rotates, and how many files it still takes."""

import posixpath
import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.probes.dataroot import find_data_root
from hostcheck.run.model import Evidence, Fact

_VIRTUAL = ("vd", "xvd")
_HYPERVISOR = re.compile(r"^flags\s*:.*\bhypervisor\b", re.MULTILINE)


def probe(host: Host) -> Iterator[Fact]:
    """Give storage.free_inodes_percent and storage.rotational."""
    root = find_data_root(host)
    yield _inodes(host, root.folder)
    yield _rotational(host, root.mount.device if root.mount else None)


def _inodes(host: Host, folder: str) -> Fact:
    fact_id = "storage.free_inodes_percent"
    room = host.statvfs(folder)
    if room is None:
        return Fact.unknown(fact_id, f"the room under {folder} cannot be asked on a captured host")
    if not room.get("total_inodes"):
        # btrfs makes inodes as it needs them, and tells 0: they do not run out.
        return Fact(fact_id, 100, evidence=(Evidence(f"statvfs {folder}", "0", "inodes are made as they are needed"),))
    percent = round(100 * room["free_inodes"] / room["total_inodes"], 1)
    shown = Evidence(f"statvfs {folder}", str(room["free_inodes"]), f"free of {room['total_inodes']}")
    return Fact(fact_id, percent, evidence=(shown,))


def _rotational(host: Host, device: str | None) -> Fact:
    fact_id = "storage.rotational"
    if device is None or device.startswith("0:"):
        return Fact.unknown(fact_id, "the data-root is on no single block device")
    folder = f"/sys/dev/block/{device}"
    # A partition has no queue of its own: its disk has, the folder above the one that the link leads to.
    link = host.readlink(folder).text
    disk = posixpath.normpath(posixpath.join("/sys/dev/block", link, "..")) if link else folder
    for path in (f"{folder}/queue/rotational", f"{disk}/queue/rotational"):
        reading = host.read(path)
        if reading.text is not None:
            return _told(host, disk, reading)
    return Fact.unknown(fact_id, f"{folder} does not say whether the disk rotates")


def _told(host: Host, disk: str, reading: Reading) -> Fact:
    """Believe a disk that does not rotate; one of a virtual machine says that it does, whatever is behind it.

    Source: virtio_blk and xen-blkfront set no hint, and the block layer's default is a disk that rotates.
    """
    evidence = (reading.evidence("1 where it rotates"),)
    rotates = (reading.text or "").strip() == "1"
    is_virtual = posixpath.basename(disk).startswith(_VIRTUAL)
    if rotates and (is_virtual or _HYPERVISOR.search(host.read("/proc/cpuinfo").text or "")):
        reason = "a virtual disk says that it rotates, whatever is behind it: measure it with hostcheck bench"
        return Fact.unknown("storage.rotational", reason, evidence)
    return Fact("storage.rotational", rotates, evidence=evidence)
