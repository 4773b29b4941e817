"""Mount another proc, as a runtime does for each container.

It is mounted in new namespaces, over /proc, and the kernel removes it with them. Sources: linux fs/namespace.c
(mnt_already_visible), pid_namespaces(7).
"""

import ctypes
import os
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NoReturn

from hostcheck.host.experiments.child import call, die_with_parent, error_name, in_child

_NEWNS, _NEWUSER, _NEWPID = 0x00020000, 0x10000000, 0x20000000  # linux/sched.h
_REC_PRIVATE = 0x4000 | (1 << 18)  # linux/mount.h
_FLAGS = 0x2 | 0x4 | 0x8  # nosuid, nodev, noexec
_KINDS = {"own": _NEWNS | _NEWPID, "user": _NEWUSER | _NEWNS | _NEWPID}


def try_proc(seconds: float) -> dict[str, Any]:
    """Try both kinds of containers; see ``hostcheck.host.experiments.perform`` for the result.

    Args:
        seconds: the time limit of each.
    """
    tried: dict[str, Any] = {}
    for kind, flags in _KINDS.items():
        tried |= in_child(partial(_try, kind, flags), seconds)
    return tried


def _try(kind: str, flags: int) -> Iterator[Mapping[str, Any]]:
    try:
        call("unshare", flags)
    except OSError as error:
        yield {kind: {"ok": False, "error": error_name(error.errno or 0), "stage": "namespace"}}
        return
    # Only a child of this process is in the new namespace of processes.
    child = os.fork()
    if child == 0:
        _mount()
    number = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    yield {kind: {"ok": number == 0, "error": error_name(number) if number else "", "stage": "mount" if number else ""}}


def _mount() -> NoReturn:
    """Mount proc in this process, and exit with the error number as the exit code; 0 for success."""
    number = 1
    try:
        die_with_parent()
        call("mount", b"none", b"/", None, ctypes.c_ulong(_REC_PRIVATE), None)
        call("mount", b"proc", b"/proc", b"proc", ctypes.c_ulong(_FLAGS), None)
        number = 0
    except OSError as error:
        number = error.errno or 1
    finally:
        os._exit(number)
