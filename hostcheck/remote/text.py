"""What the program wrote to a file on the host: ``host.txt``, or ``host.txt.gz``."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.host.archive import MOST_BYTES, unpack
from hostcheck.host.recorded import NOT_ASKED
from hostcheck.remote.answers import BEGINS, Known, parse
from hostcheck.remote.host import RemoteHost

_GZIP = b"\x1f\x8b"
_MOST_AHEAD = 1 << 16
"""Bytes before the program's first line: what a console or a mail put there."""


def open_text(path: Path) -> RemoteHost | None:
    """Return the host in a file of the program's output; None where it is no such file.

    Raises:
        UsageError: when it cannot be read.
    """
    try:
        data = _content(path)
    except OSError as error:
        raise UsageError(
            f"reading the capture {path}: {error.strerror or error}", remedy="name the file of the capture"
        ) from error
    begin = data.find(BEGINS, 0, _MOST_AHEAD)
    if begin < 0:
        return None
    known = Known()
    last = ""
    for answer in parse(_lines(data[begin:])):
        known.add(answer)
        last = answer.kind
    host = RemoteHost(known)
    host.silent = NOT_ASKED
    if last != "end":
        host.left(f"{path} is cut short")
    return host


def _content(path: Path) -> bytes:
    """Return the content of a file, decompressed if it is compressed; empty if it cannot be such a capture.

    Raises:
        OSError: when it cannot be read.
    """
    # O_NONBLOCK: opening a pipe without a writer would block for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        data = file.read(MOST_BYTES)
    try:
        return unpack(path) if data.startswith(_GZIP) else data
    except ValueError:
        return b""


def _lines(data: bytes) -> Iterator[bytes]:
    """Yield the lines; a mail or a console may have put a carriage return at the end of each."""
    returns = data[: data.find(b"\n")].endswith(b"\r")
    for line in data.split(b"\n"):
        yield line.removesuffix(b"\r") if returns else line
