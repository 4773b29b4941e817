"""A host whose answers are recorded: each request is passed on once, and its answer is kept.

Several probes need the same file, engine or experiment. With one answer for all of them an audit is cheaper and
consistent, and a capture holds exactly the answers that the probes used.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from hostcheck.host.base import Host, Reading, lost_of

if TYPE_CHECKING:
    from hostcheck.host.recorded import Answers

T = TypeVar("T")


class RecordingHost:
    """A host that passes requests on to another host and records the answers; see ``Host`` for each method.

    A request that was made before gets the recorded answer.
    """

    def __init__(self, host: Host) -> None:
        """Take the host to read."""
        self._host = host
        self._answers: dict[str, dict[Any, Any]] = {}
        self._concluded: dict[Any, Any] = {}
        self.live = host.live
        self.running = host.running
        self.proves_absence = host.proves_absence
        self.problem = lost_of(host)

    @property
    def answers(self) -> "Answers":
        """The answers so far."""
        from hostcheck.host.recorded import Answers  # noqa: PLC0415 - only for a capture

        return Answers(**self._answers)

    def read(self, path: str) -> Reading:
        """Read a file."""
        return self._recorded("read", path, lambda: self._host.read(path))

    def readlink(self, path: str) -> Reading:
        """Read the target of a symbolic link."""
        return self._recorded("readlink", path, lambda: self._host.readlink(path))

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder."""
        return self._recorded("listdir", path, lambda: self._host.listdir(path))

    def exists(self, path: str) -> bool | None:
        """Whether a path exists."""
        return self._recorded("exists", path, lambda: self._host.exists(path))

    def environ(self, name: str) -> str | None:
        """Return a variable of the audit's environment."""
        return self._recorded("environ", name, lambda: self._host.environ(name))

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Return the registers of the CPUID leaves."""
        if "cpuid" not in self._answers:
            self._answers["cpuid"] = dict(self._host.cpuid())
        return self._answers["cpuid"]

    def clock(self) -> Mapping[str, int]:
        """Return the state of the kernel's clock."""
        if "clock" not in self._answers:
            self._answers["clock"] = dict(self._host.clock())
        return self._answers["clock"]

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Return the free space and inodes of a file system."""
        return self._recorded("statvfs", path, lambda: self._host.statvfs(path))

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Return mode and owner of a file."""
        return self._recorded("stat", path, lambda: self._host.stat(path))

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Make an experiment in a child process."""
        key = (name, tuple(sorted(arguments.items())))
        return self._recorded("experiment", key, lambda: self._host.experiment(name, **arguments))

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Send a GET request to a Unix socket."""
        return self._recorded("http_get", (socket, path), lambda: self._host.http_get(socket, path, timeout))

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run a program."""
        return self._recorded("run", tuple(argv), lambda: self._host.run(argv, timeout))

    def concluded(self, conclude: Callable[["RecordingHost"], T]) -> T:
        """Return the result of the function ``conclude`` for this host. Each function is called once."""
        if conclude not in self._concluded:
            self._concluded[conclude] = conclude(self)
        result: T = self._concluded[conclude]
        return result

    def _recorded(self, method: str, request: Hashable, ask: Callable[[], T]) -> T:
        answers: dict[Hashable, T] = self._answers.setdefault(method, {})
        if request not in answers:
            answers[request] = ask()
        return answers[request]
