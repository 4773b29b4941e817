"""What runs that were killed left behind: found at the next start, and told with the command that removes it."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from hostcheck.bench.base import CannotRun
from hostcheck.bench.cleanup import leftovers as left_in_engine
from hostcheck.bench.engine import REQUEST_ERRORS, find_engine
from hostcheck.bench.labels import RUN
from hostcheck.bench.private_engine import RUN_FOLDER
from hostcheck.bench.scratch import leftovers as left_in_folder
from hostcheck.bench.target import ENGINE_ROOT, nearest_existing


def leftovers(directory: Path | None, engine: str | None) -> Iterator[str]:
    """Give a sentence for each thing that a killed run left, in the places where this one would make its own.

    Args:
        directory: the folder whose disk will be measured; None for the engine's.
        engine: the engine's address; None to look for one.
    """
    for folder in sorted({directory or nearest_existing(ENGINE_ROOT), nearest_existing(ENGINE_ROOT), RUN_FOLDER}):
        for path in left_in_folder(folder):
            yield f"a run that was killed left {path}; remove it: rm -r {shlex.quote(str(path))}"
    try:
        with find_engine(engine).connect() as client:
            found = left_in_engine(client)
    except (CannotRun, *REQUEST_ERRORS):
        # No engine, nothing left in it; the workloads say what keeps them from it.
        return
    for run_id in dict.fromkeys(item.run_id for item in found):
        for kind, remove, listing in (
            ("container", "docker rm -f", "docker ps -aq"),
            ("image", "docker rmi -f", "docker images -aq"),
        ):
            count = sum(item.kind == kind and item.run_id == run_id for item in found)
            if count:
                yield (
                    f"a run that was killed left {count} {kind}{'s'[: count > 1]} in the engine; remove them: "
                    f"{remove} $({listing} --filter label={RUN}={shlex.quote(run_id)})"
                )
