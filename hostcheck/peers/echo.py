"""ICMP echo to a peer: how many packets are lost, and the size of the largest that passes (RFC 792, RFC 4443)."""

import errno
import os
import select
import socket
import struct
import time
from dataclasses import dataclass

PACKETS = 100
"""Number of packets by which the loss is measured."""
_PAUSE_SECONDS = 0.01
_WAIT_SECONDS = 1.0
_TRIES = 3
"""Number of packets of one size. If none is answered, the size is too large; a single one may be lost by chance."""
_MOST_READ = 1000
"""Maximum number of packets that are read in one wait: a raw socket receives unrelated packets of the peer, too."""
_PROBE = 3
"""IP_PMTUDISC_PROBE (linux/in.h, linux/in6.h): set "do not fragment", and ignore the path MTU that routers reported."""


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of IP.

    Attributes:
        family: the family of its addresses.
        protocol: its protocol number of ICMP.
        level: the level of its socket options.
        discover: the socket option for path MTU discovery.
        mtu: the socket option that returns the MTU of the route.
        headers: the length of the IP header and the ICMP header together, in bytes.
        smallest: the size in bytes of a packet that every host must accept.
        request: the ICMP type of an echo request.
        reply: the ICMP type of an echo reply.
    """

    family: socket.AddressFamily
    protocol: int
    level: int
    discover: int
    mtu: int
    headers: int
    smallest: int
    request: int
    reply: int


_V4 = _Version(socket.AF_INET, socket.IPPROTO_ICMP, socket.IPPROTO_IP, 10, 14, 28, 576, 8, 0)
_V6 = _Version(socket.AF_INET6, socket.IPPROTO_ICMPV6, socket.IPPROTO_IPV6, 23, 24, 48, 1280, 128, 129)
"""Sources: linux/in.h and linux/in6.h for the options, RFC 791 and RFC 8200 for the smallest packets."""


class NotPermittedError(Exception):
    """This host does not permit the user to send echo requests."""


@dataclass(frozen=True, slots=True)
class Path:
    """The result of echo requests to a peer.

    Attributes:
        sent: number of packets by which the loss was measured.
        lost: number of these packets without an answer.
        mtu: the size in bytes of the largest packet that was answered; None if unknown.
        configured: the MTU of the route to the peer, in bytes.
    """

    sent: int
    lost: int
    mtu: int | None
    configured: int | None


def path_to(address: str) -> Path | None:
    """Measure the path to an address by echo requests; None if none is answered.

    Raises:
        NotPermittedError: if this host does not permit echo requests.
        OSError: if there is no route, or another call of the socket fails.
    """
    version = _V6 if ":" in address else _V4
    with _opened(version) as asking:
        asking.setsockopt(version.level, version.discover, _PROBE)
        if version is _V6:
            # Without this option, this host itself fragments.
            asking.setsockopt(version.level, socket.IPV6_DONTFRAG, 1)
        asking.connect((address, 0))
        answered = _answered(asking, version, 64, PACKETS)
        if not answered:
            return None
        configured = asking.getsockopt(version.level, version.mtu)
        return Path(PACKETS, PACKETS - answered, _largest(asking, version, configured), configured)


def _opened(version: _Version) -> socket.socket:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(version.family, kind | socket.SOCK_CLOEXEC, version.protocol)
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EPERM}:
                raise
    raise NotPermittedError


def _largest(asking: socket.socket, version: _Version, configured: int) -> int | None:
    """Return the size in bytes of the largest packet that is answered, by bisection.

    It is None if the smallest is not answered.
    """
    if _passes(asking, version, configured):
        return configured
    low, high = version.smallest, configured
    if not _passes(asking, version, low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _passes(asking, version, middle) else (low, middle)
    return low


def _passes(asking: socket.socket, version: _Version, size: int) -> bool:
    return _answered(asking, version, size - version.headers, _TRIES, enough=1) > 0


def _answered(asking: socket.socket, version: _Version, payload: int, count: int, enough: int | None = None) -> int:
    """Send echo requests, and return how many were answered.

    Args:
        asking: the connected socket.
        version: the version of IP.
        payload: the number of bytes after the ICMP header.
        count: the number of requests.
        enough: stop waiting after this many answers; None to wait for all.
    """
    mark = os.urandom(8)
    waiting: set[int] = set()
    found = 0
    for number in range(count):
        text = mark + struct.pack("!I", number) + bytes(max(0, payload - 12))
        try:
            asking.send(_request(version, text))
        except OSError:
            # The packet is too large for this host's own link, or a router reported that there is no route.
            continue
        waiting.add(number)
        found += _taken(asking, version, mark, waiting, _PAUSE_SECONDS)
    if found < (enough or count):
        found += _taken(asking, version, mark, waiting, _WAIT_SECONDS, enough=enough)
    return found


def _taken(
    asking: socket.socket,
    version: _Version,
    mark: bytes,
    waiting: set[int],
    seconds: float,
    *,
    enough: int | None = None,
) -> int:
    """Return how many packets of ``waiting`` were answered within this time, or until ``enough`` were.

    An answered packet is removed from ``waiting``.
    """
    found, deadline = 0, time.monotonic() + seconds
    for _ in range(_MOST_READ):
        # Packets that have arrived are read even if this process is late.
        left = max(0.0, deadline - time.monotonic())
        if not waiting or (enough and found >= enough) or not select.select([asking], [], [], left)[0]:
            break
        try:
            text = asking.recv(1 << 16)
        except OSError:
            continue
        at = text.find(mark)
        # A raw socket also receives requests to this host. A reply has its ICMP type 8 bytes before the mark.
        if at < 8 or text[at - 8] != version.reply or len(text) < at + 12:
            continue
        (number,) = struct.unpack("!I", text[at + 8 : at + 12])
        if number in waiting:
            waiting.discard(number)
            found += 1
    return found


def _request(version: _Version, text: bytes) -> bytes:
    identity = os.getpid() & 0xFFFF
    head = struct.pack("!BBHHH", version.request, 0, 0, identity, 0)
    # The kernel writes the checksum of ICMPv6 (RFC 3542, 3.1).
    checksum = _checksum(head + text) if version is _V4 else 0
    return struct.pack("!BBHHH", version.request, 0, checksum, identity, 0) + text


def _checksum(data: bytes) -> int:
    """Return the Internet checksum of some data (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
