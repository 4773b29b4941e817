"""Find the files of an engine that no audit rule of the kernel watches.

Sources: CIS Docker Benchmark, 1.1.3 to 1.1.18; auditctl(8), audit.rules(7).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from hostcheck.counts import number_of
from hostcheck.host.base import Host
from hostcheck.probes.engine.dockerd import DEFAULT_ROOT
from hostcheck.probes.paths import resolve
from hostcheck.probes.readings import unread_reason
from hostcheck.probes.storage.dataroot import find_data_root
from hostcheck.run.model import Evidence, Fact

_PROGRAMS = ("containerd", "containerd-shim-runc-v2", "dockerd", "runc")
_UNITS = ("docker.service", "docker.socket")
FILES: Final = (
    *(f"{folder}/{program}" for program in _PROGRAMS for folder in ("/usr/bin", "/usr/sbin", "/usr/local/bin")),
    *(f"{folder}/{unit}" for unit in _UNITS for folder in ("/usr/lib/systemd/system", "/etc/systemd/system")),
    *("/run/containerd", DEFAULT_ROOT, "/etc/docker", "/etc/default/docker", "/etc/sysconfig/docker"),
    "/etc/containerd/config.toml",
)
"""Files and folders that the benchmark requires to be watched, in all places where distributions put them: Debian has
dockerd and runc in /usr/sbin. A rule for a folder covers all that is below it."""

DATA_ROOT: Final = "data-root"
"""The name in the fact for a data-root that is not the default one."""

_PROGRAM = "/usr/sbin/auditctl"
_RULES = "/etc/audit/audit.rules"
_LIMIT_SECONDS = 1.0


def probe(host: Host) -> Iterator[Fact]:
    """Yield security.audit_unwatched: the engine's files that no audit rule watches."""
    fact_id = "security.audit_unwatched"
    # If /usr/sbin is a link to /usr/bin, both paths lead to one file, and a rule for either watches it.
    there = {resolve(host, path): path for path in reversed(FILES) if host.exists(path)}
    root = find_data_root(host)
    if root.path != DEFAULT_ROOT and there:
        there.pop(resolve(host, DEFAULT_ROOT), None)
        there |= {root.folder: DATA_ROOT} if host.exists(root.path) else {}
    installed = host.exists(_PROGRAM)
    loaded = host.run((_PROGRAM, "-l"), _LIMIT_SECONDS) if installed and there else None
    # The loaded rules are used if they can be read, else the file that is loaded at boot. Only root may read either.
    reading = loaded if loaded and loaded.text is not None else host.read(_RULES)
    if reading.text is None and not (host.proves_absence and reading.failure == "absent" and installed is False):
        reason = f"{unread_reason(reading)}{', or' if reading.failure == 'denied' else ':'} see auditctl -l"
        yield Fact.unknown(fact_id, reason, (reading.evidence("not readable"),))
        return
    watched = parse_watched(reading.text or "")
    watched |= {resolve(host, path) for path in watched}
    unwatched = tuple(sorted(path for file, path in there.items() if not is_watched(file, watched)))
    shown = Evidence(
        reading.source, number_of(len(watched), "path"), f"watched; {len(there)} of the engine's files exist"
    )
    named = (root.evidence,) if DATA_ROOT in there.values() else ()
    yield Fact(fact_id, unwatched, evidence=(shown, *named))


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
