"""Ports in use: of listening sockets, those that bind(2) refuses, and those that are held without a socket."""

import re
from collections.abc import Iterator, Sequence

from hostcheck.host.base import READ_LIMIT, Host
from hostcheck.probes.network.holders import find_holders
from hostcheck.run.model import Evidence, Fact

_TABLES = (("tcp", "/proc/net/tcp"), ("tcp", "/proc/net/tcp6"), ("udp", "/proc/net/udp"), ("udp", "/proc/net/udp6"))
_ROW = r"^ *\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} "
_WAITING = {
    "tcp": re.compile(_ROW + "0A", re.MULTILINE),
    "udp": re.compile(_ROW + "07", re.MULTILINE),
}
"""Rows of sockets that listen: in state TCP_LISTEN, for UDP in TCP_CLOSE (include/net/tcp_states.h)."""
_LOOPBACK = re.compile(
    r"(?:0{16}(?:0{8}|FFFF0000|0000FFFF))?(?:[0-9A-F]{6}7F|7F[0-9A-F]{6})|0{24}(?:01000000|00000001)"
)
"""127.0.0.0/8, also as IPv4-mapped IPv6 address, and ::1, in either byte order."""
_DOCKER = 2375
_TCP = (
    "80 179 443 2181 2375 2376 2377 2379 2380 2381 2382 2888 3888 4001 4646 4647 4648 5001 5050 5051 6443 6444 7001 "
    "7946 8080 8132 8133 8443 9099 9345 9443 10010 10248 10249 10250 10256 10257 10258 10259 16443 19001 25000"
)
_UDP = "4648 4789 7946 8472 51820 51821"
TRIED = (*(f"tcp/{port}" for port in _TCP.split()), *(f"udp/{port}" for port in _UDP.split()))
"""Ports that a profile requires. Only these are also tried with bind(2)."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.ports.busy, net.ports.holders and net.docker_tcp."""
    found: set[tuple[str, str, int]] = set()
    evidence: list[Evidence] = []
    for protocol, path in _TABLES:
        reading = host.read(path)
        if reading.data is not None and len(reading.data) >= READ_LIMIT:
            yield from _unknown(f"{path} is too long to be read completely: see ss -lntu")
            return
        if reading.text is not None:
            sockets = parse_sockets(reading.text, protocol)
            found |= {(protocol, address, port) for address, port in sockets}
            evidence.append(reading.evidence("read", f"{len(sockets)} listening sockets"))
        elif not path.endswith("6"):
            # The tables of IPv6 are absent without IPv6. Those of IPv4 always exist.
            yield from _unknown(f"{path} could not be read ({reading.error or reading.failure})")
            return
    yield from _ports(host, frozenset(f"{protocol}/{port}" for protocol, _, port in found), evidence)
    is_open = any(
        (protocol, port) == ("tcp", _DOCKER) and not _LOOPBACK.fullmatch(address) for protocol, address, port in found
    )
    yield Fact("net.docker_tcp", is_open, evidence=tuple(evidence))


def parse_sockets(text: str, protocol: str) -> frozenset[tuple[str, int]]:
    """Parse a table of /proc/net (proc_pid_net(5)): local address, in hexadecimal, and port of listening sockets."""
    return frozenset((row[1], int(row[2], 16)) for row in _WAITING[protocol].finditer(text))


def _ports(host: Host, listed: frozenset[str], evidence: Sequence[Evidence]) -> Iterator[Fact]:
    """Yield net.ports.busy and net.ports.holders.

    Free ports are bound: a client, or a server before listen(2), may still use one. A port that a NAT rule translates
    can be bound, but gets no packets from other hosts.
    """
    free = [port for port in TRIED if port not in listed]
    bound = host.experiment("ports", ports=" ".join(free)) or {}
    taken = sorted(port for port, result in bound.items() if result.get("error") == "EADDRINUSE")
    shown = f"{len(bound) - len(taken)} of {len(bound)}" if bound else None
    tried = Evidence("bind(2) to free ports", shown, "bound and closed again" if bound else "not tried")
    conflicts = tuple(f"{port} cannot be bound, though nothing listens on it" for port in taken)
    iptables, nftables, containers, units = find_holders(host)
    translated = iptables.held | nftables.held
    published = {port for port, _ in translated | containers.held}
    busy = tuple(sorted({*listed, *taken, *published}, key=_in_order))
    shows = (tried, *evidence, iptables.evidence, nftables.evidence, containers.evidence)
    yield Fact("net.ports.busy", busy, evidence=shows, conflicts=conflicts)
    # A unit that is not started holds nothing yet.
    started = {(port, unit) for port, unit in units.held if port in listed}
    sockets = {(port, "socket") for port in listed} | {(port, "bound") for port in taken}
    held = sorted(sockets | translated | containers.held | started, key=lambda pair: (_in_order(pair[0]), pair[1]))
    holders = tuple(f"{port} {holder}" for port, holder in held)
    yield Fact("net.ports.holders", holders, evidence=(*shows, units.evidence))


def _in_order(port: str) -> tuple[str, int]:
    protocol, _, number = port.partition("/")
    return protocol, int(number)


def _unknown(reason: str) -> Iterator[Fact]:
    for fact_id in ("net.ports.busy", "net.ports.holders", "net.docker_tcp"):
        yield Fact.unknown(fact_id, reason)
