"""Profiles and capabilities that forbid all mounts in a container. Then no container can start inside of it.

Without CAP_SYS_ADMIN, root's Podman creates a user namespace for itself, as it does for other users, and mounts there.

Sources: capabilities(7); moby profiles/apparmor/template.go, containerd contrib/apparmor, containers/common
pkg/apparmor ("deny mount" in the default profiles); docker run(1), --privileged; podman#10079 (the user namespace).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from hostcheck.host.base import Host
from hostcheck.probes.kernel.namespaces import user_namespace_here
from hostcheck.probes.virt.indicators import read_first
from hostcheck.probes.virt.limits import BOUNDING, parse_dropped, status_fields
from hostcheck.run.model import Evidence, Fact

_FACT, _OF_PODMAN = "security.mounts_denied_by", "engine.podman_mounts"
_DENYING = re.compile(r"(?:docker-default|cri-containerd\.apparmor\.d|containers-default-[\w.-]+) \(enforce\)")
"""Labels of the profiles that Docker, containerd and Podman give their containers."""
_ADMIN, _BIT = "sys_admin", 21
_CAPABILITIES = "capabilities"


def probe(host: Host) -> Iterator[Fact]:
    """Yield security.mounts_denied_by: what forbids all mounts in this container; and engine.podman_mounts."""
    denied = _denied(host)
    yield denied
    yield _podman(host, denied)


def may_have_admin(host: Host) -> bool | None:
    """Whether processes here may have CAP_SYS_ADMIN outside of a new user namespace; None if unknown."""
    dropped = parse_dropped(status_fields(host.read("/proc/self/status")).get(BOUNDING, ""), _BIT)
    return None if dropped is None else _ADMIN not in dropped


def _podman(host: Host, denied: Fact) -> Fact:
    if not denied.known or denied.value != (_CAPABILITIES,):
        return replace(denied, id=_OF_PODMAN, value=denied.value == () if denied.known else None)
    tried = user_namespace_here(host)
    if tried.answer is None:
        reason = (
            tried.reason or "Podman needs a user namespace here, which was not tried: audit without --no-experiments"
        )
        return Fact.unknown(_OF_PODMAN, reason, (*denied.evidence, tried.evidence))
    return Fact(_OF_PODMAN, tried.answer, evidence=(tried.evidence, *denied.evidence))


def _denied(host: Host) -> Fact:
    status = host.read("/proc/self/status")
    admin = may_have_admin(host)
    label = read_first(host, "/proc/self/attr/apparmor/current", "/proc/self/attr/current")
    text = (label.text or "").strip(" \n\0")
    found: list[tuple[str, Evidence]] = []
    if admin is False:
        shown = status.evidence("against: CAP_SYS_ADMIN is not among them", BOUNDING)
        found.append((_CAPABILITIES, shown))
    if _DENYING.fullmatch(text):
        found.append(("apparmor", label.evidence("against: this profile denies every mount", text)))
    if not found and admin is None:
        reason = f"{status.source} does not show which capabilities processes may have"
        return Fact.unknown(_FACT, reason, (label.evidence("no profile that denies mounts"),))
    shown = status.evidence("for: CAP_SYS_ADMIN is among them", BOUNDING)
    names = tuple(name for name, _ in found)
    return Fact(_FACT, names, evidence=tuple(piece for _, piece in found) or (shown,))
