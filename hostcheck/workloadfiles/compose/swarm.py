"""Ports of services that are written for Swarm, whose routing mesh publishes them.

A port is published once on every node, for all instances of its service
(https://docs.docker.com/engine/swarm/ingress/). ``docker compose up`` ignores the keys that only Swarm reads, and only
the first instance gets the port.
"""

from collections.abc import Iterator, Sequence

from hostcheck.workloadfiles.compose.nodes import text_of
from hostcheck.workloadfiles.needs import HostPort, Need, Unclear
from hostcheck.workloadfiles.node import Node

_SHARED = ("network_mode", "pid", "ipc")
_OF_SWARM = ("placement", "update_config", "rollback_config", "endpoint_mode", "mode")
"""Keys below ``deploy`` that only Swarm reads."""


def is_for_swarm(root: Node) -> bool:
    """Return whether a project has keys that only Swarm reads, or a network that only a swarm has (overlay)."""
    services, networks = root.get("services"), root.get("networks")
    deployed = (each.get("deploy") for _, each in services.items() if each.is_mapping) if services else ()
    found = [each for each in deployed if each is not None and each.is_mapping]
    if any(_shares(each) for _, each in services.items() if each.is_mapping) if services else False:
        return False
    if any(each.get(key) is not None for each in found for key in _OF_SWARM):
        return True
    named = networks.items() if networks is not None and networks.is_mapping else ()
    return any(each.is_mapping and text_of(each.get("driver")) == "overlay" for _, each in named)


def _shares(service: Node) -> bool:
    """Return whether a service uses namespaces or volumes of another one, which only one engine can give it."""
    return bool(service.all_of("volumes_from")) or any(
        text_of(service.get(key)).startswith("service:") for key in _SHARED
    )


def published_once(service: Node, needs: Sequence[Need]) -> Iterator[Need]:
    """Yield the needs of one of several instances. Ports that the routing mesh would publish become unclear needs."""
    of_hosts = {
        published.place
        for each in service.all_of("ports")
        if each.is_mapping and text_of(each.get("mode")) == "host" and (published := each.get("published"))
    }
    for need in needs:
        if isinstance(need, HostPort) and need.first == need.last and need.place not in of_hosts:
            why = "Swarm publishes it once for all instances, docker compose up gives it to the first alone"
            yield Unclear(need.place, need.said, "a port of several instances", why)
        else:
            yield need
