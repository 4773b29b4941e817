"""Whether k3s or RKE2 is set to another snapshotter than overlayfs, so that overlay need not work in its folder.

Sources: https://docs.k3s.io/cli/server (--snapshotter); k3s pkg/agent/config (only overlayfs needs overlay).
"""

from collections.abc import Iterator

from hostcheck.host.base import Host
from hostcheck.probes.engine.rancher import SERVICES, rancher_setting
from hostcheck.probes.readings import closed
from hostcheck.run.model import Evidence, Fact

_USUAL = "overlayfs"


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.other_snapshotter: which of k3s and RKE2 are set to another snapshotter than overlayfs."""
    fact_id = "engine.other_snapshotter"
    found: dict[str, Evidence] = {}
    for engine in SERVICES:
        value, readings = rancher_setting(host, engine, "--snapshotter")
        if value is None and (problem := closed(readings)):
            yield Fact.unknown(fact_id, problem)
            return
        if value is not None and value[0] != _USUAL:
            found[engine] = value[1].evidence("the snapshotter that is set", value[0])
    usual = Evidence("config.yaml, units of k3s and RKE2", None, f"assumed: {_USUAL}, the default")
    yield Fact(fact_id, tuple(found), evidence=tuple(found.values()) or (usual,))
