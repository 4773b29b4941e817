"""Namespaces: proved on a live host by creating one of each kind, else by /proc and the kernel's configuration.

Source: namespaces(7).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hostcheck.host.base import Host
from hostcheck.host.numbers import is_whole
from hostcheck.probes.engine.users import effective_user
from hostcheck.probes.kernel.kconfig import KernelConfig, read_config
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
"""The kernel's name of each kind of namespace, and the options that build it in."""

NO_PRIVILEGE = frozenset({"EPERM", "EACCES"})
"""Errors for lack of privilege."""
_REFUSED = {
    "EINVAL": "the kernel has none",
    "ENOSYS": "the kernel has none",
    "ENOSPC": "a limit is reached: see /proc/sys/user/max_*_namespaces",
    "EUSERS": "a limit is reached: too many are nested",
}


def probe(host: Host) -> Iterator[Fact]:
    """Yield the facts ns.*, except those of the modules ``features`` and ``rootless``."""
    config = read_config(host)
    tried = host.experiment("unshare")
    for name in NAMESPACES:
        yield _fact(host, name, tried, config)
    yield _limits(host)


def user_namespaces(host: Host) -> Fact:
    """Return ns.user: whether the kernel has user namespaces."""
    return _fact(host, "user", host.experiment("unshare"), read_config(host))


def user_namespace_here(host: Host) -> Witness:
    """Return what the attempt to create a user namespace shows for this process, its children, and this user.

    A refusal may come from a filter of system calls, a chroot or a security module. It then applies to child processes
    too, even if the kernel has user namespaces. Limits are counted for each user (user_namespaces(7)), so a limit that
    root has reached shows nothing about other users.
    """
    tried = host.experiment("unshare")
    found = judge_unshare("user", tried)
    error = found.evidence.value or ""
    if found.answer is None and error in NO_PRIVILEGE:
        return Witness(answer=False, evidence=replace(found.evidence, says="against: it is refused here"))
    if error == "ENOSPC" and not effective_user(host.read("/proc/self/status").text or ""):
        says = "silent: the limit that root has reached is not that of another user"
        reason = "root has reached a limit of user namespaces: run the audit as the user who will run the engine"
        return Witness(None, replace(found.evidence, says=says), reason)
    return found


def _limits(host: Host) -> Fact:
    """Return ns.limits: for each kind whether its limit in this user namespace is above 0."""
    readings = {name: host.read(f"/proc/sys/user/max_{name}_namespaces") for name in NAMESPACES}
    allowed: dict[str, Scalar] = {}
    for name, reading in readings.items():
        limit = (reading.text or "").strip()
        allowed[name] = int(limit) > 0 if is_whole(limit) else None
    evidence = tuple(reading.evidence("0 allows none") for reading in readings.values())
    if all(answer is None for answer in allowed.values()):
        # The files came with Linux 4.9.
        return Fact.unknown("ns.limits", "the kernel has no /proc/sys/user/max_*_namespaces to read", evidence)
    return Fact("ns.limits", allowed, evidence=evidence)


def _fact(host: Host, name: str, tried: Mapping[str, Any] | None, config: KernelConfig) -> Fact:
    shown = _shown(host, name)
    configured = config.witness(*NAMESPACES[name])
    if name == "cgroup" and configured.answer is not None:
        # The cgroup namespace has no option. It came with Linux 4.6, so the configuration can only rule it out.
        configured = Witness(None if configured.answer else False, configured.evidence)
    witnesses = (judge_unshare(name, tried), *_forbidden(host, name), shown, configured)
    return settle(f"ns.{name}", witnesses, config.problem)


def _forbidden(host: Host, name: str) -> Iterator[Witness]:
    """Yield a witness against a kind of namespace if its limit is 0, which applies to root too: namespaces(7)."""
    reading = host.read(f"/proc/sys/user/max_{name}_namespaces")
    if (reading.text or "").strip() == "0":
        yield Witness(answer=False, evidence=reading.evidence("against: 0 allows none"))


def _shown(host: Host, name: str) -> Witness:
    """Return a witness by /proc/self/ns, which has links for exactly the kinds of namespaces that the kernel has."""
    path = f"/proc/self/ns/{name}"
    link = host.readlink(path)
    if link.text:
        return Witness(answer=True, evidence=link.evidence("for: the kernel lists it"))
    # A captured host may hold only some of the links. On a live host a missing link means a missing namespace.
    listed = (host.listdir("/proc/self/ns") or ()) if host.proves_absence else ()
    missing = "mnt" in listed and name not in listed
    return Witness(False if missing else None, Evidence(path, link.failure, "against" if missing else "silent"))


def judge_unshare(name: str, tried: Mapping[str, Any] | None) -> Witness:
    """Judge the attempt to create a namespace of one kind.

    An error for lack of privilege does not show whether the kernel has this kind.

    Args:
        name: the kernel's name of the kind.
        tried: the result of the experiment "unshare"; None if it was not made.
    """
    source = f"unshare {name}"
    result = (tried or {}).get(name)
    if not isinstance(result, Mapping):
        return Witness(None, Evidence(source, None, "not tried"))
    if result.get("ok"):
        return Witness(answer=True, evidence=Evidence(source, "ok", "for: created"))
    error = str(result.get("error", ""))
    if error in NO_PRIVILEGE:
        reason = f"creating one was not permitted ({error}): run as root, outside of any container"
        return Witness(None, Evidence(source, error, "silent: not permitted"), reason)
    if error in _REFUSED:
        return Witness(answer=False, evidence=Evidence(source, error, f"against: {_REFUSED[error]}"))
    return Witness(None, Evidence(source, error, "silent"), f"creating one failed with an unexpected error ({error})")
