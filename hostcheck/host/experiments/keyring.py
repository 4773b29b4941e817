"""Join a new session keyring, as runc and crun do for each container.

The kernel removes the keyring with the child, which is the only process that has it. Sources: keyctl(2),
KEYCTL_JOIN_SESSION_KEYRING; session-keyring(7); linux arch/*/include/uapi/asm/unistd.h for the number of the call.
"""

import ctypes
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from hostcheck.host.experiments.child import error_name, in_child, libc

_JOIN_SESSION_KEYRING = 1
_GENERIC = 219
KEYCTL: Mapping[tuple[str, int], int] = MappingProxyType(
    {
        ("x86_64", 64): 250,
        ("x86_64", 32): 288,
        ("aarch64", 64): _GENERIC,
        ("aarch64", 32): 311,
        ("armv7l", 32): 311,
        ("armv6l", 32): 311,
        ("i686", 32): 288,
        ("loongarch64", 64): _GENERIC,
        ("ppc64le", 64): 271,
        ("riscv64", 64): _GENERIC,
        ("s390x", 64): 280,
    }
)
"""The number of keyctl(2), by the machine as of uname(2) and the bits of this program."""


def try_keyring(seconds: float) -> dict[str, Any]:
    """Try to join; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        seconds: the time limit.
    """
    number = KEYCTL.get((os.uname().machine, 8 * ctypes.sizeof(ctypes.c_void_p)))
    return {} if number is None else in_child(lambda: _join(number), seconds)


def _join(number: int) -> Iterator[Mapping[str, Any]]:
    joined = libc.syscall(ctypes.c_long(number), ctypes.c_long(_JOIN_SESSION_KEYRING), None)
    failed = error_name(ctypes.get_errno()) if joined == -1 else ""
    yield {"session": {"ok": not failed, "error": failed, "stage": "join" if failed else ""}}
