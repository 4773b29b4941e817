"""Send one request to an engine over its Unix socket.

The request uses HTTP/1.0, so that the answer ends with the connection and is not sent in chunks (RFC 9112 §7.1).
"""

import contextlib
import json
import socket
import time
from typing import Any

from hostcheck.host.base import READ_LIMIT

_DIGITS = 3
"""How many digits a status code has (RFC 9110 section 15)."""


def get_json(address: str, path: str, timeout: float) -> tuple[int, Any] | None:
    """Send a GET request.

    Args:
        address: the path of the socket.
        path: the path to request, with a leading "/".
        timeout: the time limit for the whole exchange in seconds.

    Returns:
        The status and the JSON body, which is None if it is not JSON; None if there is no HTTP answer.
    """
    try:
        answer = _exchange(address, _request("GET", path, b"", ""), time.monotonic() + timeout)
    except (OSError, ValueError):
        return None
    return parse_response(answer)


def send(
    address: str, method: str, path: str, timeout: float, *, body: bytes = b"", kind: str = "application/json"
) -> tuple[int, bytes]:
    """Send a request with a body.

    Args:
        address: the path of the socket.
        method: "GET", "POST" or "DELETE".
        path: the path to request, with a leading "/".
        timeout: the time limit for the whole exchange in seconds.
        body: the body of the request.
        kind: the media type of the body.

    Returns:
        The status and the body of the answer. The answer, with its headers, is read up to about READ_LIMIT bytes.

    Raises:
        OSError: if there is no HTTP answer.
    """
    answer = _exchange(address, _request(method, path, body, kind), time.monotonic() + timeout)
    status = _status(answer)
    if status is None:
        raise ConnectionError("the answer is not HTTP")
    return status, answer.partition(b"\r\n\r\n")[2]


def _request(method: str, path: str, body: bytes, kind: str) -> bytes:
    head = f"{method} {path} HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n"
    if method == "POST":
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode("ascii") + body


def parse_response(answer: bytes) -> tuple[int, Any] | None:
    """Parse a complete response; see ``get_json`` for the result."""
    status = _status(answer)
    if status is None:
        return None
    try:
        return status, json.loads(answer.partition(b"\r\n\r\n")[2])
    except (ValueError, RecursionError):
        return status, None


def _status(answer: bytes) -> int | None:
    words = answer.partition(b"\r\n")[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or len(words[1]) != _DIGITS or not words[1].isdigit():
        return None
    return int(words[1])


def _exchange(address: str, request: bytes, deadline: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_left(deadline))
        connection.connect(address)
        # A server may answer, and close, before it has read a body to its end: the answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        answer = bytearray()
        while len(answer) < READ_LIMIT:
            connection.settimeout(_left(deadline))
            try:
                part = connection.recv(1 << 16)
            except ConnectionResetError:
                if not answer:
                    raise
                break
            if not part:
                break
            answer += part
        return bytes(answer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left
