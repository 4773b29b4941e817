"""Create, stat and delete many small files, then sync the file system."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from hostcheck.bench.base import Settings
from hostcheck.bench.conditions import Recorder
from hostcheck.bench.disk.validity import failure
from hostcheck.bench.page_cache import sync_file_system
from hostcheck.bench.stopping import stolen
from hostcheck.fio.documents import FioParseError
from hostcheck.fio.parser import parse
from hostcheck.fio.problems import problems
from hostcheck.fio.runner import Outcome
from hostcheck.run.measured import Sample
from hostcheck.run.metrics import CHURN, METRICS

FILES = 2000
"""The number of files that churn.fio creates."""

SECONDS = 2.0
"""Usual duration of one sample in seconds, including fio's start."""

SPEC = METRICS[CHURN]
SETTINGS: Settings = {"files": FILES, "phases": "create, stat, delete, syncfs"}


def churn(run: Callable[[], Outcome], folder: Path) -> Sample:
    """Take one sample: the time of fio's phases and of the sync after them, in seconds.

    Args:
        run: a function that runs fio with churn.fio in the folder.
        folder: the folder, whose file system is synced afterwards.
    """
    sync_file_system(folder)
    with Recorder() as recorder:
        outcome = run()
        began = time.monotonic()
        sync_file_system(folder)
        synced = time.monotonic() - began
    value, reasons, detail = None, [], {"sync_seconds": round(synced, 4)}
    if why := failure(outcome):
        reasons.append(why)
    else:
        try:
            result = parse(outcome.output)
        except FioParseError as error:
            reasons.append(str(error))
        else:
            reasons += problems(result)
            for job in result.jobs:
                detail[f"{job.name}_seconds"] = sum(side.runtime_ms for side in job.sides) / 1000
            value = sum(detail.values())
    if why := stolen(recorder.conditions.steal_percent):
        reasons.append(why)
    return Sample(
        value=value,
        valid=value is not None and not reasons,
        reason="; ".join(reasons),
        seconds=recorder.seconds,
        started=recorder.started,
        conditions=recorder.conditions,
        detail=detail,
    )


def has_room(folder: Path) -> bool:
    """Return whether there are more than 2 × FILES free inodes. btrfs has no limit, and reports a total of 0."""
    room = os.statvfs(folder)
    return room.f_files == 0 or room.f_favail > 2 * FILES
