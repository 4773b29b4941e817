"""A host that is read once: what was read, asked or tried before is remembered.

Several probes need the same file, engine or experiment. Asking once is cheaper, and all of them then reason
from the same answer.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from hostcheck.host.base import Host, Reading

T = TypeVar("T")


class Once:
    """Remembers what another host answered, for as long as one audit takes."""

    def __init__(self, host: Host) -> None:
        """Take the host to ask."""
        self._host = host
        self._known: dict[tuple[Any, ...], Any] = {}
        self.live = host.live
        self.proves_absence = host.proves_absence

    def _once(self, ask: Callable[[], T], *key: Any) -> T:
        if key not in self._known:
            self._known[key] = ask()
        answer: T = self._known[key]
        return answer

    def read(self, path: str) -> Reading:
        """Read a file."""
        return self._once(lambda: self._host.read(path), "read", path)

    def readlink(self, path: str) -> Reading:
        """Read where a symbolic link points."""
        return self._once(lambda: self._host.readlink(path), "readlink", path)

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Names in a folder."""
        return self._once(lambda: self._host.listdir(path), "listdir", path)

    def exists(self, path: str) -> bool | None:
        """Whether something is at the path."""
        return self._once(lambda: self._host.exists(path), "exists", path)

    def environ(self, name: str) -> str | None:
        """Give a variable of the audit's environment."""
        return self._once(lambda: self._host.environ(name), "environ", name)

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Registers of the CPUID leaves."""
        return self._once(self._host.cpuid, "cpuid")

    def clock(self) -> Mapping[str, int]:
        """What the kernel says of its clock."""
        return self._once(self._host.clock, "clock")

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Room of the file system at the path."""
        return self._once(lambda: self._host.statvfs(path), "statvfs", path)

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Who may do what with a file."""
        return self._once(lambda: self._host.stat(path), "stat", path)

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Do something harmless in a child process."""
        return self._once(
            lambda: self._host.experiment(name, **arguments), "experiment", name, *sorted(arguments.items())
        )

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """GET from a Unix socket."""
        return self._once(lambda: self._host.http_get(socket, path, timeout), "http_get", socket, path)

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run a program."""
        return self._once(lambda: self._host.run(argv, timeout), "run", *argv)
