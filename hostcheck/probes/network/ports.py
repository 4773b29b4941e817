"""Ports in use: those of listening sockets, those that bind(2) refuses, and those that are held without a socket."""

from collections.abc import Iterator
from typing import Literal

from hostcheck.host.base import Host
from hostcheck.host.identity import identify
from hostcheck.probes.network.holders import UNKNOWN, find_holders
from hostcheck.probes.network.listening import address_of, read_listening
from hostcheck.run.model import Evidence, Fact

_TCP = (
    "80 179 443 2181 2375 2376 2377 2379 2380 2381 2382 2888 3888 4001 4646 4647 4648 5001 5050 5051 6443 6444 7001 "
    "7946 8080 8132 8133 8443 9099 9345 9443 10010 10248 10249 10250 10256 10257 10258 10259 16443 19001 25000"
)
_UDP = "4648 4789 7946 8472 51820 51821"
TRIED = (*(f"tcp/{port}" for port in _TCP.split()), *(f"udp/{port}" for port in _UDP.split()))
"""Ports that some profile requires to be free. Only these are also tried by bind(2)."""

_BIG_ENDIAN = frozenset({"s390x", "s390", "ppc64", "ppc", "mips", "mips64", "sparc64", "m68k"})
"""Machines of uname(2) whose words in /proc/net begin with the first byte of the address."""


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.ports.busy, net.ports.holders and net.ports.addresses.

    Ports on which nothing listens are bound, to find those that a client, or a server before listen(2), uses. A port
    that a NAT rule translates can be bound, but gets no packets from other hosts.
    """
    listening = read_listening(host)
    if listening.problem:
        for fact_id in ("net.ports.busy", "net.ports.holders", "net.ports.addresses"):
            yield Fact.unknown(fact_id, listening.problem)
        return
    listed = frozenset(f"{protocol}/{port}" for protocol, _, port in listening.sockets)
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
    shows = (tried, *listening.evidence, iptables.evidence, nftables.evidence, containers.evidence)
    yield Fact("net.ports.busy", busy, evidence=shows, conflicts=conflicts)
    # A unit that is not started holds nothing yet.
    started = {(port, unit) for port, unit in units.held if port in listed}
    sockets = {(port, "socket") for port in listed} | {(port, "bound") for port in taken}
    held = sorted(sockets | translated | containers.held | started, key=lambda pair: (_in_order(pair[0]), pair[1]))
    holders = tuple(f"{port} {holder}" for port, holder in held)
    yield Fact("net.ports.holders", holders, evidence=(*shows, units.evidence))
    order: Literal["big", "little"] = "big" if identify(host).arch in _BIG_ENDIAN else "little"
    known = {(f"{protocol}/{port}", address_of(text, order)) for protocol, text, port in listening.sockets}
    known |= iptables.addresses | nftables.addresses | containers.addresses | {(port, UNKNOWN) for port in taken}
    addresses = sorted(known, key=lambda pair: (_in_order(pair[0]), pair[1]))
    yield Fact("net.ports.addresses", tuple(f"{port} {address}" for port, address in addresses), evidence=shows)


def _in_order(port: str) -> tuple[str, int]:
    protocol, _, number = port.partition("/")
    return protocol, int(number)
