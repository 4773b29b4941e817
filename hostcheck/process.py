"""Names of processes that stay unique when the kernel reuses a PID."""

import os
import re
from pathlib import Path

_NAME = re.compile(r"(\d+)-(\d+)-(\d+)")


def own_process() -> str:
    """Return this process's name: its PID, its start time and its PID namespace."""
    return f"{os.getpid()}-{_started(os.getpid())}-{_namespace()}"


def is_alive(name: str) -> bool | None:
    """Return whether the named process is alive; None if it cannot be seen, because it is in another PID namespace."""
    found = _NAME.fullmatch(name)
    if found is None or found[3] != _namespace():
        return None
    return _started(int(found[1])) == found[2]


def _started(pid: int) -> str:
    """Return the process's start time in clock ticks since boot (proc(5), stat field 22); "" if it does not exist."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    # The program's name is in parentheses, and may contain any character.
    fields = stat.rpartition(")")[2].split()
    # A zombie has ended: only its PID is still in use.
    return "" if fields[0] == "Z" else fields[19]


def _namespace() -> str:
    return "".join(filter(str.isdigit, str(Path("/proc/self/ns/pid").readlink())))
