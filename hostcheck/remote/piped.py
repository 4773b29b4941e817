"""Exchange bytes with a command that connects to a host.

Its standard input, output and error are served together, so that one pipe that is full does not block the others. The
number of bytes, the length of a line and the time are limited.
"""

import contextlib
import math
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from hostcheck.errors import CannotMeasureError
from hostcheck.host.lookup import find_program, own_environment, own_folders
from hostcheck.plaintext import plain
from hostcheck.remote.settings import hindering

CONNECT_SECONDS = 120.0
"""Time limit in seconds until the first line of the program, if ssh runs it: ssh may ask for a password."""

EXCHANGE_SECONDS = 30.0
"""Time limit in seconds for one exchange, and until the first line of the program if another command runs it."""

MOST_LINE = 1 << 21
"""Maximum length of a line in bytes: a whole file may be one line."""

_CHUNK = 1 << 16
_MOST_SAID = 4000
_SHOWN = 200
_GRACE_SECONDS = 2.0
_NOT_FOUND, _NOT_RUN, SSH_FAILED = 127, 126, 255
"""Exit codes of a shell that finds no such command, or may not run it (POSIX, 2.8.2), and of ssh(1)."""


_CSH = re.compile(
    rb"(?m)^(?:Badly placed \(\)'s|Too many \('s|(?:do|done|for|then|fi|export): Command not found)\.\r?$"
)
"""Messages of csh and tcsh if they get a program for sh. They read the program to its end, and wait for more."""

_TELLING = 20
"""Minimum length in bytes of a line that a login does not print by chance."""


class UnreachedError(CannotMeasureError):
    """The host did not answer, or not in time."""


