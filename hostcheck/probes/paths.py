"""Resolve paths of the host, which may be a captured one."""

import posixpath

from hostcheck.host.base import Host

_MOST_LINKS = 40


def resolve(host: Host, path: str) -> str:
    """Resolve the symbolic links in a path as the host would; parts that do not exist are kept as written."""
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
    """Return the path itself, or the nearest folder above it that exists."""
    while path != "/" and host.exists(path) is not True:
        path = posixpath.dirname(path)
    return path
