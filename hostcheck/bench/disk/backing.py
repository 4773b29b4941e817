"""What is below a file system: which block device, on which disks, of what kind."""

import fcntl
import os
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hostcheck.bench.disk.location import with_the_data
from hostcheck.host.mounts import Mount

_SYS = Path("/sys/dev/block")
_FS_IOC_GETFLAGS = 0x80086601 if struct.calcsize("l") == 8 else 0x80046601
_FS_COMPR_FL = 0x4
"""linux/fs.h."""
# A logical volume without a suffix that says what it is for, or an encrypted one (lvm2's dev_manager.c, cryptsetup).
_PLAIN_VOLUME = re.compile(r"LVM-\w{64}|CRYPT-(?:LUKS\d|PLAIN)-.*")
_DEPTH = 8
"""Devices that lie on one another, at the most: a partition in LVM on md on partitions makes four."""


def backing_device(mount: Mount) -> str:
    """Return the major:minor of the block device that a file system's data goes to.

    The kernel numbers an overlay and a btrfs itself, with major 0: the one's data is in its upper folder, the other's
    on the device it was mounted from (several devices are not told apart, and the counters then do not agree).

    Returns:
        Major 0 where there is none to be found: ZFS, NFS, tmpfs.
    """
    mount = with_the_data(mount)
    if mount.device.startswith("0:") and mount.source.startswith("/dev/"):
        try:
            number = Path(mount.source).stat().st_rdev
        except OSError:
            return mount.device
        return f"{os.major(number)}:{os.minor(number)}" if number else mount.device
    return mount.device


def disk_below(device: str, tree: Path = _SYS) -> str:
    """Return the major:minor of the one disk that a device lies on, byte for byte: of a partition or a plain volume.

    Whoever uses the rest of that disk is seen there, and not at the device.

    Returns:
        Empty where there is none below, where there are several (RAID), or where a layer makes more or fewer bytes of
        them (thin volumes, snapshots, caches, VDO).
    """
    path = (tree / device).resolve()
    for depth in range(_DEPTH):
        slaves = sorted((path / "slaves").iterdir()) if (path / "slaves").is_dir() else []
        if (path / "partition").exists():
            path = path.parent
        elif len(slaves) == 1 and _PLAIN_VOLUME.fullmatch(_read(path / "dm/uuid")):
            path = slaves[0].resolve()
        else:
            return _read(path / "dev") if depth and not slaves else ""
    return ""


def describe(mount: Mount, device: str, folder: Path, tree: Path = _SYS) -> Mapping[str, Any]:
    """Return what is known of where the test file is, as JSON values: the file system, and the devices below it.

    Args:
        mount: what the folder is on.
        device: as ``backing_device`` tells.
        folder: where the test file is to be.
        tree: the kernel's, of devices.
    """
    below = [_kind(path) for path in _stack(tree / device)] if not device.startswith("0:") else []
    found: dict[str, Any] = {
        "file_system": mount.fs_type,
        "mount_options": ",".join(dict.fromkeys((*mount.options, *mount.super_options))),
        "device": mount.source,
        "device_stack": below,
    }
    if cautions := list(_cautions(mount, device, folder, below)):
        found["caution"] = "; ".join(cautions)
    return found


def _stack(device: Path) -> Iterator[Path]:
    """The device, and those that it lies on, nearest first."""
    waiting = [device]
    seen: set[Path] = set()
    while waiting and len(seen) < 4 * _DEPTH:
        path = waiting.pop(0).resolve()
        if path in seen or not path.is_dir():
            continue
        seen.add(path)
        yield path
        if (path / "partition").exists():
            waiting.append(path.parent)
        waiting += sorted((path / "slaves").iterdir()) if (path / "slaves").is_dir() else []


def _kind(path: Path) -> Mapping[str, Any]:
    scheduler = _read(path / "queue/scheduler")
    told = {
        "name": path.name,
        "model": _read(path / "device/model"),
        "mapper": _read(path / "dm/name"),
        "uuid": _read(path / "dm/uuid"),
        "raid": _read(path / "md/level"),
        "backing_file": _read(path / "loop/backing_file"),
        "scheduler": scheduler[scheduler.index("[") + 1 : scheduler.index("]")] if "[" in scheduler else scheduler,
        "write_cache": _read(path / "queue/write_cache"),
        # Virtual disks say 1 whatever they are: told, and never concluded from alone.
        "rotational": _read(path / "queue/rotational"),
    }
    return {key: value for key, value in told.items() if value}


def _cautions(mount: Mount, device: str, folder: Path, below: list[Mapping[str, Any]]) -> Iterator[str]:
    """What may make the figures those of something else than the disk."""
    if mount.fs_type == "zfs":
        yield "ZFS caches and compresses by itself: its figures are of ZFS with this host's memory, not of the disk"
    elif device.startswith("0:"):
        yield "which device is below cannot be seen, so what it counted was not compared with what fio did"
    # btrfs' compress and compress-force, bcachefs' compression, and f2fs' compress_algorithm or the folder's own flag.
    if any(option.startswith("compress") for option in mount.super_options) or is_compressed(folder):
        yield f"{mount.fs_type} compresses: what is written does not shrink, but direct I/O there may be buffered"
    if any("vdo" in device.get("uuid", "").lower() or device.get("uuid", "").endswith("-vpool") for device in below):
        yield "a volume below compresses and leaves out what it has already (VDO)"
    if any(device["name"].startswith("zram") for device in below):
        yield "the disk is compressed memory (zram)"
    if any("backing_file" in device for device in below):
        yield "the disk is a file of another file system (a loop device), whose host may cache it"


def is_compressed(folder: Path) -> bool:
    """Tell whether files made in a folder are compressed because of the folder itself (chattr(1), +c).

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
        # A file system without flags has none set.
        return False
    finally:
        os.close(descriptor)
    return bool(int.from_bytes(flags[:4], sys.byteorder) & _FS_COMPR_FL)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()[:100]
    except OSError:
        return ""
