"""Profiles and capabilities that forbid all mounts in a container. Then no container can start inside of it.

Sources: capabilities(7); moby profiles/apparmor/template.go, containerd contrib/apparmor, containers/common
pkg/apparmor ("deny mount" in the default profiles); docker run(1), --privileged.
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.virt.indicators import read_first
from hostcheck.probes.virt.limits import BOUNDING, parse_dropped, status_fields
from hostcheck.run.model import Evidence, Fact

_FACT = "security.mounts_denied_by"
_DENYING = re.compile(r"(?:docker-default|cri-containerd\.apparmor\.d|containers-default-[\w.-]+) \(enforce\)")
"""Labels of the profiles that Docker, containerd and Podman give their containers."""
_ADMIN, _BIT = "sys_admin", 21


def probe(host: Host) -> Iterator[Fact]:
    """Yield security.mounts_denied_by: what forbids all mounts in this container."""
    status = host.read("/proc/self/status")
    dropped = parse_dropped(status_fields(status).get(BOUNDING, ""), _BIT)
    label = read_first(host, "/proc/self/attr/apparmor/current", "/proc/self/attr/current")
    text = (label.text or "").strip(" \n\0")
    found: list[tuple[str, Evidence]] = []
    if dropped is not None and _ADMIN in dropped:
        shown = status.evidence("against: CAP_SYS_ADMIN is not among them", BOUNDING)
        found.append(("capabilities", shown))
    if _DENYING.fullmatch(text):
        found.append(("apparmor", label.evidence("against: this profile denies every mount", text)))
    if not found and dropped is None:
        reason = f"{status.source} does not show which capabilities processes may have"
        yield Fact.unknown(_FACT, reason, (label.evidence("no profile that denies mounts"),))
        return
    shown = status.evidence("for: CAP_SYS_ADMIN is among them", BOUNDING)
    names = tuple(name for name, _ in found)
    yield Fact(_FACT, names, evidence=tuple(piece for _, piece in found) or (shown,))
