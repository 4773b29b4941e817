"""The routing table: conflicts with the networks of an engine, and the MTU of the default route."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from hostcheck.counts import number_of
from hostcheck.host.base import Host
from hostcheck.host.numbers import whole
from hostcheck.probes.engine.daemon import Configuration, read_configuration
from hostcheck.probes.readings import fact_of, unread_reason
from hostcheck.run.model import Evidence, Fact

ROUTES = "/proc/net/route"
"""Path of the kernel's IPv4 routing table."""
NOT_ROUTES = f"{ROUTES}: expected a header that begins with Iface, and rows of routes; found others: see ip route"
"""The reason for an unknown fact if ``parse_routes`` refuses the file."""
ROUTES6 = "/proc/net/ipv6_route"
"""Path of the kernel's IPv6 routing table."""
_COLUMNS6 = 10
_GATEWAY, _REJECTS = 0x2, 0x200
"""The flags RTF_GATEWAY and RTF_REJECT of a route (linux/route.h)."""
_POOL = (0xAC110000, 0xFFFF0000)
"""172.17.0.0/16, the first of Docker's default networks: address and mask. Source: moby libnetwork/ipamutils."""
_CIDR = r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/(\d{1,2})"
_OWN = ("docker", "br-", "cni", "podman", "veth")
_ALL = 0xFFFFFFFF
_MTU = 1500
"""The default MTU of an engine's bridges in bytes; it does not depend on the uplink's. Source: dockerd(8), --mtu."""

_MTU_OPTION = "com.docker.network.driver.mtu"
_DIGITS = 10


class Route(NamedTuple):
    """An IPv4 route.

    Attributes:
        interface: the name of the interface.
        address: the destination as a number, most significant byte first.
        mask: the mask of the destination as a number; 0 for the default route.
        metric: the metric. If several routes fit, the one with the lowest metric is used.
        rejects: whether it rejects packets instead of sending them (RTF_REJECT).
        direct: whether it leads to the host's own link, without a gateway.
    """

    interface: str
    address: int
    mask: int
    metric: int
    rejects: bool = False
    direct: bool = True

    def __str__(self) -> str:
        """Return the destination in CIDR notation."""
        dotted = ".".join(str(byte) for byte in self.address.to_bytes(4, "big"))
        return f"{dotted}/{self.mask.bit_count()}"


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.route_conflict, net.mtu and net.mtu.headroom."""
    reading = host.read(ROUTES)
    routes: tuple[Route, ...] = ()
    reason = unread_reason(reading)
    if reading.text is not None:
        try:
            routes, reason = parse_routes(reading.text), ""
        except (ValueError, IndexError):
            reason = NOT_ROUTES
    if reason:
        for fact_id in ("net.route_conflict", "net.mtu", "net.mtu.headroom"):
            yield Fact.unknown(fact_id, reason)
        return
    yield _conflict(routes, read_configuration(host))
    mtu = _mtu(host, routes)
    yield mtu
    yield _headroom(host, mtu)


def default_route(host: Host) -> Iterator[Fact]:
    """Yield net.default_route: whether there is a default route, of IPv4 or IPv6, that rejects nothing."""
    fact_id = "net.default_route"
    reading, newer = host.read(ROUTES), host.read(ROUTES6)
    try:
        found = any(not route.mask and not route.rejects for route in parse_routes(reading.text or ""))
    except (ValueError, IndexError):
        yield Fact.unknown(fact_id, NOT_ROUTES)
        return
    if reading.text is None:
        yield Fact.unknown(fact_id, unread_reason(reading))
        return
    rows = [line.split() for line in (newer.text or "").splitlines()]
    found6 = any(len(row) == _COLUMNS6 and _is_default6(row) for row in rows)
    shown = tuple(
        Evidence(path, "0/0" if there else None, "a default route" if there else "no default route")
        for path, there in ((ROUTES, found), (ROUTES6, found6))
    )
    yield Fact(fact_id, found or found6, evidence=shown)


def _is_default6(row: Sequence[str]) -> bool:
    """Whether a row of /proc/net/ipv6_route is a default route (net/ipv6/route.c): that of lo rejects packets."""
    flags = int(row[8], 16) if re.fullmatch("[0-9a-f]{8}", row[8]) else _REJECTS
    return set(row[0]) == {"0"} and row[1] == "00" and row[9] != "lo" and not flags & _REJECTS


def parse_routes(text: str) -> tuple[Route, ...]:
    """Parse /proc/net/route (net/ipv4/fib_trie.c). The file is empty before any interface has an address.

    The kernel writes addresses in its byte order, which is unknown for a captured host. It is taken to be the order in
    which every mask is a run of ones followed by zeros.

    Raises:
        ValueError: if the text is not such a table.
        IndexError: if a row is too short.
    """
    head, *lines = text.splitlines() or [""]
    if head and not head.startswith("Iface"):
        raise ValueError(head)
    rows = [line.split() for line in lines if line.strip()]
    order: Literal["big", "little"] = "little"
    if not all(_is_mask(_number(row[7], order)) for row in rows):
        order = "big"
    return tuple(
        Route(
            row[0],
            _number(row[1], order),
            _number(row[7], order),
            whole(row[6]),
            rejects=bool(int(row[3], 16) & _REJECTS),
            direct=not int(row[3], 16) & _GATEWAY,
        )
        for row in rows
    )


def _number(word: str, order: Literal["big", "little"]) -> int:
    return int.from_bytes(bytes.fromhex(word), order)


def _is_mask(mask: int) -> bool:
    rest = ~mask & _ALL
    return rest & (rest + 1) == 0


def pools(options: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Return the IPv4 networks that an engine uses first by its daemon.json: that of bip, and its address pools.

    Each is a pair of address and mask, as numbers. If no pool is set, it is the default pool.
    """
    chosen = options.get("default-address-pools")
    bases = [pool.get("base") for pool in chosen if isinstance(pool, Mapping)] if isinstance(chosen, list) else []
    networks = [parse_network(base) for base in bases if isinstance(base, str)]
    bip = options.get("bip")
    own = parse_network(bip) if isinstance(bip, str) else None
    return tuple(filter(None, (own, *networks))) if any(networks) else (*filter(None, (own,)), _POOL)


