"""Whether a port of a peer answers, and in what time."""

import errno
import socket
import time
from dataclasses import dataclass

from hostcheck.peers.listener import DONE, MOST_BYTES

TIMEOUT_SECONDS = 2.0
"""Limit of an answer: a SYN that is lost is sent again after 1 s, and around the Earth takes 0.4 s in fibre."""


@dataclass(frozen=True, slots=True)
class Knock:
    """What a port answered.

    Attributes:
        how: "open" where the peer's listener answered; "served" where something else did; "mute" where a connection was
            made, and nothing answered; "refused", "silent", or "unreachable".
        seconds: of the handshake; None where none was made, and for UDP.
    """

    how: str
    seconds: float | None = None


def knock(address: str, port: str, key: bytes, said: bytes = b"") -> Knock:
    """Ask a port of a peer for the run's key.

    Args:
        address: the peer's.
        port: such as "tcp/2379".
        key: of the run.
        said: what follows the key.
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
    """Report to a peer that this host needs no answer any more; return whether it took that."""
    return knock(address, port, key, DONE + name.encode()).how == "open"


def _how(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "silent"
    return "refused" if error.errno in {errno.ECONNREFUSED, errno.ECONNRESET} else "unreachable"
