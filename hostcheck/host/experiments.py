"""What is found out by doing: each experiment is made in a child process and leaves nothing behind.

Names, and what ``perform`` gives for each:

- "unshare": makes one namespace of each kind (unshare(2)). Gives, for each of the kinds "mnt", "pid", "net", "ipc",
  "uts", "cgroup", "time" and "user", {"ok": bool, "error": str}. The error is empty or an error's name, such as "EPERM"
  (no privilege: this says nothing of the kernel), "EINVAL" (the kernel has none) or "ENOSPC" (a limit is reached).
  A kind is missing when the child died before it came to it.
- "links": makes a bridge and a pair of virtual Ethernet devices in a network namespace of its own. Gives, for "bridge"
  and "veth", {"ok": bool, "error": str, "stage": str}; the stage is what failed: "namespace" (which says nothing of
  such devices) or "device".
- "limits", of where hierarchies are mounted, by the keys of ``hostcheck.host.limits.LIMITS`` with "_" for the blank:
  makes a control group in each, sets a limit, reads it back and removes it. Gives, by key, {"ok": bool, "error": str,
  "stage": str}; the stage is "group" or "limit".
- "nat", of the path ``program`` of an iptables: writes a masquerading rule in namespaces of its own. Gives {"ok": bool,
  "error": str, "stage": str}; the stage is what failed: "namespace", "program" or "rule"; or "time".
- "overlay", of the folder ``directory``: mounts an overlay with two lower layers there, reads through it, writes,
  changes and deletes (Documentation/filesystems/overlayfs.rst). Gives {"ok": bool, "error": str, "stage": str}; the
  stage is what failed: "directory", "namespace" (both say nothing of the kernel), "mount" or "check"; or "time".
- "peers", of ``peers`` as "10.0.0.1:2380 db:2888": opens a connection to each and closes it. Gives, by peer, {"ok":
  bool, "error": str, "rtt_us": int | None}; it answered also where it refused, and the fastest of three counts, in
  microseconds. A peer is missing when the child died before it came to it.
- "ports", of ``ports`` as "tcp/6443 udp/4789": binds to each on all addresses and closes it at once. Gives, by port,
  {"ok": bool, "error": str}: "EADDRINUSE" where it is taken, "EACCES" where this user may not have it. A port is
  missing when the child died before it came to it.
- "registries", of ``registries`` as "ghcr.io https://mirror:5000": GET /v2/ of each, by HTTPS where no scheme says
  otherwise. Gives, by registry, {"ok": bool, "error": str}. One is missing when the child died before it came to it.
- "xattrs", of the folder ``directory``: sets extended attributes on a file without a name there, and reads them back.
  Gives, for "user", "trusted", "security" and "acl", {"ok": bool, "error": str, "stage": str}; the stage that failed is
  "directory" (which says nothing of attributes) or "attribute". One is missing when the child died before it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hostcheck.host.child import call, error_name, in_child
from hostcheck.host.overlay import try_overlay

LIMIT_SECONDS = 3.0
_NETWORK_SECONDS = 10.0

CLONE_FLAGS = {
    "mnt": 0x00020000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "net": 0x40000000,
    "cgroup": 0x02000000,
    "time": 0x00000080,
    "pid": 0x20000000,
    # Last, because the privileges in all others are those held before it.
    "user": 0x10000000,
}
"""Flag of each kind of namespace (linux/sched.h), in the order tried."""


def perform(name: str, **arguments: str) -> Mapping[str, Any] | None:
    """Make an experiment; see the module for names and results. None for a name that is none.

    Raises:
        TypeError: for arguments that the experiment does not take.
    """
    experiment = _EXPERIMENTS.get(name)
    return None if experiment is None else experiment(**arguments)


def _unshare() -> Mapping[str, Any]:
    return in_child(_unshare_each, LIMIT_SECONDS)


def _unshare_each() -> Iterator[Mapping[str, Any]]:
    for kind, flag in CLONE_FLAGS.items():
        try:
            call("unshare", flag)
        except OSError as error:
            yield {kind: {"ok": False, "error": error_name(error.errno or 0)}}
        else:
            yield {kind: {"ok": True, "error": ""}}


def _overlay(directory: str) -> Mapping[str, Any]:
    return try_overlay(directory, LIMIT_SECONDS)


def _links() -> Mapping[str, Any]:
    from hostcheck.host.links import try_links  # noqa: PLC0415 - each only where it is made

    return try_links(LIMIT_SECONDS)


def _limits(**places: str) -> Mapping[str, Any]:
    from hostcheck.host.limits import try_limits  # noqa: PLC0415 - each only where it is made

    return try_limits({key.replace("_", " "): place for key, place in places.items()}, LIMIT_SECONDS)


def _nat(program: str) -> Mapping[str, Any]:
    from hostcheck.host.nat import try_nat  # noqa: PLC0415 - each only where it is made

    return try_nat(program, LIMIT_SECONDS)


def _ports(ports: str) -> Mapping[str, Any]:
    from hostcheck.host.bind import try_ports  # noqa: PLC0415 - each only where it is made

    return try_ports(ports, LIMIT_SECONDS)


def _peers(peers: str) -> Mapping[str, Any]:
    from hostcheck.host.reach import try_peers  # noqa: PLC0415 - each only where it is made

    return try_peers(peers, _NETWORK_SECONDS)


def _registries(registries: str) -> Mapping[str, Any]:
    from hostcheck.host.reach import try_registries  # noqa: PLC0415 - each only where it is made

    return try_registries(registries, _NETWORK_SECONDS)


def _xattrs(directory: str) -> Mapping[str, Any]:
    from hostcheck.host.xattrs import try_xattrs  # noqa: PLC0415 - each only where it is made

    return try_xattrs(directory, LIMIT_SECONDS)


_EXPERIMENTS: dict[str, Callable[..., Mapping[str, Any]]] = {
    "unshare": _unshare,
    "links": _links,
    "limits": _limits,
    "nat": _nat,
    "overlay": _overlay,
    "peers": _peers,
    "ports": _ports,
    "registries": _registries,
    "xattrs": _xattrs,
}
