"""A captured root: a folder, or an archive in memory, with parts of a host's /proc, /sys, /etc and so on.

In addition to files of the host, it may have a folder ``.evidence`` for evidence that is not in files: ``cpuid`` (the
output of ``cpuid -1 -r``) or ``cpuid-signature`` (the twelve bytes of leaf 0x40000000), ``dmesg`` (the kernel's
messages), and ``experiments.json`` (the result of each experiment, by name).

Some archives lose symbolic links, above all dangling ones such as /proc/self/ns/pid. So a plain file that holds the
target of a link (as git writes it with core.symlinks off) is followed like the link.
"""

import errno
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hostcheck.host.base import Reading
from hostcheck.host.cpuidtext import parse_cpuid, parse_signature
from hostcheck.host.files import failed, failure_of
from hostcheck.host.links import LONGEST_PATH, follow
from hostcheck.host.tree import FolderTree, Tree


class CapturedHost:
    """A captured root; see ``Host`` for each method. It runs nothing, and reads nothing of this machine."""

    live = False
    running = False
    proves_absence = False

    def __init__(self, root: str | Path | Tree) -> None:
        """Take the captured root: a folder, or files in memory."""
        self._tree = FolderTree(root) if isinstance(root, (str, Path)) else root

    def read(self, path: str) -> Reading:
        """Read a file."""
        try:
            return Reading(path, self._bytes(path))
        except (OSError, ValueError) as error:
            return failed(path, error)

    def readlink(self, path: str) -> Reading:
        """Read the target of a symbolic link; under /proc also of a plain file that holds a target."""
        try:
            place = self._inside(path, follow_last=False)
            self._tree.kind(place)
            target = self._target(place, plain=path.startswith("/proc/"))
        except (OSError, ValueError) as error:
            return failed(path, error)
        if target is None:
            return failed(path, OSError(errno.EINVAL, os.strerror(errno.EINVAL)))
        return Reading(path, os.fsencode(target))

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder."""
        try:
            return tuple(sorted(self._tree.listdir(self._inside(path))))
        except (OSError, ValueError):
            return None

    def exists(self, path: str) -> bool | None:
        """Whether a path exists; None if it is missing and its folder was not captured.

        "/" counts as not captured completely.
        """
        try:
            self._tree.kind(self._inside(path, follow_last=False))
        except (OSError, ValueError) as error:
            if failure_of(error) != "absent":
                return None
            folder = os.path.dirname(path.rstrip("/"))
            return False if folder.strip("/") and self.listdir(folder) else None
        return True

    def environ(self, name: str) -> str | None:
        """Return None: a captured root does not hold the environment of an audit."""
        del name
        return None

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Return the registers of the CPUID leaves."""
        signature = self.read("/.evidence/cpuid-signature").data
        leaves = self.read("/.evidence/cpuid").text
        return {**parse_signature(signature or b""), **parse_cpuid(leaves or "")}

    def clock(self) -> Mapping[str, int]:
        """Return nothing: no file holds the state of the clock."""
        return {}

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Return None: the file system that holds the capture is not that of the host."""
        del path
        return None

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Return None: the owner of a copied file may be the user who copied it."""
        del path
        return None

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Return the captured result of an experiment; the arguments are ignored."""
        del arguments
        try:
            captured = json.loads(self.read("/.evidence/experiments.json").data or b"{}")
        except (ValueError, RecursionError):
            return None
        result = captured.get(name) if isinstance(captured, dict) else None
        return result if isinstance(result, dict) else None

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Return None: no engine runs in a capture."""
        del socket, path, timeout
        return None

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run nothing: return "absent"."""
        del timeout
        return Reading(" ".join(argv), None, "absent", "no program is run on a captured host")

    def _bytes(self, path: str) -> bytes:
        return self._tree.read(self._inside(path))

    def _inside(self, path: str, *, follow_last: bool = True) -> str:
        """Resolve a path with the captured root as "/": no link leads out of it.

        Args:
            path: an absolute path on the host.
            follow_last: whether to follow the last part too, if it is a link.

        Returns:
            The place in the tree.

        Raises:
            OSError: if a part of it does not exist or cannot be read, or there are too many links, or too long ones.
        """

        def target_of(place: str, last: bool) -> str | None:  # noqa: FBT001  the caller's shape
            # A plain file in the middle of a path stands for a link.
            return None if last and not follow_last else self._target(place, plain=not last)

        return follow(path, target_of)

    def _target(self, place: str, *, plain: bool) -> str | None:
        """Return the target of the link at a place; None if no link is there.

        Args:
            place: the place in the tree.
            plain: whether a plain file may stand for a link, and holds its target.

        Raises:
            OSError: if the place does not exist or cannot be read.
        """
        kind = self._tree.kind(place)
        if kind == "link":
            return self._tree.readlink(place)
        if kind != "file" or not plain:
            return None
        text = self._tree.read(place).strip()
        return os.fsdecode(text) if 0 < len(text) <= LONGEST_PATH and not set(text) & set(b"\n\0") else None
