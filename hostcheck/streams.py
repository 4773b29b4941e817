"""Make standard input, output and error usable: open closed ones, and handle failed writes uniformly.

Without this, a failed write would end Python with a traceback and exit code 1 or 120; 1 means that the gate failed.
"""

import codecs
import io
import os
import sys
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, TextIO

from hostcheck.errors import NoReaderError, UnwrittenError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


_ERRORS = "hostcheck.ascii"
"""The name of the error handler (see codecs) for characters that an encoding does not have."""

_SIGNS = dict(
    zip(
        "✓✗…–×·†‡�≥≤≠→±µμ²⁶₂¦─│├└▲▼“”’",  # noqa: RUF001 - these are what is replaced
        '+ x ... - x - * # ? >= <= != -> +- u u 2 6 2 | - | + + ^ v " " \''.split(),  # noqa: SIM905 - one beside the other
        strict=True,
    )
)
"""Characters that hostcheck prints, each with the ASCII text to use if the encoding does not have it."""


class _Whole(io.FileIO):
    """A stream that waits while its pipe is full. The parent process may have made the pipe non-blocking."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write data, and return the number of bytes that were written; see io.RawIOBase."""
        while (written := super().write(data)) is None:
            # select(2) suits here: the descriptor is 1 or 2, and a regular file never returns None.
            select([], [self], [])
        return written


class _Output(_Whole):
    """Standard output. The first failed write raises an UnwrittenError; after it, nothing more is written."""

    discards = False
    """Whether output is discarded: after a failed write, and after the user interrupted the command."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write data. The first error is raised; after it, all data is discarded.

        Raises:
            UnwrittenError: if the data cannot be written; NoReaderError if the reader has ended.
        """
        if not self.discards:
            try:
                return super().write(data)
            except OSError as error:
                self.discards = True
                kind = NoReaderError if isinstance(error, BrokenPipeError) else UnwrittenError
                raise kind(
                    f"writing to standard output: {error.strerror}", remedy="redirect it to a file that can be written"
                ) from error
        return memoryview(data).nbytes


class _Messages(_Whole):
    """Standard error. A failed write is ignored: it must not change the result of the command.

    The stream has no buffer. A signal handler may write a message during another write, and io.BufferedWriter would
    refuse that ("reentrant call").
    """

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write all data, or discard the rest after an error."""
        rest = memoryview(data).cast("B")
        size = rest.nbytes
        try:
            while rest:
                rest = rest[super().write(rest) :]
        except OSError:
            pass
        return size


def open_all() -> None:
    """Replace standard output and error by the streams of this module, and open /dev/null for closed descriptors.

    Otherwise the next file that is opened would get the descriptor of a closed stream.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Standard output is opened only for reading, so that writing to it fails: the output would be lost.
            opened = os.open(os.devnull, os.O_RDONLY if number < 2 else os.O_WRONLY)
            os.set_inheritable(opened, True)  # noqa: FBT003 - it takes no name
    codecs.register_error(_ERRORS, _in_ascii)
    sys.stdout = _text(io.BufferedWriter(_Output(1, "wb", closefd=False)), sys.stdout)
    sys.stderr = _text(_Messages(2, "wb", closefd=False), sys.stderr, line_buffering=True)


def _encoding(found: str) -> str:
    """Return the encoding of the user's locale.

    In the C locale, and in a locale that is not installed, Python uses UTF-8 (PEP 538, PEP 540), which the terminal may
    not be able to show.

    Args:
        found: the encoding that Python chose.
    """
    if os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8") == "1":
        return found
    # Python may have changed LC_CTYPE (PEP 538), so the initial environment of the process is read.
    name = next(filter(None, map(_at_the_start().get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if name in {"C", "POSIX"}:
        return "ascii"
    charset = name.partition(".")[2].partition("@")[0]
    try:
        # Some of Python's codecs are no encodings of a terminal: "base64", "utf-16".
        return charset if "a".encode(charset) == b"a" else found
    except LookupError:
        return found


def _at_the_start() -> dict[str, str]:
    """Return the initial environment of the process (/proc/PID/environ in proc(5)); without /proc, the current one."""
    try:
        entries = os.fsdecode(Path("/proc/self/environ").read_bytes()).split("\0")
    except OSError:
        return dict(os.environ)
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """Replace a character by its ASCII text or its number, so that a wrong encoding causes no error."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    written = (_SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in lacking)
    return "".join(written), error.end


def discard_output() -> None:
    """Discard the buffer of standard output. Python writes it when it ends, and might wait for a reader again."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, _Output):
        raw.discards = True


def _text(
    stream: io.BufferedWriter | io.FileIO, before: TextIO | None, *, line_buffering: bool = False
) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        stream,
        encoding=_encoding(before.encoding if before else "utf-8"),
        errors=_ERRORS,
        line_buffering=line_buffering or stream.isatty(),
        write_through=bool(getattr(before, "write_through", False)),
    )
