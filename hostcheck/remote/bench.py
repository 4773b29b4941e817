"""A benchmark on a host behind ssh: the executable is copied there, runs by itself, and its run is fetched."""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hostcheck.errors import CannotMeasureError, HostcheckError, UsageError
from hostcheck.host.lookup import own_environment
from hostcheck.plaintext import plain
from hostcheck.remote.address import ssh_command
from hostcheck.resources import read_shipped

DEADLINE_SECONDS = 6 * 3600
"""Until the host stops a run by itself; a thorough one with ``--sustained`` takes an hour."""

KEPT_SECONDS = 24 * 3600
"""How long the host keeps a run that was not fetched."""

MOST_BYTES = 1 << 28
"""Of a run file that is fetched; the largest that is read (hostcheck.run.files) is smaller."""

FILE_VARIABLE = "HOSTCHECK_FILE"
"""The environment variable in which the executable's launcher (release/launcher.sh) says where the file is."""

_STEPS = Path(__file__).with_name("bench.sh")
_HEAD = re.compile(r"#!/bin/sh\n# hostcheck \S+ for Linux on (?P<machine>[a-z0-9_]+),")
_FOLDER = re.compile(r"/[A-Za-z0-9_./-]{0,200}/hostcheck-bench\.[A-Za-z0-9]{6}")
_SSH_FAILED = 255
_TRIES = 5
_PAUSE_SECONDS = 2.0
_ERROR_BYTES = 4000
_ANSWER_BYTES = 1 << 20
"""Of a host that is sent the executable: what a login prints, and the folder."""


class LostConnectionError(CannotMeasureError):
    """ssh ended, and the run on the host goes on."""


@dataclass(frozen=True, slots=True)
class Executable:
    """The file that is copied to the host.

    Attributes:
        path: of the file here.
        machine: the architecture that it is for, as uname(1) names it.
    """

    path: Path
    machine: str


def find_executable(given: Path | None) -> Executable:
    """Return the executable to copy: the one that is named, else this one, else that of a checkout's ``dist/``.

    Raises:
        UsageError: when there is none, or it is not one.
    """
    own = os.environ.get(FILE_VARIABLE)
    made = sorted((Path(__file__).parents[2] / "dist").glob("hostcheck-*[!l]"))
    path = given or (Path(own) if own else next((each for each in made if each.is_file()), None))
    remedy = "make it with bin/release (docs/release.md), and name it with --executable"
    if path is None:
        raise UsageError(
            "hosts are measured by the executable of hostcheck, which is copied there, and none is here", remedy=remedy
        )
    try:
        with path.open("rb") as file:
            head = _HEAD.match(file.read(200).decode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"reading the executable {path}: {error.strerror}", remedy=remedy) from error
    if head is None:
        raise UsageError(f"{path} is not the executable of hostcheck", remedy=remedy)
    return Executable(path, head["machine"])


