"""Ask the host's name servers for a random name below each of its search domains.

Only a wildcard record gives such a name an address. For each domain, a DNS query (RFC 1035, section 4) is sent by UDP
to one server after the other, until one answers without an error.
"""

import os
import select
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hostcheck.host.experiments.child import error_name, in_child
from hostcheck.host.resolver import name_servers, search_domains

_EACH_SECONDS = 1.0
_PORT = 53
_MOST_SERVERS = 3
"""Maximum number of name servers that are queried. The resolver uses no more: MAXNS of resolv.conf(5)."""
_ADDRESS, _INTERNET = 1, 1
_RECURSION_DESIRED = 0x0100
_HEADER = struct.Struct("!6H")
_NO_SUCH_NAME = 3
_RCODES = {1: "FORMERR", 2: "SERVFAIL", 4: "NOTIMP", 5: "REFUSED"}


def try_search_domains(resolv: str, seconds: float) -> dict[str, Any]:
    """Query a name in each search domain; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        resolv: the path of a resolv.conf(5).
        seconds: the time limit for all of them.
    """
    return in_child(lambda: _ask_each(Path(resolv).read_text("utf-8", "replace")), seconds)


def question(number: int, name: str) -> bytes:
    """Return the DNS query for the IPv4 address of a name. ``number`` is the id of the message."""
    labels = b"".join(bytes([len(label)]) + label for label in name.encode("ascii").split(b".") if label)
    return _HEADER.pack(number, _RECURSION_DESIRED, 1, 0, 0, 0) + labels + struct.pack("!xHH", _ADDRESS, _INTERNET)


def judge(number: int, message: bytes) -> Mapping[str, Any] | None:
    """Return the content of an answer to the query with the id ``number``; None if the message is not an answer to it.

    Returns:
        A dict with the keys "ok", "error" and "any": see ``hostcheck.host.experiments.perform``.
    """
    if len(message) < _HEADER.size:
        return None
    own, flags, _, answers, _, _ = _HEADER.unpack_from(message)
    if own != number or not flags & 0x8000:
        return None
    code = flags & 0xF
    if code in {0, _NO_SUCH_NAME}:
        return {"ok": True, "error": "", "any": code == 0 and answers > 0}
    return {"ok": False, "error": _RCODES.get(code, f"rcode {code}"), "any": None}


def _ask_each(text: str) -> Iterator[Mapping[str, Any]]:
    for order, domain in enumerate(search_domains(text), 1):
        name = f"hostcheck-{os.urandom(8).hex()}.{domain}"
        found: Mapping[str, Any] = {"ok": False, "error": "no name server", "any": None}
        for server in name_servers(text)[:_MOST_SERVERS]:
            found = _asked(server, name)
            if found["ok"]:
                break
        yield {str(order): found}


def _asked(server: str, name: str) -> Mapping[str, Any]:
    number = int.from_bytes(os.urandom(2), "big")
    try:
        asked = question(number, name)
        with socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect((server, _PORT))
            one.send(asked)
            return _awaited(one, number)
    except (OSError, ValueError) as failed:
        error = error_name(failed.errno or 0) if isinstance(failed, OSError) else "no name of DNS"
        return {"ok": False, "error": error, "any": None}


def _awaited(one: socket.socket, number: int) -> Mapping[str, Any]:
    deadline = time.monotonic() + _EACH_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        if select.select([one], [], [], left)[0] and (found := judge(number, one.recv(4096))) is not None:
            return found
    return {"ok": False, "error": "ETIMEDOUT", "any": None}
