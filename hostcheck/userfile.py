"""Read files that a user names, completely, if they do not exceed a size limit."""

import errno
import os
import select
import stat
from contextlib import suppress
from pathlib import Path

from hostcheck.errors import UsageError

_SILENT_SECONDS = 300
"""Time limit in seconds between two writes to a pipe: an audit over SSH takes seconds, a measurement minutes."""

_CHUNK = 1 << 20
_NAMED_PIPE = "it is a named pipe"


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

    A pipe that a shell gave to this process is read as standard input is: ``/dev/stdin``, ``<(command)``. A named pipe
    is refused, because nothing says whether a program will ever write to it.

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
            remedy=_remedy(what),
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
        raise UsageError(
            f"reading the {what} {path}: byte {error.start + 1} is not UTF-8", remedy="save the file as UTF-8"
        ) from error


def require_no_named_pipe(what: str, path: Path) -> None:
    """Refuse a named pipe that another program would read, which waits for ever if no program writes to it.

    Raises:
        UsageError: if the path is a named pipe that this process was not started with.
    """
    with suppress(OSError, ValueError):
        status = os.stat(path)  # noqa: PTH116 - as the others here
        if stat.S_ISFIFO(status.st_mode) and not _was_given(status):
            raise UsageError(f"reading the {what} {path}: {_NAMED_PIPE}", remedy=_remedy(what))


def _remedy(what: str) -> str:
    return f"name the {what}" if what.endswith(" file") else f"name the file of the {what}"


def _read(path: Path, limit: int) -> bytes:
    """Read at most ``limit`` bytes. Reading a pipe continues as long as a program has it open and writes in time.

    Raises:
        OSError: if the file cannot be read, is a named pipe, or nothing is written to the pipe in time.
    """
    # O_NONBLOCK: opening a pipe without a writer would block for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        status = os.fstat(descriptor)
        if stat.S_ISFIFO(status.st_mode) and not _was_given(status, descriptor):
            raise OSError(errno.EINVAL, _NAMED_PIPE)
        data = bytearray()
        while len(data) < limit:
            part = file.read(min(limit - len(data), _CHUNK))
            if part is None and not _has_come(descriptor):
                raise TimeoutError(errno.ETIMEDOUT, f"nothing was written to it for {_SILENT_SECONDS} s")
            if part == b"":
                break
            data += part or b""
        return bytes(data)


def _was_given(status: os.stat_result, opened: int = -1) -> bool:
    """Return whether this process was started with the pipe: another of its descriptors refers to the same pipe."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - the names are numbers
        if int(name) != opened:
            with suppress(OSError):
                other = os.fstat(int(name))
                if (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino):
                    return True
    return False


def _has_come(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(_SILENT_SECONDS * 1000))


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB"
