"""The machine that hostcheck runs on."""

import os
import stat
from collections.abc import Mapping, Sequence
from typing import Any

from hostcheck.host.base import Reading
from hostcheck.host.files import failed, failure_of, read_bounded


class LiveHost:
    """This machine; see ``Host`` for each method."""

    live = True
    running = True
    proves_absence = True

    def __init__(self, *, experiments: bool = True, variables: Mapping[str, str] = os.environ) -> None:
        """Create the host.

        Args:
            experiments: whether experiments may be made.
            variables: the environment variables that probes see.
        """
        self._experiments = experiments
        self._variables = variables
        self._environment: Mapping[str, str] | None = None

    def read(self, path: str) -> Reading:
        """Read a file."""
        try:
            # O_NONBLOCK: opening a pipe without a writer would block for ever.
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        except (OSError, ValueError) as error:
            return failed(path, error)
        try:
            return Reading(path, read_bounded(fd))
        except OSError as error:
            return failed(path, error)
        finally:
            os.close(fd)

    def readlink(self, path: str) -> Reading:
        """Read the target of a symbolic link."""
        try:
            return Reading(path, os.fsencode(os.readlink(path)))
        except (OSError, ValueError) as error:
            return failed(path, error)

    def listdir(self, path: str) -> tuple[str, ...] | None:
        """Return the names in a folder."""
        try:
            return tuple(sorted(os.listdir(path)))
        except (OSError, ValueError):
            return None

    def exists(self, path: str) -> bool | None:
        """Whether a path exists."""
        try:
            os.lstat(path)
        except (OSError, ValueError) as error:
            return False if failure_of(error) == "absent" else None
        return True

    def environ(self, name: str) -> str | None:
        """Return an environment variable."""
        return self._variables.get(name)

    def cpuid(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Return the registers of the CPUID leaves."""
        from hostcheck.host.cpuid import read_cpuid  # noqa: PLC0415 - ctypes costs 8 ms

        return read_cpuid()

    def clock(self) -> Mapping[str, int]:
        """Return the state of the kernel's clock."""
        from hostcheck.host.clock import read_clock  # noqa: PLC0415 - ctypes costs 8 ms

        return read_clock()

    def statvfs(self, path: str) -> Mapping[str, int] | None:
        """Return the free space and inodes of a file system."""
        try:
            found = os.statvfs(path)
        except (OSError, ValueError):
            return None
        return {
            "free_bytes": found.f_bavail * found.f_frsize,
            "root_free_bytes": found.f_bfree * found.f_frsize,
            "total_bytes": found.f_blocks * found.f_frsize,
            "block_bytes": found.f_frsize,
            "free_inodes": found.f_favail,
            "total_inodes": found.f_files,
        }

    def stat(self, path: str) -> Mapping[str, int] | None:
        """Return mode and owner of a file."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            return None
        return {"mode": stat.S_IMODE(found.st_mode), "uid": found.st_uid, "gid": found.st_gid}

    def experiment(self, name: str, /, **arguments: str) -> Mapping[str, Any] | None:
        """Make an experiment in a child process."""
        if not self._experiments:
            return None
        from hostcheck.host.experiments.perform import perform  # noqa: PLC0415 - only when an experiment is made

        return perform(name, **arguments)

    def http_get(self, socket: str, path: str, timeout: float) -> tuple[int, Any] | None:
        """Send a GET request to a Unix socket."""
        from hostcheck.host.unix_http import get_json  # noqa: PLC0415 - only when a socket exists

        return get_json(socket, path, timeout)

    def run(self, argv: Sequence[str], timeout: float) -> Reading:
        """Run a program without a shell."""
        from hostcheck.host.lookup import environment  # noqa: PLC0415 - only when a program runs
        from hostcheck.host.programs import run_program  # noqa: PLC0415 - subprocess costs 6 ms

        # The folders of its PATH are checked once: an audit takes less than a second.
        self._environment = self._environment or environment()
        return run_program(argv, timeout, self._environment)
