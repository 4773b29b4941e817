"""ICMP echo of a peer's kernel: how many packets are lost, and how large one may be (RFC 792, RFC 4443)."""

import errno
import os
import select
import socket
import struct
import time
from dataclasses import dataclass

PACKETS = 100
"""Packets that count the loss."""
_PAUSE_SECONDS = 0.01
_WAIT_SECONDS = 1.0
_TRIES = 3
"""How many packets of a size are sent before it is too large: one may be lost by chance."""
_MOST_READ = 1000
"""Packets that are looked at in one wait: a raw socket gets others of the peer too."""
_PROBE = 3
"""linux/in.h and linux/in6.h: set "do not fragment", and ignore what routers said of the path."""


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of IP.

    Attributes:
        family: of its addresses.
        protocol: its ICMP.
        level: of its socket options.
        discover: the option for the discovery of the path's MTU.
        mtu: the option that has the MTU of the route.
        headers: of IP and of ICMP, in bytes.
        smallest: bytes of a packet that every host takes.
        request: ICMP's type of an echo request.
        reply: of an echo reply.
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
"""Options: linux/in.h and linux/in6.h; the smallest packets: RFC 791 and RFC 8200."""


class NotPermittedError(Exception):
    """This host does not permit the user to send an echo request."""


@dataclass(frozen=True, slots=True)
class Path:
    """What echo requests found of the way to a peer.

    Attributes:
        sent: packets that count the loss.
        lost: those that were not answered.
        mtu: bytes of the largest packet that was answered; None where that is unknown.
        configured: bytes that the route to the peer permits.
    """

    sent: int
    lost: int
    mtu: int | None
    configured: int | None


def path_to(address: str) -> Path | None:
    """Return what echo requests find of the way to an address; None where none is answered.

    Raises:
        NotPermittedError: where this host does not permit them.
        OSError: where there is no way.
    """
    version = _V6 if ":" in address else _V4
    with _opened(version) as asking:
        asking.setsockopt(version.level, version.discover, _PROBE)
        if version is _V6:
            # Without it this host itself would fragment.
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
    """Return the size of the largest packet that is answered, found by halving."""
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
    """Send so many packets, and return how many were answered; it waits no longer once enough are."""
    mark = os.urandom(8)
    waiting: set[int] = set()
    found = 0
    for number in range(count):
        text = mark + struct.pack("!I", number) + bytes(max(0, payload - 12))
        try:
            asking.send(_request(version, text))
        except OSError:
            # Too large for this host's own link, or a router said that there is no way: not answered.
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
    """Return how many of the packets that are waited for were answered within this time, or until enough were."""
    found, deadline = 0, time.monotonic() + seconds
    for _ in range(_MOST_READ):
        # What has arrived counts, however late this process is to look.
        left = max(0.0, deadline - time.monotonic())
        if not waiting or (enough and found >= enough) or not select.select([asking], [], [], left)[0]:
            break
        try:
            text = asking.recv(1 << 16)
        except OSError:
            continue
        at = text.find(mark)
        # A raw socket gets requests to this host too: an answer has the type of a reply before its mark.
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
    # That of ICMPv6 is the kernel's to write (RFC 3542, 3.1).
    checksum = _checksum(head + text) if version is _V4 else 0
    return struct.pack("!BBHHH", version.request, 0, checksum, identity, 0) + text


def _checksum(data: bytes) -> int:
    """Return the checksum of RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
