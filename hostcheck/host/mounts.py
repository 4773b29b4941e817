"""Parse the mount table, proc_pid_mountinfo(5), and find the mount that holds a path."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from hostcheck.host.base import READ_LIMIT, Host, Reading
from hostcheck.host.numbers import is_whole

_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_LONGEST_POINT = 4 * 4096
"""Maximum length of a mount point in the table: PATH_MAX of linux/limits.h times the four characters of an escape."""
_DEEPEST = 256
"""Maximum depth of mounts that are mounted on one another."""
_MOST_OVERLAYS = 8
"""Maximum depth of overlays whose upper folder is on another overlay."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system.

    Attributes:
        device: major:minor of the block device; major 0 for file systems without a single device.
        root: the folder within the file system that is mounted; "/" unless only a part is mounted (a bind mount).
        mount_point: the folder that the file system is mounted on.
        options: the options of this mount ("rw", "nosuid"…).
        fs_type: the type of the file system ("ext4", "overlay"…).
        source: where the file system comes from: a device, or any word.
        super_options: the options of the file system, which are equal for all its mounts.
        id: the id of the mount.
        parent: the id of the mount that this mount is mounted on.
    """

    device: str
    root: str
    mount_point: str
    options: tuple[str, ...]
    fs_type: str
    source: str
    super_options: tuple[str, ...]
    id: int = field(default=0, compare=False)
    parent: int = field(default=0, compare=False)


@lru_cache(maxsize=4)
def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """Parse the text of /proc/self/mountinfo; return the mounts in its order. Malformed lines are left out."""
    return tuple(mount for line in text.splitlines() if (mount := _parse_line(line)))


def is_cut(table: Reading) -> bool:
    """Whether a mount table has READ_LIMIT bytes or more: it is cut there (some 10,000 mounts), and lacks mounts."""
    return table.data is not None and len(table.data) >= READ_LIMIT


def read_mounts(host: Host, path: str = "/proc/self/mountinfo") -> Reading:
    """Read the mount table of a process; it is unreadable if it is cut.

    A table that is cut lacks mounts, so that conclusions from it could be wrong.
    """
    reading = host.read(path)
    if is_cut(reading):
        return Reading(path, None, "unreadable", "too many mounts: larger than 1 MiB")
    return reading


def own_mounts() -> tuple[Mount, ...]:
    """Return the mounts of this process's mount namespace, including hidden ones."""
    return parse_mountinfo(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape"))


def data_mount(mount: Mount) -> Mount:
    """Return the mount that holds a mount's data: for an overlay, the one that holds its upper folder.

    Returns:
        The mount itself if it is not an overlay, or if its upper folder is not visible, as in a container, whose upper
        folder is on the host.
    """
    for _ in range(_MOST_OVERLAYS):
        upper = next((o.partition("=")[2] for o in mount.super_options if o.startswith("upperdir=")), None)
        below = mount_under(own_mounts(), upper) if upper and os.access(upper, os.F_OK) else None
        if below is None or below == mount:
            break
        mount = below
    return mount


def file_system_of(folder: Path) -> str:
    """Return the type of the file system that a folder is on, such as "ext4"; "unknown" if no mount has it."""
    mount = mount_under(own_mounts(), str(folder.resolve()))
    return mount.fs_type if mount else "unknown"


def visible(mounts: Sequence[Mount]) -> tuple[Mount, ...]:
    """Return the mounts except those that a later mount hides, on the same folder or on a folder above it.

    The kernel still lists hidden mounts (mount_namespaces(7)), though no path leads to them.
    """
    by_id = {mount.id: mount for mount in mounts}
    later: dict[str, list[Mount]] = {}
    shown: list[Mount] = []
    for mount in reversed(mounts):
        # The root is often listed after the mounts below it. As their ancestor it does not hide them.
        ancestors = _ancestors(mount, by_id)
        over = (each for folder in _folders(mount.mount_point) for each in later.get(folder, ()))
        if all(each.id in ancestors for each in over):
            shown.append(mount)
        later.setdefault(mount.mount_point.rstrip("/") or "/", []).append(mount)
    return tuple(reversed(shown))


def _ancestors(mount: Mount, by_id: Mapping[int, Mount]) -> frozenset[int]:
    found: set[int] = set()
    step = by_id.get(mount.parent)
    while step is not None and step.id not in found and len(found) < _DEEPEST:
        found.add(step.id)
        step = by_id.get(step.parent)
    return frozenset(found)


def _folders(path: str) -> Iterator[str]:
    """Yield a path and each folder above it."""
    path = path.rstrip("/")
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield "/"


def mount_under(mounts: Sequence[Mount], path: str) -> Mount | None:
    """Return the mount that holds a path; None if there is none.

    That is the mount on the deepest folder. If several mounts are on this folder, the last one is returned: it hides
    the others.
    """
    on = [mount for mount in mounts if _is_under(path, mount.mount_point)]
    deepest = max((len(mount.mount_point) for mount in on), default=0)
    return next((mount for mount in reversed(on) if len(mount.mount_point) == deepest), None)


def _is_under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _parse_line(line: str) -> Mount | None:
    # The optional fields in the middle vary in number; a lone "-" ends them.
    before, separator, after = line.partition(" - ")
    left, right = before.split(), after.split()
    if not separator or len(left) < 6 or len(right) < 2 or len(left[4]) > _LONGEST_POINT:
        return None
    if not (is_whole(left[0]) and is_whole(left[1])):
        return None
    return Mount(
        device=left[2],
        root=_unescape(left[3]),
        mount_point=_unescape(left[4]),
        options=tuple(left[5].split(",")),
        fs_type=_unescape(right[0]),
        source=_unescape(right[1]),
        super_options=tuple(right[2].split(",")) if len(right) > 2 else (),
        id=int(left[0]),
        parent=int(left[1]),
    )


def _unescape(field: str) -> str:
    """Decode the characters that the kernel writes as a backslash and three octal digits, such as a space."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), field)
