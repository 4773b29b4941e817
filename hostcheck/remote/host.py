"""A host behind a shell: it answers from the known answers, and collects the requests that have no answer yet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hostcheck.host.base import Failure, Reading
from hostcheck.host.recorded import Registers
from hostcheck.remote.answers import Known
from hostcheck.remote.connection import Connection
from hostcheck.remote.requests import Request

_NOT_HAD = "the host did not answer"


class RemoteHost:
    """A host that is queried in batches; see ``Host`` for each method.

    A request without an answer gives an unknown result, and is in ``missed`` until it is sent. Some requests are
    decided by answers to others: the names in a folder show which files are absent.

    Attributes:
        known: the answers so far.
        missed: the requests without an answer, in the order in which they were made.
        connection: the connection to the shell; None if nothing can be requested.
        experiments: whether experiments may be made on the host.
        silent: the reason that is given for a request without an answer.
        problem: why the host did not answer all requests; empty if it did.
    """

    live = False

    def __init__(self, known: Known, connection: Connection | None = None, *, experiments: bool = True) -> None:
        """Take the known answers, the connection for further ones, and whether experiments may be made."""
        self.known = known
        self.connection = connection
        self.missed: dict[Request, None] = {}
        self.silent = _NOT_HAD
        self.problem = ""
        self.proves_absence = True
        self.running = connection is not None
        self.experiments = experiments

    def left(self, problem: str) -> None:
        """Record the reason why answers are missing. From then on, a missing answer does not prove absence."""
        self.problem = self.silent = problem
        self.proves_absence = False

    def read(self, path: str) -> Reading:
        """Read a file."""
        return self._reading(self.known.answers.read, Request("read", (path,)))

    def readlink(self, path: str) -> Reading:
        """Read the target of a symbolic link."""
        return self._reading(self.known.answers.readlink, Request("readlink", (path,)))

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder."""
        if path not in self.known.answers.listdir and self._failure(path) is None:
            self._miss(Request("listdir", (path,)))
        return self.known.answers.listdir.get(path)

    def exists(self, path: str) -> bool | None:
        """Whether a path exists."""
        exists = self.known.answers.exists
        if path in exists:
            return exists[path]
        failure = self._failure(path)
        if failure is not None:
            return False if failure == "absent" else None
        above, _, name = path.rpartition("/")
        if name in (self.known.answers.listdir.get(above or "/") or ()) or self._is_read(path):
            return True
        if self._is_absent(path):
            return False
        self._miss(Request("exists", (path,)))
        return None

    def environ(self, name: str) -> str | None:
        """Return a variable of the environment of the shell."""
        if name not in self.known.answers.environ:
            self._miss(Request("environ", (name,)))
        return self.known.answers.environ.get(name)

    def cpuid(self) -> Mapping[int, Registers]:
        """Return the registers of the CPUID leaves that this user may read on the host."""
        return self.known.answers.cpuid

    def clock(self) -> Mapping[str, int]:
        """Return the state of the kernel's clock, if a program of the host shows it."""
        return self.known.answers.clock

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Return the free space and inodes of a file system."""
        return self._found(self.known.answers.statvfs, Request("statvfs", (path,)))

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Return mode and owner of a file."""
        return self._found(self.known.answers.stat, Request("stat", (path,)))

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Return the result of an experiment that a shell can make."""
        if not self.experiments:
            return None
        key = (name, tuple(sorted(arguments.items())))
        if key not in self.known.answers.experiment:
            self._miss(Request("experiment", (name, *(f"{word}={value}" for word, value in key[1]))))
        return self.known.answers.experiment.get(key)

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Return the answer of an engine's socket."""
        del timeout
        key = (socket, path)
        if key not in self.known.answers.http_get:
            self._miss(Request("http_get", key))
        return self.known.answers.http_get.get(key)

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Return the output of a program of the host."""
        del timeout
        found = self.known.answers.run.get(tuple(argv))
        if found is None:
            self._miss(Request("run", tuple(argv)))
            return Reading(" ".join(argv), None, "unreadable", self.silent)
        return found

    def _reading(self, known: Mapping[str, Reading], request: Request) -> Reading:
        path = request.words[0]
        if path in known:
            return known[path]
        failure = self._failure(path)
        if failure is not None:
            return Reading(path, None, failure, "No such file or directory" if failure == "absent" else "")
        self._miss(request)
        return Reading(path, None, "unreadable", self.silent)

    def _found(self, known: Mapping[str, Mapping[str, int] | None], request: Request) -> Mapping[str, int] | None:
        path = request.words[0]
        if path not in known and self._failure(path) is None:
            self._miss(request)
        return known.get(path)

    def _failure(self, path: str) -> Failure | None:
        """Return "absent" if other answers, such as those about the folders above, show that a path does not exist."""
        exists, listdir, folders = self.known.answers.exists, self.known.answers.listdir, self.known.folders
        if ".." in path.split("/"):
            return None
        if exists.get(path) is False:
            return "absent"
        for above, name in _above(path):
            names = listdir.get(above)
            if exists.get(above) is False or (names is not None and name not in names):
                return "absent"
            if folders.get(above) in {"absent", "denied"}:
                # A folder that can be entered and not listed does not hide what is in it.
                return "absent" if folders[above] == "absent" else None
        return None

    def _is_read(self, path: str) -> bool:
        """Return whether another answer proves that a path exists."""
        answers = self.known.answers
        readings = (answers.read.get(path), answers.readlink.get(path))
        return any(each is not None and each.data is not None for each in readings) or (
            answers.listdir.get(path) is not None
            or answers.stat.get(path) is not None
            or ((link := answers.readlink.get(path)) is not None and link.failure == "unreadable")
        )

    def _is_absent(self, path: str) -> bool:
        """Return whether another answer proves that a path does not exist, not even as a dangling link."""
        readings = (self.known.answers.read.get(path), self.known.answers.readlink.get(path))
        return any(each is not None and each.failure == "absent" for each in readings)

    def _miss(self, request: Request) -> None:
        self.missed[request] = None


def _above(path: str) -> Iterator[tuple[str, str]]:
    """Yield each folder above a path with the name in it, the nearest first."""
    # The folder of "//a" is "//": a host whose link leads to the root makes such a path.
    while path.strip("/"):
        begin = path.rfind("/") + 1
        folder = path[:begin].rstrip("/") or path[:begin]
        yield folder, path[begin:]
        path = folder
