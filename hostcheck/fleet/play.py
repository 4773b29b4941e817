"""The plays that ask hosts. Each has one task of ``raw`` or ``script``: these modules need only a shell on a host."""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hostcheck.remote.requests import quoted
from hostcheck.resources import read_shipped

WAIT_SECONDS = 10
"""Seconds that one connection waits for a program to end. Then another connection asks again."""
DEADLINE_SECONDS = 60
"""Seconds that the program may take on a host."""
KEPT_SECONDS = 600
"""Seconds for which a host keeps an output that was not fetched."""

MOST_BYTES = 16 << 20
"""Maximum size of a decompressed answer. A typical one has 200 KB."""

FOLDER = "lookup('ansible.builtin.env', 'HOSTCHECK_FLEET_ANSWERS')"
"""A Jinja expression for the folder of the answers."""

_DETACHED = Path(__file__).parent / "detached.sh"
_ANSWER = re.compile(r"hostcheck-answer (gzip )?(base64|hex|text)\r?\n")
"""The beginning of an answer. It may follow a banner that has no line break."""

_ENDS = "hostcheck-answer ends"
_MOST_REASON = 300
"""Maximum number of characters of the reason why a program was not started."""

_COMMENT = re.compile(r"(?m)^[ \t]*#(?!!).*\n")


@dataclass(frozen=True, slots=True)
class Answered:
    """The parsed output of a host.

    Attributes:
        text: the output of the program; None if it did not end by itself.
        running: whether the program still runs.
        late: whether the program was ended at its deadline.
        failed: why the program was not started, or is gone; otherwise empty.
    """

    text: bytes | None = None
    running: bool = False
    late: bool = False
    failed: str = ""


def most_seconds(deadline: int) -> int:
    """Return the time limit in seconds of one request to a host.

    It is the time for which a connection waits for the program, and the deadline once more for connecting.
    """
    return min(WAIT_SECONDS, deadline) + deadline


def play(token: str, program: str, deadline: int) -> dict[str, Any]:
    """Return the play of one round of an audit.

    Args:
        token: a name of the round. The name of each host's folder is derived from it and the host's name.
        program: a Jinja expression for the path of the file that the host runs. ``command`` returns its content.
        deadline: seconds that the program may take.
    """
    text = f"id={{{{ {identity(token)} }}}}\n{{{{ lookup('ansible.builtin.file', {program}) }}}}"
    return of_task("audit", {"ansible.builtin.raw": text}, most_seconds(deadline))


def identity(token: str) -> str:
    """Return a Jinja expression for the last part of the name of a host's folder."""
    return f"('{token}' ~ inventory_hostname) | hash('sha1')"


def of_task(name: str, action: Mapping[str, object], seconds: int) -> dict[str, Any]:
    """Return a play with one task.

    Args:
        name: the name of the play.
        action: the module of the task, with its arguments.
        seconds: the time limit of the task on a host.
    """
    return {
        "name": name,
        "hosts": "all",
        "gather_facts": False,
        "any_errors_fatal": False,
        "tasks": [{"name": "ask", "timeout": seconds, **action}],
    }


def command(program: str, deadline: int) -> str:
    """Return commands for Ansible's module raw that run a program in the background, with a deadline in seconds."""
    text = _COMMENT.sub("", f"{program}echo 'end 1'\n")
    settings: dict[str, str | int | float] = {
        "places": "/dev/shm /run /tmp /var/tmp",  # noqa: S108  folders of hosts, in memory first
        "deadline": deadline,
        "wait": min(WAIT_SECONDS, deadline),
        "grace": 0,
        "kept": KEPT_SECONDS,
        "pause": 0.1,
        "step": 1,
        "carried": "",
        "begins": "yes",
        "program": text,
    }
    return detached(settings)


def detached(settings: Mapping[str, str | int | float]) -> str:
    """Return detached.sh after assignments to the variables that it needs, except ``id``."""
    return "".join(f"{name}={quoted(str(value))}\n" for name, value in settings.items()) + _detached()


@cache
def _detached() -> str:
    return _COMMENT.sub("", read_shipped(_DETACHED))


def understood(printed: str) -> Answered | None:
    """Parse the output of a host; None if it contains no answer, or a damaged one.

    The output is untrusted input. At most ``MOST_BYTES`` are decompressed.
    """
    found = _ANSWER.search(printed)
    # The end is not in the pattern: a host that writes many beginnings would make the search quadratic.
    end = -1 if found is None else printed.find(_ENDS, found.end())
    if found is None or end < 0:
        lines = printed.splitlines()
        if failed := [after for line in lines for _, word, after in [line.partition("hostcheck-failed ")] if word]:
            return Answered(failed=failed[-1][:_MOST_REASON])
        running, late = (any(line.endswith(word) for line in lines) for word in ("hostcheck-running", "hostcheck-late"))
        return Answered(running=running, late=late) if running or late else None
    try:
        data = _decoded(found[2], printed[found.end() : end].removesuffix("\n").removesuffix("\r"))
        if found[1]:
            inflate = zlib.decompressobj(wbits=31)
            data = inflate.decompress(data, MOST_BYTES)
    except (ValueError, zlib.error):
        return None
    return Answered(data[:MOST_BYTES])


def _decoded(coding: str, text: str) -> bytes:
    """Decode bytes that were sent as text; ``coding`` is "text", "hex" or "base64".

    Raises:
        ValueError: if the text is not valid.
    """
    if coding == "text":
        return text.encode("utf-8", "surrogateescape") + b"\n"
    try:
        return bytes.fromhex(text) if coding == "hex" else base64.b64decode(text)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
