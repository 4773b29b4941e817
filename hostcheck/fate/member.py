"""One of the hosts that may share a disk or CPUs. It loads its own in some turns, and measures in all turns."""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from hostcheck.errors import CannotMeasureError, UsageError
from hostcheck.fate import cpu, disk

PATIENCE_SECONDS = 300.0
"""Time limit in seconds until all hosts are ready."""
NOT_STARTED = {
    "few": "too few other hosts were ready",
    "late": "it was ready too late",
    "apart": "the connections were too slow to bring the clocks together",
}
"""The reason why a host must not begin, by the word that it receives in place of the start time."""
_PAUSE_SECONDS = 0.1

_Watcher = disk.Watcher | cpu.Spinner
_Load = Callable[[Sequence[tuple[float, float]]], AbstractContextManager[None]]


def share_fate(question: str, identity: str, place: Path) -> dict[str, Any]:
    """Load and measure this host as the question says; return the times as JSON values.

    Args:
        question: JSON with the "folder" on the disk (null to load the CPUs), the "seconds" of a turn, the "order" (for
            each turn the index of the host that is loaded; -1 for none), and "hosts" (the index of each host, by its
            identity).
        identity: the identity of this host.
        place: the folder in which this host makes the file ``ready``, and waits for the file ``go``. That file has two
            numbers: the host's ``uptime`` when the first turn begins, and the seconds at both ends of a turn whose
            measurements are ignored. Or it has a key of ``NOT_STARTED``.

    Raises:
        UsageError: if the question is invalid, or does not contain this host.
        CannotMeasureError: if this host cannot be loaded, or must not begin.
    """
    try:
        asked = json.loads(question)
        folder, seconds, order = asked["folder"], float(asked["seconds"]), list(map(int, asked["order"]))
        own = int(asked["hosts"][identity])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "the question of hostcheck fleet shared-fate is not valid",
            remedy="run hostcheck fleet shared-fate, which writes it",
        ) from error
    if os.geteuid() != 0:
        raise CannotMeasureError("loading a host needs root", remedy="repeat the command with -- --become")
    with _cpus() if folder is None else _disk(str(folder)) as (watcher, loading):
        (place / "ready").touch()
        start, margin = _go(place / "go")
        begins = [start + number * seconds for number in range(len(order))]
        turns = [(begin, begin + seconds) for begin, loader in zip(begins, order, strict=True) if loader == own]
        with loading(turns):
            return {"slots": _watched(watcher, begins, seconds, margin)}


@contextmanager
def _disk(folder: str) -> Iterator[tuple[_Watcher, _Load]]:
    with disk.test_file(folder) as descriptor:
        yield disk.Watcher(descriptor), partial(disk.loading, descriptor)


@contextmanager
def _cpus() -> Iterator[tuple[_Watcher, _Load]]:
    yield cpu.Spinner(), cpu.loading


def uptime() -> float:
    """Return the seconds since the boot, from /proc/uptime."""
    return float(Path("/proc/uptime").read_text("ascii").split()[0])


def _go(path: Path) -> tuple[float, float]:
    """Wait for the file ``go``; return the start by ``time.monotonic``, and the margin in seconds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        if time.monotonic() > until:
            raise CannotMeasureError("the others were not ready in time")
        time.sleep(_PAUSE_SECONDS)
    words = path.read_text("ascii").split()
    if len(words) != 2:
        raise CannotMeasureError(NOT_STARTED.get("".join(words), "it received no start time"))
    start, margin = map(float, words)
    start += time.monotonic() - uptime()
    if start < time.monotonic():
        raise CannotMeasureError("this host was ready only after the first turn had begun")
    return start, margin


def _watched(watcher: _Watcher, begins: Sequence[float], seconds: float, margin: float) -> list[list[float]]:
    """Return for each turn the number of measurements within the margins, and the sum of their seconds."""
    slots = [[0, 0.0] for _ in begins]
    time.sleep(max(0.0, begins[0] - time.monotonic()))
    while (now := time.monotonic()) < begins[0] + len(begins) * seconds:
        number = int((now - begins[0]) / seconds)
        took = watcher.seconds()
        if number < len(slots) and margin <= now - begins[number] < seconds - margin:
            slots[number][0] += 1
            slots[number][1] += took
        time.sleep(max(0.0, watcher.period - took))
    return slots
