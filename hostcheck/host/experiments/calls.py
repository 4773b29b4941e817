"""System calls that the C library has no function for.

Source of the numbers: linux arch/*/include/uapi/asm/unistd.h and the tables of arch/*/kernel/syscalls.
"""

import ctypes
import os
from collections.abc import Mapping
from types import MappingProxyType

from hostcheck.host.experiments.child import error_name, libc

_GENERIC = {"keyctl": 219, "bpf": 280}
_ARM = {"keyctl": 311, "bpf": 386}
_I386 = {"keyctl": 288, "bpf": 357}
NUMBERS: Mapping[tuple[str, int], Mapping[str, int]] = MappingProxyType(
    {
        ("x86_64", 64): {"keyctl": 250, "bpf": 321},
        ("x86_64", 32): _I386,
        ("i686", 32): _I386,
        ("aarch64", 64): _GENERIC,
        ("aarch64", 32): _ARM,
        ("armv7l", 32): _ARM,
        ("armv6l", 32): _ARM,
        ("loongarch64", 64): _GENERIC,
        ("riscv64", 64): _GENERIC,
        ("ppc64le", 64): {"keyctl": 271, "bpf": 361},
        ("s390x", 64): {"keyctl": 280, "bpf": 351},
    }
)
"""The number of each call by its name. The outer key is the machine name of uname(2) with the bits of an address in
this process."""


def number_of(name: str) -> int | None:
    """Return the number of a call on this machine; None if it is not known."""
    return NUMBERS.get((os.uname().machine, 8 * ctypes.sizeof(ctypes.c_void_p)), {}).get(name)


def failure(number: int, *arguments: object) -> str:
    """Make the call with this number; return the name of its error ("EPERM"), empty on success."""
    return error_name(ctypes.get_errno()) if libc.syscall(ctypes.c_long(number), *arguments) == -1 else ""
