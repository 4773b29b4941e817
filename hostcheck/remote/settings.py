"""Find the settings of the user's OpenSSH client that prevent a command from running with its input."""

import re
import subprocess
from collections.abc import Sequence

from hostcheck.host.lookup import own_environment

_HINDERING = re.compile(
    r"(?mi)^(?:(stdinnull|forkafterauthentication) (?:yes|true)|(sessiontype) (?:none|subsystem))\r?$"
)
"""Settings in the output of ``ssh -G`` that OpenSSH has since 8.7 (ssh_config(5)). hostcheck cannot override them by
options, since an older client refuses options that it does not know."""

_SHOWN = {
    "stdinnull": "StdinNull",
    "forkafterauthentication": "ForkAfterAuthentication",
    "sessiontype": "SessionType",
}
_SECONDS = 5.0


def hindering(argv: Sequence[str]) -> str:
    """Return the names of the hindering settings that apply to a command of ssh: "StdinNull and SessionType".

    Empty if there are none, or if ssh does not show its settings.

    Args:
        argv: the command: the path of ssh, then its arguments.
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
