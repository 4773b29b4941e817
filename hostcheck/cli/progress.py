"""Show progress on standard error: a line that counts seconds on a terminal, otherwise one plain line for each step."""

import contextlib
import os
import threading
import time
from types import TracebackType
from typing import TextIO

from hostcheck.cli.options import Color
from hostcheck.formats.terminal import Style, wants_color
from hostcheck.plaintext import plain, without_commands


class TerminalProgress:
    """A report of the current step and its expected duration. Implements hostcheck.bench.base.Progress."""

    def __init__(self, stream: TextIO, color: Color) -> None:
        """Write to the stream. Count seconds only if it is a terminal that can erase a line."""
        self._stream = stream
        self._live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._style = Style(wants_color(color.value, stream))
        # Reentrant: a signal handler writes a note while this thread may hold it.
        self._lock = threading.RLock()
        self._end = threading.Event()
        self._now: tuple[str, float, float] | None = None
        self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)

    def __enter__(self) -> "TerminalProgress":
        """Begin to count seconds."""
        if self._live:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop counting, and erase the line."""
        self._end.set()
        if self._live:
            self._ticker.join()
            self._clear()

    def start(self, what: str, seconds: float) -> None:
        """Begin a step; ``seconds`` is its expected duration."""
        with self._lock:
            self._now = (what, seconds, time.monotonic())
            if self._live:
                self._draw()

    def done(self, what: str, result: str) -> None:
        """End a step with its result."""
        with self._lock:
            self._now = None
            self._clear()
            self._write(f"{self._style.paint(plain(what), 'bold')}: {plain(result)}\n")

    def note(self, text: str) -> None:
        """Write a message that is not a step."""
        with self._lock:
            self._clear()
            self._write(self._style.paint(plain(text), "dim") + "\n")

    def _tick(self) -> None:
        while not self._end.wait(1):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        if self._now is None:
            return
        what, seconds, began = self._now
        passed = time.monotonic() - began
        self._clear()
        self._write(self._style.paint(f"{plain(what)}  {passed:.0f} s of about {max(seconds, 1):.0f} s", "cyan"))

    def _clear(self) -> None:
        if self._live:
            # Carriage return and erase in line (ECMA-48 EL): the same on every terminal that has either.
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        # The terminal may be closed: the clean-up goes on.
        with contextlib.suppress(OSError):
            self._stream.write(without_commands(text))
            self._stream.flush()
