"""Listen on the ports that nodes of a cluster need, and answer only senders that know the key of the run.

A sender of the key receives its own message. Any other sender receives nothing. A port that a program of the host holds
is left to it.
"""

import contextlib
import errno
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

DONE = b" done "
"""Separator between the key and the name of a host that needs no more answers."""

MOST_BYTES = 1500
_MOST_CONNECTIONS = 256
_WAKE_SECONDS = 0.2


class Listener(threading.Thread):
    """A thread that answers on some ports.

    Attributes:
        held: the ports on which it answers.
        taken: the ports that a program of this host holds, or that this process may not bind.
        done: the names of the hosts that need no more answers.
    """

    def __init__(self, address: str, ports: Sequence[str], key: bytes) -> None:
        """Bind the ports on an address, or on all addresses if this host does not have it, as behind NAT.

        Args:
            address: the address; empty for all addresses.
            ports: the ports: "tcp/2379".
            key: the key of the run.
        """
        super().__init__(daemon=True)
        self.held: list[str] = []
        self.taken: list[str] = []
        self.done: set[str] = set()
        self._key = key
        self._selector = selectors.DefaultSelector()
        self._connections: set[socket.socket] = set()
        self._ends = threading.Event()
        for port in ports:
            bound = _bound(address, port)
            if bound is None:
                self.taken.append(port)
                continue
            self.held.append(port)
            self._selector.register(bound, selectors.EVENT_READ, "udp" if port.startswith("udp") else "tcp")

    def run(self) -> None:
        """Answer until ``end`` is called."""
        while not self._ends.is_set():
            for ready, _ in self._selector.select(_WAKE_SECONDS):
                # A stranger that breaks off a connection must not end the listener.
                with contextlib.suppress(OSError):
                    self._serve(ready.fileobj, ready.data)  # type: ignore[arg-type]

    def end(self) -> None:
        """Stop answering, and free the ports."""
        self._ends.set()
        if self.ident is not None:
            self.join()
        for ready in [*self._selector.get_map().values()]:
            ready.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _serve(self, ready: socket.socket, kind: str) -> None:
        if kind == "udp":
            text, sender = ready.recvfrom(MOST_BYTES)
            if self._knows(text):
                ready.sendto(text, sender)
        elif kind == "tcp":
            connection, _ = ready.accept()
            if len(self._connections) >= _MOST_CONNECTIONS:
                connection.close()
                return
            connection.settimeout(0)
            self._connections.add(connection)
            self._selector.register(connection, selectors.EVENT_READ, "connection")
        else:
            try:
                text = ready.recv(MOST_BYTES)
                if self._knows(text):
                    ready.send(text)
            finally:
                self._connections.discard(ready)
                self._selector.unregister(ready)
                ready.close()

    def _knows(self, text: bytes) -> bool:
        if not text.startswith(self._key):
            return False
        _, word, name = text.partition(DONE)
        if word:
            self.done.add(name.decode("utf-8", "replace"))
        return True


@contextmanager
def listening(address: str, ports: Sequence[str], key: bytes) -> Iterator[Listener]:
    """Return a context manager with a listener that answers until the end."""
    listener = Listener(address, ports, key)
    listener.start()
    try:
        yield listener
    finally:
        listener.end()


def _bound(address: str, port: str) -> socket.socket | None:
    protocol, _, number = port.partition("/")
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for own in (address, ""):
        bound = socket.socket(family, kind | socket.SOCK_CLOEXEC)
        try:
            if kind == socket.SOCK_STREAM:
                # A port with connections in TIME_WAIT is not held by a program.
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((own, int(number)))
            if kind == socket.SOCK_STREAM:
                bound.listen()
            bound.settimeout(0)
        except OSError as error:
            bound.close()
            if error.errno != errno.EADDRNOTAVAIL:
                return None
        else:
            return bound
    return None
