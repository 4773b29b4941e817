"""Join a new session keyring, as runc and crun do for each container.

The kernel removes the keyring with the child, which is the only process that has it. Sources: keyctl(2),
KEYCTL_JOIN_SESSION_KEYRING; session-keyring(7).
"""

import ctypes
from collections.abc import Iterator, Mapping
from typing import Any

from hostcheck.host.experiments.calls import failure, number_of
from hostcheck.host.experiments.child import in_child

_JOIN_SESSION_KEYRING = 1


def try_keyring(seconds: float) -> dict[str, Any]:
    """Try to join a keyring; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        seconds: the time limit.
    """
    number = number_of("keyctl")
    return {} if number is None else in_child(lambda: _join(number), seconds)


def _join(number: int) -> Iterator[Mapping[str, Any]]:
    error = failure(number, ctypes.c_long(_JOIN_SESSION_KEYRING), None)
    yield {"session": {"ok": not error, "error": error, "stage": "join" if error else ""}}
