"""The disk and the file system under the data-root: whether it rotates or is shared, and how many files it takes."""

import posixpath
import re
from collections.abc import Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.host.mounts import mount_under, parse_mountinfo
from hostcheck.probes.dataroot import DataRoot, find_data_root
from hostcheck.run.model import Evidence, Fact

_VIRTUAL = ("vd", "xvd")
_HYPERVISOR = re.compile(r"^flags\s*:.*\bhypervisor\b", re.MULTILINE)


def probe(host: Host) -> Iterator[Fact]:
    """Give storage.free_inodes_percent, storage.rotational, storage.separate_fs and storage.native_diff."""
    root = find_data_root(host)
    yield _inodes(host, root.folder)
    yield _rotational(host, root.mount.device if root.mount else None)
    yield _separate(host, root)
    yield _native_diff(host)


def _separate(host: Host, root: DataRoot) -> Fact:
    """Tell whether the data-root is on a file system of its own: by the device, for a mount may be bound from /."""
    fact_id = "storage.separate_fs"
    top = mount_under(parse_mountinfo(host.read("/proc/self/mountinfo").text or ""), "/")
    if root.mount is None or top is None:
        return Fact.unknown(fact_id, f"it is not known what file system {root.folder} is on")
    own = root.mount.device != top.device
    says = f"{root.folder} is on {root.mount.device}, / on {top.device}"
    return Fact(fact_id, own, evidence=(Evidence("/proc/self/mountinfo", root.mount.mount_point, says),))


def _native_diff(host: Host) -> Fact:
    """Tell whether overlay2 may take layers as they are on the disk: not where overlay renames or copies lazily.

    Source: moby daemon/graphdriver/overlay2/check.go, doesSupportNativeDiff.
    """
    fact_id = "storage.native_diff"
    readings = {name: host.read(f"/sys/module/overlay/parameters/{name}") for name in ("redirect_dir", "metacopy")}
    evidence = tuple(reading.evidence("N keeps layers as they are") for reading in readings.values())
    told = {name: reading.text.strip() for name, reading in readings.items() if reading.text is not None}
    if not told:
        return Fact.unknown(fact_id, "the overlay module is not loaded, so its parameters cannot be read", evidence)
    return Fact(fact_id, all(value == "N" for value in told.values()), evidence=evidence)


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
