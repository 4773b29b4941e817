"""The interface through which probes read a machine.

A probe gets a ``Host`` and nothing else, so the same probe reads a live machine, a captured root or the tree of a test.
For an audit, only this package opens files under /proc and /sys or runs programs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from hostcheck.run.model import Evidence

READ_LIMIT = 1 << 20
"""Maximum number of bytes that are read from one file: stated sizes in /proc and /sys are wrong, and some files never
end."""

SHOWN_LIMIT = 200
"""Maximum length, in characters, of a value that evidence shows."""

Failure = Literal["absent", "denied", "unreadable"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading something.

    Attributes:
        source: the path on the host, or the command that was run.
        data: the bytes, at most READ_LIMIT; None if reading failed.
        failure: "absent" (no such file), "denied" (no permission) or "unreadable" (any other error); None if reading
            succeeded.
        error: the system's error message if reading failed, else empty.
    """

    source: str
    data: bytes | None
    failure: Failure | None = None
    error: str = ""

    @property
    def text(self) -> str | None:
        """The data as text: UTF-8, with other bytes replaced; None if reading failed."""
        return None if self.data is None else self.data.decode("utf-8", errors="replace")

    def evidence(self, says: str, value: str | None = None) -> Evidence:
        """Return this reading as evidence.

        Args:
            says: the meaning of the reading.
            value: the part of the text to show; None for all of it, or for the failure if reading failed.
        """
        if value is None:
            value = self.text.strip() if self.text is not None else self.failure
        return Evidence(self.source, shorten(value), says)


def shorten(value: str | None) -> str | None:
    """Shorten a value to SHOWN_LIMIT characters, and replace NUL bytes by spaces."""
    if value is None:
        return None
    value = value.replace("\0", " ")
    return value if len(value) <= SHOWN_LIMIT else value[: SHOWN_LIMIT - 1] + "…"


class Host(Protocol):
    """A machine that can be read: live, or captured.

    The stable contract for probes of other packages (docs/plugins.md): members are added, and none is changed or
    removed without a new major version.

    Paths are absolute paths on the host ("/proc/cpuinfo"). No method raises an error when something is missing or not
    permitted: the result says so.
    """

    live: bool
    """Whether this is the machine that hostcheck runs on."""

    running: bool
    """Whether experiments are made now, on a running machine: this one, or one at the other end of a shell.

    False for a captured host, which returns recorded answers.
    """

    proves_absence: bool
    """Whether the host certainly lacks a file that is missing here.

    True for the live machine, and for a capture that recorded which files were not found. False for a captured root
    that was made by hand: there, a missing file may just not have been copied.
    """

    def read(self, path: str) -> Reading:
        """Read a file, at most READ_LIMIT bytes."""

    def readlink(self, path: str) -> Reading:
        """Read the target of a symbolic link, which need not exist."""

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder, sorted; None if it cannot be listed."""

    def exists(self, path: str) -> bool | None:
        """Whether a path exists; also true for a dangling link.

        Returns:
            True, False, or None if that is unknown: the folder is not accessible, or was not captured. A captured root
            holds only parts of a host, so the answer is False only if the path's folder was captured.
        """

    def environ(self, name: str) -> str | None:
        """Return a variable of the audit's environment; None if it is not set, or unknown."""

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Return the registers (eax, ebx, ecx, edx) of CPUID leaf 1 and of the hypervisor leaves from 0x40000000.

        The result maps each leaf to its registers. It is empty if the processor has no such instruction, or its results
        were not captured. Source: Intel SDM vol. 2A; hypervisor range: https://lwn.net/Articles/301888/.
        """

    def clock(self) -> Mapping[str, int]:
        """Return the state of the kernel's clock: "state", "status", "maxerror_us" and "esterror_us" of adjtimex(2).

        Empty if the call is not permitted, or its result was not captured.
        """

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Return the free space and the size of the file system that holds a path (statvfs(3)); None if unknown.

        The keys are "free_bytes" (free for an ordinary user), "root_free_bytes" (free for root), "total_bytes",
        "block_bytes" (the size of a block), "free_inodes" and "total_inodes". Captures by older versions lack
        "root_free_bytes" and "block_bytes".
        """

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Return "mode" (permission bits), "uid" and "gid" of a file (inode(7)), with links followed.

        None if the file does not exist, is not accessible, or was not captured.
        """

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Make an experiment in a child process and return its result.

        Names and results are described in ``hostcheck.host.experiments.perform``. None if experiments are off, or the
        capture of the host has no result.
        """

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Send a GET request for ``path`` to the Unix socket at the path ``socket``.

        Returns:
            The HTTP status and the JSON body, which is None if it is not JSON; None if there is no answer within
            ``timeout`` seconds.
        """

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run a program without a shell and return its output.

        ``timeout`` is in seconds. The failure is "absent" if the program is not installed, or nothing can be run
        because the host is a captured root.
        """


def lost_of(host: Host) -> str:
    """Return why a host behind a shell, or its capture, did not answer all requests; empty if it answered all."""
    return str(getattr(host, "problem", ""))
