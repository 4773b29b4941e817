"""The table of mounts, as proc_pid_mountinfo(5) gives it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OCTAL = re.compile(r"\\([0-3][0-7]{2})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system.

    Attributes:
        device: major:minor of the block device; major 0 is the kernel's own numbering, for what has no one device.
        root: the folder of the file system that is mounted: not "/" for a bind mount of a part of it.
        mount_point: where it is mounted.
        options: of this mount ("rw", "nosuid"…).
        fs_type: "ext4", "overlay"…
        source: what is mounted: a device, or any word.
        super_options: of the file system, whatever it is mounted with elsewhere.
    """

    device: str
    root: str
    mount_point: str
    options: tuple[str, ...]
    fs_type: str
    source: str
    super_options: tuple[str, ...]


def parse_mountinfo(text: str) -> tuple[Mount, ...]:
    """Parse /proc/self/mountinfo, in the order mounted. Lines of another shape are left out."""
    return tuple(mount for line in text.splitlines() if (mount := _parse_line(line)))


def mount_under(mounts: Sequence[Mount], path: str) -> Mount | None:
    """Find the mount that a path is on: the deepest, and of several at one place the last, which covers the others."""
    on = [mount for mount in mounts if _is_under(path, mount.mount_point)]
    deepest = max((len(mount.mount_point) for mount in on), default=0)
    return next((mount for mount in reversed(on) if len(mount.mount_point) == deepest), None)


def _is_under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _parse_line(line: str) -> Mount | None:
    # The optional fields in the middle vary in number; a lone "-" ends them.
    before, separator, after = line.partition(" - ")
    left, right = before.split(), after.split()
    if not separator or len(left) < 6 or len(right) < 2:
        return None
    return Mount(
        device=left[2],
        root=_unescape(left[3]),
        mount_point=_unescape(left[4]),
        options=tuple(left[5].split(",")),
        fs_type=_unescape(right[0]),
        source=_unescape(right[1]),
        super_options=tuple(right[2].split(",")) if len(right) > 2 else (),
    )


def _unescape(field: str) -> str:
    """Decode what the kernel writes for space, tab, newline and backslash: a backslash and three octal digits."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), field)
