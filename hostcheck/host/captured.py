"""A host as somebody captured it: a folder that holds parts of its /proc, /sys, /etc and so on.

Besides the host's own files, the folder ``.evidence`` may hold what files do not show: ``cpuid`` (as ``cpuid -1 -r``
prints it) or ``cpuid-signature`` (the twelve bytes of leaf 0x40000000), ``dmesg`` (the kernel's messages), and
``experiments.json`` (what came of each experiment, by name).

Not every archive keeps symbolic links, least of all those into nowhere, as /proc/self/ns/pid is outside a running
kernel. A plain file that holds a link's target (what git writes where core.symlinks is off) is followed as the link.
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
from hostcheck.host.tree import FolderTree, Tree

_MOST_LINKS = 40
_LINK_LIMIT = 4096


class CapturedHost:
    """A captured root; see ``Host`` for what each method promises. Nothing is run, nothing of this machine is read."""

    live = False
    proves_absence = False

    def __init__(self, root: str | Path | Tree) -> None:
        """Take what stands for the host's "/": a folder, or files held in memory."""
        self._tree = FolderTree(root) if isinstance(root, (str, Path)) else root

    def read(self, path: str) -> Reading:
        """Read a file."""
        try:
            return Reading(path, self._bytes(path))
        except (OSError, ValueError) as error:
            return failed(path, error)

    def readlink(self, path: str) -> Reading:
        """Read where a symbolic link points; under /proc also from a plain file that holds the target."""
        try:
            place = self._inside(path, follow=False)
            self._tree.kind(place)
            target = self._target(place, plain=path.startswith("/proc/"))
        except (OSError, ValueError) as error:
            return failed(path, error)
        if target is None:
            return failed(path, OSError(errno.EINVAL, os.strerror(errno.EINVAL)))
        return Reading(path, os.fsencode(target))

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Names in a folder."""
        try:
            return tuple(sorted(self._tree.listdir(self._inside(path))))
        except (OSError, ValueError):
            return None

    def exists(self, path: str) -> bool | None:
        """Whether something is at the path; None where its folder was not captured, which "/" never is whole."""
        try:
            self._tree.kind(self._inside(path, follow=False))
        except (OSError, ValueError) as error:
            if failure_of(error) != "absent":
                return None
            folder = os.path.dirname(path.rstrip("/"))
            return False if folder.strip("/") and self.listdir(folder) else None
        return True

    def environ(self, name: str) -> str | None:
        """Nothing: no file of a host tells in what environment it was audited."""
        del name
        return None

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Registers of the CPUID leaves."""
        signature = self.read("/.evidence/cpuid-signature").data
        leaves = self.read("/.evidence/cpuid").text
        return {**parse_signature(signature or b""), **parse_cpuid(leaves or "")}

    def clock(self) -> Mapping[str, int]:
        """Nothing: no file of a host tells it."""
        return {}

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Nothing: the file system that holds the capture is not the host's."""
        del path
        return None

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Nothing: whoever copied the files may own them now."""
        del path
        return None

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Give what was captured of an experiment; its arguments were those of the capture."""
        del arguments
        try:
            captured = json.loads(self.read("/.evidence/experiments.json").data or b"{}")
        except (ValueError, RecursionError):
            return None
        result = captured.get(name) if isinstance(captured, dict) else None
        return result if isinstance(result, dict) else None

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Nothing: no engine answers in a capture."""
        del socket, path, timeout
        return None

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run nothing."""
        del timeout
        return Reading(" ".join(argv), None, "absent", "nothing is run on a captured host")

    def _bytes(self, path: str) -> bytes:
        return self._tree.read(self._inside(path))

    def _inside(self, path: str, *, follow: bool = True) -> str:
        """Follow a path as the host would, with the captured root as "/": no link leads out of it.

        Args:
            path: absolute.
            follow: whether to follow the last part as well, when it is a link.

        Returns:
            Its place in the tree.

        Raises:
            OSError: when a part of it is not there or cannot be read, or there are too many links.
        """
        done: list[str] = []
        rest = _parts(path)
        links = 0
        while rest:
            part = rest.pop(0)
            if part == "..":
                done = done[:-1]
                continue
            here = "/".join((*done, part))
            # What has something below it and is not a folder can only be a link.
            target = self._target(here, plain=bool(rest)) if rest or follow else None
            if target is None:
                done.append(part)
                continue
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            done = [] if target.startswith("/") else done
            rest = _parts(target) + rest
        return "/".join(done)

    def _target(self, place: str, *, plain: bool) -> str | None:
        """Give where a link points; None when it is none. ``plain``: whether a plain file may stand for a link.

        Raises:
            OSError: when nothing is there, or it cannot be read.
        """
        kind = self._tree.kind(place)
        if kind == "link":
            return self._tree.readlink(place)
        if kind != "file" or not plain:
            return None
        text = self._tree.read(place).strip()
        return os.fsdecode(text) if 0 < len(text) <= _LINK_LIMIT and not set(text) & set(b"\n\0") else None


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]
