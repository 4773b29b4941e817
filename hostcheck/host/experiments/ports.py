"""Bind ports and close them at once, to check whether a service could use them.

Nothing listens, and no packet is sent or received. A TCP service that starts in these microseconds is not disturbed:
services set SO_REUSEADDR, which lets two sockets bind one port while neither listens (socket(7)). This experiment sets
it too, so that a port with connections in TIME_WAIT is free, as it is for services. UDP has no such rule.
"""

import errno
import socket
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import error_name, in_child

_KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
_NO_IPV6 = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})


def try_ports(ports: str, seconds: float) -> dict[str, Any]:
    """Try each port; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        ports: the ports, separated by blanks, such as "tcp/6443 udp/4789".
        seconds: the time limit for all of them.
    """
    return in_child(lambda: _bind_each(ports.split()), seconds)


def _bind_each(ports: list[str]) -> Iterator[Mapping[str, Any]]:
    for port in ports:
        protocol, _, number = port.partition("/")
        refused = refusal(protocol, int(number))
        yield {port: {"ok": not refused, "error": error_name(refused) if refused else ""}}


def refusal(protocol: str, port: int) -> int:
    """Bind a port on all addresses and close it; return 0 on success, else the error number (errno(3))."""
    refused = _refusal(socket.AF_INET6, protocol, port)
    return _refusal(socket.AF_INET, protocol, port) if refused in _NO_IPV6 else refused


def _refusal(family: int, protocol: str, port: int) -> int:
    try:
        with socket.socket(family, _KINDS[protocol]) as taken:
            if family == socket.AF_INET6:
                # One socket for IPv4 and IPv6, as in servers that listen on all addresses.
                taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            if protocol == "tcp":
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("", port))
    except OSError as error:
        return error.errno or errno.EIO
    return 0
