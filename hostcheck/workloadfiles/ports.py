"""Ports in the syntax of Docker and Compose: ``[[address:]host:]container[/protocol]``. Each is a port or a range.

Source: github.com/docker/go-connections, nat.ParsePortSpec. A text that Docker refuses is refused here.
"""

import ipaddress
from collections.abc import Iterator
from contextvars import ContextVar

from hostcheck.workloadfiles.limits import ALL_PORTS
from hostcheck.workloadfiles.needs import HostPort, Need, Unclear
from hostcheck.workloadfiles.place import Place

LAST = 65535
PROTOCOLS = ("tcp", "udp", "sctp")
_left: ContextVar[int] = ContextVar("_left", default=ALL_PORTS)
"""How many ports in ranges may follow, of the files that are read at once."""


def count_ports_anew() -> None:
    """Begin to count the ports in ranges: further files are read."""
    _left.set(ALL_PORTS)


def published(text: str, place: Place, said: str = "") -> Iterator[HostPort]:
    """Yield the host ports that a text publishes; nothing if the engine chooses them.

    Args:
        text: the text, such as "127.0.0.1:8080:80/tcp" or "8000-8010:80".
        place: the file and the line.
        said: the text in the file; by default ``text``.

    Raises:
        ValueError: if Docker refuses the text, with the reason.
    """
    rest, _, protocol = text.partition("/")
    protocol = protocol.lower() or "tcp"
    if protocol not in PROTOCOLS:
        raise ValueError(f"no protocol of Docker's: {protocol}")
    address, host, container = _parts(rest)
    inside = parse_range(container)
    if not host:
        return
    outside = parse_range(host)
    if outside[0] == 0:
        return
    width = inside[1] - inside[0]
    if width == 0:
        # The engine uses one port of the host's range: the first that is free.
        yield HostPort(place, said or text, protocol, *outside, address, inside[0])
    elif outside[1] - outside[0] != width:
        raise ValueError(f"the ranges {host} and {container} differ in length")
    else:
        left = _left.get() - width - 1
        if left < 0:
            raise ValueError("more ports in ranges than four hosts have")
        _left.set(left)
        for own, port in enumerate(range(outside[0], outside[1] + 1), inside[0]):
            yield HostPort(place, said or text, protocol, port, port, address, own)


def parse_range(text: str) -> tuple[int, int]:
    """Return the first and the last port of "80" or "8000-8010".

    Raises:
        ValueError: if the text is neither a port nor a range.
    """
    first, dash, last = text.partition("-")
    ports = (_port(first), _port(last) if dash else _port(first))
    if ports[0] > ports[1]:
        raise ValueError(f"the range {text} ends before it begins")
    return ports


def unclear(text: str, place: Place, reason: str) -> Need:
    """Return the need of a port whose number is unknown."""
    return Unclear(place, text, "a port of the host", reason)


def _parts(text: str) -> tuple[str, str, str]:
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]:")
        if not bracket:
            raise ValueError(f"an address without its end: {text}")
    else:
        address, _, rest = text.rpartition(":")
        if ":" in address:
            address, _, host = address.rpartition(":")
            rest = f"{host}:{rest}"
        else:
            rest, address = text, ""
    host, _, container = rest.rpartition(":")
    if address:
        address = _address(address)
    return address, host, container


def _address(text: str) -> str:
    """Return the IP address in canonical form.

    Raises:
        ValueError: if the text is not an IP address.
    """
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f"not an address: {text}") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > LAST:
        raise ValueError(f"not a port: {text or 'nothing'}")
    return int(text)
