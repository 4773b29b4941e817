"""Shorten the messages of an engine or a runtime: without ids, without the chain of callers, each reason once."""

import re
from collections.abc import Iterable

_ID = re.compile(r"\b[0-9a-f]{12,64}\b")
_INTERFACE = re.compile(r"\bveth[0-9a-f]{7,8}\b")
"""Name that Docker (7 digits) and CNI (8) make up for a container's interface."""
_PROCESS = re.compile(r"(?<=/proc/)[0-9]+(?=/)")
_OWN_NAME = re.compile(r"/?hostcheck-[0-9a-f]{8}-[a-z-]+-[0-9]+")
_CALLERS = re.compile(
    r"\b(?:failed to create (?:shim task|shim|task for container)|OCI runtime create failed|"
    r"(?:runc|crun) (?:create|run) failed|[a-z_]+\.go:[0-9]+|starting container process caused|"
    r"unable to retrieve OCI runtime error \([^()]*\)|"
    r"unable to start container process|process_linux\.go:[0-9]+)\s*: "
)
_DUMP = re.compile(r"&[A-Za-z][\w.]*\{.*")
"""What Go prints of a pointer to a structure, such as ``&imagebuilder.Step{Env:…}`` of Podman's builder."""
_UNKNOWN = re.compile(r"(?:: unknown)+$")

LONGEST = 200
"""Maximum number of characters of a reason. Engines repeat a chain of callers in messages of 300 and more."""


def reason_of(text: str) -> str:
    """Return an engine's message in one line, without ids, names of interfaces, callers and dumps of structures.

    Args:
        text: the message. Docker nests it: "failed to create shim task: OCI runtime create failed: … : unknown".
    """
    line = without_dump(" ".join(text.split()))
    line = _PROCESS.sub("…", _INTERFACE.sub("veth…", line))
    line = _UNKNOWN.sub("", _CALLERS.sub("", _OWN_NAME.sub("the container", _ID.sub("…", line))))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def without_dump(line: str) -> str:
    """Return a line up to the dump of a structure in it."""
    return _DUMP.sub("", line).rstrip()


def once(reasons: Iterable[str]) -> str:
    """Return each different reason once, in order, separated by semicolons."""
    return "; ".join(dict.fromkeys(filter(None, reasons)))
