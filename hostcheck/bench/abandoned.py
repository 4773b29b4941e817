"""Private engines that nobody keeps any more: hostcheck and the process that kept the engine were killed together."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psutil

from hostcheck.bench.private_engine import RUN_FOLDER, remove_remains
from hostcheck.bench.scratch import remove_leftover


def end_abandoned(folder: Path = RUN_FOLDER) -> Iterator[Path]:
    """End such engines of this user's, and remove all of theirs.

    A private engine's folder is locked, and the engine inherits the lock: nobody keeps it when nobody but its own
    processes, whose command lines name the folder, has the folder open. One that is kept is left alone.

    Yields:
        The folder that each had in ``folder``.

    Raises:
        CannotMeasureError: when something of it cannot be removed.
    """
    for state in sorted(folder.glob(".hostcheck-engine-*")):
        if state.is_symlink() or state.stat().st_uid != os.geteuid():
            continue
        holders = [process for process in psutil.process_iter() if _holds(process, state)]
        if not holders or any(not _names(process, state) for process in holders):
            continue
        settings = tomllib.loads((state / "containerd.toml").read_text(encoding="utf-8"))
        data = Path(settings["root"]).parent
        remove_remains(data, state, state.name.lstrip("."))
        for path in (data, state):
            remove_leftover(path)
        yield state


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
