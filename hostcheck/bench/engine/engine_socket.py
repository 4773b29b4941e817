"""A connection to an engine whose answers are limited in size and in time."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ANSWER_BYTES = 16 << 20
"""Maximum size of an answer in bytes. GET /containers/json has about 2 KB for each container."""

STREAM_BYTES = 1 << 30
"""Maximum size in bytes of an answer that is read piece by piece, such as the output of a build."""


class TooLargeError(OSError):
    """An answer has more bytes than the limit."""


class EngineSocket(socket.socket):
    """A connection to the engine. Each received byte shows that the engine is alive.

    The limits are for the whole answer: an engine that sends one byte now and then would never reach a timeout of a
    single read.
    """

    received: Callable[[], None]
    """Called when data arrived."""

    ends: float | None = None
    """Deadline of the complete answer (time.monotonic); None if it has no time limit, like the output of a build."""

    left = ANSWER_BYTES
    """Number of bytes that the answer may still have."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Receive data; see ``socket.recv_into``.

        Raises:
            TimeoutError: if the answer takes too long.
            TooLargeError: if the answer has more bytes than its limit.
        """
        if self.ends is not None:
            patience = self.ends - time.monotonic()
            if patience <= 0:
                raise TimeoutError("the answer took too long")
            self.settimeout(patience)
        count = super().recv_into(buffer, nbytes, flags)
        if count:
            self.received()
            self.left -= count
            if self.left < 0:
                raise TooLargeError("the answer is too large")
        return count

    def shut(self) -> None:
        """End the connection; a thread that is reading wakes up."""
        # shutdown wakes the thread that is reading; close would not.
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)
