"""What measures a host of a fleet: a file that brings the executable, and how it says what it measured."""

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
WAIT_SECONDS = 20
"""How long one connection waits for a run that has not ended. It looks once a second, to disturb nothing."""

_PLACES = "/tmp /var/tmp /dev/shm /run"  # noqa: S108  folders of hosts; what is in memory takes it from the measurement
_MARK = b"hostcheck-bench "


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run on a host left.

    Attributes:
        said: the last line that hostcheck wrote there.
        document: the run file; empty where there is none.
    """

    said: str
    document: bytes


def write_carried(path: Path, executable: Executable, options: Sequence[str], deadline: int) -> None:
    """Write the file that a host runs by ``sh FILE ID``: it begins ``hostcheck bench`` there with these options.

    Raises:
        OSError: when the executable cannot be read, or the file not be written.
    """
    data = executable.path.read_bytes()
    head = "#!/bin/sh\nid=$1\ncarried=$0\n"
    steps = _steps(options, deadline, {"machine": executable.machine, "bytes": len(data), "begins": "yes", "wait": 0})
    text = f"{steps}exit 0\n"
    # The executable's first line: after these, and the one that says so.
    line = head.count("\n") + text.count("\n") + 2
    with path.open("wb") as file:
        file.write(f"{head}line={line}\n{text}".encode())
        file.write(data)


def poll(options: Sequence[str], deadline: int) -> str:
    """Return what raw runs to wait for a run that has begun."""
    return _steps(options, deadline, {"carried": "", "begins": "no", "wait": WAIT_SECONDS})


def _steps(options: Sequence[str], deadline: int, more: Mapping[str, str | int]) -> str:
    words = " ".join(map(quoted, options))
    program = (
        f'TMPDIR=$0 sh "$0/hostcheck" bench {words} --no-store -o "json:$0/run.json" >/dev/null 2>"$0/log" &\n'
        'echo $! >"$0/main"\nwait $!\n'
        f'echo "{_MARK.decode()}$?"\necho "$(tail -n 1 "$0/log")"\ncat "$0/run.json" 2>/dev/null\n'
    )
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


def measured(text: bytes) -> Measured:
    """Return what a host answered, a stranger's text."""
    begin, _, rest = text.partition(b"\n")
    if not begin.startswith(_MARK):
        return Measured("it gave no answer", b"")
    said, _, document = rest.partition(b"\n")
    return Measured(said.decode("utf-8", "replace").removeprefix("hostcheck: ")[:300], document)