def parse_network(text: str) -> tuple[int, int] | None:
    """Parse an IPv4 network, or an address with its network's prefix length, in CIDR notation.

    Returns:
        The address and the mask of the network, as numbers; None for any other text.
    """
    found = re.fullmatch(_CIDR, text)
    if found is None or any(int(part) > 255 for part in found.groups()[:4]) or int(found[5]) > 32:
        return None
    mask = _ALL << (32 - int(found[5])) & _ALL
    return int.from_bytes(bytes(int(part) for part in found.groups()[:4]), "big") & mask, mask


def overlaps(route: Route, network: tuple[int, int]) -> bool:
    """Whether a route and a network (address and mask) have an address in common."""
    address, mask = network
    return not (route.address ^ address) & route.mask & mask


def _conflict(routes: Sequence[Route], configuration: Configuration) -> Fact:
    if configuration.unread:
        return Fact.unknown("net.route_conflict", configuration.unread, (configuration.evidence,))
    options = configuration.values
    clashing = sorted(
        str(route)
        for route in routes
        if route.mask and not route.interface.startswith(_OWN) and any(overlaps(route, pool) for pool in pools(options))
    )
    evidence = (Evidence(ROUTES, number_of(len(routes), "route"), "without those of engines"),)
    return Fact("net.route_conflict", ", ".join(dict.fromkeys(clashing)) or "none", evidence=evidence)


def _mtu(host: Host, routes: Sequence[Route]) -> Fact:
    """Return net.mtu: the MTU in bytes of the default route's interface.

    If containers send larger packets, their connections hang.
    """
    ways = [route for route in routes if not route.mask]
    if not ways:
        return Fact.unknown("net.mtu", "there is no IPv4 default route, so no uplink: see ip -d link")
    uplink = min(ways, key=lambda route: route.metric).interface
    path = f"/sys/class/net/{uplink}/mtu"
    return fact_of(host, "net.mtu", path, whole, "a whole number", says="of the default route's interface")


def _headroom(host: Host, mtu: Fact) -> Fact:
    """Return net.mtu.headroom: the uplink's MTU minus the bridges' largest, in bytes. Below 0, large downloads hang."""
    fact_id = "net.mtu.headroom"
    configuration = read_configuration(host)
    if not isinstance(mtu.value, int) or configuration.problem:
        return Fact.unknown(fact_id, mtu.reason or configuration.problem, mtu.evidence)
    bridges = bridge_mtus(configuration.values)
    shown = tuple(Evidence(configuration.path, str(size), f"the MTU of {bridge}") for bridge, size in bridges.items())
    return Fact(fact_id, mtu.value - max(bridges.values()), evidence=(*mtu.evidence, *shown))


def bridge_mtus(options: Mapping[str, Any]) -> Mapping[str, int]:
    """Return the MTUs of bridges in bytes, by a daemon.json: that of the default bridge, and that of other networks.

    The option mtu sets only that of the default bridge. Networks that Compose or ``docker network create`` make have
    the MTU in default-network-opts, whose values are texts. Source:
    https://docs.docker.com/reference/cli/dockerd/ (default network options).
    """
    named = options.get("mtu")
    drivers = options.get("default-network-opts")
    bridge = drivers.get("bridge") if isinstance(drivers, Mapping) else None
    text = bridge.get(_MTU_OPTION) if isinstance(bridge, Mapping) else None
    created = int(text) if isinstance(text, str) and text.isdecimal() and len(text) < _DIGITS else 0
    return {
        "the default bridge": named if isinstance(named, int) and named > 0 else _MTU,
        "networks that are created": created or _MTU,
    }
