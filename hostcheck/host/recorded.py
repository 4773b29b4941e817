"""A host whose audit was recorded: it returns the recorded answers."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hostcheck.host.base import Reading
from hostcheck.host.captured import CapturedHost
from hostcheck.host.tree import Tree
from hostcheck.run.model import HostIdentity

NOT_ASKED = "was not captured"

Arguments = tuple[tuple[str, str], ...]
Registers = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one host.

    Each attribute is named after a method of ``Host``, and maps the arguments of a request to the answer; ``cpuid`` and
    ``clock``, which have no arguments, are the answer itself. A request that is missing was not made, which proves
    nothing about the host.
    """

    read: dict[str, Reading] = field(default_factory=dict)
    readlink: dict[str, Reading] = field(default_factory=dict)
    listdir: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    exists: dict[str, bool | None] = field(default_factory=dict)
    environ: dict[str, str | None] = field(default_factory=dict)
    statvfs: dict[str, Mapping[str, int] | None] = field(default_factory=dict)
    stat: dict[str, Mapping[str, int] | None] = field(default_factory=dict)
    cpuid: dict[int, Registers] = field(default_factory=dict)
    clock: dict[str, int] = field(default_factory=dict)
    experiment: dict[tuple[str, Arguments], Mapping[str, Any] | None] = field(default_factory=dict)
    http_get: dict[tuple[str, str], tuple[int, Any] | None] = field(default_factory=dict)
    run: dict[tuple[str, ...], Reading] = field(default_factory=dict)


class RecordedHost:
    """A recorded host; see ``Host`` for each method.

    What was not requested during the recording, for example by a probe newer than the capture, is unknown and never
    absent.

    Attributes:
        identity: the identity of the host, without its name.
        problem: why the host did not answer all requests; empty if it did.
    """

    live = False
    running = False

    def __init__(self, tree: Tree, answers: Answers, identity: HostIdentity, *, proves_absence: bool) -> None:
        """Take the files, and the content of the index."""
        self._files = CapturedHost(tree)
        self._answers = answers
        self.identity = identity
        self.proves_absence = proves_absence
        self.problem = ""

    def read(self, path: str) -> Reading:
        """Read a file."""
        known = self._answers.read.get(path)
        if known is not None and known.failure:
            return known
        # The content is in the tree, where a user can inspect it.
        found = self._files.read(path if known is None else known.source)
        if found.data is None:
            return Reading(path, None, "unreadable", NOT_ASKED)
        return Reading(path, found.data)

    def readlink(self, path: str) -> Reading:
        """Read the target of a symbolic link."""
        return self._answers.readlink.get(path) or Reading(path, None, "unreadable", NOT_ASKED)

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder."""
        return self._answers.listdir.get(path)

    def exists(self, path: str) -> bool | None:
        """Whether a path exists."""
        if path in self._answers.exists:
            return self._answers.exists[path]
        listed = self._answers.listdir.get(posixpath.dirname(path))
        return None if listed is None else posixpath.basename(path) in listed

    def environ(self, name: str) -> str | None:
        """Return a variable of the environment of the recorded audit."""
        return self._answers.environ.get(name)

    def cpuid(self) -> Mapping[int, Registers]:
        """Return the registers of the CPUID leaves."""
        return self._files.cpuid()

    def clock(self) -> Mapping[str, int]:
        """Return the recorded state of the kernel's clock."""
        return self._answers.clock

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Return the free space and inodes of a file system."""
        return self._answers.statvfs.get(path)

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Return mode and owner of a file."""
        return self._answers.stat.get(path)

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Return the result of an experiment with exactly these arguments."""
        return self._answers.experiment.get((name, tuple(sorted(arguments.items()))))

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Return the recorded answer of a socket."""
        del timeout
        return self._answers.http_get.get((socket, path))

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Return the recorded output of a program."""
        del timeout
        return self._answers.run.get(tuple(argv)) or Reading(" ".join(argv), None, "unreadable", NOT_ASKED)
