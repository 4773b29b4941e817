"""Decode the attach stream of a storm container, and detect the line "ready", or another line, in its output."""

import os
import re
import select
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import docker

from hostcheck.bench.engine.client import require_success
from hostcheck.bench.engine.connection import REQUEST_SECONDS

READY = b"ready"
"""The line on stdout that shows that a container is ready. The command in benchmarks/storm/storm.toml prints it."""

LONGEST_MESSAGE = 120
"""Maximum number of characters of a container's output that a message shows."""

_HEADER = struct.Struct(">BxxxI")
_STDOUT, _LAST_KIND = 1, 3
_KEPT_BYTES = 4096
_READ_BYTES = 4096


class Output:
    """The multiplexed output of a container without a terminal.

    Source: https://docs.docker.com/reference/api/engine/ (ContainerAttach, "Stream format"); github.com/moby/moby,
    pkg/stdcopy, for stream 3, the engine's own errors.

    Attributes:
        ended: whether the stream has ended. It ends when the container ends.
        matched: whether a line of stdout or stderr matches ``wanted``.
    """

    def __init__(self, descriptor: int, wanted: re.Pattern[str] | None = None) -> None:
        """Create a reader of an open descriptor. The caller closes the descriptor.

        Args:
            descriptor: descriptor of the stream.
            wanted: pattern to search for in each line; None to search for none.
        """
        self.ended = self.matched = False
        self._wanted = wanted
        self._lines = (bytearray(), bytearray())
        self._descriptor = descriptor
        # poll(2), because select(2) cannot wait for descriptors above 1,023.
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)
        self._header = bytearray()
        self._kind = self._left = 0
        self._stdout, self._stderr = bytearray(), bytearray()

    @property
    def ready(self) -> bool:
        """Whether the first line on stdout is "ready"."""
        return self._stdout.startswith(READY + b"\n")

    @property
    def refuted(self) -> bool:
        """Whether the output on stdout so far shows that its first line is not "ready"."""
        wanted = READY + b"\n"
        return self._stdout[: len(wanted)] != wanted[: len(self._stdout)]

    @property
    def word(self) -> str:
        """The first line on stdout that is not blank; empty if there is none."""
        return _first_line(self._stdout)

    @property
    def complaint(self) -> str:
        """The first line on stderr that is not blank; empty if there is none."""
        return _first_line(self._stderr)

    def wait(self, seconds: float) -> bool:
        """Wait for output, and read it. Return False if no output arrived in that time.

        Raises:
            OSError: if the stream cannot be read, or does not have the engine's frame format.
        """
        if not self._poll.poll(seconds * 1000):
            return False
        data = os.read(self._descriptor, _READ_BYTES)
        self.ended = not data
        self._take(memoryview(data))
        return True

    def ends_within(self, seconds: float) -> bool:
        """Return whether the stream ends within this time. With 0 seconds, only the output that has arrived is read.

        Raises:
            OSError: as ``wait`` does.
        """
        deadline = time.monotonic() + seconds
        while not self.ended and self.wait(max(0.0, deadline - time.monotonic())):
            pass
        return self.ended

    def _take(self, data: memoryview) -> None:
        while data:
            if not self._left:
                missing = _HEADER.size - len(self._header)
                self._header += data[:missing]
                data = data[missing:]
                if len(self._header) == _HEADER.size:
                    self._kind, self._left = _HEADER.unpack(self._header)
                    self._header.clear()
                    if self._kind > _LAST_KIND:
                        raise OSError("the engine's attach stream does not have the documented frame format")
                continue
            part, data = data[: self._left], data[self._left :]
            self._left -= len(part)
            of_stdout = self._kind == _STDOUT
            kept = self._stdout if of_stdout else self._stderr
            kept += part[: _KEPT_BYTES - len(kept)]
            if self._wanted is not None and not self.matched:
                self.matched = self._match(self._wanted, self._lines[of_stdout], bytes(part))

    @staticmethod
    def _match(wanted: re.Pattern[str], begun: bytearray, part: bytes) -> bool:
        """Return whether a line that ends in this part matches. Of a line, only the first _KEPT_BYTES are searched."""
        *ends, rest = part.split(b"\n")
        for end in ends:
            begun += end[: _KEPT_BYTES - len(begun)]
            line = begun.decode("utf-8", "replace").rstrip("\r")
            begun.clear()
            if wanted.search(line):
                return True
        begun += rest[: _KEPT_BYTES - len(begun)]
        return False


def _first_line(text: bytes | bytearray) -> str:
    lines = (" ".join(line.split()) for line in text.decode("utf-8", "replace").split("\n"))
    line = next(filter(None, lines), "")
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 1]}…"


@contextmanager
def attached(client: docker.APIClient, container: str, wanted: re.Pattern[str] | None = None) -> Iterator[Output]:
    """Attach to a container's stdout and stderr until the context is left.

    Args:
        client: a connected client.
        container: the container's id.
        wanted: pattern to search for in each line; None to search for none.

    Raises:
        APIError: if the engine refuses the request.
        RequestException: if the engine does not respond.
    """
    # The SDK's attach_socket is not used: closing its result leaves the response's socket open.
    response = client.post(
        f"{client.base_url}/v{client.api_version}/containers/{container}/attach",
        params={"stdout": 1, "stderr": 1, "stream": 1},
        headers={"Connection": "Upgrade", "Upgrade": "tcp"},
        stream=True,
        timeout=REQUEST_SECONDS,
    )
    with response:
        require_success(response)
        yield Output(response.raw.fileno(), wanted)
