"""Ports that something listens on, from the kernel's own tables."""

import re
from collections.abc import Iterator

from hostcheck.host.base import READ_LIMIT, Host
from hostcheck.run.model import Evidence, Fact

_TABLES = (("tcp", "/proc/net/tcp"), ("tcp", "/proc/net/tcp6"), ("udp", "/proc/net/udp"), ("udp", "/proc/net/udp6"))
_ROW = r"^ *\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} "
_WAITING = {
    "tcp": re.compile(_ROW + "0A", re.MULTILINE),
    "udp": re.compile(_ROW + "07", re.MULTILINE),
}
"""Rows of sockets that take what comes: in TCP_LISTEN, for UDP in TCP_CLOSE (include/net/tcp_states.h)."""
_LOOPBACK = re.compile(
    r"(?:0{16}(?:0{8}|FFFF0000|0000FFFF))?(?:[0-9A-F]{6}7F|7F[0-9A-F]{6})|0{24}(?:01000000|00000001)"
)
"""127.0.0.0/8, also mapped into IPv6, and ::1, in either byte order."""
_DOCKER = 2375


def probe(host: Host) -> Iterator[Fact]:
    """Give net.ports.busy and net.docker_tcp."""
    found: set[tuple[str, str, int]] = set()
    evidence: list[Evidence] = []
    for protocol, path in _TABLES:
        reading = host.read(path)
        if reading.data is not None and len(reading.data) >= READ_LIMIT:
            yield from _unknown(f"{path} is longer than hostcheck reads: see ss -lntu")
            return
        if reading.text is not None:
            sockets = parse_sockets(reading.text, protocol)
            found |= {(protocol, address, port) for address, port in sockets}
            evidence.append(reading.evidence("read", f"{len(sockets)} that wait"))
        elif not path.endswith("6"):
            # Without IPv6 the tables of version 6 are absent; those of version 4 are always there.
            yield from _unknown(f"{path} could not be read ({reading.error or reading.failure})")
            return
    busy = sorted({(protocol, port) for protocol, _, port in found})
    yield Fact("net.ports.busy", tuple(f"{protocol}/{port}" for protocol, port in busy), evidence=tuple(evidence))
    is_open = any(
        (protocol, port) == ("tcp", _DOCKER) and not _LOOPBACK.fullmatch(address) for protocol, address, port in found
    )
    yield Fact("net.docker_tcp", is_open, evidence=tuple(evidence))


def parse_sockets(text: str, protocol: str) -> frozenset[tuple[str, int]]:
    """Parse a table of /proc/net (proc_pid_net(5)): the local address, in hexadecimal, and port of what waits."""
    return frozenset((row[1], int(row[2], 16)) for row in _WAITING[protocol].finditer(text))


def _unknown(reason: str) -> Iterator[Fact]:
    yield Fact.unknown("net.ports.busy", reason)
    yield Fact.unknown("net.docker_tcp", reason)
