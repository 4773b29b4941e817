"""The configuration of the Docker daemon, the limits that it can set, and its warnings.

Most of it is reported by the running engine (GET /info). The rest, or all of it if no engine runs, is in daemon.json
and on dockerd's command line, which ``dockerd`` finds. Sources: dockerd(8), the Engine API's SystemInfo,
docker-bench-security section 2; moby daemon/config/config.go, findConfigurationConflicts.
"""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hostcheck.counts import number_of
from hostcheck.host.base import Host
from hostcheck.jsonvalues import items
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.engine.dockerd import find_daemon
from hostcheck.probes.engine.engine import Engine, find_engine, nothing
from hostcheck.probes.engine.flags import refused
from hostcheck.probes.readings import closed, unread_reason
from hostcheck.run.model import Evidence, Fact

_LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "cpu_quota": "CpuCfsQuota",
        "cpu_shares": "CPUShares",
        "cpuset": "CPUSet",
        "memory": "MemoryLimit",
        "pids": "PidsLimit",
        "swap": "SwapLimit",
    }
)
_BOUNDED = frozenset({"local", "journald"})
"""Log drivers that limit the size of logs by default."""
_MERGED = frozenset({"runtimes"})
"""Options that may be both in dockerd's file and on its command line. If any other option is in both, dockerd does not
start."""


class Configuration(NamedTuple):
    """A daemon.json.

    Attributes:
        path: the path of the file.
        state: "none" (there is no file), "valid", "damaged" (it is not JSON), "conflicting" (dockerd's command line
            sets an option of it too), "refused" (it has a removed option, or a value of a wrong type), or "unknown" (it
            could not be read). If it is damaged, conflicting or refused, dockerd does not start.
        values: the options that the file and dockerd's command line set.
        evidence: the source that was read, and its content.
        problem: why the state is unknown; empty if it is known.
        unread: why options may be set that ``values`` lacks; empty if the file was read, or none was found.
    """

    path: str
    state: str
    values: Mapping[str, Any]
    evidence: Evidence
    problem: str = ""
    unread: str = ""


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.configuration, engine.settings, engine.limits and engine.warnings."""
    engine, configuration = find_engine(host), read_configuration(host)
    if configuration.problem:
        yield Fact.unknown("engine.configuration", configuration.problem, (configuration.evidence,))
    else:
        yield Fact("engine.configuration", configuration.state, evidence=(configuration.evidence,))
    yield _settings(engine, configuration)
    if engine.socket is None:
        yield from nothing(engine, ("engine.limits", "engine.warnings"))
        return
    reported = {name: engine.info.get(key) for name, key in _LIMITS.items()}
    value = {name: answer if isinstance(answer, bool) else None for name, answer in reported.items()}
    yield Fact("engine.limits", value, evidence=(Evidence("GET /info", str(len(value)), "limits it can set"),))
    warnings = tuple(text for text in items(engine.info.get("Warnings")) if isinstance(text, str))
    shown = Evidence("GET /info Warnings", str(len(warnings)), "warnings of the engine")
    yield Fact("engine.warnings", warnings, evidence=(shown,))


@cached_per_audit
def read_configuration(host: Host) -> Configuration:
    """Read the daemon.json of the installed Docker daemon, and the options on the daemon's command line."""
    daemon = find_daemon(host)
    path, flags = daemon.file, daemon.options
    reading = host.read(path)
    if reading.text is None:
        if reading.failure == "absent" and host.proves_absence:
            return Configuration(path, "none", flags, reading.evidence("the defaults apply"))
        problem = f"{path} was not captured" if reading.failure == "absent" else unread_reason(reading)
        return Configuration(path, "unknown", flags, reading.evidence("not readable"), problem, closed((reading,)))
    try:
        document = json.loads(reading.text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        shown = reading.evidence("not a JSON object: dockerd does not start", "damaged")
        return Configuration(path, "damaged", flags, shown, unread=f"{path} is damaged: see dockerd --validate")
    wrong = refused(document)
    if wrong:
        says = "removed, or of a value of another type: dockerd does not start"
        return Configuration(path, "refused", {**document, **flags}, reading.evidence(says, ", ".join(wrong)))
    twice = sorted((flags.keys() & document.keys()) - _MERGED)
    if twice:
        says = "also on dockerd's command line: dockerd does not start"
        return Configuration(path, "conflicting", {**document, **flags}, reading.evidence(says, ", ".join(twice)))
    shown = reading.evidence("options set", number_of(len(document), "option"))
    return Configuration(path, "valid", {**document, **flags}, shown)


def _settings(engine: Engine, configuration: Configuration) -> Fact:
    fact_id = "engine.settings"
    if configuration.state in {"damaged", "unknown"}:
        return Fact.unknown(fact_id, configuration.problem or configuration.unread, (configuration.evidence,))
    file, info = configuration.values, engine.info
    security = [str(option) for option in items(info.get("SecurityOptions"))]
    running = info.get("LiveRestoreEnabled")
    value = {
        "icc_off": file.get("icc") is False,
        "live_restore": running if isinstance(running, bool) else file.get("live-restore") is True,
        "logs_bounded": _logs_bounded(file, info.get("LoggingDriver")),
        "no_insecure_registries": not file.get("insecure-registries"),
        "no_new_privileges": file.get("no-new-privileges") is True or "name=no-new-privileges" in security,
        "userland_proxy_off": file.get("userland-proxy") is False,
        "userns_remap": bool(file.get("userns-remap")) or "name=userns" in security,
    }
    evidence: tuple[Evidence, ...] = (configuration.evidence,)
    if engine.socket is not None:
        evidence += (Evidence("GET /info", engine.socket, "settings of the running engine"),)
    return Fact(fact_id, value, evidence=evidence)


def _logs_bounded(file: Mapping[str, Any], running: object) -> bool:
    """Whether the size of container logs is limited. The default driver, json-file, has no limit without max-size."""
    driver = running if isinstance(running, str) and running else file.get("log-driver", "json-file")
    options = file.get("log-opts")
    return driver in _BOUNDED or driver == "none" or (isinstance(options, Mapping) and bool(options.get("max-size")))
