"""Listening sockets, from the tables of /proc/net; and whether Docker's API port is open to the network."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from hostcheck.counts import number_of
from hostcheck.host.base import READ_LIMIT, Host
from hostcheck.probes.caching import cached_per_audit
from hostcheck.probes.readings import unread_reason
from hostcheck.run.model import Evidence, Fact

_TABLES = (("tcp", "/proc/net/tcp"), ("tcp", "/proc/net/tcp6"), ("udp", "/proc/net/udp"), ("udp", "/proc/net/udp6"))
_ROW = r"^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} "
_WAITING = {
    "tcp": re.compile(_ROW + "0A", re.MULTILINE),
    "udp": re.compile(_ROW + "07", re.MULTILINE),
}
"""Patterns of rows of listening sockets: their state is TCP_LISTEN, for UDP TCP_CLOSE (include/net/tcp_states.h)."""
_LOOPBACK = r"(?:0{16}(?:0{8}|FFFF0000|0000FFFF))?(?:[0-9A-F]{6}7F|7F[0-9A-F]{6})|0{24}(?:01000000|00000001)"
"""Addresses of the loopback interface, in either byte order: 127.0.0.0/8, also as IPv4-mapped IPv6, and ::1."""
_DOCKER = 2375


class Listening(NamedTuple):
    """The listening sockets.

    Attributes:
        sockets: the protocol ("tcp" or "udp"), the local address in hexadecimal, and the port of each.
        evidence: the tables that were read.
        problem: why not all are known; empty if they are.
    """

    sockets: frozenset[tuple[str, str, int]] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    problem: str = ""


def probe(host: Host) -> Iterator[Fact]:
    """Yield net.docker_tcp: whether Docker's API port is open to the network."""
    found = read_listening(host)
    if found.problem:
        yield Fact.unknown("net.docker_tcp", found.problem)
        return
    is_open = any(
        (protocol, port) == ("tcp", _DOCKER) and not re.fullmatch(_LOOPBACK, address)
        for protocol, address, port in found.sockets
    )
    yield Fact("net.docker_tcp", is_open, evidence=found.evidence)


@cached_per_audit
def read_listening(host: Host) -> Listening:
    """Read the tables of TCP and UDP, over IPv4 and IPv6."""
    found: set[tuple[str, str, int]] = set()
    evidence: list[Evidence] = []
    for protocol, path in _TABLES:
        reading = host.read(path)
        if reading.data is not None and len(reading.data) >= READ_LIMIT:
            return Listening(problem=f"{path} is too long to be read completely: see ss -lntu")
        if reading.text is not None:
            sockets = parse_sockets(reading.text, protocol)
            found |= {(protocol, address, port) for address, port in sockets}
            evidence.append(reading.evidence("read", number_of(len(sockets), "listening socket")))
        elif not path.endswith("6"):
            # The tables of IPv6 are absent without IPv6. Those of IPv4 always exist.
            return Listening(problem=unread_reason(reading))
    return Listening(frozenset(found), tuple(evidence))


def address_of(text: str, order: Literal["little", "big"]) -> str:
    """Return the address of a table of /proc/net: "127.0.0.1", "::". An IPv4-mapped address is one of IPv4.

    Args:
        text: the address in hexadecimal: words of 32 bits.
        order: the byte order of the host, in which the kernel writes each word.
    """
    words = (bytes.fromhex(text[at : at + 8]) for at in range(0, len(text), 8))
    found = ipaddress.ip_address(b"".join(word[::-1] if order == "little" else word for word in words))
    return str(getattr(found, "ipv4_mapped", None) or found)


def parse_sockets(text: str, protocol: str) -> frozenset[tuple[str, int]]:
    """Parse a table of /proc/net (proc_pid_net(5)): pairs of local address in hexadecimal and port that listen."""
    return frozenset((row[1], int(row[2], 16)) for row in _WAITING[protocol].finditer(text))
