"""Clean up private engines and emulated disks whose run and keeper were both killed."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import tomli

from hostcheck.bench.cleanup.kernel_objects import kill_strays, unmount_below
from hostcheck.bench.emulated.throttle import find_throttle
from hostcheck.bench.engine.private import remove_remains
from hostcheck.bench.scratch import leftovers, remove_leftover
from hostcheck.errors import CannotMeasureError
from hostcheck.host.mounts import own_mounts
from hostcheck.run_folder import RUN_FOLDER

PATIENCE_SECONDS = 10.0
"""Seconds that a killed engine's processes may take to end."""
_POLL_SECONDS = 0.1


def end_killed_runs() -> Iterator[Path]:
    """Remove this user's private engines and emulated disks whose run and keeper were killed.

    Engines and disks with a live keeper are not touched.

    Yields:
        The folder in RUN_FOLDER of each removed engine or disk.

    Raises:
        CannotMeasureError: if a part cannot be removed.
        CannotRun: if a disk's limits cannot be removed.
    """
    # Engines first: an engine's data may be on a disk.
    yield from _end_engines()
    yield from _end_disks()


def _end_engines() -> Iterator[Path]:
    """Remove private engines that have no keeper.

    The keeper and the engine have the engine's folder open, because the engine inherits its lock. If each process that
    has the folder open is a process of the engine, whose command line names the folder, then the keeper has ended. The
    keeper has also ended if no process has the folder open.
    """
    for state in sorted(RUN_FOLDER.glob(".hostcheck-engine-*")):
        if not _is_own(state):
            continue
        holders = [process for process in psutil.process_iter() if _holds(process, state)]
        root = _root(state)
        if root is None or any(not _names(process, state) for process in holders):
            continue
        _remove(root.parent, state)
        yield state


def _is_own(state: Path) -> bool:
    """Return whether this is a folder that this user owns; False if the folder no longer exists."""
    try:
        found = state.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _remove(data: Path, state: Path) -> None:
    """Remove a private engine. Repeat a removal that fails, because the engine may start a process while it is killed.

    Raises:
        CannotMeasureError: if the removal still fails after PATIENCE_SECONDS.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        remove_remains(data, state, state.name.lstrip("."))
        try:
            for path in (data, state):
                if path.exists():
                    remove_leftover(path)
        except CannotMeasureError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return


def _end_disks() -> Iterator[Path]:
    """Remove emulated disks without a keeper: undo the keeper's steps in reverse order (see bench.emulated.keeper)."""
    for folder in leftovers(RUN_FOLDER):
        memory, disk = folder / "memory", folder / "disk"
        mounts = {Path(mount.mount_point): mount for mount in own_mounts()}
        if not mounts.keys() & {memory, disk}:
            continue
        kill_strays((folder,))
        if mount := mounts.get(disk):
            # Before the device is removed: the kernel reuses its number, and the limits would apply to the next device.
            membership = Path("/proc/self/cgroup").read_text(encoding="ascii")
            find_throttle(own_mounts(), membership, mount.device, folder.name.lstrip(".")).clear()
        unmount_below((disk, memory))
        remove_leftover(folder)
        yield folder


def _root(state: Path) -> Path | None:
    """Return the data folder of the engine's containerd; None if its configuration is missing or incomplete."""
    try:
        settings = tomli.loads((state / "containerd.toml").read_text(encoding="utf-8"))
    except (FileNotFoundError, tomli.TOMLDecodeError):
        return None
    return Path(settings["root"]) if "root" in settings else None


def _holds(process: psutil.Process, folder: Path) -> bool:
    try:
        files = list(Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:
        # The process has ended.
        return False
    return any(_is(file, folder) for file in files)


def _is(file: Path, folder: Path) -> bool:
    try:
        return file.samefile(folder)
    except OSError:
        # The process has closed this descriptor.
        return False


def _names(process: psutil.Process, folder: Path) -> bool:
    try:
        return any(str(folder) in word for word in process.cmdline())
    except psutil.Error:
        return False
