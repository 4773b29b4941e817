"""Read a capture, ``host.tar.gz``, into memory.

The archive is not trusted: its size, the number of its members and their depth are limited.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterable
from pathlib import Path

from hostcheck.errors import UsageError
from hostcheck.filekinds import recognising
from hostcheck.host.tarball import Member, members
from hostcheck.host.tree import Link, MemoryTree

MOST_BYTES = 1 << 26
"""Maximum size of an archive in bytes, uncompressed and with headers. A capture by hostcheck has about one megabyte."""

MOST_MEMBERS = 20_000
DEEPEST = 40
"""Maximum number of parts in a member's path. The deepest files of /sys are about twenty folders deep."""

_LONGEST_NAME = 4096  # linux/limits.h, PATH_MAX
_TOPS = frozenset({"proc", "sys", "etc", ".evidence"})


def open_archive(path: Path) -> MemoryTree:
    """Read an archive.

    Raises:
        UsageError: if the archive cannot be read, is not a capture, or exceeds a limit.
    """
    # If a gzip file is no capture, the error says what is wrong with it; of any other file it says what kind it is.
    with recognising(("capture text", "capture", "gzip"), "capture", path):
        try:
            return tree_of(members(unpack(path)))
        except OSError as error:
            raise UsageError(
                f"reading the capture {path}: {error.strerror or error}", remedy="name the file of the capture"
            ) from error
        except ValueError as error:
            raise UsageError(
                f"reading the capture {path}: {error}", remedy="create one with hostcheck capture -o host.tar.gz"
            ) from error


def unpack(path: Path, most: int = MOST_BYTES) -> bytes:
    """Decompress a gzip file into memory.

    Args:
        path: the file.
        most: the maximum number of bytes, decompressed.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if the file is not a gzip file, is damaged, or is larger than the limit.
    """
    # O_NONBLOCK: opening a pipe without a writer would block for ever.
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise ValueError("it is not a regular file")
        try:
            with gzip.GzipFile(fileobj=file) as unpacked:
                data = unpacked.read(most + 1)
        except (gzip.BadGzipFile, zlib.error) as error:
            raise ValueError("it is not a gzip archive, or is damaged") from error
        except EOFError as error:
            raise ValueError("it is truncated") from error
    if len(data) > most:
        raise ValueError(f"it holds more than {most >> 20} MiB")
    return data


def tree_of(found: Iterable[Member]) -> MemoryTree:
    """Build a tree from the members of an archive.

    Raises:
        ValueError: if a name leads out of the root or through a link or a file, or is not unique; when there are too
            many members; or when no member is a file of a host.
    """
    entries: dict[str, bytes | Link | None] = {}
    for count, member in enumerate(found):
        if count >= MOST_MEMBERS:
            raise ValueError(f"it holds more than {MOST_MEMBERS} files")
        place = _place(member.name)
        if not place:
            if member.kind != "folder":
                raise ValueError(f"{member.name!r} is not the name of a file")
            continue
        if place in entries and not (member.kind == "folder" and entries[place] is None):
            raise ValueError(f"it holds {member.name!r} twice")
        entries[place] = {"file": member.data, "folder": None, "link": Link(member.target)}[member.kind]
    for place in entries:
        above = place
        while above := above.rpartition("/")[0]:
            if entries.get(above) is not None:
                raise ValueError(f"it holds {place!r}, but {above!r} is not a folder")
    if not _TOPS & {place.partition("/")[0] for place in entries}:
        raise ValueError("it holds no files of a host: proc, sys and etc must be at its top")
    return MemoryTree(entries)


def _place(name: str) -> str:
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if name.startswith("/") or ".." in parts or "\0" in name:
        raise ValueError(f"the name {name!r} leads out of it")
    if len(parts) > DEEPEST or len(name) > _LONGEST_NAME:
        raise ValueError("a name in it is too long")
    return "/".join(parts)
