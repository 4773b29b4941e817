"""Whether dockerd finds a free range for its bridge docker0.

dockerd takes the first range of its pools that no route overlaps, and ends if there is none. Docker before 23.0
considers every route but the default one. Later releases consider only routes to the host's own links (moby#42598). A
VPN may route all addresses, often as 0.0.0.0/1 and 128.0.0.0/1, which are not the default route (moby/libnetwork#779).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hostcheck.host.base import Host
from hostcheck.probes.engine.daemon import read_configuration
from hostcheck.probes.engine.dockerd import docker_is_installed
from hostcheck.probes.engine.environment import docker_version, printed_version
from hostcheck.probes.kernel.release import parse_version
from hostcheck.probes.network.routes import NOT_ROUTES, ROUTES, Route, parse_network, parse_routes
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence, Fact

_FACT, _BRIDGE = "engine.bridge_range", "/sys/class/net/docker0"
_DEFAULT = (
    *(("172.17.0.0/16", 16), ("172.18.0.0/16", 16), ("172.19.0.0/16", 16), ("172.20.0.0/14", 16)),
    *(("172.24.0.0/14", 16), ("172.28.0.0/14", 16), ("192.168.0.0/16", 20)),
)
"""Docker's pools, and the prefix length of their ranges. Source: moby libnetwork/ipamutils."""
_OWN_LINKS = (23, 0)
_BITS, _ALL = 32, 0xFFFFFFFF


def probe(host: Host) -> Iterator[Fact]:
    """Yield engine.bridge_range: whether dockerd finds a free range for docker0."""
    configuration = read_configuration(host)
    if doubt := configuration.unread or configuration.problem:
        yield Fact.unknown(_FACT, doubt, (configuration.evidence,))
        return
    there = host.exists(_BRIDGE)
    chosen = [name for name in ("bip", "bridge") if configuration.values.get(name)]
    if there or chosen:
        shown = Evidence(_BRIDGE, "present", "for: it exists") if there else configuration.evidence
        yield Fact(_FACT, value=True, evidence=(shown,))
        return
    reading = host.read(ROUTES)
    try:
        routes = parse_routes(reading.text or "")
    except (ValueError, IndexError):
        yield Fact.unknown(_FACT, NOT_ROUTES)
        return
    if reading.text is None:
        yield Fact.unknown(_FACT, unread_reason(reading))
        return
    fact = _free(host, routes, _pools(configuration.values))
    if fact.value is False and there is None:
        fact = Fact.unknown(
            _FACT, f"no range is free, and whether {_BRIDGE} exists is unknown: see ip link show docker0", fact.evidence
        )
    yield fact


def _free(host: Host, routes: Sequence[Route], pools: Sequence[tuple[int, int, int]]) -> Fact:
    """Return the fact for a host without the bridge."""
    ways = [route for route in routes if route.mask]
    links = [route for route in ways if route.direct and route.address]
    shown = Evidence(ROUTES, ", ".join(str(route) for route in ways[:9]), "all but the default routes")
    if _has_room(pools, ways):
        return Fact(_FACT, value=True, evidence=(shown,))
    if not _has_room(pools, links):
        return Fact(_FACT, value=False, evidence=(shown,))
    version = docker_version(host) or printed_version(host)
    numbers = parse_version(version)
    if numbers is None and docker_is_installed(host):
        reason = "Docker before 23.0 finds no free range among these routes, and its version is unknown: see dockerd -v"
        return Fact.unknown(_FACT, reason, (shown,))
    heeds = "Docker before 23.0 heeds every route, later ones only those to the host's own links"
    evidence = (shown, Evidence("dockerd --version", version or None, heeds))
    return Fact(_FACT, numbers is None or numbers >= _OWN_LINKS, evidence=evidence)


def _pools(options: Mapping[str, Any]) -> tuple[tuple[int, int, int], ...]:
    """Return the address, the mask, and the ranges' prefix length of each pool."""
    given = options.get("default-address-pools")
    chosen = (
        [(pool.get("base"), pool.get("size")) for pool in given if isinstance(pool, Mapping)]
        if isinstance(given, list)
        else []
    )
    found = []
    for base, size in chosen or _DEFAULT:
        network = parse_network(base) if isinstance(base, str) else None
        if network and isinstance(size, int) and network[1].bit_count() <= size <= _BITS:
            found.append((*network, size))
    return tuple(found)


def _has_room(pools: Sequence[tuple[int, int, int]], routes: Sequence[Route]) -> bool:
    """Whether a pool has a range that no route overlaps."""
    taken = sorted((route.address & route.mask, (route.address | ~route.mask & _ALL) + 1) for route in routes)
    return any(_is_free(pool, taken) for pool in pools)


def _is_free(pool: tuple[int, int, int], taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a pool has a range outside of those taken, which are sorted: first address and the one after the last."""
    address, mask, size = pool
    length = 1 << (_BITS - size)
    at = address & mask
    end = (address | ~mask & _ALL) + 1
    for first, after in taken:
        if first >= at + length:
            break
        at = max(at, -(-after // length) * length)
    return at + length <= end
