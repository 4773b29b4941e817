"""Find the settings of the user's OpenSSH client that keep it from running a command with its input."""

import re
import subprocess
from collections.abc import Sequence

from hostcheck.host.lookup import own_environment

_HINDERING = re.compile(
    r"(?mi)^(?:(stdinnull|forkafterauthentication) (?:yes|true)|(sessiontype) (?:none|subsystem))\r?$"
)
"""Since OpenSSH 8.7 (ssh_config(5)). An older client refuses an option that it does not know: none can be set here."""

_SHOWN = {
    "stdinnull": "StdinNull",
    "forkafterauthentication": "ForkAfterAuthentication",
    "sessiontype": "SessionType",
}
_SECONDS = 5.0


def hindering(argv: Sequence[str]) -> str:
    """Return the names of these settings for a command of ssh, as words; empty where there are none.

    Args:
        argv: the command, with the path of ssh.
    """
    program, *words = argv
    try:
        done = subprocess.run(
            [program, "-G", *words],
            check=False,
            env=own_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = (_SHOWN[(each[1] or each[2]).lower()] for each in _HINDERING.finditer(done.stdout))
    return " and ".join(found)
