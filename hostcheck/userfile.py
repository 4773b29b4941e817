"""Read files that a user names, completely, if they do not exceed a size limit."""

import errno
import os
import select
import stat
import time
from pathlib import Path

from hostcheck.errors import UsageError

_WRITER_SECONDS = 5
"""Time limit in seconds until a program opens a pipe for writing."""

_SILENT_SECONDS = 300
"""Time limit in seconds between two writes to a pipe: an audit over SSH takes seconds, a measurement minutes."""

_LOOK_SECONDS = 0.05
_CHUNK = 1 << 20


def resolved(path: Path) -> Path:
    """Return a path without links. Links that form a loop are followed as far as possible."""
    return Path(os.path.realpath(path))  # Path.resolve fails there


def is_file(path: Path) -> bool:
    """Return whether a path is a regular file; False if the name is too long, or a folder cannot be searched."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file fails there


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False if that is unknown, as in ``is_file``."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir fails there


def is_there(path: Path) -> bool:
    """Return whether a path exists; False if that is unknown, as in ``is_file``."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists fails there


def is_missing(path: Path) -> bool:
    """Return whether a path is known not to exist; False if that is unknown, as in ``is_file``."""
    try:
        os.stat(path)  # noqa: PTH116 - as the others here
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return False


def read_bytes(what: str, path: Path, limit: int) -> bytes:
    """Read a file, a pipe or a device.

    Args:
        what: the kind of file, for messages: "policy", "run".
        path: the path of the file.
        limit: the largest allowed size in bytes.

    Raises:
        UsageError: if the file cannot be read, or is larger than the limit.
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
        UsageError: if the file cannot be read, is larger than the limit, or is not UTF-8.
    """
    try:
        return read_bytes(what, path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"reading the {what} {path}: not UTF-8") from error


def _read(path: Path, limit: int) -> bytes:
    """Read at most ``limit`` bytes. Reading a pipe continues as long as a program has it open and writes in time.

    Raises:
        OSError: if the file cannot be read, or no program writes to the pipe in time.
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
