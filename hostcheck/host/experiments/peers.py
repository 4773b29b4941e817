"""Check whether the other servers of a cluster, and registries, answer over the network.

A connection to a server is opened and closed without data. A registry gets a GET request for /v2/, which every engine
sends before it pulls (distribution specification, "Determining Support").
"""

import contextlib
import socket
import time
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.child import error_name, in_child

_EACH_SECONDS = 1.0
_TRIES = 3
_SUPPORTED = frozenset({200, 401})
"""HTTP status codes that show a registry. 401: it asks for credentials."""


def try_peers(peers: str, seconds: float) -> dict[str, Any]:
    """Connect to each server; see ``hostcheck.host.experiments.perform`` for the argument and the result."""
    return in_child(lambda: _connect_each(peers.split()), seconds)


def try_registries(registries: str, seconds: float) -> dict[str, Any]:
    """Query each registry; see ``hostcheck.host.experiments.perform`` for the argument and the result."""
    return in_child(lambda: _ask_each(registries.split()), seconds)


def _connect_each(peers: list[str]) -> Iterator[Mapping[str, Any]]:
    for peer in peers:
        name, _, port = peer.rpartition(":")
        yield {peer: _connected(name.strip("[]"), int(port))}


def _connected(name: str, port: int) -> Mapping[str, Any]:
    """Connect to a server three times; return the result, with the shortest time to an answer in microseconds.

    A TCP handshake takes one round trip, and so does a refusal.
    """
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
    """Return the duration of one handshake, microseconds.

    Raises:
        OSError: if there was no answer.
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
    # urlopen uses the proxies of the environment, as an engine uses its own.
    from http.client import HTTPException  # noqa: PLC0415 - only in the child
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - only in the child
    from urllib.request import urlopen  # noqa: PLC0415 - only in the child

    url = registry if "://" in registry else f"https://{registry}"
    if not url.startswith(("http://", "https://")):
        return {"ok": False, "error": "neither HTTP nor HTTPS"}
    try:
        with urlopen(f"{url.rstrip('/')}/v2/", timeout=_EACH_SECONDS * 2) as answer:  # noqa: S310 - the scheme is checked above
            status = answer.status
    except HTTPError as error:
        status = error.code
    except URLError as error:
        return {"ok": False, "error": str(error.reason)}
    except (OSError, ValueError, HTTPException) as error:
        return {"ok": False, "error": str(error) or type(error).__name__}
    return {"ok": status in _SUPPORTED, "error": "" if status in _SUPPORTED else f"status {status}"}
