"""The names of running containers, and of the program or container that holds each port, by ss(8) and the engine.

Compose labels its containers with their project and service (https://docs.docker.com/reference/compose-file/, labels).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hostcheck.host.base import Host
from hostcheck.jsonvalues import items
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.network.holders import parse_containers
from hostcheck.run.model import Evidence, Fact

NO_ENGINE = "no engine answers at its socket: start it, or run as a user who may use it"
_LIMIT_SECONDS = 2.0
_SS = ("/usr/bin/ss", "/bin/ss", "/usr/sbin/ss", "/sbin/ss")
_COLUMNS = 6
"""How many columns ss prints before the column with the program."""
_PROJECT, _SERVICE = "com.docker.compose.project", "com.docker.compose.service"


class Program(NamedTuple):
    """A program that holds a port.

    Attributes:
        port: the port: "tcp/80".
        name: the program's name; empty if ss does not show the program.
        pid: its process id; None if ss does not show the program.
    """

    port: str
    name: str = ""
    pid: int | None = None


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.running and net.port_owners."""
    containers = running(host)
    if containers is None:
        yield Fact.unknown("engine.running", NO_ENGINE)
    else:
        yield Fact(
            "engine.running",
            tuple(sorted(_marked(each) for each in containers)),
            evidence=(Evidence("GET /containers/json", str(len(containers)), "running containers"),),
        )
    path = next((path for path in _SS if host.exists(path)), None)
    reading = None if path is None else host.run((path, "-l", "-n", "-t", "-u", "-p"), _LIMIT_SECONDS)
    programs = parse_ss(reading.text or "") if reading else []
    named = [each for each in programs if each.name]
    of_programs = {f"{each.port} program {each.name} {each.pid}" for each in named}
    hidden = {f"{each.port} program not shown" for each in programs if not each.name}
    of_containers = {
        f"{port} container {_marked(each)}" for each in containers or () for _, port, _ in parse_containers([each])
    }
    if containers is None and (reading is None or reading.text is None):
        yield Fact.unknown("net.port_owners", f"{NO_ENGINE}; or install ss (iproute2)")
        return
    shown = Evidence("ss -lntup", str(len(named)) if named else None, "sockets whose program is shown")
    yield Fact("net.port_owners", tuple(sorted(of_programs | hidden | of_containers)), evidence=(shown,))


def parse_ss(text: str) -> list[Program]:
    """Parse the sockets that ``ss -lntup`` prints.

    ss shows other users' programs only to root, and in a container no program of the host. The
    kernel's sockets have none.
    """
    found = []
    for line in text.splitlines():
        parts = line.split(None, _COLUMNS)
        if len(parts) < _COLUMNS or parts[0] not in {"tcp", "udp"}:
            continue
        port = parts[4].rpartition(":")[2]
        if not port.isdecimal():
            continue
        name, mark, rest = "".join(parts[_COLUMNS:]).removeprefix('users:(("').partition('",pid=')
        pid = rest.partition(",")[0]
        is_shown = mark and pid.isdecimal()
        found.append(Program(f"{parts[0]}/{port}", name, int(pid)) if is_shown else Program(f"{parts[0]}/{port}"))
    return found


def running(host: Host) -> list[dict[str, Any]] | None:
    """Return the running containers of the first engine that answers, as GET /containers/json; None if none answers."""
    socket = find_engine(host).socket
    answer = host.http_get(socket, "/containers/json", _LIMIT_SECONDS) if socket else None
    if answer is None or answer[0] != 200 or not isinstance(answer[1], list):
        return None
    return [each for each in answer[1] if isinstance(each, dict)]


def name_of(container: dict[str, Any]) -> str:
    """Return the name of a container; "?" if the engine gives none."""
    names = items(container.get("Names"))
    return str(names[0]).lstrip("/") if names else "?"


def _marked(container: dict[str, Any]) -> str:
    """Return the name of a container, and if Compose made it, its project and service: "shop-web-1 shop/web"."""
    labels = container.get("Labels")
    marks = labels if isinstance(labels, dict) else {}
    name = name_of(container)
    return f"{name} {marks[_PROJECT]}/{marks[_SERVICE]}" if _PROJECT in marks and _SERVICE in marks else name
