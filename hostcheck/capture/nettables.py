"""Rename addresses in tables of /proc/net, where they are hexadecimal numbers."""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from hostcheck.capture.renaming import Renamer

_ROUTE = re.compile(rb"(?m)(?<=\t)([0-9A-F]{8})(?=\t)")
_SOCKET = re.compile(rb"\b([0-9A-F]{32}|[0-9A-F]{8})(?=:[0-9A-F]{4}\b)")
_ADDRESS6 = re.compile(rb"\b([0-9a-f]{32})\b")


def routes(data: bytes, names: Renamer) -> bytes:
    """Rename destinations and gateways in /proc/net/route (net/ipv4/fib_trie.c); masks are kept."""
    return _renamed(data, _ROUTE, _ipv4, names)


def addresses6(data: bytes, names: Renamer) -> bytes:
    """Rename the addresses in /proc/net/if_inet6 and /proc/net/ipv6_route: 32 digits in network byte order."""
    return _renamed(data, _ADDRESS6, _ipv6, names)


def sockets(data: bytes, names: Renamer) -> bytes:
    """Rename the addresses in /proc/net/tcp and similar tables (Documentation/networking/proc_net_tcp.rst)."""
    return _renamed(data, _SOCKET, _socket, names)


def _renamed(
    data: bytes, pattern: re.Pattern[bytes], rename: Callable[[bytes, Renamer], bytes], names: Renamer
) -> bytes:
    """Rename the matches of a pattern with the function ``rename``, and private data in the text between them."""
    # With one group in the pattern, every second part is a match.
    parts = pattern.split(data)
    return b"".join(rename(part, names) if i % 2 else names.data(part) for i, part in enumerate(parts))


def _ipv4(digits: bytes, names: Renamer) -> bytes:
    # In the byte order of the machine: little-endian on all architectures of Docker except IBM Z.
    packed = int(digits, 16).to_bytes(4, "little")
    renamed = IPv4Address(names.addresses.ipv4(str(IPv4Address(packed)))).packed
    return b"%08X" % int.from_bytes(renamed, "little")


def _ipv6(digits: bytes, names: Renamer) -> bytes:
    return b"%032x" % int(names.addresses.ipv6(IPv6Address(int(digits, 16))))


def _socket(digits: bytes, names: Renamer) -> bytes:
    return _ipv4(digits, names) if len(digits) == 8 else _words(digits, names)


def _words(digits: bytes, names: Renamer) -> bytes:
    """Rename an IPv6 address that is written as four numbers of 32 bits, each in little-endian byte order."""
    words = [int(digits[i : i + 8], 16).to_bytes(4, "little") for i in range(0, 32, 8)]
    packed = names.addresses.ipv6(IPv6Address(b"".join(words))).packed
    return b"".join(b"%08X" % int.from_bytes(packed[i : i + 4], "little") for i in range(0, 16, 4))
