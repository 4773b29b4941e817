"""Detect an engine that hangs or was restarted: a thread pings it while clients are connected.

A timeout for each request is not enough: the timeouts of several requests add up, and a build may print nothing for
minutes. An engine hangs if no request received a byte *and* no ping was answered for some time. Then all connections
to it are closed.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

import requests
import urllib3

from hostcheck.bench.base import EngineLost, Interrupted
from hostcheck.bench.engine.engine_socket import ANSWER_BYTES, STREAM_BYTES, EngineSocket, TooLargeError
from hostcheck.bench.engine.ping import PingConnection, is_gone
from hostcheck.bench.engine.private import last_line
from hostcheck.bench.engine.unreachable import Unreachable, causes_of, first_cause

PING_SECONDS = 5.0
"""Interval of the pings in seconds."""

HUNG_SECONDS = 30.0
"""An engine hangs if it sends nothing for this many seconds."""

STOPPING_SECONDS = 5.0
"""After the user stopped the run, an engine hangs if it sends nothing for this many seconds."""

CUT_SECONDS = 10.0
"""Seconds that a request may take after a stop, if the engine answers pings."""

BACK_SECONDS = 60.0
"""Seconds to wait for an engine that is being restarted."""

_ENDED = "ended"

_TICK_SECONDS = 0.25
_LONGEST_TICK_SECONDS = 1.0
"""Longest tick in seconds. A longer tick means that this process (Ctrl-Z) or the machine was suspended."""

_VERSION_OR_ID = re.compile(r"^/v[\d.]+|[0-9a-f]{12,}")


@dataclass(slots=True, eq=False)
class _Request:
    """A request that has not ended.

    Attributes:
        what: the request's method and path.
        began: the request's start in seconds (time.monotonic).
        thread: the id of the thread that sent the request.
        seconds: time limit of the whole answer; None for an answer that lasts as long as the engine works.
        line: the request's connection; None until it has one.
        cut: whether the request was cancelled because the user stopped the run.
    """

    what: str
    began: float
    thread: int
    seconds: float | None
    line: EngineSocket | None = None
    cut: bool = False


class Heartbeat:
    """The monitor of one engine.

    Attributes:
        stop: set when the user stops the run. Requests then have a short timeout.
        cause: why the engine is no longer used; empty as long as it is used.
        remedy: what the user can do if the engine is lost.
    """

    def __init__(self, path: Path, stop: threading.Event, own_log: Path | None = None) -> None:
        """Create the heartbeat.

        Args:
            path: the engine's socket.
            stop: set when the user stops the run.
            own_log: the log file of hostcheck's private engine; None for any other engine. Nothing restarts a private
                engine, so hostcheck does not wait for its return.
        """
        self._log = own_log
        self.stop = stop
        self.cause = ""
        self._path = path
        self._lock = threading.RLock()
        self._clients = 0
        self._lines: WeakSet[EngineSocket] = WeakSet()
        self._requests: set[_Request] = set()
        self._broken = ""
        """The first failure. It is kept until the engine answers again."""
        self._broken_at = 0.0
        self._restarted = ""
        self._answered = 0.0
        """The time at which the last answered ping was sent, in seconds (time.monotonic)."""
        self._silent = 0.0
        self._pinged: float | None = None
        self._waiting = 0.0
        self._urgent = False
        self._stopping: float | None = None
        self._ping = PingConnection(path)
        self._ended = threading.Event()
        self._thread = threading.Thread()

    @property
    def remedy(self) -> str:
        """What the user can do if the engine is lost."""
        return (
            "check the engine's log, and start it again" if self._log is None else "run the command again with --debug"
        )

    @property
    def is_own(self) -> bool:
        """Whether the engine is hostcheck's private engine, which is always removed with all its data."""
        return self._log is not None

    def connected(self) -> None:
        """Register a client. The first client starts the pings."""
        with self._lock:
            self._clients += 1
            if self._clients == 1:
                self._ended = threading.Event()
                self._thread = threading.Thread(target=self._beat, args=(self._ended,), name="heartbeat", daemon=True)
                self._thread.start()

    def disconnected(self) -> None:
        """Unregister a client. The last client ends the pings, their thread and their connection.

        This method returns after the thread has ended. Otherwise, the next client might start a second thread beside
        it, and both would count the seconds in which the engine is silent.
        """
        with self._lock:
            self._clients -= 1
            if self._clients:
                return
            self._hang_up()
            self._ended.set()
            thread = self._thread
        thread.join()

    def is_over(self) -> bool:
        """Return whether to stop waiting for the engine: it is no longer used, or the user stopped the run."""
        return bool(self.cause) or self.stop.is_set()

    def received(self) -> None:
        """Record that a byte from the engine arrived."""
        self._silent = 0.0

    def connect(self, seconds: float | None) -> EngineSocket:
        """Return a connection that is closed when the engine hangs.

        Raises:
            OSError: if connecting fails.
        """
        line = EngineSocket(socket.AF_UNIX)
        line.received = self.received
        line.settimeout(seconds)
        try:
            line.connect(str(self._path))
        except OSError:
            line.close()
            raise
        with self._lock:
            self._lines.add(line)
            self._use(line)
            if self.cause:
                line.shut()
        return line

    def _use(self, line: EngineSocket) -> None:
        for request in self._requests:
            if request.thread == threading.get_ident():
                request.line = line
                line.ends = None if request.seconds is None else request.began + request.seconds
                line.left = STREAM_BYTES if request.seconds is None else ANSWER_BYTES

    def uses(self, line: socket.socket | None) -> None:
        """Record that the request of this thread uses this connection."""
        if isinstance(line, EngineSocket):
            with self._lock:
                self._use(line)

    @contextmanager
    def during(self, method: str, url: str, seconds: float | None = None) -> Iterator[None]:
        """Monitor a request, and replace its error by the first cause of the engine's failure.

        Args:
            method: the request's method, such as "GET".
            url: the request's URL.
            seconds: time limit of the whole answer; None for an answer that is read piece by piece.

        Raises:
            Unreachable: if the engine does not respond to the request.
        """
        path = url.partition("://")[2].partition("/")[2].partition("?")[0]
        what = f"{method} {_VERSION_OR_ID.sub(lambda found: '' if found[0][0] == '/' else '…', f'/{path}')}"
        request = _Request(what, time.monotonic(), threading.get_ident(), seconds)
        with self._lock:
            if self.cause:
                raise Unreachable(self.cause, self.remedy)
            self._requests.add(request)
        try:
            yield
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(self._explained(request, error), self.remedy) from error
        finally:
            with self._lock:
                self._requests.discard(request)

    def _explained(self, request: _Request, error: Exception) -> str:
        with self._lock:
            if self.cause:
                return self.cause
            if request.cut:
                return f"{request.what} was cancelled because it took longer than {CUT_SECONDS:.0f} s after the stop"
            causes = causes_of(error)
            if any(isinstance(cause, TooLargeError) for cause in causes):
                return f"the answer to {request.what} is larger than {ANSWER_BYTES >> 20} MiB"
            if any(isinstance(cause, (requests.Timeout, TimeoutError)) for cause in causes):
                return f"no answer to {request.what} in {time.monotonic() - request.began:.0f} s"
            if self._log is not None and is_gone(self._path):
                self._give_up(_ENDED)
                return self.cause
            return self._break(first_cause(request.what, error))

    def recover(self) -> str:
        """If the engine stopped since the last call, wait until it is back.

        Returns:
            The first failure; empty if the engine did not stop.

        Raises:
            EngineLost: if the engine hangs, or is not back after BACK_SECONDS.
            Interrupted: if the user stopped the run.
        """
        since = time.monotonic()
        while True:
            with self._lock:
                if self.stop.is_set():
                    raise Interrupted
                if not self.cause and self._answered >= since:
                    first, self._restarted, self._broken = self._restarted, "", ""
                    return first
                if not self.cause and time.monotonic() - since > BACK_SECONDS:
                    first = (self._broken or "the engine has stopped").removeprefix("the engine ")
                    self._give_up(f"{first}, and it was not back within {BACK_SECONDS:.0f} s")
                if self.cause:
                    raise EngineLost(self.cause, self.remedy)
                self._urgent = True
            time.sleep(_TICK_SECONDS / 2)

    def _beat(self, ended: threading.Event) -> None:
        before = time.monotonic()
        while True:
            now = time.monotonic()
            with self._lock:
                if ended.is_set():
                    return
                if self.cause:
                    self._hang_up()
                    return
                self._look(now, min(now - before, _LONGEST_TICK_SECONDS))
            before = now
            ended.wait(_TICK_SECONDS)

    def _look(self, now: float, passed: float) -> None:
        if self.stop.is_set() and self._stopping is None:
            self._stopping, self._urgent = now, True
        self._silent += passed
        self._waiting += passed
        self._listen()
        if self._pinged is None and (self._urgent or self._waiting >= PING_SECONDS or not self._ping.is_open):
            self._send(now)
        patience = HUNG_SECONDS if self._stopping is None else STOPPING_SECONDS
        # Only while a ping waits for its answer: between two pings, an idle engine sends nothing.
        if self._silent >= patience and self._waiting >= min(patience, STOPPING_SECONDS):
            self._give_up(f"has not answered for {patience:.0f} s (it hangs)")
        if self._stopping is not None:
            self._cut(now, self._stopping)

    def _send(self, now: float) -> None:
        """Send a ping on a persistent connection. If the connection closes, the engine has ended."""
        try:
            self._ping.send()
        except BlockingIOError:
            self._hang_up()
        except OSError:
            self._lost()
            return
        else:
            self._pinged = now
            self._urgent = False
        self._waiting = 0.0 if self._ping.is_open else self._waiting

    def _listen(self) -> None:
        try:
            has_answered = self._ping.has_answered()
        except OSError:
            self._lost()
            return
        if has_answered and self._pinged is not None:
            self._answered, self._pinged = self._pinged, None
            self._silent = self._waiting = 0.0
            if not self._restarted and self._answered > self._broken_at:
                # The engine closed only one connection.
                self._broken = ""

    def _lost(self) -> None:
        """Record that the engine has ended. Its silence starts anew, because an engine that ended does not hang."""
        self._hang_up()
        if self._log is not None:
            self._give_up(_ENDED)
            return
        self._restarted = self._restarted or self._break("the engine ended its connections")
        self._silent = self._waiting = 0.0

    def _break(self, what: str) -> str:
        if not self._broken:
            self._broken, self._broken_at = what, time.monotonic()
        return self._broken

    def _hang_up(self) -> None:
        self._ping.close()
        self._pinged = None

    def _give_up(self, what: str) -> None:
        """Cancel all requests. The cause quotes a private engine's log, because the log is removed with the engine."""
        if self._log is None:
            self.cause = f"the engine {what}"
        else:
            self.cause = f"hostcheck's private engine {what} (last line of its log: {last_line(self._log)})"
        for line in self._lines:
            line.shut()

    def _cut(self, now: float, stopping: float) -> None:
        for request in self._requests:
            if request.line is not None and now - max(request.began, stopping) > CUT_SECONDS:
                request.cut = True
                request.line.shut()
