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
_SMALLEST = 576
"""Bytes of an IPv4 packet that every host takes (RFC 791)."""
_MOST_READ = 1000
"""Packets that are looked at in one wait: a raw socket gets others of the peer too."""
_HEADERS = 28
"""Of IPv4 and of ICMP, in bytes."""

_IP_MTU_DISCOVER, _IP_PMTUDISC_PROBE, _IP_MTU = 10, 3, 14
"""linux/in.h: set "do not fragment", and ignore what routers said of the path."""


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
    """Return what echo requests find of the way to an IPv4 address; None where none is answered.

    Raises:
        NotPermittedError: where this host does not permit them.
        OSError: where there is no way.
    """
    with _opened() as asking:
        asking.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _IP_PMTUDISC_PROBE)
        asking.connect((address, 0))
        answered = _answered(asking, 64, PACKETS)
        if not answered:
            return None
        configured = asking.getsockopt(socket.IPPROTO_IP, _IP_MTU)
        return Path(PACKETS, PACKETS - answered, _largest(asking, configured), configured)


def _opened() -> socket.socket:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(socket.AF_INET, kind | socket.SOCK_CLOEXEC, socket.IPPROTO_ICMP)
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EPERM}:
                raise
    raise NotPermittedError


def _largest(asking: socket.socket, configured: int) -> int | None:
    """Return the size of the largest packet that is answered, found by halving."""
    if _passes(asking, configured):
        return configured
    low, high = _SMALLEST, configured
    if not _passes(asking, low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _passes(asking, middle) else (low, middle)
    return low


def _passes(asking: socket.socket, size: int) -> bool:
    return _answered(asking, size - _HEADERS, _TRIES, enough=1) > 0


def _answered(asking: socket.socket, payload: int, count: int, enough: int | None = None) -> int:
    """Send so many packets, and return how many were answered; it waits no longer once enough are."""
    mark = os.urandom(8)
    waiting: set[int] = set()
    found = 0
    for number in range(count):
        text = mark + struct.pack("!I", number) + bytes(max(0, payload - 12))
        try:
            asking.send(_request(text))
        except OSError:
            # Too large for this host's own link, or a router said that there is no way: not answered.
            continue
        waiting.add(number)
        found += _taken(asking, mark, waiting, _PAUSE_SECONDS)
    if found < (enough or count):
        found += _taken(asking, mark, waiting, _WAIT_SECONDS, enough)
    return found


def _taken(asking: socket.socket, mark: bytes, waiting: set[int], seconds: float, enough: int | None = None) -> int:
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
        # A raw socket gets requests to this host too: an answer has type 0 before its mark.
        if at < 8 or text[at - 8] != 0 or len(text) < at + 12:
            continue
        (number,) = struct.unpack("!I", text[at + 8 : at + 12])
        if number in waiting:
            waiting.discard(number)
            found += 1
    return found


def _request(text: bytes) -> bytes:
    identity = os.getpid() & 0xFFFF
    head = struct.pack("!BBHHH", 8, 0, 0, identity, 0)
    return struct.pack("!BBHHH", 8, 0, _checksum(head + text), identity, 0) + text


def _checksum(data: bytes) -> int:
    """Return the checksum of RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total
