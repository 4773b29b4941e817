"""Ping an engine on a connection that is kept open. If the connection ends, the engine has ended."""

import select
import socket
from pathlib import Path

_PING = b"GET /_ping HTTP/1.1\r\nHost: engine\r\nUser-Agent: hostcheck\r\n\r\n"


class PingConnection:
    """A connection that carries only pings. Its methods never block."""

    def __init__(self, path: Path) -> None:
        """Take the path of the engine's socket. The first ping opens the connection."""
        self._path = path
        self._socket: socket.socket | None = None

    @property
    def is_open(self) -> bool:
        """Whether the connection is open."""
        return self._socket is not None

    def send(self) -> None:
        """Send a ping.

        Raises:
            BlockingIOError: if the engine's queue of connections is full, because it accepts none.
            OSError: if the engine has ended.
        """
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(0)
            self._socket.connect(str(self._path))
        self._socket.send(_PING)

    def has_answered(self) -> bool:
        """Return whether an answer arrived since the last call.

        Raises:
            OSError: if the engine closed the connection.
        """
        if self._socket is None or not _has_come(self._socket):
            return False
        if not self._socket.recv(65536):
            raise ConnectionResetError
        return True

    def close(self) -> None:
        """Close the connection; the next ping connects again."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def is_gone(path: Path) -> bool:
    """Return whether no process listens on an engine's socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0)
        try:
            probe.connect(str(path))
        except BlockingIOError:
            # Its queue of connections is full: it is there.
            return False
        except OSError:
            return True
    return False


def _has_come(line: socket.socket) -> bool:
    # poll(2), because select(2) cannot wait for descriptors above 1,023.
    poll = select.poll()
    poll.register(line, select.POLLIN)
    return bool(poll.poll(0))
