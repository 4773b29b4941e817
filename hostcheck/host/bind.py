"""Take ports and give them back at once, to see whether a service could.

Nothing is listened for, and no packet is sent or taken. A service that starts in these microseconds is not disturbed:
SO_REUSEADDR lets two sockets of TCP have a port of which neither listens (socket(7)), services set it, and with it
a port counts as free to this as it does to them, connections in TIME_WAIT notwithstanding. UDP has no such rule.
"""

import errno
import socket
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.child import error_name, in_child

_KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
_NO_IPV6 = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})


def try_ports(ports: str, seconds: float) -> dict[str, Any]:
    """Try each port; see ``hostcheck.host.experiments`` for what is given.

    Args:
        ports: as "tcp/6443 udp/4789".
        seconds: how long all may take.
    """
    return in_child(lambda: _bind_each(ports.split()), seconds)


def _bind_each(ports: list[str]) -> Iterator[Mapping[str, Any]]:
    for port in ports:
        protocol, _, number = port.partition("/")
        refused = refusal(protocol, int(number))
        yield {port: {"ok": not refused, "error": error_name(refused) if refused else ""}}


def refusal(protocol: str, port: int) -> int:
    """Bind to a port of all addresses and close it: 0, or the error's number."""
    refused = _refusal(socket.AF_INET6, protocol, port)
    return _refusal(socket.AF_INET, protocol, port) if refused in _NO_IPV6 else refused


def _refusal(family: int, protocol: str, port: int) -> int:
    try:
        with socket.socket(family, _KINDS[protocol]) as taken:
            if family == socket.AF_INET6:
                # One socket for both versions, as servers that listen on all addresses make it.
                taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            if protocol == "tcp":
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("", port))
    except OSError as error:
        return error.errno or errno.EIO
    return 0
