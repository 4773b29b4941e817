"""Resolve paths of the host, which may be a captured one."""

import posixpath
import re

from hostcheck.host.base import Host
from hostcheck.host.links import follow
from hostcheck.probes.caching import cached_per_audit

_MOST_FOLDERS = 20

USUAL_FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
"""Folders of programs that every distribution has."""
_OF_DISTRIBUTIONS = (
    *("/run/wrappers/bin", "/run/current-system/sw/bin"),  # NixOS: its setuid programs, and the others
    *("/run/privileged/bin", "/run/setuid-programs"),  # Guix
    *("/run/current-system/profile/bin", "/run/current-system/profile/sbin"),  # Guix
    *("/opt/bin", "/opt/sbin"),  # Flatcar, whose /usr is read-only; OpenWrt's Entware
    "/snap/bin",
)


def resolve(host: Host, path: str) -> str:
    """Resolve the symbolic links in a path as the host would; parts that do not exist are kept as written.

    Returns:
        The resolved path; the path itself if the host could not resolve it (too many links, or too long ones).
    """
    try:
        return "/" + follow(path, lambda place, _: host.readlink(f"/{place}").text or None)
    except OSError:
        return path


def nearest_existing(host: Host, path: str) -> str:
    """Return the path itself, or the nearest folder above it that exists."""
    while path != "/" and host.exists(path) is not True:
        path = posixpath.dirname(path)
    return path


def is_there(host: Host, path: str) -> bool | None:
    """Whether a path exists; also False if a folder above it is known to be missing; None if unknown."""
    answer = host.exists(path)
    while answer is None and (path := posixpath.dirname(path)) != "/":
        if host.exists(path) is False:
            return False
    return answer


@cached_per_audit
def other_folders(host: Host) -> tuple[str, ...]:
    """Return this host's other folders of programs: those of its distribution, and those in init's PATH.

    Only folders that are known to exist are returned: looking into another could turn a known answer into an unknown
    one.
    """
    environ = re.split("[\\0\n]", host.read("/proc/1/environ").text or "")
    path = next((entry.removeprefix("PATH=") for entry in environ if entry.startswith("PATH=")), "")
    named = [folder.rstrip("/") for folder in path.split(":") if folder.startswith("/")]
    folders = dict.fromkeys((*_OF_DISTRIBUTIONS, *named[:_MOST_FOLDERS]))
    return tuple(folder for folder in folders if folder and folder not in USUAL_FOLDERS and host.exists(folder) is True)
