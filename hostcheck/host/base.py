"""What a host is to the probes: the only door to the machine.

A probe is given a ``Host`` and nothing else, so the same probe reads a live machine, a captured root or a test's
tree. Nothing outside this package opens a file under /proc or /sys, or runs a program, for the audit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from hostcheck.run.model import Evidence

READ_LIMIT = 1 << 20
"""Bytes read of one file at the most: sizes in /proc and /sys lie, and some files never end."""

SHOWN_LIMIT = 200
"""Characters of a value that evidence shows."""

Failure = Literal["absent", "denied", "unreadable"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came back when something was read.

    Attributes:
        source: the path as the host knows it, or what was called.
        data: the bytes, READ_LIMIT of them at the most; None when there are none to have.
        failure: "absent" (no such file), "denied" (no permission) or "unreadable" (any other error), else None.
        error: the system's message, when it failed.
    """

    source: str
    data: bytes | None
    failure: Failure | None = None
    error: str = ""

    @property
    def text(self) -> str | None:
        """The data as text: UTF-8, with what is not replaced; None when reading failed."""
        return None if self.data is None else self.data.decode("utf-8", errors="replace")

    def evidence(self, says: str, value: str | None = None) -> Evidence:
        """Make evidence of this reading; ``value`` picks the telling part of it."""
        if value is None:
            value = self.text.strip() if self.text is not None else self.failure
        return Evidence(self.source, shorten(value), says)


def shorten(value: str | None) -> str | None:
    """Cut a value to what evidence shows, with NUL bytes as spaces."""
    if value is None:
        return None
    value = value.replace("\0", " ")
    return value if len(value) <= SHOWN_LIMIT else value[: SHOWN_LIMIT - 1] + "…"


class Host(Protocol):
    """A machine that can be read: live, or captured.

    Paths are absolute and as the host itself knows them ("/proc/cpuinfo"). No method raises for what the host
    lacks or refuses: that is a finding.
    """

    live: bool
    """Whether this is the machine hostcheck runs on. Only then may experiments be made."""

    proves_absence: bool
    """Whether what is not there is known not to be.

    So it is of the live machine, and of a capture that kept what was asked and not found. A captured root that
    somebody made by hand holds parts of a host: there, a file that is missing may only not have been copied.
    """

    def read(self, path: str) -> Reading:
        """Read a file, READ_LIMIT bytes at the most."""

    def readlink(self, path: str) -> Reading:
        """Read where a symbolic link points, without following it: it may dangle."""

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Names in a folder, sorted; None when it cannot be listed."""

    def exists(self, path: str) -> bool | None:
        """Whether something is at the path, a dangling link included.

        Returns None where that cannot be told. A captured root does not hold the whole host, so there
        absence is told only for a path whose folder was captured; probes take absence elsewhere for unknown.
        """

    def environ(self, name: str) -> str | None:
        """Give a variable of the environment the audit is made in; None where it is not set or not known."""

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Registers (eax, ebx, ecx, edx) of CPUID leaf 1 and the hypervisor leaves from 0x40000000.

        Empty where the processor has no such instruction or it was not captured. Source: Intel SDM vol. 2A;
        hypervisor range: https://lwn.net/Articles/301888/.
        """

    def clock(self) -> Mapping[str, int]:
        """What the kernel says of its clock: "state", "status", "maxerror_us" and "esterror_us" of adjtimex(2).

        Empty where it may not be asked or was not captured.
        """

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Room of the file system at the path: "free_bytes", "total_bytes", "free_inodes", "total_inodes"."""

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Who may do what with a file, links followed: "mode" (permission bits), "uid" and "gid" of inode(7).

        None where there is none, it cannot be told, or it was not captured.
        """

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Do something harmless in a child process and tell what came of it.

        Names and results are in ``hostcheck.host.experiments``. None where the host is not live, or experiments
        are off.
        """

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """GET from a Unix socket: the status and the JSON body; None when nothing answers there."""

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run a program without a shell and read what it prints; "absent" when it is not installed or not live."""
