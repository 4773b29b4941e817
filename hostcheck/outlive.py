"""Wait for the end of another process, even by SIGKILL, and then clean up.

The other process holds one end of a pipe or a socket, and this process waits at the other end. When a process is
killed, the kernel closes its end. All clean-up after a kill uses this module:

- the helpers of a benchmark (hostcheck.helper), programs started anew, since they wait for minutes while others are
  measured: hostcheck.bench.cleanup's keeper, scratch_guard and engine_sweeper;
- ``removed``, a fork, since an experiment of an audit takes a moment: hostcheck.host.experiments.
"""

import contextlib
import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_READ_BYTES = 1 << 16
_RETRY_SECONDS = 3.0
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Ended:
    """The data that the other process sent before it ended.

    Attributes:
        data: the bytes.
        descriptors: the files that it passed (unix(7), SCM_RIGHTS), in order; they are open in this process too.
    """

    data: bytes
    descriptors: tuple[int, ...]


def ignore_stops() -> None:
    """Ignore the signals that end a program, because a service manager sends them to all processes of a run."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)


def heed_stops() -> None:
    """Let the signals of ``ignore_stops`` end the process again."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_DFL)


def wait_for_end(descriptor: int) -> Ended:
    """Wait until every process that has the other end of a pipe or of a socket has closed it, or was killed.

    Args:
        descriptor: this end.
    """
    data, descriptors = b"", []
    is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    connection = socket.socket(fileno=os.dup(descriptor)) if is_socket else None
    try:
        while True:
            if connection:
                part, passed, _, _ = socket.recv_fds(connection, _READ_BYTES, 1)
                descriptors += passed
            else:
                part = os.read(descriptor, _READ_BYTES)
            if not part:
                return Ended(data, tuple(descriptors))
            data += part
    finally:
        if connection:
            connection.close()


@contextlib.contextmanager
def removed(remove: Callable[[], None]) -> Iterator[None]:
    """Call ``remove`` when the context is left, or when this process ends before that.

    A fork in a separate process group waits until this process, and every child that inherited the pipe, have ended.

    Args:
        remove: removes something, or does nothing if it does not exist. It is called in this process, or in the fork if
            this process was killed.
    """
    reading, writing = os.pipe()
    waiting = os.fork()
    if waiting == 0:
        _remove_after(reading, writing, remove)
    # Set by this process, so that a signal to its group cannot reach the fork before the fork has left it.
    os.setpgid(waiting, waiting)
    os.close(reading)
    try:
        try:
            yield
        finally:
            remove()
        os.kill(waiting, signal.SIGKILL)
    finally:
        os.close(writing)
        os.waitpid(waiting, 0)


def _remove_after(reading: int, writing: int, remove: Callable[[], None]) -> NoReturn:
    """Wait and remove, in the fork. It always ends with _exit(2), so that no other clean-up of the parent runs here."""
    try:
        ignore_stops()
        os.close(writing)
        wait_for_end(reading)
        _retry(remove)
    finally:
        os._exit(0)


def _retry(remove: Callable[[], None]) -> None:
    """Call ``remove`` until it succeeds: a mount that is being unmounted may keep a folder busy for a moment."""
    deadline = time.monotonic() + _RETRY_SECONDS
    while time.monotonic() < deadline:
        try:
            remove()
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return
