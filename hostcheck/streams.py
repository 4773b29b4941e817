"""Standard input, output and error: open, whatever they were at the start, and with one meaning where they fail.

Python's own meaning is an exit code of 1 or 120 and a traceback; 1 is the gate's no.
"""

import codecs
import io
import os
import sys
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, TextIO

from hostcheck.errors import UnwrittenError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


_ERRORS = "hostcheck.ascii"
"""The name of what writes characters that an encoding lacks."""

_SIGNS = dict(
    zip(
        "✓✗…–×·†�≥≤≠→±µμ²⁶₂¦─│├└▲▼“”’",  # noqa: RUF001 - these are what is replaced
        '+ x ... - x - * ? >= <= != -> +- u u 2 6 2 | - | + + ^ v " " \''.split(),  # noqa: SIM905 - one beside the other
        strict=True,
    )
)
"""Signs of hostcheck's own, and what stands for each where the encoding lacks it."""


class _Whole(io.FileIO):
    """A stream that waits where it has no room now. Whoever started the process may have made it non-blocking."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write a part; see io.RawIOBase."""
        while (written := super().write(data)) is None:
            # select takes no file that is always ready, nor a descriptor above 1023; a non-blocking stream is neither.
            select([], [self], [])
        return written


class _Output(_Whole):
    """Standard output: its first failure is an error of hostcheck's, and nothing is written after it."""

    discards = False
    """Whether what is written is lost: after a failure, and once the user has interrupted the command."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write, or fail once: a pipe whose reader has gone is no other failure than a full device."""
        if not self.discards:
            try:
                return super().write(data)
            except OSError as error:
                self.discards = True
                raise UnwrittenError(
                    f"writing to standard output: {error.strerror}", remedy="redirect it to a file that can be written"
                ) from error
        return memoryview(data).nbytes


class _Messages(_Whole):
    """Standard error: where it cannot be written to, what was done stays done.

    It has no buffer: a signal's handler may write a message in the middle of another one, and io.BufferedWriter refuses
    that ("reentrant call").
    """

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write all of it, or lose the rest."""
        rest = memoryview(data).cast("B")
        size = rest.nbytes
        try:
            while rest:
                rest = rest[super().write(rest) :]
        except OSError:
            pass
        return size


def open_all() -> None:
    """Open what is closed, so that no file gets its number, and give the failures of both outputs one meaning."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Standard output is opened for reading alone: what is written to it would be lost, and has to fail.
            opened = os.open(os.devnull, os.O_RDONLY if number < 2 else os.O_WRONLY)
            os.set_inheritable(opened, True)  # noqa: FBT003 - it takes no name
    codecs.register_error(_ERRORS, _in_ascii)
    sys.stdout = _text(io.BufferedWriter(_Output(1, "wb", closefd=False)), sys.stdout)
    sys.stderr = _text(_Messages(2, "wb", closefd=False), sys.stderr, line_buffering=True)


def _encoding(found: str) -> str:
    """Return the encoding of the locale that the user set, where Python found another one.

    In the C locale, and in one that is not installed, Python takes UTF-8 (PEP 538, PEP 540): such a terminal may have
    no sign of it.

    Args:
        found: Python's.
    """
    if os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8") == "1":
        return found
    # LC_CTYPE may be Python's own by now (PEP 538): what was set is what the process began with.
    name = next(filter(None, map(_at_the_start().get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if name in {"C", "POSIX"}:
        return "ascii"
    charset = name.partition(".")[2].partition("@")[0]
    try:
        # A codec of Python's may be none of a terminal: "base64", "utf-16".
        return charset if "a".encode(charset) == b"a" else found
    except LookupError:
        return found


def _at_the_start() -> dict[str, str]:
    """Return the environment that the process began with (proc(5), /proc/PID/environ); the one of now without /proc."""
    try:
        entries = os.fsdecode(Path("/proc/self/environ").read_bytes()).split("\0")
    except OSError:
        return dict(os.environ)
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """Write signs as ASCII and all else as its number: an encoding that was set wrongly stops nothing."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    written = (_SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in lacking)
    return "".join(written), error.end


def discard_output() -> None:
    """Lose what standard output still holds. Python writes it out when it ends, and would wait for a reader again."""
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
