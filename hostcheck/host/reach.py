"""See whether others answer over the network: peers that this host is configured with, and registries.

To a peer a connection is opened and closed; nothing is sent. A registry is asked for /v2/, as every engine does before
it pulls (distribution specification, "Determining Support").
"""

import contextlib
import socket
import time
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.child import error_name, in_child

_EACH_SECONDS = 1.0
_TRIES = 3
_SUPPORTED = frozenset({200, 401})
"""Answers of a registry: 401 asks who wants to know, and is one as well."""


def try_peers(peers: str, seconds: float) -> dict[str, Any]:
    """Connect to each; see ``hostcheck.host.experiments`` for what is given."""
    return in_child(lambda: _connect_each(peers.split()), seconds)


def try_registries(registries: str, seconds: float) -> dict[str, Any]:
    """Ask each; see ``hostcheck.host.experiments`` for what is given."""
    return in_child(lambda: _ask_each(registries.split()), seconds)


def _connect_each(peers: list[str]) -> Iterator[Mapping[str, Any]]:
    for peer in peers:
        name, _, port = peer.rpartition(":")
        yield {peer: _connected(name.strip("[]"), int(port))}


def _connected(name: str, port: int) -> Mapping[str, Any]:
    """Time the handshake of TCP, which takes one round trip; a refusal answers too. The fastest of three counts."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        return {"ok": False, "error": f"no address: {error.strerror}", "rtt_us": None}
    fastest = None
    for _ in range(_TRIES):
        try:
            taken = _handshake(family, kind, address)
        except OSError as error:
            return {"ok": False, "error": error_name(error.errno) if error.errno else "ETIMEDOUT", "rtt_us": None}
        fastest = taken if fastest is None else min(fastest, taken)
    return {"ok": True, "error": "", "rtt_us": fastest}


def _handshake(family: int, kind: int, address: Any) -> int:
    """Give the microseconds that it took.

    Raises:
        OSError: when nothing answered.
    """
    with socket.socket(family, kind) as one:
        one.settimeout(_EACH_SECONDS)
        begun = time.monotonic_ns()
        with contextlib.suppress(ConnectionRefusedError):
            one.connect(address)
        return (time.monotonic_ns() - begun) // 1000


def _ask_each(registries: list[str]) -> Iterator[Mapping[str, Any]]:
    for registry in registries:
        yield {registry: _asked(registry)}


def _asked(registry: str) -> Mapping[str, Any]:
    # Proxies of the environment are gone through, as the engine does with its own.
    from http.client import HTTPException  # noqa: PLC0415 - only in the child
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - only in the child
    from urllib.request import urlopen  # noqa: PLC0415 - only in the child

    url = registry if "://" in registry else f"https://{registry}"
    if not url.startswith(("http://", "https://")):
        return {"ok": False, "error": "neither HTTP nor HTTPS"}
    try:
        with urlopen(f"{url.rstrip('/')}/v2/", timeout=_EACH_SECONDS * 2) as answer:  # noqa: S310 - seen to above
            status = answer.status
    except HTTPError as error:
        status = error.code
    except URLError as error:
        return {"ok": False, "error": str(error.reason)}
    except (OSError, ValueError, HTTPException) as error:
        return {"ok": False, "error": str(error) or type(error).__name__}
    return {"ok": status in _SUPPORTED, "error": "" if status in _SUPPORTED else f"status {status}"}
