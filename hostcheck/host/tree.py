"""The files of a captured host, in a folder or in memory.

A place is a path relative to the captured root, without a leading "/": "" is the root itself, "proc/version" a file.
Nothing here follows links. ``hostcheck.host.captured`` does, and keeps them inside of the root.
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
from hostcheck.host.held import HeldFolder

Kind = Literal["file", "folder", "link", "other"]


class Tree(Protocol):
    """Files, folders and links. Each method raises OSError like the system call of its name."""

    def kind(self, place: str) -> Kind:
        """Return what kind of file is at a place."""

    def read(self, place: str, limit: int = READ_LIMIT) -> bytes:
        """Read a plain file, at most ``limit`` bytes."""

    def readlink(self, place: str) -> str:
        """Return the target of a link."""

    def listdir(self, place: str) -> list[str]:
        """Return the names in a folder, in any order."""


class FolderTree:
    """A folder of this machine; see ``Tree``."""

    def __init__(self, root: str | Path) -> None:
        """Take the captured root.

        Raises:
            OSError: if the folder cannot be opened.
            ValueError: if the folder holds files of this machine, such as its /proc.
        """
        self._root = HeldFolder(str(root))

    def kind(self, place: str) -> Kind:
        """Return what kind of file is at a place."""
        mode = self._root.lstat(place).st_mode
        if stat.S_ISLNK(mode):
            return "link"
        if stat.S_ISDIR(mode):
            return "folder"
        return "file" if stat.S_ISREG(mode) else "other"

    def read(self, place: str, limit: int = READ_LIMIT) -> bytes:
        """Read a plain file."""
        with self._root.opened(place) as descriptor:
            return read_bounded(descriptor, limit)

    def readlink(self, place: str) -> str:
        """Return the target of a link."""
        return self._root.readlink(place)

    def listdir(self, place: str) -> list[str]:
        """Return the names in a folder."""
        return self._root.listdir(place)


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link and its target."""

    target: str


class MemoryTree:
    """Files in memory; see ``Tree``."""

    def __init__(self, entries: Mapping[str, bytes | Link | None]) -> None:
        """Take the entry of each place: the content of a file, a link, or None for a folder. Parents need no entry."""
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
        """Return what kind of file is at a place."""
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
        """Return the target of a link."""
        entry = None if place in self._folders else self._at(place)
        if not isinstance(entry, Link):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return entry.target

    def listdir(self, place: str) -> list[str]:
        """Return the names in a folder."""
        if place in self._folders:
            return list(self._folders[place])
        if isinstance(self._at(place), Link):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))

    def _at(self, place: str) -> bytes | Link | None:
        if place not in self._entries:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return self._entries[place]
