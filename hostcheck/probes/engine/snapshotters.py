"""Whether k3s or RKE2 is set to another snapshotter than overlayfs, so that overlay need not work in its folder.

Sources: https://docs.k3s.io/cli/server (--snapshotter), https://docs.k3s.io/installation/configuration (config.yaml;
the command line outranks it); k3s pkg/agent/config (only overlayfs needs overlay).
"""

import re
from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.readings import closed
from hostcheck.run.model import Evidence, Fact

_SERVICES = {"k3s": ("k3s", "k3s-agent"), "rke2": ("rke2-server", "rke2-agent")}
_UNITS = "/etc/systemd/system"
_IN_FILE = re.compile(r"^snapshotter:[ \t]*[\"']?([\w-]+)", re.MULTILINE)
_ON_COMMAND_LINE = re.compile(r"--snapshotter(?:=|[\"']?[ \t\\\n]+[\"']?)([\w-]+)")
_USUAL = "overlayfs"


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.other_snapshotter: which of k3s and RKE2 are set to another snapshotter than overlayfs."""
    fact_id = "engine.other_snapshotter"
    found: dict[str, Evidence] = {}
    for engine in _SERVICES:
        evidence, problem = _set(host, engine)
        if problem:
            yield Fact.unknown(fact_id, problem)
            return
        if evidence is not None and evidence.value != _USUAL:
            found[engine] = evidence
    usual = Evidence("config.yaml, units of k3s and RKE2", None, f"assumed: {_USUAL}, the default")
    yield Fact(fact_id, tuple(found), evidence=tuple(found.values()) or (usual,))


def _set(host: Host, engine: str) -> tuple[Evidence | None, str]:
    """Return what sets the snapshotter of an engine, and why that is unknown; None if nothing does."""
    units = [host.read(f"{_UNITS}/{name}.service") for name in _SERVICES[engine]]
    main = f"/etc/rancher/{engine}/config.yaml"
    parts = sorted(name for name in host.listdir(f"{main}.d") or () if name.endswith(".yaml"))
    files = [host.read(path) for path in (main, *(f"{main}.d/{name}" for name in parts))]
    for readings, pattern in ((units, _ON_COMMAND_LINE), (files[::-1], _IN_FILE)):
        for reading in readings:
            lines = (reading.text or "").splitlines()
            if found := pattern.search("\n".join(line for line in lines if not line.lstrip().startswith(("#", ";")))):
                return reading.evidence("the snapshotter that is set", found[1]), ""
    return None, closed((*units, *files))
