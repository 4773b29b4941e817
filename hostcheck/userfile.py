"""Files that a user names: read whole, and refused where they are larger than any such file is."""

from pathlib import Path

from hostcheck.errors import UsageError


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
        with path.open("rb") as file:
            data = file.read(limit + 1)
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


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB"
