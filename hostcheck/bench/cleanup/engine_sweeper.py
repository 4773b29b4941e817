"""Sweep an engine for a run that was killed.

``engine-sweeper URL RUN [CACHE-SINCE]`` (hostcheck.helper) waits until its standard input ends. The kernel closes it
for a process that was killed, SIGKILL included. Who ends in order says so first, having swept already; who could not
sweep, since the engine hangs or is gone, leaves it to this process, which waits for the engine.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

LOOKS = 8
"""Empty looks in a row: nobody joins the requests of a run that was killed, and a slow engine is long about them."""

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 15.0
"""Between two tries of an engine that does not answer: doubled from the first to the longest."""


def sweep_after(url: str, run_id: str, cache_since: float | None) -> None:
    """Sweep for the run that was killed, as soon as the engine answers.

    Raises:
        CannotRun: when something stays, or the engine does not answer for PATIENT_SECONDS.
    """
    # Imported now and not before: whoever waits here must not disturb what is measured meanwhile.
    from hostcheck.bench.base import CannotRun  # noqa: PLC0415 - see above
    from hostcheck.bench.build.made import forget  # noqa: PLC0415 - see above
    from hostcheck.bench.build.turn import build_turn, clear_turns  # noqa: PLC0415 - see above
    from hostcheck.bench.cleanup.engine_objects import PATIENCE_SECONDS, PATIENT_SECONDS, sweep  # noqa: PLC0415 - see above
    from hostcheck.bench.engine.connection import REQUEST_ERRORS, find_engine  # noqa: PLC0415 - see above
    from hostcheck.bench.engine.lock import clear_locks  # noqa: PLC0415 - see above

    folder = Path(url.removeprefix("unix://")).parent
    deadline = time.monotonic() + PATIENT_SECONDS
    wait = FIRST_WAIT_SECONDS
    # A private engine's socket is in a folder of its own: when that is gone, so is all that the engine held.
    while folder.is_dir():
        try:
            engine = find_engine(url)
            if cache_since is not None:
                # The run's own environment had said so.
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
    """Wait for the end of the run, and sweep unless it did so itself."""
    if sys.stdin.buffer.read():
        return
    # Who reads what the run has said waits for the end of it, and not for minutes more.
    with Path(os.devnull).open("wb") as nothing:
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    url, run_id, *since = words
    try:
        sweep_after(url, run_id, float(since[0]) if since else None)
    except Exception:  # noqa: BLE001 - no process waits for it, and the next start finds what stays
        sys.exit(1)
