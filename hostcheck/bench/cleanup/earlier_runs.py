"""At the start of a run, remove what earlier killed runs left, or report it with the command that removes it."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import docker

from hostcheck.bench.base import CannotRun
from hostcheck.bench.build.made import forget_gone
from hostcheck.bench.build.turn import clear_turns
from hostcheck.bench.cleanup.engine_objects import Leftover, removal, sweep
from hostcheck.bench.cleanup.engine_objects import leftovers as left_in_engine
from hostcheck.bench.cleanup.killed_runs import end_killed_runs
from hostcheck.bench.disk.location import ENGINE_ROOT, nearest_existing
from hostcheck.bench.engine.connection import REQUEST_ERRORS, Engine
from hostcheck.bench.engine.lock import clear_locks
from hostcheck.bench.scratch import leftovers as left_in_folder
from hostcheck.counts import number_of
from hostcheck.errors import CannotMeasureError
from hostcheck.run_folder import RUN_FOLDER


def clean_up_killed_runs(directory: Path | None, engine: Engine | None) -> Iterator[str]:
    """Clean up after killed runs, and yield a message for each thing that was found.

    Private engines and emulated disks of killed runs are removed. Objects in ``engine`` are removed if their label
    names a run whose process has certainly ended. Other objects and scratch folders are only reported, with the command
    that removes them.

    Args:
        directory: the folder to measure; None for the engine's data folder.
        engine: the engine to measure; None if no engine responds.
    """
    clear_locks()
    clear_turns()
    forget_gone()
    try:
        for path in end_killed_runs():
            yield f"cleaned up after a killed run: stopped its private engine or emulated disk, and removed {path}"
    except (CannotRun, CannotMeasureError) as cannot:
        yield f"cannot clean up after a killed run: {cannot}"
    for folder in sorted({directory or nearest_existing(ENGINE_ROOT), nearest_existing(ENGINE_ROOT), RUN_FOLDER}):
        for path in left_in_folder(folder):
            yield f"a killed run left {path}; remove it: rm -r {shlex.quote(str(path))}"
    if engine is None:
        return
    try:
        with engine.connect() as client:
            yield from _in_engine(client, engine)
    except REQUEST_ERRORS:
        # The workloads report later why they cannot use the engine.
        return


def _in_engine(client: docker.APIClient, engine: Engine) -> Iterator[str]:
    found = left_in_engine(client, engine.url)
    for run_id in dict.fromkeys(item.run_id for item in found):
        of_run = [item for item in found if item.run_id == run_id]
        if all(item.orphaned for item in of_run):
            try:
                sweep(client, run_id, give_up=engine.heartbeat.is_over)
            except CannotRun as cannot:
                yield f"{cannot.reason}; run {removal(run_id, engine.url, engine.name)}"
            else:
                yield f"cleaned up after a killed run: removed {_in_words(of_run)} from the engine"
        else:
            remove = removal(run_id, engine.url, engine.name)
            what = _in_words(of_run)
            yield f"a run whose process is not visible has {what} in the engine; if that run has ended: {remove}"


def _in_words(items: Sequence[Leftover]) -> str:
    counts = Counter(item.kind for item in items)
    return ", ".join(number_of(count, kind) for kind, count in counts.items())
