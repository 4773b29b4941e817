"""Find the block device of a file system and the disks below it, and describe them."""

import fcntl
import os
import posixpath
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from hostcheck.host.base import Host
from hostcheck.host.block_devices import below, find_device, is_partition, stack
from hostcheck.host.live import LiveHost
from hostcheck.host.mounts import Mount, data_mount, file_system_of
from hostcheck.run.fields import PlaceFields

_FS_IOC_GETFLAGS = 0x80086601 if struct.calcsize("l") == 8 else 0x80046601
_FS_COMPR_FL = 0x4
"""Request and flag to ask whether a folder compresses its files. Source: linux/fs.h."""
# An ordinary logical volume (no suffix for a special use) or an encrypted one (lvm2's dev_manager.c, cryptsetup).
_PLAIN_VOLUME = re.compile(r"LVM-\w{64}|CRYPT-(?:LUKS\d|PLAIN)-.*")

_BUSES = {
    "virtio": re.compile(r"/virtio\d+/(?:block|host\d+/target)"),
    "nvme": re.compile(r"/pci[^/]+/.*/nvme/nvme\d+/nvme"),
    "ata": re.compile(r"/ata\d+/host\d+/target"),
    "xen": re.compile(r"/vbd-\d+/block"),
    "vmbus": re.compile(r"/VMBUS[^/]*/.*/host\d+/target", re.IGNORECASE),
    "scsi": re.compile(r"/pci[^/]+/(?:[\da-f]{4}:[\da-f:.]+/)+host\d+/(?:port-|target)"),
}
"""How a local disk is connected, by its folder in sysfs. Disks of USB, iSCSI, Fibre Channel and fabrics match none."""


def backing_device(mount: Mount) -> str:
    """Return the number, as major:minor, of the block device that holds a file system's data.

    The kernel gives overlay and btrfs file systems a number with major 0. The data of an overlay is in its upper
    folder. The data of a btrfs is on the device it was mounted from; if it has several devices, the counters of that
    device differ from fio's results.

    Returns:
        A number with major 0 if there is no block device: ZFS, NFS, tmpfs.
    """
    mount = data_mount(mount)
    if mount.device.startswith("0:") and mount.source.startswith("/dev/"):
        try:
            number = Path(mount.source).stat().st_rdev
        except OSError:
            return mount.device
        return f"{os.major(number)}:{os.minor(number)}" if number else mount.device
    return mount.device


def disk_below(number: str, host: Host | None = None) -> str:
    """Return the number, as major:minor, of the whole disk below a partition or a plain volume.

    I/O on the disk's other partitions is visible only in the counters of the disk.

    Args:
        number: the device's major:minor.
        host: the device's host; this machine by default.

    Returns:
        The number; empty if there is no disk below, if there are several (RAID), or if a layer changes the number of
        bytes (thin volumes, snapshots, caches, VDO).
    """
    host = host or LiveHost()
    device = find_device(host, number)
    if device is None or not below(host, device):
        return ""
    for one in stack(host, device):
        lower = below(host, one)
        if not lower:
            return _read(host, one, "dev")
        is_plain = is_partition(host, one) or _PLAIN_VOLUME.fullmatch(_read(host, one, "dm/uuid"))
        if len(lower) > 1 or not is_plain:
            return ""
    return ""


def describe(mount: Mount, number: str, folder: Path, host: Host | None = None) -> PlaceFields:
    """Describe where the test file is, as JSON values: the file system, and the devices below it.

    Args:
        mount: the mount that the folder is in.
        number: the result of ``backing_device``.
        folder: the test file's folder.
        host: the device's host; this machine by default.
    """
    host = host or LiveHost()
    device = find_device(host, number)
    devices = [_kind(host, one) for one in stack(host, device)] if device else []
    found: PlaceFields = {
        "file_system": mount.fs_type,
        "mount_options": ",".join(dict.fromkeys((*mount.options, *mount.super_options))),
        "device": mount.source,
        "device_stack": devices,
    }
    if cautions := list(_cautions(mount, number, folder, devices)):
        found["caution"] = "; ".join(cautions)
    return found


def _kind(host: Host, device: str) -> Mapping[str, str]:
    scheduler = _read(host, device, "queue/scheduler")
    kind = {
        "name": posixpath.basename(device),
        "model": _read(host, device, "device/model"),
        "mapper": _read(host, device, "dm/name"),
        "uuid": _read(host, device, "dm/uuid"),
        "raid": _read(host, device, "md/level"),
        "backing_file": (file := _read(host, device, "loop/backing_file")),
        "backing_file_system": _file_system_of(file),
        "direct_io": _read(host, device, "loop/dio"),
        "bus": next((name for name, pattern in _BUSES.items() if pattern.search(device)), ""),
        "scheduler": scheduler[scheduler.index("[") + 1 : scheduler.index("]")] if "[" in scheduler else scheduler,
        "write_cache": _read(host, device, "queue/write_cache"),
        # Virtual disks report 1 (rotational) by default: the value is recorded, and never decides anything alone.
        "rotational": _read(host, device, "queue/rotational"),
    }
    return {key: value for key, value in kind.items() if value}


def _file_system_of(file: str) -> str:
    """Return the type of the file system that holds the file of a loop device; empty if unknown."""
    # A file in another mount namespace, or a deleted one, has no path here.
    return file_system_of(Path(file)) if file and Path(file).is_file() else ""


def _cautions(mount: Mount, number: str, folder: Path, devices: list[Mapping[str, str]]) -> Iterator[str]:
    """Yield the reasons why the results may not show the disk's speed."""
    if mount.fs_type == "zfs":
        yield "ZFS caches and compresses: the results show ZFS with this host's memory, not the disk"
    elif number.startswith("0:"):
        yield "the block device is unknown, so its counters were not compared with fio's results"
    # btrfs' compress and compress-force, bcachefs' compression, and f2fs' compress_algorithm or the folder's own flag.
    if any(option.startswith("compress") for option in mount.super_options) or is_compressed(folder):
        yield f"{mount.fs_type} compresses: the test data is incompressible, but direct I/O may be buffered"
    if any("vdo" in device.get("uuid", "").lower() or device.get("uuid", "").endswith("-vpool") for device in devices):
        yield "a volume below the file system compresses and deduplicates (VDO)"
    if any(device["name"].startswith("zram") for device in devices):
        yield "the disk is compressed memory (zram)"
    if any("backing_file" in device for device in devices):
        yield "the disk is a loop device: the file system that holds its file may cache"


def is_compressed(folder: Path) -> bool:
    """Return whether the folder has the flag that compresses new files in it (chattr(1), +c); False if unreadable.

    btrfs sets the same flag for its property "compression" (btrfs-property(8)).
    """
    flags = bytearray(struct.calcsize("l"))
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.ioctl(descriptor, _FS_IOC_GETFLAGS, flags)
    except OSError:
        # A file system that has no flags cannot have this one set.
        return False
    finally:
        os.close(descriptor)
    return bool(int.from_bytes(flags[:4], sys.byteorder) & _FS_COMPR_FL)


def _read(host: Host, device: str, name: str) -> str:
    return (host.read(f"{device}/{name}").text or "").strip()[:100]
