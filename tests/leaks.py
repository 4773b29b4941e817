"""What a piece of code starts, and leaves open in this process."""

import gc
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

PATIENCE_SECONDS = 30.0
"""How long a thread that is ending may take."""


def _open_files() -> set[tuple[str, str]]:
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # The descriptor of this list itself.
            found.add((number, str(Path(f"/proc/self/fd/{number}").readlink())))
    return found


def connections_to(path: str) -> int:
    """Return how many connections this process has to a Unix socket, whoever else opens and closes what.

    Args:
        path: of the socket that listens.
    """
    found = 0
    for number in map(int, os.listdir("/proc/self/fd")):
        with suppress(OSError):  # It has been closed, or is no connection.
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as line:
                    found += line.getpeername() == path
    return found


@contextmanager
def no_thread_left() -> Iterator[None]:
    """Fail where the code in this context leaves a thread. One that is ending is waited for."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_SECONDS)
    assert set(threading.enumerate()) - before == set()


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Fail where the code in this context leaves an open file, a thread or a child process.

    What an earlier test left to the garbage collector may close meanwhile: that is no fault of this code.
    """
    gc.collect()
    files, children = _open_files(), set(psutil.Process().children())
    with no_thread_left():
        yield
    assert _open_files() - files == set()
    assert set(psutil.Process().children()) - children == set()


def children_with(process: psutil.Process, word: str) -> list[psutil.Process]:
    """Return the children of a process with a word in their command line. One that has just ended has none."""
    found = []
    for child in process.children():
        with suppress(psutil.Error):
            if any(word in argument for argument in child.cmdline()):
                found.append(child)
    return found
