"""Files of an engine that users other than root may write to. Writing to one of them is enough to become root.

Sources: CIS Docker Benchmark, 3.1 to 3.24 (its limits on reading are not checked); unix(7): connecting to a socket
needs permission to write.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from hostcheck.host.base import Host
from hostcheck.probes.engine.users import group_id
from hostcheck.run.model import Evidence, Fact

_UNITS = ("docker.service", "docker.socket", "containerd.service")
_SOCKETS = frozenset({"/run/docker.sock", "/run/containerd/containerd.sock"})
FILES: Final = (
    *(f"{folder}/{unit}" for folder in ("/usr/lib/systemd/system", "/etc/systemd/system") for unit in _UNITS),
    *("/etc/docker", "/etc/docker/daemon.json", "/etc/docker/certs.d", "/etc/default/docker", "/etc/sysconfig/docker"),
    *("/etc/containerd", "/etc/containerd/config.toml", *sorted(_SOCKETS)),
)
"""The files that are checked if they exist."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield security.engine_files: the files of an engine that users other than root may write to."""
    fact_id = "security.engine_files"
    seen = {path: host.exists(path) for path in FILES}
    owners = {path: host.stat(path) for path, there in seen.items() if there}
    docker = group_id(host.read("/etc/group").text or "", "docker")
    known = {path: owner for path, owner in owners.items() if owner}
    opened = tuple(path for path, owner in known.items() if is_open(owner, docker if path in _SOCKETS else None))
    evidence = tuple(Evidence(path, _shown(known[path]), "against: writable by others than root") for path in opened)
    evidence += (Evidence("stat(2)", f"{len(known)} of {len(FILES)}", "of the engine's files exist"),)
    unseen = next((path for path, there in seen.items() if there is None or (there and path not in known)), None)
    if unseen and not opened:
        yield Fact.unknown(fact_id, f"the mode of {unseen} could not be read: audit the host itself, as root", evidence)
    else:
        yield Fact(fact_id, opened, evidence=evidence)


def is_open(owner: Mapping[str, int], group: int | None) -> bool:
    """Whether a file can be written to by a user other than root who is not in root's group or one allowed group.

    Args:
        owner: the file's mode and owner, from ``Host.stat``.
        group: the id of the allowed group; None if only root's group is allowed.
    """
    groups_may = bool(owner["mode"] & 0o020) and owner["gid"] not in {0, group}
    return owner["uid"] != 0 or groups_may or bool(owner["mode"] & 0o002)


def _shown(owner: Mapping[str, int]) -> str:
    return f"{owner['mode']:04o}, user {owner['uid']}, group {owner['gid']}"
