"""Namespaces: proved by making one of each where the host is live, else told from /proc and the configuration.

Source: namespaces(7).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.base import Host
from hostcheck.probes.kconfig import KernelConfig, read_config
from hostcheck.probes.witness import Witness, settle
from hostcheck.run.model import Evidence, Fact, Scalar

NAMESPACES: dict[str, tuple[str, ...]] = {
    "mnt": ("NAMESPACES",),
    "pid": ("NAMESPACES", "PID_NS"),
    "net": ("NAMESPACES", "NET_NS"),
    "ipc": ("NAMESPACES", "IPC_NS"),
    "uts": ("NAMESPACES", "UTS_NS"),
    "user": ("NAMESPACES", "USER_NS"),
    "cgroup": ("NAMESPACES", "CGROUPS"),
}
"""The kernel's name of each namespace, and the options that build it."""

_NO_PRIVILEGE = frozenset({"EPERM", "EACCES"})
_REFUSED = {
    "EINVAL": "the kernel has none",
    "ENOSYS": "the kernel has none",
    "ENOSPC": "a limit is reached: see /proc/sys/user/max_*_namespaces",
    "EUSERS": "a limit is reached: too many are nested",
}


def probe(host: Host) -> Iterator[Fact]:
    """Give ns.*."""
    config = read_config(host)
    tried = host.experiment("unshare")
    for name in NAMESPACES:
        yield _fact(host, name, tried, config)
    yield _limits(host)


def _limits(host: Host) -> Fact:
    """Say of each kind whether this user namespace may have any: a limit of 0 refuses them, whatever the kernel has."""
    readings = {name: host.read(f"/proc/sys/user/max_{name}_namespaces") for name in NAMESPACES}
    allowed: dict[str, Scalar] = {}
    for name, reading in readings.items():
        told = (reading.text or "").strip()
        allowed[name] = int(told) > 0 if told.isascii() and told.isdecimal() else None
    evidence = tuple(reading.evidence("0 is none at all") for reading in readings.values())
    if all(answer is None for answer in allowed.values()):
        # The files came with Linux 4.9.
        return Fact.unknown("ns.limits", "the kernel has no /proc/sys/user/max_*_namespaces to read", evidence)
    return Fact("ns.limits", allowed, evidence=evidence)


def _fact(host: Host, name: str, tried: Mapping[str, Any] | None, config: KernelConfig) -> Fact:
    shown = _shown(host, name)
    configured = config.witness(*NAMESPACES[name])
    if name == "cgroup" and configured.answer is not None:
        # No option of its own: with control groups it came in 4.6, so the configuration can only rule it out.
        configured = Witness(None if configured.answer else False, configured.evidence)
    return settle(f"ns.{name}", (_proof(name, tried), shown, configured), config.problem)


def _shown(host: Host, name: str) -> Witness:
    """Let /proc/self/ns answer: it lists exactly the namespaces the kernel has."""
    path = f"/proc/self/ns/{name}"
    link = host.readlink(path)
    if link.text:
        return Witness(answer=True, evidence=link.evidence("for: the kernel lists it"))
    # A captured host may hold only some of the links; a live one that lists others lacks this one.
    listed = (host.listdir("/proc/self/ns") or ()) if host.tells_absence else ()
    missing = "mnt" in listed and name not in listed
    return Witness(False if missing else None, Evidence(path, link.failure, "against" if missing else "silent"))


def _proof(name: str, tried: Mapping[str, Any] | None) -> Witness:
    """Let what came of making one answer. A refusal for lack of privilege says nothing of the kernel."""
    source = f"unshare {name}"
    result = (tried or {}).get(name)
    if not isinstance(result, Mapping):
        return Witness(None, Evidence(source, None, "not tried"))
    if result.get("ok"):
        return Witness(answer=True, evidence=Evidence(source, "ok", "for: one was made"))
    error = str(result.get("error", ""))
    if error in _NO_PRIVILEGE:
        reason = f"making one was not permitted ({error}): run as root, outside any container"
        return Witness(None, Evidence(source, error, "silent: not permitted"), reason)
    if error in _REFUSED:
        return Witness(answer=False, evidence=Evidence(source, error, f"against: {_REFUSED[error]}"))
    return Witness(None, Evidence(source, error, "silent"), f"making one failed in an unexpected way ({error})")
