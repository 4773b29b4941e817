"""Choose the folder, file system and device to measure, and refuse unsuitable ones."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.trusted import trusted
from hostcheck.host.mounts import Mount, data_mount, mount_under, own_mounts

ENGINE_ROOT = Path("/var/lib/docker")
"""Docker's default data folder."""

MIB, GIB = 1 << 20, 1 << 30
ZFS_INFLATION = 24
"""ZFS needs this many times the size of a write as free space; with less, it becomes ten times slower."""

FREE_SHARE = 10
"""The test file takes at most 1/FREE_SHARE of the free space."""
SPARE_BYTES = GIB
"""Free bytes that are needed in addition to twice the size of the test file."""

KERNEL_TYPES = frozenset({"proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "devpts", "mqueue"})
MEMORY_TYPES = frozenset({"tmpfs", "ramfs", "devtmpfs", "rootfs"})
NETWORK_TYPES = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
        "orangefs", "prl_fs", "pvfs2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    }
)  # fmt: skip
"""Types of file systems whose data is on another machine, or on the machine that hosts this guest."""

LOCAL_FUSE_TYPES = frozenset({"fuse.bindfs", "fuse.fuse-overlayfs", "fuse.mergerfs", "fuse.mhddfs", "fuse.unionfs"})
"""Types of FUSE file systems whose data is on this host's disks.

Most other FUSE file systems are object stores or other machines (fuse.sshfs, fuse.s3fs, fuse.gcsfuse…).
"""

_ELSEWHERE = "name a directory on a local disk with --dir"


@dataclass(frozen=True, slots=True)
class Location:
    """The place to measure.

    Attributes:
        directory: a folder on the file system to measure.
        mount: the mount of the file system.
        free_bytes: free bytes that this user may use.
        file_bytes: size of the test file to write, a multiple of 1 MiB.
    """

    directory: Path
    mount: Mount
    free_bytes: int
    file_bytes: int


def find_location(directory: Path | None, most_bytes: int, *, remote: bool = False) -> Location:
    """Choose the folder to measure, and the size of the test file.

    Args:
        directory: the folder that the user named, or the engine's data folder; None for the file system of Docker's
            default data folder.
        most_bytes: maximum size of the test file, in bytes.
        remote: whether to accept a file system of another machine.

    Raises:
        CannotRun: if the folder is unsuitable, with the reason and a remedy.
    """
    wanted = nearest_existing(ENGINE_ROOT) if directory is None else directory
    folder, mount = find_folder(wanted)
    _refuse_what_is_no_local_disk(folder, data_mount(mount), remote=remote)
    try:
        room = os.statvfs(folder)
    except OSError as error:
        raise _not_there(folder, error) from error
    free = room.f_bavail * room.f_frsize
    size = file_size(free, most_bytes, str(folder))
    if mount.fs_type == "zfs":
        size = min(size, free // ZFS_INFLATION // MIB * MIB)
    return Location(folder, mount, free, size)


def find_folder(directory: Path) -> tuple[Path, Mount]:
    """Check that a folder can be written to, and return its path without links and its mount.

    Raises:
        CannotRun: if the folder cannot be written to, or another user could replace it.
    """
    try:
        directory = trusted(directory)
        mode = directory.stat().st_mode
    except OSError as error:
        raise _not_there(directory, error) from error
    if stat.S_ISBLK(mode):
        raise CannotRun(
            f"{directory} is a block device, and hostcheck writes only to file systems",
            "name a directory of a file system on it with --dir",
        )
    if not stat.S_ISDIR(mode):
        raise CannotRun(f"{directory} is not a directory", "name a directory with --dir")
    mount = mount_of(directory)
    if "ro" in (*mount.options, *mount.super_options):
        raise CannotRun(
            f"{mount.mount_point} is mounted read-only", "name a directory that can be written to with --dir"
        )
    if not os.access(directory, os.W_OK | os.X_OK):
        raise CannotRun(
            f"no permission to write to {directory}", "run as root, or name a directory of yours with --dir"
        )
    return directory, mount


def mount_of(directory: Path) -> Mount:
    """Return the mount that holds a folder.

    Raises:
        CannotRun: in a chroot whose root is not a mount: no visible mount holds its files, and Docker cannot change its
            root there (pivot_root(2)).
    """
    mount = mount_under(own_mounts(), str(directory))
    if mount is None:
        raise CannotRun(
            f"the mount table has no file system for {directory}, as in a chroot whose folder is not a mount",
            "measure outside of the chroot, or make its folder a mount before: mount --bind DIR DIR",
        )
    return mount


def _not_there(directory: Path, error: OSError) -> CannotRun:
    return CannotRun(f"{directory}: {error.strerror}", "name a directory that exists with --dir")


def nearest_existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def file_size(free_bytes: int, most_bytes: int, where: str) -> int:
    """Return the test file's size in bytes: ``most_bytes``, but at most 1/FREE_SHARE of the free space.

    Raises:
        CannotRun: if too little space is free.
    """
    size = min(most_bytes, free_bytes // FREE_SHARE) // MIB * MIB
    needed = 2 * max(size, MIB) + SPARE_BYTES
    if free_bytes < needed:
        raise CannotRun(
            f"{where} has only {free_bytes / 1e9:.1f} GB of free space, and the disk test needs {needed / 1e9:.1f} GB",
            "free some space, or name another directory with --dir",
        )
    return size


def _refuse_what_is_no_local_disk(directory: Path, mount: Mount, *, remote: bool) -> None:
    if mount.fs_type in MEMORY_TYPES:
        raise CannotRun(f"{directory} is in memory ({mount.fs_type}), not on a disk", _ELSEWHERE)
    if mount.fs_type in KERNEL_TYPES:
        raise CannotRun(f"{directory} is on a file system of the kernel ({mount.fs_type}), not on a disk", _ELSEWHERE)
    if mount.fs_type in NETWORK_TYPES and not remote:
        raise CannotRun(
            f"{directory} is on another machine's file system ({mount.fs_type})",
            f"{_ELSEWHERE}, or give --allow-remote-disk",
        )
    in_a_program = mount.fs_type == "fuse" or mount.fs_type.startswith("fuse.")
    if in_a_program and mount.fs_type not in LOCAL_FUSE_TYPES and not remote:
        raise CannotRun(
            f"{directory} is on a FUSE file system ({mount.fs_type}), whose data may be on another machine",
            f"{_ELSEWHERE}, or give --allow-remote-disk",
        )
