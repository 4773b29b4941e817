"""One host of those that may share a disk, or CPUs: it loads its own in its turns, and watches them in all."""

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
"""How long a host waits until all are ready."""
NOT_STARTED = {
    "few": "too few other hosts were ready",
    "late": "it was ready too late",
    "apart": "the connections were too slow to bring the clocks together",
}
"""Why a host is not to begin, by the word that it gets in place of the start."""
_PAUSE_SECONDS = 0.1

_Watcher = disk.Watcher | cpu.Spinner
_Load = Callable[[Sequence[tuple[float, float]]], AbstractContextManager[None]]


def share_fate(question: str, identity: str, place: Path) -> dict[str, Any]:
    """Load and watch this host by the plan of the question; return what was found as values of JSON.

    Args:
        question: JSON with the "folder" on the disk (null to load the CPUs), the "seconds" of a turn, the "order" (for
            each turn the number of the host that is loaded; -1 for none), and for each identity in "hosts" the number
            of a host.
        identity: of this host.
        place: the folder in which this host makes the file ``ready``, and waits for the file ``go`` with two numbers:
            the host's ``uptime`` when the first turn begins, and the seconds at both ends of a turn in which nothing
            counts; or with a word of ``NOT_STARTED``.

    Raises:
        UsageError: if the question is invalid, or does not contain this host.
        CannotMeasureError: when it cannot be loaded.
    """
    try:
        asked = json.loads(question)
        folder, seconds, order = asked["folder"], float(asked["seconds"]), list(map(int, asked["order"]))
        own = int(asked["hosts"][identity])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError("the question is none", remedy="hostcheck fleet shared-fate asks it") from error
    if os.geteuid() != 0:
        raise CannotMeasureError("loading a host is for root", remedy="-- --become")
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
    """Return the seconds since the boot, by the clock that a shell reads."""
    return float(Path("/proc/uptime").read_text("ascii").split()[0])


def _go(path: Path) -> tuple[float, float]:
    """Wait for the file; return the start by ``time.monotonic``, and the margin."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        if time.monotonic() > until:
            raise CannotMeasureError("the others were not ready in time")
        time.sleep(_PAUSE_SECONDS)
    words = path.read_text("ascii").split()
    if len(words) != 2:
        raise CannotMeasureError(NOT_STARTED.get("".join(words), "it was given no start"))
    start, margin = map(float, words)
    start += time.monotonic() - uptime()
    if start < time.monotonic():
        raise CannotMeasureError("this host was ready only after the first turn had begun")
    return start, margin


def _watched(watcher: _Watcher, begins: Sequence[float], seconds: float, margin: float) -> list[list[float]]:
    """Return for each turn how often was watched within the margins, and the seconds that it took altogether."""
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
