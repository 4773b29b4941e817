"""Sweep an engine for a run that was killed.

``engine-sweeper URL RUN [CACHE-SINCE]`` (hostcheck.helper) waits until its standard input ends. The kernel closes it
for a process that was killed, SIGKILL included. Who ends in order says so first, having swept already.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

LOOKS = 8
"""Empty looks in a row: nobody joins the requests of a run that was killed, and a slow engine is long about them."""


def _pause(socket: Path, seconds: float) -> None:
    if not socket.exists():
        # A private engine is gone by now, with all that it held.
        sys.exit()
    time.sleep(seconds)


def sweep_after(url: str, run_id: str, cache_since: float | None) -> None:
    """Sweep for the run that was killed.

    Raises:
        CannotRun: when something stays, or the engine is gone.
    """
    # Imported now and not before: whoever waits here must not disturb what is measured meanwhile.
    from hostcheck.bench.build_turn import build_turn  # noqa: PLC0415 - see above
    from hostcheck.bench.cleanup import PATIENCE_SECONDS, sweep  # noqa: PLC0415 - see above
    from hostcheck.bench.engine import find_engine  # noqa: PLC0415 - see above

    socket = Path(url.removeprefix("unix://"))
    _pause(socket, 0)
    engine = find_engine(url)
    with engine.connect() as client, build_turn(engine, PATIENCE_SECONDS):
        sweep(client, run_id, cache_since=cache_since, looks=LOOKS, sleep=lambda seconds: _pause(socket, seconds))


def main(words: Sequence[str]) -> None:
    """Wait for the end of the run, and sweep unless it did so itself."""
    if sys.stdin.buffer.read():
        return
    url, run_id, *since = words
    try:
        sweep_after(url, run_id, float(since[0]) if since else None)
    except Exception as error:  # noqa: BLE001 - nobody is above to show it, and the next start finds what stays
        sys.exit(f"hostcheck: {error}")
