"""What killed runs left behind: found at the next start, and removed or reported with the command that removes it."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import docker

from hostcheck.bench.abandoned import end_abandoned
from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup import Leftover, sweep
from hostcheck.bench.cleanup import leftovers as left_in_engine
from hostcheck.bench.engine import REQUEST_ERRORS, find_engine
from hostcheck.bench.labels import RUN
from hostcheck.bench.run_folder import RUN_FOLDER
from hostcheck.bench.scratch import leftovers as left_in_folder
from hostcheck.bench.target import ENGINE_ROOT, nearest_existing
from hostcheck.errors import CannotMeasureError

_COMMANDS = {"container": "docker rm -f $(docker ps -aq", "image": "docker rmi -f $(docker images -aq"}


def leftovers(directory: Path | None, engine: str | None) -> Iterator[str]:
    """Give a sentence for each thing that a killed run left, in the places where this one would make its own.

    What bears a run's label in the engine is removed when that run's process is known to be gone. A folder is only
    reported, with the command that removes it, and so is what the label cannot prove.

    Args:
        directory: the folder whose disk will be measured; None for the engine's.
        engine: the engine's address; None to look for one.
    """
    try:
        for path in end_abandoned():
            yield f"ended the engine or disk of its own that a run that was killed left in {path}, and removed it"
    except (CannotRun, CannotMeasureError) as cannot:
        yield f"ending what a run that was killed left: {cannot}"
    for folder in sorted({directory or nearest_existing(ENGINE_ROOT), nearest_existing(ENGINE_ROOT), RUN_FOLDER}):
        for path in left_in_folder(folder):
            yield f"a run that was killed left {path}; remove it: rm -r {shlex.quote(str(path))}"
    try:
        found = find_engine(engine)
        with found.connect() as client:
            yield from _in_engine(client, found.url)
    except (CannotRun, *REQUEST_ERRORS):
        # No engine, nothing left in it; the workloads say what keeps them from it.
        return


def _in_engine(client: docker.APIClient, url: str) -> Iterator[str]:
    found = left_in_engine(client, url)
    for run_id in dict.fromkeys(item.run_id for item in found):
        of_run = [item for item in found if item.run_id == run_id]
        if all(item.orphaned for item in of_run):
            try:
                sweep(client, run_id)
            except CannotRun as cannot:
                yield str(cannot)
            else:
                yield f"removed from the engine what a run that was killed left: {_counted(of_run)}"
        else:
            for kind in dict.fromkeys(item.kind for item in of_run):
                what = _counted([item for item in of_run if item.kind == kind])
                remove = f"{_COMMANDS[kind]} --filter label={RUN}={shlex.quote(run_id)})"
                yield f"a run whose process cannot be seen from here has {what} in the engine; if it is over: {remove}"


def _counted(items: Sequence[Leftover]) -> str:
    counts = Counter(item.kind for item in items)
    return ", ".join(f"{count} {kind}{'s'[: count > 1]}" for kind, count in counts.items())
