"""A process that removes a killed run's objects from an engine.

``engine-sweeper URL RUN [CACHE-SINCE]`` (hostcheck.helper) waits until its standard input is closed. The kernel closes
it when the run is killed, SIGKILL included. A run that has removed its objects writes a word before it ends, and this
process does nothing. A run that could not remove them, because the engine hangs or has stopped, writes nothing: this
process then waits for the engine, and removes the objects.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hostcheck.outlive import heed_stops, wait_for_end

LOOKS = 8
"""Number of empty listings in a row that are required: a slow engine may still execute requests of the killed run."""

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 15.0
"""First and longest delay in seconds between attempts while the engine does not respond. The delay doubles."""


def sweep_after(url: str, run_id: str, cache_since: float | None) -> None:
    """Remove the objects of the killed run as soon as the engine responds.

    Raises:
        CannotRun: if objects remain, or the engine does not respond for PATIENT_SECONDS.
    """
    # Imported late: importing takes CPU time, and this process must not disturb the measurement while it waits.
    from hostcheck.bench.base import CannotRun  # noqa: PLC0415 - see above
    from hostcheck.bench.build.made import forget  # noqa: PLC0415 - see above
    from hostcheck.bench.build.turn import build_turn, clear_turns  # noqa: PLC0415 - see above
    from hostcheck.bench.cleanup.engine_objects import PATIENCE_SECONDS, PATIENT_SECONDS, sweep  # noqa: PLC0415 - see above
    from hostcheck.bench.engine.connection import REQUEST_ERRORS, find_engine  # noqa: PLC0415 - see above
    from hostcheck.bench.engine.lock import clear_locks  # noqa: PLC0415 - see above

    folder = Path(url.removeprefix("unix://")).parent
    deadline = time.monotonic() + PATIENT_SECONDS
    wait = FIRST_WAIT_SECONDS
    # A private engine's socket has its own folder: if that was removed, so were the engine's objects.
    while folder.is_dir():
        try:
            engine = find_engine(url)
            if cache_since is not None:
                # A cache time is given only if the run used BuildKit.
                engine = replace(engine, builder="buildkit")
            with engine.connect() as client, build_turn(engine, PATIENCE_SECONDS):
                sweep(client, run_id, cache_since=cache_since, looks=LOOKS, give_up=lambda: True)
            clear_locks()
            clear_turns()
        except (CannotRun, *REQUEST_ERRORS):
            if time.monotonic() > deadline:
                raise
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        else:
            return
    forget(run_id)


def main(words: Sequence[str]) -> None:
    """Wait for the end of the run, and remove the run's objects unless the run has removed them."""
    if wait_for_end(sys.stdin.fileno()).data:
        return
    # This process may wait for minutes: it ends when the host shuts down.
    heed_stops()
    # A reader of the run's output must not wait for this process, which may take minutes longer.
    with Path(os.devnull).open("wb") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    url, run_id, *since = words
    try:
        sweep_after(url, run_id, float(since[0]) if since else None)
    except Exception:  # noqa: BLE001 - no process reads the error, and the next run finds what remains
        sys.exit(1)
