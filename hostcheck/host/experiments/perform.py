"""Experiments: evidence found by trying. Each runs in a child process and leaves nothing behind.

Names, arguments, and the result of ``perform`` for each. A key is missing from a result when the child was killed
before that step.

- "unshare": creates one namespace of each kind (unshare(2)). Result: for each of "mnt", "pid", "net", "ipc", "uts",
  "cgroup", "time" and "user", {"ok": bool, "error": str}. The error is empty or the name of an error, such as "EPERM"
  (no privilege, which proves nothing about the kernel), "EINVAL" (the kernel has none) or "ENOSPC" (a limit is
  reached).
- "device_rules", with the mount point ``folder`` of cgroup v2: queries the BPF programs that control its access to
  devices (BPF_PROG_QUERY of bpf(2)). Result: for "query", {"ok": bool, "error": str, "stage": str}. The error is
  "EINVAL" or "ENOSYS" if the kernel has no such programs, "EPERM" if the query is denied. The stage is "directory" or
  "query". The result is empty on a machine for which the number of the system call is not known.
- "keyring": joins a new session keyring (keyctl(2)). Result: for "session", {"ok": bool, "error": str, "stage": str}.
  The error is "ENOSYS" if the kernel has no such call or a seccomp filter says so, "EPERM" if a filter refuses it,
  "EDQUOT" if this user's quota of keys is used up. The result is empty on a machine for which the number of the system
  call is not known.
- "links": creates a bridge and a veth pair in a new network namespace. Result: for "bridge" and "veth", {"ok": bool,
  "error": str, "stage": str}. The stage is the step that failed: "namespace" (which proves nothing about the devices)
  or "device".
- "limits", with arguments named after keys of ``cgroup_limits.LIMITS`` ("_" in place of the blank), whose values are
  the mount points of their hierarchies: creates a control group in each, sets the limit, reads it back and removes the
  group. Result: by key, {"ok": bool, "error": str, "stage": str}. The stage is the last step: "group" or "limit".
- "nat", with the path ``program`` of an iptables: adds a masquerading rule in new namespaces. Result: {"ok": bool,
  "error": str, "stage": str}. The stage is the step that failed: "namespace", "program" or "rule"; or "time".
- "overlay", with the folder ``directory``: mounts an overlay with two lower layers there, and reads, writes, changes
  and deletes files (Documentation/filesystems/overlayfs.rst). Result: {"ok": bool, "error": str, "stage": str}. The
  stage is the step that failed: "directory" or "namespace" (both prove nothing about the kernel), "mount" or "check";
  or "time".
- "peers", with ``peers`` such as "10.0.0.1:2380 db:2888": opens a TCP connection to each and closes it. Result: by
  peer, {"ok": bool, "error": str, "rtt_us": int | None}. A refused connection is an answer too. The round-trip time is
  the fastest of three, in microseconds.
- "ports", with ``ports`` such as "tcp/6443 udp/4789": binds each on all addresses and closes it at once. Result: by
  port, {"ok": bool, "error": str}: "EADDRINUSE" if it is in use, "EACCES" if this user may not bind it.
- "proc": mounts another proc in new namespaces. Result: for "own" (in this user namespace) and "user" (in a new one),
  {"ok": bool, "error": str, "stage": str}. The stage is the step that failed: "namespace" (which proves nothing about
  proc) or "mount". What was not tried within the time limit is missing.
- "registries", with ``registries`` such as "ghcr.io https://mirror:5000": sends GET /v2/ to each, by HTTPS unless a
  scheme is given. Result: by registry, {"ok": bool, "error": str}.
- "search_domains", with the path ``resolv`` of a resolv.conf(5): asks its name servers for a random name in each of its
  search domains (DNS, one question by UDP). Result: by the number of the domain, "1" first, {"ok": bool, "error": str,
  "any": bool | None}; "any" is whether the random name has an address.
- "xattrs", with the folder ``directory``: sets extended attributes on an unnamed file there, and reads them back.
  Result: for "user", "trusted", "security" and "acl", {"ok": bool, "error": str, "stage": str}. The stage is the step
  that failed: "directory" (which proves nothing about attributes) or "attribute".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import call, error_name, in_child
from hostcheck.host.experiments.overlay import try_overlay

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
    # Last: a new user namespace would give this process other privileges for the other kinds.
    "user": 0x10000000,
}
"""Flag of each kind of namespace (linux/sched.h), in the order in which "unshare" creates them."""


def perform(name: str, **arguments: str) -> Mapping[str, Any] | None:
    """Make an experiment; see the module for names, arguments and results. None for an unknown name.

    Raises:
        TypeError: for arguments that the experiment does not have.
    """
    experiment = EXPERIMENTS.get(name)
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


def _device_rules(folder: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.device_rules import try_device_rules  # noqa: PLC0415 - only when this experiment is made

    return try_device_rules(folder, LIMIT_SECONDS)


def _keyring() -> Mapping[str, Any]:
    from hostcheck.host.experiments.keyring import try_keyring  # noqa: PLC0415 - only when this experiment is made

    return try_keyring(LIMIT_SECONDS)


def _links() -> Mapping[str, Any]:
    from hostcheck.host.experiments.network_devices import try_links  # noqa: PLC0415 - only when this experiment is made

    return try_links(LIMIT_SECONDS)


def _limits(**places: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.cgroup_limits import try_limits  # noqa: PLC0415 - only when this experiment is made

    return try_limits({key.replace("_", " "): place for key, place in places.items()}, LIMIT_SECONDS)


def _nat(program: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.nat import try_nat  # noqa: PLC0415 - only when this experiment is made

    return try_nat(program, LIMIT_SECONDS)


def _ports(ports: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.ports import try_ports  # noqa: PLC0415 - only when this experiment is made

    return try_ports(ports, LIMIT_SECONDS)


def _peers(peers: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.peers import try_peers  # noqa: PLC0415 - only when this experiment is made

    return try_peers(peers, _NETWORK_SECONDS)


def _proc() -> Mapping[str, Any]:
    from hostcheck.host.experiments.proc import try_proc  # noqa: PLC0415 - only when this experiment is made

    return try_proc(LIMIT_SECONDS)


def _registries(registries: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.peers import try_registries  # noqa: PLC0415 - only when this experiment is made

    return try_registries(registries, _NETWORK_SECONDS)


def _search_domains(resolv: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.search_domains import try_search_domains  # noqa: PLC0415 - only when this experiment is made

    return try_search_domains(resolv, _NETWORK_SECONDS)


def _xattrs(directory: str) -> Mapping[str, Any]:
    from hostcheck.host.experiments.xattrs import try_xattrs  # noqa: PLC0415 - only when this experiment is made

    return try_xattrs(directory, LIMIT_SECONDS)


EXPERIMENTS: dict[str, Callable[..., Mapping[str, Any]]] = {
    "unshare": _unshare,
    "device_rules": _device_rules,
    "keyring": _keyring,
    "links": _links,
    "limits": _limits,
    "nat": _nat,
    "overlay": _overlay,
    "peers": _peers,
    "ports": _ports,
    "proc": _proc,
    "registries": _registries,
    "search_domains": _search_domains,
    "xattrs": _xattrs,
}
"""The experiments by name, which ``perform`` makes."""
