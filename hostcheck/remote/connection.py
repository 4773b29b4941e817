"""A shell at the other end of a command: lines go to its input, and what it writes is read until a line that ends it.

All of it is bounded: the bytes of an exchange, of a line, and the time. A host that stops answering is left at its
deadline with what arrived until then.
"""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from hostcheck.errors import CannotMeasureError
from hostcheck.host.lookup import find_program, own_environment, own_folders
from hostcheck.plaintext import plain
from hostcheck.remote.answers import BEGINS

CONNECT_SECONDS = 120.0
"""Until the program's first line, where ssh may ask for a password."""

EXCHANGE_SECONDS = 30.0
MOST_BYTES = 1 << 26
"""As of a capture; an audit gets less than one MiB."""

_ECHO = b"echo '" + BEGINS + b"'"
"""The line of the program that writes its first one."""

_CHUNK = 1 << 16
MOST_LINE = 1 << 21
"""Bytes of a line: a file may be one."""

_MOST_SAID = 4000
_SHOWN = 200
_REMEDY = "run there by other means what hostcheck capture --script prints"
_GRACE_SECONDS = 2.0
_NOT_FOUND, _NOT_RUN, _SSH_FAILED = 127, 126, 255
"""Exit codes of a shell that finds no such command, or may not run it (POSIX, 2.8.2), and of ssh(1)."""


class Connection:
    """A running command with a shell at its end.

    Attributes:
        problem: why the answers are not complete; empty where they are.
        exchanges: how many there were.
    """

    def __init__(self, argv: Sequence[str], where: str) -> None:
        """Take the command, and what to call the host in messages."""
        self._argv = list(argv)
        self._where = where
        self._process: subprocess.Popen[bytes] | None = None
        self._unsent = b""
        self._pending = b""
        self._deadline = 0.0
        self._said = b""
        self._errors = b""
        self._received = 0
        self.problem = ""
        self.exchanges = 0

    def __enter__(self) -> "Connection":
        """Start the command.

        Raises:
            CannotMeasureError: when it cannot be started.
        """
        try:
            self._process = subprocess.Popen(
                [_program(self._argv[0]), *self._argv[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=own_environment(),
            )
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or error
            remedy = "install OpenSSH's client" if self._argv[0] == "ssh" else "name a program that runs a shell"
            raise CannotMeasureError(f"starting {self._argv[0]} for {self._where}: {what}", remedy=remedy) from error
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the command, and with its input the shell."""
        process = self._process
        assert process is not None
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if self.problem or kind is not None:
            process.terminate()
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(number)
        process.wait()

    def exchange(self, text: str) -> Iterator[bytes]:
        """Send lines to the shell, and give those that it writes, without their line breaks; the last one ends them.

        Raises:
            CannotMeasureError: in the first exchange, when something else than the program writes.
        """
        self.exchanges += 1
        end = f"end {self.exchanges}".encode()
        # A shell that reads its program from a pipe runs a line once it has it to its end.
        self._unsent = text.encode("utf-8", "surrogateescape") + b"\necho '" + end + b"'\n"
        begun = self.exchanges > 1
        asks = self._argv[0] == "ssh" and not begun
        self._deadline = time.monotonic() + (CONNECT_SECONDS if asks else EXCHANGE_SECONDS)
        for line in self._lines():
            if begun:
                yield line
                if line == end:
                    return
            elif line == BEGINS:
                begun = True
                self._deadline = time.monotonic() + EXCHANGE_SECONDS
            elif line == _ECHO:
                raise CannotMeasureError(f"{self._where} gives back what it is sent, and runs nothing", remedy=_REMEDY)
            else:
                self._said = (self._said + line + b"\n")[-_MOST_SAID:]
        if not begun:
            raise self._no_program()

    def _lines(self) -> Iterator[bytes]:
        """Yield lines as they arrive, until there are no more of them; ``problem`` then says why."""
        while True:
            *whole, self._pending = self._pending.split(b"\n")
            yield from whole
            if len(self._pending) > MOST_LINE or self._received > MOST_BYTES:
                self.problem = f"{self._where} sent more than an answer has"
                return
            part = self._part()
            if not part:
                return
            self._received += len(part)
            self._pending += part

    def _part(self) -> bytes:
        """Wait for output, and meanwhile send what is unsent; empty when there is no more, and ``problem`` says why."""
        process = self._process
        assert process is not None and process.stdin and process.stdout and process.stderr  # noqa: PT018
        while True:
            left = self._deadline - time.monotonic()
            reading = [pipe for pipe in (process.stdout, process.stderr) if not pipe.closed]
            readable, writable, _ = select.select(reading, [process.stdin] if self._unsent else [], [], max(left, 0))
            if left <= 0:
                self.problem = f"{self._where} did not answer in time"
                return b""
            if writable:
                self._send(process.stdin)
            if process.stderr in readable:
                said = process.stderr.read(_CHUNK) or b""
                self._errors = (self._errors + said)[-_MOST_SAID:]
                if not said:
                    process.stderr.close()
            if process.stdout in readable:
                part = process.stdout.read(_CHUNK)
                if not part:
                    self.problem = f"{self._where} ended the connection"
                return part or b""

    def _send(self, pipe: IO[bytes]) -> None:
        try:
            sent = os.write(pipe.fileno(), self._unsent[:_CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:
            # Whoever reads is gone: its output says why.
            sent = len(self._unsent)
        self._unsent = self._unsent[sent:]

    def _no_program(self) -> CannotMeasureError:
        """Say what answers where no shell runs the program."""
        process = self._process
        assert process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        code = process.returncode
        self._said += self._pending
        shown = _last_line(self._errors) or _last_line(self._said)
        says = f": {shown}" if shown else ""
        if code is None:
            return CannotMeasureError(f"{self._where} did not answer as a shell does{says}", remedy=_REMEDY)
        if code == _SSH_FAILED and self._argv[0] == "ssh":
            return CannotMeasureError(f"ssh could not reach {self._where}{says}", remedy="try it with ssh alone")
        if code in {_NOT_FOUND, _NOT_RUN}:
            return CannotMeasureError(f"{self._where} runs no sh{says}", remedy=_REMEDY)
        if _last_line(self._said):
            what = "ran another command than sh, which a forced command or a menu for logins does"
            return CannotMeasureError(f"{self._where} {what}: {_last_line(self._said)}", remedy=_REMEDY)
        return CannotMeasureError(f"{self._where} ended the shell with {code}{says}", remedy=_REMEDY)


def _program(name: str) -> Path:
    """Find the program of the user's command, in the user's PATH.

    Raises:
        OSError: when it does not exist, or may not be run by this process.
    """
    return find_program(str(Path(name).absolute()) if os.sep in name else name, own_folders())


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return plain(lines[-1][:_SHOWN]) if lines else ""
