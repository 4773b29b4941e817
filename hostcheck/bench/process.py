"""A process named so that its number, given to another one later, is not mistaken for it."""

import os
import re
from pathlib import Path

_NAME = re.compile(r"(\d+)-(\d+)-(\d+)")


def own_process() -> str:
    """Return this process's name: its number, when it started, and the namespace in which both are meant."""
    return f"{os.getpid()}-{_started(os.getpid())}-{_namespace()}"


def is_alive(name: str) -> bool | None:
    """Whether the process named so lives; None when that cannot be told from here: it ran in another PID namespace."""
    found = _NAME.fullmatch(name)
    if found is None or found[3] != _namespace():
        return None
    return _started(int(found[1])) == found[2]


def _started(pid: int) -> str:
    """Clock ticks from the boot to the process's start (proc(5), stat field 22); empty where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    # The name of the program stands in parentheses, and may hold any character.
    fields = stat.rpartition(")")[2].split()
    # A zombie holds its number, and nothing else.
    return "" if fields[0] == "Z" else fields[19]


def _namespace() -> str:
    return "".join(filter(str.isdigit, str(Path("/proc/self/ns/pid").readlink())))
