"""A benchmark on a host behind ssh: the executable is copied there, runs detached, and its run file is fetched."""

import contextlib
import math
import os
import re
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostcheck.errors import CannotMeasureError, HostcheckError, UsageError
from hostcheck.plaintext import plain
from hostcheck.remote.address import ssh_command
from hostcheck.remote.piped import SSH_FAILED, Piped, UnreachedError
from hostcheck.resources import read_shipped

DEADLINE_SECONDS = 6 * 3600
"""Time limit of a run in seconds, enforced on the host. The time that ``--sustained`` takes is added."""

SUSTAINED_LOADS = 3
"""Maximum number of loads of ``--sustained``, one after another: small writes, large ones, and the CPUs."""

KEPT_SECONDS = 24 * 3600
"""How long the host keeps a run that was not fetched, in seconds."""

MOST_BYTES = 1 << 28
"""Maximum size in bytes of a fetched run file; the limit for reading it (hostcheck.run.files) is smaller."""

FILE_VARIABLE = "HOSTCHECK_FILE"
"""The environment variable in which the executable's launcher (release/launcher.sh) says where the file is."""

SILENT_SECONDS = 60.0
"""Seconds without output after which a step is given up: in each step the host writes something each second
(``bench.sh``)."""

COPY_SECONDS = 3600.0
"""Time limit in seconds for copying the executable, or for fetching the run file: enough at 4 kB/s."""

_LONGEST_SECONDS = DEADLINE_SECONDS + SUSTAINED_LOADS * 24 * 3600 + KEPT_SECONDS
"""How long a run may be followed, in seconds. A sustained load lasts a day at the most."""

_STEPS = Path(__file__).with_name("bench.sh")
_BEGINS = b"hostcheck.bench/1 begins"
"""The first line that ``bench.sh`` writes: the output of a login comes before it."""

_COMMAND = (
    "exec sh -c 'PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin; eval \"$(dd bs=1 count={} 2>/dev/null)\"' hostcheck {}"
)
"""The command for the user's shell on the host, which may be csh or fish. It gets the program from standard input: dd
reads as many bytes as the program has, and no more. The step's name is for people who look at the host's processes."""

_HEAD = re.compile(r"#!/bin/sh\n# hostcheck \S+ for Linux on (?P<machine>[a-z0-9_]+),")
END = b"the end of hostcheck"
"""The last bytes of the executable: without them, its copy is cut short."""

_FOLDER = re.compile(r"/[A-Za-z0-9_./-]{0,200}/hostcheck-bench\.[A-Za-z0-9]{6}")
_TRIES = 5
_PAUSE_SECONDS = 2.0
_MOST_SAID = 1 << 22
"""Maximum number of bytes that a host may write in one step, in addition to the run file."""

_REMEDY = "run the executable there by other means (docs/release.md)"


class LostConnectionError(CannotMeasureError):
    """The connection was lost, and the run on the host continues."""


@dataclass(frozen=True, slots=True)
class Executable:
    """The file that is copied to the host.

    Attributes:
        path: path of the file on this machine.
        machine: the architecture that it runs on, as uname(1) names it.
    """

    path: Path
    machine: str


def find_executable(given: Path | None) -> Executable:
    """Return the executable to copy: the given one, else the running one, else one in the checkout's ``dist/``.

    Raises:
        UsageError: if there is none, or the file is not such an executable.
    """
    own = os.environ.get(FILE_VARIABLE)
    made = sorted((Path(__file__).parents[2] / "dist").glob("hostcheck-*[!l]"))
    path = given or (Path(own) if own else next((each for each in made if each.is_file()), None))
    remedy = "make it with bin/release (docs/release.md), and name it with --executable"
    if path is None:
        raise UsageError("there is no executable of hostcheck here that could be copied to the host", remedy=remedy)
    try:
        with path.open("rb") as file:
            head = _HEAD.match(file.read(200).decode("utf-8", "replace"))
            file.seek(max(file.seek(0, os.SEEK_END) - len(END), 0))
            is_whole = file.read() == END
    except OSError as error:
        raise UsageError(f"reading the executable {path}: {error.strerror}", remedy=remedy) from error
    if head is None:
        raise UsageError(f"{path} is not the executable of hostcheck", remedy=remedy)
    if not is_whole:
        raise UsageError(f"the executable {path} is cut short", remedy="copy or download it again")
    return Executable(path, head["machine"])


