"""Clean up private engines and emulated disks whose run and keeper were both killed."""

import os
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psutil

from hostcheck.bench.cleanup.kernel_objects import kill_strays, unmount_below
from hostcheck.bench.emulated.throttle import find_throttle
from hostcheck.bench.engine.private import remove_remains
from hostcheck.bench.scratch import leftovers, remove_leftover
from hostcheck.errors import CannotMeasureError
from hostcheck.host.mounts import own_mounts
from hostcheck.run_folder import RUN_FOLDER

PATIENCE_SECONDS = 10.0
"""How long a killed engine's processes may take to end."""
_POLL_SECONDS = 0.1


def end_killed_runs() -> Iterator[Path]:
    """Stop such engines and disks of this user, and remove all that they made. Those with a live keeper are left alone.

    Yields:
        The folder of each in RUN_FOLDER.

    Raises:
        CannotMeasureError: when a part cannot be removed.
        CannotRun: when a disk's limits cannot be removed.
    """
    # Engines first: an engine's data may be on a disk.
    yield from _end_engines()
    yield from _end_disks()


def _end_engines() -> Iterator[Path]:
    """Stop engines without a keeper.

    A private engine's folder is locked, and the engine inherits the lock. The engine has no keeper when all processes
    that have the folder open are the engine's own, whose command lines name the folder. There may be none at all.
    """
    for state in sorted(RUN_FOLDER.glob(".hostcheck-engine-*")):
        if state.is_symlink() or state.stat().st_uid != os.geteuid():
            continue
        holders = [process for process in psutil.process_iter() if _holds(process, state)]
        root = _root(state)
        if root is None or any(not _names(process, state) for process in holders):
            continue
        _remove(root.parent, state)
        yield state


def _remove(data: Path, state: Path) -> None:
    """Remove a private engine. It may start one more process while it is being killed: then all is done once more."""
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
    """Remove disks: undo the keeper's steps in reverse order (hostcheck.bench.emulated.keeper)."""
    for folder in leftovers(RUN_FOLDER):
        memory, disk = folder / "memory", folder / "disk"
        mounts = {Path(mount.mount_point): mount for mount in own_mounts()}
        if not mounts.keys() & {memory, disk}:
            continue
        kill_strays((folder,))
        if mount := mounts.get(disk):
            # Before the device is gone: the kernel reuses its number, and the limits would apply to the next device.
            membership = Path("/proc/self/cgroup").read_text(encoding="ascii")
            find_throttle(own_mounts(), membership, mount.device, folder.name.lstrip(".")).clear()
        unmount_below((disk, memory))
        remove_leftover(folder)
        yield folder


def _root(state: Path) -> Path | None:
    """The data folder of the engine's containerd; None where no containerd was started yet."""
    try:
        settings = tomllib.loads((state / "containerd.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Path(settings["root"]) if "root" in settings else None


def _holds(process: psutil.Process, folder: Path) -> bool:
    try:
        files = list(Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:
        # It has ended.
        return False
    return any(_is(file, folder) for file in files)


def _is(file: Path, folder: Path) -> bool:
    try:
        return file.samefile(folder)
    except OSError:
        # Closed since.
        return False


def _names(process: psutil.Process, folder: Path) -> bool:
    try:
        return any(str(folder) in word for word in process.cmdline())
    except psutil.Error:
        return False
