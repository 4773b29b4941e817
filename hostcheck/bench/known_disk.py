"""A disk of known speed: an ext4 on a loop device in memory, under the kernel's limits. Needs root.

It is the ruler's own test, and the article's slow disk for whoever has only a fast one. It lives in memory, so that
no neighbour's disk is in it; the limits are the kernel's, so that they hold whatever the I/O.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from hostcheck.bench.base import CannotRun
from hostcheck.bench.tier import Tier

SPARE_MEMORY = 512 << 20
"""Bytes of memory that must stay available beside the disk."""

END_SECONDS = 60.0


class KnownDisk:
    """The disk, from entering the context to leaving it; a process of its own removes it whatever becomes of this one.

    Attributes:
        path: where it is mounted.
        device: its block device.
        group: the folder of the control group whose members are limited; None when all are.
    """

    def __init__(self, tier: Tier, size: int, run_id: str) -> None:
        """Take how fast it is to be, how large in bytes, and the run's id."""
        self._words = (tier.name, str(size), run_id)
        self._size = size
        self._keeper: subprocess.Popen[str] | None = None
        self.path = Path()
        self.device = ""
        self.group: Path | None = None

    def __enter__(self) -> Self:
        """Make it.

        Raises:
            CannotRun: when that is not possible here.
        """
        if os.geteuid() != 0:
            raise CannotRun(
                "a disk of known speed is a loop device with limits, and making one needs root", "run as root"
            )
        available = psutil.virtual_memory().available
        if available < self._size + SPARE_MEMORY:
            raise CannotRun(
                f"a disk of known speed takes {self._size / 1e9:.1f} GB of memory, and {available / 1e9:.1f} are free",
                "stop something, or use a larger host",
            )
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "hostcheck.bench.disk_keeper", *self._words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C in the terminal is this process's to act on.
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        try:
            told = json.loads(self._keeper.stdout.readline() or "{}")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        if "path" not in told:
            self.__exit__(None, None, None)
            raise CannotRun(told.get("error", "making a disk of known speed failed"), told.get("remedy", "run as root"))
        self.path, self.device = Path(told["path"]), told["device"]
        self.group = Path(told["group"]) if told["group"] else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Have it removed, and wait until it is."""
        if self._keeper is not None:
            self._keeper.communicate(timeout=END_SECONDS)
