"""The files of a captured host: in a folder, or in memory as an archive held them.

Places are relative to the captured root, without a leading "/": "" is the root itself, "proc/version" a file.
Nothing here follows a link; ``hostcheck.host.captured`` does, so that none leads out of the root.
"""

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from hostcheck.host.base import READ_LIMIT
from hostcheck.host.files import read_bounded

Kind = Literal["file", "folder", "link", "other"]


class Tree(Protocol):
    """Files, folders and links. Each method raises OSError as the system call of its name does."""

    def kind(self, place: str) -> Kind:
        """Tell what is at a place."""

    def read(self, place: str, limit: int = READ_LIMIT) -> bytes:
        """Read a plain file, ``limit`` bytes of it at the most."""

    def readlink(self, place: str) -> str:
        """Tell where a link points."""

    def listdir(self, place: str) -> list[str]:
        """List the names in a folder, in no order."""


class FolderTree:
    """A folder of this machine; see ``Tree``."""

    def __init__(self, root: str | Path) -> None:
        """Take the folder that stands for the host's "/"."""
        self._root = os.path.abspath(root)

    def kind(self, place: str) -> Kind:
        """Tell what is at a place."""
        mode = os.lstat(self._on_disk(place)).st_mode
        if stat.S_ISLNK(mode):
            return "link"
        if stat.S_ISDIR(mode):
            return "folder"
        return "file" if stat.S_ISREG(mode) else "other"

    def read(self, place: str, limit: int = READ_LIMIT) -> bytes:
        """Read a plain file."""
        # A device or a pipe in the folder would be this machine's: only plain files were captured.
        if self.kind(place) != "file":
            raise OSError(errno.EINVAL, "not a regular file")
        fd = os.open(self._on_disk(place), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return read_bounded(fd, limit)
        finally:
            os.close(fd)

    def readlink(self, place: str) -> str:
        """Tell where a link points."""
        return os.readlink(self._on_disk(place))

    def listdir(self, place: str) -> list[str]:
        """List the names in a folder."""
        return os.listdir(self._on_disk(place))

    def _on_disk(self, place: str) -> str:
        return f"{self._root}/{place}" if place else self._root


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link, and where it points."""

    target: str


class MemoryTree:
    """Files held in memory; see ``Tree``."""

    def __init__(self, entries: Mapping[str, bytes | Link | None]) -> None:
        """Take what is at each place: a file's bytes, a link, or None for a folder. Those in between need no entry."""
        self._entries = entries
        self._folders: dict[str, set[str]] = {"": set()}
        for place, entry in entries.items():
            self._put_into_folders(place)
            if entry is None:
                self._folders.setdefault(place, set())

    def _put_into_folders(self, place: str) -> None:
        while place:
            folder, _, name = place.rpartition("/")
            names = self._folders.setdefault(folder, set())
            if name in names:
                break
            names.add(name)
            place = folder

    def kind(self, place: str) -> Kind:
        """Tell what is at a place."""
        if place in self._folders:
            return "folder"
        return "link" if isinstance(self._at(place), Link) else "file"

    def read(self, place: str, limit: int = READ_LIMIT) -> bytes:
        """Read a plain file."""
        entry = None if place in self._folders else self._at(place)
        if not isinstance(entry, bytes):
            raise OSError(errno.EINVAL, "not a regular file")
        return entry[:limit]

    def readlink(self, place: str) -> str:
        """Tell where a link points."""
        entry = None if place in self._folders else self._at(place)
        if not isinstance(entry, Link):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return entry.target

    def listdir(self, place: str) -> list[str]:
        """List the names in a folder."""
        if place in self._folders:
            return list(self._folders[place])
        self._at(place)
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))

    def _at(self, place: str) -> bytes | Link | None:
        if place not in self._entries:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return self._entries[place]
