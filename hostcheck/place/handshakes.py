"""Measure the smallest round-trip time to landmarks by TCP handshakes, or TLS handshakes if the file pins a key.

A measured time is never shorter than the real round trip: it starts before the first packet is sent and ends after the
answer has arrived, by a clock that is never set. A handshake is discarded if its time may be too short: the machine was
suspended, the clock was being corrected, or this host itself answered. A refused connection is discarded too, because
any firewall on the path may have refused it.

A landmark sees the address of this host, and TCP handshakes without data or a TLS ClientHello.
"""

import errno
import ipaddress
import os
import select
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hostcheck.counts import number_of
from hostcheck.place.clocks import LOST, Elapsed, elapsed, now
from hostcheck.place.landmarks import Address, Landmark, why_unusable
from hostcheck.place.measured import Measured

WANTED = 10
"""Number of valid handshakes to collect: with fewer, even the smallest time may include time in a queue."""
MOST = 20
"""Maximum number of handshakes with one landmark."""
_SILENT = 3
"""Number of invalid handshakes in a row after which a landmark is given up. A retransmission ends the row."""
_NO_SSL = "its key (tls_pin) cannot be checked, since this Python has no module ssl: use a Python with ssl"
TIMEOUT_SECONDS = 3.0
"""Time limit for an answer, in seconds: to the other side of the Earth and back takes 0.2 s in fibre."""

_TCPI_LENGTH = 104
_RETRANSMITS, _TOTAL_RETRANS = 2, 100
"""Offsets in struct tcp_info: tcpi_retransmits, a byte, and tcpi_total_retrans, 32 bits (linux/tcp.h)."""

_REFUSED = "refused: any firewall on the way may do that, so it is no round trip to the landmark"
_UNREACHABLE = {
    errno.ENETUNREACH: "there is no route to it",
    errno.EHOSTUNREACH: "a router says that it cannot be reached",
    errno.EACCES: "this host does not permit it",
    errno.EPERM: "this host does not permit it",
    errno.ECONNREFUSED: _REFUSED,
    errno.ECONNRESET: _REFUSED,
    errno.EADDRNOTAVAIL: "this host has no address for it",
    errno.EAFNOSUPPORT: "this host has no such addresses",
}


class Attempt(NamedTuple):
    """One handshake.

    Attributes:
        ms: the duration in ms; None if the handshake is invalid.
        why: the reason why it is invalid, in words; otherwise empty.
        tcp_ms: the duration of the TCP handshake in ms, if a TLS handshake followed; otherwise None.
        retransmitted: whether the kernel retransmitted a packet.
        stepped: whether the time of day was set meanwhile.
        answered_by: the address that answered; empty if none did.
        source: the address from which this host made the handshake; empty if unknown.
        silent: whether nothing answered.
    """

    ms: float | None
    why: str = ""
    tcp_ms: float | None = None
    retransmitted: bool = False
    stepped: bool = False
    answered_by: str = ""
    source: str = ""
    silent: bool = False


Handshake = Callable[[Landmark, str], Attempt]
"""A function that makes one handshake with a landmark at this address."""


def shake(landmark: Landmark, address: str) -> Attempt:
    """Make one handshake with a landmark at this address, and close the connection."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        connection = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    except OSError as error:
        return Attempt(None, _said(error))
    with connection:
        before = now()
        code = connection.connect_ex((address, landmark.port))
        if code == errno.EINPROGRESS:
            if not _ready(connection, select.POLLOUT):
                return Attempt(None, "no answer", silent=True)
            code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        after = now()
        if code:
            return Attempt(None, _said(OSError(code, os.strerror(code))), silent=code == errno.ETIMEDOUT)
        return _judged(connection, landmark, address, elapsed(before, after))


def _judged(connection: socket.socket, landmark: Landmark, address: str, tcp: Elapsed) -> Attempt:
    source = str(connection.getsockname()[0])
    common = {"answered_by": address, "source": source, "stepped": tcp.stepped}
    retransmitted = _retransmitted(connection)
    if source == address:
        return Attempt(None, "this host answers by itself: the address is its own", **common)  # type: ignore[arg-type]
    if retransmitted:
        return Attempt(None, "a packet was sent again", retransmitted=True, **common)  # type: ignore[arg-type]
    if tcp.lost:
        return Attempt(None, tcp.lost, **common)  # type: ignore[arg-type]
    if not landmark.pin:
        return Attempt(tcp.ms, **common)  # type: ignore[arg-type]
    try:
        from hostcheck.place.keys import prove  # noqa: PLC0415  few landmarks have a key
    except ImportError:
        return Attempt(None, _NO_SSL, **common)  # type: ignore[arg-type]
    proved = prove(connection, landmark, TIMEOUT_SECONDS)
    why = proved if isinstance(proved, str) else proved.lost
    return Attempt(
        None if isinstance(proved, str) or why else proved.ms,
        why,
        tcp_ms=tcp.ms,
        **common,  # type: ignore[arg-type]
    )


def _ready(connection: socket.socket, event: int) -> bool:
    poll = select.poll()
    poll.register(connection, event)
    return bool(poll.poll(TIMEOUT_SECONDS * 1000))


def _retransmitted(connection: socket.socket) -> bool:
    """Return whether the kernel retransmitted a packet of this connection (TCP_INFO in tcp(7)); False if unknown."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCPI_LENGTH)
    if len(info) < _TCPI_LENGTH:
        return False
    return bool(info[_RETRANSMITS]) or int.from_bytes(info[_TOTAL_RETRANS:_TCPI_LENGTH], "little") > 0


