"""Where the disk is measured: which folder, on which file system, on which device; and whether it may be."""

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.base import CannotRun

ENGINE_ROOT = Path("/var/lib/docker")
"""Docker's default data-root."""

MIB, GIB = 1 << 20, 1 << 30
FREE_SHARE = 10
"""The test file takes one part in so many of the free space, at the most."""
SPARE_BYTES = GIB
"""What stays free beside twice the test file."""

MEMORY_TYPES = frozenset({"tmpfs", "ramfs", "devtmpfs", "rootfs"})
NETWORK_TYPES = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.ceph", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
        "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs",
    }
)  # fmt: skip
"""File systems of another machine, or of the machine that this one is a guest of."""

_ELSEWHERE = "name a directory on a local disk with --dir"


@dataclass(frozen=True, slots=True)
class Mount:
    """A line of /proc/self/mountinfo (proc(5)).

    Attributes:
        point: where it is mounted.
        device: major:minor of the device; major 0 is the kernel's own numbering, for what has no one block device.
        fs_type: such as "ext4".
        source: such as "/dev/vda1".
        options: of the mount and of the file system.
    """

    point: str
    device: str
    fs_type: str
    source: str
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Target:
    """Where to measure.

    Attributes:
        directory: on the file system to measure.
        mount: that file system.
        free_bytes: free for this user.
        file_bytes: size of the test file to write, a multiple of 1 MiB.
    """

    directory: Path
    mount: Mount
    free_bytes: int
    file_bytes: int


def find_target(directory: Path | None, most_bytes: int) -> Target:
    """Decide where to measure with a file of ``most_bytes`` at the most.

    Args:
        directory: what the user named, or the engine's data-root; None for the file system that Docker's default
            data-root is on, or would be on.
        most_bytes: the test file's size where there is room for it.

    Raises:
        CannotRun: when the place will not do, with the reason and what would.
    """
    if directory is None:
        directory = nearest_existing(ENGINE_ROOT)
    try:
        directory = directory.resolve(strict=True)
        mode = directory.stat().st_mode
    except OSError as error:
        raise CannotRun(f"{directory}: {error.strerror}", "name a directory that exists with --dir") from error
    if stat.S_ISBLK(mode):
        raise CannotRun(
            f"{directory} is a block device, and hostcheck never writes to one",
            "name a directory of a file system on it with --dir",
        )
    if not stat.S_ISDIR(mode):
        raise CannotRun(f"{directory} is not a directory", "name a directory with --dir")
    mount = mount_of(str(directory), parse_mountinfo(Path("/proc/self/mountinfo").read_text(errors="surrogateescape")))
    _refuse_what_is_no_local_disk(directory, mount)
    if not os.access(directory, os.W_OK | os.X_OK):
        raise CannotRun(f"{directory} may not be written to", "run as root, or name a directory of yours with --dir")
    room = os.statvfs(directory)
    free = room.f_bavail * room.f_frsize
    return Target(directory, mount, free, file_size(free, most_bytes, str(directory)))


def nearest_existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def file_size(free_bytes: int, most_bytes: int, where: str) -> int:
    """Return the test file's size: as large as wanted, but a small part of what is free.

    Raises:
        CannotRun: when too little would stay free.
    """
    size = min(most_bytes, free_bytes // FREE_SHARE) // MIB * MIB
    needed = 2 * max(size, MIB) + SPARE_BYTES
    if free_bytes < needed:
        raise CannotRun(
            f"only {free_bytes / 1e9:.1f} GB are free at {where}, and the disk test wants {needed / 1e9:.1f} GB",
            "free some space, or name another directory with --dir",
        )
    return size


def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """Parse /proc/self/mountinfo. A line that is not of its form is left out."""
    mounts = []
    for line in text.splitlines():
        own, dash, file_system = line.partition(" - ")
        fields, rest = own.split(" "), file_system.split(" ")
        if dash and len(fields) >= 6 and len(rest) >= 3:
            options = frozenset(fields[5].split(",")) | frozenset(rest[2].split(","))
            mounts.append(Mount(_unescape(fields[4]), fields[2], rest[0], _unescape(rest[1]), options))
    return tuple(mounts)


def mount_of(path: str, mounts: Sequence[Mount]) -> Mount:
    """Return the mount that a path (absolute, without symbolic links) is on: the deepest, and the last one there.

    Raises:
        CannotRun: when none is, as in a chroot that mounts nothing.
    """
    above = [m for m in mounts if m.point in ("/", path) or path.startswith(f"{m.point}/")]
    if not above:
        raise CannotRun(f"no file system is known to be mounted at {path}", _ELSEWHERE)
    depth = max(len(mount.point) for mount in above)
    return [mount for mount in above if len(mount.point) == depth][-1]


def _refuse_what_is_no_local_disk(directory: Path, mount: Mount) -> None:
    if mount.fs_type in MEMORY_TYPES:
        raise CannotRun(f"{directory} is in memory ({mount.fs_type}), not on a disk", _ELSEWHERE)
    if mount.fs_type in NETWORK_TYPES:
        raise CannotRun(f"{directory} is on another machine's file system ({mount.fs_type})", _ELSEWHERE)
    if "ro" in mount.options:
        raise CannotRun(f"{mount.point} is mounted read-only", "name a directory that can be written to with --dir")


def _unescape(text: str) -> str:
    # The kernel writes space, tab, line feed and backslash as \040 and so on (proc(5)).
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
