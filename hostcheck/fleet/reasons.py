"""Explain in one line why a host has no result: refused, unreachable, stuck or failed, by the messages of programs."""

import re

from hostcheck.fleet.ansible import Ended
from hostcheck.fleet.host import State

_REFUSED = re.compile(
    r"Permission denied|Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|Authentication fail"
    r"|(?:[Mm]issing|[Ii]ncorrect) (?:sudo |su |become |doas )?password|a password is required|not in the sudoers"
    r"|Too many authentication failures|account (?:is|has) (?:expired|locked|not available)"
)
"""Messages of ssh(1), sudo(8) and Ansible which show that the host was reached, and refused the user."""

_KEY = re.compile(r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED")
_HANGS = re.compile(r"Timeout \(\d+s\) waiting for privilege escalation prompt")
"""Ansible's message if a connection was made, but the host printed nothing, not even the prompt of su(1) or sudo(8)."""
_NO_TERMINAL = "PTY allocation request failed"
"""ssh's message if the host provides no terminal. Over a shared connection only the message ``_CLOSED`` appears."""
_CLOSED = "Shared connection to "
_TERMINALS = "where it has no terminals (/dev/pts), set ansible_ssh_use_tty=false"
_NOISE = re.compile(
    r"^(?:non-zero return code|\d+ bytes .*copied,|\d+\+\d+ records |Warning: Permanently added |Shared connection to )"
)
_MOST = 300


def reason_of(ended: Ended, printed: str) -> tuple[State, str]:
    """Return the state of a host without an answer, and the reason.

    Args:
        ended: Ansible's result.
        printed: the host's standard output; only its end is used.
    """
    if ended.how == "skipped":
        return State.SKIPPED, "the playbook skipped it"
    if ended.how == "stuck":
        return State.STUCK, "it did not answer in time"
    said = f"{ended.said}\n{ended.errors}\n{printed[-2000:]}"
    if _KEY.search(said):
        return State.REFUSED, "its host key is not the known one: Host key verification failed"
    line = _last(said)
    if hangs := _HANGS.search(said):
        return State.STUCK, f"it did not answer in time: {hangs[0]}"
    if _REFUSED.search(said):
        found = [each for each in said.splitlines() if _REFUSED.search(each)]
        return State.REFUSED, _clean(found[-1])
    if ended.how == "unreachable" and _NO_TERMINAL in said:
        return State.UNREACHABLE, f"ssh gets no terminal there: {_TERMINALS}"
    if ended.how == "unreachable" and not line and _CLOSED in said:
        return State.UNREACHABLE, f"it closed the connection; {_TERMINALS}"
    if ended.how == "unreachable":
        return State.UNREACHABLE, line or "it cannot be reached"
    code = "" if ended.code is None else f"the command ended with {ended.code}"
    return State.FAILED, f"{line} ({code})" if line and code else line or code or "it gave no answer"


def _last(said: str) -> str:
    lines = [_clean(line) for line in said.splitlines()]
    return next((line for line in reversed(lines) if line), "")


def _clean(line: str) -> str:
    """Return a message without parts that do not explain the cause; empty if no part does."""
    line = line.strip().removeprefix("Failed to connect to the host via ssh: ")
    return "" if _NOISE.match(line) else line[:_MOST]
