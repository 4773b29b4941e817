"""Requests over a Unix socket, to servers that answer in their own way."""

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from hostcheck.host.unix_http import send

LARGE = bytes(8 << 20)
"""More than a socket holds, so that sending it waits for the server."""


@pytest.fixture
def serve():
    """Serve one connection; give the socket's path."""
    # The path of a socket may not be longer than 107 bytes: unix(7).
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        path = str(Path(folder, "s"))
        listening.bind(path)
        listening.listen()
        started = []

        def start(act):
            def run():
                connection, _ = listening.accept()
                with connection:
                    act(connection)

            started.append(threading.Thread(target=run))
            started[0].start()
            return path

        yield start
        started[0].join()


def test_an_answer_that_comes_before_the_body_was_read_is_read(serve):
    def refuse(connection):
        connection.recv(1 << 10)
        connection.sendall(b"HTTP/1.0 500 Full\r\n\r\nno space left on device")

    assert send(serve(refuse), "POST", "/images/load", 10, body=LARGE) == (500, b"no space left on device")


def test_a_body_is_sent_with_its_length_and_kind(serve):
    seen = []

    def take(connection):
        seen.append(connection.recv(1 << 10))
        connection.sendall(b"HTTP/1.0 201 Created\r\n\r\n{}")

    assert send(serve(take), "POST", "/x", 10, body=b"[1]", kind="application/json") == (201, b"{}")
    assert seen[0].endswith(b"Content-Type: application/json\r\nContent-Length: 3\r\n\r\n[1]")


@pytest.mark.parametrize("answer", [b"", b"SMTP ready\r\n"])
def test_without_an_http_answer_it_is_an_error(serve, answer):
    def hang_up(connection):
        connection.recv(1 << 10)
        connection.sendall(answer)

    with pytest.raises(OSError, match="not HTTP"):
        send(serve(hang_up), "DELETE", "/x", 10)
