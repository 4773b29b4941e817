"""Sweep an engine for a run that was killed.

``engine-sweeper URL RUN [CACHE-SINCE]`` (hostcheck.helper) waits until its standard input ends. The kernel closes it
when the run is killed, SIGKILL included. A run that ends normally has swept, and writes a word first. A run that could
not sweep, because the engine hangs or is gone, writes nothing: this process then waits for the engine and sweeps.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hostcheck.outlive import heed_stops, wait_for_end

LOOKS = 8
"""How many empty listings in a row are required: a killed run's requests may still be under way in a slow engine."""

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 15.0
"""Delay between two attempts when the engine does not respond: doubled from the first to the longest."""


def sweep_after(url: str, run_id: str, cache_since: float | None) -> None:
    """Sweep for the killed run as soon as the engine responds.

    Raises:
        CannotRun: when something remains, or the engine does not respond for PATIENT_SECONDS.
    """
    # Imported late: this process must not disturb the measurement while it waits.
    from hostcheck.bench.base import CannotRun  # noqa: PLC0415 - see above
    from hostcheck.bench.build.made import forget  # noqa: PLC0415 - see above
    from hostcheck.bench.build.turn import build_turn, clear_turns  # noqa: PLC0415 - see above
    from hostcheck.bench.cleanup.engine_objects import PATIENCE_SECONDS, PATIENT_SECONDS, sweep  # noqa: PLC0415 - see above
    from hostcheck.bench.engine.connection import REQUEST_ERRORS, find_engine  # noqa: PLC0415 - see above
    from hostcheck.bench.engine.lock import clear_locks  # noqa: PLC0415 - see above

    folder = Path(url.removeprefix("unix://")).parent
    deadline = time.monotonic() + PATIENT_SECONDS
    wait = FIRST_WAIT_SECONDS
    # A private engine's socket has its own folder: when that is gone, so are the engine's objects.
    while folder.is_dir():
        try:
            engine = find_engine(url)
            if cache_since is not None:
                # The run's environment had selected BuildKit.
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
    """Wait for the end of the run, and sweep unless the run has swept."""
    if wait_for_end(sys.stdin.fileno()).data:
        return
    # It may wait for minutes: a host that is shut down does not wait for it.
    heed_stops()
    # A reader of the run's output must not have to wait for this process, which may take minutes more.
    with Path(os.devnull).open("wb") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    url, run_id, *since = words
    try:
        sweep_after(url, run_id, float(since[0]) if since else None)
    except Exception:  # noqa: BLE001 - no process reads the error, and the next run finds what remains
        sys.exit(1)
