"""Files that a user names: read whole, and refused where they are larger than any such file is."""

import errno
import os
import select
import stat
import time
from pathlib import Path

from hostcheck.errors import UsageError

_WRITER_SECONDS = 5
"""How long a pipe may have no program that writes to it."""

_SILENT_SECONDS = 300
"""How long a program that has a pipe open may write nothing: an audit over SSH takes seconds, a measurement minutes."""

_LOOK_SECONDS = 0.05
_CHUNK = 1 << 20


def read_bytes(what: str, path: Path, limit: int) -> bytes:
    """Read a file. A device or a pipe is read as well, and no further than the limit.

    Args:
        what: what it is to the user: "policy", "run".
        path: the file's.
        limit: bytes that it may have.

    Raises:
        UsageError: when it cannot be read, or is larger.
    """
    try:
        data = _read(path, limit + 1)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"reading the {what} {path}: {getattr(error, 'strerror', None) or error}",
            remedy=f"name the file of the {what}",
        ) from error
    if len(data) > limit:
        raise UsageError(f"reading the {what} {path}: it is larger than {_size(limit)}")
    return data


def read_text(what: str, path: Path, limit: int) -> str:
    """Read a file of UTF-8 text, without its byte order mark; see ``read_bytes``.

    Raises:
        UsageError: when it cannot be read, is larger, or is no such text.
    """
    try:
        return read_bytes(what, path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"reading the {what} {path}: not UTF-8") from error


def _read(path: Path, limit: int) -> bytes:
    """Read a file. A pipe is waited for as long as a program has it open and writes now and then.

    Raises:
        OSError: when it cannot be read, or is a pipe that nothing is written to.
    """
    # O_NONBLOCK: opening a pipe without a writer would block for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        writer_by = time.monotonic() + _WRITER_SECONDS if stat.S_ISFIFO(os.fstat(descriptor).st_mode) else 0.0
        data = bytearray()
        while len(data) < limit:
            part = file.read(min(limit - len(data), _CHUNK))
            if part:
                data += part
            elif part is None:
                writer_by = 0.0
                if not _has_come(descriptor):
                    raise TimeoutError(errno.ETIMEDOUT, f"nothing was written to it for {_SILENT_SECONDS} s")
            elif data or not writer_by:
                break
            elif time.monotonic() > writer_by:
                raise TimeoutError(errno.ETIMEDOUT, "no program writes to it")
            else:
                time.sleep(_LOOK_SECONDS)
        return bytes(data)


def _has_come(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(_SILENT_SECONDS * 1000))


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB"
