"""The tasks that systemd lets the engine's service have: every thread of its shims is one.

Source: systemd.resource-control(5) (TasksMax); https://docs.kernel.org/admin-guide/cgroup-v2.html (pids.max).
"""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import undetermined
from hostcheck.run.model import NONE, Evidence, Fact

_FACT = "engine.tasks_max"
_SERVICES = ("docker", "containerd", "crio")
_SLICES = ("/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/pids/system.slice")
"""Of cgroup v2, and of the pids controller of v1."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.tasks_max: the lowest limit of the engine's services that run."""
    evidence: list[Evidence] = []
    limits: list[int] = []
    for service in _SERVICES:
        for folder in _SLICES:
            reading = host.read(f"{folder}/{service}.service/pids.max")
            text = (reading.text or "").strip()
            if text:
                evidence.append(reading.evidence("TasksMax of the service"))
            if text.isdecimal():
                limits.append(int(text))
    if limits:
        yield Fact(_FACT, min(limits), evidence=tuple(evidence))
    elif evidence or host.proves_absence:
        yield Fact(_FACT, NONE, evidence=tuple(evidence))
    else:
        yield Fact.unknown(_FACT, undetermined("control groups of an engine's service"))
