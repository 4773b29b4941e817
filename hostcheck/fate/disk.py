"""Load a disk, and measure how long a small write to it takes.

The test file has no name: it is gone with its last process.
"""

import contextlib
import mmap
import os
import random
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from hostcheck.errors import CannotMeasureError
from hostcheck.fate.children import Alive, rest, working

FILE_BYTES = 64 << 20
FREE_BYTES = 512 << 20
"""Bytes that must stay free in addition to the file."""
WATCHED_BYTES = 1 << 20
"""Size of the first part of the file, which only the Watcher writes."""
_BLOCK = 4096
_LARGE = 256 << 10


@dataclass(frozen=True, slots=True)
class Worker:
    """The work of one process of the load.

    Attributes:
        writes: whether it writes; otherwise it reads.
        size: bytes of each I/O.
        most: maximum number of bytes in one turn.
    """

    writes: bool
    size: int
    most: int


WORKERS = (
    *(Worker(writes=True, size=_BLOCK, most=32 << 20) for _ in range(4)),
    *(Worker(writes=False, size=_BLOCK, most=32 << 20) for _ in range(2)),
    *(Worker(writes=True, size=_LARGE, most=64 << 20) for _ in range(2)),
)
"""The processes of the load. They make small and large I/Os, so that a limit of IOPS and a limit of bytes are both
reached."""


@contextmanager
def test_file(folder: str) -> Iterator[int]:
    """Yield the descriptor of a new file of ``FILE_BYTES`` in a folder, for direct I/O. All its blocks are written.

    Raises:
        CannotMeasureError: if there is too little space, or the file system has no direct I/O.
    """
    try:
        room = os.statvfs(folder)
        if room.f_bavail * room.f_frsize < FILE_BYTES + FREE_BYTES:
            raise CannotMeasureError(
                f"{folder} has less than {(FILE_BYTES + FREE_BYTES) >> 20} MiB of free space",
                remedy="free some space, or name another folder with --dir",
            )
        descriptor = _unnamed(folder)
    except OSError as error:
        raise CannotMeasureError(f"creating a file for direct I/O in {folder}: {error.strerror}") from error
    try:
        with mmap.mmap(-1, 1 << 20) as block:
            block.write(os.urandom(1 << 20))
            for place in range(0, FILE_BYTES, 1 << 20):
                os.pwrite(descriptor, block, place)
        os.fsync(descriptor)
        yield descriptor
    except OSError as error:
        raise CannotMeasureError(f"writing a file in {folder}: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _unnamed(folder: str) -> int:
    flags = os.O_RDWR | os.O_DIRECT | os.O_DSYNC | os.O_CLOEXEC
    with contextlib.suppress(OSError):
        return os.open(folder, flags | os.O_TMPFILE, 0o600)
    above = os.open(folder, os.O_DIRECTORY | os.O_PATH | os.O_CLOEXEC)
    try:
        name = f".hostcheck-{secrets.token_hex(16)}"
        descriptor = os.open(name, flags | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=above)
        os.unlink(name, dir_fd=above)
    finally:
        os.close(above)
    return descriptor


class Watcher:
    """A series of small writes, each of which returns when its data is on the disk, like those of etcd."""

    period = 0.025
    """Seconds between the starts of two writes; more if a write takes longer."""

    def __init__(self, descriptor: int) -> None:
        """Take the descriptor that ``test_file`` yielded."""
        self._descriptor = descriptor
        self._page = mmap.mmap(-1, _BLOCK)
        self._page.write(os.urandom(_BLOCK))
        self._number = 0

    def seconds(self) -> float:
        """Write once, and return how long it took, in seconds."""
        place = self._number * _BLOCK % WATCHED_BYTES
        self._number += 1
        begun = time.monotonic()
        os.pwrite(self._descriptor, self._page, place)
        return time.monotonic() - begun


def loading(descriptor: int, turns: Sequence[tuple[float, float]]) -> AbstractContextManager[None]:
    """Load the disk by child processes during some turns, until the context is left.

    Args:
        descriptor: the descriptor that ``test_file`` yielded.
        turns: start and end of each turn, by ``time.monotonic``.
    """
    return working([partial(_work, descriptor, worker, turns, number) for number, worker in enumerate(WORKERS)])


def _work(descriptor: int, worker: Worker, turns: Sequence[tuple[float, float]], number: int, alive: Alive) -> None:
    page = mmap.mmap(-1, worker.size)
    page.write(os.urandom(worker.size))
    # Of a child each has another sequence.
    chance = random.Random(number)  # noqa: S311  places in a file
    places = range(WATCHED_BYTES // worker.size, FILE_BYTES // worker.size)
    for begin, end in turns:
        left = worker.most
        while time.monotonic() < end and alive():
            if time.monotonic() < begin or left <= 0:
                rest(end if left <= 0 else begin)
                continue
            place = chance.choice(places) * worker.size
            if worker.writes:
                os.pwrite(descriptor, page, place)
            else:
                os.preadv(descriptor, [page], place)
            left -= worker.size
