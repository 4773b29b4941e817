"""The plays that ask hosts: one task of ``raw`` or ``script``, since those need nothing of a host but a shell."""

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
"""How long one connection waits for a program that has not ended; then another asks again."""
DEADLINE_SECONDS = 60
"""How long the program may take on a host."""
KEPT_SECONDS = 600
"""How long a host keeps what was not fetched."""

MOST_BYTES = 16 << 20
"""Of an answer, decompressed. One is about 200 KB."""

FOLDER = "lookup('ansible.builtin.env', 'HOSTCHECK_FLEET_ANSWERS')"
"""The folder of the answers, in a template."""

_DETACHED = Path(__file__).parent / "detached.sh"
_ANSWER = re.compile(r"hostcheck-answer (gzip )?(base64|hex|text)\r?\n")
"""A banner without a line break may precede it."""

_ENDS = "hostcheck-answer ends"
_MOST_REASON = 300
"""Characters of why a program was not begun."""

_COMMENT = re.compile(r"(?m)^[ \t]*#(?!!).*\n")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a host printed, understood.

    Attributes:
        text: of the program; None where it did not end.
        running: whether it still runs there.
        late: whether it was ended at its deadline.
        failed: why it was not begun, or is not there; empty otherwise.
    """

    text: bytes | None = None
    running: bool = False
    late: bool = False
    failed: str = ""


def most_seconds(deadline: int) -> int:
    """Return how long one question may take: as long as a connection waits, and the deadline again to connect."""
    return min(WAIT_SECONDS, deadline) + deadline


def play(token: str, program: str, deadline: int) -> dict[str, Any]:
    """Return the play of one question.

    Args:
        token: names this question; each host's folder is named after it and the host.
        program: a template of the path of what runs there, made by ``command``.
        deadline: in seconds.
    """
    text = f"id={{{{ {identity(token)} }}}}\n{{{{ lookup('ansible.builtin.file', {program}) }}}}"
    return of_task("audit", {"ansible.builtin.raw": text}, most_seconds(deadline))


def identity(token: str) -> str:
    """Return an expression of what names a host's folder."""
    return f"('{token}' ~ inventory_hostname) | hash('sha1')"


def of_task(name: str, action: Mapping[str, object], seconds: int) -> dict[str, Any]:
    """Return the play of one action, which may take so many seconds on a host."""
    return {
        "name": name,
        "hosts": "all",
        "gather_facts": False,
        "any_errors_fatal": False,
        "tasks": [{"name": "ask", "timeout": seconds, **action}],
    }


def command(program: str, deadline: int) -> str:
    """Return what raw runs: the program, in the background and with its deadline in seconds."""
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
    """Return detached.sh with the variables that it needs set before it, except ``id``."""
    return "".join(f"{name}={quoted(str(value))}\n" for name, value in settings.items()) + _detached()


@cache
def _detached() -> str:
    return _COMMENT.sub("", read_shipped(_DETACHED))


def understood(printed: str) -> Answered | None:
    """Parse the output of a host; None if it contains no answer, or a damaged one.

    The text is a stranger's: it is bounded, and not decompressed beyond ``MOST_BYTES``.
    """
    found = _ANSWER.search(printed)
    # Not in the pattern, which would look for the end again from each beginning that a host writes.
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
    """Return bytes that were sent as text.

    Raises:
        ValueError: when they were not.
    """
    if coding == "text":
        return text.encode("utf-8", "surrogateescape") + b"\n"
    try:
        return bytes.fromhex(text) if coding == "hex" else base64.b64decode(text)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
