"""What a piece of code starts, and leaves open in this process."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


def _open_files() -> set[tuple[str, str]]:
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # The descriptor of this list itself.
            found.add((number, str(Path(f"/proc/self/fd/{number}").readlink())))
    return found


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Fail where the code in this context leaves an open file or a child process.

    What an earlier test left to the garbage collector may close meanwhile: that is no fault of this code.
    """
    gc.collect()
    files, children = _open_files(), set(psutil.Process().children())
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
