"""Where a path of the host leads, and which file system is under it."""

import posixpath
from collections.abc import Sequence

from hostcheck.host.base import Host
from hostcheck.host.mounts import Mount

_MOST_LINKS = 40


def resolve(host: Host, path: str) -> str:
    """Follow the symbolic links in a path, as the host itself would; what does not exist stays as written."""
    done, rest, followed = "/", [part for part in path.split("/") if part], 0
    while rest:
        part = rest.pop(0)
        if part == "..":
            done = posixpath.dirname(done)
            continue
        here = posixpath.join(done, part)
        target = host.readlink(here).text
        if not target or followed >= _MOST_LINKS:
            done = here
            continue
        followed += 1
        done = "/" if target.startswith("/") else done
        rest = [step for step in target.split("/") if step not in {"", "."}] + rest
    return done


def nearest_existing(host: Host, path: str) -> str:
    """Give the path itself, or the nearest folder above it that exists."""
    while path != "/" and host.exists(path) is not True:
        path = posixpath.dirname(path)
    return path


def mount_under(mounts: Sequence[Mount], path: str) -> Mount | None:
    """Find the mount that a path is on: the deepest, and of several at one place the last, which covers the others."""
    on = [mount for mount in mounts if _is_under(path, mount.mount_point)]
    deepest = max((len(mount.mount_point) for mount in on), default=0)
    return next((mount for mount in reversed(on) if len(mount.mount_point) == deepest), None)


def _is_under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
