"""Run code in a child process with a time limit, and read its results."""

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

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

libc = ctypes.CDLL(None, use_errno=True)
"""The C library, for functions that Python before 3.12 lacks (unshare, mount)."""


def call(name: str, *arguments: object) -> None:
    """Call a C function that returns 0 on success.

    Raises:
        OSError: on failure; the message is the name of the error ("EPERM").
    """
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, error_name(number))


def error_name(number: int) -> str:
    """Return the name of an error number as in errno(3), such as "EPERM"; an unknown number as text."""
    return errno.errorcode.get(number, str(number))


def die_with_parent() -> None:
    """Make the kernel kill this process when its parent ends (prctl(2), PR_SET_PDEATHSIG)."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def in_child(act: Callable[[], Iterable[Mapping[str, Any]]], seconds: float) -> dict[str, Any]:
    """Run a generator in a child process and merge the mappings that it yields.

    What was yielded before a crash or the time limit is part of the result. The child is killed when this process ends.

    Args:
        act: the generator; it yields mappings of JSON values.
        seconds: the time limit, after which the child is killed.
    """
    reading, writing = os.pipe()
    parent = os.getpid()
    # A signal that ends this process between the fork and the try would leave the child alone.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        child = os.fork()
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        raise
    if child == 0:
        _run_child(act, writing, parent, mask)
    try:
        os.close(writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        output = _read_output(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return _merge(output)


def _run_child(
    act: Callable[[], Iterable[Mapping[str, Any]]], writing: int, parent: int, mask: Iterable[int]
) -> NoReturn:
    """Run in the child. It always ends by _exit(2), so that no clean-up of the parent runs here."""
    try:
        die_with_parent()
        if os.getppid() == parent:
            for number in _ENDING:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for result in act():
                os.write(writing, json.dumps(result).encode() + b"\n")
    finally:
        os._exit(0)


def _read_output(reading: int, deadline: float) -> bytes:
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    output = b""
    while len(output) < READ_LIMIT:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        output += part
    return output


def _merge(output: bytes) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    # A last line without a line break is incomplete: the child was killed.
    for line in output.split(b"\n")[:-1]:
        merged.update(json.loads(line))
    return merged
