"""A host whose audit was recorded: it answers what was asked then as it answered then."""

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from hostcheck.host.answers import Answers, Registers
from hostcheck.host.base import Reading
from hostcheck.host.captured import CapturedHost
from hostcheck.host.tree import Tree
from hostcheck.run.model import HostIdentity

NOT_ASKED = "was not captured"


class RecordedHost:
    """A recorded host; see ``Host`` for what each method promises.

    What was not asked when it was recorded, as by a probe that is newer than the capture, is not known: it is
    never taken for absent.

    Attributes:
        identity: which host it was, without its name.
    """

    live = False

    def __init__(self, tree: Tree, answers: Answers, identity: HostIdentity, *, proves_absence: bool) -> None:
        """Take the files, the answers, and whether the recorded host told absence."""
        self._files = CapturedHost(tree)
        self._answers = answers
        self.identity = identity
        self.proves_absence = proves_absence

    def read(self, path: str) -> Reading:
        """Read a file."""
        known = self._answers.read.get(path)
        if known is not None and known.failure:
            return known
        # The bytes are in the tree, where people can look at them.
        found = self._files.read(path if known is None else known.source)
        if found.data is None:
            return Reading(path, None, "unreadable", NOT_ASKED)
        return Reading(path, found.data)

    def readlink(self, path: str) -> Reading:
        """Read where a symbolic link points."""
        return self._answers.readlink.get(path) or Reading(path, None, "unreadable", NOT_ASKED)

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Names in a folder."""
        return self._answers.listdir.get(path)

    def exists(self, path: str) -> bool | None:
        """Whether something is at the path."""
        if path in self._answers.exists:
            return self._answers.exists[path]
        listed = self._answers.listdir.get(posixpath.dirname(path))
        return None if listed is None else posixpath.basename(path) in listed

    def environ(self, name: str) -> str | None:
        """Give a variable of the environment it was audited in."""
        return self._answers.environ.get(name)

    def cpuid(self) -> Mapping[int, Registers]:
        """Registers of the CPUID leaves."""
        return self._files.cpuid()

    def clock(self) -> Mapping[str, int]:
        """Give what the kernel said of its clock."""
        return self._answers.clock

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Room of the file system at the path."""
        return self._answers.statvfs.get(path)

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Who may do what with a file."""
        return self._answers.stat.get(path)

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Give what came of an experiment with these very arguments."""
        return self._answers.experiment.get((name, tuple(sorted(arguments.items()))))

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Give what was answered at a socket."""
        del timeout
        return self._answers.http_get.get((socket, path))

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Give what a program printed."""
        del timeout
        return self._answers.run.get(tuple(argv)) or Reading(" ".join(argv), None, "unreadable", NOT_ASKED)
