"""Prove by TLS that the landmark itself answers: it must have the key that the file of landmarks pins.

In TLS 1.3 the server signs the random number of the client's first message with this key (RFC 8446, section 4.4.3). So
the answer was made after the message arrived there, and its time is at least one round trip. The names in the
certificate and its issuer are not checked.
"""

import hashlib
import select
import socket
import ssl
import time

from hostcheck.place.clocks import Elapsed, elapsed, now
from hostcheck.place.landmarks import Landmark

_OTHER_KEY = "another key than the pinned one answers: it is another machine, or its key has changed"


def prove(connection: socket.socket, landmark: Landmark, timeout: float) -> Elapsed | str:
    """Make a TLS handshake on a connection.

    Args:
        connection: an open, non-blocking connection.
        landmark: the landmark whose key is required.
        timeout: the time limit in seconds.

    Returns:
        The time from before the first message until the key is proved; if it was not proved, the reason in words.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the pinned key is what is checked
    name = None if landmark.literal is not None else landmark.address
    deadline = time.monotonic() + timeout
    try:
        with context.wrap_socket(connection, server_hostname=name, do_handshake_on_connect=False) as secured:
            before = now()
            while True:
                try:
                    secured.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    event = select.POLLIN
                except ssl.SSLWantWriteError:
                    event = select.POLLOUT
                poll = select.poll()
                poll.register(secured, event)
                left = deadline - time.monotonic()
                if left <= 0 or not poll.poll(left * 1000):
                    return "it did not end the handshake of TLS"
            taken = elapsed(before, now())
            certificate = secured.getpeercert(binary_form=True) or b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        return f"TLS 1.3 failed: {str(reason).lower().replace('_', ' ')}"
    return taken if pin_of(certificate) == landmark.pin else _OTHER_KEY


def pin_of(certificate: bytes) -> bytes | None:
    """Return the SHA-256 of the public key in a certificate (RFC 7469, section 2.4); None if it is not a certificate.

    Args:
        certificate: the certificate in DER.
    """
    try:
        inner, _ = _contents(certificate, 0)
        at, _ = _contents(certificate, inner)
        # RFC 5280, section 4.1: version (optional), serial, signature, issuer, validity, subject, then the key.
        for _ in range(6 if certificate[at] == 0xA0 else 5):
            at = sum(_contents(certificate, at))
        start, length = _contents(certificate, at)
    except IndexError:
        return None
    if certificate[at] != 0x30 or start + length > len(certificate):
        return None
    return hashlib.sha256(certificate[at : start + length]).digest()


def _contents(data: bytes, at: int) -> tuple[int, int]:
    """Return the offset and the length of a DER value's contents (X.690, 8.1.3).

    Raises:
        IndexError: if the data end before, or the length is invalid.
    """
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    size = first & 0x7F
    if not 0 < size <= 4 or at + 2 + size > len(data):
        raise IndexError
    return at + 2 + size, int.from_bytes(data[at + 2 : at + 2 + size], "big")
