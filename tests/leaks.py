"""What a piece of code leaves open in this process."""

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