class RemoteBench:
    """A run on a host.

    Attributes:
        folder: where it is there; empty before it began.
    """

    def __init__(self, address: str, folder: str = "") -> None:
        """Take the host's address, and the folder of a run that has begun.

        Raises:
            UsageError: when either cannot be one.
        """
        if folder and (not _FOLDER.fullmatch(folder) or "/../" in folder):
            raise UsageError(
                f"{folder!r} is not the folder of a run", remedy="give the one that hostcheck bench ssh:// printed"
            )
        program, *words, _ = ssh_command(address)
        # Minutes pass without a word; a link that is dead ends the connection within one.
        self._ssh = [program, "-o", "ServerAliveInterval=20", *words]
        self._address = address
        self.folder = folder

    def begin(self, executable: Executable, options: Sequence[str]) -> None:
        """Copy the executable, and start it with these options of ``hostcheck bench``.

        Raises:
            CannotMeasureError: when the host does not take it.
        """
        size = executable.path.stat().st_size
        words = (executable.machine, str(size), str(DEADLINE_SECONDS), str(KEPT_SECONDS), *options)
        # Through a pipe of this process: where that ends, the copy does too.
        with executable.path.open("rb") as file, self._started("begin", *words) as process:
            assert process.stdin is not None
            answer, errors = _Answer(process, process.stdout), _Answer(process, process.stderr)
            with contextlib.suppress(BrokenPipeError):
                shutil.copyfileobj(file, process.stdin)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            answer.join()
            errors.join()
            process.wait()
        if answer.endless or errors.endless:
            raise CannotMeasureError(f"starting hostcheck at {self._address}: the host sent more than an answer has")
        folder = answer.text.decode("utf-8", "replace").rpartition("\n")[0].rpartition("\n")[2]
        if process.returncode or not _FOLDER.fullmatch(folder):
            raise CannotMeasureError(f"starting hostcheck at {self._address}: {_said(errors.text, process.returncode)}")
        self.folder = folder

    def follow(self, say: Callable[[str], None]) -> None:
        """Hand on each line that hostcheck says there, until it ends; a connection that is lost is made again.

        Raises:
            LostConnectionError: when it cannot be made again.
            CannotMeasureError: when the run is not there.
        """
        at, tries = 0, 0
        while True:
            before = at
            with self._started("follow", self.folder, str(at)) as process:
                at += _pass_on(process, say)
                code = process.wait()
                errors = process.stderr.read(_ERROR_BYTES) if process.stderr else b""
            if code == 0:
                return
            if code > 0 and code != _SSH_FAILED:
                raise CannotMeasureError(f"following hostcheck at {self._address}: {_said(errors, code)}")
            tries = 1 if at > before else tries + 1
            if tries >= _TRIES:
                raise LostConnectionError(
                    f"the connection to {self._address} was lost: {_said(errors, code)}",
                    remedy=f"the run goes on there; hostcheck bench {self._address} --attach {self.folder} fetches it",
                )
            time.sleep(_PAUSE_SECONDS)

    def stop(self) -> None:
        """Let hostcheck end there, with what it has measured. What does not reach the host is left to its deadline."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                self._command("stop", self.folder),
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
                env=own_environment(),
            )

    def fetch(self, keep: Callable[[bytes], None]) -> int:
        """Fetch the run file, and have all of hostcheck removed from the host once it is kept.

        Args:
            keep: given the file's bytes; none where hostcheck wrote no file.

        Returns:
            The exit code of hostcheck there.

        Raises:
            LostConnectionError: when the file did not arrive whole.
            CannotMeasureError: when the run is not there.
        """
        with self._started("fetch", self.folder) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            numbers = process.stdout.readline(64).split()
            if len(numbers) == 2 and all(map(bytes.isdigit, numbers)) and int(numbers[1]) <= MOST_BYTES:
                code, size = map(int, numbers)
                data = process.stdout.read(size)
                if len(data) == size:
                    keep(data)
                    process.stdin.write(b"received\n")
                    process.stdin.close()
                    process.wait()
                    return code
            process.stdin.close()
            errors = process.stderr.read(_ERROR_BYTES) if process.stderr else b""
            code = process.wait()
        kind: type[HostcheckError] = CannotMeasureError if code > 0 and code != _SSH_FAILED else LostConnectionError
        remedy = f"hostcheck bench {self._address} --attach {self.folder} fetches it"
        raise kind(f"fetching the run of {self._address}: {_said(errors, code)}", remedy=remedy)

    def _command(self, *words: str) -> list[str]:
        return [*self._ssh, shlex.join(["sh", "-c", read_shipped(_STEPS), "hostcheck", *words])]

    @contextmanager
    def _started(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        pipe = subprocess.PIPE
        process = subprocess.Popen(self._command(*words), stdin=pipe, stdout=pipe, stderr=pipe, env=own_environment())
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    with contextlib.suppress(OSError):
                        stream.close()


class _Answer(threading.Thread):
    """What a process writes, read while it is sent the executable. One that writes without end is killed."""

    def __init__(self, process: "subprocess.Popen[bytes]", stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._process = process
        self._descriptor = stream.fileno()
        self.text = b""
        self.endless = False
        self.start()

    def run(self) -> None:
        while part := os.read(self._descriptor, 1 << 16):
            self.text += part
            if len(self.text) > _ANSWER_BYTES:
                self.endless = True
                self._process.kill()
                return


def _pass_on(process: "subprocess.Popen[bytes]", say: Callable[[str], None]) -> int:
    """Hand on whole lines, and return how many bytes they had."""
    assert process.stdout is not None
    passed, line = 0, b""
    while part := process.stdout.read1(1 << 16):  # type: ignore[attr-defined]
        *lines, line = (line + part.replace(b"\0", b"")).split(b"\n")
        for each in lines:
            passed += len(each) + 1
            say(plain(each.decode("utf-8", "replace")))
        line = line[-_ERROR_BYTES:]
    return passed


def _said(errors: bytes, code: int) -> str:
    lines = [line for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    return plain(lines[-1]) if lines else f"it ended with {code}"
