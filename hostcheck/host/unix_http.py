"""Send one GET request over a Unix socket, which is all that an audit needs from an engine.

It uses HTTP/1.0: the answer then ends with the connection, and must not be sent in chunks (RFC 9112 §7.1).
"""

import json
import socket
import time
from typing import Any

from hostcheck.host.base import READ_LIMIT


def get_json(address: str, path: str, timeout: float) -> tuple[int, Any] | None:
    """Get a path.

    Args:
        address: the path of the socket.
        path: of the request, with a leading "/".
        timeout: for the whole exchange, seconds.

    Returns:
        The status and the JSON body (None when the body is not JSON); None without an HTTP answer.
    """
    request = f"GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    try:
        answer = _exchange(address, request.encode("ascii"), time.monotonic() + timeout)
    except (OSError, ValueError):
        return None
    return parse_response(answer)


def parse_response(answer: bytes) -> tuple[int, Any] | None:
    """Parse a complete response; see ``get_json`` for the result."""
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.partition(b"\r\n")[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        return None
    try:
        return int(words[1]), json.loads(body)
    except (ValueError, RecursionError):
        return int(words[1]), None


def _exchange(address: str, request: bytes, deadline: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_left(deadline))
        connection.connect(address)
        connection.sendall(request)
        answer = bytearray()
        while len(answer) < READ_LIMIT:
            connection.settimeout(_left(deadline))
            part = connection.recv(1 << 16)
            if not part:
                break
            answer += part
        return bytes(answer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left
