"""What shows that a container of the storm is ready: its word, a port, a line of its output, or its health check."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import docker
from docker.errors import NotFound

from hostcheck.bench.engine.objects import Fields
from hostcheck.bench.storm.output import READY, Output
from hostcheck.errors import UsageError

Kind = Literal["word", "port", "line", "health"]

PORT_SECONDS = 0.02
"""Seconds between two checks of a container's ports."""
HEALTH_SECONDS = 0.25
"""Seconds between two checks of a container's health. Each check is a request to the engine."""
OUTPUT_SECONDS = 0.1
"""Longest wait for output in seconds. The wait ends as soon as output arrives."""

_PROC = Path("/proc")
_TABLES = ("net/tcp", "net/tcp6")
_LISTENS = "0A"
_ENDS_SECONDS = 1.0
_UNSEEN = "its process is not visible from here, and neither are its ports; use --ready line:REGEX or health"
_KINDS: dict[str, Kind] = {"port": "port", "line": "line", "health": "health"}


@dataclass(frozen=True, slots=True)
class Readiness:
    """What makes a container ready.

    Attributes:
        kind: "word" if the storm's own command runs, which prints the line "ready". With any other kind, the image's
            own entry point runs.
        port: for the kind "port", the TCP port on which the container must listen.
        line: for the kind "line", the pattern to search for in the lines on stdout and stderr.
    """

    kind: Kind = "word"
    port: int = 0
    line: re.Pattern[str] | None = None

    @property
    def is_own(self) -> bool:
        """Whether the image's own entry point runs."""
        return self.kind != "word"

    def __str__(self) -> str:
        """Return the condition in the form of the option ``--ready``."""
        value = {"port": f":{self.port}", "line": f":{self.line.pattern if self.line else ''}"}
        return f"{self.kind}{value.get(self.kind, '')}"


WORD = Readiness()


def parse_ready(text: str) -> Readiness:
    """Parse ``--ready``: "port:80", "line:REGEX" or "health".

    Raises:
        UsageError: if the text is none of these.
    """
    word, colon, value = text.partition(":")
    kind = _KINDS.get(word)
    if kind == "port" and value.isascii() and value.isdecimal() and 1 <= int(value) <= 65_535:
        return Readiness(kind, port=int(value))
    if kind == "line" and value:
        try:
            return Readiness(kind, line=re.compile(value))
        except (re.error, RecursionError, OverflowError) as error:
            raise UsageError(
                f"--ready {text}: {error}", remedy="give a regular expression of Python's re, such as line:started in"
            ) from error
    if kind == "health" and not colon:
        return Readiness(kind)
    raise UsageError(
        f"--ready {text}: expected port:NUMBER, line:REGEX or health",
        remedy="give one, such as port:80, line:'ready for connections' or health",
    )


class Watch:
    """The check whether one container is ready.

    Attributes:
        output: the container's output.
    """

    def __init__(self, wanted: Readiness, client: docker.APIClient, container: str, output: Output) -> None:
        """Create the check.

        Args:
            wanted: what makes the container ready.
            client: a client that no other thread uses.
            container: the container's id.
            output: the container's output.
        """
        self.output = output
        self._wanted = wanted
        self._next = 0.0
        looks: dict[Kind, tuple[float, Callable[[], bool]]] = {
            "word": (0.0, lambda: output.ready),
            "line": (0.0, lambda: output.matched),
            "port": (PORT_SECONDS, partial(self._listens, client, container)),
            "health": (HEALTH_SECONDS, partial(self._is_healthy, client, container)),
        }
        self._seconds, self._look = looks[wanted.kind]
        self._pid = 0

    def is_ready(self) -> bool:
        """Wait for a short time, and return whether the container is ready.

        Raises:
            OSError: if the container's output or ports cannot be read.
            APIError: if the engine does not report the container's state.
        """
        if not self._seconds:
            self.output.wait(OUTPUT_SECONDS)
            return self._look()
        now = time.monotonic()
        if now < self._next:
            self.output.wait(self._next - now)
            return False
        self._next = now + self._seconds
        try:
            return self._look()
        except NotFound:
            # The engine removes a container that has ended, and its output ends.
            if not self.output.ends_within(_ENDS_SECONDS):
                raise
            return False

    @property
    def refutation(self) -> str:
        """Why the container cannot become ready any more; empty while it can."""
        if self._wanted.kind == "word" and self.output.refuted:
            return f"it printed {self.output.word!r} instead of {READY.decode()!r}"
        return ""

    def _listens(self, client: docker.APIClient, container: str) -> bool:
        """Return whether a socket of the container's network namespace listens at the port (/proc/PID/net, proc(5)).

        The kernel accepts connections for such a socket. A connection to a published port proves less: the engine's
        proxy accepts it before the container listens.
        """
        pid = self._pid = self._pid or int(_state(client, container).number("Pid"))
        try:
            # The same number may be of another process here, if the engine is in another PID namespace.
            if container not in (_PROC / str(pid) / "cgroup").read_text(encoding="utf-8", errors="replace"):
                raise FileNotFoundError(pid)
            texts = [(_PROC / str(pid) / table).read_text(encoding="ascii") for table in _TABLES if _has(table)]
        except OSError as error:
            if not self.output.ends_within(_ENDS_SECONDS):
                raise OSError(_UNSEEN) from error
            return False
        return any(listens(text, self._wanted.port) for text in texts)

    def _is_healthy(self, client: docker.APIClient, container: str) -> bool:
        return _state(client, container).within("Health").text("Status") == "healthy"


def _has(table: str) -> bool:
    return (_PROC / "self" / table).exists()


def _state(client: docker.APIClient, container: str) -> Fields:
    answer = client.inspect_container(container)
    return Fields(answer, "container").within("State")


def listens(table: str, port: int) -> bool:
    """Return whether a socket listens at a port, in the text of /proc/net/tcp or tcp6 (proc(5))."""
    lines = (line.split() for line in table.splitlines()[1:])
    return any(len(words) > 3 and words[1].endswith(f":{port:04X}") and words[3] == _LISTENS for words in lines)
