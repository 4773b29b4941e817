"""Shell programs that copy the executable to a host of a fleet, start it there, and wait for its output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hostcheck.fleet import play
from hostcheck.remote.bench import Executable
from hostcheck.remote.requests import quoted

GRACE_SECONDS = 60
"""Seconds that a run has after its deadline to write what it measured, and to clean up."""
KEPT_SECONDS = 24 * 3600
"""Seconds for which a host keeps a result that was not fetched."""
FORGOTTEN_SECONDS = 600
"""Seconds for which a host keeps a result that no later command can fetch."""
WAIT_SECONDS = 20
"""Seconds that one connection waits for a run to end. To disturb the run little, it checks once a second."""

_PLACES = "/tmp /var/tmp /dev/shm /run"  # noqa: S108  folders of hosts, those in memory last: a benchmark needs it
_MARK = b"hostcheck-ended "


@dataclass(frozen=True, slots=True)
class Left:
    """The output of a hostcheck command on a host.

    Attributes:
        said: the last line of its standard error.
        document: the file that it wrote; empty if there is none.
    """

    said: str
    document: bytes


def bench_program(options: Sequence[str]) -> str:
    """Return a shell program that runs ``hostcheck bench`` with options, and prints the result for ``left_by``."""
    return _program(f'bench {" ".join(map(quoted, options))} --no-store -o "json:$0/document" >/dev/null')


def peers_program(question: str) -> str:
    """Return a shell program that lets a host measure its peers.

    It prints the result for ``left_by``. The host is identified by the last part of the name of its folder.
    """
    return f'printf %s {quoted(question)} >"$0/question"\n' + _program(
        'fleet answer-peers "$0/question" "${0##*-}" >"$0/document"'
    )


def fate_program(question: str) -> str:
    """Return a shell program that lets a host load and measure its disk by a plan.

    It prints the result for ``left_by``. The host is identified by the last part of the name of its folder.
    """
    return f'printf %s {quoted(question)} >"$0/question"\n' + _program(
        'fleet answer-shared-fate "$0/question" "${0##*-}" >"$0/document"'
    )


def in_folder(commands: str) -> str:
    """Return commands for Ansible's module raw that run these commands in the folder of a started program.

    If the folder is gone, they do nothing.
    """
    return (
        f'folder=\nfor place in {_PLACES}; do\ntest -O "$place/hostcheck-$id" && folder=$place/hostcheck-$id\ndone\n'
        f'test -n "$folder" || exit 0\ncd "$folder" || exit 0\n{commands}'
    )


def _program(command: str) -> str:
    return (
        f'TMPDIR=$0 sh "$0/hostcheck" {command} 2>"$0/log" &\necho $! >"$0/main"\nwait $!\n'
        f'echo "{_MARK.decode()}$?"\necho "$(tail -n 1 "$0/log")"\ncat "$0/document" 2>/dev/null\n'
    )


def write_carried(path: Path, executable: Executable, program: str, deadline: int, kept: int = KEPT_SECONDS) -> None:
    """Write the file that a host runs as ``sh FILE ID``: it unpacks the executable and starts a program.

    The executable is ``$0/hostcheck`` in the program. The program must write its process id to ``$0/main``, and end
    when this process receives SIGTERM.

    Args:
        path: the file.
        executable: the executable.
        program: the shell program.
        deadline: seconds that the program may take.
        kept: seconds for which the host keeps the output if it is not fetched.

    Raises:
        OSError: if the executable cannot be read, or the file cannot be written.
    """
    data = executable.path.read_bytes()
    head = "#!/bin/sh\nid=$1\ncarried=$0\n"
    more: dict[str, str | int] = {
        "machine": executable.machine,
        "bytes": len(data),
        "begins": "yes",
        "wait": 0,
        "kept": kept,
    }
    steps = _steps(program, deadline, more)
    text = f"{steps}exit 0\n"
    # The executable begins after these lines and the line with this number.
    line = head.count("\n") + text.count("\n") + 2
    with path.open("wb") as file:
        file.write(f"{head}line={line}\n{text}".encode())
        file.write(data)


def poll(deadline: int) -> str:
    """Return commands for Ansible's module raw that wait for a started program."""
    return _steps("", deadline, {"carried": "", "begins": "no", "wait": WAIT_SECONDS})


def _steps(program: str, deadline: int, more: Mapping[str, str | int]) -> str:
    settings: dict[str, str | int] = {
        "places": _PLACES,
        "deadline": deadline,
        "grace": GRACE_SECONDS,
        "kept": KEPT_SECONDS,
        "pause": 1,
        "step": 10,
        "program": program,
    }
    return play.detached({**settings, **more})


def left_by(text: bytes) -> Left:
    """Parse the output of a host, which is untrusted input."""
    begin, _, rest = text.partition(b"\n")
    if not begin.startswith(_MARK):
        return Left("it gave no answer", b"")
    said, _, document = rest.partition(b"\n")
    return Left(said.decode("utf-8", "replace").removeprefix("hostcheck: ")[:300], document)
