"""Why a host has no result, in one line: refused, unreachable, stuck or failed, by what Ansible and the host say."""

import re

from hostcheck.fleet.ansible import Ended
from hostcheck.fleet.state import State

_REFUSED = re.compile(
    r"Permission denied|Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|Authentication fail"
    r"|(?:[Mm]issing|[Ii]ncorrect) (?:sudo |su |become |doas )?password|a password is required|not in the sudoers"
    r"|Too many authentication failures|account (?:is|has) (?:expired|locked|not available)"
)
"""What ssh(1), sudo(8) and Ansible write where a host was reached and did not let the user in."""

_KEY = re.compile(r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED")
_NOISE = re.compile(r"^(?:non-zero return code|Warning: Permanently added |Shared connection to )")
_MOST = 300


def reason_of(ended: Ended, printed: str) -> tuple[State, str]:
    """Return the state and the reason of a host that gave no answer.

    Args:
        ended: what Ansible says.
        printed: the end of what the host wrote to standard output.
    """
    if ended.how == "skipped":
        return State.SKIPPED, "the playbook skipped it"
    if ended.how == "stuck":
        return State.STUCK, "it did not answer in time"
    said = f"{ended.said}\n{ended.errors}\n{printed[-2000:]}"
    if _KEY.search(said):
        return State.REFUSED, "its host key is not the known one: Host key verification failed"
    line = _last(said)
    if _REFUSED.search(said):
        found = [each for each in said.splitlines() if _REFUSED.search(each)]
        return State.REFUSED, _clean(found[-1])
    if ended.how == "unreachable":
        return State.UNREACHABLE, line or "it cannot be reached"
    code = "" if ended.code is None else f"the command ended with {ended.code}"
    return State.FAILED, f"{line} ({code})" if line and code else line or code or "it gave no answer"


def _last(said: str) -> str:
    lines = [_clean(line) for line in said.splitlines()]
    return next((line for line in reversed(lines) if line), "")


def _clean(line: str) -> str:
    """Return a line without what says nothing of its cause."""
    line = line.strip().removeprefix("Failed to connect to the host via ssh: ")
    return "" if _NOISE.match(line) else line[:_MOST]
