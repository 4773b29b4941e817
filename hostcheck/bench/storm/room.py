"""Check the disk space for a storm's containers before a launch, and monitor it during the launch."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.engine.objects import Image

SPARE_SHARE = 0.05
"""Share of a file system's bytes and inodes that must stay free, even with --allow-low-space."""

READING_SECONDS = 0.05

PLAIN_BYTES = 10**6
"""Upper bound of the space for a container that shares the image's layers: settings, log, and a few directories."""

COPYING_DRIVERS = frozenset({"vfs", "native"})
"""Storage drivers that copy the whole image for each container. Docker copies it twice, for an init layer.

Source: https://docs.docker.com/engine/storage/drivers/vfs-driver/.
"""

_REMEDY = "free some space there, or launch fewer containers (--storm)"


@dataclass(frozen=True, slots=True)
class Room:
    """An amount of space in a file system: bytes and inodes."""

    bytes: float
    inodes: float

    @classmethod
    def free(cls, path: Path) -> tuple["Room", "Room"]:
        """Return the space of the file system of ``path`` that is free for ordinary users, and its total (statvfs(3)).

        Raises:
            CannotRun: if the space cannot be read.
        """
        try:
            room = os.statvfs(path)
        except OSError as error:
            raise CannotRun(
                f"cannot read the free space in {path}: {error.strerror}", "check that file system"
            ) from error
        free = cls(room.f_bavail * room.f_frsize, room.f_favail)
        return free, cls(room.f_blocks * room.f_frsize, room.f_files)

    def less(self, other: "Room", times: float = 1) -> "Room":
        """Return this amount minus ``times`` × ``other``."""
        return Room(self.bytes - times * other.bytes, self.inodes - times * other.inodes)

    def least(self, other: "Room") -> "Room":
        """Return the smaller number of bytes, and the smaller number of inodes, of the two amounts."""
        return Room(min(self.bytes, other.bytes), min(self.inodes, other.inodes))


class StormRoom:
    """The free space of the file systems that an engine's containers use, and the space that one container takes."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Take the engine's data folder, and containerd's data folder if that is another one."""
        self._folders = tuple(folders)
        self._taken: dict[Path, Room] = dict.fromkeys(self._folders, Room(0, 0))

    def expect(self, image: Image, driver: str) -> None:
        """Set the space that one container takes to an upper bound. ``learn`` replaces it by a measured value.

        If the image declares a volume, the engine copies that directory for each container.

        Args:
            image: the containers' image.
            driver: the engine's storage driver.
        """
        copies = 2 * (driver in COPYING_DRIVERS) + image.has_volumes
        self._taken = dict.fromkeys(self._folders, Room(PLAIN_BYTES + copies * image.size_bytes, 0))

    def require(self, count: int) -> None:
        """Check that ``count`` containers leave SPARE_SHARE of each file system free.

        Raises:
            CannotRun: if they would leave less.
        """
        for folder, taken in self._taken.items():
            free, whole = Room.free(folder)
            spare, left = _spare(whole), free.less(taken, count)
            what = f"{count} containers of this image take" if count > 1 else "a container of this image may take"
            if left.bytes < spare.bytes:
                raise CannotRun(
                    f"{what} {_size(count * taken.bytes)} in {folder}, where {_size(free.bytes)} are free"
                    f" and {_size(spare.bytes)} (5 %) must stay free",
                    _REMEDY,
                )
            if whole.inodes and left.inodes < spare.inodes:
                raise CannotRun(
                    f"{what} {count * taken.inodes:.0f} inodes in {folder}, where {free.inodes:.0f} are free"
                    f" and {spare.inodes:.0f} (5 %) must stay free",
                    _REMEDY,
                )

    @contextmanager
    def watch(self) -> Iterator["RoomWatch"]:
        """Monitor the file systems until the context is left.

        Raises:
            CannotRun: if less than SPARE_SHARE was free in that time, or the free space could not be read.
        """
        watch = RoomWatch(self._folders)
        try:
            yield watch
        finally:
            watch.end()
        watch.check()

    def learn(self, *watches: tuple["RoomWatch", int]) -> None:
        """Set the space that one container takes to a measured value.

        Args:
            watches: a watch and the number of containers, for each launch. The smallest space for each container is
                used, because writes of other programs can only make it larger.
        """
        for folder in self._folders:
            seen = [watch.taken[folder] for watch, _ in watches]
            counts = [count for _, count in watches]
            self._taken[folder] = Room(
                max(0.0, min(taken.bytes / count for taken, count in zip(seen, counts, strict=True))),
                max(0.0, min(taken.inodes / count for taken, count in zip(seen, counts, strict=True))),
            )


class RoomWatch:
    """A thread that monitors the free space of file systems.

    Attributes:
        short: set as soon as less than SPARE_SHARE of a file system is free, or its free space cannot be read.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        """Read the free space once, and start the thread."""
        self.short = threading.Event()
        self._begun = {folder: Room.free(folder)[0] for folder in folders}
        self._least = dict(self._begun)
        self._problem: CannotRun | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._monitor, name="room")
        self._thread.start()

    @property
    def taken(self) -> Mapping[Path, Room]:
        """For each folder, the largest decrease of its free space since the start."""
        return {folder: begun.less(self._least[folder]) for folder, begun in self._begun.items()}

    def end(self) -> None:
        """Stop the thread."""
        self._ended.set()
        self._thread.join()

    def check(self) -> None:
        """Raise CannotRun if the free space was too small, or could not be read."""
        if self._problem is not None:
            raise self._problem

    def _monitor(self) -> None:
        while not self.short.is_set() and not self._ended.wait(READING_SECONDS):
            try:
                self._read()
            except CannotRun as unseen:
                self._problem = unseen
                self.short.set()

    def _read(self) -> None:
        for folder, least in self._least.items():
            free, whole = Room.free(folder)
            self._least[folder] = least.least(free)
            spare = _spare(whole)
            if free.bytes < spare.bytes or (whole.inodes and free.inodes < spare.inodes):
                self._problem = CannotRun(
                    f"stopped, because {_size(free.bytes)} and {free.inodes:.0f} inodes were left in {folder}, of"
                    f" which {_size(spare.bytes)} and {spare.inodes:.0f} (5 %) must stay free",
                    _REMEDY,
                )
                self.short.set()


def _spare(whole: Room) -> Room:
    return Room(SPARE_SHARE * whole.bytes, SPARE_SHARE * whole.inodes)


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
