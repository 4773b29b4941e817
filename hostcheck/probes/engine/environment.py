"""Variables in dockerd's environment, and what dockerd does because of them and of its version."""

import re
from collections.abc import Iterator, Mapping

from hostcheck.host.base import Host
from hostcheck.probes.engine.dockerd import PID_FILES, UNIT, docker_is_installed
from hostcheck.probes.engine.engine import find_engine, name_of
from hostcheck.probes.engine.firewall import firewall
from hostcheck.probes.engine.unitfiles import unit_texts
from hostcheck.run.model import Evidence, Fact

_SERVICES = ("/etc/default/docker", "/etc/conf.d/docker", "/etc/rc.d/rc.docker")
_VARIABLE = "DOCKER_INSECURE_NO_IPTABLES_RAW"
_WITHOUT_RAW = r"\bDOCKER_INSECURE_NO_IPTABLES_RAW=[\"']?1\b"
_MAJOR = r"\d{1,4}(?=\.)"
_FIRST = 28
"""The major version of Docker that first wrote rules into the table raw (moby#49325)."""
_TIMEOUT = 1.0
_DAEMON = "dockerd"


def environments(host: Host) -> Mapping[str, str]:
    """Return the texts that can set dockerd's environment, by source; that of the running daemon comes first."""
    pids = ((host.read(path).text or "").strip() for path in PID_FILES)
    places = (*(f"/proc/{pid}/environ" for pid in pids if pid.isascii() and pid.isdecimal()), *_SERVICES)
    return {place: host.read(place).text or "" for place in places} | {UNIT: "\n".join(unit_texts(host, UNIT))}


def raw_rules(host: Host) -> Iterator[Fact]:
    """Yield engine.raw_rules: whether the Docker of this host writes rules into iptables' table raw.

    Docker 28.0 and later does, unless a variable forbids it (moby#49621) or Docker writes no iptables rules at all. If
    no Docker is installed, a current release is assumed.
    """
    fact_id = "engine.raw_rules"
    forbids = [place for place, text in environments(host).items() if re.search(_WITHOUT_RAW, text)]
    if forbids:
        yield Fact(fact_id, value=False, evidence=(Evidence(forbids[0], f"{_VARIABLE}=1", "against: set"),))
        return
    rules = firewall(host)
    if not rules.known:
        yield Fact.unknown(fact_id, rules.reason, rules.evidence)
        return
    if rules.value != "iptables":
        yield Fact(fact_id, value=False, evidence=rules.evidence)
        return
    version = docker_version(host)
    engine = find_engine(host)
    if version:
        major = re.match(_MAJOR, version)
        if major is None:
            yield Fact.unknown(fact_id, f"{version[:40]!r} is not a known version of Docker: see docker version")
            return
        writes = int(major[0]) >= _FIRST
        says = f"{'for' if writes else 'against'}: rules in raw came with {_FIRST}.0"
        yield Fact(fact_id, writes, evidence=(Evidence(f"GET /info on {engine.socket}", version, says),))
    elif engine.silent or engine.undetermined or docker_is_installed(host):
        yield Fact.unknown(
            fact_id, f"Docker before {_FIRST}.0 writes no rules there, and its version is unknown: start the engine"
        )
    else:
        says = f"for: assumed, since Docker is not installed, and releases since {_FIRST}.0 do"
        yield Fact(fact_id, value=True, evidence=(Evidence("engine sockets, dockerd", None, says),))


def docker_version(host: Host) -> str:
    """Return the version of the Docker that answers; empty if none does, or if Podman answers at its socket."""
    engine = find_engine(host)
    found = engine.info.get("ServerVersion")
    if engine.socket is None or not isinstance(found, str):
        return ""
    answer = host.http_get(engine.socket, "/version", _TIMEOUT)
    of = answer[1] if answer is not None and isinstance(answer[1], Mapping) else {}
    return found if name_of(of) == "docker" else ""


def printed_version(host: Host) -> str:
    """Return the version that the installed dockerd prints; empty if it prints none."""
    text = host.run((_DAEMON, "--version"), _TIMEOUT).text or ""
    said = re.search(r"version (\d{1,9}\.\d{1,9}[^\s,]*)", text)
    return said[1] if said else ""
