"""Do something in a child process that cannot outlive its time limit, and hear what came of it."""

import ctypes
import errno
import json
import os
import select
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from hostcheck.host.base import READ_LIMIT

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

libc = ctypes.CDLL(None, use_errno=True)
"""The C library: what Python 3.11 has no function for (unshare, mount) is called through it."""


def call(name: str, *arguments: object) -> None:
    """Call a C function that gives 0 when it worked.

    Raises:
        OSError: when it did not; the message is the error's name ("EPERM").
    """
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, error_name(number))


def error_name(number: int) -> str:
    """Name an error as errno(3) does: "EPERM"."""
    return errno.errorcode.get(number, str(number))


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that made it ends (prctl(2), PR_SET_PDEATHSIG)."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def in_child(act: Callable[[], Iterable[Mapping[str, Any]]], seconds: float) -> dict[str, Any]:
    """Run a generator in a child process and merge what it yields.

    What it yielded before it crashed or ran out of time counts. The child dies with this process.

    Args:
        act: yields mappings of JSON values.
        seconds: how long it may take; then it is killed.
    """
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _live(act, writing, parent)
    os.close(writing)
    try:
        heard = _hear(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return _merge(heard)


def _live(act: Callable[[], Iterable[Mapping[str, Any]]], writing: int, parent: int) -> NoReturn:
    """Be the child. Nothing of the parent's clean-up may run here: it ends by _exit, whatever happens."""
    try:
        die_with_parent()
        if os.getppid() == parent:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            for result in act():
                os.write(writing, json.dumps(result).encode() + b"\n")
    finally:
        os._exit(0)


def _hear(reading: int, deadline: float) -> bytes:
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    heard = b""
    while len(heard) < READ_LIMIT:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        heard += part
    return heard


def _merge(heard: bytes) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    # A line without its end was cut off by the child's death.
    for line in heard.split(b"\n")[:-1]:
        merged.update(json.loads(line))
    return merged
