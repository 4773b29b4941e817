"""Find the folder of a process's control group, and the folders above it (cgroups(7))."""

import posixpath
from collections.abc import Iterator

from hostcheck.host.mounts import Mount

_DEEPEST = 32
"""Maximum number of folders from a group up to the top of its hierarchy."""


def group_folder(own: str, mounts: tuple[Mount, ...], controller: str) -> tuple[str, str] | None:
    """Return the mount point of a controller's hierarchy, and the folder of a process's group in it.

    If cgroup v1 has the controller, it is the v1 hierarchy, else that of v2. None if the hierarchy is not mounted.

    Args:
        own: the text of the process's file "cgroup" in /proc.
        mounts: the visible mounts.
        controller: "cpu", "memory" or "blkio".
    """
    paths = {
        names: path for line in own.splitlines() if line.count(":") >= 2 for _, names, path in [line.split(":", 2)]
    }
    version1 = next((path for names, path in paths.items() if controller in names.split(",")), None)
    path = version1 if version1 is not None else paths.get("")
    wanted = (
        (lambda mount: mount.fs_type == "cgroup" and controller in mount.super_options)
        if version1 is not None
        else (lambda mount: mount.fs_type == "cgroup2")
    )
    mount = next(filter(wanted, mounts), None)
    if path is None or mount is None:
        return None
    inside = posixpath.relpath(path, mount.root)
    # In a cgroup namespace the path may lead out of the mount, where it cannot be followed.
    folder = mount.mount_point if inside.startswith("..") else posixpath.normpath(f"{mount.mount_point}/{inside}")
    return mount.mount_point, folder


def folders_up(top: str, folder: str) -> Iterator[str]:
    """Yield the folder of a group and those of the groups above it, up to the top."""
    for _ in range(_DEEPEST):
        yield folder
        if folder == top:
            return
        folder = posixpath.dirname(folder)
