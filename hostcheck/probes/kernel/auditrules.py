"""Which files of an engine no audit rule of the kernel watches.

Sources: CIS Docker Benchmark, 1.1.3 to 1.1.18; auditctl(8), audit.rules(7).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from hostcheck.host.base import Host
from hostcheck.run.model import Evidence, Fact

FILES: Final = (
    *("/usr/bin/dockerd", "/run/containerd", "/var/lib/docker", "/etc/docker", "/etc/default/docker"),
    *("/usr/lib/systemd/system/docker.service", "/usr/lib/systemd/system/docker.socket", "/etc/sysconfig/docker"),
    *("/etc/containerd/config.toml", "/usr/bin/containerd", "/usr/bin/containerd-shim-runc-v2", "/usr/bin/runc"),
)
"""Files and folders that the benchmark wants watched, of current engines. A rule for a folder covers all below it."""

_PROGRAM = "/usr/sbin/auditctl"
_RULES = "/etc/audit/audit.rules"
_LIMIT_SECONDS = 1.0


def probe(host: Host) -> Iterator[Fact]:
    """Yield security.audit_unwatched."""
    fact_id = "security.audit_unwatched"
    there = [path for path in FILES if host.exists(path)]
    installed = host.exists(_PROGRAM)
    loaded = host.run((_PROGRAM, "-l"), _LIMIT_SECONDS) if installed and there else None
    # The loaded rules count; the file, loaded at boot, is second best. Only root may read either.
    reading = loaded if loaded and loaded.text is not None else host.read(_RULES)
    if reading.text is None and not (host.proves_absence and reading.failure == "absent" and installed is False):
        reason = (
            f"{reading.source} could not be read ({reading.error or reading.failure}): run as root, or see auditctl -l"
        )
        yield Fact.unknown(fact_id, reason, (reading.evidence("not readable"),))
        return
    watched = parse_watched(reading.text or "")
    unwatched = tuple(path for path in there if not is_watched(path, watched))
    shown = Evidence(reading.source, f"{len(watched)} paths", f"watched; {len(there)} of the engine's files exist")
    yield Fact(fact_id, unwatched, evidence=(shown,))


def parse_watched(text: str) -> frozenset[str]:
    """Parse rules in the syntax of auditctl(8): return the files and folders that they watch."""
    watched: set[str] = set()
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["-D"]:
            watched.clear()
        for option, value in pairwise(words):
            name, _, path = value.partition("=")
            if option == "-w":
                watched.add(_plain(value))
            elif option == "-F" and name in {"path", "dir"}:
                watched.add(_plain(path))
    return frozenset(watched)


def is_watched(path: str, watched: frozenset[str]) -> bool:
    """Whether a rule watches a path, or a folder above it."""
    return any(path == other or path.startswith(f"{other.rstrip('/')}/") for other in watched)


def _plain(path: str) -> str:
    return path.rstrip("/") or "/"
