"""The CPUs that schedulers set aside for containers of the engine, by the CPU shares that they give their containers.

Nomad sets one CPU share for each MHz of a task (drivers/docker/driver.go). Mesos and the kubelet set 1024 shares for
each CPU (slave/containerizer/mesos/isolators/cgroups/constants.hpp; pkg/kubelet/cm/helpers_linux.go, MilliCPUToShares);
2 shares mean that no CPU was requested. For a container that no scheduler started, no CPU is set aside.
"""

from collections.abc import Iterator
from typing import Any

from hostcheck.host.base import Host
from hostcheck.probes.engine.engine import find_engine
from hostcheck.probes.network.owners import NO_ENGINE, name_of, running
from hostcheck.run.model import Evidence, Fact

_LIMIT_SECONDS = 1.0
_MOST = 200
"""Maximum number of containers that the engine is asked about."""
_LABELS = {"com.hashicorp.nomad.alloc_id": "nomad", "io.kubernetes.pod.uid": "kubernetes"}
_OF_MESOS = "mesos-"
_NO_REQUEST = 2


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.cpu_set_aside: scheduler, CPU shares and name of each running container of a scheduler."""
    containers = running(host)
    if containers is None:
        yield Fact.unknown("engine.cpu_set_aside", NO_ENGINE)
        return
    made = [(scheduler, each) for each in containers if (scheduler := _scheduler(each))]
    if len(made) > _MOST:
        yield Fact.unknown(
            "engine.cpu_set_aside",
            f"more than {_MOST} containers of schedulers run, too many to ask the engine about each: see docker ps",
        )
        return
    found = [(scheduler, each, _shares(host, each)) for scheduler, each in made]
    if any(shares is None for _, _, shares in found):
        yield Fact.unknown(
            "engine.cpu_set_aside", "the engine does not report the CPU shares of a container: see docker inspect"
        )
        return
    values = {
        f"{scheduler} {shares} {name_of(each)}"
        for scheduler, each, shares in found
        if shares and (scheduler, shares) != ("kubernetes", _NO_REQUEST)
    }
    shown = Evidence("GET /containers/json", str(len(made)), "running containers of schedulers")
    yield Fact("engine.cpu_set_aside", tuple(sorted(values)), evidence=(shown,))


def _scheduler(container: dict[str, Any]) -> str:
    labels = container.get("Labels")
    found = next((name for label, name in _LABELS.items() if isinstance(labels, dict) and label in labels), "")
    return found or ("mesos" if name_of(container).startswith(_OF_MESOS) else "")


def _shares(host: Host, container: dict[str, Any]) -> int | None:
    """Return the CPU shares of a container; None if the engine does not say."""
    socket, name = find_engine(host).socket, container.get("Id")
    if not socket or not isinstance(name, str) or not name.isalnum():
        return None
    answer = host.http_get(socket, f"/containers/{name}/json", _LIMIT_SECONDS)
    config = answer[1].get("HostConfig") if answer and answer[0] == 200 and isinstance(answer[1], dict) else None
    shares = config.get("CpuShares") if isinstance(config, dict) else None
    return shares if isinstance(shares, int) and not isinstance(shares, bool) and 0 <= shares <= 1 << 30 else None
