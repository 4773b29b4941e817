"""Private engines and disks that nobody keeps any more: hostcheck was killed together with their keeper."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psutil

from hostcheck.bench.cleanup.kernel_objects import kill_strays, unmount_below
from hostcheck.bench.emulated.throttle import find_throttle
from hostcheck.bench.engine.private import remove_remains
from hostcheck.bench.run_folder import RUN_FOLDER
from hostcheck.bench.scratch import leftovers, remove_leftover
from hostcheck.host.mounts import own_mounts


def end_killed_runs() -> Iterator[Path]:
    """End such engines and disks of this user's, and remove all of theirs. One that is kept is left alone.

    Yields:
        The folder that each had in RUN_FOLDER.

    Raises:
        CannotMeasureError: when something of it cannot be removed.
        CannotRun: when a disk's limits cannot be taken back.
    """
    # An engine may work on a disk.
    yield from _end_engines()
    yield from _end_disks()


def _end_engines() -> Iterator[Path]:
    """End engines.

    A private engine's folder is locked, and the engine inherits the lock: nobody keeps it when nobody but its own
    processes, whose command lines name the folder, has the folder open; they may all be gone.
    """
    for state in sorted(RUN_FOLDER.glob(".hostcheck-engine-*")):
        if state.is_symlink() or state.stat().st_uid != os.geteuid():
            continue
        holders = [process for process in psutil.process_iter() if _holds(process, state)]
        root = _root(state)
        if root is None or any(not _names(process, state) for process in holders):
            continue
        data = root.parent
        remove_remains(data, state, state.name.lstrip("."))
        for path in (data, state):
            if path.exists():
                remove_leftover(path)
        yield state


def _end_disks() -> Iterator[Path]:
    """End disks: what their keeper did, backwards (hostcheck.bench.emulated.keeper)."""
    for folder in leftovers(RUN_FOLDER):
        memory, disk = folder / "memory", folder / "disk"
        mounts = {Path(mount.mount_point): mount for mount in own_mounts()}
        if not mounts.keys() & {memory, disk}:
            continue
        kill_strays((folder,))
        if mount := mounts.get(disk):
            # Before the device is gone: the kernel gives its number, and the limits on it, to the next.
            membership = Path("/proc/self/cgroup").read_text(encoding="ascii")
            find_throttle(own_mounts(), membership, mount.device, folder.name.lstrip(".")).clear()
        unmount_below((disk, memory))
        remove_leftover(folder)
        yield folder


def _root(state: Path) -> Path | None:
    """Where the engine's containerd keeps its data; None as long as no containerd was started."""
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