class RemoteBench:
    """A run on a host.

    Attributes:
        folder: path of the run's folder on the host; empty until the host has named it.
        begun: whether the host may have begun to measure, since the whole executable was sent.
    """

    def __init__(self, address: str, folder: str = "") -> None:
        """Take the host's address, and the folder of a run that has begun.

        Raises:
            UsageError: if either is invalid.
        """
        if folder and (not _FOLDER.fullmatch(folder) or "/../" in folder):
            raise UsageError(
                f"{folder!r} is not the folder of a run", remedy="give the one that hostcheck bench ssh:// printed"
            )
        program, *words, _ = ssh_command(address)
        # A link that is dead ends the connection within a minute or so.
        self._ssh = [program, "-o", "ServerAliveInterval=20", *words]
        self._address = address
        self.folder = folder
        self.begun = bool(folder)

    def begin(
        self, executable: Executable, options: Sequence[str], named: Callable[[str], None], sustained: float = 0.0
    ) -> None:
        """Copy the executable, and start it with these options of ``hostcheck bench``.

        Args:
            executable: the file.
            options: the options of ``hostcheck bench`` on the host.
            named: called with the path of the folder on the host before anything is copied, so that the user knows it
                even if this process is killed.
            sustained: seconds of each load of ``--sustained``.

        Raises:
            CannotMeasureError: if the host cannot be reached, or does not take or start the executable.
        """
        size = executable.path.stat().st_size
        deadline = DEADLINE_SECONDS + SUSTAINED_LOADS * math.ceil(sustained)
        words = (executable.machine, str(size), str(deadline), str(KEPT_SECONDS), *options)
        with executable.path.open("rb") as file, self._step(COPY_SECONDS, "begin", *words) as step:
            folder = (step.line() or b"").decode("utf-8", "replace")
            if not _FOLDER.fullmatch(folder):
                step.end()
                raise CannotMeasureError(f"starting hostcheck at {self._address}: {step.says()}")
            self.folder = folder
            named(folder)
            step.send(b"", file)
            try:
                code = step.end()
            finally:
                self.begun = step.sent
            # If the connection was lost after that, the next one shows what became of the run.
            if code and not (self.begun and _is_lost(code)):
                raise CannotMeasureError(f"starting hostcheck at {self._address}: {step.says()}")

    def follow(self, say: Callable[[str], None]) -> None:
        """Pass each line that hostcheck prints on the host to ``say``, until hostcheck ends there.

        If the connection is lost, connect again.

        Raises:
            LostConnectionError: if connecting again fails.
            CannotMeasureError: if the host has no such run.
        """
        at, tries = 0, 0
        while True:
            before = at
            try:
                with self._step(_LONGEST_SECONDS, "follow", self.folder, str(at)) as step:
                    while (line := step.line()) is not None:
                        # A byte 0 says that the host is there.
                        text = line.replace(b"\0", b"")
                        at += len(text) + 1
                        say(plain(text.decode("utf-8", "replace")))
                    code = step.end()
                    why = step.says()
            except UnreachedError as error:
                code, why = SSH_FAILED, str(error)
            if code == 0:
                return
            if not _is_lost(code):
                raise CannotMeasureError(f"following hostcheck at {self._address}: {why}")
            tries = 1 if at > before else tries + 1
            if tries >= _TRIES:
                raise LostConnectionError(
                    f"the connection to {self._address} was lost: {why}",
                    remedy=f"the run goes on there; hostcheck bench {self._address} --attach {self.folder} fetches it",
                )
            time.sleep(_PAUSE_SECONDS)

    def stop(self) -> bool:
        """Make hostcheck on the host stop, and keep its measurements.

        Returns:
            False if the host has no such run. True if it stops, and also if the host cannot be reached: then the run
            ends at its deadline.
        """
        with contextlib.suppress(CannotMeasureError), self._step(SILENT_SECONDS, "stop", self.folder) as step:
            code = step.end()
            return code == 0 or _is_lost(code)
        return True

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        """Fetch the run file. Once ``keep`` has returned, the host removes all files of hostcheck.

        Args:
            keep: called with the file's bytes; they are empty if hostcheck wrote no file.

        Returns:
            The exit code of hostcheck there.

        Raises:
            LostConnectionError: if the connection was lost before the whole file arrived.
            CannotMeasureError: if the host has no such run.
        """
        remedy = f"hostcheck bench {self._address} --attach {self.folder} fetches it"
        try:
            with self._step(COPY_SECONDS, "fetch", self.folder) as step:
                numbers = (step.line() or b"").split()
                if len(numbers) == 2 and all(map(bytes.isdigit, numbers)) and int(numbers[1]) <= MOST_BYTES:
                    code, size = map(int, numbers)
                    step.most_bytes += size
                    data = step.exactly(size)
                    if len(data) == size:
                        keep(data)
                        step.send(b"received\n")
                        step.end()
                        return code
                code = step.end()
                why = step.says()
        except UnreachedError as error:
            code, why = SSH_FAILED, str(error)
        kind: type[HostcheckError] = LostConnectionError if _is_lost(code) else CannotMeasureError
        raise kind(f"fetching the run of {self._address}: {why}", remedy=remedy)

    @contextmanager
    def _step(self, seconds: float, *words: str) -> Iterator[Piped]:
        """Begin a step of ``bench.sh`` on the host.

        Args:
            seconds: how long the step may take.
            words: the name of the step and its arguments.

        Raises:
            UnreachedError: if the host does not answer.
            CannotMeasureError: if the host does not run the step.
        """
        # In braces, so that a shell runs nothing of a program that is cut short.
        text = "\n".join(("{", read_shipped(_STEPS), shlex.join(words), "}")).encode("utf-8", "surrogateescape")
        command = _COMMAND.format(len(text), words[0])
        with Piped([*self._ssh, command], self._address, _MOST_SAID) as step:
            step.send(text)
            step.begin(_BEGINS, _REMEDY)
            step.deadline = time.monotonic() + seconds
            step.silence = SILENT_SECONDS
            yield step


def _is_lost(code: int) -> bool:
    """Whether an exit code means that the connection was lost: ssh itself failed, or was killed."""
    return code < 0 or code == SSH_FAILED
