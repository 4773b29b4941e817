"""Shell programs that bring the executable to a host of a fleet, start it there, and wait for its output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hostcheck.fleet import play
from hostcheck.remote.bench import Executable
from hostcheck.remote.requests import quoted

GRACE_SECONDS = 60
"""How long a run that was ended at its deadline has to write what it measured, and to clean up."""
KEPT_SECONDS = 24 * 3600
"""How long a host keeps a run that was not fetched."""
FORGOTTEN_SECONDS = 600
"""How long a host keeps what no later command fetches."""
WAIT_SECONDS = 20
"""How long one connection waits for a run that has not ended. It looks once a second, to disturb nothing."""

_PLACES = "/tmp /var/tmp /dev/shm /run"  # noqa: S108  folders of hosts; what is in memory takes it from the measurement
_MARK = b"hostcheck-ended "


@dataclass(frozen=True, slots=True)
class Left:
    """What a command of hostcheck left on a host.

    Attributes:
        said: the last line of its standard error.
        document: what it wrote; empty where there is none.
    """

    said: str
    document: bytes


def bench_program(options: Sequence[str]) -> str:
    """Return what runs ``hostcheck bench`` with these options in the folder of a host, and writes what it left."""
    return _program(f'bench {" ".join(map(quoted, options))} --no-store -o "json:$0/document" >/dev/null')


def peers_program(question: str) -> str:
    """Return what asks the peers of a host a question, and writes what it found; the host is called as its folder."""
    return f'printf %s {quoted(question)} >"$0/question"\n' + _program(
        'fleet answer-peers "$0/question" "${0##*-}" >"$0/document"'
    )


def fate_program(question: str) -> str:
    """Return what loads and watches the disk of a host by a plan, and writes what it found; as ``peers_program``."""
    return f'printf %s {quoted(question)} >"$0/question"\n' + _program(
        'fleet answer-shared-fate "$0/question" "${0##*-}" >"$0/document"'
    )


def in_folder(commands: str) -> str:
    """Return these commands for Ansible's module raw, in the folder of a started program; nothing where it is gone."""
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
    """Write the file that a host runs by ``sh FILE ID``: it begins a program there, which has ``$0/hostcheck``.

    The program writes its number to ``$0/main``, and ends when that gets SIGTERM. What it wrote is there for as many
    seconds as ``kept``, unless it is fetched.

    Raises:
        OSError: when the executable cannot be read, or the file not be written.
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
    # The executable's first line: after these, and the one that says so.
    line = head.count("\n") + text.count("\n") + 2
    with path.open("wb") as file:
        file.write(f"{head}line={line}\n{text}".encode())
        file.write(data)


def poll(deadline: int) -> str:
    """Return the commands for Ansible's module raw that wait for a started program."""
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
    """Return what a host answered, a stranger's text."""
    begin, _, rest = text.partition(b"\n")
    if not begin.startswith(_MARK):
        return Left("it gave no answer", b"")
    said, _, document = rest.partition(b"\n")
    return Left(said.decode("utf-8", "replace").removeprefix("hostcheck: ")[:300], document)
