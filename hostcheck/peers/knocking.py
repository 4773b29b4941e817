"""Ask a port of a peer whether it answers, and how long the handshake takes."""

import errno
import socket
import time
from dataclasses import dataclass

from hostcheck.peers.listener import DONE, MOST_BYTES

TIMEOUT_SECONDS = 2.0
"""Time limit for an answer: a lost SYN is sent again after 1 s, and a round trip takes at most 0.4 s in fibre."""


@dataclass(frozen=True, slots=True)
class Knock:
    """The answer of a port.

    Attributes:
        how: "open" if the peer's listener answered; "served" if something else did; "mute" if a connection was made,
            but nothing answered; "refused"; "silent"; or "unreachable".
        seconds: the duration of the TCP handshake; None without one, and for UDP.
    """

    how: str
    seconds: float | None = None


def knock(address: str, port: str, key: bytes, said: bytes = b"") -> Knock:
    """Send the run's key to a port of a peer, and return what answered.

    Args:
        address: the address of the peer.
        port: the protocol and the port: "tcp/2379".
        key: the key of the run.
        said: bytes that follow the key.
    """
    protocol, _, number = port.partition("/")
    text = key + said
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    seconds = None
    with socket.socket(family, kind | socket.SOCK_CLOEXEC) as asking:
        asking.settimeout(TIMEOUT_SECONDS)
        try:
            begun = time.monotonic()
            asking.connect((address, int(number)))
            if protocol == "tcp":
                seconds = time.monotonic() - begun
            asking.send(text)
            answer = asking.recv(MOST_BYTES)
        except OSError as error:
            return Knock(_how(error) if seconds is None else "mute", seconds)
    return Knock("open" if answer == text else "served" if answer else "mute", seconds)


def say_done(address: str, port: str, key: bytes, name: str) -> bool:
    """Report to a peer that this host needs no more answers; return whether the peer's listener received it.

    Args:
        address: the address of the peer.
        port: the protocol and the port: "tcp/2379".
        key: the key of the run.
        name: the name of this host.
    """
    return knock(address, port, key, DONE + name.encode()).how == "open"


def _how(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "silent"
    return "refused" if error.errno in {errno.ECONNREFUSED, errno.ECONNRESET} else "unreachable"
