"""The container engine that answers on this host, queried over its Unix socket.

Source: https://docs.docker.com/reference/api/engine/ (GET /info, GET /version); Podman serves the same API.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hostcheck.host.base import Host
from hostcheck.host.mounts import parse_mountinfo, read_mounts
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.paths import is_there
from hostcheck.run.model import NONE, Evidence, Fact

_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock")
_TIMEOUT = 1.0
IDS = ("engine.socket", "engine.name", "engine.version", "engine.api", "engine.driver", "engine.cgroup_driver")
DESKTOP = "Docker Desktop"
"""The operating system that Docker Desktop's engine reports. This engine runs in a virtual machine, with another disk,
kernel and network than this host, even if its socket is in a distribution of WSL 2."""


class Engine(NamedTuple):
    """The result of looking for an engine.

    Attributes:
        socket: the path of the socket at which an engine answered; None if none did.
        info: the engine's answer to GET /info; empty if none answered.
        silent: paths of sockets that exist but do not answer.
        undetermined: whether a socket may exist that was not visible (captured host, folder closed to this user).
        elsewhere: a socket at which an engine answers that runs elsewhere: Docker Desktop's in its virtual machine, or
            one whose socket is mounted into this container; None if there is none.
    """

    socket: str | None
    info: Mapping[str, Any]
    silent: tuple[str, ...] = ()
    undetermined: bool = False
    elsewhere: Evidence | None = None


@cached_per_audit
def find_engine(host: Host) -> Engine:
    """Query the usual sockets; the first engine that answers is used."""
    silent = []
    undetermined = False
    elsewhere = None
    for socket in socket_paths(host):
        there = host.exists(socket)
        undetermined = undetermined or there is None
        if not there:
            continue
        answer = host.http_get(socket, "/info", _TIMEOUT)
        if answer is not None and answer[0] == 200 and isinstance(answer[1], Mapping):
            elsewhere = _elsewhere(host, socket, answer[1])
            if elsewhere is None:
                return Engine(socket, answer[1])
        else:
            silent.append(socket)
    return Engine(None, {}, tuple(silent), undetermined, elsewhere)


def is_mounted_in(host: Host, socket: str) -> bool:
    """Whether a socket is itself a mount point: the socket of an engine outside of this container, mounted into it.

    The socket of an engine that runs here is an ordinary file in a folder. An engine outside has its files elsewhere.
    """
    paths = {socket, socket.replace("/var/run/", "/run/", 1)}
    return any(mount.mount_point in paths for mount in parse_mountinfo(read_mounts(host).text or ""))


def _elsewhere(host: Host, socket: str, info: Mapping[str, Any]) -> Evidence | None:
    """Return what shows that the engine at a socket runs elsewhere; None if nothing shows it."""
    if info.get("OperatingSystem") == DESKTOP:
        return Evidence(socket, DESKTOP, "its engine runs in its own virtual machine, not on this host")
    root = info.get("DockerRootDir")
    if is_mounted_in(host, socket):
        return Evidence(socket, "a mount", "its engine runs around this container, not in it")
    if isinstance(root, str) and root.startswith("/") and is_there(host, root) is False:
        return Evidence(root, None, f"the engine at {socket} has its data there, and so runs elsewhere")
    return None


def socket_paths(host: Host) -> tuple[str, ...]:
    """Return the paths of sockets where an engine may listen: only the one in DOCKER_HOST, if that names a socket."""
    named = host.environ("DOCKER_HOST") or ""
    if named.startswith("unix:///"):
        return (named.removeprefix("unix://"),)
    own = host.environ("XDG_RUNTIME_DIR") or ""
    rootless = (f"{own}/docker.sock", f"{own}/podman/podman.sock") if own.startswith("/") else ()
    return tuple(dict.fromkeys((*_SOCKETS, *rootless)))


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.*. If it is certain that no engine runs here, the values are "none"."""
    engine = find_engine(host)
    yield _place(engine)
    if engine.socket is None:
        yield from nothing(engine, IDS)
        return
    answer = host.http_get(engine.socket, "/version", _TIMEOUT)
    version = answer[1] if answer is not None and isinstance(answer[1], Mapping) else {}
    yield Fact("engine.socket", engine.socket, evidence=(Evidence(engine.socket, "200", "GET /info"),))
    for fact_id, source, value in (
        ("engine.name", "GET /version", name_of(version)),
        ("engine.version", "GET /info ServerVersion", engine.info.get("ServerVersion")),
        ("engine.api", "GET /version ApiVersion", version.get("ApiVersion")),
        ("engine.driver", "GET /info Driver", engine.info.get("Driver")),
        ("engine.cgroup_driver", "GET /info CgroupDriver", engine.info.get("CgroupDriver")),
    ):
        if isinstance(value, str) and value:
            yield Fact(fact_id, value, evidence=(Evidence(source, value, f"from the engine at {engine.socket}"),))
        else:
            yield Fact.unknown(fact_id, f"the engine at {engine.socket} does not report it ({source})")


def _place(engine: Engine) -> Fact:
    """Return engine.place: where the engine runs that answers."""
    fact_id = "engine.place"
    if engine.socket is not None:
        return Fact(fact_id, "here", evidence=(Evidence(engine.socket, "200", "GET /info"),))
    if engine.elsewhere is not None:
        return Fact(fact_id, "elsewhere", evidence=(engine.elsewhere,))
    return next(nothing(engine, (fact_id,)))


def name_of(version: Mapping[str, Any]) -> str:
    """Return "podman" if the components in an answer to GET /version name it, else "docker"."""
    components = version.get("Components")
    names = [part.get("Name", "") for part in components if isinstance(part, Mapping)] if components else []
    return "podman" if any("podman" in str(name).lower() for name in names) else "docker"


def nothing(engine: Engine, ids: Iterable[str]) -> Iterator[Fact]:
    """Yield the facts about an engine on a host where none was found: "none", or unknown where one may run."""
    evidence = tuple(Evidence(socket, None, "a socket that does not answer") for socket in engine.silent)
    for fact_id in ids:
        if engine.silent:
            reason = f"{engine.silent[0]} exists but does not answer: start the engine, or run as root"
            yield Fact.unknown(fact_id, reason, evidence)
        elif engine.undetermined:
            yield Fact.unknown(fact_id, "could not determine whether an engine runs: audit the host itself, as root")
        else:
            none = Evidence("engine sockets", None, "none of the usual sockets exists")
            yield Fact(fact_id, NONE, evidence=(engine.elsewhere or none,))
