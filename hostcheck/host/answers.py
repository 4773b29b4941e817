"""What a host answered: every question that was asked of it, with all its arguments, and what came back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hostcheck.host.base import Host, Reading

K = TypeVar("K")
T = TypeVar("T")
Arguments = tuple[tuple[str, str], ...]
Registers = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one host, by what was asked; each attribute is named after the method of ``Host``.

    What is not among them was not asked, which says nothing of the host.
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


class RecordingHost:
    """Passes every question on to another host and notes the answer; see ``Host`` for what each method promises.

    A question that was asked before is answered as before, so that what is noted is what was heard.

    Attributes:
        answers: what was heard so far.
    """

    def __init__(self, host: Host) -> None:
        """Take the host to ask."""
        self._host = host
        self.live = host.live
        self.proves_absence = host.proves_absence
        self.answers = Answers()

    def read(self, path: str) -> Reading:
        """Read a file."""
        return _noted(self.answers.read, path, lambda: self._host.read(path))

    def readlink(self, path: str) -> Reading:
        """Read where a symbolic link points."""
        return _noted(self.answers.readlink, path, lambda: self._host.readlink(path))

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Names in a folder."""
        return _noted(self.answers.listdir, path, lambda: self._host.listdir(path))

    def exists(self, path: str) -> bool | None:
        """Whether something is at the path."""
        return _noted(self.answers.exists, path, lambda: self._host.exists(path))

    def environ(self, name: str) -> str | None:
        """Give a variable of the audit's environment."""
        return _noted(self.answers.environ, name, lambda: self._host.environ(name))

    def cpuid(self) -> Mapping[int, Registers]:
        """Registers of the CPUID leaves."""
        if not self.answers.cpuid:
            self.answers.cpuid.update(self._host.cpuid())
        return self.answers.cpuid

    def clock(self) -> Mapping[str, int]:
        """What the kernel says of its clock."""
        if not self.answers.clock:
            self.answers.clock.update(self._host.clock())
        return self.answers.clock

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Room of the file system at the path."""
        return _noted(self.answers.statvfs, path, lambda: self._host.statvfs(path))

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Who may do what with a file."""
        return _noted(self.answers.stat, path, lambda: self._host.stat(path))

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Do something harmless in a child process."""
        key = (name, tuple(sorted(arguments.items())))
        return _noted(self.answers.experiment, key, lambda: self._host.experiment(name, **arguments))

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """GET from a Unix socket."""
        return _noted(self.answers.http_get, (socket, path), lambda: self._host.http_get(socket, path, timeout))

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run a program."""
        return _noted(self.answers.run, tuple(argv), lambda: self._host.run(argv, timeout))


def _noted(known: dict[K, T], question: K, ask: Callable[[], T]) -> T:
    if question not in known:
        known[question] = ask()
    return known[question]