class Piped:
    """A running command.

    Attributes:
        deadline: when the command is given up, in seconds of ``time.monotonic``.
        silence: after how many seconds without output the command is given up before its deadline.
        received: the number of bytes of its output so far.
        most_bytes: the maximum number of bytes of its output. A command that writes more is given up.
        problem: why there is no more output; empty while there may be more.
    """

    def __init__(self, argv: Sequence[str], where: str, most_bytes: int) -> None:
        """Take the command, the host's name for messages, and the maximum number of bytes of output."""
        self._argv = list(argv)
        self._where = where
        self.most_bytes = most_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._unsent = b""
        self._file: IO[bytes] | None = None
        self._pending = b""
        self._at = 0
        self._said = b""
        self._errors = b""
        self._heard = 0.0
        self._left = False
        self._begun = True
        self.deadline = 0.0
        self.silence = math.inf
        self.received = 0
        self.problem = ""

    def __enter__(self) -> "Piped":
        """Start the command.

        Raises:
            CannotMeasureError: if the command cannot be started.
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
        """End the command. Closing its input ends the shell on the host."""
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

    def send(self, data: bytes, file: IO[bytes] | None = None) -> None:
        """Queue bytes, and then the rest of a file. They are sent while other methods wait for output."""
        self._unsent += data
        self._file = file or self._file

    @property
    def sent(self) -> bool:
        """Whether all that was queued has been passed to the command."""
        return not self._unsent and self._file is None

    def begin(self, first: bytes, remedy: str) -> None:
        """Wait for the first line of the program that was sent; skip the output of a login before it.

        Args:
            first: the line; the program writes it by ``echo``.
            remedy: what to do if no shell runs the program.

        Raises:
            UnreachedError: if the host does not answer.
            CannotMeasureError: if the output is not the program's.
        """
        limit = CONNECT_SECONDS if self._argv[0] == "ssh" else EXCHANGE_SECONDS
        self.deadline = time.monotonic() + limit
        own = tuple(line for line in self._unsent.split(b"\n") if len(line) >= _TELLING)
        self._begun = False
        # A banner may end without a line break.
        while not ((line := self.line()) or b"").endswith(first):
            if line is None:
                raise self._no_program(remedy)
            # A terminal ends lines by a carriage return, and shows what it is sent.
            if line.endswith(b"\r") and line.rstrip(b"\r").endswith((*own, first)):
                raise CannotMeasureError(
                    f"{self._where} is behind a terminal, which changes what is sent and received",
                    remedy="leave -t out of the command",
                )
            if line in own:
                raise CannotMeasureError(f"{self._where} echoes its input, and runs no program", remedy=remedy)
            self._said = (self._said + line + b"\n")[-_MOST_SAID:]
        self._begun = True

    def line(self) -> bytes | None:
        """Wait for a line, and return it without its line break.

        None if there are no more lines; then ``problem`` says why.
        """
        while (end := self._pending.find(b"\n", self._at)) < 0:
            self._pending, self._at = self._pending[self._at :], 0
            if len(self._pending) > MOST_LINE:
                self.too_much()
            if self.problem or not self._more():
                return None
        line, self._at = self._pending[self._at : end], end + 1
        return line

    def exactly(self, size: int) -> bytes:
        """Wait for this number of bytes of output, and return them; fewer if the output ends before."""
        parts = [self.waiting()]
        size -= len(parts[0])
        while size > 0 and self._more():
            parts.append(self._pending)
            size -= len(self._pending)
            self._pending = b""
        data = b"".join(parts)
        if size < 0:
            data, self._pending = data[:size], data[size:]
        return data

    def waiting(self) -> bytes:
        """Return the output that was received and not yet returned, without waiting."""
        data, self._pending, self._at = self._pending[self._at :], b"", 0
        return data

    def end(self) -> int:
        """Wait until the command ends or is given up, and return its exit code. Its output is discarded."""
        process = self._process
        assert process is not None
        while self._more():
            self._pending = b""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_GRACE_SECONDS)
        process.kill()
        return process.wait()

    def says(self) -> str:
        """Return why the command was given up, or the last line of its standard error, or its exit code in words."""
        process = self._process
        assert process is not None
        return (self._left and self.problem) or _last_line(self._errors) or f"it ended with {process.returncode}"

    def _more(self) -> bool:
        """Wait for output, and send what is queued meanwhile.

        Returns:
            Whether output arrived. If not, ``problem`` says why.
        """
        process = self._process
        assert process is not None and process.stdin and process.stdout and process.stderr  # noqa: PT018
        while not self.problem:
            left = min(self.deadline, self._heard + self.silence) - time.monotonic()
            reading = [pipe for pipe in (process.stdout, process.stderr) if not pipe.closed]
            writing = [] if self.sent or process.stdin.closed else [process.stdin]
            readable, writable, _ = select.select(reading, writing, [], max(left, 0))
            if left <= 0:
                self.problem, self._left = f"{self._where} did not answer in time", True
                return False
            if writable:
                self._send(process.stdin)
            if process.stderr in readable:
                said = process.stderr.read(_CHUNK) or b""
                self._errors = (self._errors + said)[-_MOST_SAID:]
                if not said:
                    process.stderr.close()
                if not self._begun and _CSH.search(self._errors):
                    self.problem = f"{self._where} is csh"
                    return False
            if process.stdout in readable:
                part = process.stdout.read(_CHUNK) or b""
                self._heard = time.monotonic()
                self.received += len(part)
                self._pending += part
                if not part:
                    self.problem = f"{self._where} ended the connection"
                elif self.received > self.most_bytes:
                    self.too_much()
                return bool(part)
        return False

    def _send(self, pipe: IO[bytes]) -> None:
        if not self._unsent and self._file is not None:
            self._unsent = self._file.read(_CHUNK)
            self._file = self._file if self._unsent else None
        try:
            sent = os.write(pipe.fileno(), self._unsent[:_CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:
            # The reader is gone: its output says why.
            pipe.close()
            return
        self._unsent = self._unsent[sent:]

    def too_much(self) -> None:
        """Give the command up, since its output is larger than an answer can be."""
        self.problem, self._left = f"{self._where} sent more data than an answer can have", True

    def _no_program(self, remedy: str) -> CannotMeasureError:
        """Return the error for a host where no shell runs the program; it says what answered instead."""
        process = self._process
        assert process is not None
        if _CSH.search(self._errors):
            problem = f"{self._where} is csh, which cannot run a program for sh"
            return CannotMeasureError(problem, remedy="append sh to the command: ssh HOST sh")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        code = process.returncode
        self._said += self.waiting()
        shown = _last_line(self._errors) or _last_line(self._said)
        says = f": {shown}" if shown else ""
        if self._argv[0] == "ssh" and (code != SSH_FAILED or "subsystem" in shown):
            settings = hindering([str(_program("ssh")), *self._argv[1:]])
            if settings:
                problem = f"{self._where} got neither a command nor input: your ssh configuration sets {settings}"
                return CannotMeasureError(problem, remedy="leave that out for this host")
        if code is None:
            answered = f"did not answer as a shell does{says}" if shown else "did not answer in time"
            return UnreachedError(f"{self._where} {answered}", remedy=remedy)
        # An ssh that was killed ran nothing, like one that could not connect.
        if self._argv[0] == "ssh" and code == SSH_FAILED and not shown:
            problem = f"ssh to {self._where} ended with {code} without a message, as it does if the command there does"
            return UnreachedError(problem, remedy="try it with ssh alone")
        if self._argv[0] == "ssh" and (code == SSH_FAILED or code < 0):
            return UnreachedError(f"ssh could not reach {self._where}{says}", remedy="try it with ssh alone")
        if code in {_NOT_FOUND, _NOT_RUN}:
            return CannotMeasureError(f"{self._where} runs no sh{says}", remedy=remedy)
        failed = code > 0 and _last_line(self._errors) and not _last_line(self._errors).startswith(_WARNINGS)
        if _last_line(self._said) and not failed:
            what = "ran another command instead of sh, as a forced command or a login menu does"
            return CannotMeasureError(f"{self._where} {what}: {_last_line(self._said)}", remedy=remedy)
        return CannotMeasureError(f"{self._where} ended the shell with {code}{says}", remedy=remedy)


_WARNINGS = ("Warning: ", "Pseudo-terminal ")
"""Beginnings of lines that ssh writes to its standard error even if nothing failed."""


def _program(name: str) -> Path:
    """Find the program of the user's command, in the user's PATH.

    Raises:
        OSError: if the program does not exist, or this process may not run it.
    """
    return find_program(str(Path(name).absolute()) if os.sep in name else name, own_folders())


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return plain(lines[-1][:_SHOWN]) if lines else ""
