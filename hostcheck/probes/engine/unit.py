"""The limits that systemd sets on an engine's service, and so on its containers: tasks and open files.

Sources: systemd.resource-control(5) (TasksMax); systemd.exec(5) (LimitNOFILE);
https://docs.kernel.org/admin-guide/cgroup-v2.html (pids.max).
"""

import re
from collections.abc import Iterable, Iterator

from hostcheck.host.base import Host, Reading
from hostcheck.host.numbers import is_whole
from hostcheck.probes.engine.unitfiles import FOLDERS, read_unit, settings_of
from hostcheck.probes.readings import closed, undetermined, unparsed_reason
from hostcheck.run.model import NONE, Evidence, Fact

_SERVICES = ("docker", "containerd", "crio")
_SLICES = ("/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/pids/system.slice")
"""The folder of the slice in cgroup v2, and in the pids controller of v1."""
_PARENTS = ("containerd", "docker", "crio")
"""Services that start containers. The first one installed is used, because dockerd starts containers by containerd."""
_LIMIT = re.compile(r"(?:\w+:)?(\d{1,18}|infinity)")
_DEFAULT = 524288
"""systemd's hard limit on open files if a unit sets none, since version 240: systemd-system.conf(5)."""
_NR_OPEN = "/proc/sys/fs/nr_open"


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.tasks_max and engine.open_files."""
    yield _tasks(host)
    yield _open_files(host)


def parse_open_files(texts: Iterable[str]) -> str:
    """Return the last hard LimitNOFILE in the texts of a unit and its drop-ins, in their order; empty without one.

    An empty setting resets those before it; systemd ignores one that it cannot parse.
    """
    limit = ""
    for key, value in settings_of(texts):
        found = _LIMIT.fullmatch(value) if key == "LimitNOFILE" else None
        if found or (key == "LimitNOFILE" and not value):
            limit = found[1] if found else ""
    return limit


def _tasks(host: Host) -> Fact:
    """Return engine.tasks_max: the lowest limit of those engine services that run."""
    fact_id = "engine.tasks_max"
    evidence: list[Evidence] = []
    limits: list[int] = []
    for service in _SERVICES:
        for folder in _SLICES:
            reading = host.read(f"{folder}/{service}.service/pids.max")
            text = (reading.text or "").strip()
            if text:
                evidence.append(reading.evidence("TasksMax of the service"))
            if is_whole(text):
                limits.append(int(text))
    if limits:
        return Fact(fact_id, min(limits), evidence=tuple(evidence))
    if evidence or host.proves_absence:
        idle = Evidence(", ".join(_SLICES), None, "no service of an engine runs there")
        return Fact(fact_id, NONE, evidence=tuple(evidence) or (idle,))
    return Fact.unknown(fact_id, undetermined("control groups of an engine's service"))


def _open_files(host: Host) -> Fact:
    """Return engine.open_files: the hard limit on files that a program in a container may have open."""
    fact_id = "engine.open_files"
    unit = next(filter(None, (_unit(host, f"{name}.service") for name in _PARENTS)), [])
    if not unit and not host.proves_absence:
        return Fact.unknown(fact_id, undetermined("the unit of an engine's service"))
    if not unit:
        return Fact(fact_id, NONE, evidence=(Evidence(", ".join(FOLDERS), None, "no engine has a unit"),))
    if reason := closed(unit):
        return Fact.unknown(fact_id, reason)
    limit = parse_open_files(reading.text or "" for reading in unit)
    shown = unit[0].evidence("LimitNOFILE of the unit and its drop-ins", limit or "not set")
    if limit != "infinity":
        return Fact(fact_id, int(limit or _DEFAULT), evidence=(shown,))
    most = host.read(_NR_OPEN)
    if not is_whole(most.text or ""):
        return Fact.unknown(fact_id, unparsed_reason(most, "a whole number, the meaning of infinity"), (shown,))
    return Fact(fact_id, int(most.text or ""), evidence=(shown, most.evidence("the kernel's own limit")))


def _unit(host: Host, name: str) -> list[Reading]:
    """Return the readings of a unit and its drop-ins; none if it does not exist or is masked."""
    readings = read_unit(host, name)
    return readings if readings and readings[0].source.endswith(f"/{name}") and readings[0].text != "" else []