def _said(error: OSError) -> str:
    return _UNREACHABLE.get(error.errno or 0) or (error.strerror or "it failed").lower()


@dataclass(slots=True)
class _Series:
    """The handshakes with one landmark so far."""

    landmark: Landmark
    addresses: tuple[str, ...]
    problem: str = ""
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def counted(self) -> list[float]:
        return [each.ms for each in self.attempts if each.ms is not None]

    @property
    def is_done(self) -> bool:
        last = self.attempts[-_SILENT:]
        gone = len(last) == _SILENT and all(each.ms is None and not each.retransmitted for each in last)
        return bool(self.problem) or len(self.counted) >= WANTED or len(self.attempts) >= MOST or gone


def measure(landmarks: Sequence[Landmark], handshake: Handshake = shake) -> tuple[Measured, ...]:
    """Measure the landmarks in turns, so that a busy moment affects all of them.

    Args:
        landmarks: the only machines that are contacted. The names of hosts are resolved by DNS first.
        handshake: the function that makes one handshake.
    """
    series = [_opened(landmark) for landmark in landmarks]
    while pending := [each for each in series if not each.is_done]:
        for each in pending:
            each.attempts.append(handshake(each.landmark, each.addresses[0]))
    return tuple(map(_measured, series))


def _opened(landmark: Landmark) -> _Series:
    """Return an empty series for a landmark. For a name, DNS is asked, and the first address is measured."""
    if landmark.literal is not None:
        return _Series(landmark, (landmark.address,))
    try:
        found = socket.getaddrinfo(landmark.address, landmark.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or "no such name"
        return _Series(landmark, (), problem=f"DNS: {said.lower()}")
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for text in addresses:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
        if why := why_unusable(address, pinned=bool(landmark.pin)):
            return _Series(landmark, (), problem=f"DNS says {text}: {why}")
    return _Series(landmark, addresses, problem="" if addresses else "DNS knows no address of it")


def _measured(series: _Series) -> Measured:
    counted, attempts = series.counted, series.attempts
    problem = series.problem
    if not problem and len(counted) < WANTED:
        problem = _why_too_few(series)
    answered = next((each for each in attempts if each.answered_by), None)
    return Measured(
        series.landmark,
        None if problem else min(counted),
        counted=len(counted),
        tried=len(attempts),
        answered_by=answered.answered_by if answered else "",
        source=answered.source if answered else "",
        problem=problem,
        notes=tuple(_noticed(series)),
    )


def _why_too_few(series: _Series) -> str:
    reasons = [each.why for each in series.attempts if each.ms is None]
    most = max(dict.fromkeys(reasons), key=reasons.count, default="no answer")
    if not series.counted:
        return most
    given = number_of(len(series.attempts), "handshake")
    return f"{len(series.counted)} of {given} are valid, but {WANTED} are needed: {most}"


def _noticed(series: _Series) -> list[str]:
    attempts = series.attempts
    notes = []
    if again := sum(each.retransmitted for each in attempts):
        notes.append(f"{number_of(again, 'handshake')} left out: a packet was sent again")
    if lost := [each.why for each in attempts if each.why in LOST]:
        notes.append(f"{number_of(len(lost), 'handshake')} left out: {lost[0]}")
    if any(each.stepped for each in attempts):
        notes.append("the time of day was set meanwhile, which changes nothing: another clock measures")
    pairs = [(each.tcp_ms, each.ms) for each in attempts if each.tcp_ms is not None and each.ms is not None]
    if pairs:
        tcp, tls = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
        if tcp < tls / 2 and tls - tcp > 5:
            notes.append(
                f"TCP answers in {tcp:.2g} ms and the key in {tls:.2g} ms: a box nearby may answer for it, and only "
                "the key counts"
            )
    if len(series.addresses) > 1:
        notes.append(f"its name has {len(series.addresses)} addresses: {series.addresses[0]} was measured")
    return notes
